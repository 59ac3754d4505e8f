"""scrapyd-deploy builds the egg with this file; everything is said in pyproject.toml."""

from setuptools import setup

setup()
