"""What the organisation asks of a change: layers and rules, read strictly, and never from the change itself."""
