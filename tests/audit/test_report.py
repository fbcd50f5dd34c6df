"""The report: what is wrong first; page one says what is governed, what is not and since when; text is text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Standing
from answerable.audit.facts.facts import Facts
from answerable.audit.facts.judged import NO_VERDICT
from answerable.audit.facts.line import Placed
from answerable.audit.period import period
from answerable.audit.report.html import html
from answerable.audit.report.page import Heading, Rows, report
from answerable.ledger.trust import Problem

HOSTILE = "<script>alert(1)</script> \u202egnihsif\u202c \x1b[2J"
GOOD = Change(
    id="#2", commit="b" * 40, at="2026-08-01T00:00:00Z", lines=10, ai_lines=10, origin="ai", gate="pass",
    approvals=("bo@x.org",), completeness="on", owned_lines=10,
)  # fmt: skip
BAD = Change(
    id="#1", commit="a" * 40, at="2026-07-01T00:00:00Z", lines=5, unknown_lines=5, subject=HOSTILE, direct=True,
    unexplained=(NO_VERDICT,),
)  # fmt: skip
FACTS = Facts(
    head="c" * 40, period=period("2026-Q3", "2026-Q3"), changes=(GOOD, BAD), deployments=(),
    ledger=Standing(origin="log", size=4, root="00" * 32),
)  # fmt: skip


GONE = Problem(kind="entry-missing", index=2, detail="entry 2 is gone")


def page_one(facts: Facts) -> str:
    text = html(report(facts, (), "PACK"), "Evidence").decode()
    return text.partition("<h1>")[2].partition("<h1>")[0]


def test_page_one_says_what_is_governed_what_is_not_and_since_when() -> None:
    told = page_one(FACTS)
    order = [told.index(f"<h2>{name}</h2>") for name in ("What is governed", "What is not", "Since when", "Controls")]
    assert order == sorted(order)
    assert "Read this first" not in told
    assert "1 of 2 changes" in told
    assert NO_VERDICT in told
    assert re.search(r"the gate judged every change</td><td>2026-08-01", told)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (replace(FACTS, ledger=Standing()), "There is no ledger"),
        (replace(FACTS, ledger=Standing(size=4, problems=(GONE,))), "does not verify: entry 2 is gone"),
        (replace(FACTS, doubtful=(Placed("d" * 40, 10**9, 0),)), "clocks of 1 changes cannot have been right"),
        (replace(FACTS, changes=(), notes=("no change came in during the period",)), "No change came in"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_evidence_is_read_first(facts: Facts, said: str) -> None:
    told = page_one(facts)
    assert said in told
    assert told.index("Read this first") < told.index("What is governed")


def test_text_of_a_change_is_no_markup_and_hides_nothing() -> None:
    page = html(report(FACTS, (), "PACK"), HOSTILE).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not any(character in page for character in "\u202e\u202c\x1b")
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http-equiv", "")


def test_what_may_not_be_named_is_counted_and_not_named() -> None:
    blocks = report(FACTS, (), "PACK", lambda change: change.id == "#2")
    page = html(blocks, "x").decode()
    assert "#1" not in page.partition("<main>")[2]
    assert "1 withheld" in page
    assert any(isinstance(block, Rows) and block.more == 1 for block in blocks)


def test_a_report_has_the_same_headings_without_any_change() -> None:
    empty = replace(FACTS, changes=())
    names = [[b.text for b in report(f, (), "x") if isinstance(b, Heading)] for f in (FACTS, empty)]
    assert names[0] == names[1]


def test_on_paper_it_says_the_same_bytes_twice() -> None:
    from answerable.audit.report.typst import pdf

    day = datetime(2026, 10, 1, tzinfo=UTC)
    one, other = (pdf(report(FACTS, (), "PACK"), "Evidence", day) for _ in range(2))
    assert one.startswith(b"%PDF-")
    assert one == other
