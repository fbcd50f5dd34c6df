"""Ways to get a change past the gate. Each of them ends in a refusal or an error, and none in a pass."""

from __future__ import annotations

import json
import subprocess
import time
from datetime import date

import pytest

from answerable.domain.origin import Origin
from answerable.domain.verdict import Outcome
from attacks.test_policy_files import BOMB, EXPRESSIONS
from builders import RepoBuilder, executable, link, submodule
from e2e.asking import ask_here
from policy.gating import (
    ADA,
    AUTH,
    BO,
    CLAUDE,
    LAYERS,
    REVIEWED,
    approved,
    assert_refused,
    policed,
    verdict,
)

AI_ONLY = REVIEWED.replace("origins: [ai]", "origins: [ai, mixed]")


def change(repo: RepoBuilder, message: str = "Do\n", **more: object) -> str:
    return repo.commit({AUTH: "a\nb\nc\n"}, message, **{"author": ADA, **more})  # type: ignore[arg-type]


# -- the policy ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [LAYERS, None, "rules: [", REVIEWED.replace("critical", "peripheral")])
def test_a_policy_that_is_edited_or_removed_in_the_change_does_not_count(repo: RepoBuilder, policy: str | None) -> None:
    base = policed(repo)
    repo.commit({AUTH: "a\nb\nc\n", ".answerable/policy.yaml": policy}, author=ADA)
    assert_refused(verdict(repo, base))


def test_a_change_that_begins_before_there_was_a_policy_gets_none_of_it(repo: RepoBuilder) -> None:
    before = repo.commit({AUTH: "a\nb\n"}, author=BO)
    repo.commit({".answerable/policy.yaml": REVIEWED}, author=BO)
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA, parents=[before], branch="topic")
    assert_refused(verdict(repo, "main", "topic"))


def test_a_file_that_calls_itself_binary_or_generated_is_read_all_the_same(repo: RepoBuilder) -> None:
    base = policed(repo)
    attributes = "* binary -diff linguist-generated merge=ours\n"
    repo.commit({AUTH: "a\nb\nc\n", ".gitattributes": attributes}, author=ADA)
    found = verdict(repo, base)
    assert_refused(found)
    assert {(f.start, f.end) for f in found.findings} == {(3, 3)}


def test_a_byte_that_makes_a_file_binary_hides_it_from_no_rule(repo: RepoBuilder) -> None:
    base = policed(repo, REVIEWED.replace("origins: [ai]", "min_lines: 100"))
    repo.commit({AUTH: b"\0" + b"x\n" * 200}, author=ADA)
    assert_refused(verdict(repo, base))


ENDLESS = ["comprehensions in comprehensions", "just over the budget", "doubling of a text"]


@pytest.mark.parametrize("name", ENDLESS)
def test_a_condition_that_never_ends_lets_nothing_pass(repo: RepoBuilder, name: str) -> None:
    when = f"    when: {json.dumps(EXPRESSIONS[name])}\n    require:"
    base = policed(repo, REVIEWED.replace("    require:", when))
    change(repo)
    began = time.process_time()
    assert approved(repo, base, "bo@example.com").outcome is Outcome.ERROR
    assert time.process_time() - began < 3


def test_a_bomb_in_the_place_of_the_policy_in_force_lets_nothing_pass(repo: RepoBuilder) -> None:
    base = policed(repo, BOMB)
    change(repo)
    found = approved(repo, base, "bo@example.com")
    assert (found.outcome, found.policy_digest) == (Outcome.ERROR, "")
    assert ".answerable/policy.yaml:" in str(found.problem)


# -- evidence --------------------------------------------------------------------------------------------------------


def test_a_trailer_that_is_stripped_lowers_nothing(repo: RepoBuilder) -> None:
    base = policed(repo, AI_ONLY)
    marked = change(repo, f"Do\n\n{CLAUDE}\n")
    assert_refused(verdict(repo, base, marked))
    stripped = change(repo, "Do\n", parents=[base], branch="stripped")
    found = verdict(repo, base, stripped)
    assert_refused(found)
    assert {f.origin for f in found.findings} == {Origin.UNKNOWN}


def human_note(sha: str, path: str = AUTH) -> str:
    meta = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": sha,
        "prompts": {},
        "humans": {"h_0123456789abcd": {"author": "Ada <ada@example.com>"}},
    }
    return f"{path}\n  h_0123456789abcd 1-99\n---\n{json.dumps(meta)}"


