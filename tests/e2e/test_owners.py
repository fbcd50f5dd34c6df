"""`answerable owners`: who answers for a path, and a person who signs for the file that says it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import answerable
from builders import RepoBuilder
from e2e.asking import ask_here
from e2e.ledgers import Team, done
from e2e.owning import OWNERS, owners, path, sign, with_owners
from ownership.declared import FILE


@pytest.fixture
def owned(team: Team) -> Team:
    """A repository with a ledger and an owners file in the work tree."""
    return with_owners(team)


def test_a_path_is_resolved_in_words_and_as_json(owned: Team) -> None:
    said = owners(owned, "resolve", "shop/checkout/pay.py", "--as-of", "2027-06-02T10:00:00Z")
    assert said.code == 0
    rows = [" ".join(row.split()) for row in said.out.splitlines()]
    assert rows[:6] == [
        "shop/checkout/pay.py",
        "owner payments (declared)",
        "service Checkout, tier 0",
        "runbook: https://larkspur.example/runbook",
        "responds Ada Marlow, Grace Okafor",
        "call at once: payments #payments (hours: EMEA): Ada Marlow (+44 1), Grace Okafor",
    ]
    assert "gap shop is" not in said.out
    one = path(owned)
    assert (one["owner"]["teams"], one["service"]["id"], one["grade"]) == (["payments"], "checkout", "declared")
    assert [clock["within"] for clock in one["clocks"]] == [24]


def test_a_path_that_nobody_owns_ends_with_1(owned: Team) -> None:
    said = owners(owned, "resolve", "docs/a.md", "shop/checkout/pay.py")
    assert said.code == 1
    assert "owner     nobody" in said.out


def test_many_paths_come_in_on_standard_input_and_one_need_not_be_there(owned: Team) -> None:
    said = ask_here("owners", "resolve", "-", "--format", "json", cwd=owned.root, feed="a\nshop/checkout/new.py\n")
    assert [(one["path"], one["owner"]["teams"]) for one in said.json["paths"]] == [
        ("a", ["shop"]),
        ("shop/checkout/new.py", ["payments"]),
    ]


def test_a_path_is_relative_to_the_folder_and_never_outside(owned: Team) -> None:
    inside = ask_here("owners", "resolve", "pay.py", "--format", "json", cwd=owned.root / "shop" / "checkout")
    assert inside.json["paths"][0]["path"] == "shop/checkout/pay.py"
    for odd in ("../x", "/etc/passwd", "", "."):
        said = owners(owned, "resolve", odd, "--format", "json")
        assert (said.code, said.json["code"]) == (2, "path-not-found")


def test_a_file_with_a_fault_is_refused_with_its_place(owned: Team) -> None:
    owned.repo.commit({OWNERS: "version: 1\nowner: ada\n"})
    for command in (("resolve", "a"), ("sign", *owned.ada.signing)):
        said = owners(owned, *command, "--format", "json")
        assert (said.code, said.json["code"]) == (2, "owners-invalid")
        assert said.json["message"] == f"{OWNERS}:2:1: an owners file has no key 'owner'"


def test_for_says_who_is_called_and_what_is_unsaid(owned: Team) -> None:
    answer = ask_here("for", "shop/checkout/pay.py:1", "--format", "json", cwd=owned.root).json
    owner = answer["spans"][0]["owner"]
    assert (owner["team"], owner["service"], owner["response"]) == (
        "payments",
        "checkout",
        ["Ada Marlow", "Grace Okafor"],
    )
    last = {"after": 65, "notify": "linnea", "people": [], "contact": None, "region": None}
    assert owner["escalation"][-1] in (last, last | {"people": [{"name": "Linnea Berg", "contact": None}]})
    question = answer["questions"][4]
    assert question["grade"] == "declared"
    assert question["answer"].startswith(f"payments ({OWNERS}:10); call Ada Marlow (+44 1) or Grace Okafor")
    assert "Owner: payments. Call Ada Marlow (+44 1) or Grace Okafor (grace@larkspur.example)" in answer["headline"]


def test_for_still_answers_where_the_owners_file_cannot_be_read(owned: Team) -> None:
    owned.repo.commit({OWNERS: "version: 1\npeople: [\n", "CODEOWNERS": "* @ada\n"})
    answer = ask_here("for", "a.py:1", "--format", "json", cwd=owned.root).json
    assert answer["spans"][0]["owner"]["people"] == ["@ada"]
    assert any(note.startswith(f"no duty is told: {OWNERS}:") for note in answer["notes"])


def test_a_signed_file_is_attested_until_it_changes(owned: Team) -> None:
    bo = owned.add("bo")
    assert path(owned)["grade"] == "declared"
    signed = sign(owned, bo).json
    assert (signed["schema"], signed["by"], signed["noted"]) == ("answerable/owners-signed/v1", bo.id, True)
    one = path(owned)
    assert (one["grade"], [each["by"] for each in one["signed"]]) == ("attested", [bo.id])
    question = ask_here("for", "shop/checkout/pay.py:1", "--format", "json", cwd=owned.root).json["questions"][4]
    assert question["grade"] == "attested"
    owned.repo.commit({OWNERS: FILE + "# one byte more\n"})
    assert (path(owned)["grade"], path(owned)["signed"]) == ("declared", [])
    owned.repo.commit({OWNERS: FILE})
    assert path(owned)["grade"] == "attested"  # these very bytes were signed


def test_what_was_signed_later_does_not_count_for_an_earlier_moment(owned: Team) -> None:
    sign(owned, owned.ada)
    assert path(owned, "--as-of", "2024-01-01")["grade"] == "declared"


def test_in_a_clone_a_note_that_the_keys_vouch_for_is_recorded_and_alone_it_is_nothing(owned: Team) -> None:
    assert sign(owned, owned.ada).code == 0
    ledger = owned.root / ".git" / "answerable" / "ledger"
    kept = owned.root / "ledger-before"
    owned.run("ledger", "verify")
    ledger.rename(kept)
    assert path(owned)["grade"] == "declared"  # nothing vouches for the key
    owned.done("init", "--no-capture", *owned.ada.signing)  # another ledger, with the same person in it
    assert path(owned)["grade"] == "recorded"
    kept.rename(owned.root / "away")


def test_a_signature_travels_with_the_notes_and_is_attested_where_a_ledger_takes_it_in(
    owned: Team, tmp_path: Path
) -> None:
    assert sign(owned, owned.ada).code == 0
    remote = RepoBuilder(tmp_path / "remote.git", bare=True)
    owned.repo.git("remote", "add", "origin", os.fspath(remote.root))
    owned.repo.git("push", "--quiet", "origin", "main")
    owned.done("ledger", "sync")
    clone = remote.clone(tmp_path / "clone")
    done("init", "--no-capture", *owned.ada.signing, cwd=clone.root)
    done("ledger", "sync", cwd=clone.root)
    told = ("owners", "resolve", "a.py", "--format", "json")
    assert ask_here(*told, cwd=clone.root).json["paths"][0]["grade"] == "recorded"
    done("ledger", "import", cwd=clone.root)
    assert ask_here(*told, cwd=clone.root).json["paths"][0]["grade"] == "attested"


def test_without_a_note_it_is_in_the_ledger_only(owned: Team) -> None:
    assert sign(owned, owned.ada, "--no-note").json["noted"] is False
    assert path(owned)["grade"] == "attested"
    assert owned.repo.git("for-each-ref", "refs/notes/answerable") == b""


def test_what_is_signed_is_the_committed_file(owned: Team) -> None:
    (owned.root / OWNERS).write_text(FILE + "# not committed\n")
    said = sign(owned, owned.ada)
    assert (said.code, said.json["code"]) == (2, "owners-invalid")
    (owned.root / OWNERS).write_bytes(FILE.replace("\n", "\r\n").encode())  # as git may write it here
    assert sign(owned, owned.ada).code == 0


def test_without_a_ledger_or_a_file_there_is_nothing_to_sign(owned: Team) -> None:
    (owned.root / ".git" / "answerable" / "ledger").rename(owned.root / "away")
    assert sign(owned, owned.ada).json["code"] == "ledger-missing"
    assert json.loads(owners(owned, "resolve", "a", "--format", "json").out)["paths"][0]["owner"]["teams"] == ["shop"]
    owned.repo.commit({OWNERS: None})
    (owned.root / OWNERS).unlink()
    assert sign(owned, owned.ada).json["code"] == "owners-invalid"


def test_what_reads_owners_files_and_ledgers_is_not_loaded_where_there_are_none(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n", "CODEOWNERS": "* @ada\n"})
    code = "import sys; from answerable.cli.main import run; run(['for', 'a.py:1'])"
    code += "; print(*sys.modules, file=sys.stderr)"
    source = os.fspath(Path(answerable.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repo.root, env=environment, capture_output=True, text=True, check=True
    )
    loaded = done.stderr.split()
    assert "answerable.ownership.registry" in loaded
    slow = ("yaml", "zoneinfo", "cryptography", "answerable.ownership.resolve", "answerable.ownership.model")
    assert [name for name in slow if name in loaded] == []
