"""Each format as its own documentation has it: what is carried, what is told, and that nothing else is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.errors import OwnersInvalid
from answerable.ownership.file.read import load
from answerable.ownership.file.write import write
from answerable.ownership.importers import importer
from answerable.ownership.importers.imported import MOST_BYTES, File, Imported


def imported(source: str, *files: tuple[str, str]) -> Imported:
    found = importer(source)([File(name=name, data=text.encode()) for name, text in files])
    load(write(found.owners).encode(), "owners.yaml")
    return found


def told(found: Imported) -> set[str]:
    return {one.value for one in found.left}


BACKSTAGE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  title: Check out
  description: Takes money
  annotations: {backstage.io/source-location: "url:https://github.com/larkspur/shop/tree/main/shop/checkout/"}
  links: [{url: "https://x.example/run", title: Runbook, icon: book}]
spec: {type: service, lifecycle: production, owner: payments, system: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments, annotations: {github.com/team-slug: larkspur/payments}}
spec: {type: team, profile: {displayName: Payments, email: pay@x.example}, parent: shop, children: [], members: [ada]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: grace, annotations: {github.com/user-login: gg}}
spec: {profile: {displayName: Grace Okafor, email: grace@x.example}, memberOf: [payments]}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: pay-api}
"""


def test_backstage_gives_services_teams_and_people() -> None:
    found = imported("backstage", ("shop/checkout/catalog-info.yaml", BACKSTAGE))
    (service,) = found.owners.services
    assert (service.id, service.name, service.owner, service.paths) == (
        "checkout",
        "Check out",
        "payments",
        ("/shop/checkout/",),
    )
    assert service.links == (("runbook", "https://x.example/run"),)
    teams = {team.id: team for team in found.owners.teams}
    assert teams["payments"].members == ("grace", "ada")
    assert (teams["payments"].forge, teams["payments"].contact, teams["payments"].parent) == (
        ("larkspur/payments",),
        "pay@x.example",
        "shop",
    )
    grace = next(one for one in found.owners.people if one.id == "grace")
    assert (grace.name, grace.git, grace.forge) == ("Grace Okafor", ("grace@x.example",), ("gg",))
    assert told(found) >= {"Takes money", "book", "production", "API"}


def test_a_component_has_the_folder_in_which_its_file_lies() -> None:
    text = "kind: Component\nmetadata: {name: one}\nspec: {owner: user:default/ada}\n"
    assert imported("backstage", ("a/b/catalog-info.yaml", text)).owners.services[0].paths == ("/a/b/",)
    assert imported("backstage", ("catalog-info.yaml", text)).owners.services[0].paths == ("*",)
    twice = imported("backstage", ("catalog-info.yaml", f"{text}---\n{text.replace('name: one', 'name: two')}"))
    assert [service.paths for service in twice.owners.services] == [(), ()]
    assert {"one", "two"} <= told(twice)


def test_datadog_gives_services_with_tier_links_and_a_contact() -> None:
    text = """\
schema-version: v2.2
dd-service: shopping-cart
team: e-commerce
tier: "1"
lifecycle: production
contacts:
  - {name: Mail, type: email, contact: team@x.example}
  - {name: Chat, type: slack, contact: "https://x.slack.example/c"}
links: [{name: Run book, type: runbook, url: "https://x.example/r", provider: Github}]
integrations: {pagerduty: {service-url: "https://x.pagerduty.com/service-directory/P1"}}
tags: ["my:tag"]
"""
    found = imported("datadog", ("services/cart/service.datadog.yaml", text))
    (service,) = found.owners.services
    assert (service.id, service.owner, service.tier, service.paths) == (
        "shopping-cart",
        "e-commerce",
        1,
        ("/services/cart/",),
    )
    assert [name for name, _ in service.links] == ["run-book", "pagerduty"]
    assert found.owners.teams[0].contact == "team@x.example"
    assert told(found) >= {"production", "https://x.slack.example/c", "Github", "Chat", '["my:tag"]'}
    old = imported("datadog", ("service.datadog.yaml", text.replace("v2.2", "v2.1")))
    assert old.owners.services == ()
    assert "shopping-cart" in told(old)


def test_opslevel_gives_a_service_or_who_owns_the_repository() -> None:
    text = """\
version: 1
service:
  name: Order Processor
  owner: orders_team
  tier: tier_1
  lifecycle: beta
  tools: [{name: Logs, category: logs, url: "https://x.example/logs", environment: prod}]
  repositories: [{name: "larkspur/shop", path: orders, provider: github}]
"""
    found = imported("opslevel", ("opslevel.yml", text))
    (service,) = found.owners.services
    assert (service.id, service.name, service.owner, service.tier) == (
        "order-processor",
        "Order Processor",
        "orders_team",
        1,
    )
    assert service.paths == ("/orders/",)
    assert told(found) >= {"beta", "prod", "larkspur/shop", "github"}
    whole = imported("opslevel", ("opslevel.yml", "version: 1\nrepository: {owner: shop, tags: [a]}\n"))
    assert [(rule.pattern, rule.owners) for rule in whole.owners.paths] == [("*", ("shop",))]


