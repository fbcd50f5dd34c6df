"""Guarantees: what looks like a live secret is found before it is stored, in time linear in the text.

What secrets look like is data (secrets.toml). A rule knows a format by its fixed marks; the rules without any go by the
name a value is given and by how random the value is. Obvious placeholders are let through. This protects from
accidents: whoever wants to hide a secret can (encoded or encrypted ones are not seen), and no message, error or
finding ever repeats one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from answerable.errors import SecretFound

RANDOM_BITS = 4.5
"""Bits a character, above which base64-like text is taken as random; prose and code stay below."""

RANDOM_HEX_BITS = 3.0
"""The same for hexadecimal text, which cannot have more than four."""

_NEARLY_ALL_BITS = 0.8  # a short string cannot reach 4.5 bits: n characters hold at most log2(n)
_A_TURN_IN = 4  # characters; random text turns between small, capital and digit oftener, a name of words more seldom
_DOTTED = re.compile(r"[A-Za-z_]\w{0,23}(?:\.[A-Za-z_]\w{0,23})+", re.ASCII)  # x509.GeneralName
_HEX = re.compile(r"[0-9A-Fa-f-]+")
_BEFORE = re.compile(r"(?:^|[^A-Za-z0-9]|\\[nrt]|%[0-9A-Fa-f]{2})\Z", re.ASCII)
_CHARACTERS_BEFORE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One secret: the rule that knows it and where it stands, in characters (bytes where bytes were given)."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of secrets.toml, ready to use."""

    name: str
    what: str
    hints: tuple[str, ...]
    regex: re.Pattern[str]
    entropy: float
    word: bool
    random: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules. `rows` keeps the examples for tests and documentation."""

    rows: tuple[dict[str, Any], ...]
    rules: tuple[Rule, ...]
    placeholder: re.Pattern[str]
    harmless_name: re.Pattern[str]


def find(text: str | bytes) -> list[Finding]:
    """Every secret in a text, in order, none overlapping another.

    Args:
        text: Any text. Bytes are read as they are, whatever their encoding; of UTF-16 the zero bytes are passed over.
    """
    if isinstance(text, str):
        return _find(text)
    found = _find(text.decode("latin-1"))
    return found if b"\0" not in text else _first_of_each([*found, *_between_zeros(text)])


def refuse(text: str | bytes, where: str) -> None:
    """Let a text pass that holds no secret.

    Args:
        where: What the text is, for the message: ``prompt``, ``the rationale``.

    Raises:
        SecretFound: The text holds at least one; the message names its kind and line, never the secret.
    """
    found = find(text)
    if not found:
        return
    first, others = found[0], len(found) - 1
    newline: Any = "\n" if isinstance(text, str) else b"\n"
    line = text.count(newline, 0, first.start) + 1
    what = next(rule.what for rule in rules().rules if rule.name == first.rule)
    more = f" (and {others} more)" if others else ""
    raise SecretFound(
        f"{where} holds {what} in line {line}{more}; nothing was stored",
        hint="take the secret out and try again; if it was ever shared, revoke it where it was issued. "
        "Write a stand-in such as EXAMPLE, xxxx or ${NAME} where one is needed",
    )


def entropy(text: str) -> float:
    """Shannon's entropy in bits a character (C. E. Shannon, A Mathematical Theory of Communication, 1948, §6)."""
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values())


@cache
def rules() -> Rules:
    """The rules, read from secrets.toml beside this file."""
    import tomllib  # most runs store no content, and then the table is never read

    data = tomllib.loads(Path(__file__).with_name("secrets.toml").read_text(encoding="utf-8"))
    return Rules(
        rows=tuple(data["rule"]),
        rules=tuple(_rule(row) for row in data["rule"]),
        placeholder=re.compile("|".join(data["placeholders"]["patterns"]), re.IGNORECASE | re.ASCII),
        harmless_name=re.compile(rf"(?:{'|'.join(data['placeholders']['names'])})\Z", re.IGNORECASE),
    )


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(
        name=row["name"],
        what=row["what"],
        hints=tuple(row["hints"]),
        regex=re.compile(row["pattern"], re.ASCII),
        entropy=row.get("entropy", RANDOM_HEX_BITS),
        word=row.get("word", False),
        random=row.get("random", False),
    )


def _find(text: str) -> list[Finding]:
    folded = text.lower()
    return _first_of_each(
        Finding(rule=rule.name, start=match.start(_part(match)), end=match.end(_part(match)))
        for rule in rules().rules
        if any(hint in folded for hint in rule.hints)
        for match in _matches(rule, text)
        if _is_secret(rule, match)
    )


def _matches(rule: Rule, text: str) -> Iterator[re.Match[str]]:
    """Those that begin where a word begins, where the rule asks for it; \\n, %3D and the like end a word too."""
    for match in rule.regex.finditer(text):
        start = match.start()
        if not rule.word or _BEFORE.search(text[max(0, start - _CHARACTERS_BEFORE) : start]):
            yield match


def _is_secret(rule: Rule, match: re.Match[str]) -> bool:
    value = match[_part(match)]
    if rules().placeholder.search(value):
        return False
    if not rule.random:
        return entropy(value) >= rule.entropy
    name = match.groupdict().get("name")
    return _is_random(value) and not (name and rules().harmless_name.search(name))


def _is_random(value: str) -> bool:
    """Random text mixes letters and digits all along; words, versions, dates and numbers do not."""
    if not (re.search(r"[A-Za-z]", value) and re.search(r"[0-9]", value)) or _DOTTED.fullmatch(value):
        return False
    if _HEX.fullmatch(value):
        return entropy(value) > RANDOM_HEX_BITS
    enough = min(RANDOM_BITS, _NEARLY_ALL_BITS * math.log2(len(value)))
    return entropy(value) > enough and _turns(value) >= len(value) / _A_TURN_IN


def _turns(value: str) -> int:
    kinds = [(ch.islower(), ch.isdigit()) for ch in value if ch.isalnum()]
    return sum(one != other for one, other in pairwise(kinds))


def _part(match: re.Match[str]) -> str | int:
    return "secret" if "secret" in match.re.groupindex else 0


def _first_of_each(found: Any) -> list[Finding]:
    """Of findings that overlap, the one that starts first; of those, the one of the earlier rule."""
    out: list[Finding] = []
    for finding in sorted(found, key=lambda finding: finding.start):  # sorting is stable: rules keep their order
        if not out or finding.start >= out[-1].end:
            out.append(finding)
    return out


def _between_zeros(data: bytes) -> list[Finding]:
    """Findings in a text of which every second byte is zero (UTF-16, as PowerShell writes it), at their places."""
    found = _find(data.replace(b"\0", b"").decode("latin-1"))
    places = [at for at, byte in enumerate(data) if byte] if found else []
    return [Finding(rule=f.rule, start=places[f.start], end=places[f.end - 1] + 1) for f in found]
