"""Who is answerable for a stack trace, a log or a list of places: the frames that are ours, the likeliest first."""

from __future__ import annotations

from answerable.domain.answer import Answer, Place
from answerable.errors import BinaryFile, ContentMissing, NoFrameFound
from answerable.git.tree import list_tree
from answerable.incident.answer import Answerer
from answerable.incident.frames import parse_trace
from answerable.incident.locate import Located, Locator, rank
from answerable.incident.mappings import code_mappings
from answerable.incident.records import Records
from answerable.incident.spans import Blamer, line_count
from answerable.incident.target import Kind, Target

MOST_FRAMES = 5  # the frames whose lines are answered for; the others are only listed


def answer_trace(answerer: Answerer, text: str) -> Answer:
    """Answer for a stack trace, a log or a list of places.

    Raises:
        NoFrameFound: no frame lies in this repository; says what was found instead.
    """
    records = answerer.records
    repository = records.repository
    frames = parse_trace(text)
    paths = [entry.path for entry in list_tree(repository.git, records.head)]
    locator = Locator(paths, code_mappings(repository, records.head))
    located = [Located(frame=frame, candidates=tuple(locator.locate(frame))) for frame in frames]
    ranked = rank(located)
    if not ranked:
        raise _none_of_ours(len(frames))
    wanted = [(item.candidates[0].path, item.frame.line) for item in ranked if _has(records, item)][:MOST_FRAMES]
    asked = [(path, (line, line)) for path, line in wanted if line]
    spans = [span for found in Blamer(records).spans(asked) for span in found]
    outside = [item for item in located if not item.candidates]
    places = tuple(map(_place, [*ranked, *outside]))
    lost = len(ranked) - len([item for item in ranked if _has(records, item)])
    what = "1 frame names" if lost == 1 else f"{lost} frames name"
    notes = [f"{what} a line that is not there at this revision"] if lost else []
    target = Target(kind=Kind.TRACE, given="-")
    return answerer.reply(target, spans, places, notes)


def _has(records: Records, item: Located) -> bool:
    """True where the frame's line exists at this revision."""
    line = item.frame.line
    try:
        return line is not None and 1 <= line <= line_count(records.repository, records.head, item.candidates[0].path)
    except (BinaryFile, ContentMissing):
        return False


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
