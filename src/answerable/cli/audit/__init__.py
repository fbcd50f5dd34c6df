"""The commands of `answerable audit`, a module each."""
