"""The line of a drill: the same for the same seed, of AI, and where most is at stake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.layer import Placed, TrustLayer
from answerable.errors import TargetUnsupported
from answerable.incident.drill.draw import draw
from answerable.provenance.lines import LineSpan

CRITICAL, STANDARD = TrustLayer(name="critical", rank=0), TrustLayer(name="standard", rank=2)


def span(path: bytes, start: int, end: int, origin: str = "ai") -> LineSpan:
    return LineSpan(path, start, end, "c" * 40, path, start, origin, "recorded", None, None, None, None)


def places(paths: Sequence[bytes]) -> Mapping[bytes, Placed]:
    return {p: Placed(layer=CRITICAL if p.startswith(b"pay/") else STANDARD, because="a rule") for p in paths}


TREE = [
    span(b"a.py", 1, 50),
    span(b"pay/b.py", 1, 3, "human"),
    span(b"pay/b.py", 4, 6),
    span(b"pay/b.py", 7, 7, "unknown"),
    span(b"pay/c.py", 2, 2, "mixed"),
]


def test_every_line_where_most_is_at_stake_is_drawn_and_no_other() -> None:
    drawn = [draw(TREE, seed, places) for seed in range(400)]
    counts = Counter((one.path, one.line) for one in drawn)
    assert set(counts) == {(b"pay/b.py", 4), (b"pay/b.py", 5), (b"pay/b.py", 6), (b"pay/c.py", 2)}
    assert min(counts.values()) > 60
    assert {(one.layer, one.population, one.note) for one in drawn} == {("critical", 4, None)}


@given(seed=st.integers(0, 2**32 - 1))
def test_one_seed_draws_one_line(seed: int) -> None:
    assert draw(TREE, seed, places) == draw(iter(TREE), seed, places)


def test_a_layer_can_be_asked_for() -> None:
    found = draw(TREE, 1, places, "standard")
    assert (found.path, found.layer, found.population) == (b"a.py", "standard", 50)


def test_where_ai_is_nowhere_the_severe_layer_falls_to_the_next_that_has_some() -> None:
    assert draw(TREE[:2], 1, places).path == b"a.py"


def test_lines_of_unknown_origin_stand_in_and_that_is_said() -> None:
    found = draw([span(b"pay/b.py", 7, 7, "unknown"), span(b"a.py", 1, 9, "human")], 1, places)
    assert (found.path, found.line, found.origin) == (b"pay/b.py", 7, "unknown")
    assert found.note


def test_without_layers_every_line_of_ai_is_drawn_from() -> None:
    assert draw(TREE, 1).population == 54
    assert draw(TREE, 1).layer is None


@pytest.mark.parametrize("layer", [None, "critical", "no-such-layer"])
def test_where_people_wrote_everything_there_is_nothing_to_rehearse_with(layer: str | None) -> None:
    with pytest.raises(TargetUnsupported):
        draw([span(b"pay/b.py", 1, 3, "human")], 1, places, layer)
