"""Leads from a fix back to the commits that brought in what it fixed; the message of the fix is never read."""

from __future__ import annotations

from answerable.incident.szz.introduced import Introduced, introducing

__all__ = ["Introduced", "introducing"]
