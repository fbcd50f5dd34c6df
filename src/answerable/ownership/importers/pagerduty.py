"""Imports PagerDuty: escalation policies with the schedules, users, teams and services that they name.

Format: the answers of the REST API v2 (https://developer.pagerduty.com/api-reference/): objects with `users`, `teams`,
`escalation_policies`, `schedules`, `services`, or one of each. A policy is that of the services that use it. Of a
schedule the hours are carried; whose turn it is within a rotation is not: the team of all in it has the hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from answerable.ownership.importers.imported import File, Gathering, Imported
from answerable.ownership.importers.pagerduty_hours import covers
from answerable.ownership.importers.taking import Taking, json_document
from answerable.ownership.model import Cover, Duties, Step

_LISTS = {
    "users": "user",
    "teams": "team",
    "schedules": "schedule",
    "escalation_policies": "escalation_policy",
    "services": "service",
}
_OURS = ("type", "self", "html_url", "summary")  # what the API says of every object itself
_PAGES = ("limit", "offset", "total", "more")
MOST_DELAY = 7 * 24 * 60  # minutes


@dataclass(slots=True)
class _Account:
    gathering: Gathering
    objects: dict[str, list[Taking]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)  # their ids to ours
    teams: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, tuple[str, tuple[Cover, ...]]] = field(default_factory=dict)  # the team, and its hours


def read(files: Sequence[File]) -> Imported:
    """Read files."""
    account = _Account(Gathering())
    for file in files:
        one = json_document(file, account.gathering)
        one.drop(*_PAGES)
        for many, single in _LISTS.items():
            account.objects.setdefault(many, []).extend([*one.each(many), *one.each(single)])
        one.rest()
    for each in account.objects["users"]:
        _user(each, account)
    for each in account.objects["teams"]:
        _team(each, account)
    for each in account.objects["schedules"]:
        _schedule(each, account)
    using = _services(account)
    for each in account.objects["escalation_policies"]:
        _policy(each, account, using)
    for rows in using.values():
        for row in rows:
            row.one.rest("the escalation policy that it names is not here")
    return account.gathering.imported()


def _user(one: Taking, account: _Account) -> None:
    named, name = one.text("id"), one.text("name") or one.text("summary")
    if not named:
        account.gathering.leave(one.where, name or "", "it has no id")
        one.rest("it has no id")
        return
    mail = account.gathering.mail(f"{one.where}: email", one.text("email"))
    title = name or named
    who = account.gathering.person(mail[0] if mail else title, title=title, git=mail, pagerduty=named)
    account.people[named] = who
    for reference in one.each("teams"):
        team = _reference(reference, account.teams, account, "team")
        if team:
            account.gathering.team(team, members=(who,))
    one.drop(*_OURS)
    one.rest()


def _team(one: Taking, account: _Account) -> None:
    named, name = one.text("id"), one.text("name") or one.text("summary")
    if not named:
        account.gathering.leave(one.where, name or "", "it has no id")
        one.rest("it has no id")
        return
    ours = account.teams.get(named)
    account.teams[named] = account.gathering.team(ours or name or named, title=name)
    one.drop(*_OURS)
    one.rest()


def _schedule(one: Taking, account: _Account) -> None:
    named, name = one.text("id"), one.text("name") or one.text("summary")
    if not named:
        account.gathering.leave(one.where, name or "", "it has no id")
        one.rest("it has no id")
        return
    zone = one.text("time_zone") or "UTC"
    members: list[str] = []
    hours: list[Cover] = []
    team = account.gathering.team(f"{name or named} on call", title=name)
    for layer in one.each("schedule_layers"):
        layer.drop("id", "rendered_coverage_percentage", "rendered_schedule_entries")
        there = [_entry(each, account) for each in layer.each("users")]
        members += [who for who in there if who]
        hours += covers(layer, team, zone, account.gathering)
        if len(there) > 1:
            turn = layer.text("rotation_turn_length_seconds")
            account.gathering.leave(layer.where, f"{turn} seconds", "whose turn it is within a rotation")
        layer.drop("rotation_turn_length_seconds", "rotation_virtual_start", "start", "name")
        layer.rest()
    members += [who for each in one.each("users") if (who := _entry(each, account))]
    account.gathering.team(f"{name or named} on call", members=members)
    account.schedules[named] = (team, tuple(dict.fromkeys(hours)))
    one.drop(*_OURS, "escalation_policies", "final_schedule")
    one.rest()


def _entry(each: Taking, account: _Account) -> str | None:
    """Somebody in a layer (`{user: …}`) or in a schedule."""
    within = each.inner("user") if "user" in each.keys() else each  # noqa: SIM118 - no mapping
    found = _reference(within, account.people, account, "person")
    each.rest()
    return found


def _reference(one: Taking, known: dict[str, str], account: _Account, kind: str) -> str | None:
    """Whom a reference means; one that nothing else describes is known by what it says itself."""
    named, name = one.text("id"), one.text("name") or one.text("summary")
    one.drop(*_OURS)
    one.rest()
    if not named:
        return None
    if named not in known:
        title = name or named
        if kind == "team":
            known[named] = account.gathering.team(title)
        else:
            known[named] = account.gathering.person(title, pagerduty=named)
    return known[named]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    one: Taking
    name: str
    owner: str | None


def _services(account: _Account) -> dict[str, list[_Service]]:
    """The services by the id of the policy that they use."""
    found: dict[str, list[_Service]] = {}
    for one in account.objects["services"]:
        named, name = one.text("id"), one.text("name") or one.text("summary")
        policy = one.inner("escalation_policy")
        teams = [_reference(each, account.teams, account, "team") for each in one.each("teams")]
        used = policy.text("id")
        policy.drop(*_OURS)
        policy.rest()
        if not used or not (name or named):
            account.gathering.leave(one.where, name or named or "", "it names no escalation policy")
            one.rest()
            continue
        owner = next((team for team in teams if team), None)
        found.setdefault(used, []).append(_Service(one=one, name=name or named or "", owner=owner))
        one.drop(*_OURS)
    return found


def _policy(one: Taking, account: _Account, using: dict[str, list[_Service]]) -> None:
    named, name = one.text("id"), one.text("name") or one.text("summary")
    gathering = account.gathering
    teams = [team for each in one.each("teams") if (team := _reference(each, account.teams, account, "team"))]
    steps, hours, first = _steps(one, account)
    loops = one.text("num_loops")
    if loops not in (None, "0"):
        gathering.leave(f"{one.where}: num_loops", loops, "an escalation of owners.yaml is walked once")
    rows = using.pop(named or "", [])
    said = [_name_of(each) for each in one.each("services")]
    targets = [(row.one.where, row.name, row.owner) for row in rows]
    known = {row.name for row in rows}
    targets += [(one.where, text, None) for text in said if text and text not in known]
    for where, service, owner in targets or [(one.where, name or named or "policy", None)]:
        whose = owner or (teams[0] if teams else first)
        gathering.service(where, service, whose, duties=Duties(response=whose, escalation=steps, cover=hours))
    for row in rows:
        row.one.rest()
    for more in teams[1:]:
        gathering.leave(one.where, more, "a service has one owner: the first team")
    one.drop(*_OURS)
    one.rest()


def _name_of(each: Taking) -> str:
    """What a reference is called."""
    found = each.text("name") or each.text("summary") or ""
    each.drop("id", *_OURS)
    each.rest()
    return found


def _steps(one: Taking, account: _Account) -> tuple[tuple[Step, ...], tuple[Cover, ...], str | None]:
    """The steps, the hours where one schedule is called, and whoever is called first."""
    rules = one.each("escalation_rules")
    called = [[_target(each, account) for each in rule.each("targets")] for rule in rules]
    plans = {who for targets in called for who, scheduled in targets if scheduled and who}
    only = plans.pop() if len(plans) == 1 else None
    hours = next((hours for team, hours in account.schedules.values() if team == only), ())
    if plans:
        account.gathering.leave(one.where, ", ".join(sorted(plans)), "the hours of several schedules of one policy")
    steps, after = [], 0
    for rule, targets in zip(rules, called, strict=True):
        notify = tuple(dict.fromkeys("cover" if hours and who == only else who for who, _ in targets if who))
        if notify:
            steps.append(Step(notify=notify, after=min(after, MOST_DELAY)))
        delay = rule.text("escalation_delay_in_minutes") or "30"
        after += int(delay) if delay.isascii() and delay.isdigit() and len(delay) < 6 else 0
        if not (delay.isascii() and delay.isdigit() and len(delay) < 6):
            account.gathering.leave(f"{rule.where}: escalation_delay_in_minutes", delay, "this is no number of minutes")
        rule.drop("id", "escalation_rule_assignment_strategy")
        rule.rest()
    if steps:
        account.gathering.leave(one.where, f"after {after} minutes", "how long the last step has before it is over")
    first = next((who for targets in called for who, _ in targets if who), None)
    return tuple(steps), hours, first


def _target(each: Taking, account: _Account) -> tuple[str | None, bool]:
    """Who is called, and whether by a schedule."""
    kind = each.text("type") or ""
    if not kind.startswith("schedule"):
        return _reference(each, account.people, account, "person"), False
    named, name = each.text("id"), each.text("name") or each.text("summary")
    each.drop(*_OURS)
    each.rest()
    if named and named not in account.schedules:
        account.schedules[named] = (account.gathering.team(f"{name or named} on call", title=name), ())
        account.gathering.leave(each.where, name or named, "the schedule itself is not here: whose hours it is")
    return (account.schedules[named][0] if named else None), True
