"""A context is read strictly, and is of the change that is asked about or an error."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import ContextInvalid
from answerable.policy.change.context import LARGEST, Context, read
from policy.gating import approval, known

SHA = "1" * 40


def wrong(document: Any) -> str:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(ContextInvalid) as caught:
        read(data)
    assert caught.value.hint
    return caught.value.message


def test_a_whole_context_is_read() -> None:
    data = known(
        approval("bo", SHA, teams=["security"], identities=["bo@example.com"]),
        checks=[{"name": "ci", "conclusion": "SUCCESS"}, {"name": "lint", "status": "failed", "sha": SHA}],
        id=7, author="ada", title="Do", target="main", head=SHA,
    )  # fmt: skip
    found = read(data)
    assert (found.change.id, found.change.target, found.change.head) == ("7", "main", SHA)
    assert [(a.by, a.teams, a.identities) for a in found.approvals] == [("bo", ("security",), ("bo@example.com",))]
    assert [(c.name, c.succeeded, c.sha) for c in found.checks] == [("ci", True, None), ("lint", False, SHA)]
    assert str(found.digest).startswith("sha256:")
    assert read(b"{}") == Context(digest=read(b"{}").digest)


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (b"", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"approvals": NaN}', "is no JSON"),
        (b'{"approvals": [], "approvals": []}', "stands twice"),
        (b" " * (LARGEST + 1), "larger than"),
        ([], "is no object"),
        ({"approval": []}, "not known: approval"),
        ({"change": {"base": "x"}}, "at change has a key that is not known: base"),
        ({"change": {"head": "abc"}}, "at change.head is no full commit id"),
        ({"change": {"id": True}}, "at change.id is no text"),
        ({"approvals": {}}, "at approvals is no list"),
        ({"approvals": [{"by": "bo", "sha": SHA}]}, "at approvals[0] lacks the key kind"),
        ({"approvals": [approval("bo", "HEAD")]}, "at approvals[0].sha is no full commit id"),
        ({"approvals": [approval("bo", SHA.upper().replace("1", "A"))]}, "at approvals[0].sha"),
        ({"approvals": [approval(" ", SHA)]}, "at approvals[0].by names nobody"),
        ({"approvals": [approval("bo", SHA, kind="person")]}, "at approvals[0].kind is none of human"),
        ({"approvals": [approval("bo", SHA, teams="security")]}, "at approvals[0].teams is no list"),
        ({"checks": [{"conclusion": "success"}]}, "at checks[0] lacks the key name"),
        ({"checks": [{"name": 1}]}, "at checks[0].name is no text"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(document: Any, where: str) -> None:
    assert where in wrong(document)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_context_or_an_error_of_ours(data: bytes) -> None:
    with suppress(ContextInvalid):
        read(data)


def test_a_context_of_this_change_is_taken_however_its_id_and_branch_are_written() -> None:
    found = read(known(id="#7", target="main", head=SHA))
    found.must_be_of(SHA, change="7", target="refs/heads/main")
    read(b"{}").must_be_of(SHA)


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"head": "2" * 40}, {}),
        ({"id": "8"}, {"change": "7"}),
        ({"target": "release"}, {"target": "main"}),
        ({}, {"change": "7"}),
        ({}, {"target": "main"}),
    ],
)
def test_a_context_of_another_change_is_an_error(change: dict[str, Any], asked: dict[str, str]) -> None:
    with pytest.raises(ContextInvalid, match="another change"):
        read(known(**change)).must_be_of(SHA, **asked)
