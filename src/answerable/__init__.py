"""Answerable says who is answerable for a line, a change or a stack trace in any git repository."""

__version__ = "0.1.0"
