"""What the sites show and what is held of it: each article that is missing, by name and reason."""
