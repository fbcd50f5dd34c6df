"""Somebody wants AI-origin lines to count as looked at that nobody independent looked at. All of it fails closed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from answerable.cli.main import run
from answerable.cli.review.change import change_of
from answerable.domain.verdict import Outcome, Verdict
from answerable.git.repository import Repository
from answerable.policy.gate import gate
from answerable.review.answered import parts
from answerable.review.answers import read
from builders import Content, RepoBuilder
from e2e.asking import ask_here
from e2e.ledgers import Someone, Team
from review.sheets import POLICY

CLAUDE = "Charge\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"
CODE = "def charge(card):\n    return post(card)\n"
PAY = "src/pay/charge.py"
ADA, BO = ("Ada", "ada@example.com"), ("Bo", "bo@example.com")


class Change:
    """A change by Ada, with AI-origin lines in a critical layer, judged with what a forge says of it."""

    def __init__(self, repo: RepoBuilder) -> None:
        self.repo = repo
        self.base = repo.commit({".answerable/policy.yaml": POLICY}, author=("Root", "root@example.com"))
        repo.commit({PAY: CODE}, CLAUDE, author=ADA)
        repo.checkout()

    @property
    def head(self) -> str:
        return self.repo.resolve("main")

    def sheet(self, word: str = "yes", head: str = "main") -> str:
        said = ask_here(
            "review", "checklist", f"{self.base}..{head}", "--format", "markdown", "--all", cwd=self.repo.root
        )
        return re.sub(r"^- \[ \] (\S+):$", rf"- [x] \1: {word}", said.out, flags=re.MULTILINE)

    def comment(self, body: str | None = None, by: str = "bo@example.com", **more: Any) -> dict[str, Any]:
        return {"by": by, "kind": "human", "sha": self.head, "body": self.sheet() if body is None else body, **more}

    def judged(self, *comments: dict[str, Any], head: str = "main", **change: Any) -> Verdict:
        context = json.dumps({"change": change, "approvals": [], "comments": comments}).encode()
        with Repository(self.repo.root) as repository:
            return gate(repository, repository.resolve(self.base), repository.resolve(head), None, context)


def assert_open(found: Verdict) -> None:
    assert found.outcome is Outcome.FAIL, found
    assert any("checklist" in finding.message for finding in found.findings)


@pytest.fixture
def change(repo: RepoBuilder) -> Change:
    return Change(repo)


def test_an_independent_person_answers_in_a_comment(change: Change) -> None:
    assert_open(change.judged())
    assert change.judged(change.comment()).outcome is Outcome.PASS


def test_what_stands_around_a_sheet_does_not_matter(change: Change) -> None:
    body = f"Thanks!\n\n{change.sheet()}\n\n## Other things\n\n- [x] I ran the tests\n\nBest, Bo\n"
    assert change.judged(change.comment(body)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "who",
    [
        {"by": "ada@example.com"},
        {"by": "ADA@example.com"},
        {"by": "ada+review@example.com"},
        {"by": "ada-gh", "identities": ["ada@example.com"]},
        {"by": "Ada <other@example.com>"},
        {"by": "bo@example.com", "kind": "agent"},
        {"by": "bo@example.com", "kind": "service"},
        {"by": "dependabot[bot]"},
        {"by": "Claude <noreply@anthropic.com>"},
        {"by": "noreply@github.com"},
        {"by": "bo-gh", "identities": ["bo@example.com", "ci[bot] <1+ci[bot]@users.noreply.github.com>"]},
    ],
    ids=str,
)
def test_neither_authors_nor_bots_answer(change: Change, who: dict[str, Any]) -> None:
    found = change.judged(change.comment(**who))
    assert_open(found)
    assert any("the answers of" in note and "do not count" in note for note in found.notes)


def test_whoever_opened_the_change_does_not_answer(change: Change) -> None:
    assert_open(change.judged(change.comment(), author="bo@example.com"))


def test_a_co_author_does_not_answer(change: Change) -> None:
    change.repo.commit({"x": "1\n"}, "x\n\nCo-authored-by: Bo <bo@example.com>\n", author=ADA)
    assert_open(change.judged(change.comment()))


def test_a_committer_after_a_rebase_does_not_answer(change: Change) -> None:
    change.repo.commit({"x": "1\n"}, author=ADA, committer=BO)
    assert_open(change.judged(change.comment()))


def test_a_comment_before_a_push_does_not_count(change: Change) -> None:
    before = change.comment()
    change.repo.commit({"README": "more\n"}, author=ADA)
    found = change.judged(before)
    assert_open(found)
    assert any("not on the head" in note for note in found.notes)


def test_a_sheet_of_another_head_in_a_comment_on_this_one_does_not_count(change: Change) -> None:
    body = change.sheet()
    change.repo.commit({"README": "more\n"}, author=ADA)
    assert_open(change.judged(change.comment(body)))
    assert_open(change.judged({**change.comment(body), "sha": None}))


def test_a_comment_of_no_known_commit_counts_by_the_head_that_its_sheet_names(change: Change) -> None:
    body = change.sheet()
    without = body.split("\n", 1)[1]
    assert change.judged({**change.comment(body), "sha": None}).outcome is Outcome.PASS
    assert_open(change.judged({**change.comment(without), "sha": None}))


def test_a_comment_that_somebody_else_changed_does_not_count(change: Change) -> None:
    found = change.judged(change.comment(edited_by="ada@example.com"))
    assert_open(found)
    assert any("ada@example.com changed it" in note for note in found.notes)
    assert change.judged(change.comment(edited_by="bo@example.com")).outcome is Outcome.PASS


def test_answers_copied_from_a_change_with_other_lines_do_not_count(change: Change) -> None:
    body = change.sheet()
    change.repo.commit({PAY: CODE.replace("post", "put")}, CLAUDE, author=ADA, branch="other", parents=[change.base])
    said = change.judged({**change.comment(body), "sha": change.repo.resolve("other")}, head="other")
    assert_open(said)
    mine = body.replace(change.head, change.repo.resolve("other"))  # and the head is put right by hand
    assert_open(change.judged({**change.comment(mine), "sha": change.repo.resolve("other")}, head="other"))


def test_a_hunk_that_moved_to_another_file_is_another(change: Change) -> None:
    body = change.sheet()
    old = change.head
    change.repo.commit({PAY: None, "src/pay/refund.py": CODE}, CLAUDE, author=ADA)
    assert_open(change.judged(change.comment(body.replace(old, change.head))))


def quoted(sheet: str) -> str:
    return "\n".join(f"> {line}" for line in sheet.split("\n"))


@pytest.mark.parametrize(
    "wrap",
    [
        quoted,
        lambda sheet: f"```\n{sheet}\n```\n",
        lambda sheet: f"<!--\n{sheet.replace('<!--', '').replace('-->', '')}\n-->\n",
        lambda sheet: "\n".join(f"    {line}" for line in sheet.split("\n")),
        lambda sheet: sheet.replace("- [x]", "- [ ]"),
        lambda sheet: sheet.replace(": yes", ":"),
        lambda sheet: sheet.replace(": yes", ": y\u0435s"),
        lambda sheet: sheet + "\n" + sheet.replace(": yes", ": no"),
        lambda sheet: re.sub(r"hunk `([0-9a-f]+)`", r"hunk `\1\1`", sheet),
        lambda sheet: re.sub(r"hunk `([0-9a-f])", lambda m: f"hunk `{'0' if m[1] != '0' else '1'}", sheet),
    ],
    ids=[
        "quoted",
        "code",
        "comment",
        "indented",
        "unticked",
        "ticked only",
        "homoglyph",
        "both",
        "two ids",
        "forged id",
    ],
)
def test_hostile_or_empty_markdown_answers_nothing(change: Change, wrap: Any) -> None:
    assert_open(change.judged(change.comment(wrap(change.sheet()))))


def test_a_no_of_one_person_stands_beside_the_yes_of_another(change: Change) -> None:
    found = change.judged(change.comment(change.sheet("no")), change.comment(by="cy@example.com"))
    assert found.outcome is Outcome.FAIL
    assert "bo@example.com answered no" in found.findings[0].message


def test_nobody_takes_back_the_no_of_another_under_a_like_name(change: Change) -> None:
    no = change.comment(change.sheet("no"), at="2026-01-01T00:00:00Z")
    later = {"at": "2026-01-02T00:00:00Z"}
    assert change.judged(no, change.comment(by="bo", **later)).outcome is Outcome.FAIL
    assert change.judged(no, change.comment(by="bo@other.example", **later)).outcome is Outcome.FAIL
    assert change.judged(no, change.comment(**later)).outcome is Outcome.PASS
    assert change.judged(change.comment(**later), no).outcome is Outcome.PASS  # the order of a list says nothing


def test_a_change_cannot_ask_itself_less(change: Change) -> None:
    asked = len(change.sheet().split("- [x]"))
    kind = "when: {layers: [critical]}"
    rows = "".join(f"  - {{id: soft.q{at}, text: Is it nice?, why: So., {kind}}}\n" for at in range(6))
    change.repo.commit({".answerable/checklist.yaml": f"version: 1\nquestions:\n{rows}"}, author=ADA)
    assert "soft.q" not in change.sheet()
    assert len(change.sheet().split("- [x]")) >= asked


def test_a_fault_in_the_questions_of_the_base_lets_nothing_pass(repo: RepoBuilder) -> None:
    files: dict[str, Content] = {".answerable/policy.yaml": POLICY, ".answerable/checklist.yaml": "version: 1\n"}
    base = repo.commit(files, author=("Root", "root@example.com"))
    repo.commit({PAY: CODE}, CLAUDE, author=ADA)
    with Repository(repo.root) as repository:
        found = gate(repository, base, repository.resolve("main"))
    assert found.outcome is Outcome.ERROR
    assert ".answerable/checklist.yaml:1:1" in str(found.problem)


@pytest.mark.parametrize(
    "bad",
    [
        {"by": "bo"}, {"by": "", "kind": "human", "body": ""}, {"by": "bo", "kind": "person", "body": ""},
        {"by": "bo", "kind": "human", "body": 7}, {"by": "bo", "kind": "human", "body": "", "sha": "abc"},
        {"by": "bo", "kind": "human", "body": "", "line": 0}, {"by": "bo", "kind": "human", "body": "", "line": True},
        {"by": "bo", "kind": "human", "body": "", "color": "red"}, "text", None,
    ],
    ids=str,
)  # fmt: skip
def test_a_comment_that_is_not_what_it_claims_to_be_is_an_error(change: Change, bad: Any) -> None:
    found = change.judged(bad)
    assert found.outcome is Outcome.ERROR
    assert "comments[0]" in str(found.problem)


class Signed:
    """The same with a ledger: Ada is its administrator and the author, Bo's key is trusted."""

    def __init__(self, repo: RepoBuilder, folder: Path) -> None:
        self.team = Team(repo, folder)
        self.change = Change(repo)
        self.bo = self.team.add("bo")
        self.range = f"{self.change.base}..main"

    def answer(self, who: Someone, *more: str) -> dict[str, Any]:
        sheet = self.change.sheet()
        return ask_here(
            "review", "answer", self.range, "--format", "json", *who.signing, *more, cwd=self.team.root, feed=sheet
        ).json

    def record(self, who: Someone, details: dict[str, Any], *more: str) -> dict[str, Any]:
        return self.team.record(
            who, "review", "main", "--verdict", "commented", "--details", json.dumps(details), *more
        )

    def details(self) -> dict[str, Any]:
        """What Bo would sign, as anybody can write it."""
        with Repository(self.team.root) as repository:
            asked = [each.asked for each in change_of(repository, self.range).checklists.all]
        (part,) = parts(self.change.head, asked, read(self.change.sheet()).answers)
        return json.loads(json.dumps({"checklist": part.details["checklist"]}))

    def judged(self) -> Verdict:
        return self.change.judged()


