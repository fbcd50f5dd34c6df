"""`answerable accept --each` in a real terminal: a person decides hunk by hunk; nothing is signed before its end."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.accepting import CLAUDE, CODE, PAY, Change

SECRET = "token = ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
OTHER = "src/pay/other.py"


@pytest.fixture
def change(repo: RepoBuilder, tmp_path: Path) -> Change:
    """Four hunks: one of the documentation, two of one file, one of another."""
    made = Change(repo, tmp_path)
    text = f"# Copyright\n{CODE}".replace("\n\n\n", "\n\nWAIT = 1\n\n")
    repo.commit({OTHER: "kept = 1\n"}, "Keep", author=("Root", "root@example.com"))
    made.accept("HEAD", "--intent", "Keep")
    repo.commit({PAY: text, OTHER: "a = 1\nkept = 1\nb = 2\n"}, CLAUDE)
    repo.checkout()
    return made


def signed(change: Change) -> dict[str, str]:
    """What is signed for, by path and first line, with what was said of it."""
    found = {}
    for entry in change.team.done("ledger", "show")["entries"][3:]:
        said = entry["statement"]["predicate"]
        assert said["kind"] == "countersign"
        for row in said["details"]["lines"]:
            found[f"{row['path']}:{row['start']}-{row['end']}"] = said["details"]["intent"]
    return found


def test_each_hunk_is_shown_whole_and_signed_with_its_own_words(change: Change) -> None:
    person = change.each(change.range)
    first = person.until("?]")
    assert "[1/4] docs/pay.md:1  1 line\n  layer standard · unknown (none)" in first
    assert "  1  # Paying\n" in first
    assert "Ask yourself:" in first
    assert "Sign for this line? [y,w,e,n,s,q,?]" in first
    person.types("y")
    person.until("What are they meant to do?")
    person.types("Say how to pay")
    second = person.until("?]")
    assert "[2/4] src/pay/charge.py:1-7" in second
    person.types("y")
    assert "[Say how to pay]" in person.until("meant to do? [Say how to pay]")
    person.types("Charge a card")
    person.answers("n")
    person.answers("y", "Keep b")
    assert person.ends() == 1
    assert "signed for 9 lines" in person.shown
    assert "not signed for: 1 line in 1 hunk" in person.shown
    assert set(signed(change).values()) == {"Say how to pay", "Charge a card", "Keep b"}


def test_what_was_said_last_is_suggested_for_the_next(change: Change) -> None:
    person = change.each(change.range, "--intent", "Charge a card")
    for _ in range(4):
        person.answers("y", "")
    assert person.ends() == 0
    assert set(signed(change).values()) == {"Charge a card"}
    assert change.gate().code == 0


def test_whoever_quits_has_signed_for_what_they_decided_on(change: Change) -> None:
    person = change.each(change.range)
    person.answers("y", "Say how to pay")
    person.answers("q")
    assert person.ends() == 1
    assert list(signed(change).values()) == ["Say how to pay"]


def test_the_rest_of_a_file_can_be_skipped(change: Change) -> None:
    person = change.each(change.range, "--path", "src/pay/other.py")
    person.answers("s")
    assert person.ends() == 1
    assert "[2/2]" not in person.shown
    assert signed(change) == {}


@pytest.mark.parametrize("keys", ["\x03", "\x04"], ids=["interrupted", "end of input"])
def test_whoever_interrupts_it_has_signed_nothing(change: Change, keys: str) -> None:
    person = change.each(change.range)
    person.answers("y", "Say how to pay")
    person.until("?]")
    person.insists(keys)
    assert person.ends() == 130
    assert signed(change) == {}


def test_a_terminal_that_goes_away_signs_nothing(change: Change) -> None:
    person = change.each(change.range)
    person.answers("y", "Say how to pay")
    person.until("?]")
    person.leaves()
    assert signed(change) == {}


def test_saying_nothing_signs_nothing(change: Change) -> None:
    person = change.each(change.range, "--path", "docs")
    person.answers("y", "")
    person.until("nothing was said")
    person.answers("n")
    assert person.ends() == 1
    assert signed(change) == {}


def test_a_secret_is_asked_for_again_and_never_repeated(change: Change) -> None:
    person = change.each(change.range, "--path", "docs")
    person.answers("y", f"use {SECRET}")
    person.until("holds a GitHub token")
    person.until("meant to do?")
    person.types("Say how to pay")
    assert person.ends() == 0
    assert list(signed(change).values()) == ["Say how to pay"]


def test_another_key_shows_what_each_does(change: Change) -> None:
    person = change.each(change.range, "--path", "docs")
    person.answers("x")
    assert "leave them, and the rest of this file" in person.until("?]")
    person.types("n")
    assert person.ends() == 1


def test_that_ai_wrote_them_can_be_said_of_one_hunk(change: Change) -> None:
    person = change.each(change.range, "--path", "docs")
    person.answers("w", "Say how to pay")
    assert person.ends() == 0
    assert change.lines("docs/pay.md") == [("ai", "attested", "bo@example.com")]


def test_where_ai_is_known_to_have_written_them_nobody_is_asked_to_say_so(change: Change) -> None:
    person = change.each(change.range, "--path", OTHER)
    assert "[y,e,n,s,q,?]" in person.until("?]")
    person.types("w")
    assert "w  " not in person.until("?]")
    person.types("q")
    assert person.ends() == 1


def editor(folder: Path, script: str) -> str:
    """A program that edits the file it is given."""
    file = folder / "editor.sh"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return os.fspath(file)


def test_an_editor_can_be_used_and_shows_the_lines(change: Change, tmp_path: Path) -> None:
    script = (
        f'cp "$1" {tmp_path}/seen; {{ echo "Say how to pay"; echo "in words"; cat "$1"; }} > "$1.new"; mv "$1.new" "$1"'
    )
    person = change.each(change.range, "--path", "docs", VISUAL=editor(tmp_path, script))
    person.answers("e")
    assert person.ends() == 0
    assert list(signed(change).values()) == ["Say how to pay\nin words"]
    assert "# Paying" in (tmp_path / "seen").read_text()


@pytest.mark.parametrize("script", ["true", "exit 1", ': > "$1"', "printf '# only a remark\\n' > \"$1\""])
def test_an_editor_that_fails_or_leaves_nothing_signs_nothing(change: Change, tmp_path: Path, script: str) -> None:
    person = change.each(change.range, "--path", "docs", VISUAL=editor(tmp_path, script))
    person.answers("e")
    person.until("nothing was said")
    person.answers("q")
    assert person.ends() == 1
    assert signed(change) == {}


def test_a_document_stays_apart_from_what_is_asked(change: Change) -> None:
    person = change.each(change.range, "--path", "docs", "--format", "json")
    person.answers("y", "Say how to pay")
    assert person.ends() == 0
    document = json.loads(person.shown.strip().splitlines()[-1])
    assert document["lines"] == {"signed": 1, "left": 0, "signed_before": 0}


def test_without_each_all_is_shown_and_one_statement_taken(change: Change) -> None:
    person = change.each(change.range, each=False)
    shown = person.until("meant to do?")
    assert "10 lines in 4 hunks; say nothing, and nothing is signed" in shown
    person.types("Charge a card")
    assert person.ends() == 0
    assert set(signed(change).values()) == {"Charge a card"}


def test_a_passphrase_is_asked_for_before_anything_is_shown(change: Change) -> None:
    cy = change.team.add("cy")
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "open sesame", "-P", "", "-f", cy.key], check=True)
    person = change.each(change.range, "--path", "docs", by=cy)
    before = person.until("Passphrase")
    assert "docs/pay.md" not in before
    person.types("open sesame")
    person.answers("y", "Say how to pay")
    assert person.ends() == 0
    assert "open sesame" not in person.shown


def test_what_a_file_holds_does_not_act_on_the_terminal(change: Change) -> None:
    evil = "x = '\x1b[2J\x1b[1A\u202e\x07' # \rSign for nothing? y\n"
    change.repo.commit({"docs/evil.py": evil.encode("utf-8", "surrogateescape")}, CLAUDE)
    person = change.each("HEAD")
    shown = person.until("?]")
    assert "\\x1b[2J\\x1b[1A\\u202e\\x07' # \\rSign for nothing? y" in shown
    assert "\x1b[2J" not in person.shown
    person.types("q")
    assert person.ends() == 1
