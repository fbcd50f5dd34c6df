"""Owners as other systems read them: one module a format, `write(owners, day) -> Exported`; what is lost is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from answerable.ownership.importers.imported import Left
from answerable.ownership.model import Owners


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The text, and everything that it could not say."""

    text: str
    left: tuple[Left, ...] = ()


Exporter = Callable[[Owners, date], Exported]

EXPORTERS: Mapping[str, str] = {"codeowners": "codeowners", "backstage": "backstage", "pagerduty": "pagerduty"}


def exporter(name: str) -> Exporter:
    """The writer of a format; its module is loaded only now."""
    found: Exporter = import_module(f"{__name__}.{EXPORTERS[name]}").write
    return found
