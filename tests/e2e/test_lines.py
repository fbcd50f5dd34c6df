"""`answerable lines`: every line of the tree once, in order, with what `git blame` and the evidence say of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

import answerable
from builders import RepoBuilder, executable, link, random_history, submodule
from builders.blame import BlamedLine
from e2e.asking import ask
from e2e.shape import GRADES, ORIGINS, SHA, wrong
from git.oracle import Blamed, blamed

Maker = Callable[..., RepoBuilder]
CLAUDE = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
LONG = "".join(f"line {number}\n" for number in range(12))
SPAN: dict[str, Any] = {
    "path": str,
    "start": int,
    "end": int,
    "commit": SHA,
    "orig_path": str,
    "orig_start": int,
    "origin": ORIGINS,
    "grade": GRADES,
    "tool": (str, None),
    "model": (str, None),
}


def raw(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def spread(spans: Iterable[dict[str, Any]]) -> Blamed:
    """Line by line; spans must come in path and line order without a hole."""
    found: Blamed = {}
    for span in spans:
        lines = found.setdefault(raw(span["path"]), [])
        assert list(found)[-1] == max(found) == raw(span["path"])
        assert span["start"] == len(lines) + 1 <= span["end"]
        at = range(span["end"] - span["start"] + 1)
        lines += [BlamedLine(span["commit"], raw(span["orig_path"]), span["orig_start"] + offset) for offset in at]
    return found


def listed(repo: RepoBuilder, *arguments: str | bytes, cwd: Path | None = None) -> list[dict[str, Any]]:
    said = ask("lines", *arguments, cwd=cwd or repo.root)
    assert (said.code, said.err) == (0, "")
    return said.documents


def with_lines(found: Blamed) -> Blamed:
    return {path: lines for path, lines in found.items() if lines}


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    """Merges, renames, CRLF, no final newline, and what has no lines."""
    repo.commit({"src/old.py": LONG, "crlf.txt": "1\r\n2\r\n3\n", "README": "no end", "empty": "", "x/y": "y\n"})
    repo.commit({"src/old.py": None, "src/new.py": LONG + "more\n"}, f"Move\n\n{CLAUDE}", branch="side")
    repo.commit({"src/old.py": "top\n" + LONG, "README": "no end\nnow"})
    repo.merge("side", files={"src/old.py": None, "src/new.py": "top\n" + LONG + "more\nevil\n"})
    repo.commit(
        {"logo.png": b"\x89PNG\0\0", "sub": submodule("1" * 40), "link": link("README"), "run": executable("x")}
    )
    repo.commit({"crlf.txt": "1\n2\r\n3\r\n", b"caf\xe9\n": "1\n2\n"}, f"Ends\n\n{CLAUDE}")
    return repo


def test_every_line_is_what_blame_says(shop: RepoBuilder) -> None:
    found = spread(listed(shop))
    assert found == with_lines(blamed(shop))
    assert {b"logo.png", b"sub", b"empty"}.isdisjoint(found)
    assert {b"link", b"run", b"caf\xe9\n"} < found.keys()


def test_random_histories_of_every_kind_are_what_blame_says(tmp_path: Path) -> None:
    for number, kind in ((70_001, "sha1"), (70_002, "sha1"), (70_003, "sha256")):
        repo = random_history(number, tmp_path / str(number), commits=20, object_format=kind)  # type: ignore[arg-type]
        for _ in range(2):  # without and with a cache
            assert spread(listed(repo)) == with_lines(blamed(repo))


def test_a_span_has_the_keys_of_the_contract_and_no_other(shop: RepoBuilder) -> None:
    spans = listed(shop)
    assert [wrong(span, SPAN) for span in spans] == [[]] * len(spans)
    document = ask("lines", "--format", "json", cwd=shop.root).json
    assert document == {"schema": "answerable/lines/v1", "spans": spans}


def test_origin_and_grade_are_those_of_the_commit_that_wrote_the_line(shop: RepoBuilder) -> None:
    moved, ends = shop.commits[1], shop.commits[-1]
    for span in listed(shop):
        marked = span["commit"] in (moved, ends)
        wanted = ("ai", "declared", "claude-code", "Claude Opus 4.7") if marked else ("unknown", "none", None, None)
        assert (span["origin"], span["grade"], span["tool"], span["model"]) == wanted
    assert {span["commit"] for span in listed(shop)} >= {moved, ends}


def test_text_says_the_same_a_span_a_line(shop: RepoBuilder) -> None:
    said = ask("lines", "--format", "text", cwd=shop.root)
    rows = [row.split() for row in said.out.splitlines()]
    wanted = [
        [
            *re.sub(r"[^\x20-\x7e]", lambda odd: {"\n": r"\n"}.get(odd[0], "\ufffd"), s["path"]).split(),
            s["commit"][:12],
            s["origin"],
            s["grade"],
            *(f"{s['tool']} {s['model']}".split() if s["tool"] else ["-"]),
        ]
        for s in listed(shop)
    ]
    places = [f"{s['start']}-{s['end']}" for s in listed(shop)]
    assert [[row[0].rpartition(":")[0], *row[1:]] for row in rows] == wanted
    assert [row[0].rpartition(":")[2] for row in rows] == places


def test_parquet_holds_the_same_columns(shop: RepoBuilder, tmp_path: Path) -> None:
    file = tmp_path / "lines.parquet"
    assert ask("lines", "--format", "parquet", "-o", os.fspath(file), cwd=shop.root).code == 0
    rows = parquet.read_table(file).to_pylist()
    spans = [{**span, "boundary": None} for span in listed(shop) if span["path"].isascii()]
    assert [row for row in rows if row["path"].isascii()] == spans
    assert len(rows) == len(listed(shop))
    assert [found.name for found in tmp_path.iterdir() if "parquet" in found.name] == ["lines.parquet"]


def test_parquet_without_pyarrow_says_how_to_get_it(shop: RepoBuilder, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError\n")
    path = os.pathsep.join((os.fspath(tmp_path), os.fspath(Path(answerable.__file__).parent.parent)))
    said = ask("lines", "--format", "parquet", cwd=shop.root, PYTHONPATH=path)
    assert (said.code, said.out) == (2, "")
    assert "answerable[analytics]" in said.err
    assert "[extra-missing]" in said.err


def test_output_goes_to_a_file_whole(shop: RepoBuilder, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    said = ask("lines", "-o", os.fspath(file), cwd=shop.root)
    assert (said.code, said.out) == (0, "")
    assert [json.loads(row) for row in file.read_text("utf-8").splitlines()] == listed(shop)


def test_paths_narrow_it_to_files_and_folders_as_seen_from_where_it_is_asked(shop: RepoBuilder) -> None:
    whole = listed(shop)
    shop.checkout()
    assert listed(shop, "README", b"caf\xe9\n") == [s for s in whole if s["path"].startswith(("README", "caf"))]
    source = [s for s in whole if s["path"] == "src/new.py"]
    inside = shop.root / "src"
    assert listed(shop, "new.py", cwd=inside) == listed(shop, ".", cwd=inside) == listed(shop, "src") == source
    assert listed(shop, "logo.png", "sub", "empty") == []


def test_another_revision_is_attributed_as_it_was(shop: RepoBuilder) -> None:
    for rev in ("HEAD~2", "side", shop.commits[0]):
        assert spread(listed(shop, "--rev", rev)) == with_lines(blamed(shop, rev))


def test_revisions_to_ignore_change_nothing_here(shop: RepoBuilder) -> None:
    shop.commit({".git-blame-ignore-revs": f"{shop.commits[1]}\n"})
    shop.git("config", "blame.ignoreRevsFile", ".git-blame-ignore-revs")
    shop.git("config", "diff.algorithm", "patience")
    found = spread(listed(shop, "src"))
    shop.git("config", "--unset", "blame.ignoreRevsFile")
    shop.git("config", "--unset", "diff.algorithm")
    assert found == {b"src/new.py": shop.blame("main", "src/new.py")}


def test_a_bare_repository_and_a_linked_work_tree_are_listed(shop: RepoBuilder, tmp_path: Path) -> None:
    bare = shop.clone(tmp_path / "bare.git", "--bare")
    assert listed(bare) == listed(shop)
    tree = shop.worktree("main~2")
    assert spread(listed(tree)) == with_lines(blamed(shop, "main~2"))


def test_lines_from_before_a_shallow_clone_are_unknown_and_marked(shop: RepoBuilder) -> None:
    shop.commit({"README": "no end\nnow\nit has\n"}, f"End\n\n{CLAUDE}")
    spans = listed(shop.shallow_clone(2))
    cut = [span for span in spans if "boundary" in span]
    assert {(s["boundary"], s["origin"], s["grade"], s["tool"]) for s in cut} == {("shallow", "unknown", "none", None)}
    assert [s["path"] for s in spans if s not in cut] == ["README"]
    assert {s["commit"] for s in cut} == {shop.commits[-2]}
    text = ask("lines", "README", "--format", "text", cwd=shop.root.with_name("repo-shallow")).out
    assert text.splitlines()[0].endswith("unknown  none      shallow")


def test_a_partial_clone_says_how_many_files_are_left_out_and_what_to_fetch(shop: RepoBuilder) -> None:
    said = ask("lines", cwd=shop.partial_clone().root)
    assert (said.code, said.out) == (0, "")
    assert "9 files are left out: their contents are not here\n  git fetch --refetch --no-filter" in said.err


def test_the_reader_may_stop_reading(repo: RepoBuilder) -> None:
    repo.commit({f"file {number:04}": "1\n" for number in range(900)})
    command = [sys.executable, "-m", "answerable", "lines"]
    with subprocess.Popen(command, cwd=repo.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        assert running.stdout.read(10) == b'{"path":"f'
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["none.py"], "path-not-found"),
        (["src", "src/old.py"], "path-not-found"),
        (["--rev", "none"], "revision-not-found"),
        (["--rev", "HEAD:src"], "revision-not-found"),
        (["--evidence", "none.json"], "evidence-unreadable"),
        (["--nonsense"], "usage"),
    ],
)
def test_what_cannot_be_listed_is_an_error_document_and_nothing_else(
    shop: RepoBuilder, arguments: list[str], code: str
) -> None:
    said = ask("lines", *arguments, "--format=jsonl", cwd=shop.root)
    assert said.code == (3 if code == "evidence-unreadable" else 2)
    assert (said.json["schema"], said.json["code"]) == ("answerable/error/v1", code)
    assert said.json["hint"]


def test_an_error_in_words_goes_to_standard_error(shop: RepoBuilder) -> None:
    said = ask("lines", "none.py", "--format", "text", cwd=shop.root)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("[path-not-found]\n")


def test_an_empty_repository_and_no_repository_are_errors(repo: RepoBuilder, tmp_path: Path) -> None:
    assert ask("lines", "--format", "json", cwd=repo.root).json["code"] == "repository-empty"
    away = ask("lines", "--format", "json", cwd=tmp_path, GIT_CEILING_DIRECTORIES=os.fspath(tmp_path.parent))
    assert (away.code, away.json["code"]) == (2, "not-a-repository")
