"""The commits that may have brought in what a fix fixed, the likeliest first, each with its score in parts.

What each suspected line was written by is asked of `git blame -w -M -C`, which looks through changes of white space,
through moved and copied lines and through the commits that the repository lists in `.git-blame-ignore-revs`. Where a
commit rewrote a line that was there before, what wrote the earlier form is a candidate as well, at a lower weight: a
later change of a line hides the fault, it does not make it. Neither the message of the fix nor any name in it is read.

=========  ======  ================================================================================================
lines      3       how much of the suspicion its lines bear, against the candidate that bears most (the square root)
recency    5       how shortly before the fix it came in: 3/5 of 1 / (1 + ln(1 + days)), 2/5 of a half life of a year
order      1       its place among the candidates by time: 1 for the newest, 1/2 for the next, 1/3 …
=========  ======  ================================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from math import log1p
from pathlib import Path

from answerable.domain.commit import Commit
from answerable.git.attribution.pieces import Piece
from answerable.git.blame import Blame
from answerable.git.commits import read_commit, read_commits
from answerable.git.repository import Repository
from answerable.incident.scoring import Part, moment_of, part, total
from answerable.incident.szz.patch import Patch, patches
from answerable.incident.szz.suspects import Suspect, is_minor, suspects

LINES, RECENCY, ORDER = 3.0, 5.0, 1.0
BEHIND = 0.4  # of a line's weight for whoever wrote its earlier form
MOST_FILES = 12
DEPTH = 2  # how many earlier forms of a line are looked at
WEAK = 0.1  # a suspicion below it is not followed further back
MOST_BEHIND = 5  # commits that are looked behind
_ALIKE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """A suspected line that a commit wrote: where it stands before the fix, and what it was suspected for."""

    path: bytes
    line: int
    weight: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """A commit that may have brought the fault in."""

    commit: str
    score: float
    parts: tuple[Part, ...]
    lines: tuple[Borne, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrote:
    """A suspect with the commit that wrote it, and where it stood there."""

    suspect: Suspect
    commit: str
    path: bytes
    line: int


def introducing(
    repository: Repository, fix: str, base: str | None = None, ignored: frozenset[str] = frozenset()
) -> tuple[Introduced, ...]:
    """The candidates, the likeliest first; empty where nothing before the fix can be suspected.

    Args:
        repository: Where.
        fix: Full id of the commit that fixed it.
        base: Full id of the commit before; None: its first parent.
        ignored: Commits to look through: full ids.
    """
    git = repository.quarantine.git
    base = base or _parent(repository, fix)
    if base is None:
        return ()
    found = read_commit(repository.objects, fix)
    fixed = moment_of(found.committed_at) if found else None
    changed = sorted(patches(git, base, fix), key=lambda patch: is_minor(patch.path))[:MOST_FILES]
    borne = _borne_by(repository, list(_wrote(repository, base, changed, ignored)), ignored)
    return _scored(repository, borne, fixed)


def _borne_by(repository: Repository, wrote: Sequence[_Wrote], ignored: frozenset[str]) -> dict[str, list[Borne]]:
    """By commit the suspected lines that it wrote, in their present form or in an earlier one."""
    borne: dict[str, list[Borne]] = {}
    for one in wrote:
        borne.setdefault(one.commit, []).append(_borne(one, 1.0, one.suspect.why))
    share, layer = 1.0, [one for one in wrote if one.suspect.weight >= WEAK]
    for _ in range(DEPTH):
        share *= BEHIND
        layer = list(_behind(repository, layer, ignored))
        for one in layer:
            borne.setdefault(one.commit, []).append(_borne(one, share, f"{one.suspect.why}; it was rewritten since"))
    return borne


def _scored(repository: Repository, borne: dict[str, list[Borne]], fixed: datetime | None) -> tuple[Introduced, ...]:
    commits = {c.sha: c for c in read_commits(repository.objects, list(borne)) if c}
    newest = sorted(commits, key=lambda sha: (commits[sha].committed_at, sha), reverse=True)
    weights = {sha: sum(one.weight for one in borne[sha]) for sha in newest}
    most = max(weights.values(), default=0.0)
    found = []
    for at, sha in enumerate(newest):
        count = len(borne[sha])
        what = f"{count} suspected line{'s are' if count != 1 else ' is'} from it"
        days = _days(commits[sha], fixed)
        parts = (
            part("lines", (weights[sha] / most) ** 0.5 if most else 0.0, LINES, what),
            part("recency", _fresh(days), RECENCY, f"it came in {days:.0f} days before the fix"),
            part("order", 1 / (1 + at), ORDER, "the newest of them" if not at else f"{at} of them are newer"),
        )
        lines = tuple(sorted(borne[sha], key=lambda one: (-one.weight, one.path, one.line)))
        found.append(Introduced(commit=sha, score=total(parts), parts=parts, lines=lines))
    return tuple(sorted(found, key=lambda one: (-one.score, newest.index(one.commit))))


def _fresh(days: float) -> float:
    return 0.6 / (1 + log1p(days)) + 0.4 * float(0.5 ** (days / 365))


def _days(commit: Commit, fixed: datetime | None) -> float:
    came = moment_of(commit.committed_at)
    return max((fixed - came).total_seconds() / 86_400, 0.0) if fixed and came else 0.0


def _wrote(repository: Repository, base: str, changed: Sequence[Patch], ignored: frozenset[str]) -> Iterator[_Wrote]:
    files = [(patch.path, suspects(patch, _lines(repository, patch.blob))) for patch in changed]
    yield from _blamed(repository, base, [(path, found) for path, found in files if found], ignored)


def _blamed(
    repository: Repository, commit: str, files: Sequence[tuple[bytes, list[Suspect]]], ignored: frozenset[str]
) -> Iterator[_Wrote]:
    """Who wrote the suspects, with two files under way at once."""
    passed = _ignored_file(repository, ignored)
    for at in range(0, len(files), 2):
        batch = files[at : at + 2]
        running = [
            Blame(repository.quarantine.git, commit, path, None, passed, more=_runs(found), moved=True)
            for path, found in batch
        ]
        for (_, found), blame in zip(batch, running, strict=True):
            yield from _joined(found, blame.pieces(repository.boundary) or [])


def _joined(found: Sequence[Suspect], pieces: Sequence[Piece]) -> Iterator[_Wrote]:
    by_line = {suspect.line: suspect for suspect in found}
    for piece in pieces:
        for at in range(piece.count):
            suspect = by_line.get(piece.start + at)
            if suspect is not None:
                commit = piece.origin.commit.decode()
                yield _Wrote(suspect=suspect, commit=commit, path=piece.origin.path, line=piece.orig_start + at)


def _behind(repository: Repository, wrote: Sequence[_Wrote], ignored: frozenset[str]) -> Iterator[_Wrote]:
    """The suspects that a commit rewrote, with whoever wrote the form before."""
    groups: dict[tuple[str, bytes], list[_Wrote]] = {}
    for one in wrote:
        groups.setdefault((one.commit, one.path), []).append(one)
    weight = {key: sum(one.suspect.weight for one in group) for key, group in groups.items()}
    for key in sorted(groups, key=lambda key: -weight[key])[:MOST_BEHIND]:
        commit, path = key
        parent = _parent(repository, commit)
        if parent is None:
            continue
        earlier = {
            one: line
            for patch in _patch_of(repository, parent, commit, path)
            for one, line in _earlier(patch, groups[key])
        }
        found = [
            Suspect(path=old, line=line, weight=one.suspect.weight, why=one.suspect.why)
            for one, (old, line) in earlier.items()
        ]
        if not found:
            continue
        by_line = {line: one for one, (_, line) in earlier.items()}
        old_path = found[0].path
        for seen in _blamed(repository, parent, [(old_path, sorted(found, key=lambda s: s.line))], ignored):
            suspect = by_line[seen.suspect.line].suspect
            yield _Wrote(suspect=suspect, commit=seen.commit, path=seen.path, line=seen.line)


def _patch_of(repository: Repository, parent: str, commit: str, path: bytes) -> list[Patch]:
    """What a commit did to one path, whatever the path was called before."""
    git = repository.quarantine.git
    found = list(patches(git, parent, commit, path))
    return found or [patch for patch in patches(git, parent, commit) if patch.new_path == path]


def _earlier(patch: Patch, wrote: Sequence[_Wrote]) -> Iterator[tuple[_Wrote, tuple[bytes, int]]]:
    """For each line the one that it replaced, where one of the same hunk is alike."""
    for hunk in patch.hunks:
        if not hunk.removed or len(hunk.removed) > 200:
            continue
        for one in wrote:
            at = one.line - hunk.new_start
            if not 0 <= at < len(hunk.added):
                continue
            ratios = [
                SequenceMatcher(None, old.strip(), hunk.added[at].strip(), autojunk=False).ratio()
                for old in hunk.removed
            ]
            best = max(range(len(ratios)), key=lambda index: (ratios[index], -abs(index - at)))
            if ratios[best] >= _ALIKE:
                yield one, (patch.path, hunk.start + best)


def _borne(one: _Wrote, share: float, why: str) -> Borne:
    suspect = one.suspect
    return Borne(path=suspect.path, line=suspect.line, weight=round(suspect.weight * share, 4), why=why)


def _runs(found: Sequence[Suspect]) -> list[tuple[int, int]]:
    """Suspected lines as runs; small gaps are closed, because git asks for each run anew."""
    runs: list[tuple[int, int]] = []
    for suspect in found:
        if runs and suspect.line <= runs[-1][1] + 3:
            runs[-1] = (runs[-1][0], suspect.line)
        else:
            runs.append((suspect.line, suspect.line))
    return runs


def _lines(repository: Repository, blob: str) -> list[bytes]:
    data = repository.objects.blob(blob) or b""
    return [] if b"\0" in data[:8000] else data.split(b"\n")


def _parent(repository: Repository, commit: str) -> str | None:
    found = repository.objects.get(commit)
    for line in (found.data if found else b"").split(b"\n\n", 1)[0].split(b"\n"):
        if line.startswith(b"parent "):
            return line[7:].decode("ascii", "replace")
    return None


def _ignored_file(repository: Repository, ignored: frozenset[str]) -> Path | None:
    if not ignored:
        return None
    file = repository.quarantine.folder / "ignored-by-szz"
    with suppress(FileExistsError), file.open("x") as out:
        out.writelines(f"{sha}\n" for sha in sorted(ignored))
    return file
