"""The documents of the commands that receive agents' telemetry and that look whether everything is recorded."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from answerable.capture.doctor.check import fault, ok
from answerable.capture.otlp.server import Collector, Counts
from answerable.capture.otlp_store import Decisions
from answerable.cli import collect_, doctor_


def capture_documents() -> dict[str, list[Any]]:
    """Command and documents of it."""
    server = cast(Collector, SimpleNamespace(counts=Counts(1, 1, 1, 1, 1)))
    store = cast(Decisions, SimpleNamespace(path=Path("NAME")))
    checks = [fault("agent", "NAME", "NAME", "NAME"), ok("room", "NAME")]
    return {
        "collect": [collect_._document(server, store, "NAME")],
        "doctor": [doctor_.document(checks, Path("NAME"), 1)],
    }
