"""What `answerable-hook AGENT` does: the payload and what its files hold now go to the spool. It never breaks an edit.

Nothing is said to the agent and the exit is 0, whatever happens; a fault of our own goes to the journal, and the lines
it concerns are then `unknown`. What was said between people and agents is not kept.
"""

import os
import select
import sys

from answerable.capture.recording import commands
from answerable.capture.recording.assisted import note
from answerable.capture.recording.kept import kept
from answerable.capture.recording.named import paths as named
from answerable.capture.recording.place import Place, find
from answerable.capture.recording.quick import load
from answerable.capture.recording.spool import Spool, home, journal

MOST_BYTES = 16 << 20
_PATIENCE = 3  # seconds that an agent may take between two parts of a payload, or to end it


def record(agent: str, data: bytes, cwd: bytes) -> list[int]:
    """Write what one payload tells to the spools of the repositories that it is about; return the events' numbers.

    Args:
        agent: As whose payload it was given.
        data: The payload.
        cwd: Where the hook runs.

    Raises:
        ValueError: it is no JSON object, or too large.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES >> 20} MiB")
    payload = load(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"))
    if not isinstance(payload, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - for the caller it is a bad payload
    folder = _folder(payload, cwd)
    spread = _spread(named(payload), folder)
    unnamed = not spread
    if unnamed:
        spread = _unnamed(payload, folder)
    without = kept(agent, payload)
    numbers = []
    for place, paths in spread.values():
        spool = Spool(place)
        if os.path.lexists(os.path.join(place.common, b"answerable", b"capture", b"off")):
            spool.pass_over()
            continue
        number = spool.add(
            {"kind": "hook", "host": agent, "cwd": _text(folder), "payload": without}, paths, watch=unnamed
        )
        if number is None:
            _unwritten(spool)
        else:
            numbers.append(number)
            note(place, agent, payload, paths)
    return numbers


def _folder(payload: dict[str, object], cwd: bytes) -> bytes:
    """The folder that the agent works in; paths are from there."""
    for where in (payload, payload.get("tool_info"), payload.get("data")):
        for key in ("cwd", "directory", "workspaceFolder", "workspace_folder"):
            said = where.get(key) if isinstance(where, dict) else None
            if isinstance(said, str) and said and "\0" not in said:
                return os.path.join(cwd, said.encode("utf-8", "surrogateescape"))
    for key in ("workspace_roots", "workspaceRoots"):
        roots = payload.get(key)
        if isinstance(roots, list) and roots and isinstance(roots[0], str) and "\0" not in roots[0]:
            return os.path.join(cwd, roots[0].encode("utf-8", "surrogateescape"))
    return cwd


def _spread(names: list[str], folder: bytes) -> dict[bytes, tuple[Place, dict[str, str | None]]]:
    """Each named path by the work tree it is in. A link is named, not followed; its folders' links are."""
    found: dict[bytes, tuple[Place, dict[str, str | None]]] = {}
    known: dict[bytes, Place | None] = {}
    for name in names:
        full = os.path.join(folder, name.encode("utf-8", "surrogateescape"))
        above, last = os.path.split(os.path.normpath(full) if full.endswith((b"/", b"/.", b"/..")) else full)
        if last in (b"", b".", b".."):
            continue
        above = os.path.realpath(above)
        if above not in known:
            known[above] = find(above)
        place = known[above]
        if place is None:
            continue
        full = os.path.join(above, last)
        path = os.path.relpath(full, place.root)
        if path.split(b"/", 1)[0] == b".git" or os.path.isdir(full):
            continue
        found.setdefault(place.root, (place, {}))[1][_text(path)] = None
    return found


def _unnamed(payload: dict[str, object], folder: bytes) -> dict[bytes, tuple[Place, dict[str, str | None]]]:
    """Where no tool says which files it changes: those that a command's words may name."""
    command, where = commands.command_of(payload)
    words = commands.paths(command, os.path.join(folder, where.encode("utf-8", "surrogateescape")))
    spread = _spread([_text(word) for word in words], folder)
    place = find(os.path.realpath(folder))
    if place:
        spread.setdefault(place.root, (place, {}))
    return spread


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _unwritten(spool: Spool) -> None:
    spool.journal("an event could not be written")
    journal(home(), f"an event could not be written below {_text(spool.folder)}")


def _unread(agent: str, fault: BaseException) -> None:
    """An event could not be read: that there was one is counted where the agent runs."""
    journal(home(), f"{agent}: {type(fault).__name__}: {fault}")
    place = find(os.path.realpath(os.getcwdb()))
    if place:
        Spool(place).pass_over()


def _comes() -> bool:
    """Whether more of the payload comes: one that is not ended does not hold up an edit."""
    return bool(select.select([0], [], [], _PATIENCE)[0])


def main(argv: list[str] | None = None) -> int:
    """Run the hook: `argv` is the agent's name; the payload is on standard input."""
    agent = "?"
    try:  # whatever comes, the agent's edit goes on
        agent = (sys.argv[1:] if argv is None else argv)[0]
        data = b""
        while len(data) <= MOST_BYTES and _comes() and (block := os.read(0, 1 << 20)):
            data += block
        record(agent, data, os.getcwdb())
    except BaseException as fault:
        try:
            _unread(agent, fault)
        except BaseException:  # noqa: S110
            pass
    return 0
