"""Reads documents of other formats key by key; what was not taken in the end is told as left, so nothing is dropped.

Bounded and strict: YAML without anchors, tags and keys that are there twice, JSON that means the same to every reader.
Every value is a text here, as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.errors import OwnersInvalid
from answerable.ownership.importers.imported import MOST_BYTES, File, Gathering
from answerable.strict_yaml.nodes import Mapping as MappingNode
from answerable.strict_yaml.nodes import Node, Scalar, Unreadable, compose_all

Plain = str | list[Any] | dict[str, Any] | None
NO_PLACE = "owners.yaml has no place for it"
_NULLS = ("", "~", "null", "Null", "NULL")


class Taking:
    """One mapping; what is asked for is taken."""

    def __init__(self, value: Mapping[str, Plain], where: str, gathering: Gathering) -> None:
        self._left = dict(value)
        self.where = where
        self.gathering = gathering

    def keys(self) -> tuple[str, ...]:
        """Those that nobody took yet."""
        return tuple(self._left)

    def take(self, key: str) -> Plain:
        """Whatever is there."""
        return self._left.pop(key, None)

    def text(self, key: str) -> str | None:
        """A text that says something; None where there is none."""
        found = self.take(key)
        if found is None or isinstance(found, str):
            return found.strip() or None if found else None
        self.gathering.leave(f"{self.where}: {key}", found, "a text was expected")
        return None

    def texts(self, key: str) -> list[str]:
        """A list of texts, or one."""
        found = self.take(key)
        items = found if isinstance(found, list) else [] if found is None else [found]
        for item in items:
            if not isinstance(item, str):
                self.gathering.leave(f"{self.where}: {key}", item, "a text was expected")
        return list(dict.fromkeys(item.strip() for item in items if isinstance(item, str) and item.strip()))

    def inner(self, key: str) -> Taking:
        """A mapping; an empty one where there is none."""
        found = self.take(key)
        if found is not None and not isinstance(found, dict):
            self.gathering.leave(f"{self.where}: {key}", found, "a mapping was expected")
        return Taking(found if isinstance(found, dict) else {}, f"{self.where}: {key}", self.gathering)

    def each(self, key: str) -> list[Taking]:
        """A list of mappings."""
        found = self.take(key)
        items = found if isinstance(found, list) else [] if found is None else [found]
        taken = []
        for number, item in enumerate(items):
            where = f"{self.where}: {key}[{number}]"
            if isinstance(item, dict):
                taken.append(Taking(item, where, self.gathering))
            else:
                self.gathering.leave(where, item, "a mapping was expected")
        return taken

    def pairs(self) -> dict[str, Plain]:
        """All that is left, taken."""
        found, self._left = self._left, {}
        return found

    def drop(self, *keys: str) -> None:
        """Take what says nothing: versions and types that were looked at."""
        for key in keys:
            self._left.pop(key, None)

    def rest(self, why: str = NO_PLACE) -> None:
        """Tell what nobody took."""
        for key, value in self._left.items():
            if value not in (None, "", [], {}):
                self.gathering.leave(f"{self.where}: {key}", value, why)
        self._left = {}


def yaml_documents(file: File, gathering: Gathering) -> list[Taking]:
    """Every document of a YAML file; one that is no mapping is left.

    Raises:
        OwnersInvalid: it is no such YAML.
    """
    try:
        nodes = compose_all(file.data, file.name, most=MOST_BYTES)
    except Unreadable as error:
        fault = error.fault
        raise OwnersInvalid(f"{fault.where}: {fault.message}", hint=fault.fix) from None
    found = []
    for number, node in enumerate(nodes, 1):
        value = _plain(node)
        where = f"{file.name}#{number}" if len(nodes) > 1 else file.name
        if isinstance(value, dict):
            found.append(Taking(value, where, gathering))
        elif value is not None:
            gathering.leave(where, value, "a mapping was expected")
    return found


def json_document(file: File, gathering: Gathering) -> Taking:
    """The one document of a JSON file.

    Raises:
        OwnersInvalid: it is no such JSON.
    """
    from answerable.ledger.strict_json import Refused, loads

    try:
        value = loads(file.data, most=MOST_BYTES)
    except Refused as refused:
        hint = "give the answer of the API as it is, in UTF-8"
        raise OwnersInvalid(f"{file.name}: this is no JSON that can be read: {refused}", hint=hint) from None
    if not isinstance(value, dict):
        raise OwnersInvalid(f"{file.name}: an object was expected", hint="give the answer of the API as it is")
    return Taking(_as_texts(value), file.name, gathering)


def _plain(node: Node) -> Plain:
    if isinstance(node, Scalar):
        return None if not node.style and node.text in _NULLS else node.text
    if isinstance(node, MappingNode):
        return {key.text: _plain(value) for key, value in node.pairs}
    return [_plain(item) for item in node.items]


def _as_texts(value: Any) -> Any:
    """JSON with numbers and truth values as they are written."""
    if isinstance(value, dict):
        return {key: _as_texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_texts(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None or isinstance(value, str) else str(value)
