from __future__ import annotations

import dataclasses
import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.agent import Agent
from answerable.domain.evidence import Claim, Evidence
from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance.combine import UNKNOWN, combine, commit_origin

PATH = b"src/app.py"
CLAUDE = Agent(tool="claude-code")
EVIDENCE = Evidence(source="git-ai", ref="x", grade=Grade.DECLARED, claim="y")


def claim(
    origin: Origin = Origin.AI,
    grade: Grade = Grade.DECLARED,
    agent: Agent | None = None,
    *,
    lines: Ranges | None = None,
    path: bytes | None = None,
    source: str = "trailer",
    person: str | None = None,
    acceptance: Acceptance | None = None,
) -> Claim:
    words = f"{origin} {agent} {lines}"
    return Claim(
        origin=origin,
        grade=grade,
        evidence=Evidence(source=source, ref="commit 1", grade=grade, claim=words),
        agent=agent,
        person=person,
        acceptance=acceptance,
        path=path if lines is None else PATH,
        lines=lines,
    )


def test_no_claim_is_unknown_and_never_human() -> None:
    assert commit_origin([]) == UNKNOWN
    assert combine([], PATH, 1, 3) == [LineOrigin(start=1, end=3, origin=Origin.UNKNOWN, grade=Grade.NONE)]


def test_nothing_is_asked_about_no_lines() -> None:
    assert combine([claim()], PATH, 5, 4) == []


def test_the_highest_grade_decides_and_the_lower_stays_in_evidence() -> None:
    recorded, declared = claim(Origin.HUMAN, Grade.RECORDED), claim(Origin.AI, Grade.DECLARED)
    found = commit_origin([declared, recorded])
    assert (found.origin, found.grade) == (Origin.HUMAN, Grade.RECORDED)
    assert found.evidence == (recorded.evidence, declared.evidence)


def test_a_person_above_a_tool_of_a_lower_grade_stays_and_the_contradiction_is_shown() -> None:
    recorded, declared = claim(Origin.HUMAN, Grade.RECORDED, person="a"), claim(Origin.AI, Grade.DECLARED)
    inferred = claim(Origin.MIXED, Grade.INFERRED)
    found = commit_origin([inferred, declared, recorded, claim(Origin.HUMAN, Grade.INFERRED)])
    assert (found.origin, found.grade, found.person) == (Origin.HUMAN, Grade.RECORDED, "a")
    [conflict] = found.conflicts
    assert (conflict.about, conflict.grade) == ("origin", Grade.RECORDED)
    assert conflict.claims == (recorded.evidence, declared.evidence, inferred.evidence)


def test_a_tool_above_a_person_of_a_lower_grade_is_no_conflict() -> None:
    """Scrutiny is not lowered by it, and every person who commits would be one."""
    assert commit_origin([claim(Origin.AI, Grade.RECORDED), claim(Origin.HUMAN)]).conflicts == ()


def test_ai_against_human_at_one_grade_is_unknown_and_governed_as_ai() -> None:
    found = commit_origin([claim(Origin.AI), claim(Origin.HUMAN), claim(Origin.AI, Grade.INFERRED)])
    assert (found.origin, found.grade, found.agent) == (Origin.UNKNOWN, Grade.NONE, None)
    assert found.origin.governed_as_ai
    [conflict] = found.conflicts
    assert (conflict.about, conflict.grade, len(conflict.claims)) == ("origin", Grade.DECLARED, 2)


def test_human_against_mixed_is_a_conflict_too() -> None:
    assert commit_origin([claim(Origin.MIXED), claim(Origin.HUMAN)]).origin is Origin.UNKNOWN


def test_ai_and_mixed_are_mixed() -> None:
    found = commit_origin([claim(Origin.AI), claim(Origin.MIXED)])
    assert (found.origin, found.grade, found.conflicts) == (Origin.MIXED, Grade.DECLARED, ())


def test_a_claim_that_says_nothing_decides_nothing() -> None:
    silent = claim(Origin.UNKNOWN, Grade.RECORDED)
    found = commit_origin([silent, claim(Origin.AI, Grade.INFERRED)])
    assert (found.origin, found.grade) == (Origin.AI, Grade.INFERRED)
    assert silent.evidence in found.evidence
    assert commit_origin([claim(Origin.HUMAN, Grade.NONE)]).origin is Origin.UNKNOWN


def test_two_tools_keep_the_origin_and_lose_the_agent() -> None:
    found = commit_origin([claim(agent=CLAUDE), claim(agent=Agent(tool="codex", model="GPT-5.4"))])
    assert (found.origin, found.agent) == (Origin.AI, None)
    assert [conflict.about for conflict in found.conflicts] == ["tool"]


