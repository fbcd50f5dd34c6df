"""A policy applied to what is known of a change."""
