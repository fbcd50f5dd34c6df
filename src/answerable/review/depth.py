"""How deep a change was reviewed, from 0 to 1, from what is known; of the change as a whole, never of a person.

Five parts, each 0 to 1, or None where it is not known. The whole is the mean of the known ones by their weights, and
None where none is known. What takes no time was not read: where the time is known, no other part is higher than the
time allows. With the same approvals, more of anything lowers no part. Formula: docs/explanation/review-depth.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

SECONDS_A_LINE = 7.2  # 500 lines an hour: faster than that, reviews find few faults (Cohen, SmartBear, 2006)
LEAST_SECONDS = 30.0  # even one line takes a look around it
HURRY = 4.0  # what somebody can at most take in who reads four times as fast
LINES_A_REMARK = 200  # of AI-origin lines: one place with a remark among so many is much
LEAST_WORDS = 3
NOT_BY_OWNER = 0.5  # what an independent person sees of what is not theirs

WEIGHTS = {"time": 0.35, "checklist": 0.25, "opened": 0.2, "remarks": 0.1, "reviewers": 0.1}
"""The parts and what each weighs."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_PRAISE = "lgtm looks look good great nice thanks thank you ok okay fine done ship it approved approve"
_EMPTY = frozenset(_PRAISE.split(" "))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One changed file: its lines that the change adds, those of AI origin among them, and who saw it."""

    lines: int
    ai_lines: int
    opened: bool | None = None  # by somebody who approved; None: the forge does not tell
    owned: bool = False  # somebody is declared as its owner
    approved_by_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment by an independent person on an AI-origin line; `place` is the same for all on one hunk."""

    place: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a review. Only independent people count in it; None is not known."""

    files: Sequence[File] = ()
    approvals: int | None = None  # of exactly the head
    seconds: float | None = None  # the longest time from when it could be looked at to an approval
    remarks: Sequence[Remark] | None = None
    asked: int | None = None  # questions of checklists
    answered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """The parts; `value` is the whole."""

    time: float | None = None
    checklist: float | None = None
    opened: float | None = None
    remarks: float | None = None
    reviewers: float | None = None
    value: float | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _mean(self.parts))

    @property
    def parts(self) -> Mapping[str, float | None]:
        """Each part by its name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "value"}


def depth(seen: Seen) -> Depth:
    """The measure."""
    if seen.approvals == 0 and not seen.answered:
        return Depth(
            time=0.0, reviewers=0.0, opened=None if _opened(seen) is None else 0.0,
            checklist=None if not seen.asked else 0.0, remarks=_of_remarks(seen),
        )  # fmt: skip
    time = _time(seen)
    most = 1.0 if time is None else min(1.0, HURRY * time)
    return Depth(
        time=time,
        checklist=_least(_checklist(seen), most),
        opened=_least(_opened(seen), most),
        remarks=_least(_of_remarks(seen), most),
        reviewers=_least(_reviewers(seen), most),
    )


def says_something(text: str) -> bool:
    """True for a remark of a few words that are no mere praise; what is quoted or only a link says nothing."""
    own = "\n".join(line for line in text[:20_000].split("\n") if not line.lstrip().startswith(">"))
    words = {word.casefold() for word in _WORD.findall(re.sub(r"https?://\S+|<!--.*?-->", " ", own, flags=re.DOTALL))}
    return len(words - _EMPTY) >= LEAST_WORDS


def _time(seen: Seen) -> float | None:
    if seen.seconds is None:
        return None
    needed = max(LEAST_SECONDS, SECONDS_A_LINE * sum(file.lines for file in seen.files))
    return min(1.0, max(0.0, seen.seconds) / needed)


def _checklist(seen: Seen) -> float | None:
    return min(1.0, seen.answered / seen.asked) if seen.asked else None


def _opened(seen: Seen) -> float | None:
    """By lines, those of AI origin where there are any: to open ten small files is not to open the large one."""
    known = [(_weight(seen, file), file.opened) for file in seen.files if file.opened is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight for weight, opened in known if opened) / total if total else None


def _of_remarks(seen: Seen) -> float | None:
    ai = sum(file.ai_lines for file in seen.files)
    if seen.remarks is None or not ai:
        return None
    places = {remark.place for remark in seen.remarks if says_something(remark.text)}
    return min(1.0, len(places) / max(1.0, ai / LINES_A_REMARK))


def _reviewers(seen: Seen) -> float | None:
    if seen.approvals is None or not any(file.owned for file in seen.files):
        return None
    owned = [(_weight(seen, file), file.approved_by_owner) for file in seen.files if file.owned]
    total = sum(weight for weight, _ in owned)
    other = NOT_BY_OWNER if seen.approvals else 0.0
    return sum(weight * (1.0 if by_owner else other) for weight, by_owner in owned) / total if total else None


def _weight(seen: Seen, file: File) -> int:
    return file.ai_lines if any(each.ai_lines for each in seen.files) else file.lines


def _least(part: float | None, most: float) -> float | None:
    return None if part is None else min(part, most)


def _mean(parts: Mapping[str, float | None]) -> float | None:
    known = [(WEIGHTS[name], part) for name, part in parts.items() if part is not None]
    total = sum(weight for weight, _ in known)
    return min(1.0, sum(weight * part for weight, part in known) / total) if known else None
