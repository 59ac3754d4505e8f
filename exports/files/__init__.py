"""Files in which hand edits stay."""
