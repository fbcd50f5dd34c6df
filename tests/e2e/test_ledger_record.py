"""`answerable record`: every kind of decision that a person or a pipeline makes by hand, and what it says of itself."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from answerable.domain.decision import Kind
from e2e.asking import ask
from e2e.ledgers import Maker, Team, done, someone
from e2e.shape import wrong

RECORDED = {
    "schema": "answerable/recorded/v1",
    "decision_id": str,
    "kind": str,
    "index": (int, None),
    "noted": bool,
    "context": [{"name": str, "sha256": str}],
}
MORE: dict[str, tuple[str, ...]] = {
    "review": ("--verdict", "changes_requested", "--change", "#12"),
    "countersign": ("--lines", "a.py:2-3", "--intent", "count to four"),
    "attest": ("--details", '{"source":"ci","claim":"the tests passed"}'),
}
KINDS = [kind.value for kind in Kind if kind not in (Kind.KEY, Kind.REDACT)]


def predicate(team: Team, index: int = -1) -> dict[str, Any]:
    """What an entry says."""
    said: dict[str, Any] = team.entries()[index]["statement"]["predicate"]
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_recorded_about_a_commit(team: Team, kind: str) -> None:
    found = team.record(team.ada, kind, "HEAD", "--rationale", "because", *MORE.get(kind, ()))
    assert wrong(found, RECORDED) == []
    assert (found["kind"], found["index"], found["noted"]) == (kind, 1, True)
    said = predicate(team)
    assert (said["kind"], said["decisionId"], said["rationale"]) == (kind, found["decision_id"], "because")
    assert said["principal"] == {"type": "human", "id": team.ada.id, "key": team.ada.public.fingerprint}
    assert team.done("ledger", "verify")["ok"] is True


def test_a_review_is_of_the_commit_it_is_about_unless_it_says_another(team: Team) -> None:
    team.review(team.ada, "--change", "#12")
    assert predicate(team)["details"] == {"change": "#12", "sha": team.sha, "verdict": "approved"}
    team.record(team.ada, "approve", "HEAD", "--details", json.dumps({"sha": "ab" * 20}))
    assert predicate(team)["details"] == {"sha": "ab" * 20, "verdict": "approved"}


def test_lines_are_bound_by_a_digest_of_their_bytes(team: Team) -> None:
    team.record(team.ada, "generate", "HEAD", "--lines", "a.py:2-3", "--lines", "a.py:4", "--tool", "codex")
    both, last = (f"sha256:{sha256(text).hexdigest()}" for text in (b"two\nthree\n", b"four\n"))
    assert predicate(team)["details"]["lines"] == [
        {"path": "a.py", "start": 2, "end": 3, "digest": both},
        {"path": "a.py", "start": 4, "end": 4, "digest": last},
    ]


def test_a_path_may_be_given_from_the_folder_one_is_in(team: Team) -> None:
    team.repo.commit({"src/b.py": "1\n", "b.py": "2\n", "c.py": "3\n"})
    team.repo.checkout()
    folder = team.root / "src"
    for given, path in (("b.py", "src/b.py"), ("c.py", "c.py"), ("../b.py", "b.py"), ("src/b.py", "src/b.py")):
        done("record", "generate", "HEAD", "--lines", f"{given}:1", "--tool", "x", *team.ada.signing, cwd=folder)
        assert predicate(team)["details"]["lines"][0]["path"] == path


def test_a_path_that_is_no_text_is_written_as_git_quotes_it_and_found_again(team: Team) -> None:
    team.repo.commit({b"caf\xe9.py": "1\n", b'"x"': "2\n", "größe: 1.py": "3\n"})
    lines = [part for path in ("caf\udce9.py", '"x"', "größe: 1.py") for part in ("--lines", f"{path}:1")]
    said = ask("record", "generate", "HEAD", *lines, "--tool", "codex", *team.ada.signing, cwd=team.root)
    assert said.code == 0, said.err
    written = [line["path"] for line in predicate(team)["details"]["lines"]]
    assert written == ['"caf\\351.py"', '"\\042x\\042"', "größe: 1.py"]
    rows = ask("lines", "--format", "jsonl", cwd=team.root).documents
    assert {row["path"]: row["tool"] for row in rows if row["path"] != "a.py"} == {
        "caf\udce9.py": "codex",
        '"x"': "codex",
        "größe: 1.py": "codex",
    }


def test_who_acts_and_for_whom_is_said(team: Team) -> None:
    team.add("bot", "--type", "agent")
    bot = ("--key", os.fspath(team.root.parent / "key-bot"), "--id", "bot@example.com")
    options = ("--as", "agent", "--on-behalf-of", team.ada.id, "--author", "bo@example.com", "--author", "agent:claude")
    more = ("--tool", "claude-code", "--model", "claude-opus-4-8", "--session", "s1", "--vantage", "laptop")
    team.done("record", "generate", *options, *more, *bot)
    said = predicate(team)
    assert (said["principal"]["type"], said["principal"]["onBehalfOf"]) == ("agent", team.ada.id)
    assert said["authoredBy"] == [{"type": "human", "id": "bo@example.com"}, {"type": "agent", "id": "claude"}]
    assert said["agent"] == {"name": "claude-code", "model": "claude-opus-4-8"}
    assert (said["session"], said["vantage"]) == ("s1", "laptop")


def test_an_emergency_says_when_it_must_be_looked_at(team: Team) -> None:
    first = team.record(
        team.ada, "override", "--rationale", "down", "--emergency", "--review-due", "2027-01-01T00:00:00Z"
    )
    assert predicate(team)["emergency"] == {"declared": True, "reviewDueBy": "2027-01-01T00:00:00Z"}
    team.record(team.ada, "override", "--rationale", "down", "--supersedes", first["decision_id"])
    assert predicate(team)["supersedes"] == [first["decision_id"]]


def test_an_artifact_is_named_by_its_digest(team: Team) -> None:
    found = team.record(team.ada, "release", "sha256:" + "ab" * 32)
    assert found["noted"] is False
    assert team.entries()[-1]["statement"]["subject"] == [{"digest": {"sha256": "ab" * 32}}]


def test_a_commit_that_is_not_here_is_recorded_and_noted_nowhere(team: Team) -> None:
    found = team.record(team.ada, "deploy", "gitCommit:" + "ab" * 20, "HEAD")
    assert (found["index"], found["noted"]) == (1, True)
    assert team.repo.git("notes", "--ref=answerable", "list").decode().split()[1:] == [team.sha]


def test_what_is_about_nothing_is_about_the_ledger(team: Team, tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    folder.mkdir()
    place = ("--ledger", os.fspath(team.repo.git_dir / "answerable" / "ledger"))
    said = ask("record", "mandate", "--rationale", "Ada owns it", *place, *team.ada.signing, cwd=folder)
    assert said.code == 0, said.err
    assert team.entries()[-1]["statement"]["subject"] == team.entries()[0]["statement"]["subject"]


def test_a_decision_need_not_travel(team: Team) -> None:
    assert team.review(team.ada, "--no-note")["noted"] is False
    assert team.repo.git("for-each-ref", "refs/notes/") == b""


def test_details_may_stand_in_a_file(team: Team, tmp_path: Path) -> None:
    (tmp_path / "details.json").write_text('{"environment":"production"}')
    team.record(team.ada, "deploy", "--details", f"@{tmp_path / 'details.json'}")
    assert predicate(team)["details"] == {"environment": "production"}


def test_a_repository_of_the_other_hash_is_as_good(new_repo: Maker, tmp_path: Path) -> None:
    team = Team(new_repo("sha256", object_format="sha256"), tmp_path)
    team.record(team.ada, "accept", "--lines", "a.py:1-4", "--how", "human_explicit", "--state", "as_is")
    (row,) = ask("lines", "--format", "jsonl", cwd=team.root).documents
    assert (row["origin"], row["grade"]) == ("ai", "attested")


def test_a_person_reads_where_it_is_kept(team: Team) -> None:
    said = ask("record", "review", "--verdict", "commented", *team.ada.signing, cwd=team.root)
    first, second, third = said.out.splitlines()
    assert first == "review by ada@example.com: entry 1 of the ledger"
    assert second.strip() == predicate(team)["decisionId"]
    assert third.strip() == "it travels with the commit: answerable ledger sync"


def test_two_ledgers_on_one_key_stay_apart(team: Team, new_repo: Maker, tmp_path: Path) -> None:
    other = new_repo("second")
    other.commit({"b.py": "1\n"})
    begun = done("init", *someone("zoe", tmp_path).signing, cwd=other.root)
    assert begun["ledger"]["origin"] != team.done("ledger", "checkpoint")["origin"]
