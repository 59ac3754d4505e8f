"""Whole stores elsewhere: dumps, copies from one engine into another, and backups."""
