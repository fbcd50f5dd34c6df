"""Rules that an incident suggests, as a tested change of the policy, measured over what has come in so far."""
