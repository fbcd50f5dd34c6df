"""Which coding agent this process runs inside, by what agents set in the environment of what they run.

An agent that wants to hide can: this keeps one from signing as the person by mistake, and promises no more.
"""

from __future__ import annotations

from collections.abc import Mapping

_AMP = "AMP_CURRENT_THREAD_ID"  # first: amp sets Claude Code's name, too
_SAID = "AI_AGENT"  # names the agent itself
_NAMES = (
    (_AMP, "amp"),
    ("CLAUDECODE", "claude-code"),
    ("CODEX_SANDBOX", "codex"),
    ("CODEX_SANDBOX_NETWORK_DISABLED", "codex"),
    ("CODEX_THREAD_ID", "codex"),
    ("CODEX_CI", "codex"),
    ("CURSOR_AGENT", "cursor"),
    ("GEMINI_CLI", "gemini-cli"),
    ("CLINE_ACTIVE", "cline"),
    ("OPENCODE", "opencode"),
)
VARIABLES = (*(name for name, _ in _NAMES), _SAID)
"""All names that are looked at."""


def agent_around(environment: Mapping[str, str]) -> str | None:
    """The agent that runs us, or None where nothing says so.

    Args:
        environment: Names and values.
    """
    found = next((tool for name, tool in _NAMES if environment.get(name)), None)
    return found or environment.get(_SAID) or None
