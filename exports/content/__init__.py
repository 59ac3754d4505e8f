"""What is said of a story in any format: its entry, its words, whose it is."""
