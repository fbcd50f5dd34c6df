"""People with keys of their own, and the ledger of a repository as they use it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from answerable.cli import main as program
from answerable.ledger.keys import PublicKey
from builders import RepoBuilder
from e2e.asking import Said

Maker = Callable[..., RepoBuilder]
CODE = {"a.py": "one\ntwo\nthree\nfour\n"}


@dataclass(frozen=True)
class Someone:
    """Somebody with a key pair in files, as ssh-keygen leaves them."""

    id: str
    key: Path

    @property
    def public(self) -> PublicKey:
        """The public key."""
        return PublicKey.parse(self.key.with_suffix(".pub").read_text())

    @property
    def signing(self) -> tuple[str, ...]:
        """The options with which they sign."""
        return ("--key", os.fspath(self.key), "--id", self.id)


def someone(name: str, folder: Path) -> Someone:
    """Make somebody and a key."""
    private = Ed25519PrivateKey.generate()
    key = folder / f"key-{name}"
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    key.with_suffix(".pub").write_text(f"{line} {name}@laptop\n")
    return Someone(f"{name}@example.com", key)


def run(*arguments: str, cwd: Path) -> Said:
    """Run a command in this process: for what only leads to what a test is about."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = program.run(["-C", os.fspath(cwd), *arguments])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())


def done(*arguments: str, cwd: Path) -> dict[str, Any]:
    """Run a command that must succeed, and return its document."""
    said = run(*arguments, "--format", "json", cwd=cwd)
    assert said.code == 0, said.out + said.err
    return said.json


class Team:
    """A repository with a ledger that Ada began.

    Attributes:
        repo: The repository; its first commit holds `CODE`.
        ada: The administrator, who is also the author.
        vkey: The key of the log.
    """

    def __init__(self, repo: RepoBuilder, folder: Path, *, begun: bool = True) -> None:
        self.repo, self._folder = repo, folder
        self.ada = someone("ada", folder)
        self.root = repo.root
        self.sha = repo.commit(CODE)
        repo.checkout()
        self.vkey: str = self.done("init", "--no-capture", *self.ada.signing)["ledger"]["vkey"] if begun else ""

    def add(self, name: str, *options: str, by: Someone | None = None) -> Someone:
        """Somebody whose key the ledger trusts."""
        who = someone(name, self._folder)
        public = os.fspath(who.key.with_suffix(".pub"))
        self.done("ledger", "key", "add", public, "--for", who.id, *options, *(by or self.ada).signing)
        return who

    def stranger(self, name: str) -> Someone:
        """Somebody whose key the ledger does not know."""
        return someone(name, self._folder)

    def run(self, *arguments: str) -> Said:
        """Run a command in this process."""
        return run(*arguments, cwd=self.root)

    def done(self, *arguments: str) -> dict[str, Any]:
        """Run a command that must succeed."""
        return done(*arguments, cwd=self.root)

    def record(self, who: Someone, kind: str, *options: str) -> dict[str, Any]:
        """Somebody decides something."""
        return self.done("record", kind, *options, *who.signing)

    def review(self, who: Someone, *options: str) -> dict[str, Any]:
        """Somebody approves HEAD."""
        return self.record(who, "review", "HEAD", "--verdict", "approved", *options)

    def entries(self) -> list[dict[str, Any]]:
        """The newest entries."""
        entries: list[dict[str, Any]] = self.done("ledger", "show")["entries"]
        return entries

    def size(self) -> int:
        """How many entries there are."""
        size: int = self.done("ledger", "show")["size"]
        return size
