"""Tests of newsarchive/sites."""
