"""The blast radius: where the same line, the same session's and the same model's other lines of that layer are and run.

What is alive is counted over the whole tree of the deployed revision. Each reach names the command that lists all of
it, and each owner gets one notice, ready to be opened as an issue.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from answerable.domain.agent import Agent
from answerable.domain.deployment import Running
from answerable.domain.layer import Places
from answerable.git.attribution.snapshot import Attribution
from answerable.git.repository import Repository
from answerable.incident.deployments import Deployments
from answerable.incident.open.model import Lines, Notice, Reach
from answerable.incident.rank import Candidate
from answerable.incident.recall import NOBODY, Recalled, Wanted, recall
from answerable.provenance.gather import Gatherer

_MOST_SPANS, _MOST_COMMITS, _MOST_PATHS = 100, 200, 50
_NO_DEPLOYMENT = "no deployment of it is recorded, so where it runs is not known"


class Ground:
    """The tree of one revision, over which blast radii are worked out; what two of them share is found once.

    Args:
        repository: Where.
        gatherer: Of evidence about its commits.
        attribution: Of its whole tree.
        deployed: What is recorded of deployments.
        places: Tells the layers of files.
    """

    def __init__(
        self,
        repository: Repository,
        gatherer: Gatherer,
        attribution: Attribution,
        deployed: Deployments | None,
        places: Places | None,
    ) -> None:
        self._repository, self._gatherer, self._attribution = repository, gatherer, attribution
        self._deployed, self._places = deployed, places
        self._alive: dict[tuple[str, str | None], tuple[Recalled, ...]] = {}
        self._told: dict[tuple[str | None, ...], tuple[tuple[Reach, ...], tuple[Notice, ...]]] = {}

    def wider(self, candidate: Candidate) -> tuple[tuple[Reach, ...], tuple[Notice, ...]]:
        """How far the session and the model reach that wrote a line, and whom to notify of it."""
        agent = candidate.span.lines.agent
        if agent is None:
            return (nameless(),), ()
        layer = candidate.span.placed.layer.name if candidate.span.placed else None
        key = (agent.tool, agent.model, agent.session, layer)
        if key not in self._told:
            self._told[key] = self._wider(agent, layer)
        return self._told[key]

    def _wider(self, agent: Agent, layer: str | None) -> tuple[tuple[Reach, ...], tuple[Notice, ...]]:
        found, revision = self._lines_of(agent), self._attribution.commit
        session = [one for one in found if agent.session and one.lines.session == agent.session]
        model = [one for one in found if layer is None or (one.placed and one.placed.layer.name == layer)]
        if agent.session:
            words = ["--session", agent.session]
            first = _reach("session", agent.session, session, self._deployed, words, revision)
        else:
            gap = "the session is not recorded, so its other lines cannot be told"
            first = Reach(what="session", label="not known", gap=gap)
        label = " ".join(filter(None, (agent.tool, agent.model))) + (f" in {layer}" if layer else " in any layer")
        words = ["--tool", agent.tool, *(["--model", agent.model] if agent.model else [])]
        words += ["--layer", layer] if layer else []
        second = _reach("model", label, model, self._deployed, words, revision)
        return (first, second), tuple(_notices(session or model, bool(session), label, revision))

    def _lines_of(self, agent: Agent) -> tuple[Recalled, ...]:
        """Everything alive that this tool and model wrote."""
        key = (agent.tool, agent.model)
        if key not in self._alive:
            wanted = Wanted(tool=agent.tool, model=agent.model)
            found = recall(self._repository, self._attribution, self._gatherer, wanted, self._places)
            self._alive[key] = found.spans
        return self._alive[key]


def nameless() -> Reach:
    """Of a line for which no tool is named: nobody can tell what else it wrote."""
    gap = "no tool is named for the line, so its other lines cannot be told"
    return Reach(what="session", label="not known", gap=gap)


def line_reach(candidate: Candidate, deployed: Deployments | None) -> Reach:
    """Where the line itself runs: everywhere a revision runs that contains its commit."""
    where = f"{candidate.path.decode('utf-8', 'replace')}:{candidate.start}"
    running = _running([candidate.commit] if candidate.commit else [], deployed)
    return Reach(
        what="line",
        label=where,
        lines=candidate.end - candidate.start + 1,
        files=1,
        commits=(candidate.commit,) if candidate.commit else (),
        running=running,
        gap=None if running else _NO_DEPLOYMENT,
    )


def _reach(
    what: str, label: str, found: Sequence[Recalled], deployed: Deployments | None, words: Sequence[str], revision: str
) -> Reach:
    owners: Counter[str] = Counter()
    for one in found:
        for name in one.owner.names if one.owner else (NOBODY,):
            owners[name] += _size(one)
    commits = tuple(dict.fromkeys(one.lines.commit for one in found))
    running = _running(commits[:_MOST_COMMITS], deployed)
    gap = None if running or not found else _NO_DEPLOYMENT
    if len(commits) > _MOST_COMMITS:
        gap = f"where the first {_MOST_COMMITS} of its {len(commits):,} commits run is told"
    return Reach(
        what=what,
        label=label,
        lines=sum(map(_size, found)),
        files=len({one.lines.path for one in found}),
        commits=commits[:_MOST_COMMITS],
        spans=tuple(_lines(one) for one in found[:_MOST_SPANS]),
        by_owner=tuple(owners.most_common()),
        running=running,
        recall=shlex.join(["answerable", "recall", *words, "--rev", revision[:12]]),
        gap=gap,
    )


def _running(commits: Iterable[str], deployed: Deployments | None) -> tuple[Running, ...]:
    if deployed is None:
        return ()
    wanted = list(commits)
    deployed.learn(wanted)
    return tuple(dict.fromkeys(place for commit in wanted for place in deployed.of(commit)))


def _size(one: Recalled) -> int:
    return one.lines.end - one.lines.start + 1


def _lines(one: Recalled) -> Lines:
    return Lines(path=one.lines.path, start=one.lines.start, end=one.lines.end, commit=one.lines.commit)


def _notices(found: Sequence[Recalled], session: bool, label: str, revision: str) -> Iterable[Notice]:
    """One an owner, the most lines first."""
    by_owner: dict[str, list[Recalled]] = {}
    for one in found:
        for name in one.owner.names if one.owner else (NOBODY,):
            by_owner.setdefault(name, []).append(one)
    kin = "the same session" if session else label
    for owner, theirs in sorted(by_owner.items(), key=lambda item: -sum(map(_size, item[1]))):
        lines = sum(map(_size, theirs))
        paths = tuple(dict.fromkeys(one.lines.path for one in theirs))
        quantity = "1 line" if lines == 1 else f"{lines:,} lines"
        yield Notice(
            owner=owner,
            lines=lines,
            paths=paths[:_MOST_PATHS],
            title=f"Look at {quantity} that {kin} wrote",
            body="\n".join(_body(theirs, kin, revision)),
        )


def _body(found: Sequence[Recalled], kin: str, revision: str) -> Iterable[str]:
    yield f"An incident led to a line that {kin} wrote. These lines are of the same origin, at {revision[:12]}:"
    yield ""
    for one in islice(found, _MOST_PATHS):
        where = f"{one.lines.path.decode('utf-8', 'replace')}:{one.lines.start}-{one.lines.end}"
        yield f"- [ ] `{where.replace('`', '')}` (commit {one.lines.commit[:12]})"
    if len(found) > _MOST_PATHS:
        yield f"- … and {len(found) - _MOST_PATHS:,} more places"
    yield ""
    yield "Asked of you: does the fault that the incident describes stand here, too? Then either change the lines,"
    yield "or say in a review that they are meant so. Nothing says that they are wrong."
