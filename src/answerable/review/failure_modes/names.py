"""Names of packages in wide use, and which other names look like them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

_SHORTEST = 5  # characters: of shorter names too many are one letter apart


def plain(name: str) -> str:
    """A name as registries compare it (PEP 503): without case, with one dash for any run of separators."""
    return re.sub(r"[-_.]+", "-", name).lower()


def looks_like(registry: str, name: str) -> str | None:
    """The package in wide use that a name is one letter away from; None where it is one itself, or like none.

    A letter too many, too few, another one, or two that changed places. Digits do not count: `boto3` is no slip.
    """
    known = names(registry)
    mine = plain(name) if registry == "pypi" else name.lower()
    if mine in known or len(mine) < _SHORTEST:
        return None
    return next((other for other in _near(mine) if other in known and len(other) >= _SHORTEST), None)


@cache
def names(registry: str) -> frozenset[str]:
    """Those of one registry: pypi, npm, crates or gems."""
    return frozenset(_table()[registry].split())


def installed_by(module: str) -> str:
    """The package that brings a module of Python, as far as it is known; by default that of its own name."""
    told = _table()["imports"].get(module, module)
    return plain(str(told))


@cache
def _table() -> dict[str, Any]:
    import tomllib

    return tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))


def _near(name: str) -> set[str]:
    letters = "abcdefghijklmnopqrstuvwxyz-_."
    splits = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    fewer = {a + b[1:] for a, b in splits if b and not b[0].isdigit()}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    other = {a + c + b[1:] for a, b in splits if b and not b[0].isdigit() for c in letters}
    more = {a + c + b for a, b in splits for c in letters}
    return fewer | swapped | other | more
