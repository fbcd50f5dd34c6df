"""Reads a file of cases beside a policy, as strictly as the policy: all faults, each with its line and column."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from answerable.domain.acceptance import How
from answerable.domain.fault import Fault
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.verdict import Outcome
from answerable.errors import PolicyInvalid
from answerable.policy.cases import DAY, HEAD, STALE, Case, Checked, Expected, Lines
from answerable.policy.change.context import Approval, Change, Check
from answerable.policy.change.emergency import Declaration, parsed
from answerable.policy.change.facts import What
from answerable.policy.model import Policy
from answerable.strict_yaml.nodes import Mapping, Node, Scalar, Unreadable, compose
from answerable.strict_yaml.reading import Notes, words_of

T = TypeVar("T")

ENDING = "_test.yaml"
NAME = f"policy{ENDING}"
KEYS = ("version", "cases")
CASE_KEYS = ("name", "lines", "authors", "approvals", "checks", "context", "emergency", "mandate", "today", "expect")
LINE_KEYS = (
    *("path", "old_path", "lines", "what", "origin", "grade", "tool", "model", "acceptance", "countersigned_by"),
    *("owners", "content", "checklist"),
)
APPROVAL_KEYS = ("by", "kind", "teams", "identities", "stale")
CONTEXT_KEYS = ("id", "title", "target", "author")
EMERGENCY_KEYS = ("by", "why", "at", "teams")
EXPECT_KEYS = ("verdict", "rules", "not_rules", "layer")
KINDS = ("human", "agent", "service")
SUCCEEDED, FAILED = "success", "failure"
MOST_CASES = 1000
MOST_LINES = 1_000_000
_GRADES = {grade.word: grade for grade in Grade}
_MOMENT = "2026-01-01T12:00:00Z"


def load(data: bytes, name: str, policy: Policy) -> tuple[Case, ...]:
    """Read cases.

    Raises:
        PolicyInvalid: names file, line, column and the fix of the first fault; `read` gives all.
    """
    cases, faults = read(data, name, policy)
    if faults:
        first, more = faults[0], len(faults) - 1
        also = f" (and {more} more)" if more else ""
        raise PolicyInvalid(f"{first.where}: {first.message}{also}", hint=first.fix)
    return cases


def read(data: bytes, name: str, policy: Policy) -> tuple[tuple[Case, ...], tuple[Fault, ...]]:
    """Read cases, or all faults of their file: one of the two is empty.

    Args:
        data: The bytes of the file; any.
        name: How faults call it.
        policy: What is tested: cases can expect no other rules and layers than it has.
    """
    notes = Notes(name)
    try:
        node = compose(data, name)
    except Unreadable as error:
        return (), (error.fault,)
    keys = notes.keys(node, "a file of cases", *KEYS, needs=KEYS)
    version = keys.get("version")
    if version is not None and (not isinstance(version, Scalar) or version.style or version.text != "1"):
        notes.add(version.at, "this version of the format is not known", "write `version: 1`")
    cases = _Reader(notes, policy).cases(keys["cases"]) if "cases" in keys else ()
    if notes.faults:
        return (), tuple(sorted(notes.faults, key=lambda fault: fault.position))
    return cases, ()


class _Reader:
    def __init__(self, notes: Notes, policy: Policy) -> None:
        self._notes = notes
        self._rules = {rule.name: rule.name for rule in policy.rules}
        self._layers = {rule.layer.name: rule.layer.name for rule in policy.layers}

    def cases(self, node: Node) -> tuple[Case, ...]:
        nodes = self._notes.each(node, "cases", lambda item: item)
        if len(nodes) > MOST_CASES:
            self._notes.add(node.at, f"these are {len(nodes)} cases; {MOST_CASES} is the most", "make several files")
            return ()
        found = tuple(self._case(each) for each in nodes)
        if not found:
            self._notes.add(node.at, "there are no cases", "write `- name: …` and its keys below")
        seen: set[str] = set()
        for case in found:
            if case.name and case.name in seen:
                self._notes.add(case.position, f"the case {case.name[:80]!r} is here twice", "give it another name")
            seen.add(case.name)
        return found

    def _case(self, node: Node) -> Case:
        notes = self._notes
        keys = notes.keys(node, "a case", *CASE_KEYS, needs=("name", "lines", "expect"))
        lines = notes.each(keys["lines"], "lines", self._lines) if "lines" in keys else ()
        if "lines" in keys and not lines:
            notes.add(keys["lines"].at, "the case has no lines", "write `- path: …` and its keys below")
        change = self._context(keys["context"]) if "context" in keys else Change()
        return Case(
            name=notes.text(keys["name"], "name") if "name" in keys else "",
            lines=lines,
            expected=self._expected(keys["expect"]) if "expect" in keys else Expected(),
            authors=notes.texts(keys["authors"], "authors") if "authors" in keys else (),
            approvals=notes.each(keys["approvals"], "approvals", self._approval) if "approvals" in keys else (),
            checks=self._checks(keys["checks"]) if "checks" in keys else (),
            change=replace(change, head=HEAD),
            emergency=self._emergency(keys["emergency"]) if "emergency" in keys else None,
            mandate=self._roles(keys["mandate"]) if "mandate" in keys else (),
            today=notes.day(keys["today"], "today") if "today" in keys else DAY,
            position=node.at,
        )

    def _roles(self, node: Node) -> tuple[str, ...]:
        found = self._notes.each(node, "mandate", lambda item: self._notes.name(item, "a role"))
        return tuple(dict.fromkeys(role for role in found if role))

    def _lines(self, node: Node) -> Lines:
        notes = self._notes
        keys = notes.keys(node, "an entry of lines", *LINE_KEYS, needs=("path",))
        number = notes.number(keys["lines"], "lines", MOST_LINES) if "lines" in keys else 1
        if "lines" in keys and not number:
            notes.add(keys["lines"].at, "lines must be at least 1", "write how many lines there are")
        self._belongs(keys, node)
        content = keys.get("content")
        if content is not None and not isinstance(content, Scalar):
            notes.add(content.at, "content must be a text", "write it below `content: |`")
        return Lines(
            path=self._path(keys, "path") or "",
            old_path=self._path(keys, "old_path"),
            count=max(1, number),
            what=notes.one(keys["what"], "what", words_of(What), What.ADDED) if "what" in keys else What.ADDED,
            origin=notes.one(keys["origin"], "origin", words_of(Origin), Origin.UNKNOWN)
            if "origin" in keys
            else Origin.UNKNOWN,
            grade=notes.one(keys["grade"], "grade", _GRADES, Grade.NONE) if "grade" in keys else Grade.NONE,
            tool=notes.text(keys["tool"], "tool") if "tool" in keys else None,
            model=notes.text(keys["model"], "model") if "model" in keys else None,
            acceptance=notes.one(keys["acceptance"], "acceptance", words_of(How), How.UNKNOWN)
            if "acceptance" in keys
            else None,
            countersigned_by=notes.texts(keys["countersigned_by"], "countersigned_by")
            if "countersigned_by" in keys
            else (),
            owners=notes.texts(keys["owners"], "owners") if "owners" in keys else (),
            content=content.text if isinstance(content, Scalar) else None,
            checklist=notes.one(keys["checklist"], "checklist", words_of(Checked), None)
            if "checklist" in keys
            else None,
        )

    def _belongs(self, keys: dict[str, Node], node: Node) -> None:
        """Keys that say nothing without another."""
        if "model" in keys and "tool" not in keys:
            self._notes.add(keys["model"].at, "a model is that of a tool", "add `tool: …`")
        what = keys.get("what")
        if isinstance(what, Scalar) and what.text == What.MOVED.value and "old_path" not in keys:
            self._notes.add(node.at, "lines that moved came from another path", "add `old_path: …`")

    def _path(self, keys: dict[str, Node], key: str) -> str | None:
        if key not in keys:
            return None
        path = self._notes.text(keys[key], key)
        parts = path.split("/")
        if path and (path.startswith("/") or "" in parts or not {".", ".."}.isdisjoint(parts)):
            fix = "write it as from the top of the repository: src/login.py"
            self._notes.add(keys[key].at, f"{path[:80]!r} is no path of a file", fix)
        return path

    def _approval(self, node: Node) -> Approval:
        notes = self._notes
        keys = notes.keys(node, "an approval", *APPROVAL_KEYS, needs=("by",))
        stale = notes.truth(keys["stale"], "stale") if "stale" in keys else False
        return Approval(
            by=notes.text(keys["by"], "by") if "by" in keys else "",
            sha=STALE if stale else HEAD,
            kind=notes.one(keys["kind"], "kind", {kind: kind for kind in KINDS}, "human")
            if "kind" in keys
            else "human",
            teams=notes.texts(keys["teams"], "teams") if "teams" in keys else (),
            identities=notes.texts(keys["identities"], "identities") if "identities" in keys else (),
        )

    def _checks(self, node: Node) -> tuple[Check, ...]:
        if not isinstance(node, Mapping):
            self._notes.add(node.at, "checks must be a mapping", f"write `NAME: {SUCCEEDED}`")
            return ()
        words = {SUCCEEDED: SUCCEEDED, FAILED: FAILED}
        ends = [(key.text, self._notes.one(value, "a check", words, FAILED)) for key, value in node.pairs]
        return tuple(Check(name=name, succeeded=end == SUCCEEDED, said=end) for name, end in ends)

    def _context(self, node: Node) -> Change:
        keys = self._notes.keys(node, "context", *CONTEXT_KEYS)
        texts = {key: self._notes.text(value, key) for key, value in keys.items()}
        return Change(**{key: texts.get(key) for key in CONTEXT_KEYS})  # type: ignore[arg-type]

    def _emergency(self, node: Node) -> Declaration:
        notes = self._notes
        keys = notes.keys(node, "emergency", *EMERGENCY_KEYS, needs=("by", "why", "at"))
        at = parsed(notes.text(keys["at"], "at")) if "at" in keys else None
        if "at" in keys and at is None:
            notes.add(keys["at"].at, "at must be a moment", f'write it as "{_MOMENT}"')
        return Declaration(
            by=notes.text(keys["by"], "by") if "by" in keys else "",
            why=notes.text(keys["why"], "why") if "why" in keys else "",
            at=at or datetime.fromisoformat(_MOMENT),
            sha=HEAD,
            teams=notes.texts(keys["teams"], "teams") if "teams" in keys else (),
        )

    def _expected(self, node: Node) -> Expected:
        notes = self._notes
        keys = notes.keys(node, "expect", *EXPECT_KEYS)
        if isinstance(node, Mapping) and not node.pairs:
            notes.add(node.at, "nothing is expected", "write `verdict: fail`, or the rules that find something")
        nothing: str | None = None
        verdict: Outcome | None = None
        return Expected(
            verdict=notes.one(keys["verdict"], "verdict", words_of(Outcome), verdict) if "verdict" in keys else None,
            rules=notes.some(keys["rules"], "rules", self._rules) if "rules" in keys else (),
            not_rules=notes.some(keys["not_rules"], "not_rules", self._rules) if "not_rules" in keys else (),
            layer=notes.one(keys["layer"], "layer", self._layers, nothing) if "layer" in keys else None,
        )
