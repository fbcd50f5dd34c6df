"""Assessments as OSCAL, NIST's machine-readable form, for tools that take in no other."""
