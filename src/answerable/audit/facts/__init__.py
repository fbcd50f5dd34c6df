"""What happened in a period, joined once: changes, what they brought, who looked, what was decided, where it ran."""
