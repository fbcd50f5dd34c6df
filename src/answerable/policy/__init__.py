"""What the organisation asks of a change: trust layers and rules, read strictly, from a commit and never from the change."""
