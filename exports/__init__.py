"""What editors get: Markdown archives written from the store, and their own archives read back into it."""
