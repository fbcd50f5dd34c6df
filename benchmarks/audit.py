"""Claims: a pack over 12 months, 10,000 changes and 100,000 decisions takes at most 60 s and 1 GB, and is the same
bytes when it is made again; `audit signals` over the same takes at most 2 s once the facts are kept.

The floor of a pack is the verification of its ledger alone, in the same run. The number of changes may be given.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answerable.cli.main import run
from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id
from answerable.ledger.envelope import sign
from answerable.ledger.keys import load_signer
from answerable.ledger.log import Ledger

CHANGES = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
EACH = 10  # decisions a change
BEGAN = 1_735_689_600  # 1 January 2025
YEAR = 365 * 86_400
BATCH = 5_000
GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com")


def history(folder: Path) -> list[str]:
    """A main line of commits, every other one by a tool; their ids, oldest first."""
    subprocess.run([*GIT, "init", "-q", "-b", "main", os.fspath(folder)], check=True)
    lines = []
    for n in range(CHANGES):
        at = BEGAN + n * (YEAR // CHANGES)
        message = f"Change {n} (#{n})\n" + ("\nCo-Authored-By: Claude <noreply@anthropic.com>\n" if n % 2 else "")
        body = "".join(f"line {n} {at}\n" for at in range(20))
        lines.append(f"commit refs/heads/main\nmark :{n + 1}\n")
        lines.append(f"author Ada <ada@example.com> {at} +0000\ncommitter Bo <bo@example.com> {at} +0000\n")
        lines.append(f"data {len(message)}\n{message}\n")
        lines.append(f"M 100644 inline src/d{n % 97}/f{n % 500}.py\ndata {len(body)}\n{body}\n")
    command = [*GIT, "-C", os.fspath(folder), "fast-import", "--quiet"]
    subprocess.run(command, input="".join(lines).encode(), check=True)
    out = subprocess.run(
        [*GIT, "-C", os.fspath(folder), "rev-list", "--reverse", "main"], capture_output=True, check=True
    )
    return out.stdout.decode().split()


def decisions(folder: Path, key: Path, shas: list[str]) -> None:
    """Ten decisions about each change, signed and appended."""
    signer = load_signer(key)
    who = Principal(type=PrincipalType.HUMAN, id="cy@example.com", key=signer.public.fingerprint)
    kinds = (Kind.GATE, Kind.REVIEW, *(Kind.ATTEST,) * (EACH - 2))
    made = []
    with Ledger(folder / ".git/answerable/ledger") as ledger:
        for n, sha in enumerate(shas):
            for kind in kinds:
                details: dict[str, object] = {
                    Kind.GATE: {"base": shas[n - 1] if n else "0" * 40, "verdict": "pass", "findings": {}, "rules": []},
                    Kind.REVIEW: {"verdict": "approved", "sha": sha},
                    Kind.ATTEST: {"source": "ci", "claim": "tests passed"},
                }[kind]
                decision = Decision(
                    decision_id=new_id(), kind=kind, subjects=(Subject(digest={"gitCommit": sha}),), principal=who,
                    observed_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(BEGAN + n * (YEAR // CHANGES))),
                    details=details,
                )  # fmt: skip
                made.append(sign(decision, [signer]))
            if len(made) >= BATCH:
                ledger.append(made)
                made = []
        ledger.append(made)
        ledger.checkpoint()


def told(folder: Path, *arguments: str) -> tuple[float, float]:
    """How long a command of its own took, in seconds, and the most memory it had, in MB."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "answerable", "-C", os.fspath(folder), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def say(what: str, took: float, most: float, more: str = "") -> bool:
    """One line a result."""
    met = took <= most
    print(f"{'ok  ' if met else 'MISS'} {what:<34} {took:7.2f} s   want <= {most:.0f} s   {more}", flush=True)
    return met


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="answerable-bench-") as name:
        folder, key = Path(name) / "repo", Path(name) / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.fspath(key)], check=True)
        shas = history(folder)
        signing = ("--key", os.fspath(key), "--id", "cy@example.com")
        assert run(["-C", os.fspath(folder), "init", "--no-capture", *signing]) == 0
        decisions(folder, key, shas)
        print(f"     {CHANGES:,} changes, {CHANGES * EACH:,} decisions", flush=True)
        floor, _ = told(folder, "ledger", "verify")
        period = ("--from", "2025", "--to", "2025")
        packs = [os.fspath(Path(name) / f"{n}.zip") for n in (1, 2)]
        times = [told(folder, "audit", "pack", *period, "--key", os.fspath(key), "-o", pack) for pack in packs]
        same = Path(packs[0]).read_bytes() == Path(packs[1]).read_bytes()
        more = f"{times[0][0] / floor:.1f} times `ledger verify`; peak {times[0][1]:,.0f} MB, want <= 1,024"
        met = say("a pack, nothing kept", times[0][0], 60, more) and times[0][1] <= 1024
        met &= say("the same pack again", times[1][0], 60, f"same bytes: {same}") and same
        met &= say("audit signals, facts kept", told(folder, "audit", "signals", *period)[0], 2)
        met &= say("audit controls, facts kept", told(folder, "audit", "controls", *period)[0], 60)
        took, _ = told(folder, "audit", "verify", packs[0], "--repository", os.fspath(folder))
        met &= say("audit verify", took, 60, json.dumps({"bytes": Path(packs[0]).stat().st_size}))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
