"""What is kept of deployments outside of the repository changes no answer, and is not believed where others may write.

Not defended: a file in the person's own folder, with the ledger's own root hash and rows of their own. Whoever writes
there can change the program as well. No gate reads it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from answerable.cli.signing import signers
from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id, now
from answerable.domain.deployment import Running
from answerable.git.repository import Repository
from answerable.incident.deployments import Deployments
from answerable.ledger.envelope import sign
from answerable.ledger.log import Ledger
from attacks.test_deployments import forged
from builders import RepoBuilder
from e2e.deploying import Deploying

COUNT = 70


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path / "cache"))
    return tmp_path / "cache" / "answerable"


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path, cache: Path) -> Deploying:
    """A team that has deployed many times, the last time its second revision."""
    team = Deploying(repo, tmp_path)
    with Repository(team.root) as repository, Ledger(team.root / ".git" / "answerable" / "ledger") as ledger:
        keys = signers(repository, (os.fspath(team.ada.key),))
        who = Principal(type=PrincipalType.HUMAN, id=team.ada.id, key=team.ada.public.fingerprint)
        revisions = [team.one, team.three] * (COUNT // 2 - 1) + [team.one, team.two]
        ledger.append([sign(_decision(who, sha, n), keys) for n, sha in enumerate(revisions)])
    return team


def _decision(who: Principal, sha: str, number: int) -> Decision:
    details = {"environment": "production", "at": f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z"}
    return Decision(
        decision_id=new_id(), kind=Kind.DEPLOY, subjects=(Subject(digest={"gitCommit": sha}),), principal=who,
        observed_at=now(), details=details,
    )  # fmt: skip


def standing(team: Deploying) -> list[tuple[str, str]]:
    with Repository(team.root) as repository, closing(Deployments(repository)) as found:
        return [(_name(team, one), one.grade.word) for one in found.standing()]


def _name(team: Deploying, one: Running) -> str:
    return {team.one: "one", team.two: "two", team.three: "three"}[one.revision]


def kept(cache: Path) -> Path:
    (file,) = cache.glob("deployments-*.json")
    return file


def change(file: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(file.read_bytes())
    edit(document)
    file.write_text(json.dumps(document))


def lies(team: Deploying) -> Callable[[dict[str, Any]], object]:
    """As if the last deployment had been of the third revision."""

    def edit(document: dict[str, Any]) -> None:
        document["rows"][-1][6] = [{"gitCommit": team.three}]

    return edit


def test_it_is_kept_and_says_the_same(team: Deploying, cache: Path) -> None:
    before = standing(team)
    assert before == [("two", "attested")]
    file = kept(cache)
    assert file.stat().st_mode & 0o077 == 0
    assert standing(team) == before
    change(file, lies(team))
    assert standing(team) == [("three", "attested")], "it is read"


def test_what_came_after_it_counts(team: Deploying, cache: Path) -> None:
    standing(team)
    team.deploy(team.three)
    assert standing(team) == [("three", "recorded")]
    team.deploy(team.three, "--state", "rolled_back")
    assert standing(team) == [("two", "attested")]


def test_it_is_not_used_for_another_ledger(team: Deploying, cache: Path) -> None:
    standing(team)
    change(kept(cache), lies(team))
    change(kept(cache), lambda document: document.update(root="00" * 32))
    assert standing(team) == [("two", "attested")]


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.update(version=0),
        lambda document: document.update(origin="other"),
        lambda document: document.update(size=10_000),
        lambda document: document.update(size=-1),
        lambda document: document.update(rows=[[1, 2]]),
        lambda document: document.update(rows=5),
        lambda document: document.update(doubtful=[10_000]),
        lambda document: document.pop("root"),
        lambda document: document["rows"][0].__setitem__(3, "nobody"),
    ],
)
def test_it_is_not_used_where_it_makes_no_sense(team: Deploying, cache: Path, edit: Callable[[Any], object]) -> None:
    standing(team)
    change(kept(cache), lies(team))
    change(kept(cache), edit)
    assert standing(team) == [("two", "attested")]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 50_000])
def test_damage_is_not_read(team: Deploying, cache: Path, data: bytes) -> None:
    standing(team)
    kept(cache).write_bytes(data)
    assert standing(team) == [("two", "attested")]


def test_it_is_not_used_where_others_may_write(team: Deploying, cache: Path) -> None:
    standing(team)
    change(kept(cache), lies(team))
    kept(cache).chmod(0o666)
    assert standing(team) == [("two", "attested")]
    kept(cache).chmod(0o600)
    cache.chmod(0o777)
    assert standing(team) == [("two", "attested")]


def test_a_link_is_not_followed(team: Deploying, cache: Path, tmp_path: Path) -> None:
    standing(team)
    file = kept(cache)
    change(file, lies(team))
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    assert standing(team) == [("two", "attested")]


def test_what_the_ledger_does_not_vouch_for_is_judged_again(team: Deploying, cache: Path) -> None:
    forged(team, team.three)
    assert ("three", "declared") in standing(team)
    assert len(json.loads(kept(cache).read_bytes())["doubtful"]) == 1
    assert ("three", "declared") in standing(team)
    assert ("two", "attested") in standing(team)


def test_a_folder_that_cannot_be_made_is_done_without(team: Deploying, cache: Path) -> None:
    cache.parent.write_text("a file")
    assert standing(team) == [("two", "attested")]
