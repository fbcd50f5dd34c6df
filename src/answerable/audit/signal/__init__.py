"""Signals: what governance reaches and costs, defined once, measured over any set of changes, never by person."""
