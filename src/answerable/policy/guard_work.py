"""Rules on a tool use in one repository: what its files hold and would hold, and what no rule can speak of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath

from answerable.capture.payload.model import Decision, Kind, ToolUse
from answerable.capture.transcript import model_in
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.policy.guard import Guard, Refusal, Ruling, Told, Touched
from answerable.policy.judge.variables import read_by
from answerable.policy.layers.look import MOST_BYTES
from answerable.policy.model import Mode, Policy
from answerable.policy.whereabouts import Work

_FOLDER = ".answerable"


def ruling_on(repository: Repository, policy: Policy, work: Work, today: date) -> Ruling:
    """What a policy says.

    Args:
        repository: Where.
        policy: The policy in force there, with those of the folders concerned.
        work: The tool use, and which files of the repository it is about.
        today: The day on which waivers must hold.

    Raises:
        PolicyUnevaluable: an expression gave no answer.
    """
    guard = Guard(policy, work.use.agent, _model(work.use, policy), today)
    rulings = [guard.rule(_touched(repository, policy, work))]
    if work.use.kind is Kind.SHELL and work.home:
        rulings.append(guard.command())
    return _joined([*rulings, _as_the_policy_has_it(_odd(work), policy)])


def _touched(repository: Repository, policy: Policy, work: Work) -> list[Touched]:
    """The files with what they hold: where the policy was read, in the work tree, and as they would be."""
    found: dict[tuple[bytes, ...], dict[bytes, None]] = {}
    for place, inside in work.mine:
        if not inside.names:
            continue
        held = found.setdefault(inside.names, {})
        if not held:
            committed = entry_at(repository.objects, policy.commit, inside.names[0]) if policy.commit else None
            held |= dict.fromkeys([committed.data] if committed is not None and committed.kind == "blob" else [])
            held |= dict.fromkeys(_read(place.where.real))
        if place.edit.new is not None:
            held[place.edit.new.encode("utf-8", "surrogateescape" if _clean(place.edit.new) else "replace")] = None
    return [
        Touched(path=names[0], named=names[1] if len(names) > 1 else None, contents=tuple(held))
        for names, held in found.items()
    ]


def _clean(text: str) -> bool:
    """True where a text has no half of a surrogate pair but those that stand for bytes."""
    return not any("\ud800" <= ch < "\udc80" or "\udcff" < ch <= "\udfff" for ch in text)


def _read(path: str) -> list[bytes]:
    """What a file of the work tree holds, as far as it is looked through; nothing where it is no file."""
    try:
        if not os.path.isfile(path):  # noqa: PTH113 - never wait at a pipe or a device
            return []
        with open(path, "rb") as file:  # noqa: PTH123
            return [file.read(MOST_BYTES + 1)]
    except (OSError, ValueError):
        return []


def _odd(work: Work) -> Iterator[Refusal]:
    """What no rule can speak of, and what all rules hang on."""
    if work.home and work.use.kind.changes_files and (not work.places or any(place.where.odd for place in work.places)):
        what = "which file this would change cannot be told"
        yield Refusal(decision=Decision.ASK, what=what, instead="name the file by its path")
    for place, inside in work.mine:
        name = inside.names[0] if inside.names else place.edit.path.encode("utf-8", "surrogateescape")
        if place.where.of_git:
            what = "this is git's own: hooks, configuration and the ledger are not changed by an edit"
            yield Refusal(decision=Decision.DENY, what=what, instead="use the git command for it", path=name)
        elif place.where.away:
            what = "a link leads out of the repository there"
            yield Refusal(decision=Decision.ASK, what=what, instead="name the file itself", path=name)
        elif any(_FOLDER in PurePosixPath(os.fsdecode(one).casefold()).parts for one in inside.names):
            what = "this is what agents are judged by, so a person decides about every change of it"
            yield Refusal(decision=Decision.ASK, what=what, instead="propose the change in words", path=name)


def _as_the_policy_has_it(refusals: Iterable[Refusal], policy: Policy) -> Ruling:
    """The same where the policy is enforced; one that only reports stops nothing."""
    if policy.mode is not Mode.REPORT:
        return Ruling(refusals=tuple(refusals))
    told = (Told(rule="", path=each.path or b"", layer="", refuses=each.what, reports=True) for each in refusals)
    return Ruling(told=tuple(told))


def _joined(rulings: Sequence[Ruling]) -> Ruling:
    refusals = tuple(dict.fromkeys(refusal for ruling in rulings for refusal in ruling.refusals))
    told = tuple(dict.fromkeys(one for ruling in rulings for one in ruling.told))
    free = next((ruling.free for ruling in rulings if ruling.free), ())
    return Ruling(refusals=refusals, told=told, free=free)


def _model(use: ToolUse, policy: Policy) -> str | None:
    """The model, looked for in the transcript only where the policy says something of models."""
    if use.model or not use.transcript or not any(_asks_for_models(policy)):
        return use.model
    return model_in(use.transcript)


def _asks_for_models(policy: Policy) -> Iterable[bool]:
    for rule in policy.rules:
        yield bool(rule.match.models) or rule.require.models is not None
        own = [*(each.expression for each in rule.variables), *(each.expression for each in rule.validations)]
        yield any("model" in read_by(each.text) for each in (*own, *([rule.when] if rule.when else [])))
