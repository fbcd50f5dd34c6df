"""Looks for packages that a change brings in and that may not exist, or not be meant: without asking any registry.

A name that one letter parts from a package in wide use, one that the lock file beside its manifest does not know, and
an import of what is neither of the language, nor declared anywhere, nor a part of the repository. Such a name may be
good all the same: these are for a person to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answerable.review.failure_modes.imports import imports
from answerable.review.failure_modes.languages import Language, language_of
from answerable.review.failure_modes.manifests import LOCKS, declared, locked, registry_of
from answerable.review.failure_modes.names import installed_by, looks_like, plain
from answerable.review.failure_modes.own_rules import MISSPELLED, UNDECLARED, UNRESOLVED
from answerable.review.failure_modes.touched import Fault, Touched
from answerable.review.failure_modes.tree import Tree

_PYTHON_FILES = ("setup.py", "setup.cfg", "environment.yml", "environment.yaml", "tox.ini", "noxfile.py", "conda.yaml")
_ALIASES = (
    "tsconfig.json",
    "jsconfig.json",
    "tsconfig.base.json",
    "vite.config.ts",
    "vite.config.js",
    "webpack.config.js",
)
_MOST_MANIFESTS = 500


def dependencies(files: Sequence[Touched], tree: Tree) -> Iterator[Fault]:
    """What a change declares and imports that a person should look at."""
    for file in files:
        registry = registry_of(file.path)
        if registry is not None and file.after is not None:
            yield from _declared(file, registry, tree)
    known = _Known(tree)
    for file in files:
        seen: set[str] = set()
        for line, name in imports(file) if file.after else ():
            if name not in seen and not known.has(file.path, name):
                seen.add(name)
                yield _undeclared(file, line, name)


def _declared(file: Touched, registry: str, tree: Tree) -> Iterator[Fault]:
    before = declared(file.old_path or file.path, "\n".join(file.lines_before)) if file.before else frozenset()
    locks = [lock for path in tree.beside(file.path, LOCKS[registry]) if (lock := tree.text(path)) is not None]
    known = frozenset(name for lock in locks for name in locked(registry, lock))
    for name in sorted(declared(file.path, "\n".join(file.lines)) - before):
        line = next((at for at, text in file.new_lines() if _names(registry, text, name)), 0)
        like = looks_like(registry, name)
        if like:
            yield MISSPELLED.fault(file, line, more=f"{name}, like {like}")
            continue
        if locks and name not in known:
            yield UNRESOLVED.fault(file, line, more=name)


def _undeclared(file: Touched, line: int, name: str) -> Fault:
    registry = "pypi" if language_of(file.path) is Language.PYTHON else "npm"
    like = looks_like(registry, installed_by(name) if registry == "pypi" else name)
    return (
        MISSPELLED.fault(file, line, more=f"{name}, like {like}") if like else UNDECLARED.fault(file, line, more=name)
    )


def _names(registry: str, text: str, name: str) -> bool:
    return name in (plain(text) if registry == "pypi" else text)


class _Known:
    """What can be imported: by manifests of the whole repository, and by what is in it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._declared: dict[str, frozenset[str] | None] = {}

    def has(self, path: bytes, name: str) -> bool:
        """True where a file may import something: also where the repository declares nothing that could be compared."""
        python = language_of(path) is Language.PYTHON
        registry = "pypi" if python else "npm"
        if registry not in self._declared:
            self._declared[registry] = self._all(registry)
        known = self._declared[registry]
        if known is None or name in self._tree.modules:
            return True
        if not python:
            scope = name.partition("/")[0]
            return name in known or name.startswith(("~", "#", "@/")) or self._alias(path, name, scope)
        package = installed_by(name)
        return package in known or plain(name) in known or any(_part(plain(name), one) for one in known)

    def _all(self, registry: str) -> frozenset[str] | None:
        """Everything that is declared; None where nothing is, or more than can be looked at."""
        paths = [path for each in self._tree.names.values() for path in each if registry_of(path) == registry]
        if not paths or len(paths) > _MOST_MANIFESTS:
            return None
        found: set[str] = set()
        for path in paths:
            text = self._tree.text(path) or ""
            found |= declared(path, text)
            if registry == "npm":
                found |= set(re.findall(r'"name"\s*:\s*"([^"]{1,200})"', text))
        if registry == "pypi":
            others = [path for name in _PYTHON_FILES for path in self._tree.names.get(name, ())]
            words = {plain(word) for path in others for word in re.findall(r"[\w.-]+", self._tree.text(path) or "")}
            found |= words
        return frozenset(found)

    def _alias(self, path: bytes, name: str, scope: str) -> bool:
        """True where a configuration of the compiler gives the name a meaning of its own."""
        texts = [self._tree.text(each) or "" for each in self._tree.beside(path, _ALIASES)]
        return any(f'"{word}' in text or f"'{word}" in text for text in texts for word in {name, scope})


def _part(name: str, package: str) -> bool:
    """True for `google` and `google-auth`, `airflow` and `apache-airflow`: a package brings what its name holds."""
    return name in package.split("-")
