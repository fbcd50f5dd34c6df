"""What reviewers of a change are asked about its AI-origin lines, who answered, and what is open."""
