"""Says of an edit that an agent is about to make whether the policy forbids it, and what the change will have to show.

It rules on what is certain before there is a change: the tool, the model, the place. What depends on the change as it
will be (its size, its provenance, its review) is told to the agent beforehand and left to the gate, which judges it. A
rule that would fail the gate for every such line denies; one that would warn asks; one that only reports tells. A tool
or a model that is not known is not among the allowed ones. Nothing is read here: the same inputs, the same ruling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, cast

from answerable.capture.payload.model import Decision
from answerable.domain.agent import Agent
from answerable.domain.grade import Grade
from answerable.domain.layer import Placed, TrustLayer
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.change.line_facts import LineFacts, What
from answerable.policy.judge.asking import Asking
from answerable.policy.judge.asks import asked, conditions
from answerable.policy.judge.known import of_lines
from answerable.policy.judge.matching import Scene, View, covers, globs, matches, within
from answerable.policy.judge.variables import read_by
from answerable.policy.layers.place import Layers
from answerable.policy.model import Mode, Policy
from answerable.policy.rule import Action, Expression, Require, Rule, named

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs

_SURE = frozenset(
    {"origin", "layer", "path", "kinds", "services", "tier", "data", "regions", "jurisdictions", "fleets"}
)
_UNKNOWN = "unknown"
_STEP = "leave it as it is, say what you would change, and let a person decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a file belongs: as all policies together place it, and as the one above alone does."""

    placed: Placed
    above: Placed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """What is known of an edit before it is made: a part of what a verdict depends on (`Inputs`), quick to load."""

    facts: tuple[LineFacts, ...]
    places: Mapping[bytes, Spot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A file that an edit is about."""

    path: bytes  # from the top of the tree, as git names it
    named: bytes | None = None  # the name that the agent gave it, where that is another one
    contents: tuple[bytes, ...] = ()  # what it holds, held or would hold, as far as that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an edit is not simply allowed."""

    decision: Decision
    what: str  # in words
    instead: str = _STEP  # what is allowed
    rule: str | None = None
    path: bytes | None = None
    layer: str | None = None
    because: str = ""  # why the path is in that layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a rule will ask of the change, or say to it."""

    rule: str
    path: bytes
    layer: str
    asks: tuple[str, ...] = ()
    refuses: str = ""  # why the gate will refuse it, in words, where the guard does not
    conditions: tuple[str, ...] = ()  # on which this depends
    reports: bool = False  # the policy, or that part of it, only reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a policy says of an edit."""

    refusals: tuple[Refusal, ...] = ()
    told: tuple[Told, ...] = ()
    free: tuple[str, ...] = ()  # the layers in which nothing forbids this tool and model, where one does elsewhere

    @property
    def decision(self) -> Decision:
        """The strictest."""
        return max((each.decision for each in self.refusals), key=lambda one: one.strength, default=Decision.ALLOW)


class Guard:
    """A policy, asked by one agent.

    Args:
        policy: The policy in force, with those of the folders concerned.
        tool: The agent's canonical name; None: not known.
        model: The model that writes; None: not known.
        today: The day on which waivers must hold.
    """

    def __init__(self, policy: Policy, tool: str | None, model: str | None, today: date) -> None:
        self._policy, self._tool, self._model, self._today = policy, tool, model, today
        self._layers = Layers(policy)
        agent = Agent(tool=tool or _UNKNOWN, model=model)
        self._lines = LineOrigin(start=1, end=1, origin=Origin.AI, grade=Grade.NONE, agent=agent)

    def rule(self, touched: Sequence[Touched]) -> Ruling:
        """Rule on an edit of some files.

        Raises:
            PolicyUnevaluable: an expression gave no answer.
        """
        found = [self._of(each) for each in touched]
        refusals = tuple(dict.fromkeys(refusal for refused, _ in found for refusal in refused))
        told = tuple(dict.fromkeys(one for _, all_told in found for one in all_told))
        return Ruling(refusals=refusals, told=told, free=self.free() if refusals else ())

    def command(self) -> Ruling:
        """Rule on a command, of which nobody can say which files it changes: only what is forbidden everywhere counts.

        Raises:
            PolicyUnevaluable: an expression gave no answer.
        """
        layers = tuple(rule.layer for rule in self._policy.layers)
        free = self.free()
        if free or not layers:
            return Ruling(free=free if len(free) < len(layers) else ())
        what = f"{self._who} may not change any file here, and which files a command changes cannot be told"
        return Ruling(refusals=(Refusal(decision=Decision.ASK, what=what, instead="run only what changes no file"),))

    def free(self) -> tuple[str, ...]:
        """The layers in which no rule for whole layers forbids this tool and model; raises as `rule`."""
        return tuple(rule.layer.name for rule in self._policy.layers if not self._closed(rule.layer))

    def placed(self, touched: Touched) -> Spot:
        """Where a file belongs: of all its names and contents, what is most severe counts."""
        place = Spot(placed=self._most_severe(self._layers, touched))
        above = self._layers.above
        return place if above is None else replace(place, above=self._most_severe(above, touched))

    def _scene(self, fact: LineFacts, spot: Spot) -> Scene:
        return Scene(self._policy, cast("Inputs", _Edit(facts=(fact,), places={fact.path: spot})))

    def _most_severe(self, layers: Layers, touched: Touched) -> Placed:
        names = [touched.path, *([touched.named] if touched.named else [])]
        placed = layers.most_severe(*(layers.place(name) for name in names))
        for content in touched.contents:
            if placed.layer.rank == 0:
                break
            placed = layers.most_severe(placed, layers.place(touched.path, content))
        return placed

    def _of(self, touched: Touched) -> tuple[list[Refusal], list[Told]]:
        place = self.placed(touched)
        fact = LineFacts(
            path=touched.path, start=1, end=1, what=What.ADDED, lines=self._lines, old_path=touched.named
        )  # fmt: skip
        scene = self._scene(fact, place)
        refusals: list[Refusal] = []
        told: list[Told] = []
        for rule in self._policy.rules:
            if (
                rule.action is Action.AUDIT
                or self._waived(rule, fact)
                or not within(rule, globs(rule.match.paths), fact)
            ):
                continue
            judged = [one for view in scene.views(fact, rule) if (one := self._seen(rule, fact, view))]
            for one in judged[:1] if len(set(judged)) == 1 else judged:
                self._take(rule, fact, place.placed, one, (refusals, told))
        return refusals, told

    def _take(
        self, rule: Rule, fact: LineFacts, placed: Placed, seen: _Seen, into: tuple[list[Refusal], list[Told]]
    ) -> None:
        """Put what a rule says where it belongs."""
        refusals, told = into
        layer, decision = placed.layer.name, self._decision(rule, seen)
        open_yet = () if seen.sure else seen.conditions
        for what, instead in seen.lacks:
            said = f"{rule.message}: {what}" if rule.message else what
            if decision is Decision.ALLOW:
                reports = self._reports(rule)
                told.append(
                    Told(
                        rule=rule.name, path=fact.path, layer=layer, refuses=said, conditions=open_yet, reports=reports
                    )
                )
                continue
            refusals.append(
                Refusal(
                    decision=decision,
                    what=said,
                    instead=instead,
                    rule=rule.name,
                    path=fact.path,
                    layer=layer,
                    because=placed.because,
                )
            )
        if seen.asks and _heavy(rule):
            told.append(Told(rule=rule.name, path=fact.path, layer=layer, asks=seen.asks, conditions=seen.conditions))

    def _reports(self, rule: Rule) -> bool:
        return rule.reports if rule.reports is not None else self._policy.mode is Mode.REPORT

    def _decision(self, rule: Rule, seen: _Seen) -> Decision:
        """What a lack does."""
        if self._reports(rule):
            return Decision.ALLOW
        if rule.action is Action.WARN:
            return Decision.ASK if seen.sure else Decision.ALLOW
        if seen.sure:
            return Decision.DENY
        return Decision.ASK if seen.unknown else Decision.ALLOW

    def _seen(self, rule: Rule, fact: LineFacts, view: View) -> _Seen | None:
        """What a rule says of an edit in one view of its path; None where it is not about it."""
        match = rule.match
        unknown = [
            bool(patterns) and name is None and "*" not in patterns
            for patterns, name in ((match.tools, self._tool), (match.models, self._model))
        ]
        asked_of = replace(
            match, grades=(), tools=() if unknown[0] else match.tools, models=() if unknown[1] else match.models
        )
        if not matches(asked_of, fact, view):
            return None
        open_yet = bool(match.grades or match.min_lines > 1)
        asking = Asking(rule)
        known = of_lines(fact, view.placed, view.reach, 1)
        if rule.when is not None:
            if not self._sure(rule, rule.when):
                open_yet = True
            elif not asking.truth(rule.when, known):
                return None
        lacks = [*self._forbidden(rule), *self._broken(rule, asking, known)]
        rest = replace(rule, require=replace(rule.require, tools=None, models=None))
        later = tuple(each for each in rule.validations if not self._sure(rule, each.expression))
        asks = () if rest.require == Require() and not later else asked(replace(rest, validations=later))
        return _Seen(
            sure=not open_yet and not any(unknown),
            unknown=any(unknown) and not open_yet,
            lacks=tuple(lacks),
            asks=asks,
            conditions=_open_conditions(rule),
        )

    def _forbidden(self, rule: Rule) -> Iterator[tuple[str, str]]:
        if rule.forbids:
            yield "an agent's edit is not allowed here", _STEP
        for kind, name, allowed in (
            ("tool", self._tool, rule.require.tools),
            ("model", self._model, rule.require.models),
        ):
            if allowed is not None and not named(name, allowed):
                who = f"the {kind} {name} is not allowed here" if name else f"which {kind} edits here is not known"
                listed = f"allowed here: {', '.join(allowed)}" if allowed else f"no {kind} is allowed here"
                yield who, f"{listed}; {_STEP}"

    def _broken(self, rule: Rule, asking: Asking, known: dict[str, object]) -> Iterator[tuple[str, str]]:
        for each in rule.validations:
            if self._sure(rule, each.expression) and not asking.truth(each.expression, known):
                asks = f"this must hold: {' '.join(each.expression.text.split())}"
                yield each.message or asks, _STEP

    def _sure(self, rule: Rule, expression: Expression) -> bool:
        """True where an expression reads only what is certain already."""
        sure = {*_SURE, *(["tool"] if self._tool else []), *(["model"] if self._model else [])}
        own = {f"variables.{variable.name}": variable.expression for variable in rule.variables}
        waiting = [expression]
        while waiting:
            one = waiting.pop()
            if not sure.issuperset(read_by(one.text)):
                return False
            waiting += [own[name] for name, _ in one.scope]
        return True

    def _waived(self, rule: Rule, fact: LineFacts) -> bool:
        held = (w for w in self._policy.waivers if w.reaches(rule) and w.holds(self._today))
        return any(covers(waiver, fact) for waiver in held)

    def _closed(self, layer: TrustLayer) -> bool:
        """True where a rule that is about the whole layer refuses every edit in it."""
        fact = LineFacts(path=b"\xff", start=1, end=1, what=What.ADDED, lines=self._lines)
        place = Spot(placed=Placed(layer=layer, because=""))
        scene = self._scene(fact, place)
        for rule in self._policy.rules:
            whole = rule.action is Action.DENY and not rule.match.paths and not rule.folder and not rule.outside
            if whole and not self._waived(rule, fact) and not (rule.when and "path" in read_by(rule.when.text)):
                seen = self._seen(rule, fact, scene.views(fact, rule)[0])
                if seen and seen.lacks and self._decision(rule, seen) is Decision.DENY:
                    return True
        return False

    @property
    def _who(self) -> str:
        return f"the tool {self._tool}" if self._tool else "a tool that is not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a rule says of an edit."""

    sure: bool  # it is about it, whatever the change will be
    unknown: bool  # it may be, and only the tool or model would tell
    lacks: tuple[tuple[str, str], ...]  # what is wrong already, and what is allowed instead
    asks: tuple[str, ...]
    conditions: tuple[str, ...]


def _heavy(rule: Rule) -> bool:
    """True where what a rule asks for takes more than one reviewer's look, so that an agent should know it before."""
    require = rule.require
    reviewers = require.reviewers
    return rule.action is Action.DENY and bool(
        reviewers.humans > 1
        or reviewers.teams
        or reviewers.owners
        or require.countersign
        or require.acceptance
        or require.checklist
        or (require.grade is not None and require.grade >= Grade.RECORDED)
        or rule.forbids
        or rule.validations
    )


def _open_conditions(rule: Rule) -> tuple[str, ...]:
    """The conditions that only the change itself will settle."""
    return conditions(replace(rule, match=replace(rule.match, origins=(), tools=(), models=())))
