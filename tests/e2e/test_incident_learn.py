"""What is learnt from the night of the demo's shop: reviewed, measured over history, watched afterwards."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from answerable.demo.shop import Shop
from e2e.asking import Said, ask_here
from e2e.incidents import opened, shop_
from e2e.ledgers import done, run, someone

__all__ = ["shop_"]

FILE = "shop/auth/sessions.py"
BAD, GOOD = "        del self._live[token]\n", "        self._live.pop(token, None)\n"
ITEM = ("--action", "Ask for a review below shop/auth", "--owner", "identity", "--due", "2027-01-31")


def git(folder: Path, *args: str) -> str:
    who = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", "Ada"), ("EMAIL", "ada@larkspur.example"))
    }
    made = subprocess.run(["git", *args], cwd=folder, env=os.environ | who, check=True, capture_output=True, text=True)
    return made.stdout.strip()


def change(folder: Path, old: str, new: str, message: str) -> str:
    file = folder / FILE
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    git(folder, "commit", "-qam", message)
    return git(folder, "rev-parse", "HEAD")


def review(shop: Shop, *words: str) -> dict[str, Any]:
    said = ask_here("incident", "review", *words, "--format", "json", cwd=shop.folder)
    assert said.code == 0, said.out + said.err
    return said.json


def check(shop: Shop, *words: str) -> Said:
    return ask_here("incident", "check", *words, "--format", "json", cwd=shop.folder)


@pytest.fixture(name="night")
def night_(shop: Shop) -> str:
    """The incident's id."""
    return str(opened(shop.folder, shop.incident)["id"])


def test_rules_are_proposed_as_a_diff_that_applies_each_with_its_price(shop: Shop, night: str) -> None:
    found = review(shop, night, "--propose")
    assert found["causes"]["said"] is False
    assert "ranked first" in found["notes"][-1]
    best = found["proposals"][0]
    assert best["stopped_it"] is True
    assert best["says"].startswith("this rule would have ")
    assert 0 <= best["others"] < best["of"]
    assert all(one["of"] == best["of"] for one in found["proposals"])
    subprocess.run(["git", "apply", "--check", "-"], cwd=shop.folder, input=best["diff"].encode(), check=True)
    assert ask_here("policy", "check", cwd=shop.folder).code == 0
    assert git(shop.folder, "status", "--porcelain") == ""


def test_what_a_proposal_says_is_what_simulate_says_of_the_policy_with_it(shop: Shop, night: str) -> None:
    best = review(shop, night, "--propose")["proposals"][0]
    subprocess.run(["git", "apply", "-"], cwd=shop.folder, input=best["diff"].encode(), check=True)
    said = ask_here(
        "policy", "simulate", "--policy", ".answerable/policy.yaml", "--enforce", "--format", "json", cwd=shop.folder
    )
    tally = next(one for one in said.json["rules"] if one["rule"] == best["rule"])
    assert tally["refused"] == best["others"] + 1
    assert said.json["changes"]["judged"] == best["of"] + 1


def test_a_review_records_items_with_owner_and_day_and_says_when_they_are_done(shop: Shop, night: str) -> None:
    found = review(shop, night, "--contributed", "nobody was asked for a review", *ITEM)
    assert found["contributing"] == ["nobody was asked for a review"]
    (item,) = found["actions"]
    assert (item["owner"], item["due"], item["done_at"], item["overdue"]) == ("identity", "2027-01-31", None, False)
    after = review(shop, night, "--done", item["id"])
    assert after["actions"][0]["done_at"] is not None
    assert "ledger-missing" in after["record"]["problem"]


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (("--action", "Do it"), "usage", 2),
        (("--action", "Do it", "--owner", "ada", "--due", "soon"), "usage", 2),
        (("--done", "00000000"), "target-invalid", 2),
        (("--pattern", "none-such"), "target-invalid", 2),
        (("--contributed", "AKIA" + "IOSFODNN7EXAMPLQ"), "secret-found", 3),
    ],
)
def test_what_cannot_be_recorded_is_one_error_and_nothing_is_kept(
    shop: Shop, night: str, words: tuple[str, ...], code: str, exit_code: int
) -> None:
    said = ask_here("incident", "review", night, *words, "--format", "json", cwd=shop.folder)
    assert (said.code, said.json["code"]) == (exit_code, code)
    kept = json.loads((shop.folder / f".git/answerable/incidents/{night}.json").read_text())
    assert kept["history"] == []


