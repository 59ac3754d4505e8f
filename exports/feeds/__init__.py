"""Feeds, books and texts."""
