"""What an agent can ask of a policy, as plain data of known shape and bounded size; nothing is written.

The policy of `may_edit` and `explain_layer` is that of the branch which the work is to go into, as for the guard; that
of `explain_verdict` is that of the base, as for the gate. The answers have no slots: their types become the schemas of
the tools, and what makes those reads a slot as a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from answerable.capture.payload.model import Edit, Event, Kind, ToolUse
from answerable.errors import LineOutOfRange, PathNotFound
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.policy.in_force import base_of_work
from answerable.policy.outputs.harmless import shown, visible
from answerable.policy.whereabouts import whereabouts

MOST = 100  # findings, obligations, rules
MOST_PATH = 4096  # characters
MOST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class MayEdit:
    """Whether an agent may change a file."""

    path: str
    decision: str  # allow, ask or deny
    reason: str | None  # why it is not simply allowed, and what is allowed instead
    context: str | None  # what a change there will need


@dataclass(frozen=True, kw_only=True)
class RuleAbout:
    """A rule that would be about a file."""

    name: str
    action: str
    asks: list[str]
    conditions: list[str]
    message: str | None
    waived: bool


@dataclass(frozen=True, kw_only=True)
class LayerOf:
    """In which trust layer a file is, why, and what that means."""

    path: str
    there: bool
    line: int | None
    origin: str | None
    grade: str | None
    layer: str
    rank: int  # 0 is the most severe
    purpose: str
    because: str
    rules: list[RuleAbout]
    policy: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a change lacks, and the next step."""

    rule: str
    severity: str
    layer: str | None
    path: str | None
    start: int | None
    end: int | None
    message: str
    remedy: str | None


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What a rule asks of the change as a whole."""

    rule: str
    needs: str
    have: str
    met: bool


@dataclass(frozen=True, kw_only=True)
class VerdictOf:
    """The verdict of the gate on a range, without what a forge knows."""

    verdict: str  # pass, fail or error
    base: str
    head: str
    policy: str
    mode: str
    findings: list[Finding]
    obligations: list[Owed]
    notes: list[str]
    problem: str | None
    remedy: str | None
    left_out: int  # findings and obligations beyond the most that are given


def may_edit(folder: Path, path: str, tool: str | None = None, model: str | None = None) -> MayEdit:
    """Say whether an agent may change a file.

    Args:
        folder: The repository, or a folder in it.
        path: The file, from there or absolute.
        tool: The agent's name; one that is not known is not among the allowed ones.
        model: Its model.

    Raises:
        PathNotFound: it is in no repository.
        PolicyInvalid: a policy in force has a fault.
        PolicyUnevaluable: it cannot be read or applied.
    """
    from answerable.policy.guarding import guarded
    from answerable.provenance.table import canonical

    _short(path, MOST_PATH)
    where = whereabouts(path, str(folder.resolve()))
    if not where.inside and not where.odd:
        raise PathNotFound(f"{visible(path)} is in no repository", hint="name a file of the repository")
    known = canonical(tool[:MOST_NAME]) if tool and tool.strip() else None
    with Repository(folder):  # outside of one there is nobody to ask
        use = ToolUse(
            agent=known,
            event=Event.BEFORE,
            kind=Kind.EDIT,
            edits=(Edit(path),),
            model=model[:MOST_NAME] if model else None,
            cwd=str(folder.resolve()),
        )
        answer = guarded(use, folder)
    return MayEdit(
        path=visible(path), decision=answer.decision.value, reason=answer.reason or None, context=answer.context or None
    )


def explain_layer(folder: Path, path: str, line: int | None = None) -> LayerOf:
    """Say in which trust layer a file is, and which rules would be about it, or about one of its lines.

    Args:
        folder: The repository, or a folder in it.
        path: The file, from there or absolute; it need not be there, where no line is asked about.
        line: One of its lines, as it is at HEAD.

    Raises:
        PathNotFound: it is no file of the repository.
        LineOutOfRange: it has no such line.
        PolicyInvalid: a policy has a fault.
        PolicyUnevaluable: it cannot be read.
    """
    from answerable.policy.file.find import policy_at, with_folders
    from answerable.policy.judge.explain import explain

    with Repository(folder) as repository:
        name = _name(repository, folder, path)
        head = repository.resolve("HEAD")
        policy = with_folders(repository, policy_at(repository, base_of_work(repository) or head), [name])
        at = entry_at(repository.objects, head, name)
        content = at.data if at is not None and at.kind == "blob" else None
        origin = _line(repository, head, name, line, content) if line is not None else None
        found = explain(policy, name, content, datetime.now(UTC).date(), origin)
    layer = found.placed.layer
    return LayerOf(
        path=shown(found.path),
        there=content is not None,
        line=line,
        origin=origin.origin.value if origin else None,
        grade=origin.grade.word if origin else None,
        layer=layer.name,
        rank=layer.rank,
        purpose=layer.purpose,
        because=visible(found.placed.because),
        rules=[_rule(each) for each in found.rules[:MOST]],
        policy=visible(policy.source),
    )


def explain_verdict(folder: Path, base: str, head: str = "HEAD") -> VerdictOf:
    """Judge a change as the gate would, without what a forge knows of it.

    Args:
        folder: The repository, or a folder in it.
        base: The branch that the change is to go into, or a whole range `BASE..HEAD`.
        head: The change's newest commit.

    Raises:
        RevisionNotFound: one of them names no commit.
    """
    from answerable.policy.gate import gate
    from answerable.policy.outputs.json import document

    left, dots, right = base.partition("..")
    with Repository(folder) as repository:
        begin = _commit(repository, left)
        end = _commit(repository, right.removeprefix(".") if dots else head)
        told = document(gate(repository, begin, end))
    findings, obligations, problem = told["findings"], told["obligations"], told["problem"] or {}
    over = max(0, len(findings) - MOST) + max(0, len(obligations) - MOST)
    return VerdictOf(
        verdict=told["verdict"],
        base=told["range"]["base"],
        head=told["range"]["head"],
        policy=visible(told["policy"]["source"]),
        mode=told["policy"]["mode"],
        findings=[_finding(each) for each in findings[:MOST]],
        obligations=[_owed(each) for each in obligations[:MOST]],
        notes=[visible(each) for each in told["notes"][:MOST]],
        problem=_seen(problem.get("message")),
        remedy=_seen(problem.get("remedy")),
        left_out=over,
    )


def _name(repository: Repository, folder: Path, path: str) -> bytes:
    """The path from the top of the tree."""
    _short(path, MOST_PATH)
    where = whereabouts(path, str(folder.resolve()))
    root = str(repository.root)
    names = [inside.names for inside in where.inside if inside.root == root and inside.names]
    if not names:
        raise PathNotFound(f"{visible(path)} is no file of this repository", hint="name a file inside it")
    return names[0][0]


def _line(repository: Repository, head: str, name: bytes, line: int, content: bytes | None) -> Any:
    from answerable.incident.answer import answer

    lines = (content or b"").count(b"\n") + ((content or b"\n")[-1:] != b"\n")
    if not 0 < line <= lines:
        raise LineOutOfRange(f"the file has {lines} lines at HEAD, not {line}", hint="name a line that is there")
    spans = answer(repository, head, f"{repository.root}/{name.decode('utf-8', 'surrogateescape')}:{line}").spans
    return spans[0].lines if spans else None


def _rule(each: Any) -> RuleAbout:
    from answerable.policy.judge.asks import asked, conditions

    rule = each.rule
    return RuleAbout(
        name=rule.name,
        action=rule.action.value,
        asks=[visible(words) for words in asked(rule)],
        conditions=[visible(words) for words in conditions(rule)],
        message=_seen(rule.message),
        waived=bool(each.waivers),
    )


def _finding(each: dict[str, Any]) -> Finding:
    path = each["path"]
    return Finding(
        rule=each["rule"],
        severity=each["severity"],
        layer=each["layer"],
        path=shown(path.encode("utf-8", "surrogateescape")) if path is not None else None,
        start=each["start"],
        end=each["end"],
        message=visible(each["message"]),
        remedy=_seen(each["remedy"]),
    )


def _owed(each: dict[str, Any]) -> Owed:
    return Owed(rule=each["rule"], needs=visible(each["needs"]), have=visible(each["have"]), met=each["met"])


def _seen(words: str | None) -> str | None:
    return visible(words) if words else None


def _commit(repository: Repository, named: str) -> str:
    _short(named, MOST_NAME)
    return repository.resolve(named)


def _short(text: str, most: int) -> None:
    if len(text) > most:
        raise PathNotFound(f"that has {len(text):,} characters; {most:,} is the most", hint="give the name alone")
