"""Reads `services` of an owners file: what belongs to a service, whose it is, and its duties."""

from __future__ import annotations

from answerable.ownership.file.words import (
    ADDRESS,
    MOST_HOURS,
    MOST_MINUTES,
    MOST_TIER,
    PLACE,
    TIME,
    WEEK,
    ZONE,
    formed,
    jurisdictions,
    pairs,
    pattern,
    severities,
    whom,
)
from answerable.ownership.model import DAYS, Clock, Cover, Duties, Service, Step, Template
from answerable.strict_yaml.nodes import Node, Scalar
from answerable.strict_yaml.reading import Notes

SERVICE_KEYS = ("name", "title", "paths", "owner", "tier", "jurisdictions", "links", "duties")
DUTY_KEYS = ("response", "communication", "escalation", "fallback", "cover", "reporting")
COMMUNICATION_KEYS = ("who", "templates")
TEMPLATE_KEYS = ("text", "severity", "jurisdiction", "audience")
STEP_KEYS = ("notify", "after")
COVER_KEYS = ("region", "timezone", "who", "days", "start", "end")
CLOCK_KEYS = ("jurisdiction", "to", "within", "regulation", "severity", "who")


def service(notes: Notes, node: Node) -> Service:
    """One of `services`."""
    keys = notes.keys(node, "a service", *SERVICE_KEYS, needs=("name", "owner"))
    named = notes.name(keys.get("name"), "the name of a service")
    return Service(
        id=named,
        name=notes.text(keys["title"], "title") if "title" in keys else named,
        owner=whom(notes, keys.get("owner"), "owner") or "",
        paths=notes.each(keys["paths"], "paths", lambda item: pattern(notes, item)) if "paths" in keys else (),
        tier=notes.number(keys["tier"], "tier", MOST_TIER) if "tier" in keys else None,
        jurisdictions=jurisdictions(notes, keys.get("jurisdictions"), "jurisdictions"),
        duties=_duties(notes, keys.get("duties")),
        links=tuple(_link(notes, *each) for each in pairs(notes, keys.get("links"), "links", "runbook: https://…")),
        position=node.at,
    )


def _link(notes: Notes, key: Scalar, node: Node) -> tuple[str, str]:
    fix = "write an address that begins with https://, or a path of the repository"
    return notes.name(key, "the name of a link"), formed(notes, node, "a link", ADDRESS, fix)


def _duties(notes: Notes, node: Node | None) -> Duties:
    if node is None:
        return Duties()
    keys = notes.keys(node, "duties", *DUTY_KEYS)
    outside = keys.get("communication")
    told = notes.keys(outside, "communication", *COMMUNICATION_KEYS, needs=("who",)) if outside is not None else {}
    return Duties(
        response=whom(notes, keys.get("response"), "response"),
        communication=whom(notes, told.get("who"), "who"),
        escalation=tuple(_step(notes, each) for each in _each(notes, keys, "escalation")),
        fallback=whom(notes, keys.get("fallback"), "fallback"),
        cover=tuple(_cover(notes, each) for each in _each(notes, keys, "cover")),
        clocks=tuple(_clock(notes, each) for each in _each(notes, keys, "reporting")),
        templates=tuple(_template(notes, each) for each in _each(notes, told, "templates")),
    )


def _step(notes: Notes, node: Node) -> Step:
    keys = notes.keys(node, "a step", *STEP_KEYS, needs=("notify",))
    whom_to = keys.get("notify")
    found = notes.each(whom_to, "notify", lambda item: notes.name(item, "whom to notify")) if whom_to else ()
    if whom_to and not found:
        notes.add(whom_to.at, "this step notifies nobody", "name a team, a person or cover, or remove the step")
    return Step(
        notify=tuple(dict.fromkeys(name for name in found if name)),
        after=notes.number(keys["after"], "after", MOST_MINUTES) if "after" in keys else 0,
        position=node.at,
    )


def _cover(notes: Notes, node: Node) -> Cover:
    keys = notes.keys(node, "hours of cover", *COVER_KEYS, needs=("region", "timezone", "who"))
    days = notes.some(keys["days"], "days", WEEK) if "days" in keys else DAYS
    if not days:
        notes.add(keys["days"].at, "these are no days", "name some, or remove days for all of them")
    return Cover(
        region=_place(notes, keys, "region", "write it as EMEA or the like"),
        timezone=_zone(notes, keys),
        who=whom(notes, keys.get("who"), "who") or "",
        days=days,
        start=_time(notes, keys, "start", "00:00"),
        end=_time(notes, keys, "end", "24:00"),
        position=node.at,
    )


def _clock(notes: Notes, node: Node) -> Clock:
    keys = notes.keys(node, "a duty to report", *CLOCK_KEYS, needs=("jurisdiction", "to", "within"))
    return Clock(
        jurisdiction=_place(notes, keys, "jurisdiction", "write it as EU, US-CA or the like"),
        to=notes.text(keys["to"], "to") if "to" in keys else "",
        within=notes.number(keys["within"], "within", MOST_HOURS) if "within" in keys else 0,
        regulation=notes.text(keys["regulation"], "regulation") if "regulation" in keys else None,
        severity=severities(notes, keys),
        who=whom(notes, keys.get("who"), "who"),
        position=node.at,
    )


def _template(notes: Notes, node: Node) -> Template:
    keys = notes.keys(node, "a template", *TEMPLATE_KEYS, needs=("text",))
    return Template(
        text=notes.text(keys["text"], "text") if "text" in keys else "",
        severity=severities(notes, keys),
        jurisdiction=jurisdictions(notes, keys.get("jurisdiction"), "jurisdiction"),
        audience=notes.text(keys["audience"], "audience") if "audience" in keys else "customers",
        position=node.at,
    )


def _each(notes: Notes, keys: dict[str, Node], key: str) -> tuple[Node, ...]:
    return notes.each(keys[key], key, lambda item: item) if key in keys else ()


def _place(notes: Notes, keys: dict[str, Node], key: str, fix: str) -> str:
    return formed(notes, keys[key], key, PLACE, fix) if key in keys else ""


def _zone(notes: Notes, keys: dict[str, Node]) -> str:
    if "timezone" not in keys:
        return ""
    return formed(notes, keys["timezone"], "timezone", ZONE, "write it as Europe/Stockholm")


def _time(notes: Notes, keys: dict[str, Node], key: str, default: str) -> str:
    """A time of day in quotes: without them some readers of YAML take 17:00 for a number."""
    node = keys.get(key)
    if node is None:
        return default
    if isinstance(node, Scalar) and node.style and TIME.fullmatch(node.text):
        return node.text
    notes.add(node.at, f"{key} must be a time of day in quotes", 'write it as "09:00"')
    return default
