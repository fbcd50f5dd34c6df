"""Ways to make an incident keep, show or follow what it must not: each ends in nothing kept, shown or followed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from answerable.demo.shop import Shop
from answerable.git.record import add_lines
from answerable.git.repository import Repository
from answerable.incident.export.html import POLICY
from answerable.incident.open.safe import safe
from builders import RepoBuilder
from e2e.asking import ask_here
from e2e.incidents import files, opened, shop_
from e2e.ledgers import done, someone

__all__ = ["shop_"]

TOKEN = "ghp_" + "Z9yX8wV7uT6sR5qP4oN3mL2kJ1iH0gFeDcBa"[:36]
HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script> [a](javascript:alert(3)) @everyone \x1b[31m‮"
FORMATS = ("text", "json", "markdown", "html", "review")


def sentry(shop: Shop, **more: Any) -> str:
    frames = [{"abs_path": "/srv/larkspur/shop/auth/sessions.py", "lineno": 29, "function": "refresh"}]
    values = [{"type": "KeyError", "value": TOKEN, "stacktrace": {"frames": frames}}]
    event = {"event_id": "e", "exception": {"values": values}, "platform": "python", **more}
    return json.dumps({"data": {"event": event}})


# -- secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["message", "title", "release", "environment", "path"])
def test_a_secret_in_a_trace_or_an_alert_is_written_nowhere(shop: Shop, where: str) -> None:
    feed = shop.incident.replace("vJ8s1QmXo2", TOKEN) if where == "message" else sentry(shop)
    if where in ("title", "release", "environment"):
        feed = sentry(shop, **{where: f"token {TOKEN}"})
    if where == "path":
        feed = shop.incident.replace("/srv/larkspur/shop/http.py", f"/srv/{TOKEN}/x.py")
    shown = json.dumps(opened(shop.folder, feed, "--no-record"))
    found = opened(shop.folder, feed)
    for form in FORMATS:
        shown += ask_here("incident", "show", found["id"], "--format", form, cwd=shop.folder).out
    assert TOKEN not in shown
    assert TOKEN.encode() not in files(shop.folder)


def test_a_secret_in_what_a_person_types_is_refused_before_anything_is_written(shop: Shop) -> None:
    said = ask_here("incident", "open", "--title", f"it was {TOKEN}", cwd=shop.folder, feed=shop.incident)
    assert said.code == 3
    assert "[secret-found]" in said.err
    assert TOKEN not in said.err
    assert not (shop.folder / ".git" / "answerable" / "incidents").exists()
    name = opened(shop.folder, shop.incident)["id"]
    before = files(shop.folder)
    for words in (("link", name, "ticket", f"https://a.example/?token={TOKEN}"),
                  ("close", name, "--rationale", TOKEN)):  # fmt: skip
        assert ask_here("incident", *words, cwd=shop.folder).code == 3
    assert files(shop.folder) == before


def test_a_trace_that_holds_a_secret_is_not_kept_even_where_that_is_asked_for(shop: Shop, tmp_path: Path) -> None:
    ada = someone("ada", tmp_path)
    done("init", "--no-capture", *ada.signing, cwd=shop.folder)
    feed = shop.incident.replace("vJ8s1QmXo2", TOKEN)
    said = ask_here("incident", "open", "--keep-trace", *ada.signing, cwd=shop.folder, feed=feed)
    assert said.code == 3
    assert TOKEN not in said.out + said.err
    store = (shop.folder / ".git" / "answerable" / "ledger" / "ledger.sqlite").read_bytes()
    assert TOKEN.encode() not in store
    assert not (shop.folder / ".git" / "answerable" / "incidents").exists()


def test_no_secret_that_we_know_of_survives_in_a_text_that_is_kept() -> None:
    assert TOKEN not in safe(f"a {TOKEN} b {TOKEN}")
    assert safe("nothing of the kind") == "nothing of the kind"


# -- what others write -----------------------------------------------------------------------------------------------


def test_nothing_from_outside_acts_in_a_page_a_ticket_or_a_terminal(shop: Shop) -> None:
    feed = sentry(shop, title=HOSTILE, web_url='https://a.example/"><script>alert(4)</script>', environment=HOSTILE)
    found = opened(shop.folder, feed)
    shown = {form: ask_here("incident", "show", found["id"], "--format", form, cwd=shop.folder).out for form in FORMATS}
    page = shown["html"]
    assert "<script" not in page
    assert "<img" not in page
    assert re.findall(r'(?:href|src)="(?!https?://)[^"]*"', page) == []
    for form in ("text", "markdown", "html", "review"):
        assert "\x1b[31m" not in shown[form]
        assert "‮" not in shown[form]
    for form in ("markdown", "review"):
        assert "](javascript" not in shown[form]
        assert "@everyone" not in shown[form]
        assert not re.search(r"(?<!\\)<(?:script|img)", shown[form])


def test_a_page_loads_and_runs_nothing(shop: Shop) -> None:
    found = opened(shop.folder, shop.incident)
    page = ask_here("incident", "show", found["id"], "--format", "html", cwd=shop.folder).out
    assert f'<meta http-equiv="Content-Security-Policy" content="{POLICY.replace(chr(39), "&#x27;")}">' in page
    for word in ("<script", "<link", "<iframe", "<object", "@import", "url(", "javascript:"):
        assert word not in page
    assert re.findall(r"\son\w+=", page) == []


@pytest.mark.parametrize("subject", ["| a | b |\n# Heading", "`code` ```", "<!-- hidden", "](https://x.example)"])
def test_the_message_of_a_commit_cannot_leave_its_place_in_a_ticket(repo: RepoBuilder, subject: str) -> None:
    repo.commit({"a.py": "one\ntwo\n"}, subject)
    repo.checkout()
    found = opened(repo.root, "a.py:2")
    words = ask_here("incident", "show", found["id"], "--format", "markdown", cwd=repo.root).out
    assert not any(row.startswith("# Heading") for row in words.splitlines())
    assert "<!--" not in words
    assert "](https://x" not in words


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_link_in_the_place_of_the_incidents_is_not_followed(shop: Shop, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (shop.folder / ".git" / "answerable").mkdir(exist_ok=True)
    (shop.folder / ".git" / "answerable" / "incidents").symlink_to(away)
    said = ask_here("incident", "open", "--no-blast", cwd=shop.folder, feed=shop.incident)
    assert said.code == 3
    assert "is a link" in said.err
    assert list(away.iterdir()) == []


def test_a_link_in_the_place_of_one_incident_is_neither_read_nor_written_through(shop: Shop, tmp_path: Path) -> None:
    found = opened(shop.folder, shop.incident)
    file = shop.folder / ".git" / "answerable" / "incidents" / f"{found['id']}.json"
    away = tmp_path / "away.json"
    away.write_text(json.dumps({**found, "title": "forged"}))
    file.unlink()
    file.symlink_to(away)
    assert ask_here("incident", "show", found["id"], cwd=shop.folder).code == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id": "other"}', b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_incident_is_unknown_and_stops_no_list(shop: Shop, content: bytes) -> None:
    found = opened(shop.folder, shop.incident)
    broken = opened(shop.folder, shop.incident)
    (shop.folder / ".git" / "answerable" / "incidents" / f"{broken['id']}.json").write_bytes(content)
    assert ask_here("incident", "show", broken["id"], cwd=shop.folder).code == 2
    listed = ask_here("incident", "show", "--format", "json", cwd=shop.folder).json
    assert [one["id"] for one in listed["incidents"]] == [found["id"]]


@pytest.mark.parametrize("name", ["../../../config", "..", "", "2026-06-11-abcdef/../x", "2026-06-11-ABCDEF", "a\0b"])
def test_an_id_that_is_none_names_no_file(shop: Shop, name: str) -> None:
    said = ask_here("incident", "show", name or " ", cwd=shop.folder)
    assert said.code == 2
    assert "[incident-unknown]" in said.err


# -- evidence --------------------------------------------------------------------------------------------------------


def test_a_verdict_that_only_travels_in_a_note_clears_nothing(shop: Shop, tmp_path: Path) -> None:
    """Whoever can push notes could write one that says that the gate had passed it."""
    ada, mallory = someone("ada", tmp_path), someone("mallory", tmp_path)
    done("init", "--no-capture", *ada.signing, cwd=shop.folder)
    head = shop.commits["sign-out"]
    draft = tmp_path / "forged.json"
    details = json.dumps({"base": shop.commits["titles"], "verdict": "pass", "owed": 0})
    done("record", "gate", head, "--details", details, "-o", os.fspath(draft), *mallory.signing, cwd=shop.folder)
    with Repository(shop.folder) as repository:
        add_lines(repository, {head: [line for line in draft.read_bytes().splitlines() if line]})
    first = opened(shop.folder, shop.incident, *ada.signing)["candidates"][0]
    gates = [one for one in first["controls"] if one["name"] == "gate"]
    assert {one["outcome"] for one in gates} <= {"unknown", "absent"}
    assert "gate" not in [part["name"] for part in first["parts"]]
