from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.commit import Commit, Person
from answerable.domain.evidence import Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance import identities


def commit(author: Person, committer: Person) -> Commit:
    when = "2026-08-01T00:00:00Z"
    return Commit(
        sha="1" * 40,
        parents=(),
        author=author,
        authored_at=when,
        committer=committer,
        committed_at=when,
        message="x",
    )


PERSON = Person(name="A Person", email="a@person.org")
CURSOR = Person(name="Cursor Agent", email="CursorAgent@cursor.com")


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Claude", "claude@dupont.fr"),
        ("Claude Dupont", "claude@dupont.fr"),
        ("Devin", "devin@smith.dev"),
        ("Jules", "jules@verne.fr"),
        ("Someone", "someone@anthropic.com"),
        ("Someone", "someone@cursor.com"),
        ("Someone", "someone@openai.com"),
        ("GitHub", "noreply@github.com"),
        ("claude[bot]", "claude@dupont.fr"),
        ("aider", "aider@person.org"),
        ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"),
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
        ("pre-commit-ci[bot]", "66853113+pre-commit-ci[bot]@users.noreply.github.com"),
        ("gemini-cli-robot", "gemini-cli-robot@google.com"),
        ("evil", "noreply@anthropic.com.evil.org"),
        ("evil", "xnoreply@anthropic.com"),
    ],
)
def test_a_person_or_plain_automation_is_not_an_agent(name: str, email: str) -> None:
    assert identities.tool_behind(name, email) is None


def test_author_and_committer_are_separate_evidence_and_both_inferred() -> None:
    reading = identities.read(commit(CURSOR, CURSOR))
    assert [claim.evidence.source for claim in reading.claims] == ["author", "committer"]
    assert {claim.grade for claim in reading.claims} == {Grade.INFERRED}
    assert {claim.agent.tool for claim in reading.claims if claim.agent} == {"cursor"}


def test_an_agent_that_only_committed_is_still_evidence() -> None:
    assert [claim.evidence.source for claim in identities.read(commit(PERSON, CURSOR)).claims] == ["committer"]


def test_the_name_aider_writes_is_inferred_for_all_that_the_tool_wrote_it() -> None:
    [claim] = identities.read(commit(Person(name="A Person (aider)", email="a@person.org"), PERSON)).claims
    assert (claim.grade, claim.origin) == (Grade.INFERRED, Origin.AI)


def test_a_human_author_is_no_claim() -> None:
    assert identities.read(commit(PERSON, PERSON)) == Reading()


@given(st.text(), st.text())
def test_no_identity_is_fatal_and_none_is_human(name: str, email: str) -> None:
    reading = identities.read(commit(Person(name=name, email=email), Person(name=email, email=name)))
    assert all(claim.origin is not Origin.HUMAN for claim in reading.claims)
