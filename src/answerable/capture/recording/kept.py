"""Says what of a payload may be kept until it is understood: names, moments, paths, and what an edit or a command is.

What is not known to be needed is not kept, so that nothing is that people and agents say to each other: a key that is
new tomorrow keeps its name alone. What a tool was given is kept where the tool may change files.
"""

AGENTS = (
    "cursor", "windsurf", "cline", "gemini-cli", "opencode", "amp", "copilot", "codex", "kiro", "claude-code",
    "generic",
)  # fmt: skip
_LONGEST = 4096  # characters of a name or a path
_MOST = 200  # keys
_NAMES = frozenset((
    "hookeventname", "hookname", "event", "agentactionname", "toolname", "tool", "mcptoolname", "kind", "host", "agent",
    "sessionid", "threadid", "conversationid", "trajectoryid", "taskid", "session", "turnid", "generationid",
    "tooluseid", "callid", "call", "executionid", "cwd", "directory", "workspacefolder", "workspaceroots", "workdir",
    "workingdirectory", "dirpath", "model", "modelname", "slug", "id", "permissionmode", "transcriptpath", "timestamp",
    "cursorversion", "clineversion", "version",
))  # fmt: skip
_WITHIN = frozenset(("toolinfo", "pretooluse", "posttooluse", "data", "model"))
_GIVEN = frozenset((
    "toolinput", "toolargs", "args", "input", "parameters", "arguments", "mcptoolarguments", "edits", "command", "cmd",
    "commandline", "script", "filepath", "path",
))  # fmt: skip
_TOOLS = ("tool_name", "toolName", "tool", "agent_action_name", "mcp_tool_name", "kind")
_EVENTS = ("hook_event_name", "hookEventName", "hookName", "event")
_ABOUT_ELSE = ("todo", "memory", "memories", "issue", "task", "plan", "branch", "pull", "comment", "question")
_CHANGES = (
    "edit", "write", "replace", "create", "patch", "delete", "remove", "rename", "move", "insert", "append", "update",
    "notebook", "refactor", "overwrite", "save", "undo", "upsert", "copy", "restore", "new_", "code", "parallel",
    "bash", "shell", "terminal", "exec", "command", "run", "cmd",
)  # fmt: skip
_SAID = frozenset((
    "prompt", "userprompt", "initialprompt", "response", "toolresponse", "toolresult", "tooloutput", "result",
    "resultjson", "output", "message", "messages", "text", "attachments", "lastassistantmessage", "custominstructions",
    "error", "stdout", "stderr",
))  # fmt: skip


def kept(agent: str, payload: dict[str, object]) -> dict[str, object]:
    """A payload without what was said, asked and answered.

    Args:
        agent: As whose payload it was given; of an agent that others brought only what is known to be said goes.
        payload: The payload.
    """
    if agent not in AGENTS:
        return {key: None if _plain(key) in _SAID else value for key, value in payload.items()}
    return _few(payload, changes=_may_change(payload), depth=0)


def _few(values: dict[str, object], *, changes: bool, depth: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in values.items():
        plain = _plain(key)
        if len(found) == _MOST or len(plain) > 100:
            continue
        if plain in _GIVEN:
            found[key] = value if changes else _empty(value)
        elif plain in _WITHIN and isinstance(value, dict):
            found[key] = _few(value, changes=changes, depth=depth + 1) if depth < 2 else None
        elif plain in _NAMES:
            found[key] = _short(value)
        else:
            found[key] = value if isinstance(value, int | float) else None
    return found


def _may_change(payload: dict[str, object]) -> bool:
    """Whether the tool may change files or run commands, as far as names tell."""
    tools, events = [], []
    todo: list[object] = [payload]
    while todo:
        values = todo.pop()
        if isinstance(values, dict):
            tools += [_name(values.get(key)) for key in _TOOLS]
            events += [_name(values.get(key)) for key in _EVENTS]
            if values is payload or len(todo) < 8:
                todo += [item for key, item in values.items() if _plain(key) in _WITHIN or _plain(key) == "parameters"]
    for name in tools:
        if name and not any(word in name for word in _ABOUT_ELSE) and any(word in name for word in _CHANGES):
            return True
    if any(tools):
        return False
    return any(word in name for name in events for word in ("edit", "shell"))


def _name(value: object) -> str:
    """The last part of a tool's name, in small letters."""
    return value[:500].rpartition("__")[2].lower() if isinstance(value, str) else ""


def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def _short(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else None
    if isinstance(value, list):
        return [item for item in value[:20] if isinstance(item, str) and len(item) <= _LONGEST]
    return value if isinstance(value, int | float) else None


def _empty(value: object) -> object:
    """Something of the same type that says nothing."""
    return {} if isinstance(value, dict) else [] if isinstance(value, list) else None