def test_a_note_that_says_human_silences_no_trailer(repo: RepoBuilder) -> None:
    """Anybody may write a note; what it claims above a trailer is shown as a contradiction, and people still look."""
    base = policed(repo, LAYERS + "rules:\n  - {name: reviewed, require: {reviewers: {humans: 1}}}\n")
    head = change(repo, f"Do\n\n{CLAUDE}\n")
    repo.note("ai", head, human_note(head))
    assert_refused(verdict(repo, base))


def test_a_forged_note_that_says_human_takes_no_line_out_of_a_rule(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = change(repo)
    repo.note("ai", head, human_note(head))
    found = verdict(repo, base)
    assert {f.origin for f in found.findings} == {Origin.HUMAN}, "the note is read, and does not help"
    assert_refused(found)


def test_a_note_that_was_moved_from_another_commit_proves_nothing(repo: RepoBuilder) -> None:
    base = policed(repo, LAYERS + "rules:\n  - {name: reviewed, require: {grade: recorded}}\n")
    other = repo.commit({"x": "1\n"}, branch="elsewhere")
    head = change(repo)
    repo.note("ai", head, human_note(other, "x"))
    assert_refused(verdict(repo, base))


# -- shapes of history -----------------------------------------------------------------------------------------------


def test_lines_that_a_merge_adds_by_its_own_hand_are_judged(repo: RepoBuilder) -> None:
    policed(repo)
    repo.commit({"docs/a": "1\n"}, branch="topic", author=ADA)
    repo.commit({"docs/b": "1\n"}, author=BO)
    repo.merge("main", branch="topic", files={AUTH: "a\nb\nevil\n"}, author=ADA)
    assert_refused(verdict(repo, "main", "topic"))


def test_lines_that_an_octopus_adds_by_its_own_hand_are_judged(repo: RepoBuilder) -> None:
    policed(repo)
    for name in ("x", "y", "z"):
        repo.commit({f"docs/{name}": "1\n"}, branch=name, author=ADA)
    repo.merge("y", "z", branch="x", files={AUTH: "a\nb\nevil\n"}, author=ADA)
    assert_refused(verdict(repo, "main", "x"))


def test_a_merge_that_quietly_takes_a_fix_back_is_judged(repo: RepoBuilder) -> None:
    policed(repo)
    repo.commit({"docs/a": "1\n"}, branch="topic", author=ADA)
    repo.commit({AUTH: "a\nfixed\n"}, author=BO)
    repo.merge("main", branch="topic", files={AUTH: "a\nb\n"}, author=ADA)
    assert_refused(verdict(repo, "main", "topic"))


def test_a_revert_is_judged_as_any_change(repo: RepoBuilder) -> None:
    policed(repo)
    fixed = repo.commit({AUTH: "a\nfixed\n"}, author=BO)
    repo.commit({AUTH: "a\nb\n"}, f'Revert "Fix"\n\nThis reverts commit {fixed}.\n', author=ADA)
    assert_refused(verdict(repo, fixed))


def test_a_fast_forward_over_many_authors_lets_none_of_them_approve(repo: RepoBuilder) -> None:
    base = policed(repo)
    change(repo)
    repo.commit({"docs/typo": "1\n"}, author=BO)
    assert_refused(approved(repo, base, "bo@example.com"))


# -- paths -----------------------------------------------------------------------------------------------------------


def test_a_rename_out_of_a_critical_path_counts_as_in_it(repo: RepoBuilder) -> None:
    text = "".join(f"{n}\n" for n in range(30))
    base = policed(repo, REVIEWED, **{"src/auth/rules.py": text})
    repo.commit({"src/auth/rules.py": None, "docs/rules.py": text + "evil\n"}, author=ADA)
    found = verdict(repo, base)
    assert_refused(found)
    assert b"docs/rules.py" in {finding.path for finding in found.findings}


def test_a_rename_out_of_an_owners_reach_still_needs_that_owner(repo: RepoBuilder) -> None:
    text = "".join(f"{n}\n" for n in range(30))
    policy = REVIEWED.replace("humans: 1", "owners: true")
    owners = {"CODEOWNERS": "/src/auth/ @sec\n/docs/ @eve\n", "src/auth/rules.py": text}
    base = policed(repo, policy, **owners)
    repo.commit({"src/auth/rules.py": None, "docs/rules.py": text}, author=ADA)
    assert_refused(approved(repo, base, "eve"))
    assert approved(repo, base, "eve", "sec").outcome is Outcome.PASS


def test_a_rename_into_a_critical_path_brings_its_old_lines_under_the_rule(repo: RepoBuilder) -> None:
    text = "".join(f"{n}\n" for n in range(30))
    base = policed(repo, REVIEWED, **{"docs/rules.py": text})
    repo.commit({"docs/rules.py": None, "src/auth/rules.py": text}, author=ADA)
    found = verdict(repo, base)
    assert_refused(found)
    assert (1, 30) in {(finding.start, finding.end) for finding in found.findings}


@pytest.mark.parametrize(
    "files",
    [
        {AUTH: "a\n"},
        {AUTH: None},
        {AUTH: executable("a\nb\n")},
        {AUTH: link("/dev/null")},
        {AUTH: submodule("1" * 40)},
        {AUTH: b"\0"},
        {"src/auth/empty": ""},
        {"src/auth/-rf": "1\n"},
        {b"src/auth/\xff\n": "1\n"},
        {"src/auth/../auth2": None, AUTH: "b\na\n"},
    ],
    ids=["line removed", "removed", "mode", "link", "submodule", "binary", "empty", "option", "bytes", "moved lines"],
)
def test_whatever_is_done_to_a_critical_path_is_judged(repo: RepoBuilder, files: dict[str | bytes, object]) -> None:
    base = policed(repo)
    repo.commit(files, author=ADA)  # type: ignore[arg-type]
    assert_refused(verdict(repo, base))


# -- what is given on the command line -------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["--output=x..HEAD", "-x..HEAD", "HEAD..--all", "..", "HEAD", "HEAD..\n", "a..b..c"])
def test_a_range_that_is_none_is_a_usage_fault_and_no_pass(repo: RepoBuilder, given: str) -> None:
    policed(repo)
    repo.checkout()
    said = ask_here("gate", "--", given, cwd=repo.root)
    assert said.code == (2 if given != ".." else 0)
    assert not (repo.root / "x").exists()


def test_a_policy_that_is_given_in_the_place_of_the_bases_is_named_in_the_verdict(repo: RepoBuilder) -> None:
    base = policed(repo)
    change(repo)
    (repo.root / "soft.yaml").write_text(LAYERS)
    said = ask_here("gate", f"{base}..main", "--policy", "soft.yaml", "--format", "json", cwd=repo.root)
    assert said.json["verdict"] == "pass"
    assert "given by --policy" in said.json["policy"]["source"]


def test_a_file_with_the_name_of_a_branch_is_not_taken_for_its_policy(repo: RepoBuilder) -> None:
    base = policed(repo)
    change(repo)
    (repo.root / "main").write_text(LAYERS)
    assert ask_here("gate", f"{base}..main", "--policy", "main", cwd=repo.root).code == 3
    assert ask_here("gate", f"{base}..main", "--policy", "refs/heads/main", cwd=repo.root).code == 1


# -- size ------------------------------------------------------------------------------------------------------------


def test_ten_thousand_commits_hide_no_line(repo: RepoBuilder) -> None:
    """Written by fast-import: the one bad commit is somewhere in the middle of a long range."""
    base = policed(repo)
    rows = [b"feature done\n"]
    for at in range(10_000):
        path, text = (AUTH, "a\nb\nevil\n") if at == 5_000 else (f"docs/{at % 50}", f"{at}\n")
        rows.append(b"commit refs/heads/long\ncommitter Ada <ada@example.com> %d +0000\n" % (1_700_000_000 + at))
        rows.append(b"data 3\nDo\n\n" + (b"from %s\n" % base.encode() if not at else b""))
        rows.append(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n".encode())
    rows.append(b"done\n")
    command = ["git", "-C", str(repo.root), "fast-import", "--quiet", "--done"]
    subprocess.run(command, input=b"".join(rows), check=True)
    found = verdict(repo, base, "refs/heads/long", today=date(2026, 1, 1))
    assert_refused(found)
    assert [(f.path, f.start, f.end) for f in found.findings] == [(AUTH.encode(), 3, 3)]
    assert_refused(approved(repo, base, "ada@example.com", head="refs/heads/long"))
