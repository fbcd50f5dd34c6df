"""What runs on a developer's machine, beside the agents: reads what they say of their own work."""
