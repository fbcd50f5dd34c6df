"""A checklist as Markdown that can be answered: in a comment of the forge, or in a file.

Whatever a path or a name of a tool holds, it stands as text: it makes no heading, no box and no comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from answerable.domain.printable import printable
from answerable.review.answers import MARK
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import Question

HOW = (
    "Tick a box and write after the colon `yes`, `no` or `n/a`, then why, if it helps. Yes is the good answer; "
    "a no becomes a finding. Leave the headings as they are: they bind your answers to the exact lines."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A hunk and what is asked about it; `open` names the questions that nobody who counts has answered yet."""

    hunk: Hunk
    questions: tuple[Question, ...]
    open: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, hunk: Hunk, questions: Sequence[Question]) -> Asked:
        """A hunk of which nothing is answered."""
        return cls(hunk=hunk, questions=tuple(questions), open=frozenset(question.id for question in questions))


def markdown(head: str, asked: Iterable[Asked], *, everything: bool = False) -> str:
    """The sheet of a change; `review.answers` reads it back once boxes are ticked.

    Args:
        head: Full id of the commit that the lines are at.
        asked: What is asked; questions that are answered are left out.
        everything: Leave nothing out.
    """
    parts = [f"<!-- {MARK} v1 head={head} -->\n## Review of AI-origin lines\n\n{HOW}\n"]
    told = (Asked.of(each.hunk, each.questions) if everything else each for each in asked)
    parts += ["".join(_hunk(each)) for each in told if each.open]
    if len(parts) == 1:
        parts.append("Nothing is left to answer.\n")
    return "\n".join(parts)


def where(hunk: Hunk) -> str:
    """Path and lines as one word for a person; control characters are made visible."""
    path = printable(hunk.path.decode("utf-8", "replace"))
    return f"{path}:{hunk.start}" + (f"-{hunk.end}" if hunk.end != hunk.start else "")


def about(hunk: Hunk) -> str:
    """Layer, origin, tools and commits in one line."""
    commits = [sha[:12] for sha in hunk.commits[:3]]
    more = f" and {len(hunk.commits) - 3} more" if len(hunk.commits) > 3 else ""
    origin = f"{' and '.join(hunk.origins)} ({', '.join(hunk.grades)})"
    told = (f"layer {hunk.layer}", origin, ", ".join(hunk.tools) or "no tool is known", ", ".join(commits) + more)
    return " · ".join(part for part in told if part)


def _hunk(each: Asked) -> Iterator[str]:
    yield f"### {_code(where(each.hunk))} hunk `{each.hunk.id}`\n\n{_plain(about(each.hunk))}\n\n"
    for question in each.questions:
        if question.id in each.open:
            yield f"- [ ] {question.id}:\n  > {_line(question.text)} _{_line(question.why)}_\n"


def _code(text: str) -> str:
    """Text as code, whatever backticks it holds (CommonMark 6.1)."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    gap = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{gap}{text}{gap}{fence}".replace("<!--", "<\u200b!--")


def _plain(text: str) -> str:
    """Text as text: no markup, nobody is called, nothing hidden."""
    return re.sub(r"([\\`*_{}\[\]<>#!|~@])", r"\\\1", printable(text))


def _line(text: str) -> str:
    return " ".join(text.split()).replace("<!--", "<\u200b!--")
