from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.agent import Agent
from answerable.domain.commit import Commit, Person
from answerable.domain.evidence import Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.entire import DEFECTS, checkpoints_of, folder_of, read, read_metadata

WHERE = "entire/checkpoints/v1:00/c9e2351016/0/metadata.json"
SESSION = "253fd5ef-38bf-4f4a-804a-98df5088a868"


def commit(message: str) -> Commit:
    who = Person(name="A Person", email="a@person.org")
    when = "2026-08-01T00:00:00Z"
    return Commit(
        sha="1" * 40,
        parents=(),
        author=who,
        authored_at=when,
        committer=who,
        committed_at=when,
        message=message,
    )


def metadata(percentage: Any = ..., **more: Any) -> Reading:
    found: dict[str, Any] = {
        "checkpoint_id": "00c9e2351016",
        "session_id": SESSION,
        "agent": "Claude Code",
        **more,
    }
    if percentage is not ...:
        found["initial_attribution"] = {"agent_lines": 1, "agent_percentage": percentage}
    return read_metadata(json.dumps(found).encode(), WHERE)


def test_trailers_declare_the_whole_commit() -> None:
    message = f"Fix it\n\nEntire-Session: {SESSION}\nEntire-Agent: Claude Code\nEntire-Checkpoint: 00c9e2351016\n"
    [claim] = read(commit(message)).claims
    assert (claim.origin, claim.grade, claim.path) == (Origin.AI, Grade.DECLARED, None)
    assert claim.agent == Agent(tool="claude-code", session=SESSION)


def test_a_checkpoint_alone_declares_ai_by_nobody_known() -> None:
    [claim] = read(commit("Fix it\n\nEntire-Checkpoint: 00c9e2351016")).claims
    assert (claim.origin, claim.agent) == (Origin.AI, None)


def test_the_agent_called_agent_names_no_tool() -> None:
    [claim] = read(commit("Fix it\n\nEntire-Agent: Agent")).claims
    assert claim.agent is None


@pytest.mark.parametrize(
    "message", ["Fix it", "Fix it\n\n> Entire-Checkpoint: 00c9e2351016", "Remove Entire-Agent: lines"]
)
def test_a_message_without_trailers_says_nothing(message: str) -> None:
    assert read(commit(message)) == Reading()


def test_checkpoints_are_found_once_each_and_only_where_they_are_ids() -> None:
    message = "A\n\nEntire-Checkpoint: 00c9e2351016\nEntire-Checkpoint: 00c9e2351016\nEntire-Checkpoint: ../../x\n"
    assert checkpoints_of(message) == ("00c9e2351016",)
    assert folder_of("00c9e2351016") == "00/c9e2351016"


def test_an_estimate_of_none_is_no_evidence_of_a_person() -> None:
    reading = metadata(0)
    [claim] = reading.claims
    assert (claim.origin, claim.grade) == (Origin.UNKNOWN, Grade.NONE)
    assert [defect.kind for defect in reading.defects] == ["empty-attribution"]


@pytest.mark.parametrize(
    ("percentage", "origin"), [(100, Origin.AI), (96.97, Origin.MIXED), (1, Origin.MIXED), (..., Origin.AI)]
)
def test_an_estimate_above_none_tells_ai_from_mixed_and_no_more(percentage: Any, origin: Origin) -> None:
    [claim] = metadata(percentage).claims
    assert (claim.origin, claim.grade, claim.path) == (origin, Grade.DECLARED, None)


@pytest.mark.parametrize(
    ("percentage", "kind"),
    [
        (140, "impossible-attribution"),
        (-1, "impossible-attribution"),
        ("5", "malformed-record"),
        (True, "malformed-record"),
    ],
)
def test_an_estimate_that_cannot_be_is_named_and_set_aside(percentage: Any, kind: str) -> None:
    reading = metadata(percentage)
    assert [claim.origin for claim in reading.claims] == [Origin.AI]
    assert [defect.kind for defect in reading.defects] == [kind]


def test_nothing_ever_says_human() -> None:
    for percentage in (0, 1, 50, 100, None, "x", float("nan")):
        assert all(claim.origin is not Origin.HUMAN for claim in metadata(percentage).claims)


@given(st.binary(), st.text())
def test_no_bytes_and_no_message_are_fatal(data: bytes, text: str) -> None:
    assert {defect.kind for defect in read_metadata(data, WHERE).defects} <= DEFECTS.keys()
    read(commit(text + "\nEntire-Agent: " + text))


VALUES = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner) | st.dictionaries(st.just("agent_percentage"), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["session_id", "agent", "sessions", "initial_attribution"]), VALUES))
def test_no_metadata_is_fatal(found: dict[str, Any]) -> None:
    read_metadata(json.dumps(found).encode(), WHERE)
