"""Says what is wrong with the shape of a JSON document.

A shape has the keys of an object with their types; a text with bars is a choice, a tuple one of several, a list holds
any number of its item, and the key `ANY` stands for any keys.
"""

from __future__ import annotations

import re
from typing import Any

GRADES = "none|inferred|declared|recorded|attested"
ORIGINS = "ai|human|mixed|unknown"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SHA = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
ANY = "*"


def wrong(value: Any, wanted: Any, where: str = "$") -> list[str]:
    """What is not as wanted, and where."""
    if isinstance(wanted, tuple):
        tries = [wrong(value, one, where) for one in wanted]
        return [] if [] in tries else tries[0]
    if isinstance(wanted, dict):
        if not isinstance(value, dict):
            return [f"{where} is {value!r}, no object"]
        if ANY in wanted:
            return [w for key in value for w in wrong(value[key], wanted[ANY], f"{where}.{key}")]
        keys = [f"{where} has the keys {sorted(value)}"] if set(value) != set(wanted) else []
        return keys + [w for key in wanted if key in value for w in wrong(value[key], wanted[key], f"{where}.{key}")]
    if isinstance(wanted, list):
        if not isinstance(value, list):
            return [f"{where} is {value!r}, no list"]
        return [w for at, item in enumerate(value) for w in wrong(item, wanted[0], f"{where}[{at}]")]
    return [] if _fits(value, wanted) else [f"{where} is {value!r}, not {wanted}"]


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is None:
        return value is None
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.fullmatch(value) is not None
    if isinstance(wanted, str):
        return value in wanted.split("|")
    return type(value) is wanted or (wanted is float and type(value) is int)
