"""What is learnt from an incident: what contributed, what will be done by whom and when, and whether it came back."""
