"""The parts of the Markdown writer, one job each; `newsarchive.markdown.writer` is the way in."""
