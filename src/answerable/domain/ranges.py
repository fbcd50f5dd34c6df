"""Sets of line numbers as sorted, disjoint, non-adjacent inclusive ranges: the algebra all line claims use."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranges:
    """An immutable set of 1-based line numbers; build it with `Ranges.of`, which normalises."""

    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Ranges:
        """Normalise any inclusive ranges: sorted, overlapping and adjacent ones merged, empty ones dropped."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(s for s in spans if s[0] <= s[1]):
            if merged and start <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __len__(self) -> int:
        return sum(end - start + 1 for start, end in self.spans)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.spans)

    def __contains__(self, line: int) -> bool:
        at = bisect_right(self.spans, (line, float("inf"))) - 1
        return at >= 0 and self.spans[at][1] >= line

    def __or__(self, other: Ranges) -> Ranges:
        return Ranges.of((*self.spans, *other.spans))

    def __and__(self, other: Ranges) -> Ranges:
        out: list[tuple[int, int]] = []
        i = j = 0
        while i < len(self.spans) and j < len(other.spans):
            (a, b), (c, d) = self.spans[i], other.spans[j]
            if max(a, c) <= min(b, d):
                out.append((max(a, c), min(b, d)))
            if b < d:
                i += 1
            else:
                j += 1
        return Ranges(tuple(out))

    def __sub__(self, other: Ranges) -> Ranges:
        out: list[tuple[int, int]] = []
        j = 0
        for a, b in self.spans:
            at = a
            while j < len(other.spans) and other.spans[j][1] < at:
                j += 1
            k = j
            while k < len(other.spans) and other.spans[k][0] <= b:
                c, d = other.spans[k]
                if c > at:
                    out.append((at, c - 1))
                at = max(at, d + 1)
                k += 1
            if at <= b:
                out.append((at, b))
        return Ranges(tuple(out))

    def cuts(self) -> Iterator[int]:
        """Every line number at which membership changes, ascending."""
        for start, end in self.spans:
            yield start
            yield end + 1
