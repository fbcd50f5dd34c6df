"""Who owns a path by a CODEOWNERS file, exactly as the forge that reads the file would answer.

Nothing in the file is fatal: what a forge would skip is skipped and told, with its line. GitHub: the last
matching line decides, and one without owners clears ownership. GitLab: the last matching entry of every
section decides for that section, `!` takes a path out of its section for good, and of two entries with one
pattern the later takes the place of the earlier.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from answerable.ownership.patterns import Index, github, gitlab, gitlab_normal

MOST_BYTES = 3 << 20  # GitHub does not read a larger file

_GAP = re.compile(r"(?<!\\)\s+")
_GITHUB_OWNER = re.compile(r"@[A-Za-z0-9][\w-]*(?:/[\w.-]+)?|[^@\s]+@[^@\s]+")
_GITLAB_OWNER = re.compile(r"@{1,2}[\w][\w./-]*|[^@\s]+@[^@\s]+")
_HEADING = re.compile(r"(\^)?\[([^\]]*)\](?:\[([^\]]*)\])?(?:\s+(.*))?")


class Dialect(StrEnum):
    """The forge whose rules of reading apply."""

    GITHUB = "github"
    GITLAB = "gitlab"


LOCATIONS: dict[Dialect, tuple[bytes, ...]] = {
    Dialect.GITHUB: (b".github/CODEOWNERS", b"CODEOWNERS", b"docs/CODEOWNERS"),
    Dialect.GITLAB: (b"CODEOWNERS", b"docs/CODEOWNERS", b".gitlab/CODEOWNERS"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line that gives owners to paths; without owners it says that nobody owns them."""

    line: int
    pattern: str
    owners: tuple[str, ...] = ()
    section: str | None = None  # as its heading spells it; None before the first heading and on GitHub
    optional: bool = False
    approvals: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A line that does not say what it seems to say."""

    line: int
    message: str


class Codeowners:
    """A file as read: `rules` in the order in which the last match wins, `errors` by line."""

    def __init__(
        self, dialect: Dialect, rules: Iterable[Rule], excluded: Iterable[Rule], errors: Iterable[Fault]
    ) -> None:
        self.dialect = dialect
        self.rules = tuple(rules)
        self.excluded = tuple(excluded)
        self.errors = tuple(errors)
        if dialect is Dialect.GITHUB:
            self._index = Index([github(r.pattern) for r in self.rules])
        else:
            self._index = Index([gitlab(gitlab_normal(r.pattern)) for r in self.rules])
        sections = dict.fromkeys(r.section for r in self.rules)
        self._order = {section: n for n, section in enumerate(sections)}
        self._exclusions = Index([gitlab(gitlab_normal(r.pattern)) for r in self.excluded])

    def owners_of(self, path: bytes) -> Rule | None:
        """The rule that decides for a path.

        Args:
            path: A path of the tree, as git names it.

        Returns:
            None where no rule matches. Where several GitLab sections speak: the first required one with
            owners, and only for want of one an optional or empty one; `rules_of` gives them all.
        """
        if self.dialect is Dialect.GITHUB:
            at = self._index.last(path.decode("utf-8", "surrogateescape"))
            return self.rules[at] if at >= 0 else None
        rules = self.rules_of(path)
        return min(rules, key=lambda r: (not r.owners, r.optional), default=None)

    def rules_of(self, path: bytes) -> tuple[Rule, ...]:
        """The deciding rule of every section that speaks about a path, sections in the order of the file."""
        text = path.decode("utf-8", "surrogateescape")
        best: dict[str | None, int] = {}
        for number in self._index.matching(text):
            section = self.rules[number].section
            best[section] = max(number, best.get(section, -1))
        for number in self._exclusions.matching(text):
            best.pop(self.excluded[number].section, None)
        return tuple(self.rules[best[section]] for section in sorted(best, key=self._order.__getitem__))


def find(paths: Collection[bytes], dialect: Dialect) -> bytes | None:
    """The one CODEOWNERS file of a tree that the forge reads, the others being ignored; or None."""
    return next((p for p in LOCATIONS[dialect] if p in paths), None)


def parse(data: bytes, dialect: Dialect) -> Codeowners:
    """Read a CODEOWNERS file.

    Args:
        data: The bytes of the file; any bytes.
        dialect: The forge whose rules apply.

    Returns:
        Its rules, and its faults with their lines; never raises.
    """
    if len(data) > MOST_BYTES and dialect is Dialect.GITHUB:
        fault = Fault(line=1, message=f"the file has {len(data)} bytes; GitHub reads none over {MOST_BYTES}")
        return Codeowners(dialect, (), (), (fault,))
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    lines = [(n, line.strip()) for n, line in enumerate(text.split("\n"), 1)]
    spoken = [(n, line) for n, line in lines if line and not line.startswith("#")]
    return _github(spoken) if dialect is Dialect.GITHUB else _gitlab(spoken)


def _github(lines: list[tuple[int, str]]) -> Codeowners:
    rules, faults = [], []
    for number, line in lines:
        pattern, *rest = _GAP.split(line)
        owners = rest[: next((n for n, o in enumerate(rest) if o.startswith("#")), len(rest))]
        wrong = _github_fault(pattern, owners)
        if wrong:
            faults.append(Fault(line=number, message=f"{wrong}; GitHub skips the line"))
        else:
            rules.append(Rule(line=number, pattern=pattern, owners=tuple(owners)))
    return Codeowners(Dialect.GITHUB, rules, (), faults)


def _github_fault(pattern: str, owners: list[str]) -> str | None:
    if pattern.startswith("!"):
        return "a pattern cannot be negated with !"
    if pattern.startswith("\\#"):
        return "a pattern cannot start with an escaped #"
    bad = next((o for o in owners if not _GITHUB_OWNER.fullmatch(o)), None)
    return f"{bad} is no @user, @organisation/team or mail address" if bad else None


class _Section:
    """The section in which the following GitLab entries stand."""

    def __init__(self, name: str | None, *, optional: bool, approvals: int, owners: tuple[str, ...]) -> None:
        self.name, self.optional, self.approvals, self.owners = name, optional, approvals, owners


def _gitlab(lines: list[tuple[int, str]]) -> Codeowners:
    filed: dict[str | None, dict[str, Rule]] = {None: {}}
    spelled: dict[str, str] = {}  # names in lower case, as first written
    excluded: list[Rule] = []
    faults: list[Fault] = []
    section = _Section(None, optional=False, approvals=1, owners=())
    for number, line in lines:
        heading = _HEADING.fullmatch(line)
        if heading:
            section = _heading(heading, number, filed, spelled, faults) or section
            continue
        if line.startswith(("[", "^[")):
            faults.append(Fault(line=number, message="the heading cannot be read and counts as an entry"))
        rule = _entry(line, number, section, faults)
        if rule.pattern.startswith("!"):
            excluded.append(replace(rule, pattern=rule.pattern[1:], owners=()))
        else:
            filed[section.name][gitlab_normal(rule.pattern)] = rule
    rules: list[Rule] = []
    for entries in filed.values():
        optional = all(r.optional for r in entries.values())
        rules += [replace(r, optional=optional) for r in entries.values()]
    return Codeowners(Dialect.GITLAB, rules, excluded, faults)


def _heading(
    m: re.Match[str],
    number: int,
    filed: dict[str | None, dict[str, Rule]],
    spelled: dict[str, str],
    faults: list[Fault],
) -> _Section | None:
    """The section a heading opens, or opens again: upper and lower case are one."""
    name = m[2].strip()
    if not name:
        faults.append(Fault(line=number, message="a section needs a name; the heading is left out"))
        return None
    name = spelled.setdefault(name.lower(), name)
    filed.setdefault(name, {})
    count = int(m[3]) if m[3] and re.fullmatch("[0-9]{1,6}", m[3]) else 0
    if m[3] is not None and count < 1:
        faults.append(Fault(line=number, message=f"{m[3]} is no number of approvals; 1 is taken"))
    owners = _gitlab_owners(m[4] or "", number, faults)
    return _Section(name, optional=bool(m[1]), approvals=max(count, 1), owners=owners)


def _entry(line: str, number: int, section: _Section, faults: list[Fault]) -> Rule:
    pattern, *rest = _GAP.split(line, maxsplit=1)
    owners = _gitlab_owners(rest[0], number, faults) if rest else section.owners
    if not owners and not pattern.startswith("!"):
        faults.append(Fault(line=number, message="the entry has no owner: nobody has to approve"))
    return Rule(
        line=number,
        pattern=pattern,
        owners=owners,
        section=section.name,
        optional=section.optional,
        approvals=section.approvals,
    )


def _gitlab_owners(text: str, number: int, faults: list[Fault]) -> tuple[str, ...]:
    """GitLab knows no comment behind an entry: owners named in one count."""
    words = text.split()
    good = [w for w in words if _GITLAB_OWNER.fullmatch(w)]
    if len(good) < len(words):
        bad = next(w for w in words if not _GITLAB_OWNER.fullmatch(w))
        faults.append(Fault(line=number, message=f"{bad} is no @user, @group, @@role or mail address"))
    return tuple(dict.fromkeys(good))