@pytest.fixture
def signed(repo: RepoBuilder, tmp_path: Path) -> Signed:
    return Signed(repo, tmp_path)


def test_signed_answers_of_an_independent_person_count(signed: Signed) -> None:
    signed.record(signed.bo, signed.details())
    assert signed.judged().outcome is Outcome.PASS


def test_the_digest_of_what_a_verdict_rests_on_has_the_answers_in_it(signed: Signed) -> None:
    before = signed.judged().inputs_digest
    signed.record(signed.bo, signed.details())
    yes = signed.judged().inputs_digest
    details = signed.details()
    details["checklist"]["hunks"][0]["answers"][0]["answer"] = "no"
    signed.record(signed.bo, details)
    assert len({before, yes, signed.judged().inputs_digest}) == 3


def test_an_author_who_signs_is_told_and_does_not_count(signed: Signed) -> None:
    said = signed.answer(signed.team.ada)
    assert said["refused"] == [{"by": "ada@example.com", "why": "wrote a commit of it"}]
    assert_open(signed.judged())


def test_a_second_address_of_an_author_does_not_count(signed: Signed) -> None:
    other = signed.team.add("ada+review")
    signed.record(other, signed.details())
    assert_open(signed.judged())


def test_a_tool_that_signs_does_not_count(signed: Signed) -> None:
    signed.team.record(
        signed.team.add("robot", "--type", "agent"), "review", "main", "--as", "agent", "--verdict", "commented",
        "--details", json.dumps(signed.details()),
    )  # fmt: skip
    assert_open(signed.judged())


