"""Whoever changes a pack is found: any byte, a row taken out, a sample exchanged, a log that was forked."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.audit.verifier.main import verify
from answerable.audit.verifier.pack import canonical
from builders import RepoBuilder
from e2e.ledgers import Team
from e2e.packs import Audited, alone, contents, read, written


def sealed(files: dict[str, bytes], file: Path, team: Audited) -> Path:
    """A pack that whoever has the key made of these files."""
    from answerable.audit.pack.signature import signed
    from answerable.ledger.keys import load_signer

    made = contents(resealed(files, file))
    made["manifest.dsse.json"] = signed(made["manifest.json"], [load_signer(team.ada.key)])
    return written(made, file)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Audited, Path]:
    folder = tmp_path_factory.mktemp("audited")
    team = Audited(RepoBuilder(folder / "repo"), folder)
    return team, team.pack()


def wrong(file: Path, team: Audited, folder: str = "", older: str = "") -> list[str]:
    return verify(os.fspath(file), team.vkey, folder, older)[0].bad


def resealed(files: dict[str, bytes], file: Path) -> Path:
    """A pack whose manifest lists what is in it, by somebody without a key."""
    manifest = read(files, "manifest.json")
    listed = sorted(set(files) - {"manifest.json", "manifest.dsse.json"})
    manifest["files"] = [
        {"name": name, "size": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()} for name in listed
    ]
    return written({**files, "manifest.json": canonical(manifest).encode()}, file)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_byte_that_is_changed_is_found(shared: tuple[Audited, Path], data: st.DataObject) -> None:
    team, file = shared
    raw = bytearray(file.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    changed = file.with_name("changed.zip")
    changed.write_bytes(raw)
    assert wrong(changed, team)


def test_bytes_before_after_and_between_are_found(shared: tuple[Audited, Path]) -> None:
    team, file = shared
    raw = file.read_bytes()
    for changed in (b"\0" + raw, raw + b"\0", raw[:-1], raw[: len(raw) // 2], b""):
        other = file.with_name("changed.zip")
        other.write_bytes(changed)
        assert wrong(other, team)


def taken_out(files: dict[str, bytes], commit: str) -> dict[str, bytes]:
    """A row taken out of the population and of every list, with a root that fits."""
    from answerable.audit.verifier.log import leaf_hash, tree_root

    kept = [one for one in read(files, "population.json")["rows"] if one["row"]["commit"] != commit]
    leaves = [leaf_hash(bytes.fromhex(one["salt"]) + canonical(one["row"]).encode()) for one in kept]
    manifest = read(files, "manifest.json")
    manifest["population"] = {"rows": len(kept), "shown": len(kept), "root": tree_root(leaves).hex()}
    changed = {**files, "population.json": json.dumps({"rows": kept}).encode()}
    for name in ("population.csv", "unexplained.csv", "emergency.csv", "exceptions.csv"):
        lines = files[name].split(b"\r\n")
        changed[name] = b"\r\n".join(line for line in lines if commit.encode() not in line)
    changed["manifest.json"] = canonical(manifest).encode()
    return changed


def test_a_row_that_is_taken_out_is_found(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    team, file = shared
    files = contents(file)
    rows = read(files, "population.json")["rows"]
    del rows[0]
    plain = {**files, "population.json": json.dumps({"rows": rows}).encode()}
    assert any("rows were changed, added or removed" in one for one in wrong(resealed(plain, tmp_path / "a.zip"), team))
    thorough = resealed(taken_out(files, team.direct), tmp_path / "b.zip")
    assert any("signature of the pack" in one for one in wrong(thorough, team)), "the manifest is another one"


def test_whoever_made_the_pack_cannot_leave_a_commit_out_unseen(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    """The producer holds the key: only git knows that there is one more commit, wherever it stands."""
    team, file = shared
    line = [one["row"]["commit"] for one in read(contents(file), "population.json")["rows"]]
    for commit in (team.head, line[0], line[-1]):
        made = sealed(taken_out(contents(file), commit), tmp_path / "b.zip", team)
        found = wrong(made, team, os.fspath(team.root))
        assert not any("signature" in one for one in found)
        assert any("repository" in one and "population" in one for one in found), commit


def test_a_table_that_says_otherwise_than_the_rows_is_found(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    """The producer changes what a person reads, and leaves what a program reads."""
    team, file = shared
    files = contents(file)
    for name, old, new in (
        ("population.csv", b",false,true,", b",true,true,"),
        ("population.csv", b"bo@example.com", b"cy@example.com"),
        ("unexplained.csv", b"no verdict of the gate", b"a verdict of the gate"),
        ("exceptions.csv", b"Quick fix", b"Quick fxi"),
    ):
        changed = files[name].replace(old, new)
        if changed != files[name]:
            found = wrong(sealed({**files, name: changed}, tmp_path / "a.zip", team), team)
            assert any(name in one for one in found), name
    assert b"bo@example.com" in files["population.csv"]


def with_manifest(held: dict[str, bytes], to: Path, team: Audited, **of: Any) -> Path:
    """A pack with another manifest, signed."""
    from answerable.audit.pack.signature import signed
    from answerable.ledger.keys import load_signer

    manifest = canonical({**read(held, "manifest.json"), **of}).encode()
    dsse = signed(manifest, [load_signer(team.ada.key)])
    return written({**held, "manifest.json": manifest, "manifest.dsse.json": dsse}, to)


def test_a_manifest_says_one_thing_only(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    team, file = shared
    files = contents(file)
    manifest = read(files, "manifest.json")
    twice = [*manifest["files"], manifest["files"][0]]
    assert any(
        "a file twice" in one for one in wrong(with_manifest(files, tmp_path / "a.zip", team, files=twice), team)
    )
    for size in (-1, -25, True, 2.5, 10**30, None, "4"):
        sample = {**manifest["sample"], "size": size}
        made = with_manifest(files, tmp_path / "a.zip", team, sample=sample)
        assert any("samples" in one for one in wrong(made, team)), size
    assert wrong(with_manifest(files, tmp_path / "b.zip", team, sample={**manifest["sample"], "size": 99}), team) == []
    fewer = with_manifest(files, tmp_path / "c.zip", team, sample={**manifest["sample"], "size": 1})
    assert any("other samples" in one for one in wrong(fewer, team)), "what was not drawn is no sample"
    raw = files["manifest.json"]
    for changed in (raw.replace(b'{"', b'{"head":"x","', 1), raw.replace(b'"withheld":null', b'"withheld":NaN')):
        assert wrong(written({**files, "manifest.json": changed}, tmp_path / "d.zip"), team)


def test_a_row_that_says_more_than_its_decisions_is_found(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    """The producer says in a row, and in its sample, that the gate let pass what nobody judged."""
    from answerable.audit.verifier.found import Wrong
    from answerable.audit.verifier.pack import Pack

    team, file = shared
    files = contents(file)
    rows = read(files, "population.json")["rows"]
    at, row = next((at, one["row"]) for at, one in enumerate(rows) if one["row"]["commit"] == team.direct)
    for change in ({"approvals": ["bo@example.com"]}, {"gate": "pass", "gate_at": "2026-01-01T00:00:00Z"}):
        rows[at] = {**rows[at], "row": {**row, **change}}
        made = dict(files)
        for name in [name for name in files if name.startswith("samples/")]:
            sample = read(files, name)
            if sample["place"] == at:
                made[name] = json.dumps({**sample, "row": rows[at]["row"]}).encode()
        pack = Pack(os.fspath(written(made, tmp_path / "a.zip")))
        with pytest.raises(Wrong, match="no decision"):
            pack.samples(rows, None)


def test_a_key_that_may_not_sign_a_kind_is_found(shared: tuple[Audited, Path]) -> None:
    """The verifier holds every decision to what its key may be used for, until when, and of whom it is."""
    from answerable.audit.verifier.keys import Keys

    keys = Keys(())
    key = {"key": "", "principal": {"id": "bo", "type": "human"}, "kinds": ["review"], "since": 1}
    said = {"kind": "review", "observedAt": "2026-05-01T00:00:00Z", "principal": {"id": "bo", "type": "human"}}
    assert keys.may(key, 2, said)
    assert not keys.may(key, 0, said), "before it was known"
    assert not keys.may({**key, "until": 1}, 2, said)
    assert not keys.may(key, 2, {**said, "kind": "gate"})
    assert not keys.may(key, 2, {**said, "principal": {"id": "cy", "type": "human"}})
    assert not keys.may(key, 2, {**said, "principal": {"id": "bo", "type": "service"}})
    assert not keys.may({**key, "validAfter": "2026-05-01T00:00:00.5Z"}, 2, said)
    assert not keys.may({**key, "validBefore": "2026-05-01T00:00:00Z"}, 2, said)


def test_decisions_about_keys_count_once_and_in_order(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    team, file = shared
    files = contents(file)
    keys = read(files, "keys.json")
    for entries in ([*keys["entries"], keys["entries"][-1]], [keys["entries"][0], *keys["entries"][:0:-1]]):
        found = wrong(with_keys(files, {**keys, "entries": entries}, tmp_path / "a.zip"), team)
        assert any("not in its order" in one for one in found)


def test_a_sample_that_was_exchanged_is_found(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    team, file = shared
    files = contents(file)
    swapped = {**files, "samples/001.json": files["samples/002.json"], "samples/002.json": files["samples/001.json"]}
    assert any("samples" in one for one in wrong(resealed(swapped, tmp_path / "a.zip"), team))
    stripped = {name: data for name, data in files.items() if name.startswith("samples/") and b'"proof"' in data}
    name, data = next(iter(stripped.items()))
    emptied = {**json.loads(data), "entries": []}
    cut = {**files, name: json.dumps(emptied).encode()}
    assert any("lacks decisions" in one for one in wrong(resealed(cut, tmp_path / "b.zip"), team))


def test_a_decision_that_nobody_trusted_signed_is_found(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    team, file = shared
    files = contents(file)
    keys = read(files, "keys.json")
    keys["entries"] = [entry for entry in keys["entries"] if b"gatekeeper" not in _payload(entry)]
    assert any("other keys" in one for one in wrong(with_keys(files, keys, tmp_path / "b.zip"), team))
    keys["keys"] = [row for row in keys["keys"] if row["principal"]["id"] != "gatekeeper@example.com"]
    found = wrong(with_keys(files, keys, tmp_path / "a.zip"), team)
    assert any("is not signed by a key of gatekeeper@example.com that is trusted" in one for one in found)


def with_keys(files: dict[str, bytes], keys: dict[str, Any], file: Path) -> Path:
    return resealed({**files, "keys.json": json.dumps(keys).encode()}, file)


def _payload(entry: dict[str, Any]) -> bytes:
    import base64

    return base64.b64decode(json.loads(base64.b64decode(entry["leaf"]))["payload"])


def test_the_key_of_another_log_is_found(shared: tuple[Audited, Path], repo: RepoBuilder, tmp_path: Path) -> None:
    _, file = shared
    other = Team(repo, tmp_path)
    assert any("checkpoint" in one for one in verify(os.fspath(file), other.vkey)[0].bad)


def test_a_pack_of_a_forked_log_is_found(repo: RepoBuilder, tmp_path: Path) -> None:
    """Somebody saw a checkpoint; the log is then begun again with the same key, another entry, and goes on."""
    import shutil

    team = Audited(repo, tmp_path)
    place = team.root / ".git/answerable/ledger"
    shutil.copytree(place, tmp_path / "kept")
    team.review(team.bo)
    seen = team.done("ledger", "checkpoint")["note"]
    shutil.rmtree(place)
    shutil.copytree(tmp_path / "kept", place)
    team.record(team.ada, "review", "HEAD", "--verdict", "commented")
    team.record(team.ada, "review", "HEAD", "--verdict", "commented")
    forked = team.pack("forked.zip")
    assert wrong(forked, team) == []
    assert any("older checkpoint" in one for one in wrong(forked, team, older=seen))
    file = tmp_path / "seen"
    file.write_text(seen)
    said = team.run("audit", "pack", "--older", os.fspath(file), "-o", os.fspath(tmp_path / "x.zip"))
    assert said.code != 0 or any("ledger does not verify" in line for line in said.out.splitlines()), said.out


def test_a_log_that_only_grew_is_shown_to_have(repo: RepoBuilder, tmp_path: Path) -> None:
    team = Audited(repo, tmp_path)
    seen = tmp_path / "seen"
    seen.write_text(team.done("ledger", "checkpoint")["note"])
    team.review(team.bo)
    team.review(team.bo)
    file = team.pack("grown.zip", "--older", os.fspath(seen))
    report, _ = verify(os.fspath(file), team.vkey, "", seen.read_text())
    assert report.bad == []
    assert any("is the beginning of this one" in one for one in report.good)


_NAMES = st.sampled_from(["manifest.json", "population.json", "keys.json", "checkpoint", "manifest.dsse.json"])
_JUNK = st.binary(max_size=40) | st.sampled_from([b"{}", b"[]", b"null", b'{"rows":[{}]}', b'{"entries":[{}]}'])


@settings(max_examples=60, deadline=None)
@given(name=_NAMES, junk=_JUNK)
def test_junk_in_a_file_is_a_finding_and_no_crash(shared: tuple[Audited, Path], name: str, junk: bytes) -> None:
    team, file = shared
    files = {**contents(file), name: junk}
    assert wrong(written(files, file.with_name("junk.zip")), team)


@pytest.mark.parametrize("first", [7, "text", {"a": 1}, [1, None, {"a": []}], ["\x1b]0;owned\x07\x9b2J"]])
def test_what_a_pack_says_first_is_text_or_nothing(shared: tuple[Audited, Path], tmp_path: Path, first: Any) -> None:
    team, file = shared
    made = with_manifest(contents(file), tmp_path / "a.zip", team, first=first)
    done = alone(made)
    assert "Traceback" not in done.stderr
    assert not set("\x1b\x07\x9b") & set(done.stdout)
    said = team.verify(made)
    assert said.json["schema"] == "answerable/audit-verify/v1"


def test_a_file_that_is_compressed_or_encrypted_is_no_pack(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    import zipfile

    team, file = shared
    for kind in (zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        with zipfile.ZipFile(tmp_path / "a.zip", "w", kind) as out:
            out.writestr("manifest.json", b"0" * 1_000_000)
        assert any("compressed" in one for one in wrong(tmp_path / "a.zip", team))
    raw = bytearray(file.read_bytes())
    at = raw.index(b"PK\x01\x02") + 8
    raw[at] |= 1
    (tmp_path / "b.zip").write_bytes(raw)
    assert any("encrypted" in one for one in wrong(tmp_path / "b.zip", team))


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b"1" * 10_000, b'{"a":1e999}', b'{"ledger":{"size":1e999,"root":""}}']
)
def test_json_that_is_too_much_is_a_finding(shared: tuple[Audited, Path], tmp_path: Path, text: bytes) -> None:
    team, file = shared
    for name in ("manifest.json", "population.json", "keys.json"):
        assert wrong(written({**contents(file), name: text}, tmp_path / "a.zip"), team)


def test_the_head_of_a_pack_is_no_option_to_git(shared: tuple[Audited, Path], tmp_path: Path) -> None:
    team, file = shared
    for head in (f"--output={tmp_path / 'x'}", "--all", "HEAD", "", 7):
        made = with_manifest(contents(file), tmp_path / "a.zip", team, head=head)
        assert any("repository" in one for one in wrong(made, team, os.fspath(team.root))), head
    assert not (tmp_path / "x").exists()
