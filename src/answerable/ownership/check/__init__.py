"""What `owners check` looks for: one module a kind of question, each a function from what was asked to findings."""
