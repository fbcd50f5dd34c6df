"""The guide shows a snippet for every agent, and what it shows of the generic payload is read as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from answerable.capture.payload import registry
from answerable.capture.payload.model import Event, Kind

PAGE = (Path(__file__).parent.parent.parent / "docs" / "how-to" / "guard-an-agent.md").read_text("utf-8")
BLOCKS = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]


def test_every_agent_has_a_snippet_and_every_snippet_an_agent() -> None:
    named = re.findall(r'answerable guard ([a-z-]+)\b|"guard", "([a-z]+)"', PAGE)
    assert {one or other for one, other in named} == set(registry.AGENTS)
    assert len(BLOCKS) == 8


def test_the_documented_generic_payload_is_read() -> None:
    found = registry.read(json.dumps(BLOCKS[-1]).encode()).use
    assert (found.agent, found.event, found.kind, found.model) == ("my-agent", Event.BEFORE, Kind.WRITE, "my-model-1")
    assert (found.session, found.call, found.cwd) == ("s-1", "c-1", "/srv/shop")
    assert [(edit.path, edit.new, edit.whole) for edit in found.edits] == [("pay/charge.py", "…", True)]
