"""Who is answerable for a stack trace, a log or a list of places: the frames that are ours, the likeliest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from answerable.domain.answer import Answer, Place
from answerable.domain.frame import Frame
from answerable.errors import BinaryFile, ContentMissing, NoFrameFound
from answerable.git.tree import list_tree
from answerable.incident.answer import Answerer
from answerable.incident.frames import parse_trace
from answerable.incident.locate import Located, Locator, rank
from answerable.incident.mappings import code_mappings
from answerable.incident.packages import published
from answerable.incident.records import Records
from answerable.incident.spans import Blamer, line_count
from answerable.incident.target import Kind, Target

MOST_FRAMES = 5  # the frames whose lines are answered for; the others are only listed


class Tracer:
    """Maps the frames of many traces to the lines of one revision; its tree is listed once.

    Args:
        records: At the revision.
    """

    def __init__(self, records: Records) -> None:
        self.records = records
        self._counts: dict[bytes, int] = {}

    def trace(self, frames: Sequence[Frame]) -> Traced:
        """Which lines these frames name.

        Raises:
            NoFrameFound: no frame lies in this repository; says what was found instead.
        """
        located = [Located(frame=frame, candidates=tuple(self._locator.locate(frame))) for frame in frames]
        ranked = rank(located)
        if not ranked:
            raise _none_of_ours(len(frames))
        there = [item for item in ranked if self._has(item)]
        lines = [(item.candidates[0].path, item.frame.line) for item in there][:MOST_FRAMES]
        outside = [item for item in located if not item.candidates]
        return Traced(
            lines=tuple((path, (line, line)) for path, line in lines if line),
            places=tuple(map(_place, [*ranked, *outside])),
            lost=len(ranked) - len(there),
        )

    def _has(self, item: Located) -> bool:
        """True where the frame's line exists at this revision."""
        line, path = item.frame.line, item.candidates[0].path
        if path not in self._counts:
            try:
                self._counts[path] = line_count(self.records.repository, self.records.head, path)
            except (BinaryFile, ContentMissing):
                self._counts[path] = 0
        return line is not None and 1 <= line <= self._counts[path]

    @cached_property
    def _locator(self) -> Locator:
        here, head = self.records.repository, self.records.head
        paths = [entry.path for entry in list_tree(here.git, head)]
        return Locator(paths, code_mappings(here, head), lambda: published(here, head, paths))


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """The lines to answer for, the likeliest first; all frames as places; how many name a line that is not there."""

    lines: tuple[tuple[bytes, tuple[int, int]], ...]
    places: tuple[Place, ...]
    lost: int

    @property
    def notes(self) -> list[str]:
        """What has to be said of it."""
        what = "1 frame names" if self.lost == 1 else f"{self.lost} frames name"
        return [f"{what} a line that is not there at this revision"] if self.lost else []


def answer_trace(answerer: Answerer, text: str) -> Answer:
    """Answer for a stack trace, a log or a list of places.

    Raises:
        NoFrameFound: no frame lies in this repository; says what was found instead.
    """
    traced = Tracer(answerer.records).trace(parse_trace(text))
    spans = [span for found in Blamer(answerer.records).spans(traced.lines) for span in found]
    return answerer.reply(Target(kind=Kind.TRACE, given="-"), spans, traced.places, traced.notes)


def _place(item: Located) -> Place:
    best = item.candidates[0] if item.candidates else None
    return Place(
        text=item.frame.text.strip(),
        path=best.path if best else None,
        line=item.frame.line,
        score=best.score if best else 0.0,
        why=best.why if best else "outside this repository",
        others=tuple(candidate.path for candidate in item.candidates[1:6]),
    )


def _none_of_ours(frames: int) -> NoFrameFound:
    if not frames:
        hint = "pipe a stack trace or lines such as src/app.py:12"
        return NoFrameFound("the input names no place in any code", hint=hint)
    hint = "map its paths in .answerable/config.yaml: code_mappings: [{stack_root: /srv/app, source_root: src}]"
    return NoFrameFound(f"none of its {frames} frames lies in this repository", hint=hint)
