"""What `answerable record` puts into a decision's details: options for the kinds that ask for members of their own."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from answerable.cli.deploying import deploy_details
from answerable.domain.decision import Kind, Subject
from answerable.errors import DecisionInvalid, LineOutOfRange, PathNotFound
from answerable.git.objects import GitObject
from answerable.git.quoting import quoted
from answerable.git.repository import Repository
from answerable.provenance.decisions import digest_of_lines

F = TypeVar("F", bound=Callable[..., Any])

_LINES = re.compile(r"(.+):([0-9]{1,9})(?:-([0-9]{1,9}))?", re.DOTALL)
_REVIEWS = (Kind.REVIEW, Kind.APPROVE)
_EXAMPLE = 'for example: --details \'{"change":"#12"}\''
_NEEDED = {  # what a kind cannot do without, and how to say it
    Kind.REVIEW: ("verdict", "--verdict approved, changes_requested or commented"),
    Kind.COUNTERSIGN: ("intent", "--intent TEXT"),
    Kind.ATTEST: ("claim", '--details \'{"source":…,"claim":…}\''),
}


def details_options(function: F) -> F:
    """`--details` and the options that fill it in."""
    for option in (
        click.option("--change", metavar="ID", help="The change that was reviewed, for example #12."),
        click.option("--verdict", metavar="WORD", help="Of a review: approved, changes_requested, commented."),
        click.option("--intent", metavar="TEXT", help="Of a countersign: what the lines are meant to do."),
        click.option(
            "--state", metavar="WORD",
            help="Of an acceptance: as_is, modified, unknown. "
            "Of a deploy: active, rolled_back, superseded, removed, unreported.",
        ),
        click.option(
            "--how", metavar="WORD",
            help="Of an acceptance: human_explicit, standing_grant, automatic, human_reject, unknown.",
        ),
        click.option(
            "--lines", multiple=True, metavar="PATH:A-B", help="Lines it is about, as they are at the first SUBJECT."
        ),
        click.option("--details", metavar="JSON", help="Members that the kind defines: JSON, or @FILE."),
    ):  # fmt: skip
        function = option(function)
    return function


def details(repository: Repository | None, subjects: Sequence[Subject], given: dict[str, Any]) -> dict[str, Any]:
    """The details of a decision.

    Args:
        repository: Where lines are looked up.
        subjects: What the decision is about.
        given: The options of the command.

    Raises:
        DecisionInvalid: they cannot be read, or lack what the kind needs.
        PathNotFound: there are no such lines.
        LineOutOfRange: the file is shorter.
    """
    kind, found = Kind(given["kind"]), _given(given["details"])
    if kind is Kind.ACCEPT:
        found = {"how": "unknown", "state": "unknown"} | found
    if kind is Kind.APPROVE:
        found = {"verdict": "approved"} | found
    found |= {name: given[name] for name in ("how", "state", "intent", "verdict", "change") if given[name]}
    found |= deploy_details(given)
    commit = next((s.digest["gitCommit"] for s in subjects if "gitCommit" in s.digest), None)
    if kind in _REVIEWS and commit:
        found.setdefault("sha", commit)
    if given["lines"]:
        found["lines"] = [_lines(repository, commit, text) for text in given["lines"]]
    if kind is Kind.OVERRIDE and not given["rationale"]:
        raise DecisionInvalid("an override says why", hint="give it: --rationale TEXT")
    _ask(kind, found)
    return found


def _given(text: str | None) -> dict[str, Any]:
    text = text or "{}"
    try:
        found = json.loads(Path(text[1:]).read_text("utf-8") if text.startswith("@") else text)
    except (OSError, ValueError, RecursionError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else error
        raise DecisionInvalid(f"--details is no JSON object: {why}", hint=_EXAMPLE) from None
    if not isinstance(found, dict):
        raise DecisionInvalid("--details is no JSON object", hint=_EXAMPLE)
    return found


def _ask(kind: Kind, found: dict[str, Any]) -> None:
    if kind is Kind.COUNTERSIGN and "lines" not in found:
        raise DecisionInvalid("a countersign is over exact lines", hint="name them: --lines PATH:START-END")
    member, option = _NEEDED.get(kind, ("", ""))
    if member and member not in found:
        a = "an" if kind.value[0] in "aeiou" else "a"
        raise DecisionInvalid(f"{a} {kind.value} says its {member}", hint=f"give it: {option}")


def _lines(repository: Repository | None, commit: str | None, text: str) -> dict[str, Any]:
    found = _LINES.fullmatch(text)
    if found is None or commit is None or repository is None:
        hint = "write PATH:LINE or PATH:START-END, and a revision"
        raise PathNotFound(f"{text} names no lines of a commit", hint=hint)
    start, end = int(found[2]), int(found[3] or found[2])
    path, blob = _file(repository, commit, found[1])
    digest = digest_of_lines(blob.data, start, end)
    if digest is None:
        what = f"{found[1]} has no lines {start} to {end} at {commit[:12]}"
        raise LineOutOfRange(what, hint="give lines that are there")
    return {"path": quoted(path), "start": start, "end": end, "digest": digest}


def _file(repository: Repository, commit: str, given: str) -> tuple[bytes, GitObject]:
    """A file by its path from the folder one is in, or from the root."""
    path = given.encode("utf-8", "surrogateescape")
    for tried in dict.fromkeys(posixpath.normpath(folder + path) for folder in (repository.prefix, b"")):
        blob = repository.objects.get(commit.encode() + b":" + tried)
        if blob is not None and blob.kind == "blob":
            return tried, blob
    hint = "paths are relative to the folder you are in, or to the root"
    raise PathNotFound(f"{given} is no file at {commit[:12]}", hint=hint)
