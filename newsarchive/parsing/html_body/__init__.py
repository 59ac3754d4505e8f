"""HTML bodies as trees."""
