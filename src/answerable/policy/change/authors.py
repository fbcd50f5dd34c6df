"""Who made a change, and so cannot look at it independently: nobody gets out of it by another account or a rebase.

Authors are the authors and committers of every commit of the range, everybody whom a message names as having written
it with them, the people who prompted an agent, and whoever opened the change. The change's own .mailmap is not
believed: it could part what belongs together. Names that stand beside each other in one place are one
person's, transitively.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from answerable.domain.commit import Commit, Person
from answerable.domain.decision import Kind, PrincipalType
from answerable.provenance.decisions import SOURCE
from answerable.provenance.gather import Gatherer
from answerable.review.message import coauthors_of
from answerable.review.people import dependence, person

_NOREPLY = re.compile(r"^(?:[0-9]+\+)?([^@+]+)@users\.noreply\.", re.IGNORECASE)
_SERVICE = re.compile(r"^(?:no-?reply|donotreply|do-not-reply)@", re.IGNORECASE)
_TAGGED = re.compile(r"^([^@+]+)\+[^@]*@(.+)$")
_BOT = re.compile(r"\[bot\]", re.IGNORECASE)
_DEVELOPED = re.compile(r"^[\s*-]*(?:co-developed-by|pair-programmed-with)\s*:\s*(\S.{0,300})$", re.I | re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One person or tool that made a part of a change, and in which role: the first that was found."""

    who: Person
    role: str  # author | committer | co-author | prompted | opened


def names(who: Person) -> frozenset[str]:
    """What somebody goes by, in lower case: address, name, and the login where an address or a handle gives one."""
    login, tagged = _NOREPLY.match(who.email), _TAGGED.match(who.email)
    plain = f"{tagged[1]}@{tagged[2]}" if tagged and not login else ""  # ada+work@… reaches ada@…
    known = (who.email, who.name.lstrip("@"), login[1] if login else "", plain)
    return frozenset(text.strip().lower() for text in known if text.strip())


def is_service(who: Person) -> bool:
    """True for a bot, a tool or a forge's own account: nobody who could look at anything."""
    if _SERVICE.match(who.email) or any(_BOT.search(text) for text in (who.name, who.email)):
        return True
    return dependence(who, (), ()) is not None


class People:
    """Which names are of one person, as far as anything seen puts them together."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def learn(self, known: Iterable[str]) -> None:
        """These names are one person's."""
        first = None
        for name in known:
            root = self._root(name)
            if first is None:
                first = root
            self._parent[root] = first

    def same(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """True where a name of the one leads to a name of the other."""
        return bool(self.roots(one) & self.roots(other))

    def roots(self, known: Iterable[str]) -> set[str]:
        """One name for each person that these lead to."""
        return {self._root(name) for name in known}

    def _root(self, name: str) -> str:
        while (up := self._parent.setdefault(name, name)) != name:
            self._parent[name] = self._parent[up]
            name = up
        return name


@dataclass(frozen=True, slots=True)
class Authors:
    """Everybody who made a change; tools among them, which are no people."""

    all: tuple[Author, ...]
    people: People

    def role(self, known: frozenset[str]) -> str | None:
        """The role of whoever goes by these names, or None where nothing puts them among the authors."""
        mine = self.people.roots(known)
        for author in self.all:
            if mine & self.people.roots(_traits(author.who)):
                return author.role
        handles = {name for name in known if "@" not in name and " " not in name}
        if handles and not any("@" in name for name in known):  # only a handle is known: be careful
            for author in self.all:
                if any(name.partition("@")[0] in handles for name in _traits(author.who) if "@" in name):
                    return author.role
        return None


def _traits(who: Person) -> frozenset[str]:
    """By what an author is known again: a name like a bot's hides nobody whose address stands beside it."""
    if not is_service(who):
        return names(who)
    return frozenset(name for name in names(who) if "@" in name and not _SERVICE.match(name))


def authors(commits: Iterable[Commit], gatherer: Gatherer, opened_by: Sequence[Person] = ()) -> Authors:
    """Everybody who made the commits of a range.

    Args:
        commits: All commits of the range.
        gatherer: Reads evidence about them.
        opened_by: Who opened the change, as the forge says.
    """
    told = [Author(who=who, role="opened") for who in opened_by]
    for commit in commits:
        told.extend(authors_of(commit, gatherer))
    return joined(told)


def joined(told: Iterable[Author]) -> Authors:
    """Authors that were found in several places, each once."""
    found: dict[frozenset[str], Author] = {}
    people = People()
    for author in told:
        known = names(author.who)
        if known and known not in found:
            found[known] = author
            if not is_service(author.who):
                people.learn(known)
    return Authors(tuple(found.values()), people)


def authors_of(commit: Commit, gatherer: Gatherer) -> Iterator[Author]:
    """Everybody who made one commit, some more than once."""
    yield Author(who=commit.author, role="author")
    yield Author(who=commit.committer, role="committer")
    for who in (*coauthors_of(commit), *map(person, _DEVELOPED.findall(commit.message))):
        yield Author(who=who, role="co-author")
    for claim in gatherer.reading(commit).claims:
        if claim.person and claim.evidence.source != SOURCE:
            yield Author(who=person(claim.person), role="prompted")
    for one in gatherer.decisions(commit.sha):
        decision = one.decision
        made = (decision.principal, *decision.authored_by) if decision.kind is Kind.GENERATE else decision.authored_by
        for principal in made:
            if principal.type is PrincipalType.HUMAN:
                yield Author(who=person(principal.id), role="prompted")
            if principal.on_behalf_of:
                yield Author(who=person(principal.on_behalf_of), role="prompted")
