"""An owners file comes out complete, or every fault of it has a line, a column and what to write instead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.fault import Position
from answerable.errors import OwnersInvalid
from answerable.ownership.file.read import MOST_BYTES, load, read
from answerable.ownership.model import DAYS
from ownership.declared import FILE

SERVICE = "version: 1\nservices:\n  - {name: a, owner: b, duties: %s}\n"


def faults(text: str) -> list[tuple[str, str, str]]:
    owners, found = read(text.encode(), "o")
    assert owners is None
    return [(each.where, each.message, each.fix) for each in found]


def test_every_key_is_read_and_keeps_its_place() -> None:
    owners = load(FILE.encode(), "owners.yaml")
    ada, _, linnea = owners.people
    assert (ada.git, ada.forge, ada.position) == (("Ada@larkspur.example",), ("ada",), Position(3, 3))
    assert linnea.until == date(2027, 1, 1)
    checkout, refunds = owners.services
    assert (checkout.name, checkout.tier, checkout.jurisdictions) == ("Checkout", 0, ("EU", "US-CA"))
    assert refunds.name == "refunds"
    duties = checkout.duties
    assert [(step.notify, step.after) for step in duties.escalation] == [
        (("payments",), 15),
        (("cover",), 0),
        (("grace", "shop"), 40),
    ]
    assert (duties.communication, duties.fallback, duties.clocks[0].within) == ("shop", "linnea", 24)
    assert (duties.cover[0].days, duties.cover[0].start) == (DAYS[:5], "09:00")
    assert duties.templates[0].audience == "press"
    assert [rule.owners for rule in owners.paths] == [("shop",), ()]
    assert owners.digest.startswith("sha256:")


def test_a_file_may_say_almost_nothing() -> None:
    owners = load(b"version: 1\n", "o")
    assert (owners.people, owners.services, owners.paths) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("›", "the file is empty"),
        ("version: ›2", "this version of the format is not known"),
        ("›people: {}", "an owners file needs version"),
        ("version: 1\n›person: {}", "an owners file has no key 'person'"),
        ("version: 1\npeople: ›[ada]", "people must be a mapping"),
        ("version: 1\npeople:\n  ›Ada: {name: A}", "the id of a person cannot be 'Ada'"),
        ("version: 1\npeople:\n  ada: ›{}", "a person needs name"),
        ("version: 1\npeople:\n  ada: {name: A, git: [›ada]}", "an entry of git cannot be 'ada'"),
        ("version: 1\npeople:\n  ada: {name: A, until: ›2026-02-30}", "until must be a date"),
        ("version: 1\nteams:\n  ›cover: {}", "the id of a team cannot be cover: that means whoever covers"),
        ("version: 1\npeople:\n  a: {name: A}\nteams:\n  ›a: {}", "a is a person and a team"),
        ("version: 1\nservices: [›{name: a}]", "a service needs owner"),
        ("version: 1\nservices:\n- {name: a, owner: b}\n- ›{name: a, owner: b}", "the service a is here twice"),
        ("version: 1\nservices: [{name: a, owner: b, tier: ›5}]", "tier must be a whole number from 0 to 4"),
        ("version: 1\npaths: [{match: ›'!x', owners: []}]", "the pattern !x cannot work"),
        ("version: 1\npaths: [{match: x, owners: ›b}]", "owners must be a list"),
        (SERVICE % "{escalation: [›{after: 5}]}", "a step needs notify"),
        (SERVICE % "{escalation: [{notify: ›[]}]}", "this step notifies nobody"),
        (SERVICE % "{cover: [{region: x, timezone: y/z, who: b, start: ›09:00}]}", "start must be a time of day"),
        (SERVICE % "{cover: [{region: x, timezone: y/z, who: b, end: ›'25:00'}]}", "end must be a time of day"),
        (SERVICE % "{cover: [{region: x, timezone: ›../../etc, who: b}]}", "timezone cannot be '../../etc'"),
        (SERVICE % "{reporting: [›{jurisdiction: EU, to: x}]}", "a duty to report needs within"),
        (SERVICE % "{communication: {who: b, templates: [{severity: [›bad], text: x}]}}", "severity cannot be 'bad'"),
    ],
)
def test_a_fault_names_its_place(text: str, message: str) -> None:
    before = text.partition("›")[0].split("\n")
    ((where, told, fix),) = faults(text.replace("›", ""))
    assert where == f"o:{len(before)}:{len(before[-1]) + 1}"
    assert message in told
    assert fix


def test_an_address_that_a_page_would_run_is_no_link() -> None:
    text = "version: 1\nservices: [{name: a, owner: b, links: {runbook: 'javascript:alert(1)'}}]"
    assert "a link cannot be" in faults(text)[0][1]


def test_all_faults_are_found_in_one_reading_and_the_error_counts_them() -> None:
    text = "version: 1\npeople:\n  Ada: {nam: A}\nservices: [{tier: 9}]\n"
    assert len(faults(text)) == 6
    with pytest.raises(OwnersInvalid) as raised:
        load(text.encode(), "o")
    assert (raised.value.message, raised.value.code) == (
        "o:3:3: the id of a person cannot be 'Ada' (and 5 more)",
        "owners-invalid",
    )


def test_a_file_as_long_as_a_catalogue_is_read_and_a_longer_one_is_not() -> None:
    rows = "".join(f"  - {{match: /services/team-{n:05}/code/, owners: [b]}}\n" for n in range(6000))
    assert len(rows) > 256 << 10
    assert len(load(f"version: 1\npaths:\n{rows}".encode(), "o").paths) == 6000
    assert "more than" in faults(" " * (MOST_BYTES + 1))[0][1]


_PIECES = st.sampled_from(
    [*FILE.split(), "\n", "\n  ", "\n    - ", ": ", "{", "}", "[", "]", "&a", "*a", "!!x", "|", "''"]
)


@given(st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=60).map(lambda found: " ".join(found).encode())))
def test_any_bytes_are_read_or_faulted(data: bytes) -> None:
    owners, found = read(data, "o")
    assert (owners is None) == bool(found)
    assert all(each.position.line >= 1 and each.position.column >= 1 and each.fix for each in found)


@given(
    st.integers(0, len(FILE) - 1),
    st.sampled_from(["", "\0", "\t", "{", "]", ":", "'", "\n", "- ", "é", "9"]),
    st.data(),
)
def test_the_file_with_a_piece_changed_is_read_or_faulted(at: int, piece: str, data: st.DataObject) -> None:
    end = data.draw(st.integers(at, min(len(FILE), at + 20)))
    owners, found = read((FILE[:at] + piece + FILE[end:]).encode(), "o")
    assert (owners is None) == bool(found)
