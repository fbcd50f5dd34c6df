from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.agent import Agent
from answerable.domain.commit import Commit, Person
from answerable.domain.evidence import Reading
from answerable.domain.origin import Origin
from answerable.provenance import signatures

CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>"


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


def read(message: str) -> Reading:
    return signatures.read(commit(message))


def agents(message: str) -> list[Agent | None]:
    return [claim.agent for claim in read(message).claims]


def test_a_message_without_marks_says_nothing() -> None:
    assert read("Fix the parser\n\nIt lost the last line.\n") == Reading()


@pytest.mark.parametrize(
    "line",
    [
        CLAUDE,
        CLAUDE.upper().replace("CLAUDE", "Claude"),
        CLAUDE + "\r",
        "  " + CLAUDE,
        "* " + CLAUDE,
        "- " + CLAUDE,
        "   * " + CLAUDE + "  ",
    ],
)
def test_a_trailer_counts_wherever_a_squash_put_it(line: str) -> None:
    message = f"Land it (#7)\n\n* one\n\n{line}\n\n* two\n\nSigned-off-by: A Person <a@person.org>\n"
    assert agents(message) == [Agent(tool="claude-code")]


def test_a_message_that_git_merge_squash_collected_is_read_at_its_indentation() -> None:
    message = (
        "Squashed commit of the following:\n\n"
        f"commit {'a' * 40}\nAuthor: A Person <a@person.org>\nDate:   Sat Aug 1 2026\n\n"
        f"    Fix it\n\n    {CLAUDE}\n"
    )
    assert agents(message) == [Agent(tool="claude-code")]


@pytest.mark.parametrize(
    "body",
    [
        f"> {CLAUDE}",
        f">> {CLAUDE}",
        f"    {CLAUDE}",
        f"\t{CLAUDE}",
        f"```\n{CLAUDE}\n```",
        f"~~~ text\n{CLAUDE}\n~~~",
        f"`{CLAUDE}`",
        f'"{CLAUDE}"',
        f"We now strip {CLAUDE}",
        f"| {CLAUDE} |",
    ],
)
def test_what_only_shows_a_trailer_is_not_one(body: str) -> None:
    assert read(f"Document it\n\n{body}\n") == Reading()


def test_a_trailer_after_a_closed_fence_counts() -> None:
    assert agents(f"Fix it\n\n```\ncode\n```\n\n{CLAUDE}") == [Agent(tool="claude-code")]


def test_a_revert_by_an_agent_is_its_work_and_the_message_it_repeats_is_not() -> None:
    head = 'Revert "Add it"\n\nThis reverts commit 1111111111111111111111111111111111111111.\n\n'
    assert agents(head + CLAUDE) == [Agent(tool="claude-code")]
    assert agents(head + f"Original message:\nAdd it\n\n{CLAUDE}") == []
    assert agents(head + f"> {CLAUDE}") == []


def test_the_same_mark_ten_times_is_one_claim() -> None:
    assert len(read("Land it\n\n" + (CLAUDE + "\n") * 10).claims) == 1


def test_model_and_session_are_read_from_the_marks_that_hold_them() -> None:
    message = (
        "Fix it\n\nCo-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
        "Claude-Session: https://claude.ai/code/session_01Ab\n"
    )
    assert agents(message) == [
        Agent(tool="claude-code", model="Claude Opus 4.7"),
        Agent(tool="claude-code", session="https://claude.ai/code/session_01Ab"),
    ]
    assert [claim.evidence.source for claim in read(message).claims] == ["trailer", "message"]


@pytest.mark.parametrize(
    "value",
    [
        "Jane Doe <jane@x.org>",
        "Jane Doe",
        "Devin",
        "Claude Shannon",
        "Claude Shannon <claude@shannon.org>",
        "https://example.org/x",
        "JIRA:ABC-123",
        "coccinelle",
        "none",
    ],
)
def test_assisted_by_credits_people_and_other_programs_too(value: str) -> None:
    assert read(f"Fix it\n\nAssisted-by: {value}") == Reading()


@pytest.mark.parametrize("value", ["protoc", "doxygen 1.9", "cargo-release", "Jane Doe", "gen.py"])
def test_generated_by_a_program_that_is_no_ai_says_nothing(value: str) -> None:
    assert read(f"Fix it\n\nGenerated-by: {value}") == Reading()


def test_a_model_alone_is_ai_by_a_tool_nobody_named() -> None:
    assert agents("Fix it\n\nAssisted-by: OpenAI GPT-5.4") == [Agent(tool="unknown", model="GPT-5.4")]


def test_a_name_and_an_address_of_two_tools_name_neither() -> None:
    [claim] = read("Fix it\n\nCo-authored-by: Roo Code <noreply@anthropic.com>").claims
    assert (claim.origin, claim.agent) == (Origin.AI, None)


def test_a_tool_that_only_suggests_is_mixed() -> None:
    message = "Fix it\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>"
    assert [claim.origin for claim in read(message).claims] == [Origin.MIXED]


@pytest.mark.parametrize("value", ["no", "None", "false", "N/A"])
def test_a_denial_is_no_evidence_of_anything(value: str) -> None:
    assert read(f"Fix it\n\nCo-authored-by-AI: {value}") == Reading()


def test_an_unknown_tool_is_taken_at_its_word_where_no_person_is_ever_credited() -> None:
    assert agents("Fix it\n\nCo-authored-by-AI: Frobnicator 2.0.1 (GPT-5.4)") == [
        Agent(tool="frobnicator", tool_version="2.0.1", model="GPT-5.4")
    ]
    assert agents("Fix it\n\nCo-authored-by-AI: true") == [None]


def test_evidence_is_safe_to_print() -> None:
    [claim] = read("Fix it\n\nCo-Authored-By: \x1b[31mClaude\u202e <noreply@anthropic.com>").claims
    assert "\x1b" not in claim.evidence.claim
    assert "\u202e" not in claim.evidence.claim


@given(st.text())
def test_no_message_is_fatal(message: str) -> None:
    read(message)


@given(st.lists(st.sampled_from([CLAUDE, "> x", "```", "    ", "* ", "Original message:", 'Revert "x"', "\r", "\x01"])))
def test_no_arrangement_of_marks_and_quotes_is_fatal(parts: list[str]) -> None:
    read("\n".join(parts))
    read(" ".join(parts))


@pytest.mark.parametrize(
    "message",
    [
        "co-authored-by:" * 40_000,
        "Co-authored-by: " + "a(" * 300_000,
        "Generated with [" * 40_000 + "](http",
        ("Co-authored-by: " + "<" * 500 + "\n") * 1_000,
        ("Assisted-by: " + "a " * 280 + "\n") * 1_000,
        ("🤖 generated with [" + "x" * 38 + "](https://" + "y" * 190 + "\n") * 2_000,
        "* " * 300_000 + "assisted-by",
        ("Assisted-by: " + "a/" * 280 + "\n") * 1_000,
    ],
)
def test_a_hostile_message_costs_no_more_than_its_length(message: str) -> None:
    start = time.perf_counter()
    read(message)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("trailer", "part"),
    [("Assisted-by: claude-code:opus", True), ("AI-Assisted-by: Claude Code", True), ("Generated-by: Claude", False)],
)
def test_who_assisted_had_a_part_and_who_generated_had_all(trailer: str, part: bool) -> None:
    [found] = read(f"Fix it\n\n{trailer}").claims
    assert found.part is part
