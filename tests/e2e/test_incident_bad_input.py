"""Incidents that begin with less than a trace: an alert without code, minified and stripped frames, other platforms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.demo.shop import Shop
from builders import RepoBuilder
from e2e.asking import ask_here
from e2e.incidents import opened, shop_

__all__ = ["shop_"]


def pagerduty(service: str, **more: Any) -> str:
    data = {"id": "P1", "type": "incident", "title": "Sign-in is slow", "service": {"summary": service}, **more}
    return json.dumps({"event": {"event_type": "incident.triggered", "data": data}})


def test_an_alert_that_names_only_a_service_says_who_is_called_and_what_is_missing(shop: Shop) -> None:
    found = opened(shop.folder, pagerduty("Sign in", priority={"summary": "P1"}))
    assert found["candidates"] == []
    assert (found["response"]["service"], found["severity"]) == ("sign-in", "critical")
    assert found["response"]["calls"]
    assert [due["regulation"] for due in found["dues"]] == ["NIS2", "GDPR", "UK GDPR"]
    assert "names no line" in found["notes"][0]
    assert found["title"] == "Sign-in is slow"


def test_a_service_that_nobody_here_knows_names_nobody(shop: Shop) -> None:
    found = opened(shop.folder, pagerduty("Unheard of"))
    assert found["response"]["calls"] == []
    assert found["response"]["gaps"] == ["no service here is called Unheard of, so nobody can be named"]
    said = ask_here("incident", "show", found["id"], cwd=shop.folder)
    assert "nobody is known" in said.out


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "review"])
def test_every_export_of_an_incident_without_code_is_whole(shop: Shop, form: str) -> None:
    said = ask_here("incident", "open", "--format", form, cwd=shop.folder, feed=pagerduty("Sign in"))
    assert said.code == 0
    assert "Sign-in is slow" in said.out


MINIFIED = """\
TypeError: Cannot read properties of undefined (reading 'items')
    at e (https://larkspur.example/static/main.4f3a9c.js:1:48213)
    at t.total (https://larkspur.example/static/main.4f3a9c.js:1:51022)
"""
STRIPPED = """\
*** SIGSEGV ***
#0  0x00007f3a1c2b4e10 in ?? ()
#1  0x00007f3a1c2b5f22 in ?? () from /opt/larkspur/libshop.so
"""


@pytest.mark.parametrize(("trace", "kind"), [(MINIFIED, "TypeError"), (STRIPPED, "panic")])
def test_minified_and_stripped_frames_are_not_taken_for_lines_of_ours(shop: Shop, trace: str, kind: str) -> None:
    found = opened(shop.folder, trace)
    assert found["candidates"] == []
    assert found["kind"] in (kind, None)
    assert found["notes"]
    assert found["answered"] == 0
    assert all(question["gap"] for question in found["questions"])


def test_a_bundle_that_is_in_the_tree_is_not_answered_for_past_its_end(shop: Shop) -> None:
    found = opened(shop.folder, "at t (web/cart.ts:4000:1)\n")
    assert found["candidates"] == []
    assert "1 frame names a line that is not there at this revision" in found["notes"]


WINDOWS = """\
Traceback (most recent call last):
  File "C:\\\\Users\\\\build\\\\larkspur\\\\Shop\\\\Auth\\\\Sessions.py", line 29, in refresh
    del self._live[token]
KeyError: 'x'
"""


def test_a_path_of_another_platform_leads_to_the_same_line(shop: Shop) -> None:
    found = opened(shop.folder, WINDOWS.replace("\\\\", "\\"))
    assert (found["candidates"][0]["path"], found["candidates"][0]["start"]) == ("shop/auth/sessions.py", 29)


def test_frames_of_others_alone_open_an_incident_that_says_so(shop: Shop) -> None:
    trace = (
        'Traceback (most recent call last):\n  File "/usr/lib/python3/asyncio/base.py", line 3, in run\nOSError: x\n'
    )
    found = opened(shop.folder, trace)
    assert found["candidates"] == []
    assert "none of its 1 frames lies in this repository" in found["notes"]
    assert any("code_mappings" in note for note in found["notes"])


def test_of_a_line_for_which_no_tool_is_named_the_tree_is_not_read(shop: Shop) -> None:
    found = opened(shop.folder, "shop/money.py:9\n")
    assert [one["label"] for one in found["reach"]] == ["shop/money.py:9", "not known"]
    assert found["notices"] == []
    assert not (shop.folder / ".git" / "answerable" / "snapshot").exists()


def test_the_change_behind_one_that_only_indented_is_the_candidate_and_both_are_told(repo: RepoBuilder) -> None:
    line = "total = sum(prices.values())"
    made = repo.commit({"a.py": f"prices = {{}}\n{line}\n"}, "Sum prices")
    moved = repo.commit({"a.py": f"prices = {{}}\nif prices:\n    {line}\n"}, "Indent")
    repo.checkout()
    (first,) = opened(repo.root, "a.py:3")["candidates"]
    assert (first["commit"], first["span"]["commit"]) == (made, moved)
    committed = [event["what"] for event in first["lineage"] if event["step"] == "committed"]
    assert committed == [
        f"commit {made[:12]}, which made the line: Sum prices",
        f"commit {moved[:12]}, which moved it or changed its white space: Indent",
    ]


def test_an_odd_path_is_kept_as_it_is(repo: RepoBuilder) -> None:
    repo.commit({b"src/\xff\xfe.py": "one\ntwo\n"})
    repo.checkout()
    found = opened(repo.root, b"src/\xff\xfe.py:2")
    assert found["candidates"][0]["path"].encode("utf-8", "surrogateescape") == b"src/\xff\xfe.py"
    again = ask_here("incident", "show", found["id"], "--format", "html", cwd=repo.root)
    assert again.code == 0
    answer = ask_here("for", f"incident:{found['id']}", "--format", "json", cwd=repo.root).json
    assert answer["spans"][0]["start"] == 2


@pytest.mark.parametrize(("words", "feed", "code"), [
    ((), "", "alert-invalid"),
    ((), " \n", "alert-invalid"),
    (("--at", "no-such-revision"), "x.py:1", "revision-not-found"),
    (("--failed", "yesterday"), "x.py:1", "revision-not-found"),
    (("--severity", "awful"), "x.py:1", "usage"),
])  # fmt: skip
def test_what_cannot_be_opened_says_why_and_keeps_nothing(
    shop: Shop, words: tuple[str, ...], feed: str, code: str
) -> None:
    said = ask_here("incident", "open", *words, "--format", "json", cwd=shop.folder, feed=feed)
    assert (said.code, said.json["code"]) == (2, code)
    assert not (shop.folder / ".git" / "answerable" / "incidents").exists()


def test_an_empty_repository_has_nothing_to_open(new_repo: Any) -> None:
    said = ask_here("incident", "open", cwd=new_repo("empty").root, feed="x.py:1")
    assert said.code == 2


def test_a_file_that_cannot_be_written_is_an_error_after_the_incident_was_kept(shop: Shop) -> None:
    said = ask_here("incident", "open", "-o", "/no/such/folder/x.html", "--format", "html", cwd=shop.folder,
                    feed=shop.incident)  # fmt: skip
    assert said.code == 2
    assert "cannot write" in said.err
