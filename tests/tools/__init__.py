"""Builds exported archives with the real publishing tools."""
