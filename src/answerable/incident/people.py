"""Guarantees: who did what to bring lines in is told by deed: committing and merging are never called accepting.

A forge that makes the commit itself and a tool that commits its own work are named as such: neither is a person who
took anything in. The mailmap, which whoever commits can write, makes no person of them, and none of them of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from answerable.domain.answer import Span
from answerable.domain.commit import Person
from answerable.domain.origin import Origin
from answerable.domain.owner import Called
from answerable.provenance.table import identity

_FORGES = frozenset({"noreply@github.com", "noreply@gitlab.com"})


class _Act(NamedTuple):
    words: str  # "Ada <ada@example.com> committed it"
    commit: str
    day: str


def forge_made(person: Person) -> bool:
    """True where a forge, not a person, is named as committer."""
    return person.email.lower() in _FORGES


@lru_cache(maxsize=10_000)
def tool_made(person: Person) -> bool:
    """True where the account is a tool's own; a person at work with a tool, such as `Ada (aider)`, is a person."""
    return identity(person.name, person.email) is not None or "[bot]@" in person.email.lower()


def not_a_person(who: Person) -> bool:
    """True for a forge and for a tool's own account."""
    return tool_made(who) or forge_made(who)


def mapped(written: Person, mailmap: Callable[[Person], Person]) -> Person:
    """Who a commit names, as the mailmap calls people; what is no person, before or after, stays as written."""
    called = mailmap(written)
    return written if not_a_person(written) or not_a_person(called) else called


def somebody(spans: Iterable[Span]) -> bool:
    """True where at least one person is named who brought lines in."""
    return any(_person(span) is not None for span in spans)


def acts(spans: Sequence[Span], *, mail: bool = True) -> list[str]:
    """What was done to bring these lines in, by whom and when; most commits first.

    Args:
        spans: The lines.
        mail: With mail addresses.
    """
    grouped: dict[str, dict[str, str]] = {}
    for act in (act for span in spans for act in _acts(span, mail)):
        grouped.setdefault(act.words, {})[act.commit] = act.day
    ordered = sorted(grouped.items(), key=lambda item: -len(item[1]))
    return [f"{words} {_when(days, 'merges' if words.endswith('merged it') else 'commits')}" for words, days in ordered]


def whom(call: Called, known: Collection[str] = ()) -> str:
    """Who is to be called, and how they are reached; the team where nobody of it is known by name.

    Args:
        call: Of an escalation.
        known: Names of whom it is told already how they are reached.
    """
    names = [f"{name} ({reached})" if reached and name not in known else name for name, reached in call.people[:2]]
    more = f" and {len(call.people) - 2} more" if len(call.people) > 2 else ""
    named = " or ".join(names) + more if names else call.target
    return f"{named} of {call.target}" if names and len(call.people) > 1 else named


def _acts(span: Span, mail: bool) -> Iterable[_Act]:
    if span.committer and span.commit:
        yield _Act(_committed(span, span.committer, mail), span.commit, (span.committed_at or "")[:10])
    merge = span.delivery
    if merge.merged_by and merge.merge and merge.merge != span.commit:
        yield _Act(f"{_name(merge.merged_by, mail)} merged it", merge.merge, (merge.merged_at or "")[:10])


def _committed(span: Span, committer: Person, mail: bool) -> str:
    if tool_made(committer):
        return f"{_name(committer, mail)}, a tool's own account, committed it"
    if forge_made(committer) and span.author:
        return f"{committer.name} committed it for {_name(span.author, mail)}"
    driver = span.lines.person or ""
    if driver and driver.partition(" <")[0] != committer.name:
        deed = "wrote it" if span.lines.origin is Origin.HUMAN else "had it written"
        return f"{driver if mail else driver.partition(' <')[0]} {deed}, {_name(committer, mail)} committed it"
    return f"{_name(committer, mail)} committed it"


def _person(span: Span) -> Person | None:
    for person in (span.delivery.merged_by, span.committer):
        if person and not not_a_person(person):
            return person
    author = span.author
    if author and span.committer and forge_made(span.committer) and not not_a_person(author):
        return author
    return None


def _name(person: Person, mail: bool) -> str:
    return str(person) if mail and person.email else person.name or person.email or "somebody unnamed"


def _when(days: dict[str, str], what: str) -> str:
    first, last = min(days.values()), max(days.values())
    if len(days) == 1:
        return f"on {first}"
    return f"in {len(days)} {what}, {f'{first} to {last}' if first != last else f'on {first}'}"