@pytest.mark.parametrize(
    ("key", "value"),
    [("digest", "sha256:" + "1" * 64), ("path", "src/pay/refund.py"), ("hunk", "0" * 16)],
)
def test_a_forged_digest_path_or_id_covers_nothing(signed: Signed, key: str, value: str) -> None:
    details = signed.details()
    details["checklist"]["hunks"][0][key] = value
    signed.record(signed.bo, details)
    assert_open(signed.judged())


def test_answers_about_the_head_of_another_change_do_not_count(signed: Signed) -> None:
    details = signed.details()
    signed.change.repo.commit({PAY: CODE}, CLAUDE, author=ADA, branch="other", parents=[signed.change.base])
    signed.team.record(
        signed.bo, "review", "other", "--verdict", "commented", "--details", json.dumps(details)
    )  # the very same lines, in a sibling
    assert_open(signed.judged())


@pytest.mark.parametrize("more", [f"{CODE}kept\n{CODE}", f"{CODE}kept\nlast\n{CODE}"])
def test_the_second_of_two_equal_hunks_has_to_be_answered_for_itself(signed: Signed, more: str) -> None:
    change = signed.change
    first = change.repo.commit(
        {PAY: "kept\n"}, author=("Root", "root@example.com"), branch="main", parents=[change.base]
    )
    change.repo.commit({PAY: f"{CODE}kept\n"}, CLAUDE, author=ADA)
    change.base, signed.range = first, f"{first}..main"
    signed.record(signed.bo, signed.details())
    assert signed.judged().outcome is Outcome.PASS
    change.repo.commit({PAY: more}, CLAUDE, author=ADA)
    assert_open(signed.judged())


def test_a_key_that_the_ledger_does_not_know_answers_nothing(signed: Signed, tmp_path: Path) -> None:
    stranger = signed.team.stranger("cy")
    out = tmp_path / "signed.json"
    details = json.dumps(signed.details())
    assert run(
        ["-C", str(signed.team.root), "record", "review", "main", "--verdict", "commented", "--details", details,
         *stranger.signing, "-o", str(out)]
    ) == 0  # fmt: skip
    envelope = out.read_bytes().strip().split(b"\n")[0]
    signed.team.repo.git("notes", "--ref=answerable", "add", "-f", "-m", envelope.decode(), signed.change.head)
    assert_open(signed.judged())


def test_an_answer_that_was_superseded_does_not_count(signed: Signed) -> None:
    name = signed.record(signed.bo, signed.details())["decision_id"]
    details = signed.details()
    for row in details["checklist"]["hunks"]:
        row["answers"] = []
    signed.record(signed.bo, details, "--supersedes", name)
    assert_open(signed.judged())
