"""Whether a mandate is in force on a day: reads nothing and asks nobody, so the same facts give the same answer.

In force is a mandate that is accepted, whose days it is, that nothing has replaced, and whose very bytes one person
each has signed in every role that is needed: different people, each of whom the mandate names for the role and, where
the ledger says who holds it, who held it then. In which order they signed does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from answerable.domain.fault import Fault
from answerable.ownership.mandate.model import ACCEPTED, PATH, ROLES, Mandate
from answerable.ownership.mandate.signatures import Signature

Same = Callable[[str], str]
"""One name for each person, whatever they signed as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that keeps a mandate from being in force, by a stable name, and the next step."""

    kind: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleStanding:
    """One role that must sign, and what is there of it."""

    role: str
    people: tuple[str, ...]  # whom the mandate names for it
    signed: Signature | None = None  # the signature that counts
    refused: tuple[tuple[Signature, str], ...] = ()  # those that do not, and why

    @property
    def holders(self) -> tuple[str, ...] | None:
        """Who held the role when it was signed, by the ledger's word; None: nobody had said, or nobody signed."""
        held = self.signed.holders if self.signed else None
        return None if held is None else tuple(sorted(held))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a mandate stands."""

    mandate: Mandate | None
    day: date
    needed: tuple[str, ...]
    roles: tuple[RoleStanding, ...] = ()
    problems: tuple[Problem, ...] = ()
    until: date | None = None  # the last day on which it will be in force, where it is

    @property
    def in_force(self) -> bool:
        """True where nothing speaks against it."""
        return self.mandate is not None and not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of a mandate at a commit."""

    at: datetime  # signatures made later do not count
    commit: str | None = None
    mandate: Mandate | None = None
    faults: tuple[Fault, ...] = ()  # of a file that is there and is no mandate
    signatures: tuple[Signature, ...] | None = None  # under any mandate, in the order of the ledger; None: no ledger
    aliases: Mapping[str, str] | None = None  # names of people in lower case to one name each

    @property
    def told(self) -> list[object]:
        """All of it that an answer depends on, for a digest."""
        signed = [[one.decision, one.index, one.doubt] for one in self.signatures or () if one.at <= self.at]
        faults = [f"{fault.where}: {fault.message}" for fault in self.faults]
        return [self.mandate.digest if self.mandate else None, faults, self.signatures is None, signed]

    def standing(self, asked: Iterable[str] = ROLES) -> Standing:
        """Whether it is in force.

        Args:
            asked: The roles that must have signed besides those that it names.
        """
        return _Judge(self, tuple(asked)).standing()


def last_moment(day: date) -> datetime:
    """The end of a day, in UTC."""
    return datetime.combine(day, time.max, UTC)


