"""Frameworks: read strictly, and statuses that say no more than the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Decided, Standing
from answerable.audit.facts.facts import Facts
from answerable.audit.framework.model import Status
from answerable.audit.framework.read import framework, read, shipped
from answerable.audit.framework.status import assess, summary
from answerable.audit.period import period
from answerable.audit.tables import Tables
from answerable.errors import FrameworkInvalid
from answerable.ledger.trust import Trust
from answerable.policy.artifact.history import History

HEAD = "version: 1\nid: own\nname: Own\nsource: ours\ncontrols:\n"
GOOD = Change(commit="a" * 40, id="#1", at="2026-02-01T00:00:00Z", lines=1, ai_lines=1, approvals=("bo",), gate="pass")
BAD = Change(commit="b" * 40, id="#2", at="2026-03-01T00:00:00Z", lines=1, ai_lines=1)
NEWER = replace(GOOD, commit="c" * 40, id="#3", at="2026-04-01T00:00:00Z")


def facts(*changes: Change, ledger: int = 5) -> Facts:
    return Facts(head="h", period=period("2026", "2026"), changes=changes, deployments=(), ledger=Standing(size=ledger))


def control(*tests: str) -> bytes:
    rows = "\n".join(f"      - {test}" for test in tests)
    return f"{HEAD}  - id: C.1\n    title: t\n    asks: a\n    limits: l\n    tests:\n{rows}\n".encode()


def assessed(of: Facts, *tests: str) -> Any:
    (one,) = assess(read(control(*tests), "own.yaml"), of, Tables(of, lambda: Decided(History((), Trust()), of.ledger)))
    return one


NONE = '{none: "changes where approvals = 0", of: "changes where ai_lines != 0"}'
LEDGER = '{none: "changes where approvals = 0", needs: ledger}'
SHARE = '{most: "changes where approvals != 0", share: 60}'
SOME = '{some: "changes where gate = pass"}'


@pytest.mark.parametrize(
    ("changes", "test", "status", "since"),
    [
        ((GOOD,), NONE, Status.MET, "2026-02-01T00:00:00Z"),
        ((GOOD, BAD), NONE, Status.PARTLY, None),
        ((BAD,), NONE, Status.NOT_MET, None),
        ((), NONE, Status.NOT_APPLICABLE, None),
        ((replace(GOOD, ai_lines=0, human_lines=1),), NONE, Status.NOT_APPLICABLE, None),
        ((NEWER, GOOD, BAD), SHARE, Status.MET, "2026-01-01T00:00:00Z"),
        ((GOOD, BAD), SHARE, Status.PARTLY, None),
        ((BAD,), SHARE, Status.NOT_MET, None),
        ((BAD, GOOD), SOME, Status.MET, "2026-02-01T00:00:00Z"),
        ((BAD,), SOME, Status.NOT_MET, None),
    ],
)
def test_a_status_is_what_the_rows_show(
    changes: tuple[Change, ...], test: str, status: Status, since: str | None
) -> None:
    one = assessed(facts(*changes), test)
    assert (one.status, one.since) == (status, since)


def test_without_a_ledger_nothing_is_met_that_needs_one() -> None:
    assert assessed(facts(GOOD), LEDGER).status is Status.MET
    one = assessed(facts(GOOD, ledger=0), LEDGER)
    assert one.status is Status.CANNOT_BE_SHOWN
    assert "no ledger" in one.tested[0].because
    assert assessed(facts(GOOD), NONE.replace("}", ", needs: deployments}")).status is Status.CANNOT_BE_SHOWN


@pytest.mark.parametrize(
    ("tests", "status"),
    [
        ((NONE, SOME), Status.MET),
        ((NONE, '{none: "changes where gate = pass"}'), Status.PARTLY),
        (('{none: "changes"}', '{none: "changes where gate = pass"}'), Status.NOT_MET),
        ((NONE, '{some: "deployments", needs: deployments}'), Status.CANNOT_BE_SHOWN),
        ((NONE, '{none: "deployments"}'), Status.MET),  # nothing was deployed: that test does not apply
    ],
)
def test_the_worst_test_decides(tests: tuple[str, ...], status: Status) -> None:
    assert assessed(facts(GOOD), *tests).status is status


@pytest.mark.parametrize("name", shipped())
def test_every_framework_that_comes_with_the_program_can_be_assessed(name: str) -> None:
    of = facts(GOOD, BAD)
    found = assess(framework(name), of, Tables(of, lambda: Decided(History((), Trust()), of.ledger)))
    assert len(found) == len(framework(name).controls) > 5
    assert sum(summary(found).values()) == len(found)
    assert all(one.control.limits and one.control.asks and one.control.tests for one in found)


def test_what_regulators_ask_about_is_there() -> None:
    assert set(shipped()) >= {
        "aisvs", "soc2", "nist-800-53", "fedramp-20x", "pci-dss", "eu-ai-act", "iso-42001", "nist-ssdf", "nist-ai-rmf",
        "eu-cra",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "1:1", "empty"),
        ("version: 1\n", "1:1", "needs id"),
        (HEAD + "  - {id: C.1}\n", "6:5", "needs title"),
        (control("{none: 'changs'}").decode(), "11:16", "there is no table"),
        (control("{none: changes, some: changes}").decode(), "11:9", "asks one question"),
        (control("{of: changes}").decode(), "11:9", "asks one question"),
        (control("{none: changes, share: 200}").decode(), "11:32", "from 0 to 100"),
        (control("{none: changes, needs: git}").decode(), "11:32", "cannot be 'git'"),
        (control("{none: changes}").decode() * 2, ":", "twice"),
        (HEAD + (control("{none: changes}").decode().partition("controls:\n")[2]) * 2, "12:5", "is here twice"),
        (HEAD.replace("id: own", "id: O N"), "2:5", "cannot be"),
    ],
)
def test_a_fault_of_a_framework_is_said_with_its_place(text: str, where: str, what: str) -> None:
    with pytest.raises(FrameworkInvalid) as caught:
        read(text.encode(), "own.yaml")
    assert f"own.yaml:{where}" in caught.value.message or where == ":"
    assert what in caught.value.message
    assert caught.value.hint


def test_a_framework_that_is_not_there_is_said_with_a_name_that_is() -> None:
    with pytest.raises(FrameworkInvalid) as caught:
        framework("soc-2")
    assert "soc2" in (caught.value.hint or "")
