"""Pictures: what bytes are one, the mirror that keeps their originals by content, and what an article's are called in it."""
