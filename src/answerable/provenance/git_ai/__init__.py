"""Guarantees: git-ai notes are read from any bytes, faults are named, no prompt is kept or shown."""

from __future__ import annotations

from answerable.provenance.git_ai.defects import COMMIT_NOT_HERE, DEFECTS
from answerable.provenance.git_ai.note import read_note

NOTES_REF = "refs/notes/ai"
"""Where git-ai keeps them; fetched copies are under ``refs/notes/ai-remote/``."""

__all__ = ["COMMIT_NOT_HERE", "DEFECTS", "NOTES_REF", "read_note"]
