"""Looks for comments that keep analysers quiet, in the lines that a change adds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from answerable.review.failure_modes.languages import language_of
from answerable.review.failure_modes.own_rules import SILENCED, SILENCED_SECURITY
from answerable.review.failure_modes.touched import Fault, Touched

_SECURITY = re.compile(
    r"(?:#|//|/\*|<!--)\s*(?:nosec\b|nosemgrep\b|NOSONAR\b|codeql\[|lgtm\s*\[|gitleaks:allow|pragma: allowlist secret"
    r"|trivy:ignore|tfsec:ignore|checkov:skip|snyk:ignore|noqa:\s*S\d|nolint:\s*gosec)"
)
_ANY = re.compile(
    r"(?:#|//|/\*)\s*(?:noqa\b|type:\s*ignore\b|mypy:\s*ignore|pyright:\s*ignore|pylint:\s*disable|flake8:\s*noqa"
    r"|ruff:\s*noqa|ty:\s*ignore|nolint\b|eslint-disable|@ts-ignore|@ts-nocheck|@ts-expect-error|biome-ignore"
    r"|tslint:disable|prettier-ignore|rubocop:disable|NOLINT|ReSharper disable|ast-grep-ignore)"
    r"|@SuppressWarnings\b|@SuppressFBWarnings\b|#pragma warning disable|#!?\[allow\(clippy::"
)


_LONGEST = 2000  # characters of a line that are looked at


def silenced_checks(file: Touched) -> Iterator[Fault]:
    """The new lines of a file that silence a check and did not stand in it before."""
    if language_of(file.path) is None and not file.name.endswith((".tf", ".yml", ".yaml", "Dockerfile")):
        return
    more = _kinds(file.lines) - _kinds(file.lines_before)
    there = {line.strip() for line in file.lines_before}
    for at, line in file.new_lines():
        found = _marker(line)
        if found is None or line.strip() in there or more[_kind(found)] < 1:  # it stood there before
            continue
        more[_kind(found)] -= 1
        rule = SILENCED_SECURITY if _SECURITY.search(line) else SILENCED
        yield rule.fault(file, at, at, _kind(found))


def _kinds(lines: Iterable[str]) -> Counter[str]:
    """How often each kind of comment stands in some lines."""
    return Counter(_kind(found) for line in lines if (found := _marker(line)))


def _marker(line: str) -> re.Match[str] | None:
    return _SECURITY.search(line[:_LONGEST]) or _ANY.search(line[:_LONGEST])


def _kind(found: re.Match[str]) -> str:
    return " ".join(found[0].strip("#/*<!- ").split())[:60]
