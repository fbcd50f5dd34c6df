"""Who wrote each line of a text, followed through its edits. Pure: no file, no clock, no git."""
