"""An owners file that uses every key, and what a repository with it says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from answerable.domain.grade import Grade
from answerable.ownership.codeowners import Dialect, parse
from answerable.ownership.file.read import load
from answerable.ownership.resolve import Resolver
from answerable.ownership.resolved import Resolved

FILE = """\
version: 1
people:
  ada: {name: Ada Marlow, git: [Ada@larkspur.example], forge: ["@ada"], sso: s-1, pagerduty: P123, contact: "+44 1"}
  grace: {name: Grace Okafor, git: [grace@larkspur.example]}
  linnea: {name: Linnea Berg, until: 2027-01-01}
teams:
  payments: {name: Payments, members: [ada, grace], parent: shop, forge: [larkspur/payments], contact: "#payments"}
  shop: {members: [linnea]}
services:
  - name: checkout
    title: Checkout
    paths: [/shop/checkout/, "*.pay"]
    owner: payments
    tier: 0
    jurisdictions: [EU, US-CA]
    links: {runbook: "https://larkspur.example/runbook"}
    duties:
      response: payments
      communication:
        who: shop
        templates: [{severity: [high], jurisdiction: [EU], audience: press, text: "{service} is down"}]
      escalation: [{notify: [payments], after: 15}, {notify: [cover]}, {notify: [grace, shop], after: 40}]
      fallback: linnea
      cover:
        - region: EMEA
          timezone: Europe/Stockholm
          days: [mon, tue, wed, thu, fri]
          start: "09:00"
          end: "17:00"
          who: payments
      reporting:
        - {jurisdiction: EU, regulation: NIS2, to: the CSIRT, within: 24, severity: [high, critical], who: shop}
  - {name: refunds, paths: [/shop/checkout/refunds/], owner: grace}
paths:
  - {match: "*", owners: [shop]}
  - {match: /docs/, owners: []}
"""
WORKING = datetime(2026, 11, 25, 10, tzinfo=UTC)  # a Wednesday
NIGHT = datetime(2026, 11, 25, 2, tzinfo=UTC)


def resolver(text: str = FILE, codeowners: str | None = None) -> Resolver:
    """Of a repository with these two files, the first unsigned."""
    asked = None if codeowners is None else parse(codeowners.encode(), Dialect.GITHUB)
    owners = load(text.encode(), "owners.yaml") if text else None
    return Resolver(owners, asked, "CODEOWNERS", lambda _: ((), Grade.DECLARED, None))


def resolve(path: str, at: datetime = WORKING, text: str = FILE, codeowners: str | None = None) -> Resolved:
    """One path of it."""
    return resolver(text, codeowners).resolve(path.encode(), at)


def schema() -> Path:
    """The published schema."""
    from answerable.ownership import model

    return Path(model.__file__).with_name("owners.schema.json")
