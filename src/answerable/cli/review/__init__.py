"""The commands of `answerable review`, one a file."""
