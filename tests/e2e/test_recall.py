"""`answerable recall`: the lines of AI origin among all that live, narrowed, each with its owner; none left out."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import ask
from e2e.deploying import RUNNING
from e2e.shape import ANY, GRADES, ORIGINS, SHA, TIME, wrong

Maker = Callable[..., RepoBuilder]
CLAUDE = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
CODEX = "Co-authored-by: Codex <noreply@openai.com>\n"
SESSION = "s_0123456789abcd"
DAY = 86_400
START = 1_767_225_600  # 2026-01-01T00:00:00Z
OWNER = {"team": (str, None), "people": [str], "escalation": None, "source": str}
RECALL: dict[str, Any] = {
    "schema": "answerable/recall/v1",
    "spans": [
        {
            "path": str,
            "start": int,
            "end": int,
            "commit": SHA,
            "orig_path": str,
            "orig_start": int,
            "origin": ORIGINS,
            "grade": GRADES,
            "agent": {"tool": (str, None), "tool_version": None, "model": (str, None), "session": (str, None)},
            "committed_at": (TIME, None),
            "owner": (OWNER, None),
            "layer": str,
            "running": [RUNNING],
        }
    ],
    "lines": int,
    "by_owner": {ANY: int},
    "by_tool": {ANY: int},
    "by_layer": {ANY: int},
    "running": [RUNNING | {"lines": int}],
    "gaps": [{"id": str, "count": int, "of": int, "message": str, "remedy": str}],
    "elapsed_ms": int,
}


def note(sha: str) -> str:
    record = {"agent_id": {"tool": "cursor", "id": "Session-42", "model": "gpt-5.2"}, "human_author": "Ada <ada@x.org>"}
    meta = {"schema_version": "authorship/3.0.0", "base_commit_sha": sha, "prompts": {}, "sessions": {SESSION: record}}
    return f"web/view.js\n  {SESSION}::t_0123456789abcd 1-2\n---\n{json.dumps(meta)}"


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    """A line a day: a person's, two agents' by trailer, one by note, and a line that names no tool."""
    owners = "/api/ @org/api @ada\n/web/ @bo\n"
    repo.commit({"api/app.py": "1\n2\n3\n", "CODEOWNERS": owners}, when=START)
    repo.commit({"api/app.py": "1\nclaude\n3\nclaude\n"}, f"Two\n\n{CLAUDE}", when=START + DAY)
    repo.commit(
        {"api/app.py": "codex\n1\nclaude\n3\nclaude\n", "free.txt": "x\n"}, f"C\n\n{CODEX}", when=START + 2 * DAY
    )
    sha = repo.commit({"web/view.js": "a\nb\nc\n"}, when=START + 3 * DAY)
    repo.note("ai", sha, note(sha))
    repo.commit({"lib.c": "1\n"}, "Do it\n\nEntire-Checkpoint: 0123456789ab\n", when=START + 4 * DAY)
    return repo


def recalled(repo: RepoBuilder, *arguments: str) -> dict[str, Any]:
    said = ask("recall", *arguments, "--format", "json", cwd=repo.root)
    assert (said.code, said.err) == (0, "")
    return said.json


def places(document: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(span["path"], span["start"], span["end"]) for span in document["spans"]]


def test_a_recall_has_the_keys_and_types_of_the_contract(shop: RepoBuilder) -> None:
    assert wrong(recalled(shop), RECALL) == []
    assert wrong(recalled(shop, "--tool", "none"), RECALL) == []


def test_everything_of_ai_origin_that_lives_is_recalled_as_lines_shows_it(shop: RepoBuilder) -> None:
    def key(span: dict[str, Any]) -> dict[str, Any]:
        return {name: span[name] for name in ("path", "start", "end", "commit", "orig_path", "orig_start", "grade")}

    lines = ask("lines", cwd=shop.root).documents
    wanted = [span for span in lines if span["origin"] in ("ai", "mixed")]
    found = recalled(shop)["spans"]
    assert [key(span) for span in found] == [key(span) for span in wanted]
    assert [span["agent"]["tool"] for span in found] == [span["tool"] for span in wanted]
    assert [span["agent"]["model"] for span in found] == [span["model"] for span in wanted]
    assert {span["path"] for span in found} == {"api/app.py", "free.txt", "web/view.js", "lib.c"}


def test_counts_by_owner_and_by_tool_are_of_the_spans_shown(shop: RepoBuilder) -> None:
    document = recalled(shop)
    by_owner, by_tool = Counter[str](), Counter[str]()
    for span in document["spans"]:
        count = span["end"] - span["start"] + 1
        owner = span["owner"]
        for name in [n for n in (owner["team"], *owner["people"]) if n] if owner else ["(nobody)"]:
            by_owner[name] += count
        by_tool[span["agent"]["tool"] or "(not named)"] += count
    assert document["by_owner"] == by_owner == {"@org/api": 3, "@ada": 3, "@bo": 2, "(nobody)": 2}
    assert document["by_tool"] == by_tool == {"claude-code": 2, "codex": 2, "cursor": 2, "(not named)": 1}
    assert document["lines"] == by_tool.total() == 7


API, FREE, WEB, LIB = "api/app.py", "free.txt", "web/view.js", "lib.c"
CLAUDES = [(API, 3, 3), (API, 5, 5)]
CODEXS = [(API, 1, 1), (FREE, 1, 1)]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--tool", "claude-code"], CLAUDES),
        (["--tool", "Claude Code"], CLAUDES),
        (["--tool", "no-such"], []),
        (["--model", "GPT-5"], [(WEB, 1, 2)]),
        (["--session", "session-42"], [(WEB, 1, 2)]),
        (["--tool", "codex", "--model", "opus"], []),
        (["--since", "2026-01-04"], [(LIB, 1, 1), (WEB, 1, 2)]),
        (["--since", "2026-01-04T00:00:01Z"], [(LIB, 1, 1)]),
        (["--until", "2026-01-02"], CLAUDES),
        (["--until", "2026-01-03"], sorted([*CLAUDES, *CODEXS])),
        (["--since", "2026-01-03", "--until", "2026-01-03"], CODEXS),
        (["--since", "2026-01-02T02:00:00+02:00", "--until", "2026-01-02T00:00:00Z"], CLAUDES),
    ],
)
def test_it_is_narrowed_by_tool_model_session_and_time(
    shop: RepoBuilder, arguments: list[str], wanted: list[tuple[str, int, int]]
) -> None:
    assert places(recalled(shop, *arguments)) == wanted


def test_at_another_revision_what_lived_there_is_recalled_under_its_owners(shop: RepoBuilder) -> None:
    document = recalled(shop, "--rev", "HEAD~3")
    assert places(document) == [(API, 2, 2), (API, 4, 4)]
    assert document["by_owner"] == {"@org/api": 2, "@ada": 2}
    shop.commit({API: "1\n3\n", "CODEOWNERS": "* @new\n"})
    assert recalled(shop, "--tool", "claude-code")["lines"] == 0
    assert recalled(shop, "--tool", "codex")["by_owner"] == {"@new": 1}


def test_a_line_that_was_moved_is_still_recalled(shop: RepoBuilder) -> None:
    shop.commit({"web/view.js": None, "web/new/place.js": "top\na\nb\nc\n"})
    (span,) = recalled(shop, "--tool", "cursor")["spans"]
    assert (span["path"], span["start"], span["orig_path"], span["orig_start"]) == ("web/new/place.js", 2, WEB, 1)
    assert span["agent"] == {"tool": "cursor", "tool_version": None, "model": "gpt-5.2", "session": "Session-42"}
    assert span["owner"]["people"] == ["@bo"]


def test_a_file_of_evidence_is_recalled_too(shop: RepoBuilder, tmp_path: Path) -> None:
    conversation = {"contributor": {"type": "ai"}, "ranges": [{"start_line": 3, "end_line": 3, "content_hash": "h"}]}
    files = [{"path": WEB, "conversations": [conversation]}]
    vcs = {"type": "git", "revision": shop.commits[3]}
    file = tmp_path / "trace.json"
    file.write_text(json.dumps({"version": "0.1.0", "vcs": vcs, "tool": {"name": "amp"}, "files": files}))
    assert places(recalled(shop, "--evidence", os.fspath(file), "--tool", "amp")) == [(WEB, 3, 3)]


def test_bare_repositories_and_other_hashes_are_recalled_alike(shop: RepoBuilder, new_repo: Maker) -> None:
    bare = shop.clone(shop.root.with_name("bare.git"), "--bare")
    assert places(recalled(bare, "--tool", "codex")) == CODEXS
    other = new_repo("other", object_format="sha256")
    sha = other.commit({"a": "1\n"}, f"One\n\n{CODEX}")
    assert [span["commit"] for span in recalled(other)["spans"]] == [sha]


def test_a_clone_that_is_not_whole_says_how_much_is_left_out(shop: RepoBuilder) -> None:
    cut = ask("recall", "--format", "json", cwd=shop.shallow_clone(1).root)
    assert (cut.code, cut.json["spans"]) == (0, [])
    assert "12 lines are left out: the history that would say who wrote them is not here" in cut.err
    assert "git fetch --unshallow" in cut.err
    partial = ask("recall", "--format", "json", cwd=shop.partial_clone().root)
    assert (partial.code, partial.json["spans"]) == (0, [])
    (gap,) = partial.json["gaps"]
    assert (gap["id"], gap["count"], gap["remedy"]) == ("content-missing", 5, "git fetch --refetch --no-filter")
    assert "5 files are left out" in partial.err
    assert "git fetch --refetch --no-filter" in partial.err


def test_the_text_counts_by_owner_tool_and_layer_and_shows_the_spans(shop: RepoBuilder) -> None:
    rows = ask("recall", cwd=shop.root).out.splitlines()
    assert rows[0] == "7 lines in 4 files are alive"
    counted = [row.rsplit(maxsplit=2) for row in rows if row.startswith("  ") and row.endswith(" lines")]
    document = recalled(shop)
    told = document["by_owner"] | document["by_tool"] | document["by_layer"]
    assert {name.strip(): int(count) for name, count, _ in counted} == told
    shown = rows[rows.index("spans") + 1 :]
    assert shown[1].split() == [f"{API}:3-3", shop.commits[1][:12], "declared", "claude-code", "Claude", "Opus", "4.7"]
    assert rows[-1].startswith("where it runs is not recorded in git. ")


def test_text_is_cut_only_where_it_says_so(repo: RepoBuilder) -> None:
    repo.commit({f"f{number:02}": "1\n" for number in range(25)}, f"Many\n\n{CODEX}")
    out = ask("recall", cwd=repo.root).out
    assert "… and 5 more: --format json shows all" in out
    assert len(recalled(repo)["spans"]) == 25


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["--layer", "none"], 2, "target-unsupported"),
        (["--rev", "none"], 2, "revision-not-found"),
        (["--since", "soon"], 2, "revision-not-found"),
        (["--until", "2026-02-30"], 2, "revision-not-found"),
        (["--evidence", "none"], 3, "evidence-unreadable"),
        (["src"], 2, "usage"),
    ],
)
def test_what_cannot_be_recalled_is_an_error_document_and_nothing_else(
    shop: RepoBuilder, arguments: list[str], exit_code: int, code: str
) -> None:
    said = ask("recall", *arguments, "--format", "json", cwd=shop.root)
    assert (said.code, said.json["code"], said.err) == (exit_code, code, "")
    assert set(said.json) == {"schema", "code", "message", "hint"}


def test_an_error_in_words_goes_to_standard_error(shop: RepoBuilder) -> None:
    said = ask("recall", "--layer", "none", cwd=shop.root)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("[target-unsupported]\n")


def test_an_empty_repository_has_nothing_to_recall(repo: RepoBuilder) -> None:
    assert ask("recall", "--format", "json", cwd=repo.root).json["code"] == "repository-empty"
