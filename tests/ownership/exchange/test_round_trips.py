"""What is written is read as it was, by ourselves and through the formats of others, as far as these can say it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from answerable.ownership.directory import Directory, is_here
from answerable.ownership.exporters import exporter
from answerable.ownership.file.read import load
from answerable.ownership.file.write import write
from answerable.ownership.importers import importer
from answerable.ownership.importers.imported import File
from answerable.ownership.importers.same import differing
from answerable.ownership.model import Owners, PathRule
from answerable.ownership.patterns import Index, github
from ownership.exchange.made_owners import owners

DAY = date(2026, 6, 1)
SEGMENTS = st.sampled_from(["a", "b", "docs", "src", "x.py", "y.md", "z"])
PATHS = st.lists(st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda parts: "/".join(parts).encode()), max_size=12)
PATTERNS = st.sampled_from(
    ["*", "*.py", "/docs/", "docs/", "/src/*", "src/**/x.py", "/a/b/", "**/b", "/src/x.py", "a/*.md", "z", "/docs"]
)
HANDLES = st.sampled_from(["@ada", "@org/web", "bo@x.example", "@Cy"])
CODEOWNERS = st.lists(st.tuples(PATTERNS, st.lists(HANDLES, max_size=3, unique=True)), max_size=8).map(
    lambda rows: "".join(f"{pattern} {' '.join(names)}\n" for pattern, names in rows).encode()
)


@given(owners())
def test_an_owners_file_that_is_written_is_read_as_it_was(given: Owners) -> None:
    found = load(write(given).encode(), "owners.yaml")
    assert replace(found, source="", digest="") == given
    assert write(found) == write(given)


@given(CODEOWNERS, PATHS)
def test_an_imported_codeowners_file_means_the_same_for_every_path(data: bytes, paths: list[bytes]) -> None:
    found = importer("github-codeowners")([File(name="CODEOWNERS", data=data)])
    assert found.left == ()
    written = load(write(found.owners).encode(), "owners.yaml")
    assert differing("github", data, written, paths) == []


@given(CODEOWNERS, PATHS)
def test_exported_again_it_still_does(data: bytes, paths: list[bytes]) -> None:
    first = importer("github-codeowners")([File(name="CODEOWNERS", data=data)])
    exported = exporter("codeowners")(first.owners, DAY)
    assert exported.left == ()
    assert differing("github", exported.text.encode(), first.owners, paths) == []


SECTIONS = st.sampled_from(["", "", "[One]\n", "[Two] @org/web\n", "^[Three]\n", "[Four][2]\n"])
FOLDERS = st.sampled_from(["*", "*.py", "/docs/", "docs/", "/src/**/*.py", "/a/b/", "src/x.py", "*.md", "!*.md"])
GITLAB = st.lists(st.tuples(SECTIONS, FOLDERS, st.lists(HANDLES, max_size=2, unique=True)), max_size=8).map(
    lambda rows: "".join(f"{section}{pattern} {' '.join(names)}\n" for section, pattern, names in rows).encode()
)


@given(GITLAB, PATHS)
def test_of_gitlab_what_nothing_is_told_of_means_the_same(data: bytes, paths: list[bytes]) -> None:
    named = [path.split(b"/") for path in paths]
    files = [b"/".join(path) for path in named if path[-1] in _FILES and not _FILES.intersection(path[:-1])]
    found = importer("gitlab-codeowners")([File(name="CODEOWNERS", data=data)])
    load(write(found.owners).encode(), "owners.yaml")
    if all(any(words in one.why for words in _OF_NO_PATH) for one in found.left):
        assert differing("gitlab", data, found.owners, files) == []


_FILES = {b"x.py", b"y.md", b"z"}
_OF_NO_PATH = ("of the first that counts", "does not read it", "rule of the policy")  # what changes no path's owners


@given(owners(), PATHS)
def test_an_exported_codeowners_file_asks_whoever_the_owners_file_names(given: Owners, paths: list[bytes]) -> None:
    exported = exporter("codeowners")(given, DAY)
    directory = Directory(given)
    rules = [*given.paths, *(PathRule(pattern=p, owners=(s.owner,)) for s in given.services for p in s.paths)]
    index = Index([github(rule.pattern) for rule in rules])
    again = importer("github-codeowners")([File(name="CODEOWNERS", data=exported.text.encode())])
    there = Index([github(rule.pattern) for rule in again.owners.paths])
    handles = {one.id: {*one.forge, *one.git} for one in again.owners.people}
    handles |= {one.id: {*one.forge} for one in again.owners.teams}
    for path in paths:
        at, now = index.last(path.decode()), there.last(path.decode())
        wanted = {handle for name in (rules[at].owners if at >= 0 else ()) for handle in _handles(directory, name)}
        found = {one for name in (again.owners.paths[now].owners if now >= 0 else ()) for one in handles[name]}
        assert found == wanted


def _handles(directory: Directory, name: str) -> set[str]:
    team = directory.teams.get(name)
    if team and team.forge:
        return {team.forge[0]}
    people = [directory.people[one] for one in (team.members if team else (name,)) if one in directory.people]
    return {(one.forge or one.git)[0] for one in people if is_here(one, DAY) and (one.forge or one.git)}


@given(owners())
def test_through_backstage_come_teams_people_and_services(given: Owners) -> None:
    exported = exporter("backstage")(given, DAY)
    again = importer("backstage")([File(name="catalog-info.yaml", data=exported.text.encode())]).owners
    here = {one.id for one in given.people if is_here(one, DAY)}
    assert {one.id: one.name.strip() for one in again.people if one.id in here} == {
        one.id: one.name.strip() for one in given.people if one.id in here
    }
    assert {one.id: set(one.members) & here for one in again.teams} == {
        one.id: set(one.members) & here for one in given.teams
    }
    assert {one.id: one.parent for one in again.teams} == {one.id: one.parent for one in given.teams}
    assert {one.id: (one.owner, one.links) for one in again.services} == {
        one.id: (one.owner, one.links) for one in given.services
    }


@given(owners())
def test_an_exported_escalation_calls_whoever_the_owners_file_calls(given: Owners) -> None:
    exported = exporter("pagerduty")(given, DAY)
    document = json.loads(exported.text)
    directory = Directory(given)
    escalated = [one for one in given.services if one.duties.escalation]
    assert len(document["escalation_policies"]) == len(escalated)
    for service, policy in zip(escalated, document["escalation_policies"], strict=True):
        called = {target["id"] for rule in policy["escalation_rules"] for target in rule["targets"]}
        names = {name for step in service.duties.escalation for name in step.notify if name != "cover"}
        names |= {service.duties.fallback} if service.duties.fallback else set()
        people = {one.pagerduty for name in names for one in directory.here(name, DAY)[0] if one.pagerduty}
        assert {name for name in called if not name.startswith("NEW:")} == people
        assert all(rule["escalation_delay_in_minutes"] >= 1 for rule in policy["escalation_rules"])
    importer("pagerduty")([File(name="x.json", data=exported.text.encode())])
