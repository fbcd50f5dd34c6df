"""A team whose year is put into evidence packs, and what somebody can do to a pack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from answerable.audit.verifier.archive import archive
from builders import RepoBuilder
from e2e.asking import Said
from e2e.releasing import Releasing
from policy.gating import ADA, AUTH, CLAUDE

PERIOD = ("--from", "2000", "--to", "2099")


class Audited(Releasing):
    """A change that was reviewed, gated and deployed, and one that was pushed straight to the main line."""

    def __init__(self, repo: RepoBuilder, folder: Path) -> None:
        super().__init__(repo, folder)
        self.ready()
        self.done(
            "record", "deploy", self.head, "--environment", "production", "--as", "service", *self.builder.signing
        )
        self.direct = repo.commit(
            {AUTH: "a\nb\nc\nd\n", "docs/a.md": "x\n"}, message=f"Quick fix\n\n{CLAUDE}", author=ADA
        )
        repo.checkout()

    def pack(self, name: str = "pack.zip", *options: str) -> Path:
        """Make a pack."""
        file = self._folder / name
        self.done("audit", "pack", *PERIOD, "--key", os.fspath(self.ada.key), "-o", os.fspath(file), *options)
        return file

    def verify(self, file: Path, *options: str) -> Said:
        """Verify one."""
        return self.run("audit", "verify", os.fspath(file), "--format", "json", *options)


def contents(file: Path) -> dict[str, bytes]:
    """The files of a pack."""
    with zipfile.ZipFile(file) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def written(files: Mapping[str, bytes], file: Path) -> Path:
    """A pack of these files, as whoever has no key would write it."""
    file.write_bytes(archive(files))
    return file


def read(files: Mapping[str, bytes], name: str) -> Any:
    """A JSON file of a pack."""
    return json.loads(files[name])


def alone(file: Path, *options: str, blocked: str = "") -> subprocess.CompletedProcess[str]:
    """Verify with the one file that is in the pack, as a stranger does; without a library where it is blocked."""
    program = file.with_name("verify_pack.py")
    program.write_bytes(zipfile.ZipFile(BytesIO(file.read_bytes())).read("verify_pack.py"))
    block = f"import sys; sys.modules[{blocked!r}] = None; " if blocked else "import sys; "
    run = f"{block}import runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-I", "-c", run, os.fspath(program), os.fspath(file), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
