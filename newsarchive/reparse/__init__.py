"""The archive read again: today's parsers over the raw pages, what that would change, and the writing of it."""
