"""Runs the program as `python -m answerable`."""

from answerable.cli.start import main

main()
