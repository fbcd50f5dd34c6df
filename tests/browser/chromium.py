"""The system's Chromium, without a window: takes pictures of pages, and says what a page did that it may not do.

A machine without it fails the tests that need it: what a person sees is part of what is promised.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def program() -> str:
    """Where it is."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "Chromium is missing; next: install it (Debian and Ubuntu: apt-get install chromium)"
    return found


def picture(page: Path, to: Path, width: int = 1100, height: int = 1600, *, dark: bool = False) -> bytes:
    """A picture of a page as PNG."""
    size = f"--window-size={width},{height}"
    scheme = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
    _run(f"--screenshot={to}", "--hide-scrollbars", size, *scheme, page.as_uri())
    return to.read_bytes()


def text_of(page: Path) -> str:
    """The document as Chromium understood it, after whatever could run has run."""
    return _run("--dump-dom", "--virtual-time-budget=2000", page.as_uri())


def _run(*words: str) -> str:
    with tempfile.TemporaryDirectory(prefix="answerable-chromium-", ignore_cleanup_errors=True) as profile:
        command = [
            program(), "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-sync", "--disable-extensions", "--proxy-server=127.0.0.1:9", f"--user-data-dir={profile}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []), *words,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
