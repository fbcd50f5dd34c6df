"""Trust layers: which one a path is in, by its name, its kind, what its code touches and what breaks with it."""
