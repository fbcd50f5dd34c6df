"""Documents that the code makes from objects with every field filled, and from objects with every optional one empty.

Their keys and types are the reference: a field added to the code appears here without anybody writing it down.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import subprocess
import tempfile
import types
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from reference_accept import accept_documents
from reference_audit import audit_documents, manifests
from reference_capture import capture_documents
from reference_carry import carry_documents
from reference_checks import call_documents, check_documents
from reference_exchange import exchange_documents
from reference_failure_modes import failure_mode_documents
from reference_incident import incident_documents
from reference_install import install_documents
from reference_ledger import Whole, ledger_documents
from reference_mandate import mandate_documents
from reference_owners import owners_documents
from reference_policy import policy_documents
from reference_review import review_documents

from answerable.audit.gaps import Gap, gaps
from answerable.audit.layers import by_name, no_layers
from answerable.audit.provenance_test import Result
from answerable.audit.scan import Scan
from answerable.audit.tally import Tally
from answerable.cli import lines_, main, recall_, scan_, test_
from answerable.domain.answer import Answer
from answerable.domain.verdict import Verdict
from answerable.errors import PolicyInvalid
from answerable.git.repository import Repository
from answerable.incident import document
from answerable.incident.open.model import Incident
from answerable.incident.recall import Recall
from answerable.policy.outputs import json as verdict
from answerable.provenance.lines import LineSpan

NAME = "NAME"
FULL, PLAIN, BARE = 2, 1, 0
_VALUES = {str: (NAME, NAME), bytes: (b"NAME", b"NAME"), int: (1, 0), float: (1.0, 0.0), bool: (True, False)}
_KINDS = {"NoneType": "null", "str": "string", "int": "integer", "float": "number", "bool": "boolean"}

_OF_LINES = """From `answerable lines --format json`. `--format jsonl` prints the members of `spans`, one a line, and
nothing else. `--format parquet` has the same columns; there `boundary` is null where it is absent here."""


def fill(kind: Any, level: int = FULL) -> Any:
    """An object of a type with one element in every collection.

    Args:
        kind: A type of the domain, or a field's.
        level: FULL fills every optional field, PLAIN only those that hold objects, BARE none.
    """
    base, inner = get_origin(kind) or kind, get_args(kind)
    if base in (Union, types.UnionType):
        some = next(k for k in inner if k is not type(None))
        return fill(some, level) if level == FULL or (level == PLAIN and some not in _VALUES) else None
    if base in _VALUES:
        return _VALUES[base][0 if level == FULL else 1]
    if base is Counter:
        return Counter({NAME: 1})
    if base is tuple and inner[-1] is not Ellipsis:
        return tuple(fill(one, level) for one in inner)
    if base in (tuple, list):
        return base() if level != FULL and inner[0] is str else base([fill(inner[0], level)])
    if isinstance(base, type) and issubclass(base, Enum):
        return next(iter(base))
    hints = get_type_hints(base)
    named = [f.name for f in dataclasses.fields(base)] if dataclasses.is_dataclass(base) else list(base._fields)
    return base(**{name: fill(hints[name], level) for name in named})


def each(kind: Any) -> tuple[Any, ...]:
    """One object a level."""
    return tuple(fill(kind, level) for level in (FULL, PLAIN, BARE))


def documents() -> dict[str, tuple[str, list[Any]]]:
    """Schema → where it comes from, and documents of it."""
    answers = [dataclasses.replace(a, kind=k) for a, k in zip(each(Answer), ("trace", "trace", "path"), strict=True)]
    lines = [json.loads(next(iter(lines_._jsonl([span])))) for span in each(LineSpan)]
    made = {
        "answerable for": [document.document(answer, 1) for answer in answers],
        "answerable scan": [scan_.document(scan, 1) for scan in each(Scan)],
        "answerable test": [test_.document(result, 1) for result in each(Result)],
        "answerable gate": [verdict.document(found, 1) for found in each(Verdict)],
        "answerable recall": [recall_.document(found, 1) for found in each(Recall)],
    }
    others = ledger_documents() | policy_documents() | review_documents() | failure_mode_documents()
    others |= incident_documents(each(Incident))
    others |= audit_documents() | owners_documents() | mandate_documents() | check_documents()
    others |= exchange_documents()
    others |= accept_documents() | capture_documents() | carry_documents() | install_documents()
    made |= {f"answerable {command}": documents for command, documents in others.items()}
    told = {docs[0]["schema"]: (f"From `{command} --format json`.", docs) for command, docs in made.items()}
    whole = json.loads("".join(lines_._json([])))
    told[whole["schema"]] = (_OF_LINES, [{**whole, "spans": lines}])
    shop = _printed("demo")
    inner = {key: {"schema": shop[key]["schema"]} for key in ("scan", "answer", "stripped")}
    shop = {**shop, **inner, "commits": {NAME: ""}}
    told[shop["schema"]] = ("From `answerable demo --format json`.", [shop, {**shop, "folder": NAME}])
    packed = manifests()
    told[packed[0]["schema"]] = ("The `manifest.json` of an evidence pack.", packed)
    calls = call_documents()
    told[calls[0]["schema"]] = ("What `answerable owners drill --webhook URL` sends to that address.", calls)
    failed = _printed("for")
    told[failed["schema"]] = (
        "From every command in JSON mode that ends with exit 2 or 3.",
        [failed, {**failed, "hint": None}],
    )
    return told


def _printed(command: str) -> dict[str, Any]:
    """The document that a command prints."""
    out = io.StringIO()
    with redirect_stdout(out):
        main.run([command, "--format", "json"])
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def shapes(samples: Sequence[Any]) -> Iterator[tuple[str, str, bool]]:
    """Every key below some documents: (path, types, whether it may be absent), in the order of the first."""
    kinds: dict[str, dict[str, None]] = {}
    seen: Counter[str] = Counter()
    objects: Counter[str] = Counter()

    def look(value: Any, path: str) -> None:
        kind = _KINDS.get(type(value).__name__, "object" if isinstance(value, dict) else "array")
        if value in ({}, []):
            kind += ", empty yet"
        kinds.setdefault(path, {})[kind] = None
        if isinstance(value, dict) and not isinstance(value, Whole):
            objects[path] += 1
            for key, inner in value.items():
                below = f"{path}.{key}".lstrip(".")
                seen[below] += 1
                look(inner, below)
        elif isinstance(value, list):
            for inner in value:
                look(inner, f"{path}[]")

    for sample in samples:
        look(sample, "")
    for path, found in kinds.items():
        if path and not (path.endswith("[]") and f"{path}." in "".join(f"{p} " for p in kinds if p != path)):
            parent = path.rpartition(".")[0]
            yield path, _joined(found), not path.endswith("[]") and seen[path] < objects[parent]


def _joined(found: dict[str, None]) -> str:
    """`string or null`; an empty collection beside a filled one says nothing."""
    some = [kind for kind in found if not (kind.endswith(", empty yet") and kind.split(",")[0] in found)]
    return "null, yet" if some == ["null"] else " or ".join(sorted(some, key=lambda kind: kind == "null"))


def every_gap() -> list[Gap]:
    """Each gap once, from a repository that has all of them."""
    tally = fill(Tally)
    tally.lines_by_origin["unknown"] = 1
    tally.commits = 3
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {"GIT_CONFIG_GLOBAL": os.devnull}
    with tempfile.TemporaryDirectory() as folder:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"]
        for args in (["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "-m", "a"],
                     ["commit", "--quiet", "--allow-empty", "-m", "b"], ["replace", "HEAD", "HEAD~1"]):  # fmt: skip
            subprocess.run(["git", "-C", folder, *who, *args], check=True, env=environment)
        with Repository(Path(folder)) as repository:
            found = gaps(repository, repository.resolve("HEAD"), tally)
    layers = [no_layers(PolicyInvalid("its first fault"), 1), by_name(1)]
    return sorted([*found, *layers], key=lambda gap: gap.id)
