"""The main job: who is answerable for a target, from what the repository alone can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from answerable.domain.answer import Answer, Place, Span
from answerable.domain.evidence import Defect
from answerable.errors import BinaryFile, NoFrameFound
from answerable.git.attribution.engine import Engine
from answerable.git.attribution.lineage import End
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.incident.frames import parse_trace
from answerable.incident.locate import Located, Locator, rank
from answerable.incident.mappings import code_mappings
from answerable.incident.questions import six_questions
from answerable.incident.records import Records
from answerable.incident.spans import Blamer, line_count, spans_of
from answerable.incident.target import Kind, Reader, Target

MOST_FRAMES = 5  # the frames whose lines are answered for; the others are only listed


class Answerer:
    """Answers about one repository at one commit.

    Args:
        repository: Where.
        head: Full commit id at which paths are looked up.
        evidence: Agent Trace files given by the caller, by name.
    """

    def __init__(self, repository: Repository, head: str, evidence: Mapping[str, bytes] | None = None) -> None:
        self._repository = repository
        self._head = head
        self.records = Records(repository, head, evidence)

    def answer(self, given: str) -> Answer:
        """Answer for one target other than a trace.

        Raises:
            UsageError: the target names nothing here.
        """
        target = Reader(self._repository, self._head).read(given)
        if target.kind in (Kind.PATH, Kind.LINES):
            (spans,) = Blamer(self.records).spans([(target.path, target.lines)])
        else:
            spans = self.change_spans(target.base, target.commit)
        notes = [] if spans else ["no line of it is there: it only removes lines, or changes nothing"]
        return self._answer(target, spans, notes=notes)

    def answer_trace(self, text: str) -> Answer:
        """Answer for a stack trace, a log or a list of places.

        Raises:
            NoFrameFound: no frame lies in this repository; says what was found instead.
        """
        frames = parse_trace(text)
        paths = [entry.path for entry in list_tree(self._repository.git, self._head)]
        locator = Locator(paths, code_mappings(self._repository, self._head))
        located = [Located(frame=frame, candidates=tuple(locator.locate(frame))) for frame in frames]
        ranked = rank(located)
        if not ranked:
            raise _none_of_ours(len(frames))
        wanted = [(item.candidates[0].path, item.frame.line) for item in ranked if self._has(item)][:MOST_FRAMES]
        asked = [(path, (line, line)) for path, line in wanted if line]
        spans = [span for found in Blamer(self.records).spans(asked) for span in found]
        outside = [item for item in located if not item.candidates]
        places = tuple(map(_place, [*ranked, *outside]))
        lost = len(ranked) - len([item for item in ranked if self._has(item)])
        notes = [f"{lost} frames name a line that is not there at this revision"] if lost else []
        target = Target(kind=Kind.TRACE, given="-")
        return self._answer(target, spans, places, notes)

    def change_spans(self, base: str, commit: str) -> list[Span]:
        """The lines at `commit` that came in after `base`; with no base, what the commit wrote or its merge brought."""
        parents = self._repository.quarantine.git.run("rev-list", "--parents", "-n1", commit).decode().split()[1:]
        older = [base] if base else parents[:1]
        attribution = Engine(self._repository).attribute(commit, base=older)
        spans: list[Span] = []
        for path in attribution.files:
            pieces = [piece for piece in attribution.pieces(path) if piece.origin.end is not End.OUTSIDE]
            spans.extend(spans_of(self.records, path, pieces))
        return spans

    def close(self) -> None:
        """End what runs in the background."""
        self.records.close()

    def _has(self, item: Located) -> bool:
        """True where the frame's line exists at this revision."""
        line = item.frame.line
        try:
            return line is not None and 1 <= line <= line_count(self._repository, self._head, item.candidates[0].path)
        except BinaryFile:
            return False

    def _answer(
        self, target: Target, spans: Sequence[Span], places: Sequence[Place] = (), notes: Sequence[str] = ()
    ) -> Answer:
        return Answer(
            kind=target.kind.value,
            given=target.given,
            root=str(self._repository.root),
            head=self._head,
            spans=tuple(spans),
            questions=six_questions(spans),
            places=tuple(places),
            notes=tuple(notes),
            defects=tuple(dict.fromkeys(self._defects(spans))),
        )

    def _defects(self, spans: Sequence[Span]) -> Iterator[Defect]:
        """What is wrong with the evidence about these spans, and with evidence that belongs to no commit."""
        yield from self.records.gatherer.defects
        for sha in dict.fromkeys(span.commit for span in spans if span.commit):
            commit = self.records.commit(sha)
            yield from self.records.gatherer.reading(commit).defects if commit else ()


def answer(repository: Repository, head: str, given: str, evidence: Mapping[str, bytes] | None = None) -> Answer:
    """Answer for one target and clean up."""
    with closing(Answerer(repository, head, evidence)) as answerer:
        return answerer.answer(given)


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
