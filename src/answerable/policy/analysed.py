"""The gate's side of findings of analysers: reads the reports, lays them over a change, and picks what is told besides.

Of findings on lines that the change does not touch only those are told that a rule of the policy would not allow on new
ones, the worst first, and no more than a person reads; how many there are besides is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from answerable.domain.layer import Placed
from answerable.domain.line_origin import LineOrigin
from answerable.errors import SarifInvalid
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.change.laid import Laying, Standing, Whence, lay
from answerable.policy.judge.evaluate import Inputs
from answerable.policy.judge.matching import globs, within
from answerable.policy.judge.require_findings import asks_for
from answerable.policy.layers.place import Layers
from answerable.policy.model import Policy
from answerable.policy.rule import Rule
from answerable.provenance.gather import Gatherer
from answerable.review.findings import Found, find
from answerable.review.result import Report
from answerable.review.sarif.read import read_file

MOST_REPORTS = 50
MOST_STANDING = 100
_MOST_PLACED = 200  # files whose layer is looked up


def read_reports(repository: Repository, head: str, files: Sequence[Path]) -> tuple[Report, ...]:
    """Read the reports that a gate is given.

    Raises:
        SarifInvalid: one of them cannot be relied on.
    """
    if len(files) > MOST_REPORTS:
        raise SarifInvalid(f"{len(files)} reports are more than the {MOST_REPORTS} allowed", hint="join some of them")
    return tuple(read_file(file, head, repository.root) for file in files)


def with_findings(
    repository: Repository, policy: Policy, inputs: Inputs, reports: Sequence[Report], gatherer: Gatherer
) -> Inputs:
    """The same inputs with what analysers found.

    Args:
        repository: Where.
        policy: The policy in force.
        inputs: What is known of the change besides.
        reports: What was read, of its head.
        gatherer: Reads evidence.

    Raises:
        SarifInvalid: a report was made of other code.
    """
    laying = lay(find(repository, inputs.head, reports), inputs.facts)
    rules = [rule for rule in policy.rules if rule.require.findings is not None]
    chosen, more = _chosen(repository, Layers(policy), inputs, laying, rules)
    if chosen:
        whence = Whence(repository, inputs.head, (one.found.path for one in chosen), gatherer)
        told = ((one, *whence.of(one.found)) for one in chosen)
        chosen = [replace(one, origin=origin, grade=grade) for one, origin, grade in told]
    notes = (*laying.notes, *_notes(laying, rules, more))
    return replace(inputs, laying=replace(laying, standing=tuple(chosen), notes=notes))


def _notes(laying: Laying, rules: Sequence[Rule], more: int) -> Iterator[str]:
    if not laying.reports:
        return
    tools = ", ".join(dict.fromkeys(tool for report in laying.reports for tool in report.tools))
    untouched = len(laying.untouched)
    new = len({id(laid.found) for laid in laying.laid} - {id(found) for found in laying.untouched})
    yield f"findings of {tools}: {new:,} on what the change adds, {untouched:,} elsewhere"
    if not rules:
        yield "no rule of the policy asks for findings, so none of them counts"
    if more:
        yield f"{more:,} more findings on lines that the change does not touch are not told one by one"


def _chosen(
    repository: Repository, layers: Layers, inputs: Inputs, laying: Laying, rules: Sequence[Rule]
) -> tuple[list[Standing], int]:
    """The standing findings to be told, and how many others there may be."""
    those = [found for found in laying.untouched if not found.result.silenced and _asked(found, rules)]
    those.sort(key=lambda found: (-found.result.level.strength, found.path, found.start, found.end))
    placed: dict[bytes, Placed] = {}
    chosen: list[Standing] = []
    for at, found in enumerate(those):
        if len(chosen) == MOST_STANDING or len(placed) == _MOST_PLACED:
            return chosen, len(those) - at
        if found.path not in placed:
            placed[found.path] = _placed(repository, layers, inputs, found.path)
        place = placed[found.path]
        rule = next((rule for rule in rules if _about(rule, found, place)), None)
        if rule is not None:
            chosen.append(Standing(found=found, rule=rule.name, layer=place.layer.name, because=place.because))
    return chosen, 0


def _placed(repository: Repository, layers: Layers, inputs: Inputs, path: bytes) -> Placed:
    known = inputs.places.get(path)
    if known is not None:
        return known.placed
    entry = entry_at(repository.objects, inputs.head, path)
    return layers.place(path, entry.data if entry else None)


def _asked(found: Found, rules: Sequence[Rule]) -> bool:
    return any(rule.require.findings and asks_for(rule.require.findings, found.result) for rule in rules)


def _about(rule: Rule, found: Found, placed: Placed) -> bool:
    """True where a rule would not allow it on new lines of that place, whoever wrote them."""
    if rule.require.findings is None or not asks_for(rule.require.findings, found.result):
        return False
    if rule.match.layers and placed.layer.name not in rule.match.layers:
        return False
    return within(rule, globs(rule.match.paths), _blank(found))


def _blank(found: Found) -> LineFacts:
    lines = LineOrigin(start=found.start, end=found.end)
    return LineFacts(path=found.path, start=found.start, end=found.end, what=What.ADDED, lines=lines)
