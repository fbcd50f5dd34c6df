"""Whatever is given to a hook is read or is one error: every key of any type, anything nested, any bytes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.payload import kinds, patch, registry
from answerable.capture.payload.model import Edit, Kind, ToolUse
from answerable.errors import PayloadInvalid
from capture.payloads import SAMPLES

TEXTS = st.one_of(
    st.text(max_size=20), st.sampled_from(["*** Add File: x", "auth/a.py", "--- a/x\n+++ b/x\n@@ -1 +1 @@"])
)
VERBS = st.sampled_from(["Add", "Update", "Delete"])
PATHS = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True)
KEYS = sorted({key for sample in SAMPLES.values() for key in sample.payload} | {"path", "edits", "content", "command"})
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | TEXTS, inner, max_size=4),
    max_leaves=12,
)


def sound(use: ToolUse) -> None:
    assert all(isinstance(edit, Edit) and isinstance(edit.path, str) and edit.path for edit in use.edits)
    assert all(edit.new is None or isinstance(edit.new, str) for edit in use.edits)
    for value in (use.agent, use.model, use.session, use.call, use.cwd, use.version, use.transcript):
        assert value is None or isinstance(value, str)


@given(st.sampled_from(sorted(SAMPLES)), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
def test_any_key_may_hold_anything(name: str, changed: dict[str, Any]) -> None:
    payload = {**SAMPLES[name].payload, **changed}
    for named in (name, None):
        sound(registry.read(json.dumps(payload).encode(), named).use)


@given(st.sampled_from([*SAMPLES, None]), st.binary(max_size=200))
def test_any_bytes_are_a_payload_or_one_error(name: str | None, data: bytes) -> None:
    with suppress(PayloadInvalid):
        sound(registry.read(data, name).use)


@given(st.lists(st.tuples(VERBS, PATHS), max_size=6), st.lists(st.text(max_size=10), max_size=4))
def test_every_file_of_a_patch_is_found_whatever_it_writes(files: list[tuple[str, str]], lines: list[str]) -> None:
    body = [f"+{row}" for line in lines for row in line.split("\n")]
    rows = [row for verb, path in files for row in (f"*** {verb} File: {path}", *body)]
    found = patch.edits_of("\n".join([patch.BEGIN, *rows, "*** End Patch"]))
    assert [edit.path for edit in found] == [path for _, path in files]


def test_a_unified_diff_names_its_files() -> None:
    text = (
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n--- not/a/header\n+++ neither\n"
        "diff --git a/gone b/gone\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        "diff --git a/new b/new\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+b\n"
        "diff --git a/from b/to\nrename from from\nrename to to\n"
    )
    found = patch.edits_of(text)
    assert [(e.path, e.gone, e.whole, e.new) for e in found] == [
        ("x", False, False, "++ neither\n"),
        ("gone", True, False, None),
        ("new", False, True, "b\n"),
        ("from", True, False, None),
        ("to", False, False, None),
    ]


def test_a_header_that_is_written_into_a_file_is_none() -> None:
    text = "*** Begin Patch\n*** Add File: notes.md\n+*** Update File: auth/a.py\n+*** Move to: b\n*** End Patch"
    assert [edit.path for edit in patch.edits_of(text)] == ["notes.md"]


def test_an_odd_header_counts_as_one() -> None:
    text = "*** Begin Patch\n  *** Update File:   auth/a.py  \r\n@@\n+x\r\n"
    assert patch.edits_of(text) == [Edit("auth/a.py", new="x\n")]


def test_a_name_that_may_mean_a_change_does() -> None:
    told = {
        "mcp__filesystem__write_file": Kind.WRITE,
        "mcp__fs__move_file": Kind.EDIT,
        "applyPatch": Kind.EDIT,
        "edit_file": Kind.EDIT,
        "CreateFile": Kind.WRITE,
        "delete_symbol": Kind.EDIT,
        "mcp__github__create_issue": Kind.OTHER,
        "TodoWrite": Kind.OTHER,
        "read_file": Kind.READ,
        "list_dir": Kind.READ,
        "run_in_terminal": Kind.SHELL,
        "think": Kind.OTHER,
        "": Kind.OTHER,
    }
    assert {name: kinds.kind_of(name) for name in told} == told
