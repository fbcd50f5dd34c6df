"""Reads which packages a manifest declares, and whether the lock file beside it knows them; nothing is resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from answerable.review.failure_modes.names import plain

LOCKS = {
    "pypi": ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"),
    "npm": ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"),
    "crates": ("Cargo.lock",),
    "gems": ("Gemfile.lock",),
}
_REQUIREMENTS = re.compile(r"(^|/)(requirements[^/]*|constraints[^/]*)\.(txt|in)$|(^|/)requirements/[^/]+\.(txt|in)$")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,100}[A-Za-z0-9])?")
_NPM_KEYS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_WORD = re.compile(r"(?:@[\w.~-]+/)?[\w.~-]+", re.ASCII)
_GEM = re.compile(r"^\s*gem\s+[\"']([^\"']{1,100})[\"']")


def registry_of(path: bytes) -> str | None:
    """From which registry a file declares packages; None where it is no manifest."""
    name = path.decode("utf-8", "replace")
    last = name.rpartition("/")[2]
    if last in ("pyproject.toml", "Pipfile") or _REQUIREMENTS.search(name):
        return "pypi"
    return {"package.json": "npm", "Cargo.toml": "crates", "Gemfile": "gems"}.get(last)


def declared(path: bytes, text: str) -> frozenset[str]:
    """The packages that a manifest declares from its registry; those of other sources (paths, git) are left out."""
    last = path.rpartition(b"/")[2]
    try:
        if last == b"package.json":
            return frozenset(_npm(json.loads(text)))
        if last in (b"pyproject.toml", b"Pipfile", b"Cargo.toml"):
            import tomllib

            return frozenset(_toml(last, tomllib.loads(text)))
    except (ValueError, RecursionError):
        return frozenset()
    if last == b"Gemfile":
        return frozenset(found[1] for line in text.splitlines() if (found := _GEM.match(line)))
    return frozenset(_requirements(text))


def locked(registry: str, lock: str) -> frozenset[str]:
    """The names that a lock file knows, and some words that are none."""
    found = _WORD.findall(lock)
    return frozenset(map(plain, found) if registry == "pypi" else found)


def _requirements(text: str) -> Iterator[str]:
    for line in text.splitlines():
        said = line.partition("#")[0].strip()
        if said and not said.startswith("-") and "://" not in said and not said.startswith((".", "/")):
            yield from _first(said)


def _first(said: str) -> Iterator[str]:
    found = _NAME.match(said)
    if found and "@" not in said:
        yield plain(found[0])


def _npm(told: Any) -> Iterator[str]:
    for key in _NPM_KEYS:
        section = told.get(key) if isinstance(told, Mapping) else None
        for name, version in section.items() if isinstance(section, Mapping) else ():
            if isinstance(version, str) and not re.match(
                r"(file|link|workspace|portal|git|github|https?|npm)[:+]", version
            ):
                yield name


def _toml(last: bytes, told: Mapping[str, Any]) -> Iterator[str]:
    if last == b"Cargo.toml":
        tables = [told, told.get("workspace", {}), *_values(told.get("target"))]
        for table in tables:
            for key in ("dependencies", "dev-dependencies", "build-dependencies"):
                yield from _with_version(table.get(key) if isinstance(table, Mapping) else None, "package")
        return
    if last == b"Pipfile":
        for key in ("packages", "dev-packages"):
            yield from map(plain, _with_version(told.get(key), ""))
        return
    lists = [_in(told, "project", "dependencies"), *_values(_in(told, "project", "optional-dependencies"))]
    lists += [*_values(told.get("dependency-groups")), _in(told, "build-system", "requires")]
    for each in lists:
        for said in each if isinstance(each, list) else ():
            if isinstance(said, str):
                yield from _first(said.strip())
    poetry = _in(told, "tool", "poetry")
    groups = [poetry, *_values(poetry.get("group"))] if isinstance(poetry, Mapping) else []
    for table in groups:
        for key in ("dependencies", "dev-dependencies"):
            found = _with_version(table.get(key) if isinstance(table, Mapping) else None, "")
            yield from (plain(name) for name in found if name != "python")


def _with_version(table: Any, renamed: str) -> Iterator[str]:
    """The names of a table that come from a registry."""
    for name, about in table.items() if isinstance(table, Mapping) else ():
        if isinstance(about, Mapping):
            if any(key in about for key in ("path", "git", "url", "file")) or about.get("workspace") is True:
                continue
            other = about.get(renamed)
            yield other if isinstance(other, str) else name
        else:
            yield name


def _values(table: Any) -> list[Any]:
    return list(table.values()) if isinstance(table, Mapping) else []


def _in(told: Any, *keys: str) -> Any:
    for key in keys:
        told = told.get(key) if isinstance(told, Mapping) else None
    return told
