"""Evidence packs: the same bytes twice, what they hold, and how a stranger verifies them."""

from __future__ import annotations

import base64
import csv
import io
import os
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.packs import PERIOD, Audited, alone, contents, read


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Audited:
    return Audited(repo, tmp_path)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_a_pack_is_the_same_bytes_twice_and_verifies(team: Audited) -> None:
    one, other = team.pack("one.zip"), team.pack("other.zip", "--no-cache")
    assert one.read_bytes() == other.read_bytes()
    said = team.verify(one, "--vkey", team.vkey, "--repository", os.fspath(team.root))
    assert said.code == 0
    found = said.json
    assert found["problems"] == []
    told = " ".join(found["good"])
    for word in ("signed with the key that was given", "by ada@example.com", "4 rows", "none left out"):
        assert word in told


def test_what_cannot_be_explained_is_listed_and_what_is_explained_is_not(team: Audited) -> None:
    files = contents(team.pack())
    population = {row["commit"]: row for row in rows(files["population.csv"])}
    assert len(population) == 4, "every commit of the main line"
    good, direct = population[team.head], population[team.direct]
    assert (good["approvals"], good["gate"], good["environments"]) == ("bo@example.com", "pass", "production")
    assert (direct["origin"], direct["approvals"], direct["gate"]) == ("ai", "", "")
    unexplained = {row["commit"]: row["unexplained"] for row in rows(files["unexplained.csv"])}
    assert team.head not in unexplained
    assert "no verdict of the gate" in unexplained[team.direct]
    excepted = {row["commit"]: row["controls"] for row in rows(files["exceptions.csv"])}
    assert "soc2 CC8.1" in excepted[team.direct]
    assert "aisvs AC.4.1" in excepted[team.direct]
    assert read(files, "manifest.json")["ledger"]["size"] == team.size()


def test_samples_are_drawn_by_the_root_and_the_auditors_nonce(team: Audited) -> None:
    one = contents(team.pack("one.zip", "--sample", "2", "--nonce", "mine"))
    again = contents(team.pack("again.zip", "--sample", "2", "--nonce", "mine"))
    draws = set()
    for nonce in "abcdef":
        files = contents(team.pack(f"{nonce}.zip", "--sample", "2", "--nonce", nonce))
        draws.add(tuple(read(files, f"samples/00{n}.json")["place"] for n in (1, 2)))
    assert one == again
    assert len(draws) > 1, "another nonce draws others"
    entries = [entry for n in (1, 2) for entry in read(one, f"samples/00{n}.json")["entries"]]
    assert all(entry["proof"].startswith("c2sp.org/tlog-proof@v1\n") for entry in entries)


def test_a_stranger_verifies_with_one_file_and_is_told_what_it_cannot_check(team: Audited) -> None:
    file = team.pack()
    done = alone(file, "--vkey", team.vkey, "--repository", os.fspath(team.root))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is wrong with what could be checked." in done.stdout
    assert "whether the log was forked" in done.stdout
    bare = alone(file, blocked="cryptography")
    assert bare.returncode == 0, bare.stderr
    assert "`cryptography` is not installed" in bare.stdout
    wrong = alone(file, "--vkey", team.vkey[:-4] + "AAA=")
    assert wrong.returncode == 1
    assert "WRONG" in wrong.stdout


def test_a_customers_pack_leaves_out_what_it_must_not_see_and_still_verifies(team: Audited) -> None:
    whole = team.pack("whole.zip")
    part = team.pack("part.zip", "--only", "changes where approvals > 0", "--why", "other customers")
    data, files = part.read_bytes(), contents(part)
    assert b"Quick fix" not in data
    told = {name for name, text in files.items() if team.direct[:12].encode() in text}
    oscal = {"oscal/assessment-plan.json", "oscal/assessment-results.json"}
    assert told == {"manifest.json", "report.html", *oscal}, "as the head that the pack is about, and nowhere else"
    assert team.head.encode() in data
    manifests = [read(contents(file), "manifest.json") for file in (whole, part)]
    assert manifests[0]["population"]["root"] == manifests[1]["population"]["root"]
    assert manifests[1]["withheld"] == {"why": "other customers"}
    assert len(rows(files["population.csv"])) == 1
    said = team.verify(part, "--vkey", team.vkey, "--repository", os.fspath(team.root))
    assert said.code == 0, said.out
    assert "3 of them withheld" in " ".join(said.json["good"])


