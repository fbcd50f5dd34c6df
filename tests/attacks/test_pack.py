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
from e2e.packs import Audited, contents, read, written


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
    """The producer holds the key: only git knows that there is one more commit."""
    from answerable.audit.pack.signature import signed
    from answerable.ledger.keys import load_signer

    team, file = shared
    base = contents(resealed(taken_out(contents(file), team.head), tmp_path / "a.zip"))
    base["manifest.dsse.json"] = signed(base["manifest.json"], [load_signer(team.ada.key)])
    found = wrong(written(base, tmp_path / "b.zip"), team, os.fspath(team.root))
    assert not any("signature" in one for one in found)
    assert any(team.head[:12] in one and "is not in the population" in one for one in found)


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
    found = wrong(resealed({**files, "keys.json": json.dumps(keys).encode()}, tmp_path / "a.zip"), team)
    assert any("is not signed by a key of gatekeeper@example.com that is trusted" in one for one in found)


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
