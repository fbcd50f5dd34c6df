"""What is known of how a change was reviewed, and by whom; never more than the evidence says."""
