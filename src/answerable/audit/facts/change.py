"""One change of the main line with all that is known of it: a row of the population, and what signals are made of.

A change is a commit of the main line: a merge with what it brought in, or a commit that was made there directly. What
a column means is said here once; tables, the query language and the reference take it from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def says(meaning: str, default: Any = None, *, moment: bool = False, **kinds: Any) -> Any:
    """A field with its meaning; `moment`: it holds one, RFC 3339 UTC."""
    if "default_factory" not in kinds:
        kinds["default"] = default
    return field(metadata={"meaning": meaning, "moment": moment}, **kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change. Lists hold each word once; moments are RFC 3339 UTC; people are told, and never counted or ranked."""

    commit: str = says("full id of the commit of the main line", "")
    id: str = says("the change as the forge calls it, such as `#12`; else the first 12 digits of the commit", "")
    at: str = says("when it came in; held between its neighbours where clocks disagree", "", moment=True)
    said_at: str = says("when its commit itself says it came in", "", moment=True)
    subject: str = says("the first line of its message, or of the one commit that it brought", "")
    direct: bool = says("true where it is a commit of the main line that no change is named for", default=False)
    commits: int = says("how many commits it brought, itself included", 1)
    authors: tuple[str, ...] = says("who made it: authors, committers, co-authors and who prompted a tool", ())
    merged_by: str | None = says("who made the commit of the main line")
    origin: str = says("ai, human, mixed or unknown: that of its lines together", "unknown")
    grade: str = says("the lowest grade among its lines that are not a person's; of all where they are", "none")
    lines: int = says("lines that it added", 0)
    ai_lines: int = says("those that a tool wrote", 0)
    mixed_lines: int = says("those that a tool and a person wrote", 0)
    human_lines: int = says("those that a person wrote", 0)
    unknown_lines: int = says("those of which nobody knows; governed as a tool's", 0)
    conflicting_lines: int = says("those about which sources of one grade contradict each other", 0)
    grades: Mapping[str, int] = says("lines by grade", default_factory=dict)
    unreadable: bool = says("true where its lines could not be counted: history or objects are missing", default=False)
    tools: tuple[str, ...] = says("tools that wrote lines of it", ())
    models: tuple[str, ...] = says("their models", ())
    sessions: tuple[str, ...] = says("their sessions", ())
    accepted: tuple[str, ...] = says("how tools' lines were accepted, as far as somebody vouches for it", ())
    layer: str | None = says("the most severe trust layer of its files")
    layers: Mapping[str, int] = says("lines by trust layer", default_factory=dict)
    services: tuple[str, ...] = says("services whose files it touches", ())
    teams: tuple[str, ...] = says("teams that own its files, by name; people who own files are in no column", ())
    owned_lines: int = says("lines of a tool or of unknown origin in files that somebody owns", 0)
    approvals: tuple[str, ...] = says("independent people who approved its head, signed and in the ledger", ())
    approved_at: str | None = says("when the last of them did", moment=True)
    reviewers: tuple[str, ...] = says("independent people whom messages or notes name as reviewers; declared only", ())
    refused: tuple[str, ...] = says("approvals that do not count, each with the reason", ())
    countersigned: bool = says("true where a person signed for lines of it", default=False)
    depth: float | None = says("how deep its review went, 0 to 1, as far as signed decisions show")
    gate: str | None = says("the verdict of the gate about all of it that is in the ledger: pass, fail or error")
    gate_at: str | None = says("when the gate said so", moment=True)
    gate_ms: int | None = says("how long the gate took, in milliseconds")
    rules: tuple[str, ...] = says("rules that it did not meet", ())
    waived: int = says("waivers that the verdict rests on", 0)
    policy: str | None = says("digest of the policy that it was judged by")
    override: bool = says("true where somebody who had no part in it set a verdict aside", default=False)
    emergency: bool = says("true where it passed as an emergency", default=False)
    review_due: str | None = says("by when an emergency had to be reviewed", moment=True)
    review_done: bool = says("true where an independent person reviewed an emergency afterwards", default=False)
    deployed_at: str | None = says("when a revision that holds it was first deployed, as recorded", moment=True)
    late: bool = says(
        "true where its verdict or approval came after it was deployed, as said or by the ledger's order",
        default=False,
    )
    environments: tuple[str, ...] = says("environments it was deployed to", ())
    incidents: tuple[str, ...] = says("incidents that were linked to it", ())
    decisions: tuple[int, ...] = says("entries of the ledger about it", ())
    completeness: str | None = says("what the recorder says of its own record: on, off or gap; none where it is silent")
    unexplained: tuple[str, ...] = says("what about it nothing in the ledger explains", ())

    # what `late` follows from; no columns
    approved_first: str | None = None
    approved_entry: int | None = None
    passed_at: str | None = None
    passed_entry: int | None = None

    @property
    def governed_lines(self) -> int:
        """Lines that are governed as a tool's: all but those that a person is known to have written."""
        return self.lines - self.human_lines
