"""What a recorder signed, as evidence: who changed lines, what it reports of a person, which note it wrote."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.decision import EvidenceRef, Kind, Principal, PrincipalType
from answerable.domain.evidence import Claim, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance import decisions
from answerable.provenance.bound import NONE, NOTES, held
from answerable.provenance.combine import combine
from answerable.provenance.decisions import Vouched
from answerable.provenance.digests import LineDigests, digest_of_lines
from provenance.test_decisions import ADA, CI, lines, one, read

SERVICE = Principal(type=PrincipalType.SERVICE, id="recorder:1", on_behalf_of="ada@example.com")
SOURCE = {"source": "tool_decision:accept,user_temporary"}


def test_lines_that_a_person_changed_are_mixed_and_name_them() -> None:
    rows = [{**lines(1, 2), "changedBy": "bo@example.com"}, lines(3, 4)]
    reading = read(one(Kind.GENERATE, CI, *rows))
    first, second = combine(reading.claims, b"a.py", 1, 4)
    assert (first.start, first.end, first.origin, first.person) == (1, 2, Origin.MIXED, "bo@example.com")
    assert (second.start, second.end, second.origin, second.person) == (3, 4, Origin.AI, "ada@example.com")
    assert "bo@example.com changed it, or the reverse" in first.evidence[0].claim


def test_they_stay_mixed_where_somebody_answers_for_a_part_of_them() -> None:
    rows = [{**lines(1, 4), "changedBy": "bo@example.com"}]
    reading = read(one(Kind.GENERATE, CI, *rows), one(Kind.ACCEPT, ADA, lines(2, 2)), one(Kind.ACCEPT, CI, lines(3, 9)))
    found = combine(reading.claims, b"a.py", 1, 4)
    assert {span.origin for span in found} == {Origin.MIXED}
    assert [span.grade for span in found] == [Grade.RECORDED, Grade.ATTESTED, Grade.RECORDED]


def _how(found: Vouched) -> Acceptance:
    (claim,) = read(found).claims
    assert claim.acceptance is not None
    return claim.acceptance


def _accept(who: Principal, source: dict[str, Any] = SOURCE, **more: Any) -> Vouched:
    return one(Kind.ACCEPT, who, lines(1, 2), details=source, **more)


def test_what_a_service_reports_of_a_person_is_recorded() -> None:
    told = _how(_accept(SERVICE))
    assert (told.how, told.by, told.grade) == (How.HUMAN_EXPLICIT, "ada@example.com", Grade.RECORDED)
    assert told.vouched is How.HUMAN_EXPLICIT


@pytest.mark.parametrize(
    "found",
    [
        _accept(SERVICE, {}),
        _accept(replace(SERVICE, on_behalf_of=None)),
        _accept(replace(SERVICE, type=PrincipalType.AGENT)),
        _accept(SERVICE, doubt="nobody knows its key"),
    ],
    ids=["no source", "for nobody", "an agent", "in doubt"],
)
def test_it_is_unknown_without_source_person_or_somebody_who_vouches(found: Vouched) -> None:
    assert _how(found).how is How.UNKNOWN


def test_a_service_that_says_nobody_decided_names_nobody() -> None:
    told = _how(_accept(replace(SERVICE, on_behalf_of=None), {"how": "automatic", **SOURCE}))
    assert (told.how, told.by) == (How.AUTOMATIC, None)
    (claim,) = read(_accept(SERVICE, {"how": "automatic"})).claims
    assert claim.evidence.claim.startswith("recorder:1 (service) recorded how it came in (automatic, as_is) on ")


def test_an_acceptance_that_is_only_declared_counts_for_nothing() -> None:
    declared = Acceptance(how=How.HUMAN_EXPLICIT, state=State.AS_IS, by="a", grade=Grade.DECLARED)
    assert declared.vouched is How.UNKNOWN
    assert replace(declared, grade=Grade.RECORDED).vouched is How.HUMAN_EXPLICIT


NOTE = b"a.py\n  s_1::t_1 1-2\n---\n{}"
DIGEST = f"sha256:{sha256(NOTE).hexdigest()}"


def _reading(grade: Grade = Grade.RECORDED) -> Reading:
    evidence = Evidence(source="git-ai", ref="refs/notes/ai x", grade=grade, claim="x")
    return Reading(
        claims=(Claim(origin=Origin.HUMAN, grade=grade, evidence=evidence, path=b"a.py", lines=Ranges.of([(1, 2)])),)
    )


def _binds(digest: str | None, who: Principal = SERVICE, kind: Kind = Kind.GENERATE, **more: Any) -> Vouched:
    evidence = (EvidenceRef(uri=NOTES, digest=digest),) if digest else ()
    return one(kind, who, lines(1, 2), evidence=evidence, **more)


def _grades(*found: Vouched, note: bytes = NOTE) -> tuple[list[Grade], list[str]]:
    (reading,) = held({note: _reading()}, found)
    assert all(claim.evidence.grade == claim.grade for claim in reading.claims)
    return [claim.grade for claim in reading.claims], [defect.kind for defect in reading.defects]


OTHER = "sha256:" + "0" * 64


def test_the_note_that_was_signed_is_what_it_is() -> None:
    assert _grades(_binds(DIGEST)) == ([Grade.RECORDED], [])
    assert _grades(_binds(OTHER), _binds(DIGEST)) == ([Grade.RECORDED], [])
    assert _grades() == ([Grade.RECORDED], [])


@pytest.mark.parametrize(
    "found",
    [_binds(OTHER), _binds(None, kind=Kind.ATTEST, details={"note": NONE}), _binds(OTHER, kind=Kind.ATTEST)],
    ids=["generate", "none", "attest"],
)
def test_another_note_only_declares(found: Vouched) -> None:
    assert _grades(found) == ([Grade.DECLARED], ["note-not-signed"])


@pytest.mark.parametrize(
    "found",
    [
        _binds(OTHER, doubt="nobody knows its key"),
        _binds(OTHER, who=ADA),
        _binds(OTHER, kind=Kind.ACCEPT),
        _binds(None),
        _binds(None, kind=Kind.ATTEST, details={"note": "other"}),
    ],
    ids=["in doubt", "a person", "an acceptance", "names no note", "another word"],
)
def test_who_is_no_recorder_that_is_vouched_for_holds_nothing_against_a_note(found: Vouched) -> None:
    assert _grades(found) == ([Grade.RECORDED], [])


def test_a_note_is_never_made_more_of() -> None:
    (reading,) = held({b"x": _reading(Grade.INFERRED)}, [_binds(OTHER)])
    assert reading.claims[0].grade is Grade.INFERRED
    (empty,) = held({b"x": Reading()}, [_binds(OTHER)])
    assert [defect.kind for defect in empty.defects] == ["note-not-signed"]


@given(
    data=st.binary(max_size=60).map(lambda raw: raw.replace(b"\x00", b"\n")),
    start=st.integers(-2, 12),
    size=st.integers(-2, 12),
)
def test_digests_are_those_of_the_lines_as_they_stand(data: bytes, start: int, size: int) -> None:
    parts = data.split(b"\n")
    kept = [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
    end = start + size
    expected = None
    if 1 <= start <= end <= len(kept):
        expected = "sha256:" + sha256(b"".join(kept[start - 1 : end])).hexdigest()
    assert digest_of_lines(data, start, end) == LineDigests(data).of(start, end) == expected


def test_there_are_none_of_no_file() -> None:
    assert digest_of_lines(None, 1, 1) is None
    assert digest_of_lines(b"", 1, 1) is None


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Ada <ada@example.com>", "ada@example.com"], "Ada <ada@example.com>"),
        (["ada@example.com", "Ada <ADA@example.com>", None], "Ada <ADA@example.com>"),
        (["Ada <ada@example.com>", "bo@example.com"], None),
        (["Ada", "ada@example.com"], None),
        ([None], None),
    ],
)
def test_one_person_in_two_forms_is_one(names: list[str | None], found: str | None) -> None:
    claims = []
    for n, name in enumerate(names):
        evidence = Evidence(source="s", ref=str(n), grade=Grade.RECORDED, claim="x")
        claims.append(Claim(origin=Origin.AI, grade=Grade.RECORDED, evidence=evidence, person=name))
    (line,) = combine(claims, b"a.py", 1, 1)
    assert line.person == found


def test_many_files_and_many_answers_are_looked_at_a_number_of_times_that_grows_with_them() -> None:
    def looks(many: int) -> int:
        data = b"".join(b"line %d\n" % n for n in range(40))
        digest = {n: digest_of_lines(data, n, n) for n in (1, 5, 9)}
        rows = [
            {"path": f"f{n}.py", "start": at, "end": at, "digest": digest[at]} for n in range(many) for at in (1, 5, 9)
        ]
        found = [one(Kind.GENERATE, SERVICE, *rows[at : at + 256], name=f"g{at}") for at in range(0, len(rows), 256)]
        found += [one(Kind.ACCEPT, SERVICE, *rows[at : at + 256], name=f"a{at}") for at in range(0, len(rows), 256)]
        asked: list[bytes] = []

        def blob(path: bytes) -> bytes:
            asked.append(path)
            return data

        assert len(decisions.read(found, blob).claims) >= many
        return len(asked)

    assert looks(1_600) <= 5 * looks(400)
