"""Lines of a new file get the hands that they have in its sources: for certain, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.carry.lines import Version, carried
from answerable.capture.carry.pairs import parse
from answerable.capture.carry.place import place
from answerable.capture.carry.record import MOST_ROWS, Carried, Dropped, Kept, Row, runs
from answerable.capture.carry.source import Rule
from answerable.capture.lines.hand import Hand, Kind, Text, agent, person, unknown
from answerable.capture.reflog import Move

AI, OTHER_AI, ADA, BO = agent("s_1", "t_1"), agent("s_2", "t_2"), person("Ada"), person("Bo")
NOBODY = unknown("not-seen")
LONG = [f"a_long_line_of_its_own = number({n})".encode() for n in range(9)]
SHORT = [b"}", b"else:", b"x = 1", b"return"]


def text(*lines: tuple[bytes, Hand | None]) -> Text:
    return Text(tuple(line for line, _ in lines), tuple(hand for _, hand in lines))


def version(*lines: tuple[bytes, Hand | None], chain: int = 0, blamed: Hand = NOBODY) -> Version:
    return Version(text(*lines), chain, lambda asked: dict.fromkeys(asked, blamed))


def carry(new: list[bytes], versions: list[Version], own: Hand = NOBODY, **given) -> list[str]:
    kept = carried(Text(tuple(new), (None,) * len(new)), dict.fromkeys(range(1, len(new) + 1), own), versions, **given)
    return [word(kept.hands[line]) for line in sorted(kept.hands)]


def word(hand: Hand) -> str:
    return {Kind.AGENT: hand.session or "", Kind.PERSON: hand.person or "", Kind.MIXED: "mixed"}.get(
        hand.kind, f"?{hand.rule}"
    )


def test_lines_keep_their_hands_and_new_ones_stay_as_they_are() -> None:
    source = version((LONG[0], AI), (LONG[1], ADA), (LONG[2], unknown("not-noted")))
    assert carry([LONG[0], LONG[5], LONG[1], LONG[2]], [source]) == ["s_1", "?not-seen", "Ada", "?not-noted"]


def test_what_seems_typed_and_stands_in_a_source_is_whose_it_is_there() -> None:
    source = version((LONG[0], AI), (LONG[1], BO), (LONG[2], unknown("not-noted")))
    assert carry([*LONG[:3], LONG[5]], [source], ADA) == ["s_1", "Bo", "?not-typed", "Ada"]


def test_what_an_agent_said_is_the_agents_unless_it_only_seems_so() -> None:
    source = version((LONG[0], ADA), (LONG[1], OTHER_AI))
    assert carry(LONG[:2], [source], AI) == ["s_1", "s_1"]
    assert carry(LONG[:2], [source], AI, seems=lambda _: True) == ["Ada", "s_2"]


@pytest.mark.parametrize("short", [*SHORT, b"fifteen_letter_s"[:15]])
def test_short_lines_between_changes_are_ambiguous_unless_it_is_the_same_change(short) -> None:
    source = version((LONG[0], ADA), (short, AI), (LONG[1], ADA))
    new = [LONG[5], short, LONG[6]]
    assert carry(new, [source]) == ["?not-seen", "?ambiguous", "?not-seen"]
    assert carry(new, [source], same={0}) == ["?not-seen", "s_1", "?not-seen"]
    assert carry(new, [source], BO) == ["Bo", "?ambiguous", "Bo"]
    elsewhere = version((LONG[0], ADA), (LONG[1], ADA), (short, AI))
    assert carry([LONG[5], short, LONG[0], LONG[1]], [elsewhere])[1] == ("?ambiguous" if short != b"}" else "?not-seen")


def test_short_lines_beside_long_ones_go_with_them() -> None:
    source = version((LONG[0], AI), (SHORT[0], AI), (SHORT[1], AI))
    assert carry([LONG[5], LONG[0], SHORT[0], SHORT[1]], [source]) == ["?not-seen", "s_1", "s_1", "s_1"]


def test_a_long_line_that_moved_is_told_again_and_one_of_several_writers_is_not() -> None:
    source = version((LONG[0], AI), (LONG[1], ADA), (LONG[2], ADA), (LONG[3], BO), (LONG[3], AI))
    assert carry([LONG[1], LONG[2], b"    " + LONG[0]], [source]) == ["Ada", "Ada", "s_1"]
    assert carry([LONG[3], LONG[0], LONG[1], LONG[2]], [source])[0] == "?several"


def test_the_first_source_that_has_a_line_counts() -> None:
    assert carry([LONG[0]], [version((LONG[0], AI)), version((LONG[0], ADA), chain=1)]) == ["s_1"]
    assert carry([LONG[0]], [version((LONG[1], AI)), version((LONG[0], ADA), chain=1)]) == ["Ada"]


def test_what_the_end_of_a_branch_no_longer_has_came_back() -> None:
    end, before = version((LONG[1], ADA)), version((LONG[0], AI), (LONG[1], None))
    assert carry(LONG[:2], [end, before]) == ["?came-back", "Ada"]
    apart = Version(before.text, 1, before.blamed)
    assert carry(LONG[:2], [end, apart]) == ["s_1", "Ada"]


def test_a_side_branch_that_never_had_a_line_does_not_take_it_back() -> None:
    end, side, first = version((LONG[0], None)), version((LONG[1], ADA)), version((LONG[0], AI))
    assert carry([LONG[0]], [end, side, first]) == ["s_1"]


def test_a_short_line_that_nobody_is_known_to_have_written_takes_nobodys() -> None:
    source = version((LONG[0], ADA), (SHORT[3], unknown("not-noted")), (LONG[1], ADA))
    assert carry([LONG[5], SHORT[3], LONG[6]], [source], BO) == ["Bo", "Bo", "Bo"]


def test_of_several_places_none_is_trusted_in_the_same_change() -> None:
    source = version((SHORT[3], AI), (LONG[0], ADA), (SHORT[3], AI), (LONG[1], ADA))
    new = [LONG[0], LONG[1], SHORT[3]]
    assert carry(new, [source], same={0}) == ["Ada", "Ada", "?ambiguous"]


def test_a_line_that_no_source_added_is_looked_up_further_below() -> None:
    source = version((LONG[0], None), (LONG[1], None), blamed=OTHER_AI)
    assert carry(LONG[:2], [source]) == ["s_2", "s_2"]
    assert carry(LONG[:2], [source], ADA) == ["s_2", "s_2"]
    earlier = version((LONG[0], AI), chain=0)
    assert carry(LONG[:2], [source, earlier]) == ["s_1", "s_2"]


LINES = st.sampled_from([*LONG[:4], *SHORT])
HANDS = st.sampled_from([AI, OTHER_AI, ADA, BO, NOBODY, None])
TEXTS = st.lists(st.tuples(LINES, HANDS), max_size=8)


@given(st.lists(TEXTS, max_size=3), st.lists(st.tuples(LINES, st.sampled_from([AI, ADA, NOBODY])), max_size=8))
def test_no_line_gets_a_hand_that_such_a_line_has_nowhere(sources, new) -> None:
    versions = [version(*one, chain=n) for n, one in enumerate(sources)]
    own = {line: hand for line, (_, hand) in enumerate(new, 1)}
    kept = carried(Text(tuple(line for line, _ in new), (None,) * len(new)), own, versions)
    assert kept.hands.keys() == own.keys()
    for line, (content, was) in enumerate(new, 1):
        hand = kept.hands[line]
        if was.kind is Kind.AGENT:
            assert hand == was
        if hand.kind is not Kind.UNKNOWN and hand != was:
            assert any(other == content and whose == hand for one in sources for other, whose in one)
            at, old = kept.from_[line]
            assert versions[at].text.hands[old - 1] == hand
        if hand.kind is Kind.UNKNOWN:
            assert hand.rule


@given(st.lists(LINES, max_size=9), st.lists(LINES, max_size=9))
def test_what_is_placed_is_the_same_line(old, new) -> None:
    found = place(old, new)
    assert not found.certain.keys() & found.perhaps.keys()
    for places in (found.certain, found.perhaps):
        for j, olds in places.items():
            assert olds
            assert all(old[i] == new[j] for i in olds)


def test_a_text_that_is_the_same_is_placed_whole_however_short() -> None:
    assert place(SHORT, SHORT).certain == {n: (n,) for n in range(4)}


@given(st.dictionaries(st.integers(1, 20), st.integers(1, 20)))
def test_runs_are_the_pairs_again(pairs) -> None:
    found = [(start + n, old + n) for start, end, old in runs(pairs.items()) for n in range(end - start + 1)]
    assert found == sorted(pairs.items())


def test_a_record_says_ranges_and_how_many_were_left_out() -> None:
    kept = tuple(Kept(b"a.py", n * 2, n * 2, b"old.py", n * 3) for n in range(1, MOST_ROWS + 3))
    row = Row(old="1" * 40, new="2" * 40, rule=Rule.GIVEN, kept=kept, dropped=(Dropped(b"a.py", 1, 2, "gone"),))
    told = row.details()
    assert told["more"] == 3
    assert told["kept"][0] == {"path": "a.py", "start": 2, "end": 2, "from": {"start": 3, "path": "old.py"}}
    carried_over = Carried(told={b"a.py": (((1, 1), NOBODY),)}, rows=(row,))
    assert carried_over.details()["unknown"] == [{"path": "a.py", "start": 1, "end": 1, "rule": "not-seen"}]
    assert Carried(told={}).details() == {}


def test_what_the_recorder_did_not_see_itself_is_left_out_of_what_it_vouches_for() -> None:
    told = {b"a.py": (((1, 2), AI), ((3, 3), OTHER_AI), ((4, 4), ADA))}
    row = Row(old="1", new="2", rule=Rule.GIVEN, kept=(Kept(b"a.py", 2, 3, b"a.py", 1),))
    seen = Carried(told=told, rows=(row,)).seen(lambda trace: trace if trace == "t_1" else None)
    assert seen == {b"a.py": (((1, 2), AI), ((4, 4), ADA))}


def test_pairs_are_read_and_nothing_else() -> None:
    a, b, c = "a" * 40, "b" * 40, "c" * 64
    rows = [f"{a} {b}", "old                new", f"{b} {'0' * 40}", f"{c} {c} extra words", f"{a}", "", "\xff"]
    assert parse("\n".join(rows).encode("latin-1")) == [(a, b), (c, c)]


def test_moves_that_make_a_commit_and_moves_that_only_go_to_one() -> None:
    made = [
        "commit: x", "commit (amend): (start) of it", "commit (initial): x", "commit (merge): finished: checkout y",
        "rebase (pick): x", "rebase (squash): x", "rebase (continue): x", "rebase -i (fixup): x", "am: x", "revert: x",
        "cherry-pick: x", "merge topic: Merge made by the 'ort' strategy.", "pull: Merge made by the 'ort' strategy.",
        "pull --rebase (pick): x", "commit (cherry-pick): x", "rebase: x",
    ]  # fmt: skip
    gone = [
        "rebase (start): checkout main", "rebase (finish): returning to refs/heads/x", "rebase (abort): updating HEAD",
        "pull --rebase (finish): returning to refs/heads/x", "merge topic: Fast-forward", "pull: Fast-forward",
        "cherry-pick: fast-forward", "checkout: moving from a to b", "reset: moving to HEAD~1", "clone: from x",
        "am --abort", "am --skip", "rebase finished: returning to refs/heads/x", "rebase: checkout main",
        "pull --ff-only: Fast-forward", "",
    ]  # fmt: skip
    assert [why for why in made if not Move("a", "b", 0, why).may_make] == []
    assert [why for why in gone if Move("a", "b", 0, why).may_make] == []
    doing = [
        Move("a", "b", 0, why).doing for why in ("commit (cherry-pick): x", "commit (rebase): x", "commit: x", "am: x")
    ]
    assert doing == ["cherry-pick", "rebase", None, "am"]
