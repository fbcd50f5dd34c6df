"""How many lines are in each trust layer, by the policy in force where a range ends."""

from __future__ import annotations

from collections import Counter

from answerable.audit.gaps import Gap
from answerable.errors import AnswerableError, PolicyInvalid, PolicyUnevaluable
from answerable.git.repository import Repository

MOST = 100  # files: beyond, reading their code would take longer than the whole scan
_FIX = "answerable policy check shows every fault of it"


def lines_by_layer(repository: Repository, commit: str, lines: Counter[bytes]) -> tuple[Counter[str], list[Gap]]:
    """Count lines by the layer of their file, most severe first, and say what could not be known.

    Where the lines are in many files, these are placed by their names alone, which can only be less severe; so are
    files that are gone.

    Args:
        repository: Where.
        commit: Full id of the commit whose tree and policy count.
        lines: How many lines, by path.
    """
    from answerable.policy.placing import Placing  # slow to load

    placing, many = Placing(repository, commit), len(lines) > MOST
    try:
        placed = placing(sorted(lines), look=not many)
        found = Counter({layer.name: 0 for layer in placing.layers})
    except (PolicyInvalid, PolicyUnevaluable) as error:
        return Counter(), [no_layers(error, lines.total())]
    for path, where in placed.items():
        found[where.layer.name] += lines[path]
    return Counter({name: count for name, count in found.items() if count}), [by_name(lines.total())] if many else []


def no_layers(error: AnswerableError, lines: int) -> Gap:
    """Lines that are told without a layer, because of a fault of the policy."""
    message = f"lines are told without a trust layer, for the policy cannot be read: {error.message}"
    return Gap(id="layers-unknown", count=lines, of=lines, message=message, remedy=_FIX)


def by_name(lines: int) -> Gap:
    """Lines in files that were not looked into."""
    message = f"lines are placed in a layer by the names of their files alone: they are in more than {MOST:,} files"
    remedy = "scan a shorter range; answerable policy explain PATH looks into the code of any one file"
    return Gap(id="layers-by-name", count=lines, of=lines, message=message, remedy=remedy)
