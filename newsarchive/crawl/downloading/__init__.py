"""The way of a request to its host and of the answer back: whom we ask, how often, what is believed and kept."""
