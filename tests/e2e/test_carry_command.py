"""`answerable carry` where no recorder was: in a CI system's clone after a forge merged, or after a rewrite."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest

from answerable.capture.recorder import Recorder
from answerable.git.repository import Repository
from e2e.asking import Said, ask_here
from e2e.test_carry import AI, HUMAN, UNKNOWN, WORKED, note, work
from e2e.test_carry import desk as desk
from e2e.working import Desk

FORGE = ("-c", "user.name=Forge", "-c", "user.email=noreply@forge.example")


class Clone(Desk):
    """A CI system's clone: nothing is recorded here."""

    def carry(self, *arguments: str, **env: str) -> Said:
        """Run the command."""
        return ask_here("carry", *arguments, cwd=self.root, GIT_CONFIG_GLOBAL=os.devnull, **env)


@pytest.fixture
def ci(desk: Desk) -> Clone:
    """A clone in which `main` went on after the branch `topic` was begun."""
    work(desk)
    desk.types("app.py", (desk.root / "app.py").read_text() + "}\n")
    desk.commit("A line of one letter")
    desk.drain()
    desk.git("checkout", "-q", "main")
    desk.types("app.py", "above_all = others(1)\n" + (desk.root / "app.py").read_text())
    desk.commit("Main goes on")
    desk.git("clone", "-q", str(desk.root), "../ci")
    clone = Clone(desk.root.parent / "ci")
    clone.git("fetch", "-q", "origin", "+refs/notes/ai:refs/notes/ai")
    return clone


def squash(ci: Desk, message: str = "All of it (#1)") -> str:
    """What a forge does with a change: its commits become one, in words of its own."""
    ci.git("merge", "-q", "--squash", "origin/topic")
    ci.git(*FORGE, "commit", "-qm", message, "--author", "Ada <ada@example.com>")
    return ci.git("rev-parse", "HEAD")


def rebase(ci: Desk) -> None:
    """What a forge does with a change: its commits are made again on top, the committer is the forge."""
    for sha in ci.git("rev-list", "--reverse", "origin/main..origin/topic").split():
        ci.git(*FORGE, "cherry-pick", sha)


def test_a_squash_merge_with_the_branch_named(ci: Clone) -> None:
    sha = squash(ci)
    said = ci.carry("--from", "origin/topic")
    assert said.code == 0, said.err
    assert "1 notes written, nothing signed" in said.out
    assert ci.origins("app.py")[1:6] == WORKED
    assert note(ci)["base_commit_sha"] == sha


def test_a_squash_merge_with_the_range_of_the_change_named(ci: Clone) -> None:
    squash(ci)
    said = ci.carry("HEAD", "--from", "origin/main..origin/topic", "--format", "json").json
    assert said["schema"] == "answerable/carry/v1"
    (commit,) = said["commits"]
    assert (commit["note"], commit["decision"]) == ("written", None)
    assert commit["lines"] == {"added": 4, "ai": 2, "human": 2, "mixed": 0, "unknown": 0}
    kept = [(one["start"], one["end"], one["from"]["start"]) for row in commit["carry"] for one in row["kept"]]
    assert sorted(kept) == [(3, 4, 2), (6, 6, 5), (7, 7, 6)]
    assert {row["rule"] for row in commit["carry"]} == {"given"}
    assert commit["unknown"] == []


def test_a_squash_merge_of_which_nothing_is_said(ci: Clone) -> None:
    squash(ci)
    assert ci.carry().code == 0
    assert ci.origins("app.py")[1:6] == WORKED


def test_a_rebase_merge(ci: Clone) -> None:
    rebase(ci)
    said = ci.carry("origin/main..HEAD", "--from", "origin/topic", "--format", "json").json
    assert [one["note"] for one in said["commits"]] == ["written"] * 3
    rules = [{row["rule"] for row in one["carry"] if row["kept"]} for one in said["commits"]]
    assert rules[0] <= {"patch-id", "same-authorship"}
    assert ci.origins("app.py")[1:6] == WORKED


def test_a_rebase_merge_of_which_nothing_is_said(ci: Clone) -> None:
    rebase(ci)
    assert ci.carry("origin/main..HEAD").code == 0
    assert ci.origins("app.py")[1:6] == WORKED


def test_others_that_landed_meanwhile_have_nothing_of_the_change(ci: Clone) -> None:
    ci.types("other.py", "of_another_change = 1\n")
    ci.git(*FORGE, "add", "-A")
    ci.git(*FORGE, "commit", "-qm", "Another change (#2)")
    squash(ci)
    said = ci.carry("origin/main..HEAD", "--from", "origin/topic", "--format", "json")
    assert said.code == 0
    assert [one["note"] for one in said.json["commits"]] == ["none", "written"]
    assert said.json["commits"][0]["carry"] == []
    assert ci.origins("app.py")[1:6] == WORKED


