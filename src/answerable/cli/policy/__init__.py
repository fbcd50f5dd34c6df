"""The commands of `answerable policy`, one a file."""
