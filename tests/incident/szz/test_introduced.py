"""A fix leads back to the commit that brought the fault in, through what only moved, reformatted or rewrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.git.repository import Repository
from answerable.incident.szz import Introduced, introducing
from builders import RepoBuilder

DAY = 86_400
BASE = 1_700_000_000
BODY = """\
def total(rows):
    result = 0
    for row in rows:
        result += row.price * row.count
    return result
"""


class History:
    """A repository whose commits are days apart."""

    def __init__(self, folder: Path) -> None:
        self.repo = RepoBuilder(folder)
        self._day = 0

    def commit(self, files: dict[str, str | None], days: int = 30, message: str = "change\n") -> str:
        self._day += days
        return self.repo.commit(files, message, when=BASE + self._day * DAY)

    def led(self, fix: str, ignored: frozenset[str] = frozenset()) -> tuple[Introduced, ...]:
        with Repository(self.repo.root) as repository:
            return introducing(repository, fix, ignored=ignored)


@pytest.fixture(name="history")
def history_(tmp_path: Path) -> History:
    return History(tmp_path / "repo")


def first(found: tuple[Introduced, ...]) -> str:
    return found[0].commit


def test_a_line_that_the_fix_rewrote_leads_to_whoever_wrote_it(history: History) -> None:
    history.commit({"shop.py": "import os\n"})
    cause = history.commit({"shop.py": f"import os\n\n\n{BODY}"})
    history.commit({"other.py": "x = 1\n"})
    fix = history.commit({"shop.py": f"import os\n\n\n{BODY.replace('result += row', 'result += 2 * row')}"})
    found = history.led(fix)
    assert first(found) == cause
    assert found[0].lines[0].why == "the fix took it away or rewrote it"
    assert found[0].lines[0].line == 7


def test_white_space_and_a_moved_file_are_looked_through(history: History) -> None:
    cause = history.commit({"shop.py": BODY})
    history.commit({"shop.py": None, "src/shop.py": BODY})
    nested = "if True:\n" + "".join(f"    {line}\n" for line in BODY.splitlines())
    history.commit({"src/shop.py": nested})
    fix = history.commit({"src/shop.py": nested.replace("row.count", "row.amount")})
    assert first(history.led(fix)) == cause


def test_a_commit_that_the_repository_lists_as_ignored_is_looked_through(history: History) -> None:
    cause = history.commit({"a.js": "const limit = readLimit('customers');\n"})
    reformatted = history.commit({"a.js": 'const limit = readLimit("customers");\n'})
    fix = history.commit({"a.js": 'const limit = readLimit("orders");\n'})
    assert reformatted not in [one.commit for one in history.led(fix, frozenset((reformatted,)))[:1]]
    assert first(history.led(fix, frozenset((reformatted,)))) == cause


def test_behind_a_line_that_was_rewritten_stands_whoever_wrote_the_form_before(history: History) -> None:
    cause = history.commit({"a.go": "package a\n\nfunc Limit(customers int) int { return customers - 1 }\n"})
    later = history.commit({"a.go": "package a\n\nfunc Limit(customers int64) int64 { return customers - 1 }\n"})
    fix = history.commit({"a.go": "package a\n\nfunc Limit(customers int64) int64 { return customers }\n"})
    found = {one.commit: one for one in history.led(fix)}
    assert {cause, later} <= set(found)
    assert next(line.weight for line in found[cause].lines if "rewritten since" in line.why) == 0.4
    assert max(line.weight for line in found[later].lines) == 1.0


def test_a_fix_that_only_adds_lines_suspects_what_stands_around_them(history: History) -> None:
    history.commit({"a.c": "#include <stdio.h>\n"})
    body = "int run(struct job *job)\n{\n\tjob->buffer = make_buffer(job->size);\n\treturn use(job->buffer);\n}\n"
    cause = history.commit({"a.c": f"#include <stdio.h>\n\n{body}"})
    guarded = body.replace("\treturn", "\tif (!job->buffer)\n\t\treturn -1;\n\treturn")
    fix = history.commit({"a.c": f"#include <stdio.h>\n\n{guarded}"})
    found = history.led(fix)
    assert first(found) == cause
    whys = {line.why for line in found[0].lines}
    assert "it stands right before what the fix added" in whys
    assert "it opens the block that the fix changed" in whys


def test_comments_blank_lines_and_lone_brackets_carry_no_fault(history: History) -> None:
    cause = history.commit({"a.py": "value = compute(1)\nprint(value)\n"})
    comment = history.commit({"a.py": "# what it is\n\nvalue = compute(1)\nprint(value)\n"})
    fix = history.commit({"a.py": "value = compute(2)\nprint(value)\n"})
    found = history.led(fix)
    assert first(found) == cause
    assert all(line.weight <= 0.1 for one in found if one.commit == comment for line in one.lines)


def test_of_two_that_bear_the_same_the_newer_comes_first(history: History) -> None:
    older = history.commit({"a.py": "first = 1111\n"}, days=1)
    newer = history.commit({"a.py": "first = 1111\nsecond = 2222\n"}, days=300)
    fix = history.commit({"a.py": "first = 3333\nsecond = 4444\n"}, days=2)
    found = history.led(fix)
    assert [one.commit for one in found] == [newer, older]
    assert [value for one in found for name, value, _, _ in one.parts if name == "order"] == [1.0, 0.5]


def test_the_score_is_the_mean_of_its_parts_and_every_run_gives_the_same(history: History) -> None:
    history.commit({"a.py": BODY})
    history.commit({"a.py": BODY.replace("result = 0", "result = 0.0")})
    fix = history.commit({"a.py": BODY.replace("row.count", "row.amount")})
    found = history.led(fix)
    assert found == history.led(fix)
    for one in found:
        weights = sum(weight for _, _, weight, _ in one.parts)
        assert one.score == pytest.approx(sum(v * w for _, v, w, _ in one.parts) / weights, abs=1e-3)


def test_neither_the_message_nor_the_author_changes_the_order(history: History, tmp_path: Path) -> None:
    told = History(tmp_path / "told")
    names = []
    for each, message in ((history, "change\n"), (told, "Fixes: 0123456789ab\n")):
        each.commit({"a.py": "first = 1111\n"})
        each.commit({"a.py": "first = 1111\nsecond = 2222\n"})
        fix = each.commit({"a.py": "first = 3333\nsecond = 4444\n"}, message=message)
        names.append([[(line.line, line.weight) for line in one.lines] for one in each.led(fix)])
    assert names[0] == names[1]


def test_a_root_commit_a_new_file_and_a_binary_suspect_nobody(history: History) -> None:
    root = history.commit({"a.py": BODY})
    new = history.commit({"b.py": BODY.replace("total", "other")})
    assert history.led(root) == ()
    assert history.led(new) == ()
    history.commit({"c.bin": "\0one"})
    assert history.led(history.commit({"c.bin": "\0two"})) == ()


def test_a_path_of_odd_bytes_is_followed(history: History) -> None:
    cause = history.commit({'ä "quoted"\t.py': BODY})
    fix = history.commit({'ä "quoted"\t.py': BODY.replace("row.count", "row.amount")})
    found = history.led(fix)
    assert first(found) == cause
    assert found[0].lines[0].path == 'ä "quoted"\t.py'.encode()


def test_lines_that_look_like_the_headers_of_a_patch_mislead_nobody(history: History) -> None:
    text = "-- a/b\n++ c/d\ndiff --git a b\n@@ -1 +1 @@\nlast = 1234\n"
    cause = history.commit({"a.txt.sql": text})
    fix = history.commit({"a.txt.sql": text.replace("1234", "4321").replace("++ c/d", "++ e/f")})
    found = history.led(fix)
    assert first(found) == cause
    assert {line.line for line in found[0].lines if line.weight == 1.0} == {2, 5}


def test_a_fix_that_only_adds_a_comment_suspects_nobody(history: History) -> None:
    history.commit({"a.py": BODY})
    assert history.led(history.commit({"a.py": BODY.replace("    return", "    # the whole\n\n    return")})) == ()


def test_lines_that_the_fix_only_indents_are_not_suspected_for_it(history: History) -> None:
    other = history.commit({"a.py": "def run(rows):\n    first(rows)\n    second(rows)\n"})
    history.commit({"a.py": "def run(rows):\n    first(rows)\n    second(rows)\n    third(rows)\n"})
    fix = history.commit(
        {"a.py": "def run(rows):\n    if rows:\n        first(rows)\n        second(rows)\n    third(rows)\n"}
    )
    found = {one.commit: one for one in history.led(fix)}
    assert max(line.weight for line in found[other].lines) < 1.0
