"""Imports CODEOWNERS as GitHub or GitLab reads it; what one list in which the last match wins cannot say is told.

Formats: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
and https://docs.gitlab.com/user/project/codeowners/reference/, read by `ownership.codeowners`.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.ownership import codeowners
from answerable.ownership.codeowners import Codeowners, Dialect, Rule
from answerable.ownership.importers.imported import MOST_BYTES, File, Gathering, Imported
from answerable.ownership.patterns import gitlab_normal
from answerable.strict_yaml.reading import MOST_PATTERN


def github(files: Sequence[File]) -> Imported:
    """Read files as GitHub does: their rules mean the same in an owners file."""
    gathering = Gathering()
    for file in files:
        for rule in _parsed(file, Dialect.GITHUB, gathering).rules:
            _path(gathering, f"{file.name}:{rule.line}", rule.pattern, rule)
    return gathering.imported()


def gitlab(files: Sequence[File]) -> Imported:
    """Read files as GitLab does: of several sections the one that counts first decides, the others are told."""
    gathering = Gathering()
    for file in files:
        found = _parsed(file, Dialect.GITLAB, gathering)
        sections: dict[str | None, list[Rule]] = {}
        for rule in found.rules:
            sections.setdefault(rule.section, []).append(rule)
        # The last match wins here: so the section that counts first comes last, optional ones before the others.
        ordered = list(sections.values())[::-1]
        ordered.sort(key=lambda rules: not rules[0].optional)
        alone = len({rule.section for rule in (*found.rules, *found.excluded)}) == 1
        for rules in ordered:
            for rule in rules:
                _section_rule(gathering, file, rule, alone=alone)
        for rule in found.excluded:
            _excluded(gathering, file, rule, alone=alone)
        if len(sections) > 1:
            what = ", ".join(name or "(no section)" for name in sections)
            gathering.leave(file.name, what, "a path of several sections has the owners of the first that counts only")
    return gathering.imported()


def _parsed(file: File, dialect: Dialect, gathering: Gathering) -> Codeowners:
    if len(file.data) > MOST_BYTES:
        gathering.leave(file.name, f"{len(file.data):,} bytes", f"the file has more than {MOST_BYTES:,} bytes")
        return codeowners.parse(b"", dialect)
    found = codeowners.parse(file.data, dialect)
    for fault in found.errors:
        gathering.leave(f"{file.name}:{fault.line}", fault.message, "the forge does not read it as it looks")
    return found


def _section_rule(gathering: Gathering, file: File, rule: Rule, *, alone: bool) -> None:
    where = f"{file.name}:{rule.line}"
    if rule.approvals > 1:
        gathering.leave(where, str(rule.approvals), "how many must approve is for a rule of the policy")
    if rule.optional:
        gathering.leave(where, rule.section or "", "that approval is optional is for a rule of the policy")
    if not rule.owners and not alone:
        gathering.leave(where, rule.pattern, "it leaves the path to other sections, which one list cannot")
        return
    pattern = as_github(gitlab_normal(rule.pattern))
    if "[" in rule.pattern or "?" in rule.pattern:
        gathering.leave(where, rule.pattern, "`[…]` and `?` mean something in GitLab's patterns only")
        return
    _path(gathering, where, pattern, rule)


def _excluded(gathering: Gathering, file: File, rule: Rule, *, alone: bool) -> None:
    where = f"{file.name}:{rule.line}"
    if alone:
        _path(gathering, where, as_github(gitlab_normal(rule.pattern)), rule)
    else:
        gathering.leave(where, f"!{rule.pattern}", "a path that is taken out of one of several sections")


def _path(gathering: Gathering, where: str, pattern: str, rule: Rule) -> None:
    try:
        pattern.encode()
    except UnicodeEncodeError:
        gathering.leave(where, ascii(pattern), "owners.yaml is UTF-8, this pattern is not")
        return
    if len(pattern) > MOST_PATTERN:
        gathering.leave(where, pattern, f"a pattern has at most {MOST_PATTERN:,} characters")
        return
    owners = [named for owner in rule.owners if (named := gathering.handle(where, owner))]
    if owners or not rule.owners:
        gathering.path(pattern, owners)
    else:
        gathering.leave(where, pattern, "none of its owners can be carried")


def as_github(normal: str) -> str:
    """A pattern of GitLab in its full form, as GitHub writes it: folders and names below any folder in short form."""
    if normal == "/**/*":
        return "*"
    if normal.endswith("/**/*"):
        return normal.removesuffix("**/*").removeprefix("/**/") if normal.startswith("/**/") else normal[:-4]
    return normal.removeprefix("/**/") if normal.startswith("/**/") and "/" not in normal[4:] else normal
