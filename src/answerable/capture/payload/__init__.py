"""Reads what an agent gives to a hook before or after a tool use, and answers it: one module an agent (`registry`)."""
