"""Edited files back into picks."""
