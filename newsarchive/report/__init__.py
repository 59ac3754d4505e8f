"""The health of an archive as one static page: what is gathered of the store and the folders, and how it is shown."""