def test_two_models_or_sessions_of_one_tool_keep_the_tool() -> None:
    one = Agent(tool="codex", model="GPT-5.4", session="a")
    found = commit_origin([claim(agent=one), claim(agent=Agent(tool="codex", model="GPT-5.5", session="b"))])
    assert found.agent == Agent(tool="codex")
    assert [conflict.about for conflict in found.conflicts] == ["model", "session"]


def test_one_model_in_two_spellings_is_no_conflict() -> None:
    models = ("claude-opus-4-5-20251101", "Claude Opus 4.5", "anthropic/claude-opus-4-5")
    found = commit_origin([claim(agent=Agent(tool="claude-code", model=model)) for model in models])
    assert found.conflicts == ()
    assert found.agent == Agent(tool="claude-code", model="Claude Opus 4.5")


def test_claims_of_one_grade_complete_each_other() -> None:
    model, session = Agent(tool="claude-code", model="m-1"), Agent(tool="claude-code", session="s")
    assert commit_origin([claim(agent=model), claim(agent=session)]).agent == Agent(
        tool="claude-code", model="m-1", session="s"
    )


def test_a_lower_grade_fills_in_what_is_open_for_the_same_tool_only() -> None:
    note = claim(Origin.AI, Grade.RECORDED, CLAUDE)
    same, other = Agent(tool="claude-code", model="m-1"), Agent(tool="codex", model="m-2")
    assert commit_origin([note, claim(agent=same)]).agent == same
    assert commit_origin([note, claim(agent=other)]).agent == CLAUDE


def test_a_lower_grade_that_contradicts_a_part_fills_in_no_other() -> None:
    note = claim(Origin.AI, Grade.RECORDED, Agent(tool="claude-code", model="m-1"))
    trailer = claim(agent=Agent(tool="claude-code", model="m-2", session="s"))
    assert commit_origin([note, trailer]).agent == Agent(tool="claude-code", model="m-1")


def test_a_tool_is_never_filled_in_from_below() -> None:
    assert commit_origin([claim(Origin.AI, Grade.RECORDED), claim(agent=CLAUDE)]).agent is None


def test_an_unnamed_tool_contradicts_nobody_and_lends_nothing() -> None:
    nameless = Agent(tool="unknown", model="GPT-5.4")
    assert commit_origin([claim(agent=CLAUDE), claim(agent=nameless)]).agent == CLAUDE
    assert commit_origin([claim(agent=nameless)]).agent == nameless


def test_the_best_evidenced_acceptance_is_kept_and_a_tie_keeps_what_is_agreed() -> None:
    weak = Acceptance(how=How.AUTOMATIC, grade=Grade.INFERRED)
    strong = Acceptance(how=How.HUMAN_EXPLICIT, state=State.AS_IS, by="a", grade=Grade.RECORDED)
    found = commit_origin([claim(acceptance=weak), claim(acceptance=strong)])
    assert found.acceptance == strong
    other = dataclasses.replace(strong, how=How.STANDING_GRANT)
    tied = commit_origin([claim(acceptance=other), claim(acceptance=strong)]).acceptance
    assert tied == dataclasses.replace(strong, how=How.UNKNOWN)


def test_a_person_two_claims_dispute_is_not_named() -> None:
    assert commit_origin([claim(person="a"), claim(person=None)]).person == "a"
    assert commit_origin([claim(person="a"), claim(person="b")]).person is None


def test_lines_are_split_where_claims_begin_and_end_and_joined_where_they_say_the_same() -> None:
    note = claim(Origin.AI, Grade.RECORDED, CLAUDE, lines=Ranges.of([(2, 3), (6, 6)]))
    found = combine([note, claim(agent=CLAUDE)], PATH, 1, 8)
    assert [(o.start, o.end, o.grade) for o in found] == [
        (1, 1, Grade.DECLARED),
        (2, 3, Grade.RECORDED),
        (4, 5, Grade.DECLARED),
        (6, 6, Grade.RECORDED),
        (7, 8, Grade.DECLARED),
    ]


def test_neighbours_that_say_the_same_are_one() -> None:
    one, two = (
        dataclasses.replace(claim(agent=CLAUDE, lines=Ranges.of([s])), evidence=EVIDENCE) for s in ((1, 3), (4, 6))
    )
    assert [(o.start, o.end) for o in combine([one, two], PATH, 1, 6)] == [(1, 6)]


def test_what_a_lower_grade_says_of_a_person_fills_in_nothing() -> None:
    note = claim(Origin.AI, Grade.RECORDED, CLAUDE)
    person = claim(Origin.HUMAN, agent=Agent(tool="claude-code", model="m-1"), acceptance=Acceptance(by="a"))
    found = commit_origin([note, person])
    assert (found.agent, found.acceptance) == (CLAUDE, None)


