"""The store in a SQLite file: nothing to install, used by several processes at once."""
