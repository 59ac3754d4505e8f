"""Tests of newsarchive/parsing."""
