"""What `answerable accept` does step by step: who may sign, what is shown, what is asked."""
