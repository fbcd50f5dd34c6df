"""Every published verdict on GitHub's CODEOWNERS patterns is ours too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.ownership.codeowners import Dialect, parse

CORPUS = Path(__file__).parents[2].parent / "shared" / "conformance" / "codeowners" / "patterns.json"

# A part of the corpus, so that this file can fail where the corpus is not present.
CARRIED = [
    ("foo", "bar/foo/baz", True),
    ("foo", "foo.txt", False),
    ("/foo", "bar/foo", False),
    ("foo/", "foo", False),
    ("foo/", "bar/foo/baz/qux", True),
    ("/foo/", "bar/foo/baz", False),
    ("foo/bar", "foo/bar/baz", True),
    ("foo/bar", "baz/foo/bar", False),
    ("/foo/bar/", "foo/bar", False),
    ("*", "bar/foo/baz", True),
    ("/*", "foo/bar", False),
    ("/*", "foo", True),
    ("f*", "bar/foo/baz", True),
    ("/f*/", "foo", False),
    (r"f\*o", "foo", False),
    (r"f\*o", "f*o", True),
    ("foo/*", "foo/bar/baz", False),
    ("foo/*/baz", "foo/bar/baz/qux", True),
    ("f?o", "fo", False),
    (r"f\?o", "f?o", True),
    ("**/foo/bar", "qux/foo/bar/baz", True),
    ("foo/bar/**", "foo/bar", False),
    ("foo/**/bar", "foo/bar/baz", True),
    ("foo/**/bar/b*", "foo/qux/bar/qux", False),
    ("/apps/[param]/file.ts", "apps/p/file.ts", False),
    ("vllm/v1/worker/^cpu", "vllm/v1/worker/cpu", False),
]


def owned(pattern: str, path: str) -> bool:
    line = pattern.replace(" ", "\\ ").encode() + b" @somebody\n"
    return parse(line, Dialect.GITHUB).owners_of(path.encode()) is not None


@pytest.mark.parametrize(("pattern", "path", "verdict"), CARRIED)
def test_a_published_verdict_carried_here_is_ours(pattern: str, path: str, verdict: bool) -> None:
    assert owned(pattern, path) is verdict


def test_all_153_published_verdicts_are_ours() -> None:
    if not CORPUS.is_file():
        pytest.skip("the public corpus is not present beside the repository")
    cases = [
        (case["pattern"], path, verdict)
        for case in json.loads(CORPUS.read_bytes())
        for path, verdict in case["paths"].items()
    ]
    assert len(cases) == 153
    assert [case for case in cases if owned(case[0], case[1]) is not case[2]] == []
