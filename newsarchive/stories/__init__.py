"""Which articles tell one story: fingerprints of texts, what two texts have in common, and groups. Pure."""
