"""newsarchive: raw pages, articles and Markdown of the sites that it knows."""

__version__ = "0.1.0"
