"""The page of an archive's health."""
