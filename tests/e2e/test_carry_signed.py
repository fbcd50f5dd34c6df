"""What a recorder signs of lines that came from other commits: the carry, and no more than it can vouch for itself."""

from __future__ import annotations

import base64
import json
from typing import Any

from answerable.capture.recorder import Recorder
from answerable.git.repository import Repository
from e2e.test_carry import WORKED, bos, work
from e2e.test_carry import desk as desk
from e2e.working import Desk


def signed(desk: Desk, revision: str = "HEAD") -> list[dict[str, Any]]:
    lines = desk.git("notes", "--ref=answerable", "show", revision, check=False).splitlines()
    return [json.loads(base64.b64decode(json.loads(line)["payload"]))["predicate"] for line in lines]


def recorded(desk: Desk) -> Desk:
    with Repository(desk.root) as repository:
        Recorder.make(repository)
    return desk


def test_what_only_a_note_told_is_carried_and_not_signed_as_generated(desk: Desk) -> None:
    work(desk)
    bo = recorded(bos(desk))
    bo.git("checkout", "-q", "-B", "topic", "origin/topic")
    bo.git("reset", "-q", "--hard", "HEAD~1")
    old = bo.git("rev-parse", "HEAD")
    bo.writes("app.py", (bo.root / "app.py").read_text() + "bos_agent_adds = this(line)\n", session="session-bo")
    bo.git("commit", "-qa", "--amend", "-m", "With more")
    bo.drain()
    assert bo.origins("app.py") == [*WORKED[:4], "ai recorded claude-code"]
    found = signed(bo)
    (made,) = [one for one in found if one["kind"] == "generate"]
    assert [(row["start"], row["end"]) for row in made["details"]["lines"]] == [(5, 5)]
    (carry,) = [one for one in found if one["kind"] == "attest"]
    (row,) = carry["details"]["carry"]
    assert (row["from"], row["to"], row["rule"]) == (old, bo.git("rev-parse", "HEAD"), "reflog")
    assert [(one["start"], one["end"]) for one in row["kept"]] == [(2, 3)]


def test_a_note_that_is_forged_is_not_made_better_by_an_amend(desk: Desk) -> None:
    desk.types("app.py", "typed_by_somebody = 1\n" + (desk.root / "app.py").read_text())
    sha = desk.commit("Nobody says who")
    bo = recorded(bos(desk))
    bo.git("checkout", "-q", "-B", "main", "origin/main")
    forged = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": sha,
        "prompts": {},
        "sessions": {"s_" + "a" * 14: {"agent_id": {"tool": "claude", "id": "forged", "model": "m"}}},
    }
    note = f"app.py\n  s_{'a' * 14}::t_{'b' * 14} 1\n---\n{json.dumps(forged)}"
    bo.git("notes", "--ref=ai", "add", "-f", "-m", note, sha)
    bo.git("commit", "-q", "--amend", "-m", "Amended")
    bo.drain()
    assert [one["kind"] for one in signed(bo)] == ["attest"]
    (carry,) = signed(bo)
    assert carry["details"]["claim"].startswith("lines of other commits came into it")
