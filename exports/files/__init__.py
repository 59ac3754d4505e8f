"""Files in which hand edits stay: what was written to them, what a hand changed, and both merged."""
