"""Has what an incident was about come back? Asked of the code alone: what its fix did, and whether that still holds.

Three things are looked for at a revision: lines that the fix took away and that are in that file again; lines that the
fix put in and that are gone from it; and a fix that is not in the history at all. Only lines that say something count:
brackets, comments and what a file has in many places come and go by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.incident.szz.patch import Patch, patches
from answerable.incident.szz.suspects import is_minor, says_nothing

SHARE = 0.6  # of the telling lines that a fix took away from a file, or put into it
_LEAST = 8  # letters and digits of a line that counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """One thing that has come back."""

    kind: str  # returned | lost | absent | pattern
    what: str  # a sentence
    path: bytes | None = None
    line: int | None = None
    commit: str | None = None


def came_back(repository: Repository, fix: str, at: str) -> list[Back]:
    """What of a fix no longer holds at a revision.

    Args:
        repository: Where.
        fix: Full id of the commit that ended the incident.
        at: Full id of the revision that is looked at.
    """
    git = repository.quarantine.git
    if git.attempt("merge-base", "--is-ancestor", fix, at)[0]:
        return [Back(kind="absent", what=f"the fix {fix[:12]} is not in the history of {at[:12]}", commit=fix)]
    code, out, _ = git.attempt("rev-parse", "--verify", "--quiet", f"{fix}^1")
    if code:
        return []
    changed = [patch for patch in patches(git, out.decode().strip(), fix) if not is_minor(patch.new_path)]
    return [back for patch in changed for back in _of_file(repository, patch, fix, at)]


def _of_file(repository: Repository, patch: Patch, fix: str, at: str) -> Iterator[Back]:
    now, then = _lines(repository, at, patch.new_path), _lines(repository, fix, patch.new_path)
    if now is None or then is None:
        return
    removed = Counter(line for hunk in patch.hunks for line in _telling(patch.new_path, hunk.removed))
    added = Counter(line for hunk in patch.hunks for line in _telling(patch.new_path, hunk.added))
    have, had = Counter(now), Counter(then)
    returned = [line for line in removed if line not in added and have[line] > had[line]]
    name = patch.new_path.decode("utf-8", "replace")
    wanted = [line for line in removed if line not in added]
    if wanted and len(returned) >= SHARE * len(wanted):
        what = f"{_many(len(returned))} that the fix {fix[:12]} took out of {name} {_are(len(returned))} there again"
        yield Back(kind="returned", what=what, path=patch.new_path, line=now.index(returned[0]) + 1)
    lost = [line for line in added if line not in removed and have[line] < had[line]]
    wanted = [line for line in added if line not in removed]
    if wanted and len(lost) >= SHARE * len(wanted):
        what = f"{_many(len(lost))} that the fix {fix[:12]} put into {name} {_are(len(lost))} gone"
        yield Back(kind="lost", what=what, path=patch.new_path)


def _lines(repository: Repository, commit: str, path: bytes) -> list[bytes] | None:
    """The lines of a file without white space around them; None where it is not there."""
    found = entry_at(repository.objects, commit, path)
    if found is None or found.kind != "blob" or b"\0" in found.data[:8000]:
        return None
    return [line.strip() for line in found.data.split(b"\n")]


def _telling(path: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        text = line.strip()
        if not says_nothing(path, text) and sum(chr(byte).isalnum() for byte in text) >= _LEAST:
            yield text


def _many(count: int) -> str:
    return f"{count} line{'s' if count != 1 else ''}"


def _are(count: int) -> str:
    return "are" if count != 1 else "is"
