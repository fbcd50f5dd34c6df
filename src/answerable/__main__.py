"""Runs the program as `python -m answerable`."""

from answerable.cli.main import main

main()
