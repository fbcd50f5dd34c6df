"""What the review of an incident decided: contributing decisions, and action items with an owner and a date.

Decisions are looked at, never people: a contributing decision is a reference or a sentence. All of it is a signed
decision about the incident; the clone's own document holds the same under `history`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from answerable.domain.decision import Decision, Kind, Principal, Subject, new_id, now
from answerable.incident.decided import subject

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that will be done. Its id comes from what it says: the same words are the same item."""

    what: str
    owner: str
    due: date

    @property
    def id(self) -> str:
        """Short, and the same everywhere."""
        return sha256(f"{self.what}\0{self.owner}".encode()).hexdigest()[:8]

    @property
    def document(self) -> Json:
        """As decisions and documents hold it."""
        return {"id": self.id, "what": self.what, "owner": self.owner, "due": self.due.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An action item as it stands; `done_at` is None while it is open."""

    id: str
    what: str
    owner: str
    due: date
    done_at: str | None = None

    def overdue(self, today: date) -> bool:
        """True where it is open after its day."""
        return self.done_at is None and self.due < today


def reviewed(
    name: str,
    principal: Principal,
    contributing: Sequence[str],
    actions: Sequence[Action],
    pattern: str | None = None,
    done: Sequence[str] = (),
    commits: Sequence[str] = (),
) -> Decision:
    """The decision that a review took.

    Args:
        name: The id of the incident.
        principal: Who speaks for the review.
        contributing: What contributed: ids of decisions or commits, or sentences.
        actions: What will be done.
        pattern: The rule that says what must not come back, as YAML.
        done: Ids of action items that are done.
        commits: Those among what contributed, in full.
    """
    return Decision(
        decision_id=new_id(),
        kind=Kind.INCIDENT,
        subjects=(subject(name), *(Subject(digest={"gitCommit": sha}) for sha in dict.fromkeys(commits))),
        principal=principal,
        observed_at=now(),
        details={
            "action": "reviewed",
            "incident": name,
            "contributing": list(contributing),
            "actions": [action.document for action in actions],
            **({"pattern": pattern} if pattern else {}),
            **({"done": list(done)} if done else {}),
        },
    )


def items(found: Mapping[str, Any]) -> list[Item]:
    """The action items of an incident's document, the first due first; what is said last of one counts."""
    said: dict[str, Item] = {}
    for entry in _reviews(found):
        for item in filter(None, map(_item, entry.get("actions") or ())):
            known = said.get(item.id)
            said[item.id] = replace(item, done_at=known.done_at) if known else item
        for name in entry.get("done") or ():
            if name in said:
                said[name] = replace(said[name], done_at=str(entry["at"]))
    return sorted(said.values(), key=lambda item: (item.due, item.id))


def _item(row: Mapping[str, Any]) -> Item | None:
    """One as a document holds it; None where it has been written by hand and is none."""
    try:
        due = date.fromisoformat(row["due"])
        return Item(id=str(row["id"]), what=str(row["what"]), owner=str(row["owner"]), due=due)
    except (KeyError, TypeError, ValueError):
        return None


def contributing(found: Mapping[str, Any]) -> list[str]:
    """What its reviews say contributed, each once."""
    return list(dict.fromkeys(what for entry in _reviews(found) for what in entry.get("contributing") or ()))


def pattern(found: Mapping[str, Any]) -> str | None:
    """The rule that its last review set as what must not come back."""
    return next((entry["pattern"] for entry in reversed(_reviews(found)) if entry.get("pattern")), None)


def causes(found: Mapping[str, Any]) -> tuple[list[str], bool]:
    """The commits that brought it in, and whether people said so; else those that were ranked first."""
    said = _commits(found, "causes", "cause")
    if said:
        return said, True
    ranked = (one["commit"] for one in found["candidates"][:1] if one["commit"])
    return list(ranked), False


def fixes(found: Mapping[str, Any]) -> list[str]:
    """The commits that ended it, as people said."""
    return _commits(found, "fixes", "fix")


def _commits(found: Mapping[str, Any], closed: str, kind: str) -> list[str]:
    shas: list[str] = []
    for entry in found["history"]:
        shas += entry.get(closed) or ()
        shas += [entry["to"]] if entry.get("action") == "linked" and entry.get("kind") == kind else []
    return list(dict.fromkeys(shas))


def _reviews(found: Mapping[str, Any]) -> list[Json]:
    return [entry for entry in found["history"] if entry.get("action") == "reviewed"]
