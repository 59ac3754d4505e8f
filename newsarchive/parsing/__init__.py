"""Shared reading by job: dates, text, HTML bodies, JavaScript literals. Pure functions."""
