"""What a forge knows of a change: who approved which commit, which checks ran. Read strictly, believed no further.

An approval counts for exactly the commit it names. A context that names another commit than the head, or another target
than the one asked about, is that of another change: an error, however alike the two are.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from answerable.domain.commit import Person
from answerable.errors import ContextInvalid
from answerable.policy.change.emergency import Declaration, parsed
from answerable.review.people import person

LARGEST = 4 << 20  # bytes
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_KINDS = ("human", "agent", "service")
_NO_MOMENT = "is no moment such as 2026-01-31T12:00:00Z"
_SUCCESS = frozenset({"success", "passed", "pass", "ok"})
_TOP = {"change", "approvals", "comments", "checks"}
_CHANGE = {"id", "author", "title", "target", "head", "authors", "emergency", "requested_at"}
_EMERGENCY = {"by", "why", "at", "sha", "teams"}
_APPROVAL = {"by", "at", "sha", "kind", "teams", "identities", "opened_files"}
_COMMENT = {"by", "at", "sha", "kind", "body", "identities", "edited_by", "path", "line", "id", "url"}
MOST_LINE = 10**9
_CHECK = {"name", "status", "conclusion", "sha", "url"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval as the forge has it."""

    by: str
    sha: str  # the commit that was approved
    kind: str  # human | agent | service
    at: str | None = None
    teams: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()  # other names of the same account: addresses, logins
    opened_files: tuple[str, ...] | None = None  # paths that they opened or ticked off; None: the forge does not tell

    @property
    def people(self) -> tuple[Person, ...]:
        """Every name that it gives for whoever approved."""
        return tuple(person(text) for text in (self.by, *self.identities))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment as the forge has it; on a line of a file at `sha` where `path` is given."""

    by: str
    kind: str  # human | agent | service
    body: str
    sha: str | None = None  # the head that it was made on; None: the forge does not say
    at: str | None = None
    identities: tuple[str, ...] = ()
    edited_by: str | None = None  # who wrote it as it is now, if somebody changed it
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check that ran; `sha` None: on the head."""

    name: str
    succeeded: bool
    said: str
    sha: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the forge calls the change; None where it is not said."""

    id: str | None = None
    title: str | None = None
    target: str | None = None
    head: str | None = None
    author: str | None = None
    authors: tuple[str, ...] = ()  # other names of whoever opened it
    emergency: Declaration | None = None  # somebody declared that it cannot wait
    requested_at: str | None = None  # when reviewers were asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All of it; `digest` is ``sha256:`` and hex of what was read."""

    change: Change = field(default_factory=Change)
    approvals: tuple[Approval, ...] = ()
    comments: tuple[Comment, ...] | None = None  # None: the forge does not tell
    checks: tuple[Check, ...] = ()
    digest: str | None = None

    @property
    def opened_by(self) -> tuple[Person, ...]:
        """Who opened the change, under every name that is given."""
        return tuple(person(text) for text in (self.change.author, *self.change.authors) if text)

    def must_be_of(self, head: str, *, change: str | None = None, target: str | None = None) -> None:
        """Hold it to the change that is asked about.

        Args:
            head: Full id of the head.
            change: Its id, where the caller says it.
            target: The branch it goes to, where the caller says it.

        Raises:
            ContextInvalid: it is that of another change.
        """
        known = self.change
        told = (("head", known.head, head), ("id", known.id, change), ("target", known.target, target))
        for what, mine, asked in told:
            if asked is not None and mine is not None and _plain(what, mine) != _plain(what, asked):
                hint = "give the context of this very change, fetched for its present head"
                raise ContextInvalid(f"the context is of another change: its {what} is {mine}, not {asked}", hint=hint)
            if what != "head" and asked is not None and mine is None:
                hint = f"let the context name it: change.{what}"
                raise ContextInvalid(f"the context does not say its {what}, so it may be of another change", hint=hint)


def read(data: bytes) -> Context:
    """Read a context.

    Raises:
        ContextInvalid: it is not what it claims to be; the message names the place.
    """
    if len(data) > LARGEST:
        raise _wrong("", f"is larger than {LARGEST >> 20} MiB")
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise _wrong("", "is nested too deeply") from None
    except ValueError as error:
        raise _wrong("", f"is no JSON: {error}") from None
    top = _mapping(document, "", _TOP)
    return Context(
        change=_change(top.get("change", {})),
        approvals=tuple(_approvals(top.get("approvals", []))),
        comments=tuple(_comments(top["comments"])) if "comments" in top else None,
        checks=tuple(_checks(top.get("checks", []))),
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
    )


def _change(value: object) -> Change:
    given = _mapping(value, "change", _CHANGE)
    number = given.get("id")
    if isinstance(number, int) and not isinstance(number, bool):
        given = {**given, "id": str(number)}
    known = ("id", "title", "target", "head", "author", "requested_at")
    texts = {key: _text(given.get(key), f"change.{key}") for key in known}
    if texts["requested_at"] is not None and parsed(texts["requested_at"]) is None:
        raise _wrong("change.requested_at", _NO_MOMENT)
    if texts["head"] is not None:
        _sha(texts["head"], "change.head")
    authors = _texts(given.get("authors", []), "change.authors")
    emergency = given.get("emergency")
    declared = None if emergency is None else _emergency(emergency, texts["head"])
    return Change(**texts, authors=authors, emergency=declared)


