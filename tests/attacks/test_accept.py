"""Somebody wants a signature on lines that the person was not shown, or one to cover more than it was made for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from attacks.hostile import harmless
from builders import RepoBuilder
from e2e.accepting import CLAUDE, CODE, PAY, Change
from e2e.asking import ask_here

BO = "bo@example.com"
EVIL = "\x1b]0;x\x07\x1b[2J\u202e"


@pytest.fixture
def change(repo: RepoBuilder, tmp_path: Path) -> Change:
    return Change(repo, tmp_path)


def test_a_replaced_object_does_not_change_what_is_shown(change: Change) -> None:
    git = change.repo.git
    shown = git("rev-parse", f"HEAD:{PAY}").decode().strip()
    harmless_text = git("hash-object", "-w", "--stdin", feed=b"# Copyright\nharmless = 1\n").decode().strip()
    git("update-ref", f"refs/replace/{shown}", harmless_text)
    said = change.accept(change.range, "--dry-run")
    assert "requests.post(URL" in said.out
    assert "harmless" not in said.out


def test_an_attribute_does_not_hide_lines(change: Change) -> None:
    change.repo.commit({".gitattributes": "*.py binary -diff\n", PAY: f"# Copyright\n{CODE}evil = 1\n"}, CLAUDE)
    (hunk,) = [one for one in change.accepted("HEAD", "--dry-run")["hunks"] if one["path"] == PAY]
    assert (hunk["start"], hunk["end"]) == (7, 7)


def test_a_filter_that_shows_other_text_does_not_run(change: Change) -> None:
    change.repo.commit({".gitattributes": "*.py diff=evil filter=evil\n"}, "Show it nicely")
    change.repo.checkout()
    change.repo.git("config", "diff.evil.textconv", "echo harmless; touch ran")
    change.repo.git("config", "filter.evil.smudge", "touch ran; cat")
    said = change.accept(change.range, "--dry-run")
    assert "requests.post(URL" in said.out
    assert not (change.root / "ran").exists()


def test_a_note_that_says_a_person_wrote_the_lines_hides_none(change: Change) -> None:
    human = {"h_0123456789abcd": {"author": "Ada <ada@example.com>"}}
    note_of(change, change.first, f"{PAY}\n  h_0123456789abcd 1-5\n---\n", humans=human)
    (hunk, _) = sorted(
        change.accepted(change.range, "--dry-run")["hunks"], key=lambda one: str(one["path"]), reverse=True
    )
    assert (hunk["path"], hunk["start"], hunk["end"], hunk["origins"]) == (PAY, 1, 6, ["unknown"])


def test_lines_that_a_person_was_seen_to_type_stay_theirs_where_another_answers_for_them(change: Change) -> None:
    human = {
        "h_0123456789abcd": {"author": "Cy <cy@example.com>", "custom_attributes": {"answerable.capture": "observed"}}
    }
    sha = change.repo.commit({"src/pay/typed.py": "x = 1\n"}, "Type")
    note_of(change, sha, "src/pay/typed.py\n  h_0123456789abcd 1\n---\n", humans=human)
    before = change.lines("src/pay/typed.py")
    assert before[0][0] == "human"
    change.accept("HEAD", "--intent", "Be one")
    assert change.lines("src/pay/typed.py") == [(*before[0][:2], BO)]


def note_of(change: Change, sha: str, section: str, **more: object) -> None:
    meta = {"schema_version": "authorship/3.0.0", "base_commit_sha": sha, "prompts": {}, "sessions": {}, **more}
    change.repo.note("ai", sha, (section + json.dumps(meta)).encode())


def test_names_in_notes_do_not_act_on_the_terminal(change: Change) -> None:
    agent = {"tool": f"cl{EVIL}", "id": "i", "model": f"m{EVIL}"}
    sessions = {"s_0123456789abcd": {"agent_id": agent, "human_author": f"H{EVIL}"}}
    path = f"src/pay/e{EVIL}.py"
    sha = change.repo.commit({path: f"x = '{EVIL}'\n"}, f"Subject{EVIL}")
    note_of(change, sha, f'"{path}"\n  s_0123456789abcd::t_0123456789abcd 1\n---\n', sessions=sessions)
    for more in (("--dry-run",), ("--intent", f"x{EVIL}")):
        said = change.accept("HEAD", *more)
        assert harmless(said.out + said.err)


def test_the_same_lines_that_come_in_again_are_not_covered(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    change.repo.commit({PAY: "# Copyright\n"}, "Take it out")
    change.repo.commit({PAY: f"# Copyright\n{CODE}"}, CLAUDE)
    assert change.gate().code == 1
    assert change.accepted(change.range, "--dry-run")["lines"]["left"] == 5


def test_the_same_lines_in_another_file_are_not_covered(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    change.repo.commit({"src/pay/copy.py": CODE}, CLAUDE)
    assert {one["path"] for one in change.gate().json["findings"]} == {"src/pay/copy.py"}


def test_a_commit_that_is_rewritten_is_not_covered(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    change.repo.checkout()
    change.repo.git("commit", "--amend", "-q", "-m", "Say who, again")
    assert change.gate().code == 1


def test_a_countersign_that_travels_counts_where_its_key_is_trusted_and_nowhere_else(
    change: Change, tmp_path: Path
) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", change.root, clone], check=True)
    subprocess.run(["git", "fetch", "-q", "origin", "refs/notes/*:refs/notes/*"], cwd=clone, check=True)
    span = f"{change.base}..HEAD"
    assert ask_here("gate", span, cwd=clone).code == 1, "nothing vouches for its key there"
    assert ask_here("ledger", "verify", cwd=clone).code != 0


def test_a_note_that_was_changed_covers_nothing(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    lines = change.repo.git("notes", "--ref=answerable", "show", change.first)
    change.repo.git("notes", "--ref=answerable", "add", "-f", "-F", "-", change.head, feed=lines)
    (change.root / ".git" / "answerable" / "ledger").rename(change.root / "ledger-gone")
    assert change.gate().code == 1


def test_whoever_holds_another_persons_name_alone_signs_nothing(change: Change) -> None:
    eve = change.team.stranger("eve")
    said = ask_here(
        "accept", change.range, "--intent", "Fine", "--key", str(eve.key), "--id", BO, cwd=change.root, CLAUDECODE=""
    )
    assert said.code == 3
    assert change.team.size() == 2
