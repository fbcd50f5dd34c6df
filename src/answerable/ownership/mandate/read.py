"""Reads a mandate strictly: the front matter of a decision record, and the two lists of the contract below it.

What comes out is complete, or it is faults that say where and what to write instead. Front matter: MADR 4.0
(https://github.com/adr/madr, template/adr-template.md): `status`, `date`, `decision-makers`, `consulted`, `informed`;
the other keys are ours. The bytes are bounded and no input crashes or stalls the reader.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from answerable.domain.fault import Fault, Position
from answerable.errors import MandateInvalid
from answerable.ownership.mandate.model import Approval, Mandate
from answerable.strict_yaml.nodes import Node, Scalar, Unreadable, compose
from answerable.strict_yaml.reading import Notes

KEYS = (
    *("status", "date", "decision-makers", "consulted", "informed"),
    *("mandate", "expires", "governance", "response", "communication", "standards", "approvals", "replaces"),
)
APPROVAL_KEYS = ("role", "person")
NEEDED = ("status", "date", "mandate", "expires", "governance", "response", "communication", "standards", "approvals")
PERSON_OWNS = "What the person owns"
ORGANISATION_OWNS = "What the organisation owns"
STATES = ("proposed", "accepted", "rejected", "deprecated")
SUPERSEDED = "superseded by "
MOST_BYTES = 64 * 1024
MOST_ENTRIES = 100  # of one list
LONGEST = timedelta(days=731)  # from its date to its last day: a mandate that does not end is none

_MARK = "---"
_HEADING = re.compile(r"#{1,6}(?= )")
_ITEM = re.compile(r"[*+-] +(.*)")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_IDENTITY = re.compile(r"(?! )[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,320}(?<! )")  # as in decisions


def load(data: bytes, name: str) -> Mandate:
    """Read a mandate.

    Args:
        data: The bytes of the file; any.
        name: What it is called in errors and in `Mandate.source`.

    Raises:
        MandateInvalid: names file, line, column and the fix of the first fault; `read` gives all.
    """
    mandate, faults = read(data, name)
    if mandate is None:
        first, more = faults[0], len(faults) - 1
        also = f" (and {more} more)" if more else ""
        raise MandateInvalid(f"{first.where}: {first.message}{also}", hint=first.fix)
    return mandate


def read(data: bytes, name: str) -> tuple[Mandate | None, tuple[Fault, ...]]:
    """Read a mandate, or all of its faults in the order of the file: one of the two is empty."""
    notes = Notes(name)
    try:
        lines = _text(data, name).split("\n")
        end = _end_of_front_matter(lines, name)
        front = "\n".join(("", *lines[1:end])).encode()
        node = compose(front, name, begin="write `status: accepted` to begin with", most=MOST_BYTES)
    except Unreadable as error:
        return None, (error.fault,)
    mandate = _mandate(notes, node, lines, end, data)
    if notes.faults:
        return None, tuple(sorted(notes.faults, key=lambda fault: fault.position))
    return mandate, ()


def _text(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise _unreadable(name, Position(1, 1), f"the file has more than {MOST_BYTES:,} bytes", "make it smaller")
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _unreadable(name, Position(line, 1), "this is not UTF-8", "save the file as UTF-8") from None


def _end_of_front_matter(lines: Sequence[str], name: str) -> int:
    """The number of the line, from 0, that ends it."""
    if lines[0].rstrip() != _MARK:
        fix = "begin the file with a line `---`, the keys, and a line `---`: answerable mandate draft writes one"
        raise _unreadable(name, Position(1, 1), "there is no front matter", fix)
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == _MARK:
            return number
    raise _unreadable(name, Position(1, 1), "the front matter does not end", "write a line `---` after its last key")


def _unreadable(name: str, at: Position, message: str, fix: str) -> Unreadable:
    return Unreadable(Fault(file=name, position=at, message=message, fix=fix))


def _mandate(notes: Notes, node: Node, lines: Sequence[str], end: int, data: bytes) -> Mandate:
    keys = notes.keys(node, "a mandate", *KEYS, needs=NEEDED)
    begins, expires = _days(notes, keys)
    body = _Body(notes, lines, end + 1)
    return Mandate(
        title=body.title(),
        status=_status(notes, keys["status"]) if "status" in keys else "",
        begins=begins,
        expires=expires,
        governance=_who(notes, keys, "governance"),
        response=_who(notes, keys, "response"),
        communication=_who(notes, keys, "communication"),
        standards=_texts(notes, keys, "standards", needed=True),
        approvals=_approvals(notes, keys["approvals"]) if "approvals" in keys else (),
        person_owns=body.items(PERSON_OWNS),
        organisation_owns=body.items(ORGANISATION_OWNS),
        decision_makers=_texts(notes, keys, "decision-makers"),
        consulted=_texts(notes, keys, "consulted"),
        informed=_texts(notes, keys, "informed"),
        replaces=_replaces(notes, keys.get("replaces")),
        source=notes.file,
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
    )


def _days(notes: Notes, keys: dict[str, Node]) -> tuple[date, date]:
    version = keys.get("mandate")
    if version is not None and (not isinstance(version, Scalar) or version.style or version.text != "1"):
        notes.add(version.at, "this version of the format is not known", "write `mandate: 1`")
    begins = notes.day(keys["date"], "date") if "date" in keys else date.max
    expires = notes.day(keys["expires"], "expires") if "expires" in keys else date.max
    if date.max not in (begins, expires):
        if expires < begins:
            notes.add(keys["expires"].at, "it expires before it begins", "write a day after `date`")
        elif expires - begins > LONGEST:
            what = "it lasts more than two years: a mandate is taken anew"
            notes.add(keys["expires"].at, what, f'write "{begins + LONGEST}" or an earlier day')
    return begins, expires


def _status(notes: Notes, node: Node) -> str:
    status = notes.text(node, "status")
    if status and status not in STATES and not status.startswith(SUPERSEDED):
        fix = f"take one of: {', '.join(STATES)}, {SUPERSEDED}…"
        notes.add(node.at, f"status cannot be {status[:80]!r}", fix)
    return status


def _who(notes: Notes, keys: dict[str, Node], key: str) -> str:
    return _identity(notes, keys[key], key) if key in keys else ""


def _identity(notes: Notes, node: Node, what: str) -> str:
    name = notes.text(node, what)
    if name and not _IDENTITY.fullmatch(name):
        notes.add(node.at, f"{what} must be one line of at most 320 characters", "write a team, or a mail address")
    return name


def _texts(notes: Notes, keys: dict[str, Node], key: str, *, needed: bool = False) -> tuple[str, ...]:
    node = keys.get(key)
    if node is None:
        return ()
    found = (notes.text(node, key),) if isinstance(node, Scalar) else notes.texts(node, key)
    if needed and not found:
        notes.add(node.at, f"{key} is empty", "name at least one")
    if len(found) > MOST_ENTRIES:
        notes.add(node.at, f"{key} has {len(found)} entries; {MOST_ENTRIES} is the most", "leave some out")
    return found


def _approvals(notes: Notes, node: Node) -> tuple[Approval, ...]:
    found = notes.each(node, "approvals", lambda item: _approval(notes, item))
    if not found:
        notes.add(node.at, "approvals names nobody", "write `- {role: legal, person: …}` for each role that signs")
    if len(found) > MOST_ENTRIES:
        notes.add(node.at, f"approvals has {len(found)} entries; {MOST_ENTRIES} is the most", "leave some out")
    return found


def _approval(notes: Notes, node: Node) -> Approval:
    keys = notes.keys(node, "an approval", *APPROVAL_KEYS, needs=APPROVAL_KEYS)
    person = _identity(notes, keys["person"], "person") if "person" in keys else ""
    return Approval(role=notes.name(keys.get("role"), "a role"), person=person)


def _replaces(notes: Notes, node: Node | None) -> str | None:
    if node is None:
        return None
    digest = notes.text(node, "replaces")
    if digest and not _DIGEST.fullmatch(digest):
        notes.add(node.at, "replaces must be a digest", "write sha256: and 64 hex digits: answerable mandate show")
    return digest


class _Body:
    """The title, and the lists below headings; headings and lists inside of code fences are none."""

    def __init__(self, notes: Notes, lines: Sequence[str], begin: int) -> None:
        self._notes, self._end = notes, len(lines)
        self._lines = list(_unfenced(lines, begin))
        self._headings = [
            (at, len(mark[0]), line[mark.end() :].strip().rstrip("#").rstrip())
            for at, line in self._lines
            if (mark := _HEADING.match(line))
        ]

    def title(self) -> str:
        """The one heading of the first level."""
        titles = [(at, text) for at, level, text in self._headings if level == 1]
        if len(titles) != 1 or not titles[0][1]:
            at = titles[1][0] if len(titles) > 1 else self._end - 1
            self._notes.add(Position(at + 1, 1), "it must have one title", "write one line `# …` below the keys")
            return ""
        return titles[0][1]

    def items(self, heading: str) -> tuple[str, ...]:
        """The items of the list in a section."""
        there = [at for at, _, text in self._headings if text.casefold() == heading.casefold()]
        if len(there) != 1:
            what = f"the section {heading!r} must be there once"
            at = there[1] if there else self._end - 1
            self._notes.add(Position(at + 1, 1), what, f"write `## {heading}` and a list below it")
            return ()
        ends = min((at for at, _, _ in self._headings if at > there[0]), default=self._end)
        found = tuple(_items(line for at, line in self._lines if there[0] < at < ends))
        if not found:
            self._notes.add(Position(there[0] + 1, 1), f"the section {heading!r} lists nothing", "write `- …` below it")
        return found


def _unfenced(lines: Sequence[str], begin: int) -> Iterator[tuple[int, str]]:
    fence = ""
    for at, line in enumerate(lines[begin:], begin):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        elif not fence:
            yield at, line


def _items(lines: Iterator[str]) -> Iterator[str]:
    """Each item as one line; what is indented below it belongs to it."""
    item: list[str] = []
    for line in lines:
        begun = _ITEM.fullmatch(line)
        if begun and item:
            yield " ".join(item)
        if begun:
            item = [begun[1].strip()]
        elif item and line.startswith(" ") and line.strip():
            item.append(line.strip())
        elif item:
            yield " ".join(item)
            item = []
    if item:
        yield " ".join(item)
