"""Ownership from other formats: one module a format, `read(files) -> Imported`; nothing is silently dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from answerable.ownership.importers.imported import File, Imported

Importer = Callable[[Sequence[File]], Imported]

IMPORTERS: Mapping[str, str] = {  # by name: the module, and after a colon the function where it is not `read`
    "github-codeowners": "codeowners:github",
    "gitlab-codeowners": "codeowners:gitlab",
    "backstage": "backstage",
    "datadog": "datadog",
    "opslevel": "opslevel",
    "cortex": "cortex",
    "pagerduty": "pagerduty",
    "prow": "prow",
}


def importer(name: str) -> Importer:
    """The reader of a format; its module is loaded only now."""
    module, _, function = IMPORTERS[name].partition(":")
    found: Importer = getattr(import_module(f"{__name__}.{module}"), function or "read")
    return found
