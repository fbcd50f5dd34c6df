"""What a tree is made of: every file with how many of its lines who wrote, by which model, and in which service.

Only text files have lines; the others are there with their digests and no origin, which is said and not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.provenance.lines import LineSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file. `lines` by origin; `grade` is the lowest among lines that are not a person's, None without any."""

    path: str
    digest: str  # SHA-256, hex
    lines: Mapping[str, int]
    grade: str | None = None
    models: tuple[tuple[str, str | None], ...] = ()  # (tool, model)
    service: str | None = None
    layer: str | None = None

    @property
    def origin(self) -> str | None:
        """That of its lines together; None where it has no lines that could be told apart."""
        if not sum(self.lines.values()):
            return None
        tools = self.lines.get(Origin.AI.value, 0) + self.lines.get(Origin.MIXED.value, 0)
        if tools:
            others = self.lines.get(Origin.MIXED.value, 0) + self.lines.get(Origin.HUMAN.value, 0)
            return Origin.MIXED.value if others else Origin.AI.value
        return Origin.UNKNOWN.value if self.lines.get(Origin.UNKNOWN.value) else Origin.HUMAN.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A whole tree at one commit; `at` is when the commit was made, so that the bill is the same whenever it is."""

    name: str
    commit: str
    at: str  # RFC 3339 UTC
    parts: tuple[Part, ...]

    @property
    def models(self) -> tuple[tuple[str, str | None], ...]:
        """Every tool and model that wrote a line, each once."""
        return tuple(sorted({model for part in self.parts for model in part.models}, key=str))

    @property
    def services(self) -> tuple[str, ...]:
        """Services that have files, by name."""
        return tuple(sorted({part.service for part in self.parts if part.service}))


def bill(
    repository: Repository,
    commit: str,
    name: str,
    spans: Iterable[LineSpan],
    services: Mapping[bytes, str],
    layers: Mapping[bytes, str],
) -> Bill:
    """Make the bill of a commit's tree.

    Args:
        repository: Where.
        commit: Full id.
        name: What the program is called.
        spans: Every line of the tree.
        services: By path, the service that it belongs to.
        layers: By path, its trust layer.
    """
    told: dict[bytes, list[LineSpan]] = {}
    for span in spans:
        told.setdefault(span.path, []).append(span)
    entries = [entry for entry in list_tree(repository.git, commit) if entry.mode != b"160000"]
    blobs = repository.objects.stream(entry.oid for entry in entries)
    parts = [
        _part(entry.path, blob.data, told.get(entry.path, ()), services.get(entry.path), layers.get(entry.path))
        for entry, blob in zip(entries, blobs, strict=True)
        if blob is not None
    ]
    seconds = int(repository.quarantine.git.run("show", "-s", "--format=%ct", commit).split()[0])
    at = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Bill(name=name, commit=commit, at=at, parts=tuple(sorted(parts, key=lambda part: part.path)))


def _part(path: bytes, data: bytes, spans: Sequence[LineSpan], service: str | None, layer: str | None) -> Part:
    lines: Counter[str] = Counter()
    grades = []
    models: dict[tuple[str, str | None], None] = {}
    for span in spans:
        lines[span.origin] += span.end - span.start + 1
        if span.origin != Origin.HUMAN.value:
            grades.append(Grade[span.grade.upper()])
        if span.tool and span.origin in (Origin.AI.value, Origin.MIXED.value):
            models[span.tool, span.model] = None
    return Part(
        path=path.decode("utf-8", "backslashreplace"),
        digest=sha256(data).hexdigest(),
        lines=dict(sorted(lines.items())),
        grade=min(grades).word if grades else None,
        models=tuple(models),
        service=service,
        layer=layer,
    )


def summed(parts: Iterable[Part]) -> dict[str, int]:
    """Lines by origin over several files."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.lines)
    return dict(sorted(total.items()))
