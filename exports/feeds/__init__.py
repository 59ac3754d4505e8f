"""What is made whole from the store and never edited: Atom feeds, EPUB books, a day as text, as HTML for pasting, and as a mail."""
