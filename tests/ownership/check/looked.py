"""Looks through an owners file as `owners check` does, with a tree and a history made up for a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from answerable.domain.layer import Placed
from answerable.git.activity import Activity
from answerable.ownership.check import uncovered
from answerable.ownership.check.asked import Asked
from answerable.ownership.check.files import Files
from answerable.ownership.check.finding import Finding, Kind
from answerable.ownership.check.run import look
from answerable.ownership.codeowners import Dialect, parse
from answerable.ownership.file.read import load

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TREE = (b"README", b"docs/a.md", b"shop/cart.py", b"shop/pay/card.py", b"shop/pay/cash.py")
PEOPLE = """\
version: 1
people:
  ada: {name: Ada Marlow, git: [ada@larkspur.example], forge: [ada]}
  grace: {name: Grace Okafor, git: [grace@larkspur.example], forge: [grace]}
  linnea: {name: Linnea Berg, git: [linnea@larkspur.example]}
teams:
  pay: {members: [ada, grace], forge: [larkspur/pay]}
  web: {members: [linnea]}
"""
SOUND = f"""\
{PEOPLE}services:
  - name: payments
    paths: [/shop/pay/]
    owner: pay
    tier: 0
    duties:
      response: pay
      communication: {{who: linnea}}
      escalation: [{{notify: [cover]}}, {{notify: [pay], after: 15}}]
      fallback: linnea
      cover: [{{region: all, timezone: UTC, who: ada}}]
paths:
  - {{match: "*", owners: [web]}}
"""


def seen(*names: str, days: int = 90) -> Activity:
    """A history in which these people were seen of late, by their names at larkspur."""
    addresses = frozenset(f"{name}@larkspur.example" for name in names)
    return Activity(newest=NOW, since=NOW - timedelta(days=days), seen=addresses)


def looked(
    text: str | None = SOUND,
    codeowners: str | None = None,
    *,
    files: Iterable[bytes] = TREE,
    at: datetime = NOW,
    activity: Activity | None = None,
    placed: Mapping[bytes, Placed] | None = None,
    ignored: Sequence[str] = (),
    dialect: Dialect = Dialect.GITHUB,
) -> list[Finding]:
    """Every finding."""
    asked = Asked(
        owners=load(text.encode(), "owners.yaml") if text is not None else None,
        codeowners=parse(codeowners.encode(), dialect) if codeowners is not None else None,
        source="CODEOWNERS",
        files=tuple(files),
        at=at,
        placed=placed or {},
        activity=activity,
        ignored=tuple(ignored),
    )
    return list(look(asked, Files(asked), uncovered.years(asked)))


def of(kind: Kind, findings: Iterable[Finding]) -> list[Finding]:
    """Those of one kind."""
    return [one for one in findings if one.kind is kind]
