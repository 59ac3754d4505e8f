"""The forms of archives that are only read."""
