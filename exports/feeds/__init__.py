"""What is made whole from the store and never edited: Atom feeds, EPUB books, a day's text for pasting."""
