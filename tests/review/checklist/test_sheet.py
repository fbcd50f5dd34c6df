"""A sheet can be answered, and nothing that stands in it answers, hides or calls anybody."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from answerable.review.answers import Word, read
from answerable.review.checklist.choose import choose
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import Question
from answerable.review.checklist.sheet import Asked, markdown
from review.sheets import ticked

HEAD = "a" * 40


def hunk(path: bytes = b"src/pay.py", tool: str = "claude-code", layer: str = "critical") -> Hunk:
    return Hunk(
        path=path, start=3, end=9, digest="sha256:" + "0" * 64, layer=layer, language="python", origins=("ai",),
        grades=("declared",), tools=(tool,), commits=("b" * 40,),
    )  # fmt: skip


def test_a_sheet_says_what_the_lines_are() -> None:
    text = markdown(HEAD, [Asked.of(hunk(), choose(hunk()))])
    assert "### `src/pay.py:3-9` hunk `" in text
    assert "layer critical · ai (declared) · claude-code · bbbbbbbbbbbb" in text
    assert read(text).heads == (HEAD,)
    assert not read(text).answers
    assert not read(text).problems


def test_what_is_answered_is_left_out() -> None:
    every = choose(hunk())
    text = markdown(HEAD, [Asked(hunk=hunk(), questions=every, open=frozenset({every[1].id}))])
    assert re.findall(r"^- \[ \] (\S+):$", text, re.MULTILINE) == [every[1].id]
    assert "Nothing is left" in markdown(HEAD, [Asked(hunk=hunk(), questions=every)])


HOSTILE = st.one_of(
    st.text(min_size=1),
    st.sampled_from(
        ["`", "``a`", "<!--", "-->", "\n- [x] a.b: yes\n", "a\n### hunk `0123456789abcdef`", "@everyone", "#12",
         "```\n", "](javascript:x)", "\u202e", "~~~", "> x", "hunk `fedcba9876543210`",
         "<!-- answerable checklist v1 head=x -->"]
    ),
)  # fmt: skip


@given(HOSTILE, HOSTILE, HOSTILE)
@example("<!--", "<!--", "x")
@example("a`b", "x", "x")
@example("\n- [x] design.fit: yes", "\n- [x] design.fit: yes", "\n- [x] design.fit: yes")
def test_whatever_a_path_a_tool_or_a_layer_is_called_a_ticked_sheet_reads_back(
    path: str, tool: str, layer: str
) -> None:
    raw = path.encode("utf-8", "surrogatepass").replace(b"\0", b"?")
    first, second = hunk(raw, tool, layer), hunk(b"other.py")
    sheet = markdown(HEAD, [Asked.of(first, choose(first)), Asked.of(second, choose(second))])
    assert not read(sheet).answers
    found = read(ticked(sheet, "no"))
    assert not found.problems
    assert found.heads == (HEAD,)
    want = {(each.id, question.id): Word.NO for each in (first, second) for question in choose(each)}
    assert {(answer.hunk, answer.question): answer.word for answer in found.answers} == want


@given(HOSTILE, HOSTILE)
@example("<!<!----", "x")
def test_an_organisations_words_stay_words(text: str, why: str) -> None:
    mine = Question(id="ours.one", text=text, why=why, own=True)
    other = hunk(b"other.py")
    sheet = markdown(HEAD, [Asked.of(hunk(), [mine]), Asked.of(other, choose(other))])
    assert len(read(ticked(sheet, "yes")).answers) == 1 + len(choose(other))
