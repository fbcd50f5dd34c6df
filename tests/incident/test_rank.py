"""Lines that a failure names are ranked by what is known of them, with the change that made them say what they say."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from answerable.domain.answer import Span
from answerable.domain.layer import Placed, TrustLayer
from answerable.domain.origin import Origin
from answerable.git.repository import Repository
from answerable.incident.rank import Candidate, rank
from answerable.incident.records import Records
from answerable.incident.spans import Blamer
from builders import RepoBuilder

START, DAY = 1_780_000_000, 86_400
FAILED = "2026-06-11T02:13:07Z"
LINE = "total = price * count\n"


def spans_of(repo: RepoBuilder, *places: tuple[str, int]) -> tuple[Records, list[Span], Repository]:
    repository = Repository(repo.root)
    records = Records(repository, repo.resolve("main"))
    wanted = [(path.encode(), (line, line)) for path, line in places]
    return records, [span for found in Blamer(records).spans(wanted) for span in found], repository


def ranked(repo: RepoBuilder, *places: tuple[str, int], moment: str = FAILED) -> tuple[Candidate, ...]:
    records, spans, repository = spans_of(repo, *places)
    with repository, closing(records):
        return rank(records, spans, moment)


def parts(candidate: Candidate) -> dict[str, float]:
    return {name: value for name, value, _, _ in candidate.parts}


@pytest.fixture(name="repo")
def repo_(tmp_path: Path) -> RepoBuilder:
    return RepoBuilder(tmp_path / "repo")


def at(days_before: float) -> int:
    return 1_781_143_987 - int(days_before * DAY)  # FAILED


def test_a_change_of_yesterday_comes_before_one_of_last_year_though_it_is_a_frame_outwards(repo: RepoBuilder) -> None:
    repo.commit({"old.py": LINE}, when=at(365))
    recent = repo.commit({"new.py": LINE.replace("total", "sum_of")}, when=at(1))
    found = ranked(repo, ("old.py", 1), ("new.py", 1))
    assert [one.path for one in found] == [b"new.py", b"old.py"]
    assert found[0].commit == recent
    assert parts(found[0])["frame"] == 0.5


def test_of_lines_alike_the_one_that_failed_comes_first(repo: RepoBuilder) -> None:
    repo.commit({"a.py": LINE, "b.py": LINE}, when=at(10))
    found = ranked(repo, ("b.py", 1), ("a.py", 1))
    assert [one.path for one in found] == [b"b.py", b"a.py"]
    assert [why for one in found for name, _, _, why in one.parts if name == "frame"] == [
        "where it failed",
        "1 frame outwards",
    ]


def test_who_wrote_it_is_no_part(repo: RepoBuilder, tmp_path: Path) -> None:
    other = RepoBuilder(tmp_path / "other")
    repo.commit({"a.py": LINE}, when=at(10))
    other.commit({"a.py": LINE}, when=at(10), author=("Somebody Else", "else@example.com"))
    assert ranked(repo, ("a.py", 1))[0].parts == ranked(other, ("a.py", 1))[0].parts


def test_the_score_is_the_mean_of_what_is_known(repo: RepoBuilder) -> None:
    repo.commit({"a.py": LINE}, when=at(10))
    (one,) = ranked(repo, ("a.py", 1))
    assert set(parts(one)) == {"frame", "recency", "churn", "origin"}
    assert one.score == pytest.approx(
        sum(v * w for _, v, w, _ in one.parts) / sum(w for _, _, w, _ in one.parts), abs=1e-4
    )


def test_origin_and_layer_count_and_not_knowing_is_no_human(repo: RepoBuilder) -> None:
    repo.commit({"a.py": LINE}, when=at(10))
    records, (span,), repository = spans_of(repo, ("a.py", 1))
    with repository, closing(records):

        def score(origin: Origin, rank_of_layer: int | None = None) -> float:
            layer = TrustLayer(name="l", rank=rank_of_layer) if rank_of_layer is not None else None
            placed = Placed(layer=layer, because="so") if layer else None
            changed = replace(span, lines=replace(span.lines, origin=origin), placed=placed)
            return rank(records, [changed], FAILED)[0].score

        scores = [score(each) for each in (Origin.AI, Origin.MIXED, Origin.UNKNOWN, Origin.HUMAN)]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) == 4
        assert score(Origin.AI, 0) > score(Origin.AI, 1) > score(Origin.AI, 5)


def test_what_only_moved_a_line_or_its_white_space_is_looked_through(repo: RepoBuilder) -> None:
    made = repo.commit({"a.py": f"import os\n{LINE}"}, when=at(300))
    moved = repo.commit({"a.py": f"import os\nif os:\n    {LINE}"}, when=at(2))
    (one,) = ranked(repo, ("a.py", 3))
    assert (one.span.commit, one.commit) == (moved, made)
    why = next(why for name, _, _, why in one.parts if name == "recency")
    assert why == f"it came in 300 days before; {moved[:12]} only moved it, or changed its white space"


def test_a_change_that_the_repository_lists_is_looked_through(repo: RepoBuilder) -> None:
    made = repo.commit({"a.js": "const limit = read('customers');\n"}, when=at(300))
    quoted = repo.commit({"a.js": 'const limit = read("customers");\n'}, when=at(2))
    repo.commit({".git-blame-ignore-revs": f"{quoted}\n"}, when=at(1))
    (one,) = ranked(repo, ("a.js", 1))
    assert (one.span.commit, one.commit) == (quoted, made)


def test_a_line_that_was_written_anew_stays_with_whoever_wrote_it(repo: RepoBuilder) -> None:
    repo.commit({"a.py": LINE}, when=at(300))
    written = repo.commit({"a.py": LINE.replace("count", "number")}, when=at(2))
    assert ranked(repo, ("a.py", 1))[0].commit == written


def test_churn_counts_changes_of_the_file_in_the_90_days_before_and_no_later_ones(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "x = 1\n", "b.py": "y = 1\n"}, when=at(200))
    for day in (80, 50, 20):
        repo.commit({"a.py": f"x = 1\n# {day}\n"}, when=at(day))
    repo.commit({"a.py": "x = 1\n# after\n"}, when=at(-10))
    found = {one.path: parts(one)["churn"] for one in ranked(repo, ("a.py", 1), ("b.py", 1))}
    assert found == {b"a.py": 0.6, b"b.py": 0.0}


def test_nothing_gives_nothing(repo: RepoBuilder) -> None:
    repo.commit({"a.py": LINE})
    assert ranked(repo) == ()


def test_a_moment_that_is_none_is_now(repo: RepoBuilder) -> None:
    repo.commit({"a.py": LINE}, when=at(10))
    assert 0 <= ranked(repo, ("a.py", 1), moment="soon")[0].score <= 1
