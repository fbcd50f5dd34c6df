"""Says who let a tool call through, from one log record of an agent: a table for each agent, its own words kept.

A word that no table has is `unknown`. What configuration, a hook or a reviewing model refused was refused by no person.
Sources: code.claude.com/docs/en/monitoring-usage (`user_permanent` is the click and what it lets through later);
openai/codex `codex-rs/core/src/tools/orchestrator.rs`; google-gemini/gemini-cli `docs/cli/telemetry.md`;
microsoft/vscode-docs `docs/copilot/guides/monitoring-agents.md`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from answerable.capture.otlp.record import Record, Scalar
from answerable.capture.otlp_store import Decided, file_call
from answerable.capture.payload.fields import digest
from answerable.domain.acceptance import How

_WORD = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_NAME = re.compile(r"[!-~]{1,500}")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

_CLAUDE = {
    ("accept", "config"): How.AUTOMATIC,
    ("accept", "hook"): How.AUTOMATIC,
    ("accept", "user_permanent"): How.STANDING_GRANT,
    ("accept", "user_temporary"): How.HUMAN_EXPLICIT,
    ("reject", "user_reject"): How.HUMAN_REJECT,
    ("reject", "user_abort"): How.HUMAN_REJECT,
}
_CODEX = {
    ("approved", "user"): How.HUMAN_EXPLICIT,
    ("approvedforsession", "user"): How.STANDING_GRANT,
    ("approvedexecpolicyamendment", "user"): How.STANDING_GRANT,
    ("denied", "user"): How.HUMAN_REJECT,
    ("abort", "user"): How.HUMAN_REJECT,
    ("approved", "config"): How.AUTOMATIC,
    ("approvedforsession", "config"): How.AUTOMATIC,
    ("approvedexecpolicyamendment", "config"): How.AUTOMATIC,
    ("approved", "automatedreviewer"): How.AUTOMATIC,
    ("approvedforsession", "automatedreviewer"): How.AUTOMATIC,
}
_GEMINI = {
    "accept": How.HUMAN_EXPLICIT,
    "modify": How.HUMAN_EXPLICIT,
    "auto_accept": How.STANDING_GRANT,
    "reject": How.HUMAN_REJECT,
}
_COPILOT = {"accepted": How.HUMAN_EXPLICIT, "rejected": How.HUMAN_REJECT}
_USER_CHANGED = ("user_added_lines", "user_removed_lines", "user_added_chars", "user_removed_chars")


def decisions(record: Record) -> tuple[Decided, ...]:
    """What a record says of one call; none where it is about something else, or does not say of which call.

    Args:
        record: The record; nothing in it is believed but as its agent's word.
    """
    name = _event(record)
    read = _READERS.get(name) or _READERS.get(f"{record.resource.get('service.name')}:{name}")
    return read(record) if read else ()


def _claude(record: Record) -> tuple[Decided, ...]:
    said, attributes = _word(record.attributes, "decision"), record.attributes
    source = _word(attributes, "source")
    how = _CLAUDE.get((said, source), How.UNKNOWN)
    words = f"tool_decision:{said},{source}"
    return _made(record, "claude-code", how, words, _name(attributes, "session.id"), _name(attributes, "tool_use_id"))


def _codex(record: Record) -> tuple[Decided, ...]:
    attributes = record.attributes
    said, source = _word(attributes, "decision"), _word(attributes, "source")
    how = _CODEX.get((_letters(said), _letters(source)), How.UNKNOWN)
    session = _name(attributes, "conversation.id", "thread.id", "session.id")
    return _made(record, "codex", how, f"tool_decision:{said},{source}", session, _name(attributes, "call_id"))


def _gemini(record: Record) -> tuple[Decided, ...]:
    attributes = record.attributes
    said, mode = _word(attributes, "decision"), _word(attributes, "active_approval_mode")
    how = _GEMINI.get(said, How.UNKNOWN)
    if how is How.STANDING_GRANT and _letters(mode) == "yolo":
        how = How.AUTOMATIC
    changed = True if said == "modify" else _changed(attributes.get("metadata"))
    words = f"tool_call:{said}" + (f",{mode}" if mode != "?" else "")
    call = digest(_object(attributes.get("function_args")))
    if "decision" not in attributes:  # tools that ask nobody
        return ()
    return _made(record, "gemini-cli", how, words, _name(attributes, "session.id"), call, modified=changed)


def _copilot(record: Record) -> tuple[Decided, ...]:
    attributes, name = record.attributes, _event(record)
    said = _word(attributes, "outcome")
    if name.endswith("inline.done"):
        accepted = attributes.get("accepted")
        said = "accepted" if accepted in (True, "true") else "rejected" if accepted in (False, "false") else "?"
    how = _COPILOT.get(said)
    path = attributes.get("copilot_chat.file.relative_path")
    head = _text(attributes, "github.copilot.git.commit_sha", "copilot_chat.repo.head_commit_hash")
    if how is None or not isinstance(path, str) or not path or not _COMMIT.fullmatch(head):  # saving decides nothing
        return ()
    session = _name(attributes, "session.id") or _name(record.resource, "session.id") or "-"
    short = name.removeprefix("copilot_chat.")
    return _made(record, "copilot", how, f"{short}:{said}", session, file_call(head, path))


_READERS: dict[str, Callable[[Record], tuple[Decided, ...]]] = {
    "claude_code.tool_decision": _claude,
    "claude-code:tool_decision": _claude,
    "codex.tool_decision": _codex,
    "gemini_cli.tool_call": _gemini,
    "gemini-cli:tool_call": _gemini,
    "copilot_chat.edit.feedback": _copilot,
    "copilot_chat.edit.hunk.action": _copilot,
    "copilot_chat.inline.done": _copilot,
}
"""What reads an event; a short name counts only from the service that it stands before."""


def _event(record: Record) -> str:
    """What an event is called: Claude Code has the long name in the body, the others in an attribute or the field."""
    names = (record.event, str(record.attributes.get("event.name", "")), record.body)
    return next((name for name in names if name in _READERS), names[1] or names[0])


def _made(
    record: Record, agent: str, how: How, source: str, session: str | None, call: str | None,
    *, modified: bool | None = None,
) -> tuple[Decided, ...]:  # fmt: skip
    if not session or not call:
        return ()
    at = _moment(record)
    decided = Decided(how=how, source=source, at=at, agent=agent, session=session, call=call, modified=modified)
    return (decided,)


def _moment(record: Record) -> int:
    """When it was, by the agent's clock; now, where it does not say."""
    if 0 < record.at < 1 << 63:
        return record.at
    try:
        said = datetime.fromisoformat(str(record.attributes.get("event.timestamp", "")))
        return max(1, int(said.timestamp() * 1_000_000) * 1000)
    except (ValueError, OverflowError, OSError):
        return time.time_ns()


