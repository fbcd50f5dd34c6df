"""Rules that lines suggest: never more than is known, never a name from outside that would match others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from answerable.domain.acceptance import Acceptance, How
from answerable.domain.agent import Agent
from answerable.domain.answer import Span
from answerable.domain.grade import Grade
from answerable.domain.layer import Placed, TrustLayer
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.learn.insert import NEW, inserted
from answerable.policy.learn.propose import propose


def span(origin: Origin = Origin.AI, model: str | None = None, path: bytes = b"shop/auth/a.py", **more: Any) -> Span:
    agent = Agent(tool="claude-code", model=model) if model else None
    lines = LineOrigin(start=1, end=2, origin=origin, grade=more.pop("grade", Grade.DECLARED), agent=agent, **more)
    placed = Placed(layer=TrustLayer(name="critical", rank=0), because="so")
    return Span(path=path, start=1, end=2, commit="a" * 40, orig_path=path, orig_start=1, lines=lines, placed=placed)


def kinds(*spans: Span) -> set[str]:
    return {one.name.removeprefix("incident-1-").rpartition("-")[0] for one in propose("1", spans)}


def match(rule: Mapping[str, object]) -> Mapping[str, Any]:
    found = rule["match"]
    assert isinstance(found, Mapping)
    return found


def test_what_was_not_there_is_asked_for_in_the_layer_and_in_the_folder() -> None:
    assert kinds(span()) == {"review-1", "countersign", "origin"}
    assert {one.name.rpartition("-")[2] for one in propose("1", [span()])} == {"layer", "folder"}


def test_what_was_there_is_not_asked_for_again() -> None:
    accepted = Acceptance(how=How.HUMAN_EXPLICIT, grade=Grade.RECORDED)
    assert kinds(span(grade=Grade.RECORDED, acceptance=accepted)) == {"review-1"}


def test_for_what_a_person_wrote_a_review_of_all_lines_is_asked_for() -> None:
    found = propose("1", [span(Origin.HUMAN)])
    assert {one.name for one in found} == {"incident-1-review-1-layer", "incident-1-review-1-folder"}
    assert all("origins" not in match(one.rule) for one in found)


def test_a_rule_about_what_is_not_known_is_about_ai_too() -> None:
    (first, *_) = propose("1", [span(Origin.UNKNOWN)])
    assert match(first.rule)["origins"] == ("ai", "mixed", "unknown")


@pytest.mark.parametrize("model", ["*", "claude-*", "a\nb", "\x1b[31m"])
def test_a_model_whose_name_would_match_others_or_act_on_a_terminal_is_not_named(model: str) -> None:
    assert "model" not in kinds(span(model=model))


def test_several_models_are_not_named() -> None:
    assert "model" in kinds(span(model="m1"))
    assert "model" not in kinds(span(model="m1"), span(model="m2"))


@pytest.mark.parametrize("folder", [b"a*b", b"a b", b"!a", b"a[1]", b"\xff", b"a\nb", b""])
def test_a_folder_that_would_be_read_as_a_pattern_is_left_out(folder: bytes) -> None:
    found = propose("1", [span(path=folder + b"/a.py" if folder else b"a.py")])
    assert all("paths" not in match(one.rule) for one in found)


def test_every_proposal_is_a_rule_of_a_policy() -> None:
    for origin in Origin:
        for one in propose("2026-06-11-42e044", [span(origin, model='m "1": #x')]):
            assert inserted(NEW, one.rule) is not None


def test_nothing_suggests_nothing() -> None:
    assert propose("1", []) == ()
