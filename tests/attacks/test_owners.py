"""Nobody takes ownership on for another, and no change says by itself who is to review it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from answerable.domain.verdict import Outcome
from builders import RepoBuilder
from e2e.ledgers import Someone, Team
from e2e.owning import OWNERS, owners, path, sign, with_owners
from ownership.declared import FILE
from policy.gating import ADA, AUTH, LAYERS, approved, policed, verdict

RULE = LAYERS + "rules:\n  - {name: owned, match: {layers: [critical]}, require: {reviewers: {owners: true}}}\n"
OWNED = """\
version: 1
people:
  bo: {name: Bo, git: [bo@example.com]}
  eve: {name: Eve, git: [eve@example.com], until: 2020-01-01}
paths: [{match: /src/, owners: [%s]}]
"""


@pytest.fixture
def owned(repo: RepoBuilder, tmp_path: Path) -> Team:
    """Ada, her repository with an owners file, and its ledger."""
    return with_owners(Team(repo, tmp_path))


def record(team: Team, data: bytes, *more: str, who: Someone | None = None) -> None:
    digest = hashlib.sha256(data).hexdigest()
    by = who or team.ada
    team.done("record", "owner", f"sha256:{digest}", "--no-note", *more, *by.signing)


def test_a_signature_over_another_file_counts_for_nothing(owned: Team) -> None:
    record(owned, FILE.replace("grace", "eve").encode())
    assert (path(owned)["grade"], path(owned)["signed"]) == ("declared", [])
    record(owned, FILE.encode())
    assert path(owned)["grade"] == "attested"


def test_the_id_of_the_content_alone_is_no_signature_over_it(owned: Team) -> None:
    blob = owned.repo.git("rev-parse", f"HEAD:{OWNERS}").decode().strip()
    owned.done("record", "owner", f"gitBlob:{blob}", "--no-note", *owned.ada.signing)
    assert path(owned)["grade"] == "declared"


@pytest.mark.parametrize("kind", ["agent", "service"])
def test_a_bot_takes_nothing_on(owned: Team, kind: str) -> None:
    bot = owned.add("bot", "--type", kind)
    said = sign(owned, bot)
    assert (said.code, said.json["code"]) == (3, "person-needed")
    record(owned, FILE.encode(), "--as", kind, "--on-behalf-of", owned.ada.id, who=bot)
    assert (path(owned)["grade"], path(owned)["signed"]) == ("declared", [])


def test_an_agent_signs_for_no_person(owned: Team) -> None:
    said = sign(owned, owned.ada, CLAUDECODE="1")
    assert (said.code, said.json["code"]) == (3, "person-needed")


def test_a_stranger_cannot_sign_and_a_note_of_theirs_counts_for_nothing(owned: Team) -> None:
    eve = owned.stranger("eve")
    assert sign(owned, eve).json["code"] == "key-untrusted"
    file = owned.root / "eve.jsonl"
    digest = hashlib.sha256(FILE.encode()).hexdigest()
    blob = owned.repo.git("rev-parse", f"HEAD:{OWNERS}").decode().strip()
    owned.done("record", "owner", f"sha256:{digest}", f"gitBlob:{blob}", "-o", str(file), *eve.signing)
    owned.repo.git("notes", "--ref=answerable", "add", "-F", str(file), blob)
    assert (path(owned)["grade"], path(owned)["signed"]) == ("declared", [])


def test_a_decision_of_another_kind_is_no_signature(owned: Team) -> None:
    digest = hashlib.sha256(FILE.encode()).hexdigest()
    owned.done("record", "release", f"sha256:{digest}", "--no-note", *owned.ada.signing)
    assert path(owned)["grade"] == "declared"


def test_the_owners_file_in_a_change_does_not_decide_who_reviews_the_change(repo: RepoBuilder) -> None:
    base = policed(repo, RULE, **{OWNERS: OWNED % "bo"})
    repo.commit({OWNERS: (OWNED % "eve").replace(", until: 2020-01-01", ""), AUTH: "a\nb\nc\n"}, author=ADA)
    assert approved(repo, base, "eve@example.com").outcome is Outcome.FAIL
    assert approved(repo, base, "bo@example.com").outcome is Outcome.PASS


def test_who_has_left_approves_nothing(repo: RepoBuilder) -> None:
    base = policed(repo, RULE, **{OWNERS: OWNED % "eve"})
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    assert approved(repo, base, "eve@example.com").outcome is Outcome.FAIL


@pytest.mark.parametrize("text", [OWNED % "nobody-there", "version: 1\npaths: [\n", "version: 1\n"])
def test_an_owner_whom_nobody_knows_and_a_broken_file_let_nothing_pass(repo: RepoBuilder, text: str) -> None:
    base = policed(repo, RULE, **{OWNERS: text})
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    found = approved(repo, base, "bo@example.com", "eve@example.com")
    assert found.outcome is Outcome.FAIL
    assert verdict(repo, base).outcome is Outcome.FAIL


def test_codeowners_is_not_overruled_for_review_by_the_owners_file(repo: RepoBuilder) -> None:
    base = policed(repo, RULE, CODEOWNERS="/src/ cy@example.com\n", **{OWNERS: OWNED % "bo"})
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    assert approved(repo, base, "bo@example.com").outcome is Outcome.FAIL
    assert approved(repo, base, "cy@example.com").outcome is Outcome.PASS


def test_names_from_the_file_do_nothing_to_a_terminal(owned: Team) -> None:
    owned.repo.commit({OWNERS: FILE.replace("Ada Marlow", '"\\e[2J\\u202eAda"').replace("#payments", "\\e]0;x\\a")})
    for name in ("shop/checkout/pay.py", "a"):
        said = owners(owned, "resolve", name)
        assert not any(mark in said.out + said.err for mark in ("\x1b", "\x07", "\u202e"))
