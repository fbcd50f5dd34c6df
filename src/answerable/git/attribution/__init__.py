"""Whole-tree attribution: for every line at a revision the commit, path and line that `git blame` gives.

`lineage` walks history once and finds which versions of which files matter; `hunks` diffs just those pairs;
`annotate` carries lines forward through the versions; `store` and `snapshot` keep what never changes.
"""
