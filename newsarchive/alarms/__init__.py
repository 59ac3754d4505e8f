"""What an operator has to know: what is wrong, why, what to do, and who is told of it, once."""
