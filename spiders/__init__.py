"""Stage 1: where pages come from. One thin spider a site; what they share stands in `base`."""
