"""Whether what code uses puts it in a layer: the names that it imports, refers to and calls.

What cannot be read, or has no grammar, counts where its text has all words of a name: more severe, never less.
"""

from __future__ import annotations

from answerable.policy.layer_rule import LayerRule
from answerable.policy.layers.code.uses import How
from answerable.policy.layers.look import Look
from answerable.policy.layers.names import compiled
from answerable.policy.layers.touches import said

_WAYS: tuple[tuple[str, tuple[How, ...]], ...] = (
    ("imports", (How.IMPORTS,)),
    ("symbols", ()),
    ("calls", (How.CALLS,)),
)


def used(rule: LayerRule, look: Look) -> str | None:
    """Why a layer takes a file for what its code uses, in words; None where it does not."""
    if not look.is_code or not (rule.imports or rule.symbols or rule.calls):
        return None
    for key, ways in _WAYS:
        patterns: tuple[str, ...] = getattr(rule, key)
        if not patterns:
            continue
        names = compiled(patterns)
        if not look.may_use(names):
            continue
        if look.unreadable:
            return look.unreadable
        use = names.first(look.uses, *ways) if look.uses is not None else None
        if use is not None:
            return f"line {use.line} {said(use)}"
        if look.partly and look.has_words_of(names):
            why = "has an error in it" if look.uses is not None else "is of a language that is looked at as text"
            return f"the file {why}, and all words of a name of {key}"
    return None
