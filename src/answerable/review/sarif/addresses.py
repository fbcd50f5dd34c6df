"""Turns the addresses of a report into paths of the repository, so that none can name anything outside of it.

An address is a URI (RFC 3986), but analysers write plain paths too, with spaces, backslashes and characters that a URI
would escape: both readings are told, and whoever knows the tree takes the one that is there. Nothing is looked up.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from answerable.review.sarif.node import Node

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_LONGEST = 4096  # characters
_MOST_BASES = 10  # one upon another


class Addresses:
    """Reads the addresses of one run.

    Args:
        run: The run.
        root: The top of the repository, as a folder here.
    """

    def __init__(self, run: Node, root: Path) -> None:
        self._run = run
        self._bases = run.object("originalUriBaseIds")
        self._artifacts = run["artifacts"]
        self._known: dict[tuple[str, str | None], tuple[bytes, ...]] = {}
        here, real = os.fsencode(root.absolute()), os.fsencode(root.resolve())
        self._roots = tuple(dict.fromkeys((_plain(here), _plain(real))))

    def paths(self, location: Node) -> tuple[bytes, ...]:
        """What an `artifactLocation` can mean as a path of the repository, the likeliest first; none: it is outside."""
        location = self._said(location)
        uri = location.text("uri")
        base = location.text("uriBaseId")
        if uri is None or len(uri) > _LONGEST:
            return ()
        if (uri, base) not in self._known:
            self._known[uri, base] = self._read(uri, base)
        return self._known[uri, base]

    def _read(self, uri: str, base: str | None) -> tuple[bytes, ...]:
        if _absolute(uri):
            return self._inside(_decoded(uri))
        found = [_decoded(uri), [_bytes(uri)], [_bytes(uri.replace("\\", "/"))]]
        lead = self._base(base) if base else b""
        joined = [posixpath.normpath(lead + b"/" + each if lead else each) for some in found for each in some]
        return tuple(dict.fromkeys(path for path in joined if _within(path)))

    def _said(self, location: Node) -> Node:
        """The same, looked up in the run's list of artifacts where it only gives a number."""
        index = location.number("index")
        if "uri" in location or index is None or index < 0:
            return location
        artifacts = self._artifacts.must_be(list, "a list").value if self._artifacts.value is not None else ()
        if index >= len(artifacts):
            raise location["index"].fault(f"there is no artifact {index} in this run")
        return (
            Node(artifacts[index], location.name, self._artifacts, index).must_be(dict, "an object").object("location")
        )

    def _base(self, name: str) -> bytes:
        """The folder of a base below the top; the top itself for one that is unknown or of another machine."""
        parts: list[str] = []
        for _ in range(_MOST_BASES):
            base = self._bases.object(name) if name in self._bases else None
            uri = base.text("uri") if base is not None else None
            if base is None or uri is None:
                break
            parts.insert(0, uri)
            if _absolute(uri):
                found = self._inside([posixpath.join(_decoded(uri)[0], *map(_unquoted, parts[1:]))])
                return found[0] if found and found[0] != b"." else b""
            above = base.text("uriBaseId")
            if above is None:
                break
            name = above
        else:
            raise self._bases[name].fault("bases are given by one another without end")
        path = posixpath.normpath(b"/".join(map(_unquoted, parts))) if parts else b""
        return path if _within(path) else b""

    def _inside(self, found: list[bytes]) -> tuple[bytes, ...]:
        paths = []
        for path in map(_plain, found):
            for root in self._roots:
                if path == root:
                    paths.append(b".")
                elif path.startswith(root.rstrip(b"/") + b"/"):
                    paths.append(path[len(root.rstrip(b"/")) + 1 :])
        return tuple(dict.fromkeys(paths))


def _absolute(uri: str) -> bool:
    return bool(_SCHEME.match(uri) or _DRIVE.match(uri)) or uri.startswith(("/", "\\\\"))


def _decoded(uri: str) -> list[bytes]:
    """The path that a URI names, read as a URI and as plain text; that of another scheme or host names nothing here."""
    scheme = _SCHEME.match(uri)
    if scheme and scheme[1].lower() != "file":
        return [b""]
    rest = uri[scheme.end() :] if scheme else uri
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if host.lower() not in ("", "localhost"):
            return [b""]
        rest = slash + path
    strict = re.split("[?#]", rest, maxsplit=1)[0].replace("\\", "/")
    return [_unquoted(strict), *([_bytes(rest)] if rest != strict else [])]


def _unquoted(text: str) -> bytes:
    return unquote_to_bytes(_bytes(text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _plain(path: bytes) -> bytes:
    """An absolute path without `.` and `..`; POSIX keeps a second slash at its beginning, which means nothing here."""
    return posixpath.normpath(b"/" + path.lstrip(b"/")) if path.startswith(b"/") else path


def _within(path: bytes) -> bool:
    return path not in (b"", b".", b"..") and not path.startswith((b"../", b"/")) and b"\0" not in path