def test_what_the_forge_changed_while_it_merged_is_unknown(ci: Clone) -> None:
    ci.git("merge", "-q", "--squash", "origin/topic")
    text = (ci.root / "app.py").read_text().replace("second_of_agents = call(2)", "second_of_agents = 22")
    ci.types("app.py", text)
    ci.git(*FORGE, "commit", "-qam", "All of it (#1)")
    said = ci.carry("--from", "origin/topic", "--format", "json").json
    assert ci.origins("app.py")[1:6] == [UNKNOWN, AI, UNKNOWN, UNKNOWN, HUMAN]
    dropped = [one for row in said["commits"][0]["carry"] for one in row["dropped"]]
    assert {"path": "app.py", "start": 3, "end": 3, "rule": "gone"} in dropped


def test_nothing_is_written_twice_and_nothing_in_a_dry_run(ci: Clone) -> None:
    squash(ci)
    assert "--dry-run" in ci.carry("--dry-run").out
    assert ci.git("notes", "--ref=ai", "show", "HEAD", check=False) == ""
    assert "1 notes written" in ci.carry().out
    first = ci.git("rev-parse", "refs/notes/ai")
    again = ci.carry()
    assert "has a note of its own" in again.out
    assert ci.git("rev-parse", "refs/notes/ai") == first


def test_a_commit_that_was_made_of_no_other(ci: Clone) -> None:
    ci.types("new.py", "nobody_saw = this(line)\n")
    ci.commit("New")
    said = ci.carry()
    assert (said.code, "no commit was found" in said.out) == (0, True)
    assert ci.git("notes", "--ref=ai", "show", "HEAD", check=False) == ""


def test_sources_from_which_nothing_comes_are_told_by_the_exit_code(ci: Clone) -> None:
    ci.types("new.py", "nobody_saw = this(line)\n")
    ci.commit("New")
    said = ci.carry("--from", "origin/topic")
    assert said.code == 1
    assert "0 lines kept" in said.out


def test_a_history_that_was_rewritten_with_the_map_of_it(ci: Clone, tmp_path: Path) -> None:
    ci.git("checkout", "-q", "-B", "main", "origin/topic")
    old = ci.git("rev-list", "HEAD").split()
    ci.git("filter-branch", "-f", "--index-filter", "git rm -q --cached --ignore-unmatch seen.py", "HEAD")
    new = ci.git("rev-list", "HEAD").split()
    rows = ["old                                      new", *map(" ".join, zip(old, new, strict=False))]
    (tmp_path / "commit-map").write_text("\n".join(rows) + f"\n{'1' * 40} {'0' * 40}\n")
    said = ci.carry("--map", str(tmp_path / "commit-map"), "--format", "json").json
    assert {row["rule"] for one in said["commits"] for row in one["carry"]} == {"post-rewrite"}
    assert ci.origins("app.py")[:5] == WORKED


def test_a_clone_without_history_or_without_files(ci: Clone) -> None:
    sha = squash(ci)
    address = f"file://{ci.root}"
    ci.git("clone", "-q", "--depth=1", address, "../shallow")
    ci.git("config", "uploadpack.allowFilter", "true")
    ci.git("clone", "-q", "--filter=blob:none", "--no-checkout", address, "../partial")
    for name in ("shallow", "partial"):
        clone = Clone(ci.root.parent / name)
        said = clone.carry(sha, "--format", "json")
        assert (said.code, [one["note"] for one in said.json["commits"]]) == (0, ["none"])


def test_files_and_revisions_that_are_none(ci: Clone, tmp_path: Path) -> None:
    assert "revision-not-found" in ci.carry("nowhere").err
    assert "revision-not-found" in ci.carry("--from", "nowhere").err
    assert "cannot read" in ci.carry("--map", str(tmp_path / "absent")).err
    (tmp_path / "empty").write_text("old new\n")
    assert "no pair" in ci.carry("--map", str(tmp_path / "empty")).err
    assert "names no commit" in ci.carry("HEAD..HEAD").err


def test_it_is_signed_by_the_key_that_is_named(ci: Clone, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    sha = squash(ci)
    signing = ("--key", str(key), "--as", "service", "--id", "ci")
    said = ci.carry("--from", "origin/topic", *signing, "--format", "json").json
    assert said["commits"][0]["decision"]
    notes = ci.git("notes", "--ref=answerable", "show", sha)
    assert '"payload' in notes
    assert ci.origins("app.py")[1:6] == WORKED


def test_the_recorder_of_a_clone_signs(ci: Clone) -> None:
    with Repository(ci.root) as repository:
        Recorder.make(repository)
    sha = squash(ci)
    said = ci.carry("--from", "origin/topic", "--format", "json").json
    assert said["commits"][0]["decision"]
    envelope = json.loads(ci.git("notes", "--ref=answerable", "show", sha).splitlines()[0])
    statement = json.loads(base64.b64decode(envelope["payload"]))
    details = statement["predicate"]["details"]
    assert details["carry"][0]["to"] == sha
    assert details["carry"][0]["kept"]
    assert statement["predicate"]["evidence"][0]["uri"] == "refs/notes/ai"
