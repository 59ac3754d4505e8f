"""HTML bodies as trees: the walk over the elements that all sites share, and what it asks of lists, code, styles and formulas."""
