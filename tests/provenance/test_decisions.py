"""Signed decisions as evidence: what each is worth, which lines it holds for, and what raises or lowers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.acceptance import How, State
from answerable.domain.agent import Agent
from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject
from answerable.domain.evidence import Claim, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance import decisions
from answerable.provenance.combine import combine
from answerable.provenance.decisions import DEFECTS, Vouched, digest_of_lines

SHA = "1f3a" * 10
FILE = b"".join(b"line %d\n" % number for number in range(1, 21))
FILES = {b"a.py": FILE, b"b.py": FILE}
ADA = Principal(type=PrincipalType.HUMAN, id="ada@example.com")
BO = Principal(type=PrincipalType.HUMAN, id="bo@example.com")
CI = Principal(type=PrincipalType.SERVICE, id="ci", on_behalf_of="ada@example.com")
CLAUDE = Agent(tool="claude-code", model="claude-opus-4-8", session="s1")


def lines(start: int, end: int, path: str = "a.py", digest: str | None = None) -> dict[str, Any]:
    """Lines with the digest that they have, or another."""
    right = digest_of_lines(FILES[path.encode()], start, end)
    return {"path": path, "start": start, "end": end, "digest": digest or right}


def one(
    kind: Kind,
    who: Principal,
    *rows: dict[str, Any],
    name: str = "",
    doubt: str | None = None,
    in_ledger: bool = True,
    details: Mapping[str, Any] | None = None,
    **more: Any,
) -> Vouched:
    """A decision of somebody about lines, vouched for by the ledger."""
    said: dict[str, Any] = {"lines": list(rows)} if rows else {}
    if kind is Kind.ACCEPT:
        said |= {"how": "human_explicit", "state": "as_is"}
    if kind is Kind.COUNTERSIGN:
        said["intent"] = "count"
    given: dict[str, Any] = {
        "decision_id": name or f"{kind.value}-by-{who.id}",
        "kind": kind,
        "subjects": (Subject(digest={"gitCommit": SHA}),),
        "principal": who,
        "observed_at": "2026-01-31T09:00:00Z",
        "agent": CLAUDE if kind is Kind.GENERATE else None,
        "details": {**said, **(details or {})},
    }
    return Vouched(decision=Decision(**given | more), ref=f"ref of {name or kind}", in_ledger=in_ledger, doubt=doubt)


def read(*found: Vouched) -> Reading:
    return decisions.read(found, FILES.get)


def graded(reading: Reading, path: bytes = b"a.py", last: int = 20) -> dict[int, tuple[Origin, Grade, str | None]]:
    """Line → origin, grade and who accepted it; lines of which nothing is said are left out."""
    spans = combine(reading.claims, path, 1, last)
    return {
        line: (span.origin, span.grade, span.acceptance.by if span.acceptance else None)
        for span in spans
        for line in range(span.start, span.end + 1)
        if span.grade is not Grade.NONE
    }


def kinds(reading: Reading) -> list[str]:
    return [defect.kind for defect in reading.defects]


def test_what_a_service_says_a_tool_wrote_is_recorded() -> None:
    reading = read(one(Kind.GENERATE, CI, lines(2, 3)))
    (claim,) = reading.claims
    assert (claim.origin, claim.grade, claim.agent, claim.person) == (Origin.AI, Grade.RECORDED, CLAUDE, ADA.id)
    assert (claim.path, claim.lines, claim.acceptance) == (b"a.py", Ranges.of([(2, 3)]), None)
    assert (claim.evidence.source, claim.evidence.ref) == ("decision", "ref of generate")
    assert claim.evidence.claim == "ci (service) signed that AI wrote it on 2026-01-31T09:00:00Z"
    assert reading.defects == ()


def test_it_is_attested_where_a_person_answers_for_the_same_lines() -> None:
    for kind in (Kind.ACCEPT, Kind.COUNTERSIGN):
        (claim,) = read(one(Kind.GENERATE, CI, lines(2, 3)), one(kind, BO, lines(2, 3))).claims
        assert (claim.grade, claim.agent) == (Grade.ATTESTED, CLAUDE)
        assert claim.acceptance is not None
        assert (claim.acceptance.by, claim.acceptance.how) == (BO.id, How.HUMAN_EXPLICIT)
        assert claim.acceptance.grade is Grade.ATTESTED
        assert f"; bo@example.com (human) signed for it on 2026-01-31T09:00:00Z (ref of {kind})" in claim.evidence.claim


def test_only_the_lines_that_somebody_answered_for_are_attested() -> None:
    found = graded(read(one(Kind.GENERATE, CI, lines(1, 6)), one(Kind.COUNTERSIGN, BO, lines(3, 8))))
    recorded, attested = (Origin.AI, Grade.RECORDED, None), (Origin.AI, Grade.ATTESTED, BO.id)
    assert found == {1: recorded, 2: recorded, **dict.fromkeys(range(3, 9), attested)}


def test_a_whole_commit_stays_claimed_where_somebody_answers_for_some_of_its_lines() -> None:
    reading = read(one(Kind.GENERATE, CI), one(Kind.ACCEPT, BO, lines(3, 4)))
    recorded, attested = (Origin.AI, Grade.RECORDED, None), (Origin.AI, Grade.ATTESTED, BO.id)
    assert graded(reading) == {**dict.fromkeys(range(1, 21), recorded), 3: attested, 4: attested}
    assert graded(reading, b"b.py") == dict.fromkeys(range(1, 21), recorded)


def test_an_answer_for_the_whole_commit_is_for_what_is_accounted_for() -> None:
    reading = read(one(Kind.GENERATE, CI, lines(1, 2)), one(Kind.ACCEPT, BO))
    assert graded(reading) == dict.fromkeys((1, 2), (Origin.AI, Grade.ATTESTED, BO.id))


def test_an_answer_alone_says_itself_that_it_was_ai() -> None:
    (claim,) = read(one(Kind.COUNTERSIGN, BO, lines(1, 2))).claims
    assert (claim.origin, claim.grade, claim.agent, claim.person) == (Origin.AI, Grade.ATTESTED, None, BO.id)


SILENT = {"origin": "unknown", "intent": "x"}


def silent(who: Principal, first: int, last: int, **more: Any) -> Vouched:
    """A countersign that leaves open who wrote the lines."""
    return one(Kind.COUNTERSIGN, who, lines(first, last), details=SILENT, **more)


def test_who_answers_for_lines_without_saying_who_wrote_them_makes_them_nobodys() -> None:
    reading = read(silent(BO, 1, 2))
    (claim,) = reading.claims
    assert (claim.origin, claim.agent, claim.person) == (Origin.UNKNOWN, None, None)
    (span,) = combine(reading.claims, b"a.py", 1, 2)
    assert (span.origin, span.grade) == (Origin.UNKNOWN, Grade.NONE)
    assert span.acceptance is not None
    assert (span.acceptance.by, span.acceptance.how, span.acceptance.grade) == (
        BO.id, How.HUMAN_EXPLICIT, Grade.ATTESTED,
    )  # fmt: skip


def test_such_an_answer_attests_what_a_service_says_a_tool_wrote() -> None:
    assert graded(read(one(Kind.GENERATE, CI, lines(1, 2)), silent(BO, 1, 2))) == dict.fromkeys(
        (1, 2), (Origin.AI, Grade.ATTESTED, BO.id)
    )


def test_whoever_says_that_ai_wrote_them_is_heard_beside_it_for_what_their_word_is_worth() -> None:
    eve = one(Kind.COUNTERSIGN, ADA, lines(1, 2), in_ledger=False, doubt="nothing vouches for it")
    assert graded(read(silent(BO, 1, 2), eve)) == dict.fromkeys((1, 2), (Origin.AI, Grade.DECLARED, BO.id))
    sound = one(Kind.COUNTERSIGN, ADA, lines(1, 2))
    for found in ((silent(BO, 1, 2), sound), (sound, silent(BO, 1, 2))):
        assert graded(read(*found))[1][:2] == (Origin.AI, Grade.ATTESTED)


def test_a_person_who_is_known_to_have_written_lines_stays_their_author_where_another_answers_for_them() -> None:
    typed = Claim(
        origin=Origin.HUMAN, grade=Grade.RECORDED, person="Cy", path=b"a.py", lines=Ranges.of([(1, 1)]),
        evidence=Evidence(source="git-ai", ref="x", grade=Grade.RECORDED, claim="x"),
    )  # fmt: skip
    (span,) = combine((*read(silent(BO, 1, 1)).claims, typed), b"a.py", 1, 1)
    assert (span.origin, span.grade, span.person, span.conflicts) == (Origin.HUMAN, Grade.RECORDED, "Cy", ())
    assert span.acceptance is not None


def test_two_who_answered_are_both_in_the_evidence() -> None:
    found = read(
        one(Kind.GENERATE, CI, lines(1, 4)), one(Kind.ACCEPT, ADA, lines(1, 3)), one(Kind.COUNTERSIGN, BO, lines(2, 4))
    )
    by_lines = {claim.lines: claim for claim in found.claims}
    assert list(map(len, by_lines)) == [2, 1, 1]
    both = by_lines[Ranges.of([(2, 3)])]
    assert "ada@example.com" in both.evidence.claim
    assert "bo@example.com" in both.evidence.claim
    assert both.acceptance is not None
    assert both.acceptance.by in (ADA.id, BO.id)


def test_lines_that_are_not_what_was_signed_are_claimed_by_nobody() -> None:
    reading = read(one(Kind.COUNTERSIGN, BO, lines(1, 2), lines(5, 5, digest="sha256:" + "0" * 64)))
    assert graded(reading).keys() == {1, 2}
    assert kinds(reading) == ["decision-lines-changed"]
    assert "a.py:5-5 is not what was signed" in reading.defects[0].detail
    for row in ({"path": "gone.py"}, {"start": 3}, {"end": 99}):
        changed = read(one(Kind.COUNTERSIGN, BO, lines(1, 2) | row))
        assert (changed.claims, kinds(changed)) == ((), ["decision-lines-changed"])


def test_a_decision_that_is_only_in_a_note_is_declared_and_a_defect() -> None:
    doubt = DEFECTS["decision-not-in-ledger"]
    reading = read(one(Kind.COUNTERSIGN, BO, lines(1, 2), in_ledger=False, doubt=doubt))
    assert set(graded(reading).values()) == {(Origin.AI, Grade.DECLARED, BO.id)}
    assert kinds(reading) == ["decision-not-in-ledger"]


def test_a_decision_in_a_note_by_a_trusted_key_is_recorded_and_never_attested() -> None:
    reading = read(one(Kind.COUNTERSIGN, BO, lines(1, 2), in_ledger=False))
    assert set(graded(reading).values()) == {(Origin.AI, Grade.RECORDED, BO.id)}
    assert reading.defects == ()


def test_a_key_in_doubt_attests_nothing_and_the_doubt_is_shown() -> None:
    reading = read(one(Kind.COUNTERSIGN, BO, lines(1, 2), doubt="the key was revoked by entry 3"))
    assert set(graded(reading).values()) == {(Origin.AI, Grade.DECLARED, BO.id)}
    assert [(d.kind, d.detail) for d in reading.defects] == [("decision-untrusted", "the key was revoked by entry 3")]


def test_an_answer_in_doubt_raises_no_account_and_an_account_in_doubt_lowers_no_answer() -> None:
    made, answer = one(Kind.GENERATE, CI, lines(1, 2)), one(Kind.COUNTERSIGN, BO, lines(1, 2))
    raised = read(made, one(Kind.COUNTERSIGN, BO, lines(1, 2), doubt="revoked"))
    assert {grade for _, grade, _ in graded(raised).values()} == {Grade.RECORDED}
    lowered = read(one(Kind.GENERATE, CI, lines(1, 2), doubt="unknown key", in_ledger=False), answer)
    assert set(graded(lowered).values()) == {(Origin.AI, Grade.ATTESTED, BO.id)}


def test_an_answer_in_doubt_gains_nothing_from_a_sound_one_for_the_whole_commit() -> None:
    made, whole = one(Kind.GENERATE, CI, lines(1, 1)), one(Kind.ACCEPT, BO)
    found = graded(read(made, whole, one(Kind.ACCEPT, ADA, lines(5, 5), doubt="revoked")))
    assert found == {1: (Origin.AI, Grade.ATTESTED, BO.id), 5: (Origin.AI, Grade.DECLARED, ADA.id)}


def test_only_a_person_can_say_that_a_person_did_it() -> None:
    for who in (CI, Principal(type=PrincipalType.AGENT, id="claude-code", on_behalf_of=ADA.id)):
        (claim,) = read(one(Kind.ACCEPT, who, lines(1, 2))).claims
        assert claim.acceptance is not None
        assert (claim.acceptance.how, claim.grade) == (How.UNKNOWN, Grade.RECORDED)
    (granted,) = read(one(Kind.ACCEPT, CI, lines(1, 2), details={"how": "standing_grant", "state": "modified"})).claims
    assert granted.acceptance is not None
    assert (granted.acceptance.how, granted.acceptance.state) == (How.STANDING_GRANT, State.MODIFIED)
    assert granted.acceptance.by == ADA.id


def test_a_person_speaks_for_nobody_else() -> None:
    bo = Principal(type=PrincipalType.HUMAN, id=BO.id, on_behalf_of=ADA.id)
    (claim,) = read(one(Kind.ACCEPT, bo, lines(1, 2))).claims
    assert claim.acceptance is not None
    assert (claim.acceptance.by, claim.person) == (BO.id, BO.id)


def test_what_was_corrected_is_not_told() -> None:
    first = one(Kind.ACCEPT, ADA, lines(1, 4), name="the-first")
    second = one(Kind.ACCEPT, BO, lines(1, 2), name="the-second", supersedes=("the-first",))
    assert graded(read(first, second)).keys() == {1, 2}


def test_a_correction_that_is_worth_less_corrects_nothing() -> None:
    first = one(Kind.ACCEPT, ADA, lines(1, 4), name="the-first")
    for weaker in (
        one(Kind.ACCEPT, CI, lines(1, 2), name="the-second", supersedes=("the-first",)),
        one(Kind.ACCEPT, BO, lines(1, 2), name="the-second", supersedes=("the-first",), doubt="revoked"),
        one(Kind.ACCEPT, BO, lines(1, 2), name="the-second", supersedes=("the-first",), in_ledger=False),
        one(Kind.COUNTERSIGN, BO, lines(1, 2), name="the-second", supersedes=("the-first",)),
    ):
        assert graded(read(first, weaker)).keys() >= {3, 4}


def test_other_kinds_say_nothing_of_lines() -> None:
    for kind in Kind:
        if kind not in (Kind.GENERATE, Kind.ACCEPT, Kind.COUNTERSIGN):
            assert read(one(kind, ADA)).claims == ()


def test_the_digest_is_over_the_bytes_as_they_stand() -> None:
    whole = digest_of_lines(b"a\r\nb", 1, 2)
    assert whole != digest_of_lines(b"a\r\nb\n", 1, 2)
    assert digest_of_lines(b"a\r\nb", 1, 1) != digest_of_lines(b"a\nb", 1, 1)
    assert digest_of_lines(b"x\ny\n", 2, 2) == digest_of_lines(b"y\n", 1, 1)
    for start, end in ((0, 1), (2, 1), (1, 3), (3, 3)):
        assert digest_of_lines(b"a\nb", start, end) is None
    assert digest_of_lines(None, 1, 1) is digest_of_lines(b"", 1, 1) is None


_spans = st.tuples(st.integers(1, 20), st.integers(0, 6), st.sampled_from(["a.py", "b.py"])).map(
    lambda span: lines(span[0], min(20, span[0] + span[1]), span[2])
)
_who = st.sampled_from([ADA, BO, CI])
_doubts = st.sampled_from([None, None, None, "revoked"])
_kinds = st.sampled_from([Kind.GENERATE, Kind.GENERATE, Kind.ACCEPT, Kind.COUNTERSIGN])


@st.composite
def _found(draw: st.DrawFn) -> list[Vouched]:
    """Any decisions about lines of one commit."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        rows = draw(st.lists(_spans, max_size=3))
        kind = draw(_kinds)
        who = draw(_who if kind is not Kind.COUNTERSIGN else st.sampled_from([ADA, BO]))
        in_ledger = draw(st.booleans())
        details = {"origin": "unknown"} if rows and kind is Kind.COUNTERSIGN and draw(st.booleans()) else {}
        given = {"name": f"decision-{number}", "doubt": draw(_doubts), "in_ledger": in_ledger, "details": details}
        found.append(one(kind, who, *rows, **given))
    return found


