"""What is said of a story in any format."""
