"""Whoever can write notes tries to say something else than the recorder saw, or to keep it from saying it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from answerable.capture.recorder import Recorder
from answerable.capture.recorder import place as recorder_file
from answerable.domain.decision import (
    Decision,
    EvidenceRef,
    Kind,
    Principal,
    PrincipalType,
    Subject,
    new_id,
    now,
)
from answerable.git.record import add_lines
from answerable.ledger.envelope import Envelope, Signature, decode, sign
from answerable.provenance.decisions import digest_of_lines
from e2e.asking import ask_here
from e2e.ledgers import run
from e2e.recording import RecordedDesk

AI, HUMAN, MIXED, UNKNOWN = "ai recorded claude-code", "human recorded", "mixed recorded claude-code", "unknown none"
ADA = "Ada <ada@example.com>"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def desk(tmp_path: Path) -> RecordedDesk:
    """An agent wrote line 1, Ada line 2; the recorder has signed so."""
    desk = RecordedDesk(tmp_path / "repo")
    desk.git("commit", "-q", "--allow-empty", "-m", "Begin")
    desk.writes("app.py", "made_by_an_agent = 30\n")
    desk.types("app.py", "made_by_an_agent = 30\ntyped_by_a_person = 45\n")
    desk.commit()
    desk.drain()
    assert desk.origins("app.py") == [AI, HUMAN]
    return desk


@pytest.fixture
def mallory(tmp_path: Path) -> Recorder:
    """A recorder that nobody trusts."""
    return RecordedDesk(tmp_path / "elsewhere" / "repo", ledger=False).recorder


def _note(desk: RecordedDesk, section: str, *, base: str | None = None) -> None:
    """Replace HEAD's note."""
    head = desk.git("rev-parse", "HEAD")
    old = json.loads(desk.git("notes", "--ref=ai", "show", "HEAD").partition("\n---\n")[2])
    old["base_commit_sha"] = base or head
    desk.git("notes", "--ref=ai", "add", "-f", "-m", f"{section}\n---\n{json.dumps(old)}", "HEAD")


def _keys(desk: RecordedDesk) -> dict[str, str]:
    """The keys of HEAD's note: by their first letter."""
    rows = desk.git("notes", "--ref=ai", "show", "HEAD").partition("\n---\n")[0].splitlines()
    return {row.strip()[0]: row.split()[0] for row in rows if row.startswith("  ")}


def _defects(desk: RecordedDesk) -> set[str]:
    said = ask_here("for", "app.py", "--format", "json", cwd=desk.root).json
    return {defect["kind"] for span in said["spans"] for defect in span.get("defects", ())} | {
        defect["kind"] for defect in said.get("defects", ())
    }


def _plant(desk: RecordedDesk, envelopes: Sequence[Envelope], rev: str = "HEAD") -> None:
    with desk.repository() as repository:
        add_lines(repository, {repository.resolve(rev): [one.encode() for one in envelopes]})


