"""Messages, notes, owners, traces and configuration made to take forever.

Four times as much input takes about four times as long, not sixteen: what is asserted is growth, never a time, so that
a busy machine changes nothing. Each input here was quadratic or worse for some reader at some time, or would be for a
careless one.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from answerable.domain.commit import Commit, Person
from answerable.git.commits import parse_commit
from answerable.git.objects import GitObject
from answerable.incident.frames import parse_trace
from answerable.ownership.codeowners import Dialect, parse
from answerable.provenance import agent_trace, entire, git_ai, signatures
from answerable.provenance.combine import combine
from answerable.review import message as review
from attacks.hostile import SOAK, growth

LINEAR = 9.0  # for four times as much: linear is 4, quadratic 16
ADA = Person(name="Ada", email="ada@example.com")
LEADS = (
    "",
    "See merge request ",
    "Reviewed-by: ",
    "Co-authored-by: ",
    "Assisted-by: ",
    "Generated with [",
    "Entire-Session: ",
    "Merge pull request '",
    "Reviewed-on: http",
    "> ",
    "```",
)
PIECES = ("/", "a/", "!1", "<a", "a,", "@", " ", "(", "[a](http", "claude ", "gpt-", "reviewed-by ", " via ", "http://")


def commit(message: str) -> Commit:
    return Commit(
        sha="0" * 40,
        parents=("1" * 40, "2" * 40),
        author=ADA,
        authored_at="2026-01-01T00:00:00Z",
        committer=ADA,
        committed_at="2026-01-01T00:00:00Z",
        message=message,
    )


@pytest.mark.parametrize("lead", LEADS, ids=repr)
def test_the_length_of_a_line_of_a_message_costs_what_it_is_long(lead: str) -> None:
    """Lines are cut at about a thousand characters; up to there they may not cost more than they are long."""

    def work(length: int) -> None:
        for piece in PIECES:
            line = lead + (piece * length)[:length]
            said = commit(f"Merge x\n\n{line}\n" + f"{line}\n" * 20)
            review.read(said, said)
            signatures.read(said)
            entire.read(said)

    assert growth(work, 140) < LINEAR


def test_many_lines_of_a_message_cost_what_they_are_many() -> None:
    lines = "".join(f"{lead}{piece * 9}\n" for lead in LEADS[:-1] for piece in PIECES)
    assert growth(lambda n: (review.read(commit(lines * n)), signatures.read(commit(lines * n))), 10) < LINEAR


OWNERS: dict[str, Callable[[int], str]] = {
    "catastrophic stars": lambda n: "*a*a*a*a*a*a*a*b @x\n" * (n // 10) + "a*" * n + "b @x\n",
    "catastrophic folders": lambda n: "**/a*/" * (n // 4) + "b @x\n" + "/**/a" * n + " @x\n",
    "brackets": lambda n: "[" * n + " @x\n" + "[!a]*" * n + "b @x\n",
    "question marks": lambda n: "?*" * n + "b @x\n",
    "sections": lambda n: "".join(f"[s{at}]\n* @a\n" for at in range(n)),
    "many owners, a bad one last": lambda n: "* " + " ".join(f"@u{at}" for at in range(5 * n)) + " bad\n",
    "one long word": lambda n: "* " + "a@" * (10 * n) + "\n" + "\\ " * n + " @x\n",
}


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize("make", OWNERS.values(), ids=OWNERS)
def test_owners_are_found_in_linear_time_whatever_the_patterns(make: Callable[[int], str], dialect: Dialect) -> None:
    paths = (b"aaaa/" * 20 + b"a" * 200 + b"c", b"x.py")

    def work(amount: int) -> None:
        found = parse(make(amount).encode(), dialect)
        for path in paths:
            found.owners_of(path)

    assert growth(work, 700) < LINEAR


def note(lines: bytes) -> bytes:
    return b"a\n  s_0123456789abcd::t_0123456789abcd " + lines + b"\n---\n" + json.dumps({"sessions": {}}).encode()


def test_a_note_of_a_million_ranges_is_read_and_asked_in_linear_time() -> None:
    def work(amount: int) -> None:
        reading = git_ai.read_note(note(b",".join(b"%d" % (2 * at + 1) for at in range(amount))), "1" * 40)
        for line in range(1, 2000, 20):
            combine(reading.claims, b"a", line, line + 3)

    assert growth(work, 100_000 if SOAK else 10_000) < LINEAR


def test_a_note_of_a_million_ranges_holds_for_each_of_them() -> None:
    many = 1_000_000 if SOAK else 50_000
    reading = git_ai.read_note(note(b",".join(b"%d" % (2 * at + 1) for at in range(many))), "1" * 40)
    assert len(combine(reading.claims, b"a", 1, 8)) == 8
    assert len(combine(reading.claims, b"a", 2 * many - 7, 2 * many)) == 8


SHAPES: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "one after the other": lambda at, _: (3 * at + 1, 3 * at + 2),
    "one in the other": lambda at, count: (at + 1, 3 * count - at),
    "overlapping": lambda at, count: (at + 1, at + count),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_file_of_many_pieces_is_asked_about_in_the_time_its_note_takes(
    shape: Callable[[int, int], tuple[int, int]],
) -> None:
    def work(count: int) -> None:
        entries = "".join(f"  s_{at:014x}::t_1 {'-'.join(map(str, shape(at, count)))}\n" for at in range(count))
        sessions = {f"s_{at:014x}": {"agent_id": {"tool": "codex", "id": f"{at}", "model": "m"}} for at in range(count)}
        meta = json.dumps({"sessions": sessions})
        reading = git_ai.read_note(f"a\n{entries}---\n{meta}".encode(), "1" * 40)
        for at in range(count):
            combine(reading.claims, b"a", 3 * at + 1, 3 * at + 3)

    assert growth(work, 500 if SOAK else 200) < LINEAR


def test_a_note_about_many_files_is_asked_about_each_in_the_time_it_takes() -> None:
    def work(count: int) -> None:
        entries = "".join(f"{at}\n  s_0123456789abcd::t_0123456789abcd 1-2\n" for at in range(count))
        reading = git_ai.read_note(f'{entries}---\n{{"sessions": {{}}}}'.encode(), "1" * 40)
        for at in range(count):
            combine(reading.claims, b"%d" % at, 1, 3)

    assert growth(work, 1000 if SOAK else 400) < LINEAR


def test_a_record_of_many_ranges_and_a_file_of_many_records_are_read_in_linear_time() -> None:
    span = '{"start_line":1,"end_line":2}'

    def work(amount: int) -> None:
        spans = ",".join([span] * amount)
        file = f'{{"path":"a","conversations":[{{"contributor":{{"type":"ai"}},"ranges":[{spans}]}}]}}'
        agent_trace.read_records(f'{{"version":"0.1.0","files":[{file}]}}'.encode(), "one")
        agent_trace.read_records(b'{"files":[]}\n[[[\n' * amount, "many")

    assert growth(work, 3000 if SOAK else 1000) < LINEAR


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7", "hz", "utf-32"])
def test_no_declared_charset_makes_a_message_expensive(charset: str) -> None:
    head = b"tree %b\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\nencoding " % (b"1" * 40)

    def work(amount: int) -> None:
        for body in (b"x" * amount + b"-" + b"a" * amount, b"a." * amount, b"+AAA-" * amount, b"\\u0041" * amount):
            parse_commit(GitObject("1" * 40, "commit", head + charset.encode() + b"\n\n" + body))

    assert growth(work, 30_000) < LINEAR


@pytest.mark.parametrize("mail", ["<", "<a", "a<b>", "<<>>", " ", "<a> 1 +"], ids=repr)
def test_no_identity_makes_a_commit_expensive(mail: str) -> None:
    def work(amount: int) -> None:
        who = (mail * amount).encode()
        parse_commit(GitObject("1" * 40, "commit", b"author " + who + b"\ncommitter " + who + b"\n\nx"))

    assert growth(work, 20_000) < LINEAR


@pytest.mark.parametrize("piece", ['File "', "at a(", "{", '{"a":', "\x1b[", "../", "/a.py:1", "(eval at ", "\\n"])
def test_a_stack_trace_of_one_endless_line_is_read_in_linear_time(piece: str) -> None:
    assert growth(lambda n: parse_trace("x " + piece * n + "\n" + f"{piece}\n" * n), 4000) < LINEAR
