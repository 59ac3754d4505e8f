"""What the readers promise of damaged input, tried on pages that are damaged by chance: `make fuzz`."""