class _Judge:
    def __init__(self, facts: Facts, asked: tuple[str, ...]) -> None:
        self._facts, self._asked = facts, asked
        self._day = facts.at.astimezone(UTC).date()
        self._made = [one for one in facts.signatures or () if one.at <= facts.at]

    def standing(self) -> Standing:
        mandate = self._facts.mandate
        if mandate is None:
            return Standing(mandate=None, day=self._day, needed=self._asked, problems=(self._absent(),))
        needed = mandate.needed(self._asked)
        roles = self._roles(mandate, needed)
        problems = (*self._of_the_file(mandate), *self._of_roles(roles))
        return Standing(
            mandate=mandate, day=self._day, needed=needed, roles=roles, problems=problems,
            until=None if problems else min([mandate.expires, *_ends(roles)]),
        )  # fmt: skip

    def same(self, name: str) -> str:
        """The one name of a person."""
        lower = name.lower()
        return (self._facts.aliases or {}).get(lower, lower)

    def _absent(self) -> Problem:
        if self._facts.faults:
            first = self._facts.faults[0]
            return Problem(kind="unreadable", what=f"{first.where}: {first.message}", remedy=first.fix)
        where = f"at {self._facts.commit[:12]}" if self._facts.commit else "there: nothing is committed yet"
        step = "write one, and have each role sign it: answerable mandate draft"
        return Problem(kind="missing", what=f"there is no {PATH} {where}", remedy=step)

    def _of_the_file(self, mandate: Mandate) -> Iterator[Problem]:
        day = self._day
        if mandate.status != ACCEPTED:
            step = f"decide, write `status: {ACCEPTED}`, and have each role sign that"
            yield Problem(kind="not-accepted", what=f"its status is {mandate.status}", remedy=step)
        if day < mandate.begins:
            yield Problem(kind="not-yet", what=f"it begins on {mandate.begins}", remedy="wait for that day")
        if day > mandate.expires:
            step = "take a new one, and have each role sign it: answerable mandate draft"
            yield Problem(kind="expired", what=f"it expired on {mandate.expires}", remedy=step)
        if self._facts.signatures is None:
            step = "begin one (answerable init), or name the one that has them: ANSWERABLE_LEDGER"
            yield Problem(kind="no-ledger", what="there is no ledger here that holds signatures", remedy=step)
        newer = self._replaced_by(mandate)
        if newer:
            step = f"put the newer mandate at {PATH}"
            yield Problem(kind="replaced", what=f"the mandate {newer} has replaced it", remedy=step)

    def _of_roles(self, roles: Sequence[RoleStanding]) -> Iterator[Problem]:
        for one in roles:
            if not one.people:
                step = f"name who signs as {one.role} under `approvals`, and have all roles sign that"
                yield Problem(kind="role-not-named", what=f"it names nobody for the role {one.role}", remedy=step)
            elif one.signed is None and self._facts.signatures is not None:
                why = f": {one.refused[0][1]}" if one.refused else ""
                who = " or ".join(one.people)
                step = f"have {who} sign: answerable mandate sign --role {one.role}"
                yield Problem(kind="unsigned", what=f"nobody signed as {one.role}{why}", remedy=step)

    def _roles(self, mandate: Mandate, needed: Sequence[str]) -> tuple[RoleStanding, ...]:
        """Each role with one signature of its own, as many as can have one."""
        counted: dict[str, list[Signature]] = {}
        refused: dict[str, list[tuple[Signature, str]]] = {}
        for role in needed:
            for one in (s for s in self._made if s.digest == mandate.digest and s.role == role and not s.withdrawn):
                why = self._objection(one, mandate.people(role), min(self._day, mandate.expires))
                if why:
                    refused.setdefault(role, []).append((one, why))
                else:
                    counted.setdefault(role, []).append(one)
        given = self._one_each(needed, counted)
        for role, signed in counted.items():
            if role not in given:
                refused[role] = [(one, f"{one.by} signs in another role already") for one in signed]
        return tuple(
            RoleStanding(
                role=role, people=mandate.people(role), signed=given.get(role), refused=tuple(refused.get(role, ()))
            )
            for role in needed
        )

    def _objection(self, one: Signature, named: Sequence[str], day: date | None) -> str | None:
        """Why a signature does not count, or None."""
        if one.doubt:
            return one.doubt
        if self.same(one.by) not in {self.same(name) for name in named}:
            return f"the mandate does not name {one.by} for it"
        if one.holders is not None and one.by not in one.holders:
            return f"{one.by} did not hold the role {one.role} when that was signed"
        if day is not None and one.expires is not None and day > one.expires:
            return f"what {one.by} signed expired on {one.expires}"
        if any(self._takes_back(later, one) for later in self._made):
            return f"{one.by} withdrew it"
        return None

    def _takes_back(self, later: Signature, one: Signature) -> bool:
        about = (later.digest, later.role, self.same(later.by)) == (one.digest, one.role, self.same(one.by))
        return about and later.withdrawn and later.index > one.index and later.doubt is None

    def _one_each(self, roles: Sequence[str], counted: Mapping[str, Sequence[Signature]]) -> dict[str, Signature]:
        """A different person for as many roles as possible: augmenting paths, so that no order of signing matters."""
        holder: dict[str, tuple[str, Signature]] = {}  # by person: the role that they stand for

        def place(role: str, tried: set[str]) -> bool:
            for one in counted.get(role, ()):
                person = self.same(one.by)
                if person in tried:
                    continue
                tried.add(person)
                if person not in holder or place(holder[person][0], tried):
                    holder[person] = (role, one)
                    return True
            return False

        for role in roles:
            place(role, set())
        return dict(holder.values())

    def _replaced_by(self, mandate: Mandate) -> str | None:
        """The newer mandate that all the roles of this one have signed in its place."""
        newer: dict[str, dict[str, list[Signature]]] = {}
        for one in self._made:
            if one.replaces == mandate.digest and one.digest != mandate.digest and not one.withdrawn:
                allowed = (*mandate.people(one.role), *(one.holders or ()))
                if not self._objection(one, allowed, None):
                    newer.setdefault(one.digest, {}).setdefault(one.role, []).append(one)
        roles = mandate.roles
        return next((digest for digest, made in newer.items() if len(self._one_each(roles, made)) == len(roles)), None)


def _ends(roles: Iterable[RoleStanding]) -> Iterator[date]:
    for one in roles:
        if one.signed and one.signed.expires:
            yield one.signed.expires
