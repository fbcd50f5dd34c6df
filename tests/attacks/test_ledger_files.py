"""Whoever may write the files of a ledger changes a byte, cuts, removes or swaps some of them: it is always seen."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from answerable.ledger.export import export
from answerable.ledger.log import Ledger
from answerable.ledger.source import VKEY, FolderSource
from answerable.ledger.verify import Expected, Report, verify
from ledger.people import ADA, BO, decide, filled

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ENTRIES = 540  # full tiles and partial ones, on two levels
TRIES = 60


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An export that was brought up to date once, and the log's key."""
    folder = tmp_path_factory.mktemp("published")
    with filled(folder / "ledger") as ledger:
        export(ledger, folder / "export")
        ledger.append([decide((ADA, BO)[n % 2], name=f"more-{n}") for n in range(ENTRIES - ledger.size)])
        export(ledger, folder / "export")
        return folder / "export", ledger.vkey


@pytest.fixture
def folder(published: tuple[Path, str], tmp_path: Path) -> Path:
    shutil.copytree(published[0], tmp_path / "export")
    return tmp_path / "export"


def verified(folder: Path, key: str) -> Report:
    return verify(FolderSource(folder), Expected(keys=[key], now=NOW))


def files(folder: Path) -> list[Path]:
    """All that a verifier reads; the export's word on its own key is not believed anyway."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.name != VKEY)


def test_the_export_as_it_is_verifies(published: tuple[Path, str]) -> None:
    report = verified(*published)
    assert (report.ok, report.size) == (True, ENTRIES)


def test_a_changed_bit_anywhere_is_seen(folder: Path, published: tuple[Path, str], seed: int) -> None:
    rng = Random(seed)
    for file in rng.sample(files(folder), min(3, len(files(folder)))):
        whole = file.read_bytes()
        at = rng.randrange(len(whole))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :])
        assert not verified(folder, published[1]).ok, (file.relative_to(folder), at)
        file.write_bytes(whole)


def test_a_file_cut_short_anywhere_is_seen(folder: Path, published: tuple[Path, str], seed: int) -> None:
    rng = Random(seed)
    file = rng.choice([one for one in files(folder) if one.stat().st_size > 1])
    file.write_bytes(file.read_bytes()[: rng.randrange(1, file.stat().st_size)])
    assert not verified(folder, published[1]).ok, file.relative_to(folder)


def test_any_file_that_is_gone_is_seen_or_was_replaced_by_a_later_one(
    folder: Path, published: tuple[Path, str]
) -> None:
    for file in files(folder):
        data = file.read_bytes()
        file.unlink()
        older = file.parent.name in {"checkpoints"} or (
            file.parent.name == "000.p" and file.parent.parent.name in {"0", "entries"}
        )
        assert verified(folder, published[1]).ok == older, file.relative_to(folder)
        file.write_bytes(data)


def test_two_files_that_changed_places_are_seen(folder: Path, published: tuple[Path, str]) -> None:
    for name in ("tile/0", "tile/entries"):
        one, other = folder / name / "000", folder / name / "001"
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)
        assert not verified(folder, published[1]).ok
        one.write_bytes(first)
        other.write_bytes(second)
    assert verified(folder, published[1]).ok


def test_a_log_rebuilt_without_an_entry_by_its_own_keeper_is_seen_by_whoever_saw_it(
    published: tuple[Path, str], tmp_path: Path
) -> None:
    """The keeper holds the log's key and signs a history that leaves out one decision."""
    folder, key = published
    seen = (folder / "checkpoint").read_text()
    with filled(tmp_path / "ledger", count=11) as forged:
        shutil.copy(folder.parent / "ledger" / "log.key", tmp_path / "ledger" / "log.key")
    with Ledger(tmp_path / "ledger") as forged:
        forged.append([decide((ADA, BO)[n % 2], name=f"more-{n}") for n in range(ENTRIES)])
        export(forged, tmp_path / "export")
    alone = verify(FolderSource(tmp_path / "export"), Expected(keys=[key], now=NOW))
    assert "checkpoint-invalid" in {p.kind for p in alone.problems} or alone.ok  # alone, nobody could tell
    report = verify(FolderSource(tmp_path / "export"), Expected(keys=[key], older=[seen], now=NOW))
    assert "log-forked" in {problem.kind for problem in report.problems}
