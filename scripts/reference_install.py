"""The documents of the commands that install the recorder and take it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from answerable.capture.install.outcome import Outcome, State
from answerable.cli import init_
from answerable.cli.init.capture import Done


def install_documents() -> dict[str, list[Any]]:
    """Command and documents of it."""
    done = _done(State.INSTALLED)
    ledger = {"place": "", "origin": "", "vkey": "", "size": 1}
    full = {
        "begun": True,
        "ledger": ledger,
        "administrators": [{"id": "", "key": ""}],
        "recorder": {"id": "", "key": "", "trusted": True},
        "left": [""],
    }
    head = {"schema": "answerable/uninit/v1", "scope": ""}
    return {
        "init": [
            {**init_._document(""), **done.document(), **full},
            {**init_._document(""), **done.document()},
        ],
        "uninit": [{**head, **_done(State.RESTORED).document()}],
    }


def _done(state: State) -> Done:
    said = Outcome(agent="", path=Path("x"), state=state, why="x", note="x", by_hand="x")
    hooks = [{"hook": "", "path": "", "state": state.value, "why": why} for why in ("", None)]
    return Done(agents=[said, Outcome(agent="", path=Path("x"), state=state)], hooks=hooks, settings=[""])
