"""ithome.com."""
