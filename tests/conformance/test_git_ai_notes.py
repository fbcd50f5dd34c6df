"""git-ai's specification held against our reader: its own examples in our words, and every note we can find.

The real corpus (more than ten thousand notes of git-ai's own repository) is not needed: it is read where the
variable ANSWERABLE_GIT_AI_REPOSITORY names a clone that carries refs/notes/ai.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.git_ai import DEFECTS, NOTES_REF, read_note

REPOSITORY = os.environ.get("ANSWERABLE_GIT_AI_REPOSITORY")
SHA = "7734793b756b3921c88db5375a8c156e9532447b"


def note(section: str, **meta: object) -> bytes:
    whole = {"schema_version": "authorship/3.0.0", "base_commit_sha": SHA, "prompts": {}, **meta}
    return f"{section}---\n{json.dumps(whole, indent=2)}".encode()


def session(tool: str, **more: object) -> dict[str, object]:
    return {
        "agent_id": {"tool": tool, "id": "conversation", "model": "m-1"},
        "human_author": "ada@person.org",
        **more,
    }


def test_all_three_key_formats_may_stand_in_one_note() -> None:
    counts = {"total_additions": 25, "total_deletions": 5, "accepted_lines": 20, "overriden_lines": 0}
    data = note(
        "src/main.rs\n  s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-10\n  h_31dce776f88375 15-20\n"
        "src/lib.rs\n  abcd1234abcd1234 1-50\n",
        prompts={"abcd1234abcd1234": session("cursor", messages_url="https://x.org/1", **counts)},
        humans={"h_31dce776f88375": {"author": "Ada Person <ada@person.org>"}},
        sessions={"s_c9883b05a2487d": session("claude", custom_attributes={"team": "backend"})},
    )
    reading = read_note(data, SHA)
    assert reading.defects == ()
    assert [(c.origin, c.grade, c.agent and c.agent.tool) for c in reading.claims] == [
        (Origin.AI, Grade.RECORDED, "claude-code"),
        (Origin.HUMAN, Grade.DECLARED, None),
        (Origin.AI, Grade.RECORDED, "cursor"),
    ]


@pytest.mark.parametrize("ranges", ["42", "19-222", "1,2,19-222,300", "1-4,9-10,12,14,16"])
def test_every_form_of_ranges_is_read(ranges: str) -> None:
    reading = read_note(note(f"a\n  0123abcd0123abcd {ranges}\n", prompts={"0123abcd0123abcd": session("amp")}), SHA)
    assert reading.defects == ()
    lines = reading.claims[0].lines
    assert lines is not None
    wanted = [part.split("-") for part in ranges.split(",")]
    assert len(lines) == sum(int(part[-1]) - int(part[0]) + 1 for part in wanted)


def test_seven_digit_keys_of_before_1_0_are_read() -> None:
    assert read_note(note("a\n  0123abc 1\n", prompts={"0123abc": session("cursor")}), SHA).defects == ()


def test_sessions_and_humans_may_be_absent() -> None:
    assert read_note(note(""), SHA).defects == ()


def real_notes() -> Iterator[tuple[str, bytes]]:
    if not REPOSITORY:
        pytest.skip("ANSWERABLE_GIT_AI_REPOSITORY names no clone of git-ai with its notes")
    git = ["git", "-C", REPOSITORY]
    rows = subprocess.run([*git, "ls-tree", "-r", NOTES_REF], capture_output=True, check=True, text=True).stdout
    with subprocess.Popen([*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as batch:
        assert batch.stdin is not None
        assert batch.stdout is not None
        for row in rows.splitlines():
            head, _, path = row.partition("\t")
            batch.stdin.write(head.split()[2].encode() + b"\n")
            batch.stdin.flush()
            size = int(batch.stdout.readline().split()[2])
            yield path.replace("/", ""), batch.stdout.read(size)
            batch.stdout.read(1)


def test_every_real_note_is_read_and_every_defect_has_a_name() -> None:
    found: Counter[str] = Counter()
    for sha, data in real_notes():
        reading = read_note(data, sha)
        found.update(defect.kind for defect in reading.defects)
        attested = data.partition(b"---")[0].count(b"\n  ")
        assert bool(reading.claims) == bool(attested), sha
    assert found.keys() <= DEFECTS.keys()
    assert "unreadable" not in found