def test_a_decision_about_a_withheld_change_is_withheld_with_it(team: Audited) -> None:
    """One decision is about a change that may be seen and about one that may not."""
    both = team.done(
        "record", "attest", team.head, team.direct, "--details",
        '{"source": "test", "claim": "told about SECRET-PROJECT"}', *team.ada.signing,
    )  # fmt: skip
    files = contents(team.pack("part.zip", "--only", "changes where approvals > 0", "--why", "other customers"))
    samples = [read(files, name) for name in files if name.startswith("samples/")]
    (seen,) = [one for one in samples if "row" in one]
    assert {"index": both["index"], "withheld": True} in seen["entries"]
    assert not any(b"SECRET-PROJECT" in base64.b64decode(e["leaf"]) for e in seen["entries"] if "leaf" in e)
    whole = contents(team.pack("whole.zip"))
    assert rows(whole["redactions.csv"]) == rows(files["redactions.csv"]) == []
    assert b"rationale" in whole["redactions.csv"]
    assert files["redactions.csv"] == b"entry,decision,kind,at\r\n"
    part = team.pack("part.zip", "--only", "changes where approvals > 0", "--why", "other customers")
    assert team.verify(part, "--vkey", team.vkey).code == 0


def test_nothing_of_a_withheld_change_is_in_any_file_in_any_form(team: Audited, tmp_path: Path) -> None:
    secret = team.repo.commit(
        {"src/auth/hidden.py": "x\n"}, message="Sekret work (#4711)\n\nCo-Authored-By: Claude <noreply@anthropic.com>",
        author=("Zoe Hidden", "zoe@hidden.example"),
    )  # fmt: skip
    team.repo.commit({"docs/z.md": "z\n"}, author=("Ada", "ada@example.com"))
    team.repo.checkout()
    part = team.pack(
        "part.zip", "--only", "changes where approvals > 0", "--why", "customers", "--fedramp-overview",
        "https://example.com/p.json", "--significant", "changes",
    )  # fmt: skip
    files = contents(part)
    for name, data in files.items():
        for word in (
            b"Sekret",
            b"4711",
            b"Zoe Hidden",
            b"zoe@hidden",
            b"hidden.py",
            secret.encode(),
            secret[:12].encode(),
        ):
            assert word not in data, (name, word)
    assert sum(name.startswith("fedramp/significant") for name in files) == 1
    assert team.verify(part, "--vkey", team.vkey, "--repository", os.fspath(team.root)).code == 0


def test_a_pack_without_a_ledger_says_so_first(repo: RepoBuilder, tmp_path: Path) -> None:
    from e2e.ledgers import Team

    team = Team(repo, tmp_path, begun=False)
    file = tmp_path / "pack.zip"
    team.done("audit", "pack", *PERIOD, "-o", os.fspath(file))
    said = team.done("audit", "verify", os.fspath(file))
    assert any("there is no ledger" in line for line in said["said"])
    assert any("no ledger behind this pack" in line for line in said["unchecked"])
    controls = read(contents(file), "controls.json")["frameworks"]
    assert {c["status"] for f in controls for c in f["controls"]} >= {"cannot_be_shown"}


def test_a_period_without_changes_says_so_first(team: Audited, tmp_path: Path) -> None:
    file = tmp_path / "empty.zip"
    team.done(
        "audit", "pack", "--from", "1999", "--to", "1999", "--key", os.fspath(team.ada.key), "-o", os.fspath(file)
    )
    said = team.done("audit", "verify", os.fspath(file))
    assert any("no change came in" in line for line in said["said"])


def test_bad_input_is_said_in_one_line(team: Audited, tmp_path: Path) -> None:
    junk = tmp_path / "junk.zip"
    junk.write_bytes(b"PK\3\4 no pack")
    assert team.run("audit", "verify", os.fspath(junk)).code == 1
    missing = team.run("audit", "verify", os.fspath(tmp_path / "none.zip"))
    assert (missing.code, "[pack-unreadable]" in missing.err) == (3, True)
    for options, code in (
        (["--framework", "soc3"], "framework-invalid"),
        (["--from", "soon"], "usage"),
        (["--only", "decisions"], "question-invalid"),
    ):
        said = team.run("audit", "pack", "-o", os.fspath(tmp_path / "x.zip"), *options)
        assert said.code == 2
        assert f"[{code}]" in said.err
        assert not (tmp_path / "x.zip").exists()
