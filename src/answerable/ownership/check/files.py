"""Which entry decides for each file of a tree: what nobody owns, what everybody owns, and where two disagree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from answerable.domain.fault import Position
from answerable.domain.verdict import Severity
from answerable.ownership.check.asked import START, Asked
from answerable.ownership.check.finding import Finding, Kind
from answerable.ownership.codeowners import Dialect, Rule
from answerable.ownership.model import PathRule, Service
from answerable.ownership.patterns import Index, github

MANY = 25
"""More people than these own nothing together."""
MOST = 50
"""Places that are told one by one."""


class Row(NamedTuple):
    """Files that nobody owns: all of a place, or some of a folder."""

    place: bytes
    files: Sequence[bytes]
    whole: bool


class Files:
    """The files of a tree, each with the entry and the rule that decide for it.

    Args:
        asked: What is looked at.
    """

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        owners = asked.declared
        self._entries: list[tuple[str, PathRule | Service]] = [
            *((rule.pattern, rule) for rule in owners.paths),
            *((pattern, service) for service in owners.services for pattern in service.paths),
        ]
        self._index = Index([github(pattern) for pattern, _ in self._entries])
        self._decided: Counter[tuple[int, int | None]] = Counter()  # (entry or -1, line of CODEOWNERS) → files
        self._claimed: Counter[tuple[str, str]] = Counter()  # services that lost against services → files
        self._rules: dict[int, Rule] = {}
        self.orphans: list[bytes] = []
        for path in asked.files:
            self._decide(path)

    def _decide(self, path: bytes) -> None:
        name = path.decode("utf-8", "surrogateescape")
        numbers = sorted(set(self._index.matching(name)), reverse=True)
        rule = self._rule(path)
        self._decided[numbers[0] if numbers else -1, rule.line if rule else None] += 1
        claims = dict.fromkeys(one.id for n in numbers if isinstance(one := self._entries[n][1], Service))
        won, *lost = claims or ("",)
        self._claimed.update((other, won) for other in lost)
        if not (self._names(numbers[0]) if numbers else rule and rule.owners):
            self.orphans.append(path)

    def _rule(self, path: bytes) -> Rule | None:
        """The rule of CODEOWNERS that counts; on GitLab one of every section does, and all of these are used."""
        found = self.asked.codeowners
        rule = found.owners_of(path) if found else None
        if found and rule:
            every = found.rules_of(path) if found.dialect is Dialect.GITLAB else (rule,)
            self._rules.update((each.line, each) for each in every)
        return rule

    def _names(self, number: int) -> tuple[str, ...]:
        entry = self._entries[number][1]
        return (entry.owner,) if isinstance(entry, Service) else entry.owners

    @cached_property
    def _by_entry(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for (number, _), count in self._decided.items():
            found[number] += count
        return found

    @cached_property
    def _by_rule(self) -> Counter[int | None]:
        found: Counter[int | None] = Counter()
        for (_, line), count in self._decided.items():
            found[line] += count
        return found

    def broad(self) -> Iterator[Finding]:
        """Entries that decide for files and whose owners are everybody, or more than can answer together."""
        asked = self.asked
        everybody = {one.id for one in asked.declared.people if one.until is None or one.until >= asked.day}
        seen: dict[Position | None, int] = {}
        for number, (_, entry) in enumerate(self._entries):
            seen[entry.position] = seen.get(entry.position, 0) + self._by_entry[number]
        for number, (pattern, entry) in enumerate(self._entries):
            files, names = seen.pop(entry.position, 0), self._names(number)
            people = {one.id for name in asked.known(names) for one in asked.directory.here(name, asked.day)[0]}
            if files and (len(people) > MANY or (len(people) > 2 and people >= everybody)):
                every = "everybody" if people >= everybody else f"{len(people)} people"
                about = entry.id if isinstance(entry, Service) else pattern
                what = f"{' '.join(names)} is {every}, and owns {about}: what everybody owns, no one answers for"
                remedy = "name the few who answer for it, and let the rest be their parent team"
                yield asked.finding(Kind.BROAD, Severity.WARNING, about, what, remedy, entry.position, files=files)
        yield from self._catch_alls()

    def _catch_alls(self) -> Iterator[Finding]:
        """A last resort of CODEOWNERS that decides for most files; who is behind a name there is often not known."""
        for line, rule in self._rules.items():
            files, of = self._by_rule[line], len(self.asked.files)
            if rule.pattern in ("*", "**", "/**", "/**/*") and rule.owners and 2 * files > of > 1:
                names = " ".join(rule.owners)
                what = f"`{rule.pattern}` decides for {files:,} of {of:,} files: {names} owns what nobody chose"
                remedy = "write rules for the folders that matter; keep the last resort for the rest"
                yield self._about(rule, Kind.BROAD, Severity.NOTE, what, remedy, files=files)

    def unused(self) -> Iterator[Finding]:
        """Patterns that decide for no file: the path is gone, or a later entry takes all of it."""
        for number, (pattern, entry) in enumerate(self._entries):
            if not self._by_entry[number]:
                what = f"`{pattern}` decides for no file of the tree"
                remedy = "correct it or take it out; of entries that match, a service decides, then the last"
                yield self.asked.finding(Kind.UNUSED, Severity.NOTE, pattern, what, remedy, entry.position)
        for rule in self.asked.codeowners.rules if self.asked.codeowners else ():
            if rule.line not in self._rules:
                what = f"`{rule.pattern}` decides for no file of the tree"
                remedy = "correct it or take it out; the last match wins"
                yield self._about(rule, Kind.UNUSED, Severity.NOTE, what, remedy)

    def contradictory(self) -> Iterator[Finding]:
        """Services that claim the same files for others, and files of which CODEOWNERS names others."""
        services = {service.id: service for service in self.asked.declared.services}
        for (lost, won), files in self._claimed.items():
            if services[lost].owner != services[won].owner:
                what = (
                    f"the services {lost} and {won} claim the same {_files(files)} for {services[lost].owner} and for "
                    f"{services[won].owner}; {won} decides, as the later"
                )
                remedy = f"let only one of them claim these paths, or write {lost} after {won} where it should decide"
                at = services[lost].position
                yield self.asked.finding(Kind.CONTRADICTORY, Severity.WARNING, lost, what, remedy, at, files=files)
        yield from self._two_files()
        for path in self.asked.ignored:
            what = f"{path} says something else than {self.asked.source}, and no forge reads it"
            yield self.asked.finding(
                Kind.CONTRADICTORY, Severity.WARNING, path, what, "keep one of the two files", START, file=path
            )

    def _two_files(self) -> Iterator[Finding]:
        sums: defaultdict[tuple[Position | None, int], int] = defaultdict(int)
        numbers: dict[tuple[Position | None, int], int] = {}
        for (number, line), count in self._decided.items():
            if number >= 0 and line is not None and self._disagree(number, self._rules[line]):
                key = (self._entries[number][1].position, line)
                sums[key] += count
                numbers[key] = number
        for key, files in sums.items():
            rule, number = self._rules[key[1]], numbers[key]
            ours, theirs = " ".join(self._names(number)) or "nobody", " ".join(rule.owners) or "nobody"
            what = (
                f"for {_files(files)} of `{rule.pattern}` {self.asked.source}:{rule.line} names {theirs}, and "
                f"{self.asked.declared.source} names {ours}: the one is asked for review, the other for the response"
            )
            remedy = "let both name the same team, or write its name on the forge under forge"
            yield self.asked.finding(
                Kind.CONTRADICTORY, Severity.WARNING, self._entries[number][0], what, remedy, key[0], files=files
            )

    def _disagree(self, number: int, rule: Rule) -> bool:
        directory = self.asked.directory
        ours = {one for name in self._names(number) for one in directory.within(name)}
        known = [directory.called(name) for name in rule.owners]
        theirs = {one for name in known if name for one in directory.within(name)}
        return ours.isdisjoint(theirs) and bool(ours or rule.owners)

    def orphaned(self) -> Iterator[Finding]:
        """Files that nobody owns, by the highest folders of which that is all; where most is at stake first."""
        rows = [self._orphans(row) for row in _grouped(folders(self.orphans, self.asked.files))]
        rows.sort(key=lambda one: (one.severity is not Severity.ERROR, -one.files))
        yield from rows[:MOST]
        rest = rows[MOST:]
        if rest:
            files = sum(one.files for one in rest)
            what = f"nobody owns {files:,} more files in {len(rest):,} more places"
            remedy = "begin with the folders above"
            yield self.asked.finding(Kind.ORPHANED, rest[0].severity, "the rest", what, remedy, files=files)

    def _orphans(self, row: Row) -> Finding:
        place, files, whole = row
        shown = place.decode("utf-8", "replace")
        severe = [p.layer for path in files if (p := self.asked.placed.get(path)) and p.layer.rank == 0]
        within = f"{len(severe):,} of them " if severe and len(files) > 1 else ""
        told = f"{_files(len(files))}{f' ({within}{severe[0].name})' if severe else ''}"
        what = f"nobody owns {shown}: {told}" if whole else f"nobody owns {told} in {shown}, where others are owned"
        remedy = "write who owns it: a service with its duties, or an entry of paths"
        severity = Severity.ERROR if severe else Severity.WARNING
        return self.asked.finding(Kind.ORPHANED, severity, shown, what, remedy, files=len(files))

    def _about(self, rule: Rule, kind: Kind, severity: Severity, what: str, remedy: str, files: int = 0) -> Finding:
        at = Position(rule.line, 1)
        return self.asked.finding(kind, severity, rule.pattern, what, remedy, at, file=self.asked.source, files=files)


def folders(some: Sequence[bytes], every: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """The highest folders all of whose files are among some, with these; a single file stands for itself."""
    all_in: Counter[bytes] = Counter()
    some_in: Counter[bytes] = Counter()
    for paths, counts in ((every, all_in), (some, some_in)):
        for path in paths:
            counts.update(_above(path))
    found: dict[bytes, list[bytes]] = {}
    for path in some:
        whole = next((folder for folder in _above(path) if some_in[folder] == all_in[folder]), path)
        found.setdefault(whole or b"/", []).append(path)
    yield from found.items()


def _grouped(rows: Iterable[tuple[bytes, list[bytes]]]) -> Iterator[Row]:
    """Folders as they are; of files that stand for themselves, those of one folder together."""
    loose: dict[bytes, list[bytes]] = {}
    for place, files in rows:
        if place.endswith(b"/"):
            yield Row(place, files, True)
        else:
            loose.setdefault(place.rpartition(b"/")[0] + b"/", []).append(place)
    for folder, files in loose.items():
        yield Row(files[0], files, True) if len(files) == 1 else Row(folder, files, False)


def _above(path: bytes) -> list[bytes]:
    """The root, and every folder that a path is in, from above."""
    parts = path.split(b"/")[:-1]
    return [b"", *(b"/".join(parts[: n + 1]) + b"/" for n in range(len(parts)))]


def _files(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"
