"""The report of a pack, for people who know nothing of the product: what is governed, what is not, and since when."""
