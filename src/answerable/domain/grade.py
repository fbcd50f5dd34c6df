"""How well an origin is evidenced: an order that only evidence can climb."""

from __future__ import annotations

from enum import IntEnum


class Grade(IntEnum):
    """none < inferred < declared < recorded < attested; a lower grade never overrules a higher one."""

    NONE = 0
    INFERRED = 1  # bot author, branch name, marks of a pull request
    DECLARED = 2  # trailer or message
    RECORDED = 3  # line-level note written by a tool's own hook
    ATTESTED = 4  # recorded, signed by an accountable person, and in the ledger

    @property
    def word(self) -> str:
        """The grade as the contract spells it, for example ``declared``."""
        return self.name.lower()
