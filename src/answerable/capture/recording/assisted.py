"""Keeps the paths that agents say they edited, for the trailer of the next commit: a file for each agent and model.

The first line is what the trailer says, `AGENT:MODEL`; a path follows a line. The git hooks read it, and take out what
was committed. Only plain tool uses count: what a shell changed is in the notes, line by line.
"""

import os

from answerable.capture.recording.place import Place, small
from answerable.capture.recording.snapshots import write

FOLDER = b"assisted"
LARGE = b"large"
_LARGE = 1 << 19  # bytes of an index: some 5,000 files, which git reads in half a millisecond
MODELS = b"models"
_MOST = 64 << 10  # bytes of one file
_TAIL = 128 << 10  # bytes of a transcript's end
_EVENTS = ("hook_event_name", "hookEventName", "hookName", "event", "agent_action_name")
_TOOLS = ("tool_name", "toolName", "tool")
_EDITS = (
    "edit", "write", "create", "patch", "replace", "insert", "append", "delete", "remove", "rename", "move",
    "file_edit", "code_action", "writefile", "save",
)  # fmt: skip
_OTHERS = ("todo", "memory", "memories", "read", "issue", "task", "plan", "branch", "pull", "comment", "search", "list")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:/@+")


def note(place: Place, agent: str, payload: dict[str, object], paths: dict[str, str | None]) -> None:
    """Keep what a payload says, if it says that a file was edited, or which model a session has.

    Args:
        place: The work tree.
        agent: As whose payload it was given.
        payload: The payload.
        paths: The paths below the root that it names.
    """
    session, model = _word(payload, "session_id", "sessionId", "conversation_id", "trajectory_id"), _model(payload)
    if model and session:
        _remember(place, session, model)
    if not paths or not _edited(payload):
        return
    model = model or _known(place, session) or _said(_word(payload, "transcript_path", "transcriptPath"))
    if model and session:
        _remember(place, session, model)
    _measure(place)
    value = _agent(agent, payload) + (f":{model}" if model else "")
    _add(place, value, [path for path in paths if "\n" not in path])


def _measure(place: Place) -> None:
    """Mark a repository in which a look at what is staged takes git long: its hooks do without."""
    mark = os.path.join(place.folder, LARGE)
    try:
        large = os.stat(os.path.join(place.git, b"index")).st_size > _LARGE
    except OSError:
        large = False
    if large == os.path.lexists(mark):
        return
    if large:
        write(mark, b"")
        return
    try:
        os.unlink(mark)
    except OSError:
        pass


def _edited(payload: dict[str, object]) -> bool:
    """Whether it tells of an edit that was made."""
    event = (_word(payload, *_EVENTS) or "").lower()
    inner = payload.get("postToolUse")
    tool = _word(payload, *_TOOLS) or (_word(inner, *_TOOLS) if isinstance(inner, dict) else None)
    done = event.startswith(("post", "after")) or event.endswith((".after", ".result"))
    if "failure" in event or not (done or (not event and "toolResult" in payload)):
        return False
    if payload.get("kind") in ("edit", "write"):
        return True
    name = (tool or event).rpartition("__")[2].lower()
    if any(word in name for word in _OTHERS):
        return False
    return any(word in name for word in _EDITS)


def _agent(agent: str, payload: dict[str, object]) -> str:
    """Whose payload it is: one settings file is read by several hosts."""
    if "cursor_version" in payload:
        return "cursor"
    if "copilot" in (_word(payload, "transcript_path", "transcriptPath") or "").lower():
        return "copilot"
    named = _word(payload, "agent") if agent == "generic" else None
    return _plain(named or agent) or "unknown"


def _model(payload: dict[str, object]) -> str | None:
    said = payload.get("model")
    if isinstance(said, dict):
        said = said.get("slug") or said.get("id")
    return _plain(said if isinstance(said, str) else payload.get("model_name"))


def _said(transcript: str | None) -> str | None:
    """The model that the end of a transcript names last."""
    if not transcript:
        return None
    try:
        handle = os.open(transcript, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError):
        return None
    try:
        about = os.fstat(handle)
        if about.st_mode & 0o170000 != 0o100000:
            return None
        end = os.pread(handle, _TAIL, max(0, about.st_size - _TAIL))
    except OSError:
        return None
    finally:
        os.close(handle)
    at = len(end)
    while (at := end.rfind(b'"model":"', 0, at)) >= 0:
        found = _plain(end[at + 9 : end.find(b'"', at + 9)].decode("ascii", "replace"))
        if found:
            return found
    return None


def _known(place: Place, session: str | None) -> str | None:
    return _plain(small(_file(place, session)).decode("ascii", "replace")) if session else None


def _remember(place: Place, session: str, model: str) -> None:
    path = _file(place, session)
    if small(path) != model.encode():
        write(path, model.encode())


def _file(place: Place, session: str) -> bytes:
    return os.path.join(place.folder, MODELS, _name(session))


def _add(place: Place, value: str, paths: list[str]) -> None:
    path = os.path.join(place.folder, FOLDER, _name(value))
    there = small(path, _MOST)
    rows = [row for name in paths if b"\n" + (row := name.encode("utf-8", "surrogateescape")) + b"\n" not in there]
    if not there:
        if not os.path.lexists(path):
            write(path, value.encode() + b"\n" + b"".join(row + b"\n" for row in rows))
        return
    if not rows or len(there) > _MOST - 4096:
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        os.write(handle, b"".join(row + b"\n" for row in rows))
    except OSError:
        pass
    finally:
        os.close(handle)


def _name(text: str) -> bytes:
    """A text as a file's name."""
    kept = "".join(char if char in _PLAIN and char != "/" else "_" for char in text[:100])
    return kept.lstrip(".").encode() or b"_"


def _word(values: dict[str, object], *keys: str) -> str | None:
    for key in keys:
        said = values.get(key)
        if isinstance(said, str) and said:
            return said
    return None


def _plain(text: object) -> str | None:
    """A name of an agent or a model, None where it is none that a trailer could hold."""
    return text if isinstance(text, str) and 0 < len(text) <= 100 and _PLAIN.issuperset(text) else None
