"""The mandate as an organisation takes it: drafted, signed by each role, verified, asked for, shown later as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.domain.decision import Kind
from builders import RepoBuilder
from e2e.accepting import Terminal
from e2e.asking import ask, ask_here
from e2e.mandated import FILE, POLICY, Mandated


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Mandated:
    return Mandated(repo, tmp_path)


def test_it_is_in_force_once_all_roles_have_signed_in_any_order(team: Mandated) -> None:
    assert team.run("mandate", "verify").code == 1
    for role in ("platform", "legal", "security"):
        assert team.problems() != []
        said = team.sign(role)
        assert said.code == 0, said.err
        assert f"as {role}: entry" in said.out
    said = team.run("mandate", "verify")
    assert said.code == 0
    assert "in force until" in said.out
    assert team.standing()["roles"][0]["signed"]["by"] == "lin@example.com"


def test_a_signature_is_a_decision_over_the_bytes_of_the_file(team: Mandated) -> None:
    signed = team.run("mandate", "sign", "--role", "legal", *team.lin.signing, "--format", "json").json
    statement = team.done("ledger", "show", str(signed["index"]))["entries"][0]["statement"]
    assert statement["predicate"]["kind"] == Kind.MANDATE.value
    assert statement["subject"][0]["digest"]["sha256"] == signed["digest"].removeprefix("sha256:")
    assert statement["predicate"]["details"] == {"role": "legal", "expires": signed["expires"], "commit": team.base}
    assert statement["predicate"]["policy"]["uri"].startswith(".answerable/policy.yaml")


def test_a_rule_asks_for_a_mandate_and_says_what_is_missing(team: Mandated) -> None:
    head = team.commit({"a.py": "two\n"})
    team.sign("legal")
    said = team.gate(head)
    assert said.code == 1
    (finding,) = said.json["findings"]
    assert "no mandate is in force: nobody signed as security; nobody signed as platform" in finding["message"]
    assert "answerable mandate sign --role security" in finding["remedy"]
    (owed,) = said.json["obligations"]
    assert (owed["met"], owed["who"]) == (False, ["sec@example.com", "ada@example.com"])
    team.sign("security")
    team.sign("platform")
    said = team.gate(head)
    assert said.code == 0
    assert said.json["obligations"][0]["have"].startswith("in force until")


def test_a_rule_asks_for_roles_of_its_own(team: Mandated) -> None:
    own = POLICY.replace("mandate: true", "mandate: {roles: [cto]}")
    base = team.commit({".answerable/policy.yaml": own})
    team.all_sign()
    head = team.commit({"a.py": "two\n"})
    assert "names nobody for the role cto" in team.gate(head, base).json["findings"][0]["message"]
    none = team.commit(
        {".answerable/policy.yaml": POLICY.replace("mandate: true", "mandate: false, countersign: true")}
    )
    assert team.gate(team.commit({"a.py": "3\n"}), none).json["obligations"] == []


def test_it_is_shown_later_as_it_was(team: Mandated) -> None:
    team.all_sign()
    newer = team.draft("--governance", "somebody new")
    team.repo.commit({FILE: newer}, "A new mandate", when=4_000_000_000)
    team.repo.checkout()
    assert team.done("mandate", "show")["mandate"]["governance"] == "somebody new"
    shown = team.done("mandate", "show", "--as-of", "2090-01-01")
    assert (shown["commit"], shown["mandate"]["governance"]) == (team.base, "platform")
    assert [problem["kind"] for problem in shown["problems"]] == ["expired"]
    day = shown["mandate"]["expires"]
    assert team.done("mandate", "show", "--as-of", day)["in_force"]
    assert team.run("mandate", "verify", "--as-of", day).code == 0
    earlier = team.done("mandate", "show", "--as-of", "2026-01-01", "--at", team.base)
    assert not earlier["in_force"]


def test_a_mandate_that_takes_the_place_of_another_ends_it(team: Mandated) -> None:
    team.all_sign()
    assert team.run("mandate", "draft", "-o", str(team.root / FILE)).code == 2, "more is asked for"
    newer = team.draft("--replace", "--governance", "somebody new")
    assert 'replaces: "sha256:' in newer
    branch = team.commit({FILE: newer})
    assert team.run("mandate", "verify", "--at", team.base).code == 0, "the newer one is not signed yet"
    team.all_sign()
    assert team.run("mandate", "verify", "--at", branch).code == 0
    assert team.problems("--at", team.base) == ["replaced"]


def test_a_signature_is_taken_back(team: Mandated) -> None:
    team.all_sign()
    assert team.sign("legal", None, "--withdraw", "--rationale", "The standard changed").code == 0
    assert team.problems() == ["unsigned"]
    assert "withdrew it" in team.standing()["problems"][0]["what"]
    assert team.sign("legal").code == 0
    assert team.problems() == []


def test_the_ledger_says_who_holds_a_role(team: Mandated) -> None:
    team.done("ledger", "key", "role", "legal", "--for", "counsel@example.com", *team.ada.signing)
    said = team.sign("legal")
    assert said.code == 3
    assert "does not hold the role legal" in said.err
    team.done("ledger", "key", "role", "legal", "--for", team.lin.id, *team.ada.signing)
    team.all_sign()
    assert team.standing()["roles"][0]["holders"] == [team.lin.id]
    team.done("ledger", "key", "role", "legal", "--for", "counsel@example.com", *team.ada.signing)
    assert team.run("mandate", "verify").code == 0, "she held it when she signed"
    assert "legal is held by counsel@example.com" in team.run("ledger", "show", "--keys").out
    assert team.done("ledger", "show", "--keys")["roles"] == [{"role": "legal", "people": ["counsel@example.com"]}]


def test_a_mandate_that_cannot_be_read_is_no_answer(team: Mandated) -> None:
    team.all_sign()
    base = team.commit({FILE: "---\nstatus: accepted\n---\n# Mine\n"})
    said = team.run("mandate", "verify")
    assert said.code == 3
    assert "mandate-invalid" in said.err
    finding = team.gate(team.commit({"a.py": "2\n"}), base).json["findings"][0]
    assert ".answerable/mandate.md at" in finding["message"]


def test_without_a_mandate_the_answer_is_no(team: Mandated) -> None:
    base = team.commit({FILE: None})
    assert team.run("mandate", "verify").code == 1
    assert team.run("mandate", "show").code == 2
    assert (
        "there is no .answerable/mandate.md"
        in team.gate(team.commit({"a.py": "2\n"}), base).json["findings"][0]["message"]
    )


def test_without_a_ledger_it_cannot_be_said(team: Mandated, tmp_path: Path) -> None:
    said = team.run("mandate", "verify", "--ledger", str(tmp_path / "nowhere"))
    assert said.code == 3
    assert "ledger-missing" in said.err


def test_the_draft_says_what_is_missing_and_overwrites_nothing(team: Mandated) -> None:
    said = team.run("mandate", "draft", "--sign", "legal=lin@example.com")
    assert said.code == 2
    assert "--governance, --response, --communication, --standard" in said.err
    assert "--sign security=PERSON, --sign platform=PERSON" in said.err
    owned = ("--governance", "a", "--response", "b", "--communication", "c", "--standard", "d", "--role", "cto")
    said = team.run("mandate", "draft", *owned, "--sign", "cto=ada@example.com")
    assert "is there already" in said.err
    said = team.run("mandate", "draft", *owned, "--sign", "cto=ada@example.com", "--replace")
    assert said.code == 0, said.err
    assert "role: cto" in (team.root / FILE).read_text()


def test_what_is_signed_is_what_is_committed(team: Mandated) -> None:
    (team.root / FILE).write_text("---\n")
    said = team.sign("legal")
    assert said.code == 3
    assert "is another than that of HEAD" in said.err


def test_the_text_is_for_people(team: Mandated) -> None:
    team.all_sign()
    said = team.run("mandate", "show").out
    for words in ("governance     platform", "the person owns", "the organisation owns", "lin@example.com on"):
        assert words in said
    assert "the ledger does not say who holds legal, security, platform" in said


def test_a_signature_travels_in_the_note_of_the_file(team: Mandated, tmp_path: Path) -> None:
    team.all_sign()
    team.repo.git("clone", "-q", ".", str(tmp_path / "clone"))
    team.repo.git("-C", str(tmp_path / "clone"), "fetch", "-q", "origin", "refs/notes/*:refs/notes/*")
    blob = team.repo.git("rev-parse", f"HEAD:{FILE}").decode().strip()
    note = team.repo.git("-C", str(tmp_path / "clone"), "notes", "--ref=answerable", "show", blob)
    assert len(note.strip().split(b"\n")) == 3
    assert ask_here("mandate", "verify", cwd=tmp_path / "clone").code == 3, "no ledger vouches for it there"


def test_it_starts_as_a_program_and_prints_one_document(team: Mandated) -> None:
    team.all_sign()
    said = ask("mandate", "verify", "--format", "json", cwd=team.root)
    assert said.code == 0
    assert json.loads(said.out)["in_force"]


def test_in_a_terminal_it_asks_for_what_is_not_given(team: Mandated, tmp_path: Path) -> None:
    file = tmp_path / "asked.md"
    person = Terminal(
        "mandate", "draft", "--response", "payments", "--sign", "legal=lin@example.com", "-o", str(file), cwd=team.root
    )
    for question, answer in (
        ("Who owns AI-code governance", "platform"),
        ("Who speaks to customers", "press"),
        ("Which standards hold", "NIST SSDF, ISO/IEC 42001"),
        ("Who signs as security", "sec@example.com"),
        ("Who signs as platform", "ada@example.com"),
    ):
        person.until(question)
        person.types(answer)
    assert person.ends() == 0
    assert "to be signed as legal, security, platform" in person.shown
    text = file.read_text()
    assert 'standards: ["NIST SSDF", "ISO/IEC 42001"]' in text
    assert '{role: platform, person: "ada@example.com"}' in text
