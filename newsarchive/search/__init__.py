"""What is asked for in words, which articles that finds, and where in them. Pure: both engines hold their answers to it."""
