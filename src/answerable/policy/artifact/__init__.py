"""Whether an artifact may be put into use: which revision it was made of, and what the gate said of that."""
