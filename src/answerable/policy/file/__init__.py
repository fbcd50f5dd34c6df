"""A policy file: found in a commit, read strictly, joined with its preset, written out again."""
