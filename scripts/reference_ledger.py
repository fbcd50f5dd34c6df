"""Documents of the commands that keep a ledger, printed by those commands on a ledger made for it.

What needs another machine (a witness, an authority) stands here as it is printed; tests hold that to the commands.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from answerable.cli import main
from answerable.cli.ledger import verify_
from answerable.ledger.keys import load_signer
from answerable.ledger.log import Ledger, digests_of
from answerable.ledger.statement import read_statement
from answerable.ledger.store import NewEntry
from answerable.ledger.trust import Problem
from answerable.ledger.verify import Report

Document = dict[str, Any]
ELSEWHERE: dict[str, list[Document]] = {
    "ledger witness ask": [{"schema": "answerable/ledger-witness/v1", "url": "", "cosignatures": [""]}],
    "ledger timestamp": [{"schema": "answerable/ledger-timestamp/v1", "size": 1, "time": ""}],
}


class Whole(dict[str, Any]):
    """An object that another page describes: its keys are not listed again."""


def ledger_documents() -> dict[str, list[Document]]:
    """Command → documents that it prints, with every key filled and with every optional one empty."""
    found: dict[str, list[Document]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, document in _story(Path(folder)):
            found.setdefault(name, []).append(document)
    problems = [Problem(kind="", index=index, detail="") for index in (1, None)]
    full = Report(size=1, sealed=1, problems=problems, witnessed=[""])
    found["ledger verify"] = [verify_.document(report, 1) for report in (full, Report())]
    return found | ELSEWHERE


def _story(base: Path) -> Iterator[tuple[str, Document]]:
    """Ada begins a ledger, trusts Bo, decides, proves, shares and erases; Eve writes into the database."""
    shop, other = base / "shop", base / "other"
    _git(base, "init", "--quiet", "--bare", "remote")
    _git(base, "init", "--quiet", "shop")
    _git(shop, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    _git(shop, "remote", "add", "origin", "../remote")
    ada, _, eve = (_signing(base, name) for name in ("ada", "bo", "eve"))
    (base / "prompt").write_text("words")
    _run(shop, "init", "--no-capture", *ada)
    _run(shop, "init", "--ledger", os.fspath(other), *eve)
    window = ("--valid-after", "2020-01-01T00:00:00Z", "--valid-before", "2100-01-01T00:00:00Z")
    key = load_signer(base / "bo").public
    yield "ledger append", _run(shop, "ledger", "key", "add", key.line, "--for", "bo@example.com", *window, *ada)
    kept = ("--context", f"prompt={base / 'prompt'}")
    recorded = _run(shop, "record", "deploy", *kept, *ada)
    yield "record", recorded
    file = os.fspath(base / "signed")
    yield "record", _run(shop, "record", "deploy", "-o", file, *eve)
    erase = ("ledger", "redact", recorded["context"][0]["sha256"], "--rationale", "asked")
    yield "ledger redact", _run(shop, *erase, *ada, "--key", os.fspath(base / "bo"))
    yield "ledger redact", _run(shop, *erase, "-o", os.fspath(base / "redact"), *ada)
    yield "ledger sync", _run(shop, "ledger", "sync")
    yield "ledger checkpoint", _run(shop, "ledger", "checkpoint")
    yield "ledger export", _run(shop, "ledger", "export", os.fspath(base / "export"))
    yield "ledger import", _run(shop, "ledger", "import", os.fspath(base / "export"), "--ledger", os.fspath(other))
    proof = os.fspath(base / "proof")
    yield "ledger prove", _run(shop, "ledger", "prove", "0", "-o", proof)
    for place in ((), ("--ledger", os.fspath(other))):
        vkey = _run(shop, "ledger", "checkpoint", *place)["vkey"]
        yield "ledger prove --check", _run(shop, "ledger", "prove", proof, "--check", "--vkey", vkey)
    seen = os.fspath(base / "seen")
    for place in ((), (), ("--ledger", os.fspath(other))):
        yield "ledger witness remember", _run(shop, "ledger", "witness", "remember", seen, *place)
    _run(shop, "ledger", "key", "revoke", key.fingerprint, *ada)
    _run(shop, "ledger", "key", "role", "legal", "--for", "bo@example.com", *ada)
    yield "ledger show --keys", _run(shop, "ledger", "show", "--keys")
    _write(shop / ".git" / "answerable" / "ledger", Path(file).read_bytes().strip())
    shown = _run(shop, "ledger", "show")
    yield "ledger show", {**shown, "entries": [{**e, "statement": Whole(e["statement"])} for e in shown["entries"]]}


def _write(place: Path, leaf: bytes) -> None:
    """Write into the database what the ledger would not take."""
    from answerable.ledger.envelope import decode

    decision = read_statement(decode(leaf).payload)
    with Ledger(place) as ledger:
        ledger.store.append([NewEntry(decision.decision_id, leaf, digests_of(decision))])


def _signing(folder: Path, name: str) -> tuple[str, ...]:
    data = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
    return "--key", os.fspath(folder / name), "--id", f"{name}@example.com"


def _git(folder: Path, *arguments: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {"GIT_CONFIG_GLOBAL": os.devnull}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgSign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, env=environment, check=True)


def _run(folder: Path, *arguments: str) -> Document:
    """The document that a command prints, whatever its exit."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()), suppress(SystemExit):  # the answer may be no
        main.run(["-C", os.fspath(folder), *arguments, "--format", "json"])
    found: Document = json.loads(out.getvalue())
    if found["schema"] == "answerable/error/v1":
        raise SystemExit(f"error: answerable {' '.join(arguments)}: {found['message']}")
    return found
