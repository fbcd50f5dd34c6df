"""ast-grep is run so that nothing in a file can act through it, hide from it or stall it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from answerable.errors import AnalyserFailed, ExtraMissing
from answerable.review import ast_grep
from answerable.review.ast_grep import Match, scan

RULE = "id: found\nlanguage: Python\nseverity: warning\nrule: {pattern: bad($A)}\n"


def test_matches_are_told_by_file_and_lines() -> None:
    found = scan([RULE], [(".py", b"ok()\n"), (".py", b"x = 1\nbad(1)\nbad(\n  2,\n)\n")])
    assert found == [
        Match(rule="found", file=1, start=2, end=2),
        Match(rule="found", file=1, start=3, end=5),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"# ast-grep-ignore\nbad(1)\n",
        b"bad(1)  # ast-grep-ignore\n",
        b"# ast-grep-ignore: found\nbad(1)\n",
        b"x = '\xff\xfe'\nbad(1)\n",
        b"x = '\0'\nbad(1)\n",
        b"\xef\xbb\xbf\nbad(1)\n",
        b"\r\nbad(1)\r\n",
    ],
)
def test_nothing_in_a_file_hides_it(content: bytes) -> None:
    assert [match.rule for match in scan([RULE], [(".py", content)])] == ["found"]


def test_a_file_of_any_length_that_is_given_is_read() -> None:
    content = b"x = 1\n" * ((ast_grep.LARGEST - 10) // 6) + b"bad(1)\n"
    assert len(content) <= ast_grep.LARGEST
    assert [match.rule for match in scan([RULE], [(".py", content)])] == ["found"]
    many = b"\n" * (ast_grep.LARGEST - 10) + b"bad(1)\n"
    assert [match.start for match in scan([RULE], [(".py", many)])] == [ast_grep.LARGEST - 9]


def test_code_that_is_no_code_and_code_without_end_are_no_fault_of_the_run() -> None:
    for content in (b"(" * 50_000, b"\x00" * 1000, b"def " * 1000, "🙂".encode() * 1000):
        assert scan([RULE], [(".py", content)]) == []


def test_a_rule_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(AnalyserFailed, match="Cannot parse rule"):
        scan(["id: x\nlanguage: Python\nrule: {kind: nothing}\n"], [])


def test_without_the_program_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ast_grep.sysconfig, "get_path", lambda _: os.fspath(tmp_path))
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(ExtraMissing, match="ast-grep") as caught:
        scan([RULE], [])
    assert "answerable[review]" in (caught.value.hint or "")


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A program in the place of ast-grep."""
    file = tmp_path / "ast-grep"
    file.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n")
    file.chmod(0o755)
    monkeypatch.setattr(ast_grep.sysconfig, "get_path", lambda _: os.fspath(tmp_path))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "did not find the fault that was planted"),
        ("print('no json')", "cannot be read"),
        ("print('{}')", "cannot be read"),
        ("sys.stderr.write('out of \\x1b[2Jmemory'); sys.exit(9)", r"ended with 9: out of \[2Jmemory"),
        ("os.kill(os.getpid(), 11)", "ended with -11"),
    ],
)
def test_a_run_that_did_not_go_well_is_never_good_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, said: str
) -> None:
    stand_in(tmp_path, monkeypatch, body)
    with pytest.raises(AnalyserFailed, match=said):
        scan([RULE], [(".py", b"bad(1)\n")])


def test_a_run_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "while True: time.sleep(1)")
    with pytest.raises(AnalyserFailed, match=r"did not end within 0\.3 seconds"):
        scan([RULE], [], seconds=0.3)


def test_output_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ast_grep, "_MOST_OUTPUT", 10_000)
    stand_in(tmp_path, monkeypatch, "while True: sys.stdout.write('x' * 1000)")
    with pytest.raises(AnalyserFailed, match="more than can be told"):
        scan([RULE], [])


def test_it_gets_no_environment_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_CI", "secret")
    stand_in(tmp_path, monkeypatch, "sys.stderr.write(','.join(sorted(os.environ))); sys.exit(9)")
    with pytest.raises(AnalyserFailed) as caught:
        scan([RULE], [])
    assert "TOKEN_OF_CI" not in caught.value.message
    assert "HOME" in caught.value.message
