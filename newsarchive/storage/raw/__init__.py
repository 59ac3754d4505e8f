"""Every page as it came, in WARC files with an index that can be made again from them."""
