"""Whether a run's pages are like those of the runs before it: what is measured, and what is out of range. Pure."""
