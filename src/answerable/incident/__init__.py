"""From a line, a change or a stack trace to the answer: who is answerable, on what evidence, and what is missing."""
