"""Guarantees: of a commit message, only the lines that speak for the commit itself are read, in one pass.

Squash merges move trailers into the middle of a body, behind bullets or indented, so the whole message counts
and not just git's last paragraph. What merely shows somebody else's words does not count: quotes (``> ``),
fenced and indented code, and the original message a revert repeats. `git merge --squash` indents the messages
it collects by four spaces under ``commit <sha>`` headers; there, and only there, deep indentation is no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_LINE = 600
"""Longer lines cannot be marks; they are passed over so that no pattern ever sees one."""

_SQUASHED = re.compile(r"^commit [0-9a-f]{40}(?:[0-9a-f]{24})?\r?\n(?:Merge: .*\n)?Author: ", re.MULTILINE)
_REPEATED = re.compile(
    r"(?:original|reverted) (?:commit )?(?:message|description|change's description):?", re.IGNORECASE
)
_REVERT = re.compile(r"(?:revert|reapply|reland|roll ?back|back ?out)\b", re.IGNORECASE)
_LEAD = re.compile(r"[ ]{0,3}(?:[*\-+•][ \t]{1,3})?[ ]{0,3}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def own_lines(message: str) -> Iterator[str]:
    """Every line that speaks for the commit, stripped of bullets, indentation and line ends."""
    lines = message.split("\n")
    squashed = _SQUASHED.search(message) is not None
    reverts = _REVERT.match(message.lstrip()) is not None
    fence = ""
    for raw in lines:
        line = raw.rstrip()
        if not line or len(line) > MAX_LINE:
            continue
        bare = line.lstrip()
        if bare.startswith(("```", "~~~")):
            fence = "" if fence and bare.startswith(fence) else fence or bare[:3]
            continue
        if fence or bare[0] == ">":
            continue
        if reverts and _REPEATED.fullmatch(bare):
            return
        if squashed and line.startswith("    "):
            line = line[4:]
        if line[0] == "\t" or line.startswith("    "):
            continue
        lead = _LEAD.match(line)
        yield line[lead.end() :] if lead else line


def shown(text: str, limit: int = 160) -> str:
    """Untrusted text made safe to print: no control or direction-changing characters, bounded length."""
    clean = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
