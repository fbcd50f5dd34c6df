"""Guarantees: Agent Trace records are read from any bytes, each range at the grade it can honestly carry.

A record (specification 0.1.0) ties line ranges of files to contributors at one revision. Grades:

- `recorded`: `ai` or `mixed` lines, in a record that follows the specification, at a git revision, and with a
  content hash or a place in the file.
- `declared` at most: what the specification's own reference tool writes (``version`` "1.0"), whose revision
  is HEAD *before* the commit, so that the lines are of a tree that does not hold them yet; a range that
  starts at line 1 and has no content hash, since that tool gives every edit it could not find in the file as
  lines 1 to n; a record without a git revision; and whatever is said of people, since a hook on an agent sees
  agents only.
- `unknown` contributors are no evidence: grade `none`.

Pseudo-files (``.sessions``, ``.shell-history``) and paths that lead out of the repository hold no line of it
and are named as defects. Conversations are referred to by their address and never fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from answerable.domain.agent import Agent
from answerable.domain.evidence import Claim, Defect, Evidence
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance.findings import Findings
from answerable.provenance.message import shown
from answerable.provenance.table import UNKNOWN_TOOL, canonical

REVISION_BEFORE_COMMIT = "revision-before-commit"
"""For the caller, who alone can see that not the revision's tree but its child's holds the lines."""

DEFECTS: dict[str, str] = {
    "unreadable": "no JSON object, or not one of this kind",
    "loose-version": "not of the form 1.2.3, as the reference tool writes it: its lines are declared",
    "no-revision": "no git revision, so nobody can name the commit the lines belong to",
    "foreign-vcs": "a revision of another version control system",
    "revision-before-commit": "the revision is the parent of the commit that holds the lines",
    "pseudo-file": "a path the reference tool keeps its own state under; no line of the repository",
    "path-outside": "an absolute path, or one that leads out of the repository",
    "bad-range": "lines that are no range",
    "unplaced-range": "lines 1 to n without a content hash, as given for an edit not found in the file",
    "unknown-contributor": "a contributor type that the specification does not know",
    "malformed-record": "a field that is not of the documented type",
}

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PSEUDO = frozenset({".sessions", ".shell-history"})
_MAX_LINE = 10**9
_ORIGINS = {origin.value: origin for origin in Origin}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One range of a record: a claim about the tree at `revision`, None where the record names none."""

    revision: str | None
    claim: Claim
    content_hash: str | None = None
    loose: bool = False  # of the reference tool, whose revision is the parent of the commit that holds the lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All that one file of records says."""

    statements: tuple[Statement, ...] = ()
    defects: tuple[Defect, ...] = ()

    def claims_at(self, revision: str, *, loose: bool | None = None) -> tuple[Claim, ...]:
        """The claims that name one revision, as `combine` takes them.

        Args:
            revision: A commit; for loose statements, the parent of the commit whose lines they speak of.
            loose: Only the loose ones, only the others, or (None) both.
        """
        named = (statement for statement in self.statements if statement.revision == revision)
        return tuple(statement.claim for statement in named if loose is None or statement.loose is loose)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What holds for all ranges of a record."""

    where: str
    revision: str | None
    grade: Grade
    tool: str | None
    version: str | None
    loose: bool


def read_record(data: bytes, where: str) -> Trace:
    """Read one record.

    Args:
        data: A JSON object.
        where: Where a stranger finds it.
    """
    findings = Findings(where)
    record = _parsed(data)
    if record is None or not isinstance(record.get("files"), list):
        findings.add("unreadable", DEFECTS["unreadable"])
        return Trace(defects=findings.defects())
    context = _context(record, where, findings)
    statements = tuple(
        statement for file in _objects(record["files"], findings) for statement in _of_file(file, context, findings)
    )
    return Trace(statements=statements, defects=findings.defects())


def read_records(data: bytes, where: str) -> Trace:
    """Read a file of records, one a line; a single record over many lines is read too.

    Args:
        data: JSON lines.
        where: Where a stranger finds the file; the line is added.
    """
    if _parsed(data) is not None:
        return read_record(data, where)
    lines = ((number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip())
    traces = [read_record(line, f"{where}:{number}") for number, line in lines]
    return Trace(
        statements=tuple(statement for trace in traces for statement in trace.statements),
        defects=tuple(defect for trace in traces for defect in trace.defects),
    )


def _parsed(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _context(record: dict[str, Any], where: str, findings: Findings) -> _Context:
    grade = Grade.RECORDED
    version = record.get("version")
    loose = not (isinstance(version, str) and _VERSION.fullmatch(version))
    if loose:
        findings.add("loose-version", f"version {shown(str(version), 20)}")
        grade = Grade.DECLARED
    revision = _revision(record.get("vcs"), findings)
    tool = record.get("tool")
    name = tool.get("name") if isinstance(tool, dict) else None
    number = tool.get("version") if isinstance(tool, dict) else None
    return _Context(
        where=where,
        revision=revision,
        grade=grade if revision else Grade.DECLARED,
        tool=canonical(name) if isinstance(name, str) and name.strip() else None,
        version=number[:60] if isinstance(number, str) and number else None,
        loose=loose,
    )


def _revision(vcs: object, findings: Findings) -> str | None:
    revision = vcs.get("revision") if isinstance(vcs, dict) else None
    kind = vcs.get("type", "git") if isinstance(vcs, dict) else None
    if isinstance(kind, str) and kind != "git":
        findings.add("foreign-vcs", shown(kind, 20))
    elif isinstance(revision, str) and _REVISION.fullmatch(revision):
        return revision
    else:
        findings.add("no-revision", DEFECTS["no-revision"])
    return None


def _of_file(file: dict[str, Any], context: _Context, findings: Findings) -> Iterator[Statement]:
    path = file.get("path")
    if not isinstance(path, str) or not path:
        findings.add("malformed-record", "a file without a path")
        return
    if path.partition("/")[0] in _PSEUDO:
        findings.add("pseudo-file", shown(path, 60))
        return
    if path.startswith(("/", "\\")) or path[1:2] == ":" or ".." in re.split(r"[/\\]", path):
        findings.add("path-outside", "a path that is not inside the repository")
        return
    name = path.removeprefix("./").encode("utf-8", "surrogatepass")
    for conversation in _objects(file.get("conversations"), findings):
        session = _session(conversation)
        for span in _objects(conversation.get("ranges"), findings):
            contributor = span.get("contributor", conversation.get("contributor"))
            statement = _statement(name, span, contributor, session, context, findings)
            if statement is not None:
                yield statement


def _statement(
    path: bytes,
    span: dict[str, Any],
    contributor: object,
    session: str | None,
    context: _Context,
    findings: Findings,
) -> Statement | None:
    start, end, digest = span.get("start_line"), span.get("end_line"), span.get("content_hash")
    if not (_is_line(start) and _is_line(end) and start <= end):
        findings.add("bad-range", "start_line and end_line are no range")
        return None
    digest = digest[:200] if isinstance(digest, str) and digest else None
    origin, model = _contributor(contributor, findings)
    grade = Grade.NONE if origin is Origin.UNKNOWN else context.grade
    if origin is Origin.HUMAN:
        grade = min(grade, Grade.DECLARED)
    if start == 1 and digest is None:
        findings.add("unplaced-range", f"lines 1 to {end}")
        grade = min(grade, Grade.DECLARED)
    claim = Claim(
        origin=origin,
        grade=grade,
        evidence=Evidence(source="agent-trace", ref=shown(context.where), grade=grade, claim=_words(origin)),
        agent=None if origin is Origin.HUMAN else _agent(context, model, session),
        path=path,
        lines=Ranges.of([(start, end)]),
    )
    return Statement(revision=context.revision, claim=claim, content_hash=digest, loose=context.loose)


def _contributor(found: object, findings: Findings) -> tuple[Origin, str | None]:
    kind = found.get("type") if isinstance(found, dict) else None
    model = found.get("model_id") if isinstance(found, dict) else None
    if isinstance(kind, str) and kind not in _ORIGINS:
        findings.add("unknown-contributor", shown(kind, 20))
    origin = _ORIGINS.get(kind, Origin.UNKNOWN) if isinstance(kind, str) else Origin.UNKNOWN
    return origin, model[:250] if isinstance(model, str) and model else None


def _session(conversation: dict[str, Any]) -> str | None:
    """The address of the session, or else of the conversation."""
    related = conversation.get("related")
    for item in related if isinstance(related, list) else ():
        if isinstance(item, dict) and item.get("type") == "session" and isinstance(item.get("url"), str):
            return str(item["url"])[:300]
    url = conversation.get("url")
    return url[:300] if isinstance(url, str) and url else None


def _agent(context: _Context, model: str | None, session: str | None) -> Agent | None:
    if context.tool is None and model is None and session is None:
        return None
    return Agent(tool=context.tool or UNKNOWN_TOOL, tool_version=context.version, model=model, session=session)


def _words(origin: Origin) -> str:
    said = {Origin.AI: "AI wrote", Origin.HUMAN: "a person wrote", Origin.MIXED: "AI and a person wrote"}
    return f"the record says that {said.get(origin, 'nobody knows who wrote')} these lines"


def _objects(found: object, findings: Findings) -> Iterator[dict[str, Any]]:
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            yield item
        else:
            findings.add("malformed-record", "an item of a list is no object")
    if found is not None and not isinstance(found, list):
        findings.add("malformed-record", "a list is of another type")


def _is_line(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MAX_LINE
