"""What is asked fits, is little, begins with the most fitting, and is never nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.policy.checklists.hunks import LANGUAGES
from answerable.policy.layers.kinds import Kind, Touch
from answerable.review.checklist.choose import MOST, choose, most_of
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import Question, When
from answerable.review.checklist.questions import shipped


def hunk(lines: int = 20, **more: Any) -> Hunk:
    return Hunk(path=b"a", start=1, end=lines, digest="sha256:" + "0" * 64, **{"layer": "critical", **more})


def ids(lines: int = 20, **more: Any) -> list[str]:
    return [question.id for question in choose(hunk(lines, **more))]


def own(name: str, **when: Any) -> Question:
    return Question(id=name, text="Is it?", why="So.", when=When(**when), own=True)


def test_a_migration_is_asked_about_order_locks_and_backfill() -> None:
    assert ids(language="sql", kinds=frozenset({"migration"}))[:3] == [
        "migration.order", "migration.locks", "migration.backfill",
    ]  # fmt: skip


def test_each_thing_that_is_touched_gets_a_question_before_one_gets_two() -> None:
    found = ids(language="python", touches=frozenset({"network", "sql", "auth"}))
    assert {name.partition(".")[0] for name in found[:3]} == {"auth", "network", "sql"}


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("go", "go.cancellation"), ("go", "go.goroutine-end"), ("rust", "rust.unsafe"), ("rust", "rust.panic"),
        ("python", "python.event-loop"), ("python", "python.shared-state"), ("javascript", "javascript.promises"),
        ("typescript", "javascript.keys"), ("java", "java.transaction"), ("java", "java.pools"), ("c", "c.ownership"),
        ("cpp", "c.width"), ("csharp", "csharp.await"), ("csharp", "csharp.disposal"), ("ruby", "ruby.callbacks"),
        ("ruby", "ruby.mass-assignment"), ("sql", "sql.once"), ("terraform", "terraform.lifecycle"),
    ],
)  # fmt: skip
def test_the_intent_that_depends_on_the_language_is_asked_about(language: str, asked: str) -> None:
    assert asked in ids(language=language)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (Kind.CI, "ci.token"), (Kind.IAC, "iac.blast-radius"), (Kind.IAC, "iac.drift"),
        (Kind.DEPENDENCIES, "dependencies.real"),
        (Kind.FIRMWARE, "firmware.watchdog"), (Kind.FIRMWARE, "firmware.power-loss"),
        (Kind.FIRMWARE, "firmware.update-back"), (Kind.DEVICE_CONFIG, "device.offline"), (Kind.TEST, "test.can-fail"),
        (Kind.DOCS, "docs.true"), (Kind.AGENT_CONFIG, "agent.permissions"),
        (Kind.GOVERNANCE, "governance.not-loosened"),
    ],
)  # fmt: skip
def test_what_a_kind_of_file_does_is_asked_about(kind: Kind, asked: str) -> None:
    assert asked in ids(kinds=frozenset({str(kind)}))


def test_there_is_a_question_for_every_kind_touch_and_language() -> None:
    of = {word for q in shipped() for word in (*q.when.kinds, *q.when.touches, *q.when.languages)}
    assert set(map(str, Kind)) - {"example"} <= of | {"docs"}
    assert set(map(str, Touch)) <= of
    assert set(LANGUAGES) - of == {"other"}
    assert of <= {*map(str, Kind), *map(str, Touch), *LANGUAGES}


def test_where_less_is_at_stake_less_is_asked() -> None:
    by_rank = [len(ids(rank=rank, language="go", touches=frozenset({"network", "auth"}))) for rank in range(4)]
    assert by_rank == [6, 5, 4, 4]
    few = [len(ids(4, rank=rank, language="go", touches=frozenset({"network", "auth"}))) for rank in range(4)]
    assert few == [3, 2, 1, 1]
    assert ids(1, rank=2, kinds=frozenset({"dependencies"})) == ["dependencies.real"]


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_a_general_question_has_a_place_whatever_else_there_is_to_ask(rank: int) -> None:
    touches = frozenset({"auth", "network", "sql"})
    found = ids(rank=rank, language="c", kinds=frozenset({"firmware", "build"}), touches=touches)
    assert len(found) == (6, 5, 4)[rank]
    assert found[-1] == "design.fit"


def test_documentation_is_not_asked_what_code_is() -> None:
    found = ids(kinds=frozenset({"docs"}), language="python", touches=frozenset({"network"}))
    assert found == ["docs.true", "purpose.alone"]


def test_the_organisations_own_come_first_and_leave_place_for_a_general_one() -> None:
    mine = [own(f"ours.q{at}") for at in range(9)]
    found = choose(hunk(language="go"), mine)
    assert [question.own for question in found] == [True] * 6 + [False]
    assert choose(hunk(language="go"), [own("ours.rust", languages=("rust",))])[0].id == "go.cancellation"


@pytest.mark.parametrize(
    ("when", "holds", "not_so"),
    [
        ({"layers": ("crit*",)}, {}, {"layer": "standard"}),
        ({"layers": ("critical",)}, {}, {"layer": "criticals"}),
        ({"ranks": 1}, {"rank": 0}, {"rank": 1}),
        ({"kinds": ("ci",)}, {"kinds": frozenset({"ci"})}, {"kinds": frozenset({"iac"})}),
        ({"unless_kinds": ("ci",)}, {}, {"kinds": frozenset({"ci"})}),
        ({"touches": ("sql",)}, {"touches": frozenset({"sql"})}, {}),
        ({"languages": ("go",)}, {"language": "go"}, {"language": "c"}),
        ({"origins": ("unknown",)}, {"origins": ("ai", "unknown")}, {"origins": ("ai",)}),
        ({"code": True}, {"language": "go"}, {"language": "sql"}),
        ({"code": True, "ranks": 1}, {"language": "go"}, {"language": "go", "rank": 1}),
    ],
)
def test_all_conditions_must_hold(when: dict[str, Any], holds: dict[str, Any], not_so: dict[str, Any]) -> None:
    assert When(**when).holds(hunk(**holds))
    assert not When(**when).holds(hunk(**not_so))


HUNKS = st.builds(
    hunk,
    st.integers(1, 3000),
    rank=st.integers(0, 9),
    language=st.none() | st.sampled_from(LANGUAGES),
    kinds=st.frozensets(st.sampled_from([str(kind) for kind in Kind])),
    touches=st.frozensets(st.sampled_from([str(touch) for touch in Touch])),
    origins=st.just(("ai",)),
)


@given(HUNKS)
def test_something_is_asked_of_every_hunk_and_never_too_much(one: Hunk) -> None:
    found = choose(one)
    assert 1 <= len(found) <= most_of(one) <= MOST
    assert len({question.id for question in found}) == len(found)
    assert all(question.when.holds(one) for question in found)
    assert choose(one) == found
