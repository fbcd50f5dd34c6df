"""The main job: who is answerable for a target, from what the repository alone can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime

from answerable.domain.answer import Answer, Place, Span
from answerable.domain.evidence import Defect
from answerable.domain.layer import Places
from answerable.git.attribution.pieces import End
from answerable.git.early import Early
from answerable.git.repository import Repository
from answerable.incident.questions import six_questions
from answerable.incident.records import Records
from answerable.incident.spans import Blamer, spans_of
from answerable.incident.target import Kind, Reader, Target


class Answerer:
    """Answers about one repository at one commit.

    Args:
        repository: Where.
        head: Full commit id at which paths are looked up.
        evidence: Agent Trace files given by the caller, by name.
        early: What was started ahead of this.
        places: Tells the layers of files; None: nothing is in a layer.
        moment: For which it is told who answers and is called, with its zone; None: now.
    """

    def __init__(
        self,
        repository: Repository,
        head: str,
        evidence: Mapping[str, bytes] | None = None,
        early: Early | None = None,
        places: Places | None = None,
        moment: datetime | None = None,
    ) -> None:
        self._repository = repository
        self._head = head
        self._evidence, self._places, self._moment = evidence, places, moment
        self.records = Records(repository, head, evidence, early, places, moment)

    def answer(self, given: str) -> Answer:
        """Answer for one target other than a trace.

        Raises:
            UsageError: the target names nothing here.
        """
        if given.startswith("incident:"):
            from answerable.incident.by_id import answer_incident  # reads what is recorded of incidents

            return answer_incident(self, given)
        if given.startswith("artifact:"):
            from answerable.incident.by_artifact import answer_artifact

            return answer_artifact(self, given)
        target = Reader(self._repository, self._head).read(given)
        if target.kind in (Kind.PATH, Kind.LINES):
            (spans,) = Blamer(self.records).spans([(target.path, target.lines)])
        else:
            spans = self.change_spans(target.base, target.commit)
        notes = [] if spans else ["no line of it is there: it only removes lines, or changes nothing"]
        return self.reply(target, spans, notes=notes)

    def at(self, head: str) -> Answerer:
        """The same at another commit; whoever asks for it closes it."""
        return Answerer(self._repository, head, self._evidence, places=self._places, moment=self._moment)

    def change_spans(self, base: str, commit: str) -> list[Span]:
        """The lines at `commit` that came in after `base`; with no base, what the commit wrote or its merge brought."""
        parents = self._repository.quarantine.git.run("rev-list", "--parents", "-n1", commit).decode().split()[1:]
        older = [base] if base else parents[:1]
        from answerable.git.attribution.engine import Engine  # slow to load, and not needed for a line

        attribution = Engine(self._repository).attribute(commit, base=older)
        self.records.place(list(attribution.files))
        spans: list[Span] = []
        for path in attribution.files:
            pieces = [piece for piece in attribution.pieces(path) if piece.origin.end is not End.OUTSIDE]
            spans.extend(spans_of(self.records, path, pieces))
        return spans

    def close(self) -> None:
        """End what runs in the background."""
        self.records.close()

    def reply(
        self, target: Target, spans: Sequence[Span], places: Sequence[Place] = (), notes: Sequence[str] = ()
    ) -> Answer:
        """Put an answer together from spans."""
        return Answer(
            kind=target.kind.value,
            given=target.given,
            root=str(self._repository.root),
            head=self._head,
            spans=tuple(spans),
            questions=six_questions(spans),
            places=tuple(places),
            notes=(*notes, *self.records.unread),
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
