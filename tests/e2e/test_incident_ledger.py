"""Incidents beside a ledger: what was signed is in the lineage, deployments say what ran, the opening is a decision."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from answerable.demo.shop import Shop
from e2e.asking import ask_here
from e2e.incidents import opened, shop_
from e2e.ledgers import Someone, done, run, someone

__all__ = ["shop_"]


class Night:
    """The shop with a ledger that Ada began."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop, self.root = shop, shop.folder
        self.ada = someone("ada", folder)
        self._folder = folder
        done("init", "--no-capture", *self.ada.signing, cwd=self.root)

    def add(self, name: str) -> Someone:
        who = someone(name, self._folder)
        public = os.fspath(who.key.with_suffix(".pub"))
        done("ledger", "key", "add", public, "--for", who.id, *self.ada.signing, cwd=self.root)
        return who

    def record(self, who: Someone, *words: str) -> dict[str, Any]:
        return done("record", *words, *who.signing, cwd=self.root)

    def deploy(self, revision: str, *words: str) -> dict[str, Any]:
        return self.record(self.ada, "deploy", self.shop.commits[revision], *words)

    def open(self, *options: str) -> dict[str, Any]:
        return opened(self.root, self.shop.incident, *options, *self.ada.signing)


@pytest.fixture
def night(shop: Shop, tmp_path: Path) -> Night:
    return Night(shop, tmp_path)


def steps(found: dict[str, Any], step: str) -> list[dict[str, Any]]:
    return [event for event in found["candidates"][0]["lineage"] if event["step"] == step]


def test_the_opening_is_a_decision_about_the_incident_and_the_revision_that_failed(night: Night) -> None:
    found = night.open("--record", "--severity", "high")
    assert found["record"]["problem"] is None
    assert found["record"]["by"] == night.ada.id
    said = run("ledger", "show", str(found["record"]["index"]), "--format", "json", cwd=night.root).json
    predicate = said["entries"][0]["statement"]["predicate"]
    assert predicate["kind"] == "incident"
    details = predicate["details"]
    assert (details["action"], details["incident"], details["severity"]) == ("opened", found["id"], "high")
    assert details["candidates"][0]["path"] == "shop/auth/sessions.py"
    assert commits_of(said) == [found["revision"]["commit"]]  # what was only ranked did nothing wrong that is known
    assert [one["name"] for one in predicate["context"]] == ["trace"]
    assert predicate["context"][0]["sha256"] == found["record"]["trace"]
    assert run("ledger", "verify", cwd=night.root).code == 0


def commits_of(shown: dict[str, Any]) -> list[str]:
    """The commits that the decisions shown are about."""
    every = [one["digest"] for entry in shown["entries"] for one in entry["statement"]["subject"]]
    return [digest["gitCommit"] for digest in every if "gitCommit" in digest]


def test_a_cause_is_what_a_decision_is_about_and_a_fix_is_not(night: Night) -> None:
    name = night.open()["id"]
    cause, fix = night.shop.commits["sessions"], night.shop.commits["refunds"]
    for what, to in (("cause", cause), ("fix", fix)):
        found = done("incident", "link", name, what, to, *night.ada.signing, cwd=night.root)
    closed = done("incident", "close", name, "--rationale", "x", *night.ada.signing, cwd=night.root)
    told = []
    for one in (*found["history"], closed["history"][-1]):
        shown = run("ledger", "show", str(one["record"]["index"]), "--format", "json", cwd=night.root).json
        told.append(commits_of(shown))
    assert told == [[cause], [], [cause]]
    assert closed["history"][-1]["fixes"] == [fix]


def test_a_clone_that_has_only_the_ledger_answers_again(night: Night) -> None:
    found = night.open()
    shutil.rmtree(night.root / ".git" / "answerable" / "incidents")
    answer = ask_here("for", f"incident:{found['id']}", "--format", "json", cwd=night.root).json
    assert [(s["path"], s["start"]) for s in answer["spans"]] == [(c["path"], c["start"]) for c in found["candidates"]]
    assert "entry" in answer["notes"][0]


def test_what_was_signed_stands_in_the_lineage_with_who_and_when(night: Night) -> None:
    grace = night.add("grace")
    night.record(grace, "review", night.shop.commits["sign-out"], "--verdict", "approved", "--change", "#9")
    night.record(night.ada, "override", night.shop.commits["sign-out"], "--rationale", "the shop was down")
    found = night.open()
    (review,) = steps(found, "reviewed")
    assert (review["by"], review["grade"], review["known"]) == (grace.id, "attested", True)
    assert steps(found, "approved")[0]["by"] == grace.id
    assert "the shop was down" in steps(found, "gate")[0]["what"]
    first = found["candidates"][0]
    assert "The gate was set aside: the shop was down" in first["passed"]
    outcomes = {(one["name"], one["outcome"]) for one in first["controls"]}
    assert {("override", "set_aside"), ("review", "unknown")} <= outcomes
    assert review["what"] == "review: approved, only after it came in"  # it was signed today, and merged in April


def test_a_verdict_that_came_after_the_merge_stopped_nothing_and_counts_in_the_score(night: Night) -> None:
    details = json.dumps({"base": night.shop.commits["titles"], "verdict": "fail", "owed": 1})
    night.record(night.ada, "gate", night.shop.commits["sign-out"], "--details", details)
    first = night.open()["candidates"][0]
    gate = next(one for one in first["controls"] if one["name"] == "gate")
    assert gate["outcome"] == "unknown"
    assert gate["what"].endswith("only after it came in")
    assert [part["name"] for part in first["parts"]].count("gate") == 1


