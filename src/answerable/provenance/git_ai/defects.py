"""Guarantees: every fault a reader of git-ai notes can name is in `DEFECTS`, with what it means for the
evidence.

One note has at most one defect of a kind: its detail counts the cases and shows the first. Details name keys,
fields and paths; never anything from a prompt or a transcript.
"""

from __future__ import annotations

COMMIT_NOT_HERE = "commit-not-here"
"""For the caller, who alone knows which commits are here."""

DEFECTS: dict[str, str] = {
    "unreadable": "the note, or the JSON under its divider, cannot be parsed; what can be read still counts",
    "no-divider": "the line --- between the lines section and the JSON is missing",
    "unknown-version": "schema_version is missing or unknown; the note is read as far as it resembles one",
    "older-version": "a schema before authorship/3.0.0, which the specification tells readers to leave alone",
    "oversized-note": "more than a megabyte: slow to fetch and read for everybody who clones",
    "base-commit-mismatch": "computed against another commit than the annotated one: its lines are declared",
    "commit-not-here": "annotates a commit that this repository does not hold",
    "dangling-key": "lines carry a key whose record is missing, so nobody knows which session",
    "key-outside-grammar": "of none of the documented shapes; it counts where a record answers to it",
    "unsorted-ranges": "line ranges out of order or overlapping; their union is used",
    "bad-range": "something that is no line range; the other ranges of the entry are used",
    "line-without-path": "an entry before any path, so nobody knows which file's lines it means",
    "malformed-entry": "an indented line that is not a key, a space and ranges",
    "double-claimed-line": "lines of one file that two sessions, or a session and a person, both claim",
    "embedded-messages": "the forbidden field `messages` is present",
    "embedded-transcript": "`messages` holds a conversation: prompts, maybe secrets, go wherever notes go",
    "undocumented-field": "a field the specification does not know",
    "malformed-record": "a record or field that is not of the documented type",
    "synthetic-tool": "written by a test harness (mock_ai, test-agent): inferred, and no tool is named",
}
