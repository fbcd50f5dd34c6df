"""`answerable ledger show`: one decision, all about a revision or a digest, the newest, or who may sign what."""

from __future__ import annotations

from e2e.asking import ask
from e2e.ledgers import Team
from e2e.shape import ANY, wrong

STATEMENT = {"_type", "predicateType", "subject", "predicate"}
ANYTHING = (str, {ANY: (str, int, bool, list, dict)}, list, int)
SHOWN = {
    "schema": "answerable/ledger-show/v1",
    "size": int,
    "entries": [
        {
            "index": int,
            "statement": {ANY: (str, {ANY: ANYTHING}, [{ANY: ANYTHING}])},
            "signatures": [{"key": str, "principal": (str, None)}],
            "problems": [{"kind": str, "index": int, "detail": str}],
        }
    ],
}
KEYS = {
    "schema": "answerable/ledger-keys/v1",
    "threshold": int,
    "keys": [
        {
            "principal": {"type": "human|agent|service", "id": str},
            "fingerprint": str,
            "kinds": [str],
            "admin": bool,
            "since": int,
            "until": (int, None),
            "valid_after": (str, None),
            "valid_before": (str, None),
        }
    ],
    "roles": [{"role": str, "people": [str]}],
}


def indexes(team: Team, *what: str) -> list[int]:
    return [entry["index"] for entry in team.done("ledger", "show", *what)["entries"]]


def test_the_newest_are_shown_in_order(team: Team) -> None:
    for _ in range(21):
        team.review(team.ada, "--no-note")
    found = team.done("ledger", "show")
    assert (found["size"], [entry["index"] for entry in found["entries"]]) == (22, list(range(2, 22)))


def test_every_key_is_of_the_schema(team: Team) -> None:
    team.review(team.ada)
    document = ask("ledger", "show", "--format", "json", cwd=team.root).json
    assert wrong(document, SHOWN) == []
    assert all(set(entry["statement"]) == STATEMENT for entry in document["entries"])


def test_one_is_found_by_its_index_its_id_its_commit_and_its_digest(team: Team) -> None:
    first = team.review(team.ada)["decision_id"]
    team.record(team.ada, "release", "sha256:" + "ab" * 32)
    assert indexes(team, "1") == [1]
    assert indexes(team, first) == [1]
    assert indexes(team, "HEAD") == indexes(team, team.sha[:12]) == indexes(team, f"gitCommit:{team.sha}") == [1]
    assert indexes(team, "sha256:" + "ab" * 32) == indexes(team, "ab" * 32) == [2]


def test_a_decision_that_was_corrected_is_still_the_one_its_id_names(team: Team) -> None:
    first = team.review(team.ada)["decision_id"]
    team.review(team.ada, "--supersedes", first)
    assert indexes(team, first) == [1]


def test_what_is_not_there_is_said(team: Team) -> None:
    for what in ("7", "nonsense", "ab" * 20):
        said = ask("ledger", "show", what, "--format", "json", cwd=team.root)
        assert (said.code, said.json["code"]) == (3, "proof-invalid")
        assert said.json["hint"] == "list what is there: answerable ledger show"


def test_a_person_sees_who_what_and_why(team: Team) -> None:
    team.record(team.ada, "override", "--rationale", "the shop is down\x1b[2J")
    out = ask("ledger", "show", "1", cwd=team.root).out
    assert "override    ada@example.com  HEAD" in out
    assert "the shop is down\\x1b[2J" in out
    assert "\x1b" not in out
    assert out.endswith("1 of 2 entries\n")


def test_keys_say_who_may_sign_what_and_since_when(team: Team) -> None:
    bo = team.add("bo", "--kind", "review", "--kind", "approve", "--valid-before", "2100-01-01T00:00:00Z")
    ci = team.add("ci", "--type", "service")
    team.done("ledger", "key", "revoke", ci.public.fingerprint, "--reason", "lost", *team.ada.signing)
    document = ask("ledger", "show", "--keys", "--format", "json", cwd=team.root).json
    assert wrong(document, KEYS) == []
    ada, of_bo, of_ci = document["keys"]
    assert (ada["admin"], ada["kinds"], ada["since"], ada["until"]) == (True, ["*"], 0, None)
    assert (of_bo["fingerprint"], of_bo["kinds"]) == (bo.public.fingerprint, ["approve", "review"])
    assert of_bo["valid_before"] == "2100-01-01T00:00:00Z"
    assert (of_ci["principal"]["type"], of_ci["since"], of_ci["until"]) == ("service", 2, 3)


def test_a_revoked_administrator_is_shown_as_revoked(team: Team) -> None:
    bo = team.add("bo", "--admin")
    team.done("ledger", "key", "revoke", bo.public.fingerprint, *team.ada.signing)
    rows = ask("ledger", "show", "--keys", cwd=team.root).out.splitlines()
    assert [row.split()[-1] for row in rows[:2]] == ["administrator", "revoked"]
    assert rows[2] == "administrators who must sign a decision about keys: 1"


def test_a_decision_that_added_a_key_is_not_shown_as_adding_it_again(team: Team) -> None:
    bo = team.add("bo", "--admin")
    team.done("ledger", "key", "revoke", bo.public.fingerprint, *team.ada.signing)
    assert [entry["problems"] for entry in team.done("ledger", "show")["entries"]] == [[], [], []]