def _text(values: Mapping[str, Scalar], *keys: str) -> str:
    found = (values.get(key) for key in keys)
    return next((value for value in found if isinstance(value, str) and value), "")


def _name(values: Mapping[str, Scalar], *keys: str) -> str | None:
    found = _text(values, *keys)
    return found if _NAME.fullmatch(found) else None


def _word(values: Mapping[str, Scalar], key: str) -> str:
    """One word of the agent's; a question mark where there is none, or it is more than a word."""
    value = values.get(key)
    return value if isinstance(value, str) and _WORD.fullmatch(value) else "?"


def _letters(word: str) -> str:
    """A word as any spelling of it: `ApprovedForSession` and `approved_for_session` are one."""
    return word.replace("_", "").replace("-", "").lower()


def _object(value: object) -> object:
    """An object that is told as JSON; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        found = json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _changed(metadata: object) -> bool | None:
    """Whether a person changed what the model proposed; None where that is not told."""
    given = _object(metadata)
    inner = given.get("diffStat", given) if isinstance(given, dict) else None
    counts = [inner[key] for key in _USER_CHANGED if key in inner] if isinstance(inner, dict) else []
    whole = [count for count in counts if isinstance(count, int | float) and not isinstance(count, bool)]
    return any(count > 0 for count in whole) if whole else None
