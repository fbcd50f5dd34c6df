"""Claim: `answerable --version` takes at most twice `python -c "import click"`."""

from __future__ import annotations

import subprocess
import sys

from _measure import best, say


def run(*command: str) -> None:
    """Run to the end and throw the output away."""
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    peer = best(lambda: run(sys.executable, "-c", "import click"), 15)
    ours = best(lambda: run(sys.executable, "-m", "answerable", "--version"), 15)
    say("answerable --version, against import click", "-", ours, peer, want=">= 0.5", met=peer / ours >= 0.5)
