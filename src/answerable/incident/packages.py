"""Which packages a tree publishes: a frame in an installed copy of one of them is ours, whatever folder it ran from.

A name is what the tree itself says: `name` of a `package.json` or `Cargo.toml`, the file name of a `*.gemspec`. Only
the first manifests are read, the nearest to the root first, and only where a frame lies in a folder for packages. A
manifest that cannot be read names nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping

from answerable.git.repository import Repository

MOST = 100  # manifests of one kind
_MOST_BYTES = 1 << 20
_VERSIONED = re.compile(r"(?P<name>.+?)-[0-9]+(?:\.[0-9A-Za-z]+)+(?:[-+].*)?")

Packages = Mapping[str, tuple[str, ...]]
"""`npm:NAME`, `cargo:NAME` or `gem:NAME`, and the folders of the tree that hold it; "" is the root."""


def published(repository: Repository, commit: str, paths: Iterable[bytes]) -> Packages:
    """The packages of a tree.

    Args:
        repository: Where.
        commit: Full id.
        paths: Every path of its tree.
    """
    manifests: dict[str, list[str]] = {"npm": [], "cargo": [], "gem": []}
    for raw in paths:
        path = raw.decode("utf-8", "surrogateescape")
        name = path.rpartition("/")[2]
        kind = {"package.json": "npm", "Cargo.toml": "cargo"}.get(name) or ("gem" if name.endswith(".gemspec") else "")
        if kind and "node_modules/" not in path:
            manifests[kind].append(path)
    found: dict[str, list[str]] = {}
    for kind, each in manifests.items():
        for path in sorted(each, key=lambda one: (one.count("/"), one))[:MOST]:
            folder, _, file = path.rpartition("/")
            named = file.removesuffix(".gemspec") if kind == "gem" else _named(repository, commit, path, kind)
            if named:
                found.setdefault(f"{kind}:{named}", []).append(folder)
    return {name: tuple(folders) for name, folders in found.items()}


def installed(parts: tuple[str, ...], foreign: int) -> tuple[str, tuple[str, ...]] | None:
    """The package that a printed path is in, as `published` names it, and the path below its folder.

    Args:
        parts: The components of the path.
        foreign: The index of the one from which on it is in no repository.
    """
    marker, below = parts[foreign], parts[foreign + 1 :]
    if marker == "node_modules" and below:
        width = 2 if below[0].startswith("@") else 1
        return f"npm:{'/'.join(below[:width])}", below[width:]
    if marker == "gems" and below:
        versioned = _VERSIONED.fullmatch(below[0])
        return (f"gem:{versioned['name']}", below[1:]) if versioned else None
    if marker == ".cargo" and below[:2] == ("registry", "src") and len(below) > 3:
        versioned = _VERSIONED.fullmatch(below[3])
        return (f"cargo:{versioned['name']}", below[4:]) if versioned else None
    return None


def _named(repository: Repository, commit: str, path: str, kind: str) -> str | None:
    found = repository.objects.get(f"{commit}:{path}")
    if found is None or found.kind != "blob" or len(found.data) > _MOST_BYTES:
        return None
    try:
        text = found.data.decode()
        content = json.loads(text) if kind == "npm" else tomllib.loads(text).get("package")
    except (ValueError, RecursionError):
        return None
    name = content.get("name") if isinstance(content, dict) else None
    return name if isinstance(name, str) else None
