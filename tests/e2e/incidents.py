"""The demo's shop and the incident of its night, opened as a person does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answerable.demo.shop import Shop, build
from e2e.asking import ask_here


@pytest.fixture(name="shop")
def shop_(tmp_path: Path) -> Shop:
    """The shop, without a ledger."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return build(folder)


def opened(folder: Path, feed: str | bytes, *options: str) -> dict[str, Any]:
    """The document of an incident that must open."""
    said = ask_here("incident", "open", *options, "--format", "json", cwd=folder, feed=feed)
    assert said.code == 0, said.out + said.err
    return said.json


def files(folder: Path) -> bytes:
    """All that is kept of incidents in a clone, salts excepted."""
    return b"".join(file.read_bytes() for file in (folder / ".git" / "answerable" / "incidents").glob("*.json"))
