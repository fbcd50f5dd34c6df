"""The commands of `answerable incident`."""