def test_cortex_gives_owners_of_several_kinds() -> None:
    text = """\
openapi: 3.0.0
info:
  title: Checkout
  x-cortex-tag: checkout
  x-cortex-owners:
    - {type: group, name: payments, provider: CORTEX, description: They do}
    - {type: email, email: ada@x.example}
  x-cortex-git: {github: {repository: larkspur/shop, basepath: shop/checkout}}
  x-cortex-link: [{name: Run, type: RUNBOOK, url: "https://x.example/r", description: how}]
  x-cortex-groups: [a]
"""
    found = imported("cortex", ("cortex.yaml", text))
    (service,) = found.owners.services
    assert (service.id, service.owner, service.paths) == ("checkout", "payments", ("/shop/checkout/",))
    assert told(found) >= {"They do", "CORTEX", "ada-x.example", "larkspur/shop", "how", '["a"]'}
    people = text.replace(
        "{type: group, name: payments, provider: CORTEX, description: They do}", "{email: b@x.example}"
    )
    both = imported("cortex", ("cortex.yaml", people)).owners
    assert both.services[0].owner == "checkout-owners"
    assert both.teams[0].members == ("b-x.example", "ada-x.example")


PAGERDUTY: dict[str, Any] = {
    "users": [{"id": "P1", "type": "user", "name": "Ada", "email": "ada@x.example", "time_zone": "UTC"}],
    "services": [
        {"id": "S1", "name": "Checkout", "escalation_policy": {"id": "E1"}, "teams": [{"id": "T1", "summary": "Pay"}]}
    ],
    "schedules": [
        {
            "id": "C1",
            "name": "Days",
            "time_zone": "Europe/Stockholm",
            "schedule_layers": [
                {
                    "name": "Week days",
                    "rotation_turn_length_seconds": 604800,
                    "users": [{"user": {"id": "P1"}}, {"user": {"id": "P2", "summary": "Bo"}}],
                    "restrictions": [
                        {
                            "type": "weekly_restriction",
                            "start_day_of_week": 1,
                            "start_time_of_day": "09:00:00",
                            "duration_seconds": 28800,
                        },
                        {"type": "daily_restriction", "start_time_of_day": "20:00:00", "duration_seconds": 36000},
                    ],
                }
            ],
        }
    ],
    "escalation_policies": [
        {
            "id": "E1",
            "name": "Pay policy",
            "num_loops": 2,
            "escalation_rules": [
                {
                    "id": "R1",
                    "escalation_delay_in_minutes": 10,
                    "targets": [{"id": "C1", "type": "schedule_reference"}],
                },
                {
                    "id": "R2",
                    "escalation_delay_in_minutes": 20,
                    "targets": [{"id": "P1", "type": "user_reference"}, {"id": "P9", "type": "user", "summary": "Zoe"}],
                },
            ],
        }
    ],
}


def test_pagerduty_gives_the_escalation_and_the_hours() -> None:
    found = imported("pagerduty", ("pd.json", json.dumps(PAGERDUTY)))
    (service,) = found.owners.services
    assert (service.id, service.owner) == ("checkout", "pay")
    duties = service.duties
    assert [(step.notify, step.after) for step in duties.escalation] == [
        (("cover",), 0),
        (("ada-x.example", "zoe"), 10),
    ]
    assert [(one.days, one.start, one.end) for one in duties.cover] == [
        (("mon",), "09:00", "17:00"),
        (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "20:00", "06:00"),
    ]
    assert {one.timezone for one in duties.cover} == {"Europe/Stockholm"}
    team = next(one for one in found.owners.teams if one.id == duties.cover[0].who)
    assert team.members == ("ada-x.example", "bo")
    assert {one.id: one.pagerduty for one in found.owners.people} == {"ada-x.example": "P1", "bo": "P2", "zoe": "P9"}
    assert told(found) >= {"2", "604800 seconds", "after 30 minutes", "UTC"}


def test_hours_over_several_days_are_hours_of_each() -> None:
    document = json.loads(json.dumps(PAGERDUTY))
    document["schedules"][0]["schedule_layers"][0]["restrictions"] = [
        {
            "type": "weekly_restriction",
            "start_day_of_week": 5,
            "start_time_of_day": "17:00:00",
            "duration_seconds": (2 * 24 + 15) * 3600,
        }
    ]
    (service,) = imported("pagerduty", ("pd.json", json.dumps(document))).owners.services
    assert [(one.days, one.start, one.end) for one in service.duties.cover] == [
        (("fri",), "17:00", "24:00"),
        (("sat",), "00:00", "24:00"),
        (("sun",), "00:00", "24:00"),
        (("mon",), "00:00", "08:00"),
    ]


