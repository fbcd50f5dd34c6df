"""Looks for comments that keep analysers quiet, in the lines that a change adds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

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


def silenced_checks(file: Touched) -> Iterator[Fault]:
    """The new lines of a file that silence a check and did not stand in it before."""
    if language_of(file.path) is None and not file.name.endswith((".tf", ".yml", ".yaml", "Dockerfile")):
        return
    there = Counter(line.strip() for line in file.lines_before if _ANY.search(line) or _SECURITY.search(line))
    for at, line in file.new_lines():
        found = _SECURITY.search(line) or _ANY.search(line)
        if not found:
            continue
        if there[line.strip()]:  # it only moved
            there[line.strip()] -= 1
            continue
        rule = SILENCED_SECURITY if _SECURITY.search(line) else SILENCED
        yield rule.fault(file, at, at, " ".join(found[0].strip("#/*<!- ").split())[:60])
