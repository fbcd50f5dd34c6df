"""Answers by the exit code, as most agents understand it: 2 stops the tool use, and standard error is the reason."""

from __future__ import annotations

from answerable.capture.payload.claude_format import joined
from answerable.capture.payload.model import Answer, Decision, Reply

STOPS = 2


def reply(answer: Answer, warns: int = 0) -> Reply:
    """Say an answer.

    Args:
        answer: What to say.
        warns: The exit with which a host shows the message and goes on.
    """
    words = joined(answer)
    if answer.decision is Decision.DENY:
        return Reply(err=f"answerable: {answer.reason}\n", code=STOPS)
    return (
        Reply(err=f"answerable: {words}\n", code=warns if answer.decision is Decision.ASK else 0) if words else Reply()
    )
