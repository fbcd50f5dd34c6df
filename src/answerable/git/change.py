"""Which change brought a commit in: the merge on the main line that first contains it."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import NamedTuple

from answerable.git.program import Git

_STRIDE = 64


class Link(NamedTuple):
    """A commit of the main line: seconds since 1970, id, and whether it is a merge."""

    seconds: int
    sha: str
    merge: bool


class MainLine:
    """The first-parent history of a commit, read in the background from the moment it is made.

    Args:
        git: A quarantine.
        head: Full commit id.
    """

    def __init__(self, git: Git, head: str) -> None:
        self._git = git
        self._links: list[Link] | None = None
        self._places: dict[str, int] = {}
        self._out = TemporaryFile()  # noqa: SIM115 - closed by `close`; a pipe would fill up and hold the process
        self._process = git.popen("rev-list", "--first-parent", "--timestamp", "--parents", head, stdout=self._out)

    @property
    def links(self) -> list[Link]:
        """Newest first."""
        if self._links is None:
            self._process.wait()
            self._out.seek(0)
            out = self._out.read()
            rows = (line.split() for line in out.decode("ascii", "replace").splitlines())
            self._links = [Link(int(row[0]), row[1], len(row) > 3) for row in rows]
            self._places = {link.sha: at for at, link in enumerate(self._links)}
        return self._links

    def merge_of(self, sha: str, seconds: int) -> str | None:
        """The merge that brought a commit into the main line; None where it was committed there directly.

        Args:
            sha: The commit.
            seconds: When it was committed: merges before that are not looked at first.
        """
        links = self.links
        if sha in self._places:
            return None
        start = next((at for at in range(len(links) - 1, -1, -1) if links[at].seconds >= seconds), -1)
        stride, newest = _STRIDE, start
        while newest > 0 and not self._contains(links[newest].sha, sha):
            newest, stride = max(0, newest - stride), stride * 4
        if newest < 0 or (newest == 0 and links and not self._contains(links[0].sha, sha)):
            return None
        return self._first_containing(sha, newest)

    def holds(self, newer: str, older: str) -> bool | None:
        """Whether one commit of the main line contains another; None where one of them is not on it."""
        if not self.links or newer not in self._places or older not in self._places:
            return None
        return self._places[newer] <= self._places[older]

    def _first_containing(self, sha: str, newest: int) -> str | None:
        out = self._git.run("rev-list", "--ancestry-path", "--merges", f"{sha}..{self.links[newest].sha}")
        places = [self._places[m] for m in out.decode("ascii", "replace").split() if m in self._places]
        # the path from the commit to the main line meets it at the oldest place
        return self.links[max(places)].sha if places else None

    def _contains(self, newer: str, sha: str) -> bool:
        return self._git.attempt("merge-base", "--is-ancestor", sha, newer)[0] == 0

    def close(self) -> None:
        """End the process where nobody asked."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._out.close()
