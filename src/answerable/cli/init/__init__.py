"""What `answerable init` and `uninit` do, in parts."""
