"""Random changes to the bytes of a file, hard to attribute: few different lines, many ways to align them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from random import Random

# Real code repeats itself in exactly these lines; a diff may slide over them in several equally short ways.
ALPHABETS: Sequence[Sequence[bytes]] = (
    (b"a", b"b"),
    (b"a", b"b", b"c", b""),
    (b"", b"}", b"    return x", b"    x = 1", b"def f():", b"  x = 1", b"\t\tx = 1", b"end"),
    (b"{", b"}", b"", b"  ;", b"  }", b"  {", b"if (x) {", b"} else {", b"caf\xe9", b"\xc3\xa9 \xe2\x80\xa6"),
)

_LONG = 150


def lines_of(data: bytes) -> list[bytes]:
    """Lines with their ends; the last may have none. Only a line feed ends a line, as for git."""
    return data.splitlines(keepends=True) if b"\r" not in data else _at_line_feeds(data)


def _at_line_feeds(data: bytes) -> list[bytes]:
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


class Editor:
    """Draws new content and edits old, from one random generator and one alphabet of lines."""

    def __init__(self, rng: Random, alphabet: Sequence[bytes], unique: float) -> None:
        self._rng = rng
        self._alphabet = alphabet
        self._unique = unique
        self._count = 0

    def fresh(self) -> bytes:
        """A new file: empty, short, or now and then long."""
        rng = self._rng
        size = rng.choice((0, 1, 3, 5, 8, 12, 12, 20, 20, 30, 30, 120 if rng.random() < 0.2 else 15))
        data = b"".join(self.line() for _ in range(size))
        return self.ending(data) if rng.random() < 0.2 else data

    def line(self) -> bytes:
        """One line, mostly of the alphabet."""
        if self._rng.random() < self._unique:
            self._count += 1
            return b"line %d of its kind\n" % self._count
        return self._rng.choice(self._alphabet) + b"\n"

    def edit(self, data: bytes) -> bytes:
        """The file with one to four changes, rarely a change of its kind (line ends, binary, empty)."""
        rng = self._rng
        if rng.random() < 0.1:
            return rng.choice((self.ending, self.ending, self.carriage, self.binary, self.spaces))(data)
        if rng.random() < 0.01:
            return b""
        lines = lines_of(data)
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
            rng.choice(_LINE_EDITS)(self, lines)
        return b"".join(lines)

    def ending(self, data: bytes) -> bytes:
        """Take the final line feed away, or give it back."""
        return data[:-1] if data.endswith(b"\n") else data + b"\n" * bool(data)

    def carriage(self, data: bytes) -> bytes:
        """Turn line ends to CRLF or back, in the whole file or on some lines; now and then a lone CR."""
        if b"\r" in data:
            return data.replace(b"\r", b"")
        if self._rng.random() < 0.2:
            return data.replace(b"a", b"a\r", 1)
        some = self._rng.random() < 0.5
        return b"".join(
            line[:-1] + b"\r\n" if line.endswith(b"\n") and not (some and self._rng.random() < 0.5) else line
            for line in lines_of(data)
        )

    def binary(self, data: bytes) -> bytes:
        """Put NUL bytes in, early or past the 8000 bytes git looks at, or take them out."""
        if b"\0" in data:
            return data.replace(b"\0", b"")
        late = b"z" * 8100 + b"\n" if self._rng.random() < 0.1 else b""
        return data + late + b"\0\n" if self._rng.random() < 0.5 else b"\0" + data

    def spaces(self, data: bytes) -> bytes:
        """Change white space only."""
        before, after = self._rng.choice(
            ((b"  ", b"\t"), (b"\t", b"  "), (b"\n", b" \n"), (b" \n", b"\n"), (b"x", b" x"))
        )
        return data.replace(before, after, self._rng.choice((1, 2, -1)))

    def insert(self, lines: list[bytes]) -> None:
        """Insert lines anywhere, each closed by a line feed if something follows it."""
        at = self._rng.randint(0, len(lines))
        if len(lines) > _LONG:
            return
        if at == len(lines) and lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        lines[at:at] = [self.line() for _ in range(self._rng.choice((1, 1, 1, 2, 3, 6)))]

    def delete(self, lines: list[bytes]) -> None:
        """Delete a run of lines."""
        at = self._rng.randint(0, len(lines))
        del lines[at : at + self._rng.choice((1, 1, 2, 3, 6))]

    def replace(self, lines: list[bytes]) -> None:
        """Replace a run of lines by another, perhaps equal in part."""
        if lines:
            at = self._rng.randrange(len(lines))
            size = self._rng.choice((1, 1, 2, 3))
            lines[at : at + size] = [self.line() for _ in range(self._rng.choice((1, size, size + 1)))]

    def move(self, lines: list[bytes]) -> None:
        """Move a run of lines to another place."""
        at, size = self._rng.randint(0, len(lines)), self._rng.choice((1, 2, 3, 5))
        block = _closed(lines[at : at + size])
        del lines[at : at + size]
        to = self._rng.randint(0, len(lines))
        if to == len(lines):
            lines[:] = _closed(lines)
        lines[to:to] = block

    def double(self, lines: list[bytes]) -> None:
        """Repeat a run of lines next to itself or elsewhere."""
        at, size = self._rng.randint(0, len(lines)), self._rng.choice((1, 2, 4, 8))
        block = _closed(lines[at : at + size])
        to = at if self._rng.random() < 0.5 else self._rng.randint(0, len(lines))
        if to == len(lines):
            lines[:] = _closed(lines)
        if len(lines) <= _LONG:
            lines[to:to] = block

    def swap(self, lines: list[bytes]) -> None:
        """Swap two halves."""
        cut = self._rng.randint(0, len(lines))
        lines[:] = _closed(lines[cut:]) + lines[:cut]

    def reverse(self, lines: list[bytes]) -> None:
        """Turn a run of lines around."""
        at, size = self._rng.randint(0, len(lines)), self._rng.choice((2, 3, 5))
        if at + size < len(lines):
            lines[at : at + size] = lines[at : at + size][::-1]

    def weave(self, ours: bytes, theirs: bytes, *, evil: bool) -> bytes:
        """A merge of two versions: of each difference one side, both or neither; evil adds lines."""
        rng = self._rng
        a, b = lines_of(ours), lines_of(theirs)
        out: list[bytes] = []
        for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if tag == "equal":
                out += a[i:j]
            else:
                both = (a[i:j] + b[k:m], b[k:m] + a[i:j])
                out += rng.choice((a[i:j], a[i:j], b[k:m], *both, *both, []))
            if evil and rng.random() < 0.3:
                out.append(self.line())
        return b"".join(out[:1] if not out else [*_closed(out[:-1]), out[-1]])


_LINE_EDITS = (
    Editor.insert,
    Editor.insert,
    Editor.insert,
    Editor.insert,
    Editor.insert,
    Editor.delete,
    Editor.delete,
    Editor.replace,
    Editor.replace,
    Editor.move,
    Editor.double,
    Editor.swap,
    Editor.reverse,
)


def _closed(lines: list[bytes]) -> list[bytes]:
    return [line if line.endswith(b"\n") else line + b"\n" for line in lines]
