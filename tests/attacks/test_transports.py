"""A repository that lacks objects offers to fetch them, from an address that is a command.

A partial clone fetches what it lacks as soon as git misses it. Reading must never open a connection or start a
transport, whatever the promisor's address, and must say that the objects are not there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from attacks.hostile import Trap, project
from builders import RepoBuilder, submodule
from e2e.asking import ask_here


def partial(repo: RepoBuilder, url: str, spec: str = "blob:none") -> RepoBuilder:
    """A clone without a single blob, or without a single tree, whose promisor is at an address."""
    clone = project(repo).partial_clone(spec=spec)
    clone.git("config", "remote.origin.url", url)
    clone.git("config", "remote.origin.promisor", "true")
    clone.git("config", "protocol.ext.allow", "always")
    clone.git("config", "protocol.allow", "always")
    clone.git("config", "fetch.recurseSubmodules", "true")
    return clone


@pytest.mark.parametrize("spec", ["blob:none", "tree:0"])
@pytest.mark.parametrize("kind", ["ext", "file", "helper"])
def test_no_transport_starts_for_objects_that_are_missing(
    repo: RepoBuilder, tmp_path: Path, kind: str, spec: str
) -> None:
    trap = Trap(tmp_path)
    urls = {
        "ext": f"ext::{trap.program}",
        "file": repo.root.as_uri(),
        "helper": f"trap::{trap.program}",
    }
    (tmp_path / "git-remote-trap").write_bytes(trap.program.read_bytes())
    (tmp_path / "git-remote-trap").chmod(0o755)
    clone = partial(repo, urls[kind], spec)
    clone.git("config", "core.sshCommand", os.fspath(trap.program))
    clone.git("config", "remote.origin.uploadpack", os.fspath(trap.program))
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    packs = sorted((clone.git_dir / "objects" / "pack").iterdir())
    for command in (("for", "src/a.py:2"), ("lines",)):
        said = ask_here(*command, cwd=clone.root, PATH=path, GIT_ALLOW_PROTOCOL="ext:ssh:file:trap")
        assert said.code in (0, 2, 3), said.err
    assert not trap.sprung
    assert sorted((clone.git_dir / "objects" / "pack").iterdir()) == packs


def test_the_trap_is_sprung_by_a_git_that_may_fetch(repo: RepoBuilder, tmp_path: Path) -> None:
    trap = Trap(tmp_path)
    clone = partial(repo, f"ext::{trap.program}")
    clone.git("cat-file", "blob", "HEAD:src/a.py", check=False)
    assert trap.sprung


URLS = ("../../../elsewhere", "-u./trap", "--upload-pack=./trap", "ext::sh -c ./trap", "\x1b]0;x")


def test_a_submodule_is_never_followed_wherever_it_says_it_is(repo: RepoBuilder) -> None:
    row = '[submodule "{at}../../.git/hooks"]\n\tpath = lib{at}\n\turl = {url}\n\tupdate = !touch pwned\n'
    config = "".join(row.format(at=at, url=url) for at, url in enumerate(URLS))
    project(repo)
    links = {f"lib{at}": submodule("1" * 40) for at in range(len(URLS))}
    repo.commit({**links, "-lib": submodule("2" * 40), ".gitmodules": config})
    before = sorted(path for path in repo.root.rglob("*"))
    for command in (("for", "lib1"), ("for", "--", "-lib")):
        assert ask_here(*command, cwd=repo.root).code == 2
    assert ask_here("scan", "--no-cache", cwd=repo.root).code == 0
    found = ask_here("lines", "--no-cache", cwd=repo.root)
    assert {span["path"] for span in found.documents} == {".gitmodules", "src/a.py", "src/new.py", "src/side.py"}
    assert sorted(path for path in repo.root.rglob("*")) == before
