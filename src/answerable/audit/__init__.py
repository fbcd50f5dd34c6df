"""What entered a repository, how well it is evidenced, and how fast the six questions can be answered."""
