"""The six questions: graded answers, gaps with a step that works today, and never a person without evidence of one."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from answerable.cli.main import COMMANDS
from answerable.domain.acceptance import Acceptance, How
from answerable.domain.agent import Agent
from answerable.domain.answer import Answer, Delivery, Question, Span
from answerable.domain.commit import Person
from answerable.domain.evidence import Claim, Conflict, Evidence
from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.domain.review import ReviewMark, ReviewMarks
from answerable.incident.headline import headline
from answerable.incident.questions import six_questions
from answerable.provenance.combine import commit_origin

ADA = Person(name="Ada", email="ada@example.com")
BO = Person(name="Bo", email="bo@example.com")
GITHUB = Person(name="GitHub", email="noreply@github.com")
BOT = Person(name="claude[bot]", email="209825114+claude[bot]@users.noreply.github.com")
DAY = "2026-05-01T10:00:00Z"
CLAUDE = Agent(tool="claude-code", model="claude-opus-4-8")
AI = LineOrigin(origin=Origin.AI, grade=Grade.RECORDED, agent=CLAUDE)
HUMAN = LineOrigin(origin=Origin.HUMAN, grade=Grade.DECLARED)
MIXED = LineOrigin(origin=Origin.MIXED, grade=Grade.DECLARED, agent=Agent(tool="copilot"))


def span(
    lines: LineOrigin = LineOrigin(),  # noqa: B008 - frozen
    *,
    start: int = 1,
    end: int = 1,
    author: Person = ADA,
    committer: Person | None = None,
    commit: str = "a" * 40,
    review: ReviewMarks = ReviewMarks(),  # noqa: B008 - frozen
    delivery: Delivery = Delivery(),  # noqa: B008 - frozen
    owner: Owner | None = None,
) -> Span:
    return Span(
        path=b"a.py", start=start, end=end, commit=commit, orig_path=b"a.py", orig_start=start, lines=lines,
        author=author, committer=committer or author, committed_at=DAY, subject="Do it", review=review,
        delivery=delivery, owner=owner,
    )  # fmt: skip


def lost(boundary: str) -> Span:
    return Span(
        path=b"a.py",
        start=1,
        end=1,
        commit=None,
        orig_path=b"a.py",
        orig_start=1,
        lines=LineOrigin(),
        boundary=boundary,
    )


def ask(which: str, *spans: Span) -> Question:
    (found,) = (question for question in six_questions(spans) if question.id == which)
    return found


def sentence(*spans: Span, kind: str = "path") -> str:
    questions = six_questions(spans)
    return headline(Answer(kind=kind, given="x", root="/r", head="b" * 40, spans=spans, questions=questions))


# -- (1) was it AI-generated -----------------------------------------------------------------------------------------


def test_lines_without_evidence_have_no_answer_but_a_gap_and_a_step() -> None:
    question = ask("ai", span())
    assert (question.answer, question.grade) == (None, Grade.NONE)
    assert question.gap == "nothing says whether a tool or a person wrote it; treated as AI"
    assert question.remedy is not None
    assert question.remedy.startswith("record it from now on")


def test_the_grade_of_an_answer_is_that_of_its_weakest_part() -> None:
    question = ask("ai", span(AI, end=3), span(HUMAN, start=4, end=5), span(start=6, end=9))
    assert question.answer == "3 of 9 lines AI, 2 of 9 lines human, 4 of 9 lines unknown"
    assert question.grade is Grade.DECLARED
    assert question.gap == "for 4 of 9 lines nothing says whether a tool or a person wrote it; treated as AI"


def test_one_origin_for_all_is_said_in_a_word() -> None:
    assert ask("ai", span(AI)).answer == "yes"
    assert ask("ai", span(AI, end=2)).answer == "yes, all of it"
    assert ask("ai", span(MIXED)).answer == "yes, together with a person"
    assert ask("ai", span(HUMAN)).answer == "no, a person wrote it"
    assert ask("ai", span(AI)).gap is None


def test_what_is_cut_off_says_which_fetch_brings_it() -> None:
    assert ask("ai", lost("shallow")).remedy == "git fetch --unshallow"
    assert ask("accepted", lost("missing")).remedy == "fetch the missing objects: git fetch --refetch --no-filter"
    assert sentence(lost("shallow")) == "The history of this line is not in this clone. No owner is declared."


def test_contradicting_sources_are_a_gap_of_their_own() -> None:
    conflict = Conflict(about="origin", grade=Grade.DECLARED, claims=())
    question = ask("ai", span(LineOrigin(conflicts=(conflict,))))
    assert question.answer is None
    assert question.gap == "sources of the same grade contradict each other"


def test_a_person_above_a_tool_of_a_lower_grade_is_the_answer_and_the_dispute_a_gap() -> None:
    conflict = Conflict(about="origin", grade=Grade.RECORDED, claims=())
    disputed = LineOrigin(origin=Origin.HUMAN, grade=Grade.RECORDED, conflicts=(conflict,))
    question = ask("ai", span(disputed))
    assert (question.answer, question.grade) == ("no, a person wrote it", Grade.RECORDED)
    assert question.gap == "a source of a lower grade says that AI wrote there"
    assert "nothing says" in (ask("ai", span(disputed), span(start=2, end=2)).gap or "")
    assert sentence(span(disputed)).startswith("A person wrote this line (recorded)")


def test_without_lines_no_question_has_an_answer() -> None:
    questions = six_questions([])
    assert [question.answer for question in questions] == [None] * 6
    assert {question.gap for question in questions} == {"there is no line to ask about"}
    assert sentence() == "There is no line to ask about."


# -- (2) by which tool -----------------------------------------------------------------------------------------------


def test_a_tool_is_named_with_its_version_and_model() -> None:
    agent = Agent(tool="claude-code", tool_version="2.1", model="opus")
    question = ask("tool", span(LineOrigin(origin=Origin.AI, grade=Grade.DECLARED, agent=agent)))
    assert (question.answer, question.gap) == ("claude-code 2.1, model opus", None)


def test_what_is_not_recorded_about_a_tool_is_a_gap() -> None:
    assert ask("tool", span(MIXED)).gap == "the model is not recorded"
    assert ask("tool", span(LineOrigin(origin=Origin.AI, grade=Grade.DECLARED))).answer is None
    unnamed = LineOrigin(origin=Origin.AI, grade=Grade.DECLARED, agent=Agent(tool="unknown", session="s"))
    assert ask("tool", span(unnamed)).gap == "AI wrote it, but nothing names the tool"
    assert ask("tool", span(AI), span(unnamed, start=2, end=2)).gap == "no tool is named for 1 of 2 AI spans"


def test_lines_of_a_person_have_no_tool_and_unknown_lines_no_answer() -> None:
    assert ask("tool", span(HUMAN)).answer == "none"
    assert ask("tool", span(HUMAN), span(start=2, end=2)).answer is None


# -- (3) who accepted it ---------------------------------------------------------------------------------------------


def test_committing_and_merging_are_told_and_never_called_reading() -> None:
    delivery = Delivery(merge="c" * 40, merged_by=BO, merged_at="2026-05-02T00:00:00Z")
    question = ask("accepted", span(AI, delivery=delivery))
    assert question.answer == (
        "Ada <ada@example.com> committed it on 2026-05-01; Bo <bo@example.com> merged it on 2026-05-02"
    )
    assert question.grade is Grade.INFERRED
    assert question.gap is not None


def test_a_forge_that_made_the_commit_accepted_nothing() -> None:
    assert ask("accepted", span(AI, committer=GITHUB)).answer == (
        "GitHub committed it for Ada <ada@example.com> on 2026-05-01"
    )


def test_a_tool_that_committed_its_own_work_is_no_person_who_accepted_it() -> None:
    for committer in (BOT, GITHUB):
        question = ask("accepted", span(AI, author=BOT, committer=committer))
        assert question.answer is None
        assert question.gap is not None
        assert question.gap.startswith("no person is named")
    merged = ask("accepted", span(AI, author=BOT, delivery=Delivery(merge="c" * 40, merged_by=BO, merged_at=DAY)))
    assert merged.answer is not None
    assert "Bo <bo@example.com> merged it" in merged.answer


def test_an_act_that_evidence_records_is_the_answer() -> None:
    act = Acceptance(how=How.STANDING_GRANT, by="Ada", grade=Grade.RECORDED)
    lines = LineOrigin(origin=Origin.AI, grade=Grade.RECORDED, agent=CLAUDE, acceptance=act)
    question = ask("accepted", span(lines))
    assert (question.answer, question.grade, question.gap) == ("standing grant by Ada", Grade.RECORDED, None)


def test_many_commits_of_one_person_are_counted_not_listed() -> None:
    spans = [span(start=at, end=at, commit=f"{at:040d}") for at in range(1, 10)]
    assert ask("accepted", *spans).answer == "Ada <ada@example.com> committed it in 9 commits, on 2026-05-01"


# -- (4) the review, (5) the owner, (6) where it runs ----------------------------------------------------------------


def marks(*, independent: bool = True, change: str | None = "#12") -> ReviewMarks:
    mark = ReviewMark(person="Bo", mark="Reviewed-by", grade=Grade.DECLARED, independent=independent)
    return ReviewMarks(change=change, reviewers=(mark,))


def test_an_independent_reviewer_is_the_answer_and_the_author_is_none() -> None:
    question = ask("review", span(review=marks()))
    assert (question.answer, question.grade) == ("Reviewed-by: Bo, with change #12", Grade.DECLARED)
    own = ask("review", span(review=marks(independent=False)))
    assert own.answer is None
    assert own.remedy is not None
    assert own.remedy.startswith("read change #12 on its forge")


def test_an_acknowledgement_is_an_answer_where_it_is_independent() -> None:
    ack = ReviewMark(person="Bo", mark="Acked-by", grade=Grade.DECLARED)
    assert ask("review", span(review=ReviewMarks(change="#12", acks=(ack,)))).answer == "Acked-by: Bo, with change #12"
    own = ReviewMark(person="Ada", mark="Acked-by", grade=Grade.DECLARED, independent=False, because="author")
    assert ask("review", span(review=ReviewMarks(change="#12", acks=(own,)))).answer is None
    question = ask("review", span(review=marks()), span(start=2, end=2, review=ReviewMarks(acks=(own,))))
    assert question.gap == "no reviewer is named for 1 of 2 spans"


def test_a_merge_is_not_a_review() -> None:
    delivery = Delivery(change="#12", merge="c" * 40, merged_by=BO, merged_at=DAY)
    assert ask("review", span(review=ReviewMarks(change="#12"), delivery=delivery)).answer is None


def test_an_owner_is_named_with_the_rule_that_names_it() -> None:
    owner = Owner(teams=("@org/web",), people=("@ada",), source="CODEOWNERS:3")
    question = ask("owner", span(owner=owner))
    assert (question.answer, question.grade) == ("@org/web @ada (CODEOWNERS:3)", Grade.DECLARED)
    assert ask("owner", span()).remedy == (
        "name an owner for it in .github/CODEOWNERS, or in .answerable/owners.yaml with who is called when"
    )


def test_a_tag_is_a_release_and_not_a_deployment() -> None:
    question = ask("running", span(delivery=Delivery(release="v1.1")))
    assert (question.answer, question.grade) == ("contained in release v1.1", Grade.INFERRED)
    assert question.gap == "no deployment is recorded, so where it runs is not known"
    assert ask("running", span()).answer is None


# -- the headline ----------------------------------------------------------------------------------------------------


def test_the_headline_says_origin_people_and_owner_in_one_breath() -> None:
    owner = Owner(teams=("@org/auth",), source="CODEOWNERS:1")
    assert sentence(span(AI, owner=owner, review=ReviewMarks(change="#12"))) == (
        "AI wrote this line (claude-code, claude-opus-4-8, recorded). "
        "Ada committed it on 2026-05-01 (change #12). Owner: @org/auth."
    )


def test_the_headline_names_a_person_once_who_committed_and_merged() -> None:
    delivery = Delivery(merge="c" * 40, merged_by=ADA, merged_at="2026-05-02T00:00:00Z")
    assert " Ada committed it on 2026-05-01 and merged it on 2026-05-02. " in sentence(span(AI, delivery=delivery))
    delivery = Delivery(merge="c" * 40, merged_by=BO, merged_at="2026-05-02T00:00:00Z")
    assert " Ada committed it on 2026-05-01; Bo merged it on 2026-05-02. " in sentence(span(AI, delivery=delivery))


def test_the_headline_of_many_lines_counts_them() -> None:
    spans = (span(AI, end=2), span(HUMAN, start=3, end=3), span(MIXED, start=4, end=4), span(start=5, end=9))
    assert sentence(*spans).startswith(
        "Of 9 lines AI wrote 2, AI and a person wrote 1, a person wrote 1, nothing is known of 5 "
        "(claude-code, copilot)."
    )


def test_the_headline_of_a_trace_is_about_its_likeliest_line() -> None:
    assert sentence(span(HUMAN, start=7, end=7), span(AI), kind="trace").startswith(
        "Look first at a.py:7. A person wrote this line (declared). "
    )


# -- for any evidence ------------------------------------------------------------------------------------------------

EVIDENCE = st.builds(
    Evidence, source=st.just("x"), ref=st.text("ab", max_size=3), grade=st.sampled_from(Grade), claim=st.just("says")
)
CLAIMS = st.builds(
    Claim,
    origin=st.sampled_from(Origin),
    grade=st.sampled_from(Grade),
    evidence=EVIDENCE,
    agent=st.none() | st.builds(Agent, tool=st.sampled_from(("codex", "unknown")), model=st.none() | st.just("m")),
    person=st.none() | st.just("Cy <cy@example.com>"),
)
PEOPLE = st.sampled_from((ADA, BO, GITHUB, BOT))


@st.composite
def evidenced(draw: st.DrawFn) -> tuple[list[Claim], Span]:
    claims = draw(st.lists(CLAIMS, max_size=4))
    delivery = Delivery(merge="c" * 40, merged_by=draw(PEOPLE), merged_at=DAY) if draw(st.booleans()) else Delivery()
    found = span(commit_origin(claims), author=draw(PEOPLE), committer=draw(PEOPLE), delivery=delivery)
    return claims, found


@given(st.lists(evidenced(), max_size=4))
def test_nothing_says_human_unless_a_source_did(drawn: list[tuple[list[Claim], Span]]) -> None:
    spans = [found for _, found in drawn]
    told = any(c.origin is Origin.HUMAN and c.grade > Grade.NONE for claims, _ in drawn for c in claims)
    answers = " ".join(question.answer or "" for question in six_questions(spans) if question.id in ("ai", "tool"))
    if not told:
        assert not re.search(r"human|^no\b|none", answers)
        assert not re.search(r"(?<!AI or )(?<!AI and )a person wrote", sentence(*spans), re.IGNORECASE)


@given(st.lists(evidenced(), max_size=4))
def test_every_question_is_answered_or_names_its_gap_and_a_step(drawn: list[tuple[list[Claim], Span]]) -> None:
    for question in six_questions([found for _, found in drawn]):
        assert question.answer or question.gap
        assert bool(question.gap) == bool(question.remedy)
        assert (question.answer is None) <= (question.grade is Grade.NONE)


@given(st.lists(evidenced(), max_size=4))
def test_every_step_names_only_commands_that_work_today(drawn: list[tuple[list[Claim], Span]]) -> None:
    for question in six_questions([found for _, found in drawn]):
        assert set(re.findall(r"\banswerable (\w+)", question.remedy or "")) <= set(COMMANDS)
