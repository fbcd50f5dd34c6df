"""Parts of `answerable carry`."""
