"""Files of the tree that are read as configuration: `.answerable/config.yaml`, CODEOWNERS, .mailmap, ignored revisions.

Whoever can commit can write them. They are data: nothing in them runs, none of them is fatal, and none turns a tool's
work into a person's or hides who a commit names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from answerable.errors import ConfigInvalid
from answerable.git.repository import Repository
from answerable.incident.mappings import CONFIG, code_mappings, parse
from attacks.hostile import CLAUDE, SOAK, TRACE, harmless
from builders import RepoBuilder, link, submodule
from e2e.asking import Said, ask_here

LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))
CONFIGS = {
    "an alias bomb": (LAUGHS, 0),
    "an alias bomb as mappings": (LAUGHS + "code_mappings: *a29\n", 2),
    "itself": ("code_mappings: &a [*a]\n", 2),
    "a program": ('!!python/object/apply:os.system ["touch pwned"]\n', 2),
    "a module": ("code_mappings: !!python/module:os\n", 2),
    "depth": ("a: " + "[" * 5000, 2),
    "depth of maps": ("{a: " * 5000, 2),
    "a huge number": ("a: 1" + "0" * 5000 + "\n", 2),
    "a date that is none": ("a: 2026-99-99\n", 2),
    "a truth that is none": ("a: !!bool x\n", 2),
    "a number that is none": ('a: !!int ""\n', 2),
    "a fraction that is none": ('a: !!float ""\n', 2),
    "a time that is none": ("a: !!timestamp foo\n", 2),
    "a text that is a map": ("a: !!str {b: c}\n", 2),
    "bytes that are none": ("a: !!binary é\n", 2),
    "an unhashable key": ("{[a]: b}\n", 2),
    "NUL": ("code_mappings: [{stack_root: /x\0}]\n", 2),
    "no UTF-8": (b"code_mappings: [{stack_root: /\xff}]\n", 2),
    "UTF-16": ("code_mappings: []\n".encode("utf-16"), 0),
    "paths out of the repository": ("code_mappings: [{stack_root: /srv/app, source_root: ../../../etc}]\n", 0),
    "nothing": ("", 0),
}


@pytest.mark.parametrize(("content", "code"), CONFIGS.values(), ids=CONFIGS)
def test_no_configuration_breaks_its_reader(content: str | bytes, code: int) -> None:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(ConfigInvalid) if code else nullcontext():
        parse(data)


@pytest.mark.parametrize("value", ["!!bool x", '!!int ""', "!!timestamp foo", "!!float {}", "1" + "0" * 5000, "]"])
def test_a_value_that_is_none_is_named_with_its_place(value: str) -> None:
    with pytest.raises(ConfigInvalid, match=r"^\.answerable/config\.yaml is not YAML at line 2, column 4$"):
        parse(f"a: 1\nb: {value}\n".encode())


MAPPED = "code_mappings: [{stack_root: /srv/app, source_root: lib}]\n"


def mapped(repo: RepoBuilder) -> list[tuple[str, str]]:
    with Repository(repo.root) as repository:
        return code_mappings(repository, repository.resolve("HEAD"))


@pytest.mark.parametrize("where", [".answerable", ".answerable/config.yaml"])
def test_no_configuration_is_read_through_a_link(repo: RepoBuilder, tmp_path: Path, where: str) -> None:
    repo.commit({"a.py": "1\n"})
    (tmp_path / "config.yaml").write_text(MAPPED)
    (repo.root / where).parent.mkdir(exist_ok=True)
    (repo.root / where).symlink_to(tmp_path if where == ".answerable" else tmp_path / "config.yaml")
    with pytest.raises(ConfigInvalid, match="reached by a link"):
        mapped(repo)


def test_no_configuration_is_read_from_a_work_tree_that_is_elsewhere(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n"})
    (repo.root.parent / ".answerable").mkdir()
    (repo.root.parent / CONFIG).write_text(MAPPED)
    repo.git("config", "core.worktree", os.fspath(repo.root.parent))
    assert mapped(repo) == []


def test_the_configuration_of_a_work_tree_is_read_wherever_git_keeps_the_rest(
    repo: RepoBuilder, tmp_path: Path, new_repo: Callable[..., RepoBuilder]
) -> None:
    """A linked work tree, a submodule, a git directory elsewhere, and one that is a link."""
    repo.commit({"a.py": "1\n"})
    tree = repo.worktree()
    outer = new_repo("outer")
    outer.commit({"x": "1\n"})
    add = ("submodule", "--quiet", "add", os.fspath(repo.root), "inner")
    outer.git("-c", "protocol.file.allow=always", *add)
    apart = repo.clone(tmp_path / "apart", f"--separate-git-dir={tmp_path / 'apart.git'}")
    linked = repo.clone(tmp_path / "linked")
    linked.git_dir.rename(tmp_path / "real")
    linked.git_dir.symlink_to(tmp_path / "real")
    for one in (repo, tree, RepoBuilder.at(outer.root / "inner"), apart, linked):
        assert mapped(one) == []
        (one.root / ".answerable").mkdir()
        (one.root / CONFIG).write_text(MAPPED)
        assert mapped(one) == [("/srv/app", "lib")]


def test_what_is_no_file_is_no_configuration(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n"})
    (repo.root / ".answerable").mkdir()
    os.mkfifo(repo.root / CONFIG)  # reading it would take forever
    assert mapped(repo) == []


def test_no_configuration_of_the_tree_runs_anything(repo: RepoBuilder) -> None:
    repo.commit({"src/a.py": "1\n2\n", ".answerable/config.yaml": CONFIGS["a program"][0]})
    said = ask_here("for", "-", cwd=repo.root, feed=TRACE)
    assert (said.code, "[config-invalid]" in said.err) == (2, True)
    assert not (repo.root / "pwned").exists()


LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


@pytest.mark.parametrize("where", LOCATIONS)
def test_owners_among_nonsense_are_found(repo: RepoBuilder, where: str) -> None:
    nonsense = b"*a*a*a*a*a*b @x\n" * 4000 + b"\xff\0[[[^[!\\\n" * 8000 + b"[x][99999999999999999999] @y\n" * 1000
    nonsense *= 5 if SOAK else 1
    repo.commit({"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac": "1\n", where: nonsense + b"* @real/owner\n"})
    said = ask_here("for", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "--format", "json", cwd=repo.root)
    assert said.json["spans"][0]["owner"]["team"] == "@real/owner"


def everything(repo: RepoBuilder) -> list[Said]:
    found = [ask_here(*command, cwd=repo.root) for command in (("for", "a.py"), ("scan",))]
    assert [said.code for said in found] == [0, 0]
    return found


@pytest.mark.parametrize("entry", [link("/etc/passwd"), submodule("1" * 40), "\0" * 99])
def test_a_file_in_whose_place_something_else_lies_is_read_as_it_is(repo: RepoBuilder, entry: Any) -> None:
    names = (*LOCATIONS[:2], ".mailmap", ".git-blame-ignore-revs", ".agent-trace", ".gitattributes")
    repo.commit({"a.py": "1\n2\n"} | dict.fromkeys(names, entry))
    for said in everything(repo):
        assert "root:" not in said.out


def test_a_mailmap_of_nonsense_spoils_no_name(repo: RepoBuilder) -> None:
    nonsense = b"\xff<<<>>> <\x1b]0;x\x07> <a\n# \n" * 20_000 + b"Real Ada <real@example.com> <ada@example.com>\n"
    repo.commit({"a.py": "1\n2\n", ".mailmap": nonsense})
    repo.commit({"a.py": "1\n2\n3\n"}, author=("B\u2028\x85\x1co", "bo@example.com"))
    document = ask_here("for", "a.py", "--format", "json", cwd=repo.root).json
    assert document["spans"][0]["author"] == {"name": "Real Ada", "email": "real@example.com"}
    assert harmless(ask_here("for", "a.py", cwd=repo.root).out)


def test_a_mailmap_turns_no_tools_work_into_unknown_or_human(repo: RepoBuilder) -> None:
    bot = ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
    repo.commit({"a.py": "1\n", ".mailmap": f"Ada <ada@example.com> <{bot[1]}>\n"}, author=bot)
    (span,) = ask_here("for", "a.py", "--format", "json", cwd=repo.root).json["spans"]
    assert (span["origin"], span["grade"], span["agent"]["tool"]) == ("ai", "inferred", "copilot")


COPILOT = ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
OTHER_BOT = ("helper[bot]", "1234+helper[bot]@users.noreply.github.com")  # an app that no table knows
WEB = ("GitHub", "noreply@github.com")


@pytest.mark.parametrize("bot", [COPILOT, OTHER_BOT, WEB], ids=lambda who: who[0])
def test_a_mailmap_makes_no_person_of_what_is_none(repo: RepoBuilder, bot: tuple[str, str]) -> None:
    repo.commit({"b.py": "1\n", ".mailmap": f"Ada <ada@example.com> <{bot[1]}>\n"})
    repo.commit({"a.py": "1\n"}, author=bot, committer=bot, branch="topic")
    repo.merge("topic", message="Merge pull request #3 from o/topic\n", author=bot)
    document = ask_here("for", "a.py", "--format", "json", cwd=repo.root).json
    accepted = next(question for question in document["questions"] if question["id"] == "accepted")
    assert accepted["answer"] is None
    assert "Ada" not in json.dumps(document)
    (span,) = document["spans"]
    assert [span["author"]["name"], span["review"]["merged_by"]["name"]] == [bot[0], bot[0]]
    assert span["acceptance"]["by"] is None


def test_a_mailmap_makes_no_tool_of_a_person(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n", ".mailmap": "Claude <noreply@anthropic.com> <ada@example.com>\n"})
    document = ask_here("for", "a.py", "--format", "json", cwd=repo.root).json
    accepted = next(question for question in document["questions"] if question["id"] == "accepted")
    assert accepted["answer"].startswith("Ada <ada@example.com> committed it")
    assert "Claude" not in json.dumps(document)


def test_an_ignored_revision_hides_no_commit(repo: RepoBuilder) -> None:
    """The line stays the commit's that git blame names; what is behind it is said besides, never instead."""
    repo.commit({"a.py": "x = 1\ny = 2\n"})
    sha = repo.commit({"a.py": "x = 1  # evil\ny = 2\n"}, f"Evil\n\n{CLAUDE}")
    many = 50_000 if SOAK else 2000  # the first are more than a command line holds
    nowhere = "".join(f"{at:040x}\n" for at in range(many))
    known = [repo.git("rev-parse", f"main{what}").decode() for what in ("^{tree}", ":a.py", "")]
    others = "--output=x\nHEAD\n$(id)\n" + "main\n" * 9 + nowhere + "".join(known)
    repo.commit({".git-blame-ignore-revs": f"{sha}\n{others}"})
    span = ask_here("for", "a.py:1", "--format", "json", cwd=repo.root).json["spans"][0]
    assert (span["commit"], span["origin"]) == (sha, "ai")
    assert span["behind"]["commit"] == repo.commits[0]
