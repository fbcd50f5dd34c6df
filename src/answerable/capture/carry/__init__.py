"""Carries who wrote lines from commits to the commits that were made of them; what is not certain is unknown."""
