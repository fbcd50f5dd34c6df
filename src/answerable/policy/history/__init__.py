"""The changes that a branch has taken in, read many at a time and judged one by one."""