def test_prow_gives_folders_with_the_approvers_above_them() -> None:
    found = imported(
        "prow",
        ("OWNERS", "approvers: [Ada, sig-foo]\nreviewers: [bo]\nlabels: [kind/x]\n"),
        ("a/OWNERS", "approvers: [cy]\nemeritus_approvers: [old]\n"),
        ("a/b/OWNERS", "options: {no_parent_owners: true}\napprovers: [dan]\n"),
        ("c/OWNERS", 'filters: {".*": {approvers: [eve]}, "[.]go$": {approvers: [fay]}}\n'),
        ("OWNERS_ALIASES", "aliases: {sig-foo: [gus, Hal]}\n"),
    )
    assert [(rule.pattern, rule.owners) for rule in found.owners.paths] == [
        ("*", ("ada", "sig-foo")),
        ("/a/", ("cy", "ada", "sig-foo")),
        ("/c/", ("eve", "ada", "sig-foo")),
        ("/a/b/", ("dan",)),
    ]
    assert found.owners.teams[0].members == ("gus", "hal")
    assert told(found) >= {"bo", '["kind/x"]', '["old"]', '{"approvers": ["fay"]}'}


def test_gitlab_sections_are_told_and_the_first_that_counts_decides() -> None:
    text = "[Docs] @docs\n*.md\n^[Maybe] @maybe\n*\n[Code][2]\n*.py @dev\n/x.md @dev\n/z.md\n!/y.py\n"
    found = imported("gitlab-codeowners", ("CODEOWNERS", text))
    assert [(rule.pattern, rule.owners) for rule in found.owners.paths] == [
        ("*", ("maybe",)),
        ("*.py", ("dev",)),
        ("/x.md", ("dev",)),
        ("*.md", ("docs",)),
    ]
    assert told(found) >= {"2", "Maybe", "!/y.py", "/z.md", "Docs, Maybe, Code"}


def test_two_names_never_become_one() -> None:
    text = "approvers: [a_b, a.b, A_B]\nreviewers: []\n"
    found = imported("prow", ("OWNERS", text)).owners
    assert len({one.id for one in found.people}) == len(found.people) == 2
    names = imported("github-codeowners", ("CODEOWNERS", "* @org/ada @ada @cover ada@x.example\n")).owners
    ids = [one.id for one in names.people] + [one.id for one in names.teams]
    assert len(set(ids)) == 4
    assert "cover" not in ids


def test_a_file_that_is_too_long_is_not_read() -> None:
    with pytest.raises(OwnersInvalid):
        imported("backstage", ("x.yaml", "a: " + "b" * MOST_BYTES))


def test_a_service_that_nobody_owns_is_told_with_all_that_it_has() -> None:
    text = (
        'schema-version: v2.2\ndd-service: x\ntier: "2"\nlinks: [{name: a, type: doc, url: "https://x.example/lost"}]\n'
    )
    found = imported("datadog", ("x.yaml", text))
    assert found.owners.services == ()
    assert "https://x.example/lost" in "".join(told(found))


def test_an_owner_by_mail_is_told_with_the_name_that_stood_beside_it() -> None:
    text = "info: {x-cortex-tag: x, x-cortex-owners: [{type: email, email: a@x.example, name: Ada}]}\n"
    assert "Ada" in told(imported("cortex", ("x.yaml", text)))


def test_what_is_left_is_told_whole() -> None:
    found = imported("opslevel", ("opslevel.yml", f"other: {'long ' * 5_000}end\n"))
    (left,) = found.left
    assert left.value.endswith("end")


def test_names_that_are_none_on_a_forge_are_left() -> None:
    text = 'kind: User\nmetadata: {name: ada, annotations: {github.com/user-login: "a b"}}\n'
    found = imported("backstage", ("x.yaml", text))
    assert found.owners.people[0].forge == ()
    assert "a b" in told(found)


def test_a_team_that_is_called_as_a_person_gets_an_id_of_its_own() -> None:
    text = "kind: User\nmetadata: {name: ada}\n---\nkind: Group\nmetadata: {name: ada}\nspec: {members: [ada]}\n"
    found = imported("backstage", ("x.yaml", text)).owners
    assert [(team.id, team.name, team.members) for team in found.teams] == [("ada-team", "ada", ("ada",))]


def test_gitlab_takes_a_path_out_of_the_section_in_which_that_stands_only() -> None:
    found = imported("gitlab-codeowners", ("CODEOWNERS", "[One] @ada\n*.md\n^[Two]\n!*.md\n"))
    assert [(rule.pattern, rule.owners) for rule in found.owners.paths] == [("*.md", ("ada",))]
    assert "!*.md" in told(found)
