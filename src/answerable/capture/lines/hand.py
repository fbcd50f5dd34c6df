"""Whose a line is: an agent's, a person's, both, or nobody can say; and a text whose lines each have such a hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.capture.lines.likeness import key


class Kind(StrEnum):
    """What wrote a line."""

    AGENT = "agent"
    PERSON = "person"
    MIXED = "mixed"  # one wrote it, the other changed it
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who wrote a line, and by which rule that is known.

    `session` and `trace` name an agent's session and its one call, `person` a person; a mixed line has both.
    """

    kind: Kind
    session: str | None = None
    trace: str | None = None
    person: str | None = None
    rule: str = ""

    @property
    def who(self) -> tuple[Kind, str | None, str | None]:
        """What makes two hands the same one's: neither the call nor the rule does."""
        return self.kind, self.session, self.person


def agent(session: str, trace: str | None = None, rule: str = "window") -> Hand:
    """An agent's hand."""
    return Hand(kind=Kind.AGENT, session=session, trace=trace, rule=rule)


def person(name: str, rule: str = "observed") -> Hand:
    """A person's hand."""
    return Hand(kind=Kind.PERSON, person=name, rule=rule)


def unknown(rule: str) -> Hand:
    """Nobody can say, and why not."""
    return Hand(kind=Kind.UNKNOWN, rule=rule)


def mixed(by: Hand, other: Hand) -> Hand:
    """An agent and a person, in whichever order."""
    machine, human = (by, other) if by.session else (other, by)
    return Hand(kind=Kind.MIXED, session=machine.session, trace=machine.trace, person=human.person, rule="changed")


@dataclass(frozen=True, slots=True)
class Text:
    """Lines without their ends, and each line's hand; None where a commit had the line before anybody was seen.

    Lines end at LF, as for git; CR before it belongs to the line and is passed over where lines are compared.
    """

    lines: tuple[bytes, ...] = ()
    hands: tuple[Hand | None, ...] = ()

    @classmethod
    def of(cls, content: bytes, hand: Hand | None = None) -> Text:
        """A text that is all one hand's."""
        lines = split(content)
        return cls(lines, (hand,) * len(lines))

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The lines as they are compared."""
        return tuple(map(key, self.lines)) if any(b"\r" in line for line in self.lines) else self.lines


def split(content: bytes) -> tuple[bytes, ...]:
    """The lines of a file, without their ends."""
    lines = content.split(b"\n")
    return tuple(lines[:-1] if lines[-1] == b"" else lines)
