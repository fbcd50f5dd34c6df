"""Somebody wants a mandate to count that nobody took on: alone, edited, over, signed by a tool, or brought along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id
from answerable.git.repository import Repository
from answerable.ledger.admission import digests_of
from answerable.ledger.envelope import sign
from answerable.ledger.keys import load_signer
from answerable.ledger.log import Ledger
from answerable.ledger.place import ledger_place
from answerable.ledger.store import NewEntry
from attacks.hostile import harmless
from builders import RepoBuilder
from e2e.ledgers import Someone
from e2e.mandated import FILE, POLICY, Mandated

EVIL = "\x1b]0;x\x07\x1b[2J\u202e"


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Mandated:
    return Mandated(repo, tmp_path)


def forge(team: Mandated, role: str, who: Someone, as_type: str = "human", **given: Any) -> None:
    """Append a decision as a program of the attacker's would: past every refusal of `mandate sign`."""
    signer = load_signer(who.key)
    digest = team.done("mandate", "show")["mandate"]["digest"].removeprefix("sha256:")
    decision = Decision(
        decision_id=new_id(),
        kind=Kind.MANDATE,
        subjects=(Subject(name=FILE, digest={"sha256": given.pop("digest", digest)}),),
        principal=Principal(type=PrincipalType(as_type), id=who.id, key=signer.public.fingerprint),
        observed_at=given.pop("when", "2026-01-01T00:00:00Z"),
        details={"role": role, **given},
    )
    with Repository(team.root) as repository, Ledger(ledger_place(repository.common_dir)) as ledger:
        ledger.append([sign(decision, [signer])])


def test_one_person_does_not_sign_every_role(team: Mandated) -> None:
    for role in team.people:
        if role != "platform":
            assert team.sign(role, team.ada).code == 3, "the mandate names others"
        forge(team, role, team.ada)
    assert sorted(team.problems()) == ["unsigned", "unsigned"]
    assert team.gate(team.commit({"a.py": "2\n"})).code == 1


def test_a_mandate_that_names_one_person_for_every_role_is_not_in_force(team: Mandated) -> None:
    base = team.commit({FILE: team.draft(legal=team.ada, security=team.ada)})
    for role in team.people:
        team.sign(role, team.ada)
    assert team.problems() == ["unsigned", "unsigned"]
    assert team.gate(team.commit({"a.py": "2\n"}), base).code == 1


def test_one_person_under_two_names_that_the_owners_file_knows_is_one(team: Mandated) -> None:
    other = team.add("ada-at-home")
    owners = f"version: 1\npeople:\n  ada: {{name: Ada, git: [{team.ada.id}, {other.id}]}}\n"
    team.commit({FILE: team.draft(security=other), ".answerable/owners.yaml": owners})
    team.sign("legal")
    team.sign("security", other)
    team.sign("platform")
    assert team.problems() == ["unsigned"]


def test_one_byte_changed_after_it_was_signed_ends_it(team: Mandated) -> None:
    team.all_sign()
    text = (team.root / FILE).read_text()
    team.commit({FILE: text + "\n"})
    assert team.problems() == ["unsigned"] * 3
    assert team.run("mandate", "verify", "--at", team.base).code == 0


def test_a_mandate_that_is_over_does_not_count(team: Mandated) -> None:
    text = team.draft("--from", "2025-01-01", "--expires", "2025-12-31")
    base = team.commit({FILE: text})
    team.all_sign()
    assert team.problems() == ["expired"]
    assert team.gate(team.commit({"a.py": "2\n"}), base).code == 1