def counted(claims: list[Claim]) -> dict[tuple[bytes | None, int], int]:
    """How often each line is claimed."""
    found: dict[tuple[bytes | None, int], int] = {}
    for claim in claims:
        for start, end in claim.lines or ():
            for line in range(start, end + 1):
                found[claim.path, line] = found.get((claim.path, line), 0) + 1
    return found


@given(_found())
def test_every_line_of_an_account_is_claimed_exactly_once(found: list[Vouched]) -> None:
    claims = read(*found).claims
    for made in found:
        rows = made.decision.details.get("lines")
        mine = [claim for claim in claims if claim.evidence.ref == made.ref]
        if made.decision.kind is not Kind.GENERATE:
            continue
        if rows:
            wanted = {(row["path"].encode(), line) for row in rows for line in range(row["start"], row["end"] + 1)}
            assert counted(mine) == dict.fromkeys(wanted, 1)
        else:
            assert [claim.path for claim in mine].count(None) == 1


@given(_found())
def test_no_line_that_somebody_signed_for_is_lost_and_none_gains_from_what_is_in_doubt(found: list[Vouched]) -> None:
    reading = read(*found)
    sound = read(*(one for one in found if not one.doubt))
    for path in FILES:
        now, without = graded(reading, path), graded(sound, path)
        assert {line: now[line][:2] for line in without} == {line: what[:2] for line, what in without.items()}
        assert all(grade is Grade.DECLARED for line, (_, grade, _) in now.items() if line not in without)
    for signed in found:
        for row in signed.decision.details.get("lines", ()):
            if signed.decision.details.get("origin"):
                (span,) = combine(reading.claims, row["path"].encode(), row["start"], row["start"])
                assert span.acceptance is not None
            else:
                assert row["start"] in graded(reading, row["path"].encode())


@given(_found())
def test_an_answer_that_leaves_open_who_wrote_lines_changes_nothing_of_who_did(found: list[Vouched]) -> None:
    speaking = [one for one in found if not one.decision.details.get("origin")]
    for path in FILES:
        now, before = graded(read(*found), path), graded(read(*speaking), path)
        assert {line: origin for line, (origin, _, _) in now.items()} == {line: o for line, (o, _, _) in before.items()}


@given(_found(), st.randoms(use_true_random=False))
def test_the_order_in_which_decisions_are_found_never_matters(found: list[Vouched], chance: Any) -> None:
    mixed = list(found)
    chance.shuffle(mixed)
    for path in FILES:
        assert {n: g[:2] for n, g in graded(read(*found), path).items()} == {
            n: g[:2] for n, g in graded(read(*mixed), path).items()
        }
