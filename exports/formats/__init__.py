"""The formats: how each is written, cut into items, and read."""
