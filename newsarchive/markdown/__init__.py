"""CommonMark, in and out: body trees as Markdown, and Markdown as body trees. Pure: text in, values out."""