def test_the_best_of_the_lower_grades_fills_in() -> None:
    declared, inferred = Agent(tool="claude-code", model="m-1"), Agent(tool="claude-code", model="m-2")
    claims = [
        claim(Origin.AI, Grade.RECORDED, CLAUDE),
        claim(agent=declared),
        claim(Origin.AI, Grade.INFERRED, inferred),
    ]
    assert commit_origin(claims).agent == declared


def test_a_session_that_outlived_an_update_is_no_conflict() -> None:
    agents = [Agent(tool="claude-code", session="s", tool_version=version) for version in ("2.1", "2.2")]
    found = commit_origin([claim(agent=agent) for agent in agents])
    assert (found.agent, found.conflicts) == (Agent(tool="claude-code", session="s"), ())


def test_claims_about_another_path_are_passed_over_and_a_path_without_lines_is_the_whole_file() -> None:
    whole = claim(agent=CLAUDE, path=PATH)
    assert combine([whole], b"other", 1, 2)[0].origin is Origin.UNKNOWN
    assert combine([whole], PATH, 1, 2)[0].origin is Origin.AI
    nothing = claim(lines=Ranges())
    assert combine([nothing], PATH, 1, 2) == [UNKNOWN.at(1, 2)]


LINES = st.none() | st.lists(st.tuples(st.integers(-2, 30), st.integers(-2, 30)), max_size=4).map(
    lambda spans: Ranges.of((min(s), max(s)) for s in spans)
)
AGENTS = st.none() | st.builds(
    Agent,
    tool=st.sampled_from(["claude-code", "codex", "unknown"]),
    model=st.sampled_from([None, "m-1", "M 1", "m-2"]),
    session=st.sampled_from([None, "s", "t"]),
)
CLAIMS = st.lists(
    st.builds(
        claim,
        st.sampled_from(list(Origin)),
        st.sampled_from(list(Grade)),
        AGENTS,
        lines=LINES,
        path=st.sampled_from([None, PATH, b"other"]),
        source=st.sampled_from(["trailer", "git-ai"]),
        person=st.sampled_from([None, "a", "b"]),
    ),
    max_size=6,
)


def at_line(claims: list[Claim], line: int) -> list[Claim]:
    about = [c for c in claims if c.path in (None, PATH)]
    return [c for c in about if c.path is None or c.lines is None or line in c.lines]


@given(CLAIMS, st.integers(1, 20), st.integers(0, 12))
def test_the_lines_are_partitioned_and_each_is_what_its_own_claims_add_up_to(
    claims: list[Claim], start: int, length: int
) -> None:
    end = start + length
    found = combine(claims, PATH, start, end)
    assert [line for o in found for line in range(o.start, o.end + 1)] == list(range(start, end + 1))
    for origin in found:
        for line in range(origin.start, origin.end + 1):
            assert commit_origin(at_line(claims, line)).at(origin.start, origin.end) == origin
    assert all(a.at(0, 0) != b.at(0, 0) for a, b in pairwise(found))


@given(CLAIMS, st.randoms(use_true_random=False))
def test_the_order_of_claims_never_matters(claims: list[Claim], chance: random.Random) -> None:
    shuffled = list(claims)
    chance.shuffle(shuffled)
    assert combine(claims, PATH, 1, 25) == combine(shuffled, PATH, 1, 25)


@given(CLAIMS, CLAIMS)
def test_a_lower_grade_never_changes_origin_or_grade(claims: list[Claim], more: list[Claim]) -> None:
    before = commit_origin(claims)
    spoken = [c.grade for c in claims if c.origin is not Origin.UNKNOWN]
    lower = [c for c in more if c.grade < max(spoken, default=Grade.NONE)]
    after = commit_origin([*claims, *lower])
    assert (before.origin, before.grade) == (after.origin, after.grade)
    assert before.origin is Origin.HUMAN or before.conflicts == after.conflicts
    assert before.agent is None or (after.agent is not None and after.agent.tool == before.agent.tool)


@given(CLAIMS)
def test_human_needs_a_human_claim_at_the_deciding_grade_and_nothing_against_it(claims: list[Claim]) -> None:
    found = commit_origin(claims)
    spoken = [c for c in claims if c.origin is not Origin.UNKNOWN and c.grade > Grade.NONE]
    top = {c.origin for c in spoken if c.grade == max(s.grade for s in spoken)}
    assert (found.origin is Origin.HUMAN) == (top == {Origin.HUMAN})
    assert (found.origin is Origin.UNKNOWN) == (found.grade is Grade.NONE)