def test_the_revision_is_what_ran_there_then_and_not_the_head(night: Night) -> None:
    night.deploy("merge-sessions", "--environment", "production", "--at", "2026-06-01T00:00:00Z")
    night.deploy("release-1.1", "--environment", "staging", "--at", "2026-06-09T00:00:00Z")
    found = night.open("--environment", "production")
    assert (found["revision"]["commit"], found["revision"]["basis"]) == (
        night.shop.commits["merge-sessions"], "deployed",
    )  # fmt: skip
    unsaid = night.open()
    assert unsaid["revision"]["commit"] == night.shop.commits["release-1.1"]  # the newest of two, and that is said
    assert any("2 revisions ran" in note for note in unsaid["notes"])


def test_a_rollback_before_the_failure_is_what_ran(night: Night) -> None:
    night.deploy("merge-sessions", "--environment", "production", "--at", "2026-06-01T00:00:00Z")
    night.deploy("release-1.1", "--environment", "production", "--at", "2026-06-09T00:00:00Z")
    night.deploy("release-1.1", "--environment", "production", "--state", "rolled_back", "--at", "2026-06-10T00:00:00Z")
    assert night.open("--environment", "production")["revision"]["commit"] == night.shop.commits["merge-sessions"]


def test_where_it_runs_is_told_by_region_and_jurisdiction_and_decides_who_must_be_told(night: Night) -> None:
    for region, law in (("eu-north-1", "EU"), ("us-west-2", "US-CA")):
        night.deploy("release-1.1", "--environment", "production", "--region", region, "--jurisdiction", law,
                     "--at", "2026-06-09T00:00:00Z")  # fmt: skip
    found = night.open("--environment", "production", "--severity", "high")
    line, session, model = found["reach"]
    for reach in (line, session, model):
        assert reach["by_region"] == {"eu-north-1": 1, "us-west-2": 1}
        assert reach["by_jurisdiction"] == {"EU": 1, "US-CA": 1}
    assert {due["jurisdiction"] for due in found["dues"]} >= {"EU"}
    assert [event["known"] for event in steps(found, "deployed")] == [True, True]
    assert found["candidates"][0]["answered"] > 4


def test_a_release_that_the_ledger_does_not_know_is_said_and_the_deployment_counts(night: Night) -> None:
    night.deploy("merge-sessions", "--environment", "production", "--at", "2026-06-01T00:00:00Z")
    found = night.open("--environment", "production", "--release", "shop@9.9.9")
    assert found["revision"]["commit"] == night.shop.commits["merge-sessions"]
    assert "no tag and no commit here is the release shop@9.9.9" in found["notes"]
    named = night.open("--environment", "production", "--release", "shop@1.1+build.7")
    assert (named["revision"]["commit"], named["revision"]["basis"]) == (night.shop.commits["release-1.1"], "release")
    assert "the ledger has no deployment of the release shop@1.1+build.7" in named["notes"]


def test_the_trace_itself_is_kept_only_where_that_is_asked_for_and_can_be_erased(night: Night) -> None:
    found = night.open("--keep-trace")
    assert not list((night.root / ".git" / "answerable" / "incidents").glob("*.salt"))
    said = run("ledger", "show", str(found["record"]["index"]), "--format", "json", cwd=night.root).json
    assert said["entries"][0]["statement"]["predicate"]["context"][0]["sha256"] == found["record"]["trace"]


def test_a_document_that_was_changed_since_is_told_from_what_was_signed(night: Night) -> None:
    name = night.open()["id"]
    ask_here("incident", "link", name, "fix", "HEAD", *night.ada.signing, cwd=night.root)
    words = "not what was signed"
    assert words not in ask_here("incident", "show", name, cwd=night.root).out
    file = night.root / ".git" / "answerable" / "incidents" / f"{name}.json"
    file.write_text(file.read_text().replace("sessions.py", "handlers.py"))
    assert words in ask_here("incident", "show", name, cwd=night.root).out


def test_links_and_the_closing_are_decisions_too(night: Night) -> None:
    name = night.open()["id"]
    done("incident", "link", name, "cause", night.shop.commits["sessions"], *night.ada.signing, cwd=night.root)
    closed = done("incident", "close", name, "--fix", "HEAD", "--rationale", "kept", *night.ada.signing, cwd=night.root)
    assert [one["record"]["problem"] for one in closed["history"]] == [None, None]
    shutil.rmtree(night.root / ".git" / "answerable" / "incidents")
    answer = ask_here("for", f"incident:{name}", "--format", "json", cwd=night.root).json
    assert "(closed)" in answer["notes"][0]


def test_a_key_that_the_ledger_does_not_trust_opens_without_a_record(night: Night, tmp_path: Path) -> None:
    stranger = someone("stranger", tmp_path)
    found = opened(night.root, night.shop.incident, *stranger.signing)
    assert "[key-untrusted]" in found["record"]["problem"]
    said = ask_here("incident", "open", "--record", *stranger.signing, cwd=night.root, feed=night.shop.incident)
    assert said.code == 3
