"""Proves that what was installed records: a dry edit by each agent, a dry commit, a look at what they rest on."""
