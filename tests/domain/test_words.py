"""The words of the domain: their order, their spelling, and what they may never mean."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from itertools import pairwise

import pytest

import answerable.domain
from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.commit import Commit, Person
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(answerable.domain.__path__, "answerable.domain.")
]
DATACLASSES = sorted(
    {
        thing
        for module in MODULES
        for thing in vars(module).values()
        if dataclasses.is_dataclass(thing)
        and isinstance(thing, type)
        and thing.__module__ == module.__name__
        and not thing.__name__.startswith("_")  # what a module keeps for itself while it works
    },
    key=lambda thing: thing.__qualname__,
)


def person(name: str = "Ada") -> Person:
    return Person(name=name, email="ada@example.com")


def commit(message: str = "", parents: tuple[str, ...] = ()) -> Commit:
    when = "2024-01-01T00:00:00Z"
    return Commit(
        sha="a" * 40,
        parents=parents,
        author=person(),
        authored_at=when,
        committer=person(),
        committed_at=when,
        message=message,
    )


def test_grades_are_ordered_as_the_evidence_gets_stronger() -> None:
    words = ["none", "inferred", "declared", "recorded", "attested"]
    assert [grade.word for grade in sorted(Grade)] == words
    assert all(weaker < stronger for weaker, stronger in pairwise(Grade))
    assert max(Grade.DECLARED, Grade.INFERRED) is Grade.DECLARED


def test_everything_but_human_is_governed_as_ai() -> None:
    assert {origin for origin in Origin if not origin.governed_as_ai} == {Origin.HUMAN}
    assert Origin.UNKNOWN.governed_as_ai


def test_origins_and_acceptances_are_spelt_as_the_contract_spells_them() -> None:
    assert [str(origin) for origin in Origin] == ["ai", "human", "mixed", "unknown"]
    how = ["human_explicit", "standing_grant", "automatic", "human_reject", "unknown"]
    assert [str(word) for word in How] == how
    assert [str(word) for word in State] == ["as_is", "modified", "unknown"]


def test_an_acceptance_of_which_nothing_is_known_claims_nothing() -> None:
    nothing = Acceptance()
    assert (nothing.how, nothing.state) == (How.UNKNOWN, State.UNKNOWN)
    assert (nothing.by, nothing.at, nothing.grade) == (None, None, Grade.NONE)


@pytest.mark.parametrize(
    ("message", "subject"),
    [("", ""), ("\n\n one \nbody", "one"), ("one", "one"), ("one\r\nbody", "one"), ("\udcff\n", "\udcff")],
)
def test_the_subject_of_a_commit_is_its_first_line(message: str, subject: str) -> None:
    assert commit(message).subject == subject


def test_a_commit_with_two_parents_is_a_merge() -> None:
    assert [commit(parents=("p",) * n).is_merge for n in range(4)] == [False, False, True, True]


def test_a_person_is_written_as_git_writes_one() -> None:
    assert str(person("Ada Lovelace")) == "Ada Lovelace <ada@example.com>"


@pytest.mark.parametrize("thing", DATACLASSES, ids=lambda thing: thing.__qualname__)
def test_every_record_of_the_domain_is_frozen_and_slotted(thing: type) -> None:
    parameters = thing.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert "__slots__" in vars(thing)
    plain = ("Ranges", "Position")  # one field, whose name would say nothing; line and column, as everybody says them
    if thing.__name__ not in plain:
        assert all(field.kw_only for field in dataclasses.fields(thing))
