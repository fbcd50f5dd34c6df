"""What is known of a change: its lines, its authors, who approved and countersigned, what the forge says."""
