"""The report as a PDF, set by Typst: text goes in as data, never as markup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from answerable.audit.report.page import Block, Heading, Rows
from answerable.errors import ExtraMissing

_TEMPLATE = """
#let data = json("report.json")
#let dated = datetime(year: data.year, month: data.month, day: data.day)
#set document(title: data.title, author: "Answerable", date: dated)
#set page(paper: "a4", margin: 2cm, numbering: "1 / 1")
#set text(size: 9pt, lang: "en")
#set par(justify: false)
#let first = state("first", true)
#for block in data.blocks {
  if block.kind == "heading" {
    if block.level == 1 { context { if not first.get() { pagebreak(weak: true) } }; first.update(false) }
    heading(level: block.level, block.text)
  } else if block.kind == "rows" {
    table(
      columns: block.widths.map(width => width * 1fr),
      stroke: (x, y) => (bottom: 0.4pt + luma(200)),
      inset: (x: 3pt, y: 3pt),
      ..block.columns.map(name => strong(name)),
      ..block.rows.flatten().map(cell => text(size: 7.5pt, cell)),
    )
    if block.more > 0 [and #block.more more]
  } else if block.kind == "warning" {
    rect(width: 100%, fill: rgb("#fdecea"), stroke: (left: 2pt + rgb("#b3261e")), block.text)
  } else if block.kind == "good" {
    rect(width: 100%, fill: rgb("#e8f4ec"), stroke: (left: 2pt + rgb("#1b6e3c")), block.text)
  } else { par(block.text) }
}
"""


def pdf(blocks: Iterable[Block], title: str, day: datetime) -> bytes:
    """The PDF.

    Args:
        blocks: What it says.
        title: Of the document.
        day: Stands in it as its date, so that the same report is the same bytes.

    Raises:
        ExtraMissing: Typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise ExtraMissing("report.pdf needs Typst", hint="pip install 'answerable[report]'") from error
    data = {
        "title": title, "year": day.year, "month": day.month, "day": day.day,
        "blocks": [_block(block) for block in blocks],
    }  # fmt: skip
    with TemporaryDirectory(prefix="answerable-report-") as name:
        folder = Path(name)
        (folder / "report.json").write_text(json.dumps(data), "utf-8")
        (folder / "report.typ").write_text(_TEMPLATE, "utf-8")
        found = typst.compile(str(folder / "report.typ"), root=name, timestamp=int(day.timestamp()))
    return bytes(found)


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Rows):
        widths = [
            1 + max([len(name), *(min(len(row[at]), 120) for row in block.rows)]) ** 0.5
            for at, name in enumerate(block.columns)
        ]
        return {**asdict(block), "kind": "rows", "widths": widths}
    return {"kind": block.kind, "text": block.text}
