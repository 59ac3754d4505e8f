"""The archive as data."""
