"""What a person runs: all checks of a pack, told in lines."""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

from answerable.audit.verifier.found import Report
from answerable.audit.verifier.pack import Pack
from answerable.audit.verifier.signatures import CRYPTOGRAPHY

SHOWN = 20


def verify(place: str, vkey: str = "", folder: str = "", older: str = "") -> tuple[Report, Pack | None]:
    """All checks of a pack."""
    report = Report()
    pack: Pack | None = report.check("pack", lambda: ("it can be read", Pack(place)))
    if pack is None:
        return report, None
    report.check("contents", pack.contents)
    keys = None
    if not CRYPTOGRAPHY:
        report.open.append("signatures: the library `cryptography` is not installed")
    elif "checkpoint" not in pack.files:
        report.open.append("signatures: there is no ledger behind this pack, so nobody signed anything in it")
    else:
        report.check("checkpoint", pack.checkpoint, vkey)
        keys = report.check("keys", pack.keys)
        if keys:
            report.check("signature of the pack", pack.signature, keys)
        if not vkey:
            report.open.append("the log's key: it was not given (--vkey), so the log could be anybody's")
    rows = report.check("population", pack.rows, "population")
    report.check("deployments", pack.rows, "deployments")
    if rows is not None:
        report.check("samples", pack.samples, rows, keys)
        report.check("lists", pack.lists, rows)
        if folder:
            report.check("repository", pack.repository, folder, rows)
            report.check("head", pack.head, folder)
        else:
            report.open.append("completeness of the population: give a clone to hold it against (--repository)")
    if older:
        report.check("older checkpoint", pack.grown, older)
    else:
        report.open.append("whether the log was forked: give a checkpoint that you have seen before (--older)")
    report.open.append("reports, controls, signals: what the program computed from the rows; it is not done again")
    report.open.append("what rows say that no decision does, such as origins of lines: make the pack again and compare")
    if keys and keys.unknown:
        report.open.append(f"{keys.unknown} signatures: by keys of a type that this file does not know")
    return report, pack


def said(pack: Pack | None) -> list[str]:
    """What a pack says before anything else, as far as it says it in sentences."""
    first = pack.manifest.get("first") if pack and isinstance(pack.manifest, dict) else None
    return [line for line in first if isinstance(line, str)] if isinstance(first, list) else []


def plain(text: str) -> str:
    """Text of a pack as a terminal may have it."""
    return "".join(one if one.isprintable() else "?" for one in text)


def main() -> int:
    """Say what holds, what is wrong, and what could not be checked."""
    parser = argparse.ArgumentParser(description="Verify an evidence pack offline.")
    parser.add_argument("pack")
    parser.add_argument("--vkey", default="", help="the log's key, from whoever keeps the log")
    parser.add_argument("--repository", default="", help="a clone to hold the population against")
    parser.add_argument("--older", default="", help="a file with a checkpoint that was seen before")
    given = parser.parse_args()
    try:
        older = Path(given.older).read_text("utf-8") if given.older else ""
        report, pack = verify(given.pack, given.vkey, given.repository, older)
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        print(f"cannot judge {given.pack}: {error}")
        return 3
    for word, lines in (("ok     ", report.good), ("WRONG  ", report.bad), ("unseen ", report.open)):
        for line in lines[:SHOWN]:
            print(f"{word} {plain(line)}")
    for line in said(pack)[:SHOWN]:
        print(f"said    {plain(line)}")
    print("\nThe pack is not what it claims to be." if report.bad else "\nNothing is wrong with what could be checked.")
    return 1 if report.bad else 0
