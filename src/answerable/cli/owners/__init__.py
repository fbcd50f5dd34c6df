"""One file a command of `answerable owners`."""
