"""Which lines a rule is about: what its `match` says of a run of lines, seen as the rule's own policy sees it.

A rule of a policy above sees each path twice: as its own policy alone places it, and as all policies together do. It is
about the path where either view says so, so that no policy below takes a path out of its reach, not even by calling
it more severe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from answerable.domain.layer import Placed
from answerable.domain.origin import Origin
from answerable.ownership.patterns import Glob, github
from answerable.policy.change.line_facts import LineFacts, What
from answerable.policy.judge import known
from answerable.policy.judge.telling import evidence_of
from answerable.policy.model import Policy
from answerable.policy.paths import folders_of
from answerable.policy.rule import Authority, Match, Rule, named
from answerable.policy.services import Reach, Services
from answerable.policy.team import Team
from answerable.policy.waiver import Waiver

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs


class View(NamedTuple):
    """How a policy sees a path: its layer and its services."""

    placed: Placed
    reach: Reach


class Scene:
    """A change as the rules of a policy look at it; what several of them ask is worked out once.

    Args:
        policy: Whose rules they are.
        inputs: What is known of the change.
    """

    def __init__(self, policy: Policy, inputs: Inputs) -> None:
        self.policy, self.inputs = policy, inputs
        self._services = Services(policy.services)
        self._above = Services(policy.above.services) if policy.above else self._services
        self._reach: dict[tuple[bool, bytes], Reach] = {}
        self._everywhere: dict[bool, list[tuple[LineFacts, tuple[View, ...]]]] = {}
        self._views: dict[tuple[bool, bytes, bytes | None], tuple[View, ...]] = {}
        self._change: dict[str, object] = {}
        self._below: dict[bytes, list[LineFacts]] = {}
        self._known: dict[tuple[int, View], dict[str, object]] = {}
        self._evidence: dict[int, tuple[str, ...]] = {}

    def views(self, fact: LineFacts, rule: Rule) -> tuple[View, ...]:
        """How the path of a fact looks to a rule: as all policies together see it, then as its own alone does."""
        alone = rule.authority is not Authority.ORGANISATION or self.policy.above is None
        key = (alone, fact.path, fact.old_path)
        if key not in self._views:
            place = self.inputs.places[fact.path]
            last = View(place.placed, self._reach_of(fact, above=False))
            above = () if alone else (View(place.above or place.placed, self._reach_of(fact, above=True)),)
            self._views[key] = (last, *above)
        return self._views[key]

    def facts(self, rule: Rule) -> Sequence[LineFacts]:
        """Those that can be where a rule holds."""
        if not rule.folder:
            return self.inputs.facts
        if not self._below:
            for fact in self.inputs.facts:
                for folder in {folder for name in names(fact) for folder in folders_of(name)}:
                    self._below.setdefault(folder, []).append(fact)
        return self._below.get(rule.folder.encode("utf-8", "surrogateescape"), ())

    def everywhere(self, rule: Rule) -> Sequence[tuple[LineFacts, tuple[View, ...]]]:
        """What counts of the change with its views, for a rule that holds everywhere: the same for most rules."""
        alone = rule.authority is not Authority.ORGANISATION or self.policy.above is None
        if alone not in self._everywhere:
            facts, places = self.inputs.facts, self.inputs.places
            counted = [fact for fact in facts if counts(fact, moved=places[fact.path].moved)]
            self._everywhere[alone] = [(fact, self.views(fact, rule)) for fact in counted]
        return self._everywhere[alone]

    def known(self, fact: LineFacts, view: View, size: int) -> dict[str, object]:
        """What expressions may read."""
        key = (id(fact), view)
        if key not in self._known:
            self._change = self._change or known.of_the_change(self.inputs)
            self._known[key] = {**self._change, **known.of_lines(fact, view.placed, view.reach, 0)}
        return {**self._known[key], "lines": size}

    def evidence(self, fact: LineFacts) -> tuple[str, ...]:
        """Why a finding is about these lines, in sentences."""
        if id(fact) not in self._evidence:
            self._evidence[id(fact)] = tuple(evidence_of(fact, self.inputs.places[fact.path].placed))
        return self._evidence[id(fact)]

    def teams(self, rule: Rule) -> tuple[Team, ...]:
        """The teams that count for a rule: no policy below says who is in a team that one above asks for."""
        return tuple(team for team in self.policy.teams if team.authority.rank <= rule.authority.rank)

    def _reach_of(self, fact: LineFacts, *, above: bool) -> Reach:
        """That of both names of a renamed path."""
        found = [self._at(name, above=above) for name in dict.fromkeys(names(fact))]
        if len(found) == 1:
            return found[0]
        tiers = [reach.tier for reach in found if reach.tier is not None]
        lists = ("services", "data", "regions", "jurisdictions", "fleets")
        both = {key: tuple(dict.fromkeys(word for reach in found for word in getattr(reach, key))) for key in lists}
        return Reach(tier=min(tiers, default=None), **both)

    def _at(self, path: bytes, *, above: bool) -> Reach:
        key = (above, path)
        if key not in self._reach:
            self._reach[key] = (self._above if above else self._services).of(path)
        return self._reach[key]


def matches(match: Match, fact: LineFacts, view: View) -> bool:
    """True where all conditions hold but those on paths and on sizes."""
    lines, agent, reach = fact.lines, fact.lines.agent, view.reach
    return (
        (not match.layers or view.placed.layer.name in match.layers)
        and (not match.origins or lines.origin in match.origins or _counts_as_unknown(match, fact))
        and (not match.grades or lines.grade in match.grades)
        and (not match.tools or named(agent.tool if agent else None, match.tools))
        and (not match.models or named(agent.model if agent else None, match.models))
        and (not match.tiers or reach.tier in match.tiers)
        and (not match.data or not set(match.data).isdisjoint(reach.data))
        and (not match.regions or not set(match.regions).isdisjoint(reach.regions))
        and (not match.jurisdictions or not set(match.jurisdictions).isdisjoint(reach.jurisdictions))
        and (not match.fleets or not set(match.fleets).isdisjoint(reach.fleets))
    )


def counts(fact: LineFacts, *, moved: bool) -> bool:
    """False for lines that only moved, unless their path did so into another layer."""
    return fact.what is not What.MOVED or moved


def within(rule: Rule, paths: Sequence[Glob], fact: LineFacts) -> bool:
    """True where a name of the path is where the rule holds."""
    inside = [name for name in names(fact) if not any(below(name, folder) is not None for folder in rule.outside)]
    found = [tail for name in inside if (tail := below(name, rule.folder)) is not None]
    return bool(found) and (not paths or any(under(paths, tail) for tail in found))


def covers(waiver: Waiver, fact: LineFacts) -> bool:
    """Every name that the path had must be covered: a rename gets nothing out of a waiver's reach, or into it."""
    paths = globs(waiver.paths)
    tails = [below(name, waiver.folder) for name in names(fact)]
    return all(tail is not None and (not paths or under(paths, tail)) for tail in tails)


def names(fact: LineFacts) -> Iterator[bytes]:
    """The path, and the one it had before."""
    yield fact.path
    if fact.old_path:
        yield fact.old_path


def below(path: bytes, folder: str) -> bytes | None:
    """The path as from a folder, or None where it is not below it."""
    if not folder:
        return path
    lead = folder.encode("utf-8", "surrogateescape") + b"/"
    return path[len(lead) :] if path.startswith(lead) else None


def globs(patterns: Sequence[str]) -> list[Glob]:
    """Patterns with the meaning of CODEOWNERS."""
    return [github(pattern) for pattern in patterns]


def under(paths: Sequence[Glob], path: bytes) -> bool:
    """True where one of the patterns names the path."""
    text = path.decode("utf-8", "surrogateescape")
    return any(glob.matches(text) for glob in paths)


def _counts_as_unknown(match: Match, fact: LineFacts) -> bool:
    """That a person wrote lines helps only where it is signed; a rule that leaves `unknown` out believes it anyway."""
    return Origin.UNKNOWN in match.origins and fact.lines.origin is Origin.HUMAN and not fact.human
