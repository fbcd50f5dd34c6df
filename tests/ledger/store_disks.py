"""Small disks for tests: real ones where this machine lets us mount, and folders without permission elsewhere."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path


class Disk:
    """A folder that can be made read-only, for root too.

    Args:
        folder: The folder.
        mounted: Whether it is a disk of its own; if not, permissions stand in for it.
    """

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder = folder
        self.mounted = mounted

    def remount(self, option: str) -> None:
        """Change the disk while it is in use."""
        subprocess.run(["mount", "-o", f"remount,{option}", self.folder], check=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing in the folder may be written."""
        if self.mounted:
            self.remount("ro")
        paths = [] if self.mounted else [*self.folder.iterdir(), self.folder]
        for path in paths:
            path.chmod(0o555)
        try:
            with nullcontext() if self.mounted else _without_privileges():
                yield
        finally:
            for path in reversed(paths):
                path.chmod(0o700)
            if self.mounted:
                self.remount("rw")


@contextmanager
def _without_privileges() -> Iterator[None]:
    """Permissions mean nothing to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def small_disk(size: str) -> Iterator[Disk]:
    """A disk of this size, such as `1m`; without a limit where none can be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", os.fspath(folder)]
    root = os.geteuid() == 0
    mounted = (
        root and bool(shutil.which("mount")) and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )
    try:
        yield Disk(folder, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", folder], check=True)
        shutil.rmtree(folder)