@given(CLAIMS)
def test_no_person_stands_above_a_tool_without_a_conflict_that_names_both(claims: list[Claim]) -> None:
    found = commit_origin(claims)
    spoken = [c for c in claims if c.origin in (Origin.AI, Origin.MIXED) and c.grade > Grade.NONE]
    if found.origin is Origin.HUMAN:
        named = {evidence for conflict in found.conflicts for evidence in conflict.claims}
        assert {c.evidence for c in spoken} <= named
        assert bool(spoken) == bool(found.conflicts)


@given(CLAIMS)
def test_all_evidence_is_kept_and_no_grade_is_higher_than_the_best_claim(claims: list[Claim]) -> None:
    found = commit_origin(claims)
    assert set(found.evidence) == {c.evidence for c in claims}
    assert found.grade <= max((c.grade for c in claims), default=Grade.NONE)


@given(CLAIMS)
def test_repeating_a_claim_changes_nothing(claims: list[Claim]) -> None:
    assert commit_origin(claims) == commit_origin([*claims, *claims])


def naive(claims: list[Claim], path: bytes, start: int, end: int) -> list[LineOrigin]:
    """What `combine` means: each line by itself, and neighbours that say the same joined."""
    about = [c for c in claims if c.path in (None, path)]
    found: list[LineOrigin] = []
    for line in range(start, end + 1):
        here = commit_origin(c for c in about if c.path is None or c.lines is None or line in c.lines)
        if found and found[-1].at(0, 0) == here:
            found[-1] = here.at(found[-1].start, line)
        else:
            found.append(here.at(line, line))
    return found


@given(
    CLAIMS, st.lists(st.tuples(st.sampled_from([PATH, b"other"]), st.integers(1, 32), st.integers(-1, 12)), max_size=5)
)
def test_pieces_cut_from_one_sweep_are_what_each_line_by_itself_says(
    claims: list[Claim], pieces: list[tuple[bytes, int, int]]
) -> None:
    kept = tuple(claims)
    for path, start, length in pieces:
        expected = naive(claims, path, start, start + length)
        assert combine(kept, path, start, start + length) == expected
        assert combine(claims, path, start, start + length) == expected


def test_a_list_of_claims_that_grew_is_read_again() -> None:
    claims = [claim(Origin.HUMAN)]
    assert combine(claims, PATH, 1, 2)[0].origin is Origin.HUMAN
    claims.append(claim(Origin.AI, Grade.RECORDED))
    assert combine(claims, PATH, 1, 2)[0].origin is Origin.AI


def test_a_commit_with_more_claims_than_are_remembered_gets_its_own() -> None:
    many = [(claim(Origin.AI if at % 2 else Origin.HUMAN),) for at in range(3000)]
    for _ in range(2):
        assert [combine(one, PATH, 1, 1)[0].origin for one in many] == [Origin.HUMAN, Origin.AI] * 1500


def nested(count: int) -> tuple[Claim, ...]:
    return tuple(
        claim(Origin.HUMAN, Grade.RECORDED, lines=Ranges.of([(at + 1, 2 * count - at)]), person=f"{at}")
        for at in range(count)
    )


def test_a_few_dozen_claims_about_one_line_are_all_weighed() -> None:
    found = combine(nested(40), PATH, 1, 80)
    assert found == naive(list(nested(40)), PATH, 1, 80)
    assert max(len(origin.evidence) for origin in found) == 40


def test_from_where_too_many_claims_overlap_lines_are_unknown_and_say_why() -> None:
    """Weighing each of them at each line would take forever; taking some of them would be a guess."""
    found = combine(nested(2000), PATH, 1, 4000)
    assert found[:9] == naive(list(nested(2000)), PATH, 1, 9)
    last = found[-1]
    assert (last.origin, last.grade, last.end, last.conflicts) == (Origin.UNKNOWN, Grade.NONE, 4000, ())
    assert [evidence.claim for evidence in last.evidence] == ["from here on too many claims overlap: none is taken"]
    assert last.start < 500


def test_many_claims_about_a_whole_commit_do_not_spoil_one_that_has_many_ranges() -> None:
    note = claim(Origin.HUMAN, Grade.RECORDED, lines=Ranges.of((3 * at, 3 * at) for at in range(1, 20_000)))
    trailers = [claim(Origin.AI, agent=Agent(tool="codex", session=f"{at}")) for at in range(300)]
    found = combine((note, *trailers), PATH, 1, 59_997)
    assert {origin.origin for origin in found[1::2]} == {Origin.HUMAN}
    assert len(found) == 2 * 19_999
