"""What is missing of a change, and how to come by it."""

from __future__ import annotations

from typing import NamedTuple


class Lack(NamedTuple):
    """What is missing, and the next step."""

    what: str
    remedy: str
