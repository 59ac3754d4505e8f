"""Every page as it came, in WARC files."""
