"""A git server over HTTP with our hook, and a clone to push from."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from builders import RepoBuilder
from builders.repository import clean_environment

ROOT = Path(__file__).parent.parent.parent
POLICY = """\
version: 1
layers:
  - {name: critical, purpose: money, paths: ["/pay/"]}
  - {name: standard, purpose: the rest}
rules:
  - name: pay-needs-review
    match: {layers: [critical], origins: [ai, mixed, unknown]}
    require: {reviewers: {humans: 1}}
    action: Deny
    message: lines in pay/ need an independent reviewer
"""
SOFT = POLICY.replace("Deny", "Audit")
SEED = {".answerable/policy.yaml": POLICY, "README": "shop\n", "pay/old.py": "total = 1\n"}
FINE = {"README": "shop\nopen\n"}
BAD = {"pay/charge.py": "charge()\nrefund()\n"}


class Pushed:
    """What a push left behind: its exit, and what the server said, without git's prefix."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.err = done.stderr.decode("utf-8", "replace")
        self.said = "\n".join(line.rstrip() for line in re.findall(r"^remote: ?(.*)$", self.err, re.MULTILINE))
        assert "Traceback" not in self.err, self.err


class Shop:
    """A server with one repository, and a clone to push from."""

    def __init__(self, folder: Path, address: str, server: RepoBuilder) -> None:
        self.server = server
        self.clone = server.clone(folder / "clone")
        self.clone.git("remote", "set-url", "origin", f"{address}/shop.git")
        self._home = os.fspath(folder)

    def push(self, *words: str | bytes) -> Pushed:
        environment = clean_environment(self._home) | {"no_proxy": "*", "NO_PROXY": "*"}
        command = ["git", "-C", os.fspath(self.clone.root), "push", *words]
        return Pushed(subprocess.run(command, env=environment, capture_output=True, check=False, timeout=120))

    def refused(self, *words: str | bytes) -> str:
        """What the server says to a push that it must refuse; nothing there changes."""
        before = self.refs()
        done = self.push(*words)
        assert done.code != 0, done.err
        assert "pre-receive hook declined" in done.err
        assert done.said.startswith("answerable: this push is refused"), done.err
        assert self.refs() == before
        return done.said

    def taken(self, *words: str | bytes) -> str:
        """What the server says to a push that it must take."""
        done = self.push(*words)
        assert done.code == 0, done.err
        assert "refused" not in done.said
        return done.said

    def refs(self) -> dict[str, str]:
        rows = self.server.git("for-each-ref", "--format=%(refname) %(objectname)").decode("utf-8", "replace")
        return dict(row.rsplit(" ", 1) for row in rows.splitlines())


def made(folder: Path, seed: dict[str, str] | None, **options: object) -> RepoBuilder:
    """The server's repository with the hook that is in our repository."""
    server = RepoBuilder(folder / "srv" / "shop.git", bare=True, **options)  # type: ignore[arg-type]
    if seed:
        server.commit(seed)
    return guarded(server)


def guarded(server: RepoBuilder) -> RepoBuilder:
    server.git("config", "http.receivepack", "true")
    (server.root / "hooks").mkdir(exist_ok=True)
    shutil.copy(ROOT / "hooks" / "pre-receive", server.root / "hooks" / "pre-receive")
    return server
