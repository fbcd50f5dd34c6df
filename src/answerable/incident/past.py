"""What lies behind lines: the change that made them say what they say, and how often their file changed.

Both are asked of git for several lines at once, and each line or file only once: traces name the same ones again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

from answerable.domain.answer import Span
from answerable.git.blame import Blame
from answerable.git.program import output_of, spooled
from answerable.git.tree import entry_at
from answerable.incident.records import Records

DAYS = 90  # before a failure, in which changes of a file count
_DAY = 86_400
_FEW = 3
_LEAST = 6  # letters and digits of a line that may have moved: brackets stand everywhere
_MOST_BYTES = 8 << 20
_NONE: frozenset[bytes] = frozenset()
_KEPT: WeakKeyDictionary[Records, Past] = WeakKeyDictionary()


class Past:
    """Answers at the revision of some records.

    Args:
        records: At the revision that failed.
    """

    def __init__(self, records: Records) -> None:
        self._repository, self._head = records.repository, records.head
        self._ignored = records.ignored
        self._makers: dict[tuple[bytes, int, int], str | None] = {}
        self._removed: dict[str, AbstractSet[bytes]] = {}  # by commit, the lines that it took away, without white space
        self._changes: dict[tuple[bytes, int], int] = {}
        self._asked: Counter[int] = Counter()  # by day, how often paths of it were asked about
        self._whole: set[int] = set()  # days of which every path is known

    @classmethod
    def of(cls, records: Records) -> Past:
        """The one of these records."""
        return _KEPT.get(records) or _KEPT.setdefault(records, cls(records))

    def makers(self, spans: Sequence[Span]) -> list[str | None]:
        """For each span the commit that made it, looked at through moves and changes of white space.

        None where that is the span's own, or where git cannot say. What the repository lists as only reformatting is
        looked through, too. A second blame is asked for only where the span's own commit took such a line away.
        """
        keys = [(span.path, span.start, span.end) for span in spans]
        fresh = {key: span for key, span in zip(keys, spans, strict=True) if key not in self._makers}
        moved = self._moved(list(fresh.values()))
        self._makers.update(dict.fromkeys(fresh))
        width = os.cpu_count() or 1
        for at in range(0, len(moved), width):
            batch = [(span.path, span.start, span.end) for span in moved[at : at + width]]
            running = [self._blame(path, (start, end)) for path, start, end in batch]
            for key, blame in zip(batch, running, strict=True):
                pieces = blame.pieces(self._repository.boundary) or []
                most = max(pieces, key=lambda piece: piece.count, default=None)
                self._makers[key] = most.origin.commit.decode() if most else None
        return [self._makers[key] for key in keys]

    def _moved(self, spans: Sequence[Span]) -> list[Span]:
        """Those whose commit took a line away that says the same but for white space, or is to be looked through."""
        self._read_removed([span.commit for span in spans if span.commit])
        return [
            span
            for span in spans
            if span.commit in self._ignored
            or not self._removed.get(span.commit or "", _NONE).isdisjoint(self._texts(span))
        ]

    def _read_removed(self, commits: Sequence[str]) -> None:
        """Learn what commits took away, of each at most so much."""
        wanted = [sha for sha in dict.fromkeys(commits) if sha not in self._removed]
        if not wanted:
            return
        flags = ("-r", "-p", "-U0", "--no-renames", "--diff-filter=MD", "--always")
        with spooled([sha.encode() for sha in wanted]) as feed:
            process = self._repository.quarantine.git.popen("diff-tree", "--stdin", *flags, stdin=feed)
        try:
            text = output_of(process).read(_MOST_BYTES)
        finally:
            output_of(process).close()
            process.kill()
            process.wait()
        self._removed.update(dict.fromkeys(wanted, _NONE))
        of: set[bytes] = set()
        begins = {sha.encode(): sha for sha in wanted}
        for line in text.split(b"\n"):
            if line in begins:
                of = set()
                self._removed[begins[line]] = of
            elif line.startswith(b"-") and not line.startswith(b"--- "):
                of.add(_bare(line[1:]))

    def _texts(self, span: Span) -> set[bytes]:
        """The lines of a span without white space, those that say something."""
        found = entry_at(self._repository.objects, self._head, span.path)
        lines = found.data.split(b"\n")[span.start - 1 : span.end] if found and found.kind == "blob" else []
        return {text for text in map(_bare, lines) if sum(chr(byte).isalnum() for byte in text) >= _LEAST}

    def changes(self, paths: Sequence[bytes], before: datetime) -> list[int]:
        """For each path how many commits changed it in the 90 days before a moment, counted by whole days."""
        day = int(before.timestamp()) // _DAY + 1
        wanted = [path for path in dict.fromkeys(paths) if (path, day) not in self._changes]
        if wanted and day not in self._whole:
            self._asked[day] += 1
            everything = self._asked[day] > _FEW  # from then on reading all of the 90 days at once is faster
            window = (f"--since={(day - DAYS) * _DAY}", f"--until={day * _DAY}")
            flags = ("--no-merges", "--format=", "--name-only", "-z")
            of = () if everything else wanted
            out = self._repository.quarantine.git.run("log", *flags, *window, self._head, "--", *of)
            counted = Counter(out.split(b"\0"))
            self._changes.update(((path, day), count) for path, count in counted.items())
            self._changes.update(((path, day), counted[path]) for path in wanted)
            self._whole.update([day] if everything else [])
        return [self._changes.get((path, day), 0) for path in paths]

    def _blame(self, path: bytes, lines: tuple[int, int]) -> Blame:
        git = self._repository.quarantine.git
        return Blame(git, self._head, path, lines, self._ignore if self._ignored else None, moved=True)

    @cached_property
    def _ignore(self) -> Path:
        file = self._repository.quarantine.folder / "looked-through"
        file.write_text("".join(f"{sha}\n" for sha in sorted(self._ignored)))
        return file


def _bare(line: bytes) -> bytes:
    return b"".join(line.split())
