"""The recorder's key: made once, whole, its owner's alone; trusted as a service and for three kinds."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from answerable.capture.recorder import KINDS, Recorder, identity_of, is_trusted, place, trust
from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id, now
from answerable.errors import KeyUntrusted, KeyUnusable, LedgerUnwritable, SignatureInvalid
from answerable.git.repository import Repository
from answerable.ledger.envelope import sign
from answerable.ledger.keys import load_signer
from answerable.ledger.log import Ledger
from answerable.ledger.place import ledger_place
from e2e.ledgers import Maker, Team


@pytest.fixture
def team(new_repo: Maker, tmp_path: Path) -> Team:
    return Team(new_repo(), tmp_path)


def test_there_is_none_until_it_is_made_and_then_it_is_the_same(team: Team) -> None:
    with Repository(team.root) as repository:
        assert Recorder.load(repository) is None
        made = Recorder.make(repository)
        again, loaded = Recorder.make(repository), Recorder.load(repository)
        assert loaded is not None
        assert made.public == again.public == loaded.public
        assert place(repository).stat().st_mode & 0o777 == 0o600
        assert [path.name for path in place(repository).parent.glob("recorder*")] == ["recorder"]


def test_many_who_make_it_at_once_have_one_key(team: Team) -> None:
    with Repository(team.root) as repository:
        found: list[str] = []

        def makes() -> None:
            found.append(Recorder.make(repository).id)

        threads = [threading.Thread(target=makes) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert len(set(found)) == 1


@pytest.mark.parametrize("content", [b"", b"ssh-ed25519 AAAA", b"\0" * 40])
def test_a_key_that_is_damaged_is_an_error_and_no_new_one_takes_its_place(team: Team, content: bytes) -> None:
    with Repository(team.root) as repository:
        Recorder.make(repository)
        place(repository).write_bytes(content)
        for use in (Recorder.load, Recorder.make):
            with pytest.raises(KeyUnusable):
                use(repository)
        assert place(repository).read_bytes() == content


def test_a_key_that_others_may_read_is_not_used(team: Team) -> None:
    with Repository(team.root) as repository:
        Recorder.make(repository)
        place(repository).chmod(0o640)
        with pytest.raises(KeyUnusable, match="open to others"):
            Recorder.load(repository)


def test_where_nothing_can_be_written_that_is_said(team: Team) -> None:
    with Repository(team.root) as repository:
        folder = repository.common_dir / "answerable"
        folder.rename(folder.with_name("elsewhere"))
        folder.write_text("a file")
        with pytest.raises(LedgerUnwritable, match="recorder"):
            Recorder.make(repository)


def test_a_ledger_trusts_it_once_as_a_service_and_for_three_kinds(team: Team) -> None:
    with Repository(team.root) as repository, Ledger(ledger_place(repository.common_dir)) as ledger:
        recorder, admin = Recorder.make(repository), load_signer(team.ada.key)
        assert not is_trusted(ledger, recorder)
        assert trust(ledger, recorder, [admin])
        assert is_trusted(ledger, recorder)
        assert not trust(ledger, recorder, [admin])
        assert ledger.size == 2
        key = ledger.trust.keys[recorder.public.fingerprint]
        assert key.principal == Principal(type=PrincipalType.SERVICE, id=recorder.id)
        assert key.kinds == {"generate", "accept", "attest"}
        assert not key.admin


def _decision(kind: Kind, who: Principal, **details: object) -> Decision:
    about = (Subject(digest={"gitCommit": "a" * 40}),)
    return Decision(decision_id=new_id(), kind=kind, subjects=about, principal=who, observed_at=now(), details=details)


def test_it_can_sign_nothing_else_and_as_nobody_else(team: Team) -> None:
    lines = [{"path": "a.py", "start": 1, "end": 1, "digest": "sha256:" + "0" * 64}]
    with Repository(team.root) as repository, Ledger(ledger_place(repository.common_dir)) as ledger:
        recorder = Recorder.make(repository)
        trust(ledger, recorder, [load_signer(team.ada.key)])
        mine, key = recorder.principal("Ada <ada@example.com>"), recorder.public.fingerprint
        human = Principal(type=PrincipalType.HUMAN, id=recorder.id, key=key)
        ada = Principal(type=PrincipalType.HUMAN, id=team.ada.id, key=key)
        agent = Principal(type=PrincipalType.AGENT, id=recorder.id, key=key)
        forged = [
            _decision(Kind.ACCEPT, human, how="human_explicit", state="as_is"),
            _decision(Kind.ACCEPT, ada, how="human_explicit", state="as_is"),
            _decision(Kind.GENERATE, agent),
            _decision(Kind.COUNTERSIGN, human, lines=lines, intent="mine"),
            _decision(Kind.APPROVE, mine, verdict="approved", sha="a" * 40),
            _decision(Kind.REVIEW, mine, verdict="approved", sha="a" * 40),
            _decision(Kind.KEY, mine, action="threshold", threshold=1),
            _decision(Kind.POLICY, mine),
        ]
        for one in forged:
            with pytest.raises((KeyUntrusted, SignatureInvalid)):
                ledger.append([sign(one, [recorder.signer])])
        for kind in KINDS:
            details = {Kind.ACCEPT: {"how": "unknown", "state": "as_is"}, Kind.ATTEST: {"source": "s", "claim": "c"}}
            ledger.append([sign(_decision(kind, mine, **details.get(kind, {})), [recorder.signer])])


def test_only_an_administrator_lets_it_be_trusted(team: Team) -> None:
    bob = team.add("bob")
    with Repository(team.root) as repository, Ledger(ledger_place(repository.common_dir)) as ledger:
        recorder = Recorder.make(repository)
        for signers in ([load_signer(bob.key)], [recorder.signer], []):
            with pytest.raises(KeyUntrusted, match="administrator"):
                trust(ledger, recorder, signers)
        assert not is_trusted(ledger, recorder)


def test_a_key_that_was_revoked_stays_so(team: Team) -> None:
    with Repository(team.root) as repository:
        recorder = Recorder.make(repository)
        with Ledger(ledger_place(repository.common_dir)) as ledger:
            trust(ledger, recorder, [load_signer(team.ada.key)])
        team.done("ledger", "key", "revoke", recorder.public.fingerprint, *team.ada.signing)
        with Ledger(ledger_place(repository.common_dir)) as ledger:
            assert not is_trusted(ledger, recorder)
            with pytest.raises(KeyUntrusted, match="trusted once"):
                trust(ledger, recorder, [load_signer(team.ada.key)])


@pytest.mark.parametrize(
    ("person", "found"),
    [
        ("Ada <ada@example.com>", "ada@example.com"),
        ("Ada <unknown>", "Ada"),
        ("unknown <unknown>", None),
        ("ada@example.com", "ada@example.com"),
        ("", None),
        (None, None),
        ("Ada <a\x07b@x>", "ab@x"),
        ("Ada\nMallory", "AdaMallory"),
        ("x" * 400, "x" * 320),
    ],
)
def test_a_person_is_named_as_decisions_name_people(person: str | None, found: str | None) -> None:
    assert identity_of(person) == found


def test_its_name_tells_nothing_of_the_machine(team: Team) -> None:
    with Repository(team.root) as repository:
        name = Recorder.make(repository).id
        assert name.startswith("recorder:")
        assert not any(word in name for word in (os.uname().nodename, "ada", str(os.getpid()) + "x"))
