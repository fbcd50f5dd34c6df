"""The tables that questions are asked of, with their columns; made from facts when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from answerable.audit.ask.parse import Columns
from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Decided
from answerable.audit.facts.deployed import Deployed
from answerable.audit.facts.facts import Facts
from answerable.audit.facts.row import Row, rows
from answerable.audit.table import Table, columns_of, table

KINDS: Mapping[str, type] = {"changes": Change, "decisions": Row, "deployments": Deployed}
COLUMNS: Columns = {name: {column.name: column for column in columns_of(kind)} for name, kind in KINDS.items()}


class Tables:
    """The tables of some facts, each made once.

    Args:
        facts: Of which.
        decided: Reads the ledger; only called where decisions are asked for.
    """

    def __init__(self, facts: Facts, decided: Callable[[], Decided]) -> None:
        self._facts = facts
        self._decided = decided
        self._made: dict[tuple[str, bool], Table] = {}

    def of(self, name: str, *, ever: bool = False) -> Table:
        """A table by its name.

        Args:
            name: One of `KINDS`.
            ever: Decisions of all time, not only of the period.
        """
        ever = ever and name == "decisions"
        if (name, ever) not in self._made:
            self._made[name, ever] = table(name, KINDS[name], self._rows(name, ever=ever))
        return self._made[name, ever]

    def _rows(self, name: str, *, ever: bool) -> Iterable[object]:
        if name == "decisions":
            return rows(self._decided().history, None if ever else self._facts.period)
        return self._facts.changes if name == "changes" else self._facts.deployments
