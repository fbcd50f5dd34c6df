"""A rehearsal: a line is drawn, the six questions are asked, the escalation is walked, and what came of it is kept."""
