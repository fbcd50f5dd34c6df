"""Reads a SARIF 2.1.0 report of any analyser into results, or says in one error why it cannot be relied on.

A report is refused where it is damaged, of another version or another commit, or where a tool says that it did not run
to its end: an empty list would otherwise look like good news. What real analysers leave out is filled in as the
standard says. A result that is uncertain counts; one counts no less for what the change itself says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from answerable.errors import SarifInvalid
from answerable.review.result import Report, Result
from answerable.review.sarif.addresses import Addresses
from answerable.review.sarif.node import LARGEST, Node, document
from answerable.review.sarif.results import Results, cleaned

VERSION = "2.1.0"
MOST_RUNS = 100
MOST_RESULTS = 250_000
"""How many results a report may have."""

_HEX = re.compile("[0-9a-fA-F]{7,64}")


def read(data: bytes, name: str, head: str, root: Path) -> Report:
    """Read one report.

    Args:
        data: The bytes of the file.
        name: Of the file, for messages.
        head: Full id of the commit that it must be about.
        root: The top of the repository, as a folder here: what absolute addresses are under.

    Raises:
        SarifInvalid: it cannot be read, is of another commit, or its tool failed.
    """
    log = document(data, name)
    version = log.text("version")
    if version != VERSION:
        said = f"version {cleaned(version, 40)}" if version else "no version"
        raise log.fault(f"{said}, where {VERSION} belongs", f"let the analyser write SARIF {VERSION}")
    if "runs" not in log:
        raise log.fault("it has no runs, so nothing was looked at")
    runs = list(log.items("runs"))
    if not 0 < len(runs) <= MOST_RUNS:
        raise log["runs"].fault(f"{len(runs):,} runs, where 1 to {MOST_RUNS} belong")
    tools: list[str] = []
    results: dict[Result, None] = {}  # tools repeat themselves, and files are joined
    notes: list[str] = []
    total = 0
    for run in runs:
        run.must_be(dict, "an object")
        tool = _tool(run)
        tools.append(tool)
        notes += [f"{name}: {note}" for note in (*_ran(run, tool), *_of_commit(run, tool, head))]
        found = Results(run, tool, Addresses(run, root))
        rows = run["results"].value
        total += len(rows) if isinstance(rows, list) else 0  # anything else is a fault when it is read
        if total > MOST_RESULTS:
            hint = "let the analyser look at less, or split the report"
            raise run["results"].fault(f"more than {MOST_RESULTS:,} results", hint)
        results.update(dict.fromkeys(found))
        notes += [f"{name}: {note}" for note in found.notes()]
    return Report(
        name=name,
        digest=f"sha256:{sha256(data).hexdigest()}",
        tools=tuple(dict.fromkeys(tools)),
        results=tuple(results),
        notes=tuple(dict.fromkeys(notes)),
    )


def read_file(file: Path, head: str, root: Path) -> Report:
    """Read one report from a file.

    Raises:
        SarifInvalid: as `read`, or the file cannot be read.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        hint = "name a file with findings as SARIF 2.1.0"
        raise SarifInvalid(f"cannot read the findings {file}: {error.strerror}", hint=hint) from error
    return read(data, str(file), head, root)


def _tool(run: Node) -> str:
    name = run.object("tool").object("driver").text("name")
    if not name or not name.strip():
        raise run["tool"]["driver"].fault("the tool has no name")
    return cleaned(name, 100)


def _ran(run: Node, tool: str) -> Iterator[str]:
    """What a run says of itself.

    Raises:
        SarifInvalid: it did not run to its end, or its results are elsewhere.
    """
    again = f"let {tool} run to its end, and give the gate what it wrote then"
    succeeded = False
    told = 0
    for invocation in run.items("invocations"):
        invocation.must_be(dict, "an object")
        done = invocation.truth("executionSuccessful")
        if done is False:
            raise invocation.fault(f"{tool} says that it failed", again)
        succeeded = succeeded or done is True
        for kind in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            told += sum(each.must_be(dict, "an object").text("level") == "error" for each in invocation.items(kind))
    if any(True for _ in run.object("externalPropertyFileReferences").items("results")):
        raise run.fault("its results are in other files", f"let {tool} write one file that holds them")
    if "results" not in run and not succeeded:
        raise run.fault(f"there is no list of results, so {tool} looked at nothing", again)
    if told:
        yield f"{tool} reports {told:,} errors of its own run: it may not have seen everything"


def _of_commit(run: Node, tool: str, head: str) -> Iterator[str]:
    """Whether it is about the very commit that is judged.

    Raises:
        SarifInvalid: it says that it is about another.
    """
    told = []
    for source in run.items("versionControlProvenance"):
        revision = source.must_be(dict, "an object").text("revisionId")
        if revision:
            told.append(revision)
    if not told:
        yield f"{tool} does not say which commit it looked at; it is taken to be {head[:12]}"
    elif not any(_HEX.fullmatch(one) and head.startswith(one.lower()) for one in told):
        what = f"it is about the commit {cleaned(told[0], 64)}, not about {head}"
        raise run["versionControlProvenance"].fault(what, f"let {tool} look at {head[:12]}, and give the gate that")
