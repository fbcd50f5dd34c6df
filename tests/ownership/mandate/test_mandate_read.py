"""A mandate is read strictly: what is written is read as it was, and anything else is a fault that says where."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import MandateInvalid
from answerable.ownership.mandate.model import Approval, Mandate
from answerable.ownership.mandate.read import LONGEST, MOST_BYTES, load, read
from answerable.ownership.mandate.write import write
from ownership.mandate.mandates import mandate

TEXT = write(mandate())
_LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=60)
WORDS = _LINES.map(lambda text: " ".join(text.split()).strip("#").strip()).filter(bool)
NAMES = WORDS.filter(lambda text: len(text) <= 320)
ROLES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)


@st.composite
def mandates(draw: st.DrawFn) -> Mandate:
    """Any mandate that can be written."""
    begins = draw(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    items = st.lists(WORDS, min_size=1, max_size=4).map(tuple)
    return Mandate(
        title=draw(WORDS),
        status=draw(st.sampled_from(["accepted", "proposed", "superseded by 0007"])),
        begins=begins,
        expires=begins + draw(st.timedeltas(LONGEST * 0, LONGEST)),
        governance=draw(NAMES),
        response=draw(NAMES),
        communication=draw(NAMES),
        standards=draw(items),
        approvals=tuple(
            Approval(role=role, person=person)
            for role, person in draw(st.lists(st.tuples(ROLES, NAMES), min_size=1, max_size=4))
        ),
        person_owns=draw(items),
        organisation_owns=draw(items),
        decision_makers=draw(st.lists(WORDS, max_size=3).map(tuple)),
        consulted=draw(st.lists(WORDS, max_size=3).map(tuple)),
        replaces=draw(st.none() | st.just(f"sha256:{'a' * 64}")),
    )


@given(mandates())
def test_what_is_written_is_read_as_it_was(given: Mandate) -> None:
    found = load(write(given).encode(), "mandate.md")
    assert write(found) == write(given)
    assert (found.title, found.person_owns, found.organisation_owns) == (
        given.title,
        given.person_owns,
        given.organisation_owns,
    )
    assert (found.governance, found.approvals, found.standards) == (given.governance, given.approvals, given.standards)
    assert (found.begins, found.expires, found.replaces) == (given.begins, given.expires, given.replaces)


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"---\n{text}\n---\n# x\n".encode()))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    found, faults = read(data, "mandate.md")
    assert (found is None) == bool(faults)


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("status: accepted", "status: agreed", "2:9", "status cannot be"),
        ("status: accepted", "status: accepted\nstatus: accepted", "3:1", "twice"),
        ("mandate: 1", "mandate: 2", "4:10", "version"),
        ("date: 2026-01-01", "date: someday", "3:7", "must be a date"),
        ("expires: 2026-12-31", "expires: 2025-12-31", "5:10", "before it begins"),
        ("expires: 2026-12-31", "expires: 2028-12-31", "5:10", "two years"),
        ("governance: platform\n", "", "2:1", "needs governance"),
        ("governance: platform", "governance: platform\nowner: me", "7:1", "no key 'owner'"),
        ("standards: [", "standards: []\ninformed: [", "9:12", "standards is empty"),
        ("{role: legal,", "{role: Legal,", "11:12", "cannot be 'Legal'"),
        ("{role: legal,", "{role: legal, decision: yes,", "11:19", "no key 'decision'"),
        ("# Who answers", "# Who answers\n# Who else", None, "one title"),
        ("## What the person owns", "## What nobody owns", None, "must be there once"),
        ("## Confirmation", "## What the person owns\n- nothing\n## Confirmation", None, "must be there once"),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, where: str | None, what: str) -> None:
    assert old in TEXT
    with pytest.raises(MandateInvalid) as caught:
        load(TEXT.replace(old, new, 1).encode(), "mandate.md")
    assert what in caught.value.message
    assert where is None or caught.value.message.startswith(f"mandate.md:{where}:"), caught.value.message
    assert caught.value.hint


def test_front_matter_that_is_not_there_or_does_not_end_is_a_fault() -> None:
    for data in (b"", b"# Title\n", TEXT.replace("\n---\n", "\n", 1).encode(), b"\xff\xfe---\n"):
        found, faults = read(data, "mandate.md")
        assert found is None
        assert faults


def test_a_heading_inside_of_a_code_fence_is_none() -> None:
    hidden = "```\n## What the person owns\n- nothing\n```\n"
    assert load((TEXT + hidden).encode(), "x").person_owns == mandate().person_owns


def test_the_line_ends_of_another_system_say_the_same_and_are_other_bytes() -> None:
    found = load(TEXT.replace("\n", "\r\n").encode(), "x")
    assert (found.approvals, found.person_owns) == (mandate().approvals, mandate().person_owns)
    assert found.digest != mandate().digest


@pytest.mark.parametrize("body", ["# " + " " * 60_000, "- " + "\t " * 30_000, "#" * 60_000, "`" * 60_000])
def test_no_line_takes_its_time(body: str) -> None:
    began = time.process_time()
    read(f"{TEXT.partition('# Who')[0][:900]}{body}"[:MOST_BYTES].encode(), "x")
    assert time.process_time() - began < 1


def test_a_file_that_is_too_big_is_not_read() -> None:
    found, faults = read(TEXT.encode() + b" " * MOST_BYTES, "x")
    assert found is None
    assert "more than" in faults[0].message
