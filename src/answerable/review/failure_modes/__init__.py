"""Failure modes known of AI-written code: what a change brings of them, told as findings of an analyser.

Each mode is one rule with examples that must and must not match, run by the tests. None of it reads a work tree, a
configuration of the repository, or the network.
"""
