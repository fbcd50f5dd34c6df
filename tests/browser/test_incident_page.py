"""The page of an incident in a browser: it shows what a responder needs at every width, and runs nothing."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest

from answerable.demo.shop import Shop
from browser.chromium import picture, text_of
from e2e.asking import ask_here
from e2e.incidents import shop_

__all__ = ["shop_"]


@pytest.fixture
def page(shop: Shop, tmp_path: Path) -> Path:
    """The page of the demo's incident."""
    return exported(shop, tmp_path, shop.incident)


def exported(shop: Shop, folder: Path, feed: str) -> Path:
    file = folder / "incident.html"
    said = ask_here("incident", "open", "--format", "html", "-o", str(file), cwd=shop.folder, feed=feed)
    assert said.code == 0
    return file


def test_a_responder_sees_what_to_do_and_the_lineage_is_drawn(page: Path) -> None:
    shown = text_of(page)
    for words in ("Call now", "Tell, and by when", "What let it pass", "How far it reaches", "Ada Marlow", "+44 7700"):
        assert words in shown
    (drawing,) = re.findall(r"<svg.*?</svg>", shown, re.DOTALL)
    assert drawing.count("<circle") >= 10
    assert [word for word in ("generated", "accepted", "merged", "failed") if f">{word}</text>" not in drawing] == []
    assert "no verdict of a gate is recorded for it" in drawing


def test_it_is_drawn_at_every_width(page: Path, tmp_path: Path) -> None:
    for width in (1100, 480):
        png = picture(page, tmp_path / f"{width}.png", width=width)
        assert png.startswith(b"\x89PNG")
        assert struct.unpack(">I", png[16:20])[0] == width
        assert len(png) > 60_000  # an empty page of that size has less than 10,000 bytes


def test_what_others_wrote_runs_nothing_and_loads_nothing(shop: Shop, tmp_path: Path) -> None:
    hostile = '</title><script>document.title="run"</script><img src=x onerror="document.title=1">'
    frames = [{"abs_path": "/srv/larkspur/shop/auth/sessions.py", "lineno": 29}]
    event = {"event_id": "e", "title": hostile, "exception": {"values": [{"stacktrace": {"frames": frames}}]}}
    shown = text_of(exported(shop, tmp_path, json.dumps(event)))
    title = re.findall(r"<title>(.*?)</title>", shown, re.DOTALL)
    assert title[0].startswith("Incident ")
    assert not re.search(r"<script|<img", shown)


def test_a_page_that_was_tampered_with_still_runs_no_script(page: Path) -> None:
    """The policy in the file holds, whatever somebody adds below it."""
    words = page.read_text("utf-8").replace("<main>", '<main><script>document.body.id = "run"</script>')
    page.write_text(words, "utf-8")
    assert 'id="run"' not in text_of(page)