def test_a_review_is_a_signed_decision_about_the_incident(shop: Shop, tmp_path: Path) -> None:
    ada = someone("ada", tmp_path)
    done("init", "--no-capture", *ada.signing, cwd=shop.folder)
    name = str(opened(shop.folder, shop.incident, *ada.signing)["id"])
    said = run(
        "incident", "review", name, "--contributed", git(shop.folder, "rev-parse", "HEAD"),
        *ITEM, "--record", *ada.signing, "--format", "json", cwd=shop.folder,
    )  # fmt: skip
    index = said.json["record"]["index"]
    shown = run("ledger", "show", str(index), "--format", "json", cwd=shop.folder).json
    predicate = shown["entries"][0]["statement"]["predicate"]
    assert (predicate["kind"], predicate["details"]["action"]) == ("incident", "reviewed")
    assert predicate["details"]["actions"][0]["owner"] == "identity"
    assert predicate["principal"]["id"] == ada.id
    assert run("ledger", "verify", cwd=shop.folder).code == 0


def test_a_closed_incident_that_holds_comes_back_when_its_line_does(shop: Shop, night: str) -> None:
    fix = change(shop.folder, BAD, GOOD, "End a session once")
    ask_here("incident", "close", night, "--fix", fix, "--rationale", "a token was refreshed twice", cwd=shop.folder)
    holds = check(shop)
    assert (holds.code, holds.json["incidents"][0]["back"]) == (0, [])
    change(shop.folder, GOOD, BAD, "Tidy up")
    again = check(shop)
    assert again.code == 1
    kinds = {one["kind"] for one in again.json["incidents"][0]["back"]}
    assert kinds == {"returned", "lost"}
    assert check(shop, "--at", fix).code == 0


def test_the_rule_of_the_review_watches_what_comes_in_after_the_fix(shop: Shop, night: str) -> None:
    rules = [one["rule"] for one in review(shop, night, "--propose")["proposals"]]
    origin = next(rule for rule in rules if "origin" in rule)
    assert review(shop, night, "--pattern", origin)["pattern"]
    fix = change(shop.folder, BAD, GOOD, "End a session once")
    ask_here("incident", "close", night, "--fix", fix, "--rationale", "a token was refreshed twice", cwd=shop.folder)
    assert check(shop).code == 0
    bad = change(shop.folder, "import time\n", "import time\nimport uuid\n", "Name sessions")
    said = check(shop)
    (back,) = said.json["incidents"][0]["back"]
    assert (said.code, back["kind"], back["commit"]) == (1, "pattern", bad)


def test_where_nothing_can_be_told_it_is_not_said_to_hold(shop: Shop, night: str) -> None:
    ask_here("incident", "close", night, "--rationale", "it went away", cwd=shop.folder)
    said = check(shop)
    assert said.code == 3
    assert said.json["incidents"][0]["unknown"][0].startswith("no fix is linked")


def test_a_clone_without_incidents_has_none_that_came_back(shop: Shop) -> None:
    said = check(shop)
    assert (said.code, said.json["incidents"]) == (0, [])


def test_where_nobody_has_said_the_cause_the_fix_leads_to_it(shop: Shop, night: str) -> None:
    assert review(shop, night)["leads"] == []
    fix = change(shop.folder, BAD, GOOD, "End a session once")
    ask_here("incident", "link", night, "fix", fix, cwd=shop.folder)
    found = review(shop, night, "--propose")
    cause = git(shop.folder, "blame", "-s", "-L29,29", f"{fix}^", "--", FILE).split()[0].lstrip("^")
    assert found["leads"][0]["commit"].startswith(cause)
    assert "to which its fix leads first" in found["notes"][-1]
    ask_here("incident", "link", night, "cause", cause, cwd=shop.folder)
    assert review(shop, night)["leads"] == []


def test_cases_of_the_policy_that_a_rule_breaks_are_told_with_it(shop: Shop, night: str) -> None:
    folder = shop.folder / ".answerable"
    (folder / "policy.yaml").write_text("version: 1\n")
    (folder / "policy_test.yaml").write_text(
        "version: 1\ncases:\n  - name: an agent may sign people in\n"
        "    lines: [{path: shop/auth/sessions.py, origin: ai, grade: declared}]\n    expect: {verdict: pass}\n"
        "  - name: people may\n    lines: [{path: shop/auth/sessions.py, origin: human, grade: recorded}]\n"
        "    expect: {verdict: pass}\n"
    )
    git(shop.folder, "add", ".answerable")
    git(shop.folder, "commit", "-qm", "Hold the policy to two cases")
    found = review(shop, night, "--propose")["proposals"]
    origin = next(one for one in found if "-origin-" in one["rule"])
    assert (origin["cases"], origin["broken"]) == (2, ["an agent may sign people in"])
    assert origin["says"].endswith("; 1 of the 2 cases of the policy ends otherwise")
    assert ask_here("policy", "test", cwd=shop.folder).code == 0
    subprocess.run(["git", "apply", "-"], cwd=shop.folder, input=origin["diff"].encode(), check=True)
    assert ask_here("policy", "test", cwd=shop.folder).code == 1
