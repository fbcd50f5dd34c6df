"""The program that comes with every pack and verifies it; one file, which needs nothing of this package."""
