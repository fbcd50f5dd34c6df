"""The commands of `answerable mandate`."""
