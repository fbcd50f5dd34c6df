"""The model is that of the last message of a transcript, and no transcript can do any harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

from answerable.capture.transcript import MOST_READ, model_in


def row(model: object) -> str:
    return json.dumps({"type": "assistant", "message": {"model": model, "content": [{"type": "text"}]}}) + "\n"


def test_the_last_message_names_the_model(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    later = json.dumps({"type": "user", "message": {"content": 'say "model"'}}) + "\n"
    file.write_text(row("claude-opus-4") + row("claude-sonnet-4-5") + row("<synthetic>") + later)
    assert model_in(str(file)) == "claude-sonnet-4-5"


def test_only_the_end_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(row("first") + " " * MOST_READ + "\n")
    assert model_in(str(file)) is None
    file.write_text("x" * MOST_READ * 2 + "\n" + row("last"))
    assert model_in(str(file)) == "last"


def test_nothing_is_known_of_what_is_no_transcript(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    for text in ("", "\xff\n", '{"model"', "[" * 100_000 + '"model"', row(3), row(None), row("x" * 201), '["model"]\n'):
        file.write_text(text)
        assert model_in(str(file)) is None
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "none", tmp_path / "pipe", Path("/dev/zero")):
        assert model_in(str(path)) is None
    assert model_in("a\0b") is None
