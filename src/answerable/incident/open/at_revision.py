"""Everything about one revision that several incidents may ask for, each looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from answerable.domain.answer import Answer, Place, Span
from answerable.domain.commit import Commit
from answerable.domain.layer import Places
from answerable.errors import NoFrameFound
from answerable.git.attribution.engine import Engine, cache_folder
from answerable.git.attribution.snapshot import Attribution
from answerable.git.repository import Repository
from answerable.incident.alerts import Alert
from answerable.incident.answer import Answerer
from answerable.incident.spans import Blamer
from answerable.incident.target import Kind, Target
from answerable.incident.trace import Tracer
from answerable.provenance.decisions import Vouched, current

_MOST_KEPT = 20_000  # lines whose spans are kept


class Revision:
    """A revision of a repository, ready to be asked.

    Args:
        repository: Where.
        commit: Full commit id.
        places: Tells the layers of files there.
        whole: Its whole tree is attributed at once, since most of that is known: then no line is blamed by itself.
    """

    def __init__(self, repository: Repository, commit: str, places: Places | None, *, whole: bool) -> None:
        self.places = places
        self.answerer = Answerer(repository, commit, places=places)
        self._repository, self._commit = repository, commit
        self._whole = whole
        self._blamers: dict[bool, Blamer] = {}
        self._tracer = Tracer(self.answerer.records)
        self._spans: dict[tuple[bytes, tuple[int, int]], tuple[Span, ...]] = {}

    def spans(self, alert: Alert) -> tuple[tuple[Span, ...], tuple[Place, ...], list[str]]:
        """The lines that an alert leads to, the likeliest first; its frames as places; and what has to be said."""
        if not alert.frames:
            return (), (), ["the alert names no line of any code: give the trace with it, or link one later"]
        try:
            traced = self._tracer.trace(alert.frames)
        except NoFrameFound as error:
            return (), (), [error.message, *([error.hint] if error.hint else [])]
        wanted = [place for place in traced.lines if place not in self._spans]
        if len(self._spans) > _MOST_KEPT:
            self._spans.clear()
            wanted = list(traced.lines)
        for place, spans in zip(wanted, self._blamer.spans(wanted), strict=True):
            self._spans[place] = tuple(spans)
        found = tuple(span for place in traced.lines for span in self._spans[place])
        return found, traced.places, traced.notes

    @property
    def _blamer(self) -> Blamer:
        """Reads the attribution of the whole tree where there is one, and asks git line by line where not yet."""
        whole = self._whole or "attribution" in self.__dict__
        if whole not in self._blamers:
            self._blamers[whole] = Blamer(self.answerer.records, self.attribution if whole else None)
        return self._blamers[whole]

    def answer(self, spans: Sequence[Span], places: Sequence[Place], notes: Sequence[str]) -> Answer:
        """The six questions about all of these lines."""
        return self.answerer.reply(Target(kind=Kind.TRACE, given="-"), spans, places, notes)

    def decisions(self, span: Span) -> list[Vouched]:
        """The signed decisions about the commit of a line, about its merge and about what was merged."""
        commit = self.answerer.records.commit(span.commit) if span.commit else None
        found = self.answerer.records.decisions(commit) if commit else []
        return current(list({one.decision.decision_id: one for one in found}.values()))

    def commit(self, sha: str | None) -> Commit | None:
        """A commit of its history."""
        return self.answerer.records.commit(sha) if sha else None

    @cached_property
    def attribution(self) -> Attribution:
        """Every line of its tree."""
        return Engine(self._repository, cache=cache_folder(self._repository)).attribute(self._commit)
