"""The health page: one static page on how all sites fare."""
