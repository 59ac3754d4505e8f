"""The editor's work on the store, without files: candidates, picks, stories, selections."""
