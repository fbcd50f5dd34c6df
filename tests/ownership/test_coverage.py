"""How much is answered for: an owner, somebody by name, an escalation; weighed by what AI or nobody known wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from answerable.domain.layer import Placed, TrustLayer
from answerable.git.repository import Repository
from answerable.ownership.coverage import UNPLACED, Coverage, Share, coverage, owned_lines
from answerable.ownership.registry import Registry
from answerable.provenance.lines import LineSpan
from builders import RepoBuilder

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OWNERS = """\
version: 1
people:
  ada: {name: Ada}
  bo: {name: Bo, until: 2026-11-24}
services:
  - {name: pay, paths: [/pay/], owner: ada, duties: {escalation: [{notify: [ada]}]}}
  - {name: gone, paths: [/gone/], owner: bo, duties: {escalation: [{notify: [bo]}]}}
  - {name: plain, paths: [/plain/], owner: ada}
"""
CODEOWNERS = "/web/ @larkspur/web\n"


def span(path: bytes, lines: int, origin: str) -> LineSpan:
    return LineSpan(path, 1, lines, "c" * 40, path, 1, origin, "recorded", None, None, None, None)


def places(paths: Sequence[bytes]) -> Mapping[bytes, Placed]:
    layers = {b"pay": TrustLayer(name="critical", rank=0), b"web": TrustLayer(name="standard", rank=2)}
    found = {path: layers.get(path.partition(b"/")[0]) for path in paths}
    return {path: Placed(layer=layer, because="a rule") for path, layer in found.items() if layer}


@pytest.fixture
def registry(repo: RepoBuilder) -> Iterable[Registry]:
    commit = repo.commit({".answerable/owners.yaml": OWNERS, ".github/CODEOWNERS": CODEOWNERS})
    with Repository(Path(repo.root)) as repository:
        yield Registry(repository, commit)


def of(registry: Registry, *spans: LineSpan) -> Coverage:
    return coverage(spans, registry, NOW, places)


@pytest.mark.parametrize(
    ("path", "steps"),
    [(b"none/a", 0), (b"web/a", 1), (b"gone/a", 1), (b"plain/a", 2), (b"pay/a", 3)],
)
def test_each_step_is_a_part_of_the_one_before(registry: Registry, path: bytes, steps: int) -> None:
    found = of(registry, span(path, 7, "ai")).weighed
    lines = [7 if step <= steps else 0 for step in range(1, 4)]
    assert found == Share(lines=7, owned=lines[0], named=lines[1], escalates=lines[2])


def test_lines_of_unknown_origin_weigh_as_those_of_ai_and_those_of_people_do_not(registry: Registry) -> None:
    spans = [span(b"pay/a", count, origin) for count, origin in ((1, "ai"), (2, "mixed"), (4, "unknown"), (8, "human"))]
    found = of(registry, *spans)
    assert (found.weighed.lines, found.ai.lines, found.every.lines) == (7, 3, 15)
    assert (found.weighed.owned, found.ai.owned, found.every.owned) == (7, 3, 15)


def test_layers_come_with_the_most_severe_first_and_what_is_in_none_last(registry: Registry) -> None:
    found = of(registry, span(b"none/a", 1, "ai"), span(b"web/a", 2, "ai"), span(b"pay/a", 4, "ai"))
    rows = [(name, share.lines, share.owned) for name, share in found.by_layer]
    assert rows == [("critical", 4, 4), ("standard", 2, 2), (UNPLACED, 1, 0)]


def test_files_of_people_alone_are_in_no_row(registry: Registry) -> None:
    assert of(registry, span(b"pay/a", 3, "human")).by_layer == ()


def test_lines_of_files_that_are_gone_count_by_their_names(registry: Registry) -> None:
    assert owned_lines(registry, {b"pay/was-here": 3, b"web/x": 2, b"none/x": 9}) == 5


def test_where_nothing_is_declared_nothing_is_owned(repo: RepoBuilder) -> None:
    commit = repo.commit({"a": "1\n"})
    with Repository(Path(repo.root)) as repository:
        bare = Registry(repository, commit)
        assert owned_lines(bare, {b"a": 3}) == 0
        assert of(bare, span(b"a", 3, "ai")).weighed == Share(lines=3)
