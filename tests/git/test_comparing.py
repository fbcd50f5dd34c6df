"""Pairs are compared once each, by any number of processes, to the same result; where one ends early, that is said."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from answerable.errors import GitFailed
from answerable.git.attribution import comparing as module
from answerable.git.attribution.comparing import Comparing
from answerable.git.attribution.hunks import Differ, Pair, key_of
from answerable.git.attribution.store import Store
from answerable.git.quarantine import Quarantine
from answerable.git.repository import Repository
from builders import RepoBuilder

GONE = b"7" * 40


@pytest.fixture
def quarantine(repo: RepoBuilder) -> Iterator[Quarantine]:
    repo.commit({"a": "1\n"})
    with Repository(repo.root) as repository:
        yield repository.quarantine


@pytest.fixture
def pairs(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> list[Pair]:
    """Enough for several batches, once a batch is small."""
    monkeypatch.setattr(module, "BATCH", 16)
    monkeypatch.setattr(module, "_MANY", 32)
    blobs = [repo.write("blob", b"".join(b"%d\n" % (n * at % 7) for n in range(20))).encode() for at in range(1, 14)]
    found = [(a, b) for a in blobs for b in blobs if a != b]
    return list(dict.fromkeys(found))


def compared(
    quarantine: Quarantine, pairs: list[Pair], processes: int, folder: Path | None = None
) -> dict[Pair, bytes]:
    ticks: list[tuple[int, int]] = []
    with closing(Store(folder)) as store, closing(Comparing(quarantine, store, processes)) as comparing:
        for pair in pairs:
            comparing.want(pair[0][:1], [pair, pair])
        comparing.conclude()
        found = comparing.finish(lambda done, of: ticks.append((done, of)))
    assert ticks[-1] == (len(found), len(set(pairs)))
    return found


def test_any_number_of_processes_finds_the_same(quarantine: Quarantine, pairs: list[Pair]) -> None:
    with closing(Differ(quarantine)) as differ:
        expected = dict(differ.diff(pairs))
    assert {n: compared(quarantine, pairs, n) == expected for n in (1, 2, 3)} == {1: True, 2: True, 3: True}


def test_what_was_found_is_kept_for_the_next_run(quarantine: Quarantine, pairs: list[Pair], tmp_path: Path) -> None:
    found = compared(quarantine, pairs, 2, tmp_path / "cache")
    with closing(Store(tmp_path / "cache")) as store:
        assert store.hunks(map(key_of, pairs)) == {key_of(pair): packed for pair, packed in found.items()}
    assert compared(quarantine, pairs, 2, tmp_path / "cache") == found


def test_pairs_of_missing_blobs_are_left_out_and_no_others(quarantine: Quarantine, pairs: list[Pair]) -> None:
    whole = compared(quarantine, pairs, 1)
    broken = [pair for each in pairs for pair in (each, (each[0], GONE), (GONE, each[1]))]
    assert compared(quarantine, broken, 1) == whole
    assert compared(quarantine, broken, 2) == whole


def test_nothing_is_compared_where_nothing_is_wanted(quarantine: Quarantine) -> None:
    with closing(Comparing(quarantine, Store(None), 2)) as comparing:
        comparing.conclude()
        assert comparing.finish(lambda _done, _of: None) == {}


def test_a_process_that_was_killed_is_an_error_with_a_next_step(quarantine: Quarantine, pairs: list[Pair]) -> None:
    with closing(Comparing(quarantine, Store(None), 2)) as comparing:
        comparing.want(b"a", pairs)
        for worker in comparing._workers:
            os.kill(worker._process.pid or 0, signal.SIGKILL)
            worker._process.join()
        comparing.conclude()
        with pytest.raises(GitFailed, match="ended early"):
            comparing.finish(lambda _done, _of: None)
