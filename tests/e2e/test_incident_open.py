"""`answerable incident open` on the demo's shop: from the log of the night to whom to call."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from answerable.demo.shop import Shop
from e2e.asking import ask, ask_here
from e2e.incidents import files, opened, shop_

__all__ = ["shop_"]

AWARE = "2026-06-11T02:20:00Z"


def test_the_first_screen_says_what_to_look_at_who_is_called_and_who_is_told_by_when(shop: Shop) -> None:
    said = ask("incident", "open", "--severity", "high", "--aware", AWARE, cwd=shop.folder, feed=shop.incident)
    assert (said.code, said.err) == (0, "")
    for words in (
        "KeyError in shop/auth/sessions.py:29",
        "Look first at shop/auth/sessions.py:29. AI wrote this line (claude-code, claude-opus-4-7, recorded).",
        "call now",
        "+15 min   identity #identity: Ada Marlow",
        "2026-06-12T02:20:00Z  EU: the CSIRT (NIS2), within 24 h",
        "what let it pass",
        "No policy was in force when it came in",
        "generated",
        "the same session",
        "6 questions answered",
    ):
        assert words in said.out
    assert said.out.index("call now") < said.out.index("look at") < said.out.index("how far it reaches")


def test_every_candidate_has_the_six_questions_its_lineage_its_controls_and_a_score_that_adds_up(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident)
    assert found["candidates"][0]["path"] == "shop/auth/sessions.py"
    for one in found["candidates"]:
        assert [question["id"] for question in one["questions"]] == [
            "ai", "tool", "accepted", "review", "owner", "running",
        ]  # fmt: skip
        steps = list(dict.fromkeys(event["step"] for event in one["lineage"]))
        assert steps == [
            "generated", "accepted", "committed", "reviewed", "approved", "gate", "merged", "released", "deployed",
            "failed",
        ]  # fmt: skip
        assert {control["side"] for control in one["controls"]} == {"organisation", "person"}
        weights = sum(part["weight"] for part in one["parts"])
        assert one["score"] == pytest.approx(sum(p["value"] * p["weight"] for p in one["parts"]) / weights, abs=1e-3)
    scores = [one["score"] for one in found["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_what_is_not_recorded_is_a_step_that_is_not_known(shop: Shop) -> None:
    first = opened(shop.folder, shop.incident)["candidates"][0]
    known = {event["step"]: event["known"] for event in first["lineage"]}
    assert [step for step, told in known.items() if not told] == [
        "accepted", "reviewed", "approved", "gate", "deployed",
    ]  # fmt: skip
    merged = next(event for event in first["lineage"] if event["step"] == "merged")
    assert (merged["at"], merged["by"]) == ("2026-04-15T14:20:00Z", "Grace Okafor <grace@larkspur.example>")
    failed = next(event for event in first["lineage"] if event["step"] == "failed")
    assert failed["at"] == "2026-06-11T02:13:07Z"


def test_it_is_about_the_release_before_the_failure_and_says_that_this_is_a_guess(shop: Shop) -> None:
    late = opened(shop.folder, shop.incident)["revision"]
    assert late["commit"] == shop.commits["release-1.1"]
    assert (late["basis"], late["grade"]) == ("tag", "inferred")
    assert "so it is a guess" in late["why"]
    early = opened(shop.folder, shop.incident, "--failed", "2026-03-01T00:00:00Z")["revision"]
    assert early["commit"] == shop.commits["release-1.0"]


def test_a_person_who_knows_the_revision_is_believed(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident, "--at", shop.commits["merge-sessions"])
    assert (found["revision"]["commit"], found["revision"]["basis"]) == (shop.commits["merge-sessions"], "given")


def test_clocks_run_from_awareness_and_a_severity_ends_those_that_do_not_apply(shop: Shop) -> None:
    severe = opened(shop.folder, shop.incident, "--severity", "high", "--aware", AWARE)["dues"]
    for due in severe:
        by = datetime.fromisoformat(AWARE) + timedelta(hours=due["within_hours"])
        assert due["by"] == by.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert due["applies"] is None
    assert [due["by"] for due in severe] == sorted(due["by"] for due in severe)
    light = opened(shop.folder, shop.incident, "--severity", "low", "--aware", AWARE)["dues"]
    assert "NIS2" in [due["regulation"] for due in severe]
    assert "NIS2" not in [due["regulation"] for due in light]
    unsaid = opened(shop.folder, shop.incident, "--aware", AWARE)["dues"]
    assert [due["applies"] for due in unsaid if due["regulation"] == "NIS2"] == ["if it is high or critical"]


def test_the_same_session_and_the_same_model_are_counted_over_the_tree_and_owners_get_an_issue(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident)
    reach = {one["what"]: one for one in found["reach"]}
    assert (reach["line"]["lines"], reach["line"]["files"]) == (1, 1)
    recalled = ask_here(*reach["session"]["recall"].split()[1:], "--format", "json", cwd=shop.folder).json
    assert reach["session"]["lines"] == recalled["lines"] > 1
    recalled = ask_here(*reach["model"]["recall"].split()[1:], "--format", "json", cwd=shop.folder).json
    assert reach["model"]["lines"] == recalled["lines"] > reach["session"]["lines"]
    notice = found["notices"][0]
    assert (notice["owner"], notice["lines"]) == ("identity", reach["session"]["lines"])
    assert "- [ ] `shop/auth/sessions.py:" in notice["body"]


def test_without_the_blast_radius_the_tree_is_not_read(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident, "--no-blast")
    assert [one["what"] for one in found["reach"]] == ["line"]
    assert not (shop.folder / ".git" / "answerable" / "snapshot").exists()


def test_it_is_kept_for_its_owner_alone_with_a_commitment_in_place_of_the_trace(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident)
    folder = shop.folder / ".git" / "answerable" / "incidents"
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"vJ8s1QmXo2" not in files(shop.folder)
    salt = json.loads((folder / f"{found['id']}.salt").read_text())
    shown = sha256(bytes.fromhex(salt["salt"]) + shop.incident.encode()).hexdigest()
    assert shown == salt["sha256"] == found["record"]["trace"]
    assert salt["salt"] not in json.dumps(found)


def test_an_answer_that_nobody_wants_kept_leaves_nothing(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident, "--no-record")
    assert found["record"] is None
    assert not (shop.folder / ".git" / "answerable" / "incidents").exists()


def test_without_a_ledger_it_opens_all_the_same_unless_a_record_is_asked_for(shop: Shop) -> None:
    assert opened(shop.folder, shop.incident)["record"]["problem"] == "there is no ledger here [ledger-missing]"
    said = ask_here("incident", "open", "--record", cwd=shop.folder, feed=shop.incident)
    assert said.code == 3
    assert "[ledger-missing]" in said.err


def test_it_can_be_shown_again_and_asked_about_by_its_id(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident)
    again = ask_here("incident", "show", found["id"], "--format", "json", cwd=shop.folder).json
    assert again == found
    listed = ask_here("incident", "show", "--format", "json", cwd=shop.folder).json
    assert [one["id"] for one in listed["incidents"]] == [found["id"]]
    answer = ask_here("for", f"incident:{found['id']}", "--format", "json", cwd=shop.folder).json
    assert answer["target"]["kind"] == "incident"
    assert answer["repository"]["head"] == found["revision"]["commit"]
    assert [(s["path"], s["start"]) for s in answer["spans"]] == [(c["path"], c["start"]) for c in found["candidates"]]


def test_causes_fixes_and_tickets_are_linked_and_it_is_closed(shop: Shop) -> None:
    name = opened(shop.folder, shop.incident)["id"]
    ask_here("incident", "link", name, "cause", shop.commits["sessions"], cwd=shop.folder)
    ask_here("incident", "link", name, "ticket", "https://larkspur.example/tickets/7", cwd=shop.folder)
    said = ask_here("incident", "close", name, "--fix", "HEAD", "--rationale", "kept twice", "--format", "json",
                    cwd=shop.folder)  # fmt: skip
    assert said.json["state"] == "closed"
    first, second, last = said.json["history"]
    assert (first["kind"], first["to"]) == ("cause", shop.commits["sessions"])
    assert (second["kind"], second["to"]) == ("ticket", "https://larkspur.example/tickets/7")
    assert (last["causes"], last["fixes"]) == ([shop.commits["sessions"]], [shop.commits["release-1.1"]])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("link", "2026-01-01-abcdef", "cause", "HEAD"), "incident-unknown"),
        (("link", "ID", "cause", "no-such-thing"), "revision-not-found"),
        (("link", "ID", "ticket", "javascript:alert(1)"), "target-invalid"),
        (("link", "ID", "ticket", "https://a.example/\nb"), "target-invalid"),
        (("link", "ID", "duplicate", "2026-01-01-abcdef"), "incident-unknown"),
        (("close", "ID", "--rationale", "x", "--ended", "2020-01-01"), "target-invalid"),
        (("show", "../../config"), "incident-unknown"),
    ],
)
def test_what_cannot_be_linked_or_closed_changes_nothing(shop: Shop, words: tuple[str, ...], code: str) -> None:
    name = opened(shop.folder, shop.incident)["id"]
    before = files(shop.folder)
    said = ask_here("incident", *(name if word == "ID" else word for word in words), cwd=shop.folder)
    assert said.code == 2
    assert f"[{code}]" in said.err
    assert files(shop.folder) == before


def test_a_file_is_read_like_standard_input(shop: Shop, tmp_path: Path) -> None:
    log = tmp_path / "incident.log"
    log.write_text(shop.incident)
    said = ask_here("incident", "open", str(log), "--format", "json", cwd=shop.folder)
    assert said.json["candidates"][0]["path"] == "shop/auth/sessions.py"
    assert ask_here("incident", "open", str(tmp_path / "none"), cwd=shop.folder).code == 2


def sentry(shop: Shop) -> str:
    frames = [
        {"abs_path": f"/srv/larkspur/{path}", "lineno": line, "function": "f", "in_app": True}
        for path, line in (("shop/http.py", 24), ("shop/auth/handlers.py", 16), ("shop/auth/sessions.py", 29))
    ]
    values = [{"type": "KeyError", "value": "x", "stacktrace": {"frames": frames}}]
    event = {"event_id": "e", "exception": {"values": values}, "release": "shop@1.1", "environment": "production",
             "datetime": "2026-06-11T02:13:07Z", "level": "fatal", "platform": "python"}  # fmt: skip
    return json.dumps({"action": "triggered", "data": {"event": event}})


def alertmanager(shop: Shop) -> str:
    alert = {
        "status": "firing",
        "labels": {"alertname": "SignInFails", "severity": "critical", "service": "sign-in", "version": "1.1"},
        "annotations": {"summary": "Sign-in fails", "log": shop.incident},
        "startsAt": "2026-06-11T02:13:07Z",
    }
    return json.dumps({"version": "4", "groupKey": "{}", "receiver": "r", "commonLabels": {}, "alerts": [alert]})


@pytest.mark.parametrize(("alert", "source"), [(sentry, "sentry"), (alertmanager, "alertmanager")])
def test_an_alert_leads_to_the_same_lines_as_the_trace_in_it(
    shop: Shop, alert: Callable[[Shop], str], source: str
) -> None:
    plain = opened(shop.folder, shop.incident, "--no-record")
    found = opened(shop.folder, alert(shop), "--no-record")
    assert (found["source"], found["severity"]) == (source, "critical")
    assert found["failed_at"] == plain["failed_at"]
    places = [[(one["path"], one["start"], one["score"]) for one in each["candidates"]] for each in (plain, found)]
    assert places[0] == places[1]
    assert (found["revision"]["commit"], found["revision"]["basis"]) == (shop.commits["release-1.1"], "release")
