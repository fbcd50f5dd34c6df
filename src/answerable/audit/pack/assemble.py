"""Puts a pack together: the population first, what cannot be explained before all else, then proofs and controls.

The same facts, ledger, frameworks, nonce and secret give the same bytes. What is withheld leaves its leaves, and the
manifest says how many rows those are and why.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from answerable import __version__
from answerable.audit.ask.run import selected
from answerable.audit.facts.decided import Decided
from answerable.audit.facts.facts import Facts
from answerable.audit.framework.documents import doubts, framework_document
from answerable.audit.framework.model import Assessed, Expects, Framework
from answerable.audit.framework.status import assess
from answerable.audit.pack import proofs, rows
from answerable.audit.pack.proofs import Sealed
from answerable.audit.pack.samples import drawn, seed_of
from answerable.audit.signal.documents import signal_document
from answerable.audit.signal.groups import signals
from answerable.audit.table import Table, as_csv
from answerable.audit.tables import Tables
from answerable.audit.verifier.one_file import one_file
from answerable.domain.decision import Kind

SCHEMA = "answerable/evidence-pack/v1"
MANIFEST = "manifest.json"
SIGNED = "manifest.dsse.json"
SAMPLE = 25

Shown = Callable[[Mapping[str, Any]], bool]
Told = Callable[[Sequence[tuple[Framework, Sequence[Assessed]]]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a pack is to hold.

    `shown` says which rows may be seen; `why` is the reason for what may not. `older` is a checkpoint of the last pack.
    """

    frameworks: Sequence[Framework]
    nonce: str = ""
    sample: int = SAMPLE
    secret: bytes = b""
    shown: Shown | None = None
    why: str = ""
    older: str | None = None
    older_size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The files of a pack but for its signature, and what is in them."""

    files: Mapping[str, bytes]
    manifest: bytes
    assessed: Sequence[tuple[Framework, Sequence[Assessed]]]


def assemble(facts: Facts, decided: Decided, sealed: Sealed | None, asked: Asked, told: Told = lambda _of: {}) -> Pack:
    """Make a pack.

    Args:
        facts: Of the period.
        decided: What the ledger says.
        sealed: The ledger at a checkpoint; None where there is none.
        asked: What it is to hold.
        told: Makes further files of the controls, such as the report.
    """
    tables = Tables(facts, lambda: decided)
    assessed = [(each, assess(each, facts, tables)) for each in asked.frameworks]
    changes, ran = tables.of("changes"), tables.of("deployments")
    files: dict[str, bytes] = dict(told(assessed))
    roots = {}
    for name, of in (("population", changes), ("deployments", ran)):
        every = rows.salted(of, asked.secret)
        shown = [asked.shown is None or asked.shown(row) for row in of.rows]
        kept = Table(of.name, of.columns, tuple(row for row, show in zip(of.rows, shown, strict=True) if show))
        files[f"{name}.csv"] = as_csv(kept)
        files[f"{name}.json"] = _json({"rows": rows.document(rows.withheld(every, shown))})
        roots[name] = {"rows": len(every), "shown": len(kept.rows), "root": rows.root(every)}
        if of is changes:
            changes = kept
    files.update(_lists(changes, tables.of("decisions", ever=True), assessed, tables, whole=asked.shown is None))
    named = {row["id"] for row in changes.rows} if asked.shown else None
    documents = [_named(framework_document(each, of), named) for each, of in assessed]
    files["controls.json"] = _json({"frameworks": documents})
    measured = signals(facts.changes, facts.drills)
    files["signals.json"] = _json({"signals": {one.definition.name: signal_document(one) for one in measured}})
    seed = seed_of(facts.ledger.root, asked.nonce)
    files.update(_samples(tables.of("changes"), seed, asked, sealed))
    if sealed:
        files["checkpoint"] = sealed.note.encode()
        files["keys.json"] = _json(proofs.keys(decided.history, sealed))
        if asked.older:
            files["older-checkpoint"] = asked.older.encode()
            files["consistency.json"] = _json(
                {"from": asked.older_size, "hashes": sealed.consistency(asked.older_size)}
            )
    files["verify_pack.py"] = one_file()
    manifest = _manifest(facts, asked, seed, roots, files)
    return Pack(files={**files, MANIFEST: manifest}, manifest=manifest, assessed=assessed)


def _manifest(facts: Facts, asked: Asked, seed: str, roots: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    return rows.canonical(
        {
            "schema": SCHEMA,
            "program": f"answerable {__version__}",
            "head": facts.head,
            "period": {"from": _moment(facts.period.start), "to": _moment(facts.period.end)},
            "ledger": {"origin": facts.ledger.origin, "size": facts.ledger.size, "root": facts.ledger.root},
            "policy": facts.policy,
            **roots,
            "sample": {"nonce": asked.nonce, "seed": seed, "size": asked.sample},
            "withheld": {"why": asked.why} if asked.shown else None,
            "first": [*doubts(facts), *facts.notes],
            "files": [
                {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
                for name, data in sorted(files.items())
            ],
        }
    )


def _lists(
    changes: Table,
    decisions: Table,
    assessed: Sequence[tuple[Framework, Sequence[Assessed]]],
    tables: Tables,
    *,
    whole: bool,
) -> dict[str, bytes]:
    """What an auditor reads first: what is not explained, what is an exception, what was an emergency, what is gone."""
    unexplained = [row for row in changes.rows if row["unexplained"]]
    emergency = [row for row in changes.rows if row["emergency"] or row["override"]]
    redactions = [row for row in decisions.rows if row["kind"] == Kind.REDACT.value]
    exceptions = _exceptions(assessed, tables)
    excepted = [
        {**row, "unexplained": tuple(exceptions[row["commit"]])} for row in changes.rows if row["commit"] in exceptions
    ]
    short = ("id", "at", "commit", "subject", "origin", "layer", "authors", "approvals", "gate")
    found = {
        "unexplained.csv": as_csv(_with(changes, unexplained), (*short, "unexplained")),
        "emergency.csv": as_csv(_with(changes, emergency), (*short, "override", "review_due", "review_done")),
        # what was erased may be of a change that is withheld: then only that it was
        "redactions.csv": as_csv(_with(decisions, redactions), None if whole else ("entry", "decision", "kind", "at")),
    }
    text = as_csv(_with(changes, excepted), (*short, "unexplained"))
    found["exceptions.csv"] = text.replace(b",unexplained\r\n", b",controls\r\n", 1)
    return found


def _exceptions(assessed: Iterable[tuple[Framework, Sequence[Assessed]]], tables: Tables) -> dict[str, list[str]]:
    """By commit, the controls that a change is an exception to."""
    found: dict[str, list[str]] = {}
    for framework, controls in assessed:
        for one in controls:
            for test in one.control.tests:
                if test.expects is Expects.NONE and test.question.table == "changes":
                    for row in selected(test.question, tables.of("changes")):
                        name = f"{framework.id} {one.control.id}"
                        if name not in found.setdefault(row["commit"], []):
                            found[row["commit"]].append(name)
    return found


def _named(document: dict[str, Any], shown: set[str] | None) -> dict[str, Any]:
    """A framework whose examples name nothing that is withheld."""
    for test in (test for control in document["controls"] for test in control["tests"]):
        if shown is not None:
            test["examples"] = [name for name in test["examples"] if name in shown or name.startswith("entry ")]
    return document


def _with(of: Table, found: Sequence[Mapping[str, Any]]) -> Table:
    return Table(of.name, of.columns, tuple(found))


def _samples(changes: Table, seed: str, asked: Asked, sealed: Sealed | None) -> dict[str, bytes]:
    """The rows that the seed draws; a withheld one is named by its place and nothing else."""
    found = {}
    hidden = {
        at for row in changes.rows if asked.shown and not asked.shown(row) for at in row["decisions"]
    }  # decisions that are about a withheld change, too
    for number, at in enumerate(drawn(seed, len(changes.rows), asked.sample), 1):
        row = changes.rows[at]
        shown = asked.shown is None or asked.shown(row)
        body = proofs.sample(_plain(row), row["decisions"], sealed, hidden) if shown else {"withheld": True}
        found[f"samples/{number:03}.json"] = _json({"place": at, **body})
    return found


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def _json(document: Any) -> bytes:
    return json.dumps(json.loads(rows.canonical(document)), indent=1, ensure_ascii=True).encode() + b"\n"


def _moment(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%SZ"))
