"""The table proves itself: every example of every row, one by one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from answerable.domain.commit import Commit, Person
from answerable.domain.evidence import Claim
from answerable.domain.grade import Grade
from answerable.provenance import branches, identities, signatures
from answerable.provenance.table import table

SHA = "1" * 40
PERSON = Person(name="A Person", email="a@person.org")
KINDS = {"message", "author", "branch"}
CHECKS = {"model": "model", "session": "session", "version": "tool_version"}
EXAMPLES = [
    pytest.param(row["name"], wanted, example, id=f"{row['name']}-{kind}-{number}")
    for row in table().rows
    for kind, wanted in (("positive", True), ("negative", False))
    for number, example in enumerate(row.get(kind, ()))
]


def claims_of(example: dict[str, Any]) -> list[Claim]:
    """All that any reader says of an example: a message, an identity (tried in both roles) or a branch."""
    if "branch" in example:
        claim = branches.claim_for(example["branch"], SHA)
        return [claim] if claim else []
    found = re.fullmatch(r"(.*) <(.*)>", example.get("author", "A Person <a@person.org>"))
    assert found
    who = Person(name=found[1], email=found[2])
    commit = Commit(
        sha=SHA,
        parents=(),
        author=who,
        authored_at="2026-08-01T00:00:00Z",
        committer=who,
        committed_at="2026-08-01T00:00:00Z",
        message=example.get("message", "Fix it"),
    )
    return [*signatures.read(commit).claims, *identities.read(commit).claims]


@pytest.mark.parametrize(("tool", "wanted", "example"), EXAMPLES)
def test_the_example_is_read_as_its_row_says(tool: str, wanted: bool, example: dict[str, Any]) -> None:
    assert len(KINDS & example.keys()) == 1
    claims = claims_of(example)
    if not wanted:
        assert claims == []
        return
    agents = [claim.agent for claim in claims]
    assert {agent.tool for agent in agents if agent} == {tool}
    assert {claim.origin.value for claim in claims} == {example.get("origin", "ai")}
    for key, field in CHECKS.items():
        stated = {getattr(agent, field) for agent in agents} - {None}
        assert stated == ({example[key]} if key in example else set()), key


@pytest.mark.parametrize("row", table().rows, ids=lambda row: row["name"])
def test_every_row_carries_examples_of_both_kinds(row: dict[str, Any]) -> None:
    assert row["positive"]
    assert row["negative"]


def test_every_field_of_a_row_is_a_known_one() -> None:
    known = {
        *("name", "aliases", "ambiguous", "emails", "apps", "shared", "assist", "links", "lines", "subjects"),
        *("suffixes", "branches", "positive", "negative"),
    }
    assert {field for row in table().rows for field in row} <= known


def test_no_alias_or_address_belongs_to_two_tools() -> None:
    for field in ("emails", "apps", "aliases"):
        entries = [entry for row in table().rows for entry in row.get(field, ())]
        assert len(entries) == len(set(entries)), field


def test_addresses_are_kept_in_the_case_they_are_looked_up_in() -> None:
    for row in table().rows:
        for field in ("emails", "apps", "shared", "assist", "links", "aliases", "ambiguous"):
            assert all(entry == entry.lower() for entry in row.get(field, ())), row["name"]


def test_assist_entries_name_entries_of_their_row() -> None:
    for row in table().rows:
        listed = {entry for field in ("emails", "apps", "shared") for entry in row.get(field, ())}
        assert set(row.get("assist", ())) <= listed


def test_the_number_of_github_actions_is_in_no_row() -> None:
    assert not any("41898282" in entry for row in table().rows for entry in row.get("emails", ()))


def test_every_mark_holds_a_needle_of_the_first_scan() -> None:
    for row in table().rows:
        for example in row["positive"]:
            message = example.get("message")
            if message and not message.startswith("aider: "):
                assert any(needle in message.lower() for needle in signatures._NEEDLES), message


def test_marks_in_a_message_are_declared_and_accounts_and_branches_are_inferred() -> None:
    for row in table().rows:
        for example in row["positive"]:
            wanted = Grade.DECLARED if "message" in example else Grade.INFERRED
            assert {claim.grade for claim in claims_of(example)} == {wanted}
            assert {claim.evidence.grade for claim in claims_of(example)} == {wanted}
