"""The formats of a verdict besides text and JSON: each a module with `render(verdict) -> str`, and a line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from answerable.domain.verdict import Verdict

Render = Callable[[Verdict], str]


def _module(name: str) -> Render:
    """The `render` of a module beside this one, which is loaded when it is first used."""

    def render(verdict: Verdict) -> str:
        found: Render = import_module(f"{__name__}.{name}").render
        return found(verdict)

    return render


OUTPUTS: dict[str, Render] = {
    "sarif": _module("sarif"),
    "github": _module("github"),
    "gitlab": _module("gitlab"),
    "rdjson": _module("rdjson"),
    "junit": _module("junit"),
    "markdown": _module("markdown"),
}
