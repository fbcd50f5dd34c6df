"""A path as a runtime printed it, taken apart: components without scheme, query, drive, `.` and `..`.

Says also what the printed form alone proves: that the file is a dependency's or the runtime's own, and from
which component on; or under which folder programs are commonly put when deployed. Asks no file system.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote


def words(text: str) -> frozenset[str]:
    """A set of words."""
    return frozenset(text.split())


_SCHEME = re.compile(r"^(?:rsc://React/\w+/)?([A-Za-z][A-Za-z0-9+.-]+):(//)?/?")
_LAYER = re.compile(r"^\([\w-]+\)$")  # webpack-internal:///(rsc)/./src/page.tsx
_DRIVE = re.compile(r"^(?:[A-Za-z]:[\\/]|\\\\|[^/]*\\)")
_AUTHORITY = frozenset(("http", "https", "webpack", "ng", "turbopack", "capacitor"))
_EXTENSIONS = frozenset(("chrome-extension", "moz-extension", "safari-extension", "safari-web-extension"))
_PUBLIC = re.compile(r"^(?:cdn\.|unpkg\.com|cdnjs\.|ajax\.|esm\.sh|.*\.(?:googletagmanager|google-analytics)\.com)")

# A component that begins somebody else's code: what follows it is no path of this repository.
_FOREIGN = words(
    "site-packages dist-packages node_modules bower_components gems .cargo .rustup .nuget .gradle .m2 .pyenv "
    ".rbenv .rvm .nvm .npm .yarn .pnpm .bun Pods DerivedData jspm_packages __pypackages__ .venv venv "
    "virtualenvs .pub-cache vendor third_party third-party"
)
_FOREIGN_PAIRS = frozenset(
    (
        *(("usr", b) for b in ("lib", "lib64", "include", "share")),
        ("pkg", "mod"),
        ("library", "std"),
        ("library", "core"),
        ("library", "alloc"),
        ("lib", "ruby"),
        ("Program Files", "dotnet"),
    )
)
_FOREIGN_ROOTS = frozenset(("rustc", "nix", "proc", "snap", "System", "sysdeps"))
_PYTHON = re.compile(r"^python[23](?:\.[0-9]+)?$")
_PYTHON_HOME = re.compile(r"^Python[23][0-9]*$")

# Folders programs are put into; what follows them is a path from the root of what was deployed.
_DEPLOYED = tuple(
    tuple(root.split("/"))
    for root in (
        *(
            "usr/src/app",
            "usr/local/app",
            "var/task",
            "var/www/html",
            "var/www",
            "opt/app",
            "srv/app",
            "home/app",
        ),
        *("home/site/wwwroot", "github/workspace", "workspaces", "workspace", "builds", "build", "code"),
        *("app", "src", "srv", "_"),
    )
)


@dataclass(frozen=True, slots=True)
class Written:
    """A printed path in components.

    `foreign` is the index of the component from which on the path is somebody else's, None where nothing
    says so. `deployed` is how many leading components are a folder that programs are commonly put into.
    """

    parts: tuple[str, ...]
    absolute: bool
    windows: bool = False
    foreign: int | None = None
    deployed: int = 0

    @property
    def relative(self) -> tuple[str, ...]:
        """The components below the folder of deployment; all of them where there is none."""
        return self.parts[self.deployed :]


def take_apart(path: str) -> Written:
    """Take apart what a runtime printed.

    Args:
        path: A path, a Windows path or a URL, without line and column.

    Returns:
        Its components and what they prove. Empty components where nothing is left, for example for
        ``https://host/``.
    """
    windows = bool(_DRIVE.match(path))
    rest, public, scheme = _without_scheme(path, windows=windows)
    windows = windows or rest[1:3] == ":/"
    if windows:
        rest = rest.replace("\\", "/")
    absolute = rest.startswith("/") or rest[1:2] == ":"
    parts = _normal(rest[2:] if rest[1:2] == ":" else rest)
    if scheme and parts and _LAYER.match(parts[0]):
        parts = parts[1:]
    foreign = 0 if public else _foreign(parts, absolute=absolute)
    deployed = _deployed(parts) if absolute else 0
    return Written(parts, absolute, windows, foreign, deployed)


def _without_scheme(path: str, *, windows: bool) -> tuple[str, bool, bool]:
    m = None if windows else _SCHEME.match(path)
    if m is None or not m[2]:
        return path, False, False
    scheme, rest = m[1].lower(), path[m.end() :]
    public = scheme in _EXTENSIONS
    if scheme in _AUTHORITY and not path.startswith("///", m.start(2)):
        host, _, rest = rest.partition("/")
        public = public or bool(_PUBLIC.match(host))
    rest = unquote(rest.partition("?")[0].partition("#")[0], errors="surrogateescape")
    if scheme == "file":
        rest = rest if rest[1:2] == ":" else "/" + rest
    return rest, public, True


def _normal(path: str) -> tuple[str, ...]:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)


def _foreign(parts: tuple[str, ...], *, absolute: bool) -> int | None:
    """The last marker decides: what stands after it is the most specific name of the file."""
    for n in range(len(parts) - 2, -1, -1):
        part = parts[n]
        if part in _FOREIGN or "@v" in part or (part, parts[n + 1]) in _FOREIGN_PAIRS:
            return n
        if _PYTHON_HOME.match(part) or (_PYTHON.match(part) and n and parts[n - 1] in ("lib", "lib64")):
            return n
    if absolute and parts and parts[0] in _FOREIGN_ROOTS:
        return 0
    return None


def _deployed(parts: tuple[str, ...]) -> int:
    return next((len(r) for r in _DEPLOYED if parts[: len(r)] == r and len(parts) > len(r)), 0)
