"""Notes, records, messages and metadata of any bytes: too deep, too large, too many, or no text at all.

No byte is fatal and none hides the rest: what can be read counts, what is wrong is a named defect, and the answer about
other lines stands.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance import agent_trace, entire, git_ai
from answerable.provenance.combine import combine
from attacks.hostile import SOAK
from builders import RepoBuilder
from e2e.asking import ask_here

SHA = "1" * 40
ENTRY = b"  s_0123456789abcd::t_0123456789abcd "
META: dict[str, Any] = {
    "schema_version": "authorship/3.0.0",
    "base_commit_sha": SHA,
    "prompts": {},
    "sessions": {"s_0123456789abcd": {"agent_id": {"tool": "claude", "id": "1", "model": "m-1"}}},
}
JSON = {
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "just deep enough": b'{"schema_version":' + b"[" * 960 + b"]" * 960 + b"}",
    "deep base": b'{"base_commit_sha":' + b"[" * 960 + b"]" * 960 + b"}",
    "unclosed": b"[" * 1000,
    "huge number": b'{"base_commit_sha":' + b"9" * 5000 + b"}",
    "almost huge number": b'{"base_commit_sha":' + b"9" * 4300 + b"}",
    "endless fraction": b'{"base_commit_sha":1e999999999}',
    "not a number": b'{"base_commit_sha":NaN,"prompts":NaN,"sessions":-Infinity,"humans":Infinity,"files":NaN}',
    "lone surrogates": b'{"sessions":{"s_0123456789abcd":{"agent_id":{"tool":"\\ud800","model":"\\udfff"}}}}',
    "NUL bytes": b"\0" * 1000,
    "no UTF-8": b'{"schema_version":"\xff\xfe\xed\xa0\x80"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "legacy deep": b'{"files":{"a":[' + b"[" * 900 + b"]" * 900 + b"]}}",
    "legacy surrogate": b'{"files":{"\\ud800":[{"author":"\\ud800","lines":[1,[1,2,3],"x",null,1e3,true]}]}}',
    "wrong types": b'{"sessions":[],"prompts":"x","humans":{"h_0123456789abcd":[1]},"messages":{}}',
    "nothing": b"",
}


@pytest.mark.parametrize("data", JSON.values(), ids=JSON)
def test_no_json_under_a_note_hides_its_lines(data: bytes) -> None:
    reading = git_ai.read_note(b"a\n" + ENTRY + b"1-4\n---\n" + data, SHA)
    found = combine(reading.claims, b"a", 1, 5)
    assert {line.origin for line in found} <= {Origin.AI, Origin.UNKNOWN}
    assert reading.defects
    for defect in reading.defects:
        assert len(f"{defect.detail}{defect.ref}") < 400
    if b'"files"' not in data:
        assert (found[0].start, found[0].end, found[0].origin) == (1, 4, Origin.AI)


def test_the_last_of_duplicate_keys_counts_as_json_readers_agree() -> None:
    person = '"humans":{"h_0123456789abcd":{"author":"Eve"}}'
    text = json.dumps(META)[:-1] + f',{person},"sessions":{{}},"base_commit_sha":"{"2" * 40}"}}'
    reading = git_ai.read_note(b"a\n" + ENTRY + b"1-4\n---\n" + text.encode(), SHA)
    assert {claim.grade for claim in reading.claims} == {Grade.DECLARED}
    assert {"dangling-key", "base-commit-mismatch"} <= {defect.kind for defect in reading.defects}


RANGES = {
    "the largest of 32 bits": (b"1-4294967295", True),
    "ten to the eighteenth": (b"1-1000000000000000000", False),
    "five thousand digits": (b"1-" + b"9" * 5000, False),
    "zero": (b"0", False),
    "from zero": (b"0-2", True),
    "backwards": (b"4-1", True),
    "signs": (b"-1,+1,--1,1--1,1-", False),
    "other digits": ("١-٢".encode(), False),
    "words": (b"one-two,,,", False),
    "a good one among bad ones": (b"x,99999999999999999999,2,-", True),
    "NUL": (b"1-2\0", False),
}


@pytest.mark.parametrize(("text", "holds"), RANGES.values(), ids=RANGES)
def test_no_range_is_fatal_and_a_good_one_counts(text: bytes, holds: bool) -> None:
    note = b"a\n" + ENTRY + text + b"\n" + ENTRY.replace(b"abcd::", b"abce::") + b"7\n---\n" + json.dumps(META).encode()
    reading = git_ai.read_note(note, SHA)
    found = {
        line for o in combine(reading.claims, b"a", 1, 9) if o.origin is Origin.AI for line in range(o.start, o.end + 1)
    }
    assert (2 in found) is holds
    assert 7 in found
    assert "bad-range" in {defect.kind for defect in reading.defects} or text == b"1-4294967295"


@pytest.mark.parametrize(
    "version",
    ['"x"', "NaN", "9" * 5000, "[" * 970 + "]" * 970, '"\\ud800"', "null", "{}", "1e999"],
    ids=lambda v: v[:8],
)
def test_no_field_of_a_trace_is_fatal(version: str) -> None:
    line = f'{{"version":{version},"id":{version},"vcs":{version},"tool":{version},"files":{version}}}'
    other = json.dumps({"version": "0.1.0", "files": []})
    trace = agent_trace.read_records(f"{line}\n{other}\n".encode(), "traces")
    assert trace.statements == ()
    assert trace.defects
    assert len(str(trace)) < 4000


@pytest.mark.parametrize(
    "number", ["NaN", "-Infinity", "1e400", "9" * 4300, "9" * 5000, '"1"', "true", "[]", "-1", "1e3"]
)
def test_no_percentage_is_evidence_that_is_none(number: str) -> None:
    data = f'{{"agent":"x","session_id":"\\ud800","initial_attribution":{{"agent_percentage":{number}}}}}'.encode()
    reading = entire.read_metadata(data, "metadata.json")
    assert reading.defects
    assert all(
        claim.origin in (Origin.AI, Origin.UNKNOWN) and len(claim.evidence.claim) < 400 for claim in reading.claims
    )


def test_one_hostile_commit_spoils_no_answer_about_another(repo: RepoBuilder) -> None:
    good = repo.commit({"good.py": "1\n2\n"})
    repo.note("ai", good, b"good.py\n" + ENTRY + b"1\n---\n" + json.dumps({**META, "base_commit_sha": good}).encode())
    headers = (("encoding", b"\xff\0utf-16"), ("gpgsig", b"x\n" * 1000), ("author", b"second"), ("tree", b"x"))
    message = b"Evil\0\xff\xfe\xed\xa0\x80\n\n" + b"Co-authored-by: Claude\0 <noreply@anthropic.com>\n" * 1000
    who = (b"E\xffve", b"e@x\xff")
    for at, data in enumerate(JSON.values()):
        evil = repo.commit({"evil.py": f"{at}\n"}, message, headers=headers, author=who, when="99999999999999 -9999")
        repo.note("ai", evil, b"evil.py\n" + ENTRY + b"1-4\n---\n" + data)
        repo.note("agent-trace", evil, data)
    repo.commit({".agent-trace/x.jsonl": b"\n".join(JSON.values()), ".agent-trace/y": b"\xff\0"})
    spans = ask_here("for", "good.py", "--format", "json", cwd=repo.root).json["spans"]
    assert [(s["start"], s["origin"], s["grade"]) for s in spans] == [(1, "ai", "recorded"), (2, "unknown", "none")]
    for command in (("for", "evil.py"), ("lines",), ("scan",), ("test", "--sample", "40"), ("recall",)):
        assert ask_here(*command, cwd=repo.root).code == 0


def test_a_message_of_megabytes_is_read(repo: RepoBuilder) -> None:
    times = 10 if SOAK else 2
    filler = "Reviewed-by: x\nSee merge request /////\n" * (10_000 * times) + "words " * (100_000 * times)
    repo.commit({"a.py": "1\n"}, f"Huge\n\n{filler}\nCo-authored-by: Claude <noreply@anthropic.com>\n")
    (span,) = ask_here("for", "a.py", "--format", "json", cwd=repo.root).json["spans"]
    assert (span["origin"], span["grade"]) == ("ai", "declared")
