"""Signals for documents."""

from __future__ import annotations

from typing import Any

from answerable.audit.signal.model import Measured


def signal_document(one: Measured) -> dict[str, Any]:
    """One signal as every document gives it."""
    definition = one.definition
    return {
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "unit": definition.unit,
        "better": definition.better,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "changes": one.changes,
        "meaning": definition.meaning,
        "formula": definition.formula,
        "limits": definition.limits,
    }