def _decision(desk: RecordedDesk, kind: Kind, who: Principal, details: dict[str, object], **more: object) -> Decision:
    head = desk.git("rev-parse", "HEAD")
    return Decision(
        decision_id=new_id(), kind=kind, subjects=(Subject(digest={"gitCommit": head}),), principal=who,
        observed_at=now(), details=details, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _lines(desk: RecordedDesk, start: int, end: int) -> list[dict[str, object]]:
    data = (desk.root / "app.py").read_bytes()
    return [{"path": "app.py", "start": start, "end": end, "digest": digest_of_lines(data, start, end)}]


def test_a_note_that_gives_an_agents_lines_to_a_person(desk: RecordedDesk) -> None:
    _note(desk, f"app.py\n  {_keys(desk)['h']} 1-2")
    assert desk.origins("app.py") == [AI, "human declared"]
    assert "note-not-signed" in _defects(desk)


def test_a_note_that_gives_a_persons_lines_to_an_agent(desk: RecordedDesk) -> None:
    _note(desk, f"app.py\n  {_keys(desk)['s']} 1-2")
    assert desk.origins("app.py") == [AI, "ai declared claude-code"]
    assert "note-not-signed" in _defects(desk)


def test_a_note_that_is_taken_away(desk: RecordedDesk) -> None:
    desk.git("notes", "--ref=ai", "remove", "HEAD")
    assert desk.origins("app.py") == [AI, UNKNOWN]


def test_a_note_that_is_moved_here_from_another_commit(desk: RecordedDesk) -> None:
    keys = _keys(desk)
    note = desk.git("notes", "--ref=ai", "show", "HEAD")
    first = desk.git("rev-parse", "HEAD")
    desk.types("more.py", "typed_by_a_person_too = 45\n")
    desk.commit()
    desk.drain()
    moved = note.replace(first, desk.git("rev-parse", "HEAD")).replace("app.py\n", "more.py\n").replace(" 2\n", " 1\n")
    assert keys["h"] in moved
    desk.git("notes", "--ref=ai", "add", "-f", "-m", moved, "HEAD")
    assert all("recorded" not in word for word in desk.origins("more.py"))


def test_a_note_where_the_recorder_wrote_none(desk: RecordedDesk) -> None:
    key, first = _keys(desk)["h"], desk.git("rev-parse", "HEAD")
    note = desk.git("notes", "--ref=ai", "show", "HEAD").partition("\n---\n")[2]
    desk.fires("PreToolUse", "Bash", None, command="make", call="x")
    desk.types("more.py", "nobody_knows_whose = 1\n")
    desk.fires("PostToolUse", "Bash", None, command="make", call="x")
    head = desk.commit()
    desk.drain()
    if desk.git("notes", "--ref=ai", "list", head, check=False):
        pytest.fail("this test wants a commit of which the recorder knows nothing")
    desk.git("notes", "--ref=ai", "add", "-m", f"more.py\n  {key} 1\n---\n{note.replace(first, head)}", head)
    assert desk.origins("more.py") == ["human declared"]


def test_another_recorder_that_signs_for_a_forged_note(desk: RecordedDesk, mallory: Recorder) -> None:
    _note(desk, f"app.py\n  {_keys(desk)['h']} 1-2")
    note = desk.git("cat-file", "blob", desk.git("notes", "--ref=ai", "list", "HEAD")) + "\n"
    bound = (EvidenceRef(uri="refs/notes/ai", digest=f"sha256:{hashlib.sha256(note.encode()).hexdigest()}"),)
    who, posing = mallory.principal(ADA), desk.recorder.principal(ADA)
    details: dict[str, object] = {"source": "answerable-capture", "claim": "x"}
    forged = [_decision(desk, Kind.ATTEST, one, details, evidence=bound) for one in (who, posing)]
    _plant(desk, [sign(one, [mallory.signer]) for one in forged])
    assert desk.origins("app.py") == [AI, "human declared"]


def _forged(envelope: Envelope, key: str) -> Envelope:
    """The envelope as if another key had signed it."""
    return replace(envelope, signatures=(Signature(keyid=key, sig=envelope.signatures[0].sig),))


@pytest.mark.parametrize("how", ["stranger", "posing", "copied", "other-kind", "edited"])
def test_a_record_that_is_planted_first_does_not_keep_the_recorder_from_signing(
    desk: RecordedDesk, mallory: Recorder, how: str
) -> None:
    earlier = [decode(line) for line in desk.lines()]
    desk.writes("more.py", "made_by_an_agent_too = 1\n")
    head = desk.commit()
    mine = desk.recorder.principal(ADA)
    attest = _decision(desk, Kind.ATTEST, mine, {"source": "answerable-capture", "claim": "nothing to see"})
    stranger = sign(attest, [mallory.signer])
    edited = earlier[0]
    document = json.loads(edited.payload)
    document["subject"] = [{"digest": {"gitCommit": head}}]
    planted = {
        "stranger": stranger,
        "posing": _forged(stranger, desk.recorder.public.fingerprint),
        "copied": next(one for one in earlier if b'"generate"' in one.payload),
        "other-kind": sign(replace(attest, kind=Kind.GATE, details={}), [desk.recorder.signer]),
        "edited": replace(edited, payload=json.dumps(document).encode()),
    }[how]
    _plant(desk, [planted])
    desk.drain()
    assert sum(1 for one in desk.kept() if one.kind is Kind.GENERATE) == 1
    assert desk.origins("more.py") == [AI]


def test_a_decision_that_is_moved_to_another_commit_says_nothing_there(desk: RecordedDesk) -> None:
    moved = [decode(line) for line in desk.lines()]
    desk.types("app.py", "typed_now_by_a_person = 1\nand_this_as_well = 2\n")
    desk.commit()
    desk.drain()
    _plant(desk, moved)
    assert desk.origins("app.py") == [HUMAN, HUMAN]
    assert "decision-moved" in _defects(desk)


def test_a_decision_whose_lines_changed_says_nothing_of_them(desk: RecordedDesk) -> None:
    lines = [{**_lines(desk, 1, 1)[0], "start": 2, "end": 2}]
    who = desk.recorder.principal(ADA)
    _plant(desk, [sign(_decision(desk, Kind.GENERATE, who, {"lines": lines}), [desk.recorder.signer])])
    assert desk.origins("app.py") == [AI, HUMAN]
    assert "decision-lines-changed" in _defects(desk)


POLICY = """
version: 1
mode: enforce
rules:
  - name: taken-in-by-a-person
    match: {origins: [ai, mixed, unknown]}
    require: {acceptance: [human_explicit]}
    action: Deny
    message: a person must have taken it in
"""


def _refused(desk: RecordedDesk) -> list[int]:
    """The lines of `app.py` that the gate wants a person to have taken in."""
    policy = desk.root.parent / "policy.yaml"
    policy.write_text(POLICY)
    said = run("gate", "HEAD~1..HEAD", "--policy", str(policy), "--format", "json", cwd=desk.root).json
    return [line for one in said["findings"] for line in range(one["start"], one["end"] + 1)]


def _acceptances(desk: RecordedDesk) -> list[tuple[str, str]]:
    said = ask_here("for", "app.py:1", "--format", "json", cwd=desk.root).json
    found = [span["acceptance"] for span in said["spans"] if span["acceptance"]]
    return [(one["how"], one["grade"]) for one in found]


_POSING = (
    "recorder-as-ada", "recorder-as-human", "recorder-without-source", "recorder-for-nobody", "stranger-as-recorder",
    "stranger-as-service", "agent",
)  # fmt: skip


def _posing(desk: RecordedDesk, mallory: Recorder, how: str) -> Envelope:
    """An acceptance by a person, as it would have to look."""
    mine, key = desk.recorder.principal(ADA), desk.recorder.public.fingerprint
    ada = Principal(type=PrincipalType.HUMAN, id=desk.ada.id, key=key)
    details: dict[str, object] = {"lines": _lines(desk, 1, 1), "how": "human_explicit", "state": "as_is"}
    said = {**details, "source": "tool_decision:accept"}
    human = replace(mine, type=PrincipalType.HUMAN, on_behalf_of=None)
    who, signer, told = {
        "stranger-as-ada": (replace(ada, key=mallory.public.fingerprint), mallory.signer, details),
        "recorder-as-ada": (ada, desk.recorder.signer, details),
        "recorder-as-human": (human, desk.recorder.signer, details),
        "recorder-without-source": (mine, desk.recorder.signer, details),
        "recorder-for-nobody": (replace(mine, on_behalf_of=None), desk.recorder.signer, said),
        "stranger-as-recorder": (mine, mallory.signer, said),
        "stranger-as-service": (mallory.principal(ADA), mallory.signer, said),
        "agent": (replace(mine, type=PrincipalType.AGENT), desk.recorder.signer, said),
    }[how]
    return sign(_decision(desk, Kind.ACCEPT, who, told), [signer])


@pytest.mark.parametrize("how", _POSING)
def test_nobody_but_a_person_makes_a_persons_acceptance_of_it(desk: RecordedDesk, mallory: Recorder, how: str) -> None:
    assert 1 in _refused(desk)
    _plant(desk, [_posing(desk, mallory, how)])
    assert 1 in _refused(desk), "what nobody vouches for opens no gate"
    assert all(one[0] != "human_explicit" or one[1] == "declared" for one in _acceptances(desk)), _acceptances(desk)
    assert desk.origins("app.py")[0] == AI


@pytest.mark.parametrize("how", ["stranger-as-ada", *_POSING])
def test_where_no_recorder_signed_what_nobody_vouches_for_opens_no_gate_either(
    desk: RecordedDesk, mallory: Recorder, how: str
) -> None:
    with desk.repository() as repository:
        recorder_file(repository).unlink()
    desk.writes("app.py", "made_by_an_agent_now = 30\n")
    desk.commit()
    desk.drain()
    assert desk.signed() == []
    _plant(desk, [_posing(desk, mallory, how)])
    assert 1 in _refused(desk)


def test_a_recorder_is_never_a_countersigner(desk: RecordedDesk) -> None:
    key = desk.recorder.public.fingerprint
    ada = Principal(type=PrincipalType.HUMAN, id=desk.ada.id, key=key)
    details: dict[str, object] = {"lines": _lines(desk, 1, 2), "intent": "all of it is mine"}
    _plant(desk, [sign(_decision(desk, Kind.COUNTERSIGN, ada, details), [desk.recorder.signer])])
    assert "attested" not in " ".join(desk.origins("app.py"))


def test_what_a_recorder_reports_of_a_person_is_never_attested(desk: RecordedDesk) -> None:
    details: dict[str, object] = {
        "lines": _lines(desk, 1, 1), "how": "human_explicit", "state": "as_is", "source": "tool_decision:accept",
    }  # fmt: skip
    decision = _decision(desk, Kind.ACCEPT, desk.recorder.principal(ADA), details)
    file = desk.root.parent / "decision.json"
    file.write_bytes(sign(decision, [desk.recorder.signer]).encode())
    assert run("ledger", "append", str(file), cwd=desk.root).code == 0
    assert _acceptances(desk) == [("human_explicit", "recorded")]
    assert 1 not in _refused(desk), "a policy that wants more asks for `attested`"
    assert desk.origins("app.py")[0] == AI
