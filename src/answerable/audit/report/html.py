"""The report as one HTML file: no script, nothing from elsewhere, readable on paper."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from answerable.audit.report.page import Block, Heading, Rows, Text

_STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 system-ui,sans-serif;color:#1c1e21;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:2.5rem 0 .5rem;border-bottom:2px solid #1c1e21;padding-bottom:.25rem}
h1:first-of-type{margin-top:0}
h2{font-size:1.05rem;margin:1.5rem 0 .4rem}
p{margin:.4rem 0}
p.warning{border-left:4px solid #b3261e;background:#fdecea;padding:.5rem .75rem}
p.good{border-left:4px solid #1b6e3c;background:#e8f4ec;padding:.5rem .75rem}
table{border-collapse:collapse;width:100%;font-size:.87rem;margin:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #d9dce0}
td{overflow-wrap:anywhere}
th{font-weight:600;color:#4a4f55}
td:first-child{min-width:6rem}
@media print{
body{margin:0;max-width:none;font-size:11px}
h1{break-before:page}
h1:first-of-type{break-before:avoid}
tr{break-inside:avoid}
}
"""


def html(blocks: Iterable[Block], title: str) -> bytes:
    """The whole page."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" '
        f'content="{policy}">\n<meta name="viewport" content="width=device-width">\n<title>{_text(title)}</title>\n'
        f"<style>{_STYLE}</style>\n<main>\n"
    )
    return (head + "\n".join(map(_block, blocks)) + "\n</main>\n</html>\n").encode()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
    if isinstance(block, Text):
        kind = f' class="{block.kind}"' if block.kind != "plain" else ""
        return f"<p{kind}>{_text(block.text)}</p>"
    return _table(block)


def _table(of: Rows) -> str:
    head = "".join(f"<th>{_text(name)}</th>" for name in of.columns)
    body = "\n".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in of.rows)
    more = f"\n<p>and {of.more:,} more</p>" if of.more else ""
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>{more}"


def _text(text: str) -> str:
    """Text from anywhere: no markup, and no character that turns the direction or cannot be seen."""
    return escape("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text))