def _emergency(value: object, head: str | None) -> Declaration:
    """It is of the head that it names, else of the one that the context is of."""
    where = "change.emergency"
    given = _mapping(value, where, _EMERGENCY, needs=("by", "why", "at"))
    by, why = ((_text(given[key], f"{where}.{key}") or "").strip() for key in ("by", "why"))
    if not by or not why:
        raise _wrong(where, "says nothing of who declares it, or why")
    at = parsed(_text(given["at"], f"{where}.at") or "")
    if at is None:
        raise _wrong(f"{where}.at", _NO_MOMENT)
    sha = _sha(given["sha"], f"{where}.sha") if given.get("sha") is not None else head
    return Declaration(by=by, why=why, at=at, sha=sha, teams=_texts(given.get("teams", []), f"{where}.teams"))


def _approvals(value: object) -> Iterator[Approval]:
    for at, item in enumerate(_list(value, "approvals")):
        where = f"approvals[{at}]"
        given = _mapping(item, where, _APPROVAL, needs=("by", "sha", "kind"))
        opened = given.get("opened_files")
        yield Approval(
            **_who(given, where), sha=_sha(given["sha"], f"{where}.sha"), at=_text(given.get("at"), f"{where}.at"),
            teams=_texts(given.get("teams", []), f"{where}.teams"),
            opened_files=None if opened is None else _texts(opened, f"{where}.opened_files"),
        )  # fmt: skip


def _comments(value: object) -> Iterator[Comment]:
    for at, item in enumerate(_list(value, "comments")):
        where = f"comments[{at}]"
        given = _mapping(item, where, _COMMENT, needs=("by", "kind", "body"))
        texts: dict[str, Any] = {k: _text(given.get(k), f"{where}.{k}") for k in ("at", "edited_by", "path")}
        sha, line = given.get("sha"), given.get("line")
        if line is not None and (isinstance(line, bool) or not isinstance(line, int) or not 1 <= line <= MOST_LINE):
            raise _wrong(f"{where}.line", "is no number of a line")
        yield Comment(
            **_who(given, where), body=_text(given["body"], f"{where}.body") or "", line=line, **texts,
            sha=None if sha is None else _sha(sha, f"{where}.sha"),
        )  # fmt: skip


def _who(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Who approved or said something, what kind of account that is, and its other names."""
    kind = _text(given["kind"], f"{where}.kind")
    if kind not in _KINDS:
        raise _wrong(f"{where}.kind", f"is none of {', '.join(_KINDS)}")
    by = (_text(given["by"], f"{where}.by") or "").strip()
    if not by:
        raise _wrong(f"{where}.by", "names nobody")
    return {"by": by, "kind": kind, "identities": _texts(given.get("identities", []), f"{where}.identities")}


def _checks(value: object) -> Iterator[Check]:
    for at, item in enumerate(_list(value, "checks")):
        where = f"checks[{at}]"
        given = _mapping(item, where, _CHECK, needs=("name",))
        said = _text(given.get("conclusion", given.get("status")), f"{where}.conclusion") or "unknown"
        sha = given.get("sha")
        yield Check(
            name=_text(given["name"], f"{where}.name") or "",
            succeeded=said.lower() in _SUCCESS,
            said=said,
            sha=None if sha is None else _sha(sha, f"{where}.sha"),
        )


def _mapping(value: object, where: str, known: set[str], needs: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "is no object")
    unknown = sorted(set(value) - known)
    if unknown:
        raise _wrong(where, f"has a key that is not known: {unknown[0]}; known are {', '.join(sorted(known))}")
    missing = [key for key in needs if key not in value]
    if missing:
        raise _wrong(where, f"lacks the key {missing[0]}")
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(where, "is no list")
    return value


def _text(value: object, where: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _wrong(where, "is no text")
    return value


def _texts(value: object, where: str) -> tuple[str, ...]:
    found = [_text(item, f"{where}[{at}]") for at, item in enumerate(_list(value, where))]
    return tuple(text for text in found if text)


def _sha(value: object, where: str) -> str:
    if not isinstance(value, str) or not _SHA.fullmatch(value):
        raise _wrong(where, "is no full commit id in lower case")
    return value


def _plain(what: str, text: str) -> str:
    """A change may be told as `12`, `#12` or `!12`, a branch with or without its prefix."""
    return text.lstrip("#!") if what == "id" else text.removeprefix("refs/heads/") if what == "target" else text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _wrong(where: str, what: str) -> ContextInvalid:
    hint = "see the keys of a context in docs/how-to/gate-a-change.md"
    return ContextInvalid(f"the context{f' at {where}' if where else ''} {what}", hint=hint)