def test_a_tool_signs_nothing(team: Mandated, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = team.add("release-bot", "--type", "service")
    assert team.sign("legal", bot).code == 3
    named = team.commit({FILE: team.draft(legal=bot)})
    assert team.sign("legal", bot).code == 3
    forge(team, "legal", bot, "service")
    team.sign("security")
    team.sign("platform")
    assert team.problems() == ["unsigned"]
    assert "is no person but a service" in team.standing()["problems"][0]["what"]
    assert team.gate(team.commit({"a.py": "2\n"}), named).code == 1
    monkeypatch.setenv("CLAUDECODE", "1")
    assert "runs inside" in team.sign("security").err


def test_a_bot_that_calls_itself_a_person_is_none(team: Mandated) -> None:
    bot = team.add("renovate[bot]")
    team.commit({FILE: team.draft(legal=bot)})
    assert team.sign("legal", bot).code == 3
    forge(team, "legal", bot)
    assert "is the account of a tool" in team.standing()["problems"][0]["what"]


def test_a_key_that_the_ledger_does_not_trust_signs_nothing(team: Mandated) -> None:
    mallory = team.stranger("mallory")
    team.commit({FILE: team.draft(legal=mallory)})
    assert team.sign("legal", mallory).code == 3
    assert "unsigned" in team.problems()


def test_a_key_that_was_revoked_signs_no_more_and_what_it_signed_before_stays(team: Mandated) -> None:
    team.all_sign()
    team.done("ledger", "key", "revoke", team.lin.public.fingerprint, *team.ada.signing)
    assert team.problems() == []
    team.commit({FILE: team.draft("--title", "Another")})
    assert team.sign("legal").code == 3


def test_a_change_does_not_bring_its_own_mandate(team: Mandated) -> None:
    mine = team.draft(legal=team.ada, security=team.ada)
    base = team.commit({FILE: None})
    head = team.commit({FILE: mine, "a.py": "2\n"})
    said = team.gate(head, base)
    assert said.code == 1
    assert "there is no .answerable/mandate.md" in said.json["findings"][0]["message"]
    assert any("the change edits .answerable/mandate.md" in note for note in said.json["notes"])


def test_a_change_that_weakens_the_mandate_is_held_to_the_one_before(team: Mandated) -> None:
    head = team.commit({FILE: team.draft("--governance", "nobody"), "a.py": "2\n"})
    team.all_sign()  # the new one: that of the base is not signed
    assert team.gate(head).code == 1


def test_an_older_mandate_does_not_come_back(team: Mandated) -> None:
    older = (team.root / FILE).read_text()
    team.all_sign()
    team.commit({FILE: team.draft("--replace", "--governance", "somebody new")})
    team.all_sign()
    base = team.commit({FILE: older}, "Revert")
    assert team.problems() == ["replaced"]
    assert team.gate(team.commit({"a.py": "2\n"}), base).code == 1


def test_a_signature_is_not_dated_back(team: Mandated) -> None:
    for role, who in team.people.items():
        forge(team, role, who, when="2020-01-01T00:00:00Z")
    assert team.problems() == []
    text = team.draft("--from", "2025-01-01", "--expires", "2026-12-31")
    team.repo.commit({FILE: text}, "From last year on", when=1_740_000_000)
    team.repo.checkout()
    for role, who in team.people.items():
        forge(team, role, who, when="2025-06-01T00:00:00Z")
    assert team.done("mandate", "show")["in_force"]
    signed = team.done("mandate", "show")["roles"][0]["signed"]["at"]
    assert not signed.startswith("2025"), "the ledger had later entries when it came in"


def test_nobody_else_withdraws_a_signature(team: Mandated) -> None:
    team.all_sign()
    eve = team.add("eve")
    assert team.sign("legal", eve, "--withdraw").code == 3
    forge(team, "legal", eve, withdrawn=True)
    forge(team, "legal", team.sec, withdrawn=True)
    assert team.problems() == []


def test_people_whom_it_does_not_name_do_not_end_it(team: Mandated) -> None:
    team.all_sign()
    digest = team.done("mandate", "show")["mandate"]["digest"]
    for role in team.people:
        forge(team, role, team.add(f"eve-{role}"), digest="b" * 64, replaces=digest)
    assert team.problems() == []


def test_a_file_with_fewer_roles_is_not_enough(team: Mandated) -> None:
    text = (team.root / FILE).read_text()
    fewer = "".join(line for line in text.splitlines(keepends=True) if "{role: legal" not in line)
    base = team.commit({FILE: fewer})
    team.sign("security")
    team.sign("platform")
    assert team.problems() == ["role-not-named"]
    assert team.gate(team.commit({"a.py": "2\n"}), base).code == 1


def test_a_link_in_its_place_is_no_mandate(team: Mandated) -> None:
    team.all_sign()
    text = (team.root / FILE).read_bytes()
    team.repo.git("rm", "-q", FILE)
    (team.root / "elsewhere.md").write_bytes(text)
    (team.root / FILE).parent.mkdir(exist_ok=True)
    (team.root / FILE).symlink_to("../elsewhere.md")
    team.repo.git("add", "-A")
    team.repo.git("commit", "-q", "-m", "Link")
    assert team.run("mandate", "verify").code == 3


def test_a_mandate_decision_without_a_role_or_digest_says_nothing(team: Mandated) -> None:
    team.record(team.lin, "mandate")
    assert team.problems() == ["unsigned"] * 3


def test_a_ledger_that_was_changed_answers_nothing(team: Mandated) -> None:
    import sqlite3

    team.all_sign()
    with Repository(team.root) as repository:
        place = ledger_place(repository.common_dir)
    assert isinstance(place, Path)
    base = sqlite3.connect(place / "ledger.sqlite")
    names = [row[0] for row in base.execute("select name from sqlite_master where type = 'table'")]
    table = next(name for name in names if "leaf" in {row[1] for row in base.execute(f"pragma table_info({name})")})
    for (trigger,) in list(base.execute("select name from sqlite_master where type = 'trigger'")):
        base.execute(f"drop trigger {trigger}")
    base.execute(f"update {table} set leaf = replace(leaf, '2', '3') where rowid = (select max(rowid) from {table})")
    base.commit()
    base.close()
    assert team.run("mandate", "verify").code == 3


def test_an_entry_that_somebody_wrote_into_the_database_counts_for_nothing(team: Mandated) -> None:
    team.sign("security")
    team.sign("platform")
    signer = load_signer(team.stranger("mallory").key)
    digest = team.done("mandate", "show")["mandate"]["digest"].removeprefix("sha256:")
    decision = Decision(
        decision_id=new_id(),
        kind=Kind.MANDATE,
        subjects=(Subject(name=FILE, digest={"sha256": digest}),),
        principal=Principal(type=PrincipalType.HUMAN, id=team.lin.id, key=signer.public.fingerprint),
        observed_at="2026-01-01T00:00:00Z",
        details={"role": "legal"},
    )
    leaf = sign(decision, [signer]).encode()
    with Repository(team.root) as repository, Ledger(ledger_place(repository.common_dir)) as ledger:
        ledger.store.append([NewEntry(decision.decision_id, leaf, digests_of(decision))])
    shown = team.done("mandate", "show")
    assert [problem["kind"] for problem in shown["problems"]] == ["unsigned"]
    assert "is not in the ledger" in shown["problems"][0]["what"]
    assert team.gate(team.commit({"a.py": "2\n"})).code == 1
    assert team.run("mandate", "verify").code == 3


def test_names_do_not_act_on_the_terminal(team: Mandated) -> None:
    text = (team.root / FILE).read_text().replace("# Who is", f"# Who{EVIL} is").replace("SSDF", f"S{EVIL}")
    team.commit({FILE: text})
    for command in ("show", "verify"):
        said = team.run("mandate", command)
        assert harmless(said.out + said.err)
    assert POLICY in (team.root / ".answerable/policy.yaml").read_text()
