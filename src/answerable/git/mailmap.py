"""Maps names and addresses as the repository's .mailmap says, read from the tree and never from configuration."""

from __future__ import annotations

from collections.abc import Iterable

from answerable.domain.commit import Person
from answerable.git.repository import Repository

_QUESTION = ("check-mailmap", "--stdin")
_ENDS = {"\n", "\0"}  # where git stops reading a question: one odd name must not spoil the others


class Mailmap:
    """The .mailmap of one commit.

    Args:
        repository: Where.
        commit: Full commit id whose tree holds the file.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        found = repository.objects.get(f"{commit}:.mailmap")
        here = found is not None and found.kind == "blob"
        self._git = repository.quarantine.git.configured(f"mailmap.blob={found.oid}") if found and here else None
        self._known: dict[Person, Person] = {}
        self._begun = False

    def begin(self) -> None:
        """Read the file now, in the background, for the next `learn`; `close` when there will be none."""
        if self._git:
            self._begun = True
            self._git.ahead(*_QUESTION)

    def close(self) -> None:
        """End what `begin` started."""
        if self._git:
            self._git.forget()

    def learn(self, people: Iterable[Person]) -> None:
        """Ask about many at once."""
        asked = [p for p in dict.fromkeys(people) if p not in self._known and p.email and not _ENDS & set(f"{p}")]
        if self._git is None or not asked:
            return
        feed = "".join(f"{person}\n" for person in asked).encode("utf-8", "replace")
        code, out, _ = self._git.attempt(*_QUESTION, feed=feed)
        if self._begun:
            self._git.ahead(*_QUESTION)  # there may be more people in what comes next
        answers = out.decode("utf-8", "replace").split("\n")[:-1]  # a name may hold any other end of a line
        if code == 0 and len(answers) == len(asked):
            self._known.update(zip(asked, map(_person, answers), strict=True))

    def __call__(self, person: Person) -> Person:
        """The person as mapped, or as given where nothing is known."""
        return self._known.get(person, person)


def _person(line: str) -> Person:
    name, _, email = line.rpartition("<")
    return Person(name=name.removesuffix(" "), email=email.removesuffix(">"))
