from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from answerable.domain.commit import Commit, Person
from answerable.domain.evidence import Reading
from answerable.provenance import registry


def commit() -> Commit:
    who = Person(name="Cursor Agent", email="cursoragent@cursor.com")
    when = "2026-08-01T00:00:00Z"
    message = "Fix it\n\nMade-with: Cursor\nEntire-Agent: Cursor\n"
    return Commit(
        sha="1" * 40,
        parents=(),
        author=who,
        authored_at=when,
        committer=who,
        committed_at=when,
        message=message,
    )


def test_every_source_is_asked() -> None:
    sources = [claim.evidence.source for claim in registry.read_commit(commit()).claims]
    assert sources == ["message", "author", "committer", "entire"]


def test_a_plugin_that_fails_is_a_defect_and_hides_nobody() -> None:
    def broken(_: Commit) -> Reading:
        raise RuntimeError("secret")

    reading = registry.read_commit(commit(), plugins=[("theirs", broken)])
    assert len(reading.claims) == 4
    assert [(defect.kind, defect.detail) for defect in reading.defects] == [
        (registry.PLUGIN_FAILED, "theirs: RuntimeError")
    ]


def test_a_plugin_adds_its_claims() -> None:
    mine = registry.read_commit(commit())
    both = registry.read_commit(commit(), plugins=[("theirs", lambda _: mine)])
    assert len(both.claims) == 2 * len(mine.claims)


def test_plugins_are_discovered_by_name_and_our_own_readers_never(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint(name=name, value=value, group=registry.GROUP)
        for name, value in (("signatures", "answerable.provenance.signatures:read"), ("theirs", "json:loads"))
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [p for p in points if p.group == group])
    monkeypatch.setenv(registry.PLUGINS, "1")
    registry.installed.cache_clear()
    assert [name for name, _ in registry.installed()] == ["theirs"]
    registry.installed.cache_clear()


def test_importing_the_registry_discovers_nothing() -> None:
    code = "import sys, answerable.provenance.registry; sys.exit('importlib.metadata' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
