"""What newsarchive is measured by: how right its parsers are, and how fast."""
