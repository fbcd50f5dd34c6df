"""The hook on a real git server over HTTP: what must be refused is refused with a readable reason, the rest passes."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.git_server import program, serving
from e2e.ledgers import Team
from e2e.shop import BAD, FINE, POLICY, SEED, SOFT, Shop, guarded, made


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """One server for all tests; each test has a folder of its own below its root."""
    root = tmp_path_factory.mktemp("served")
    path = os.pathsep.join([os.fspath(program(root / "bin")), os.environ["PATH"]])
    with serving(root, PATH=path) as found:
        yield root, found


@pytest.fixture
def shop(address: tuple[Path, str], request: pytest.FixtureRequest) -> Shop:
    return _shop(address, request, made(_folder(address, request), SEED))


def _folder(address: tuple[Path, str], request: pytest.FixtureRequest) -> Path:
    return address[0] / re.sub(r"\W+", "-", request.node.name)


def _shop(address: tuple[Path, str], request: pytest.FixtureRequest, server: RepoBuilder) -> Shop:
    folder = _folder(address, request)
    return Shop(folder, f"{address[1]}/{folder.name}/srv", server)


# -- branches ------------------------------------------------------------------------------------------------------


def test_a_push_that_passes_is_taken_without_a_word(shop: Shop) -> None:
    head = shop.clone.commit(FINE)
    assert shop.taken("origin", "main") == ""
    assert shop.refs()["refs/heads/main"] == head


def test_a_push_that_fails_is_refused_with_rule_lines_and_next_step_and_leaves_nothing_behind(shop: Shop) -> None:
    head = shop.clone.commit(BAD)
    said = shop.refused("origin", "main")
    assert "refs/heads/main" in said
    assert "FAIL: 1 rule is not met" in said
    assert "lines in pay/ need an independent reviewer" in said
    assert "pay/charge.py:1-2" in said
    assert re.search(r"^ +next: ", said, re.MULTILINE)
    assert "answerable record review COMMIT --verdict approved" in said
    assert shop.server.git("cat-file", "-t", head, check=False) == b""


def test_a_change_is_judged_from_what_the_branch_was(shop: Shop) -> None:
    """Lines of a critical layer that are there already are nobody's change."""
    shop.clone.commit({"README": "more\n"})
    shop.taken("origin", "main")
    assert "pay/old.py:1" in shop.refused("origin", f"{shop.clone.commit({'pay/old.py': 'total = 2'})}:main")


def test_a_new_branch_is_judged_from_where_it_left_the_default_branch(shop: Shop) -> None:
    first = shop.clone.resolve("main")
    shop.clone.commit({"README": "main goes on\n"})
    shop.taken("origin", "main")
    shop.clone.commit({"docs.md": "fine\n"}, branch="fine", parents=[first])
    shop.clone.commit(BAD, branch="bad", parents=[first])
    shop.taken("origin", "fine")
    assert "pay/charge.py:1-2" in shop.refused("origin", "bad")


def test_a_branch_that_shares_nothing_with_the_default_branch_is_judged_as_a_whole(shop: Shop) -> None:
    shop.clone.commit({"index.html": "pages\n"}, branch="pages", parents=[])
    shop.clone.commit(BAD, branch="orphan", parents=[])
    shop.taken("origin", "pages")
    assert "pay/charge.py:1-2" in shop.refused("origin", "orphan")


def test_lines_of_a_merge_and_of_what_it_brings_are_judged(shop: Shop) -> None:
    shop.clone.commit({"side.py": "x\n"}, branch="side")
    shop.clone.commit(FINE)
    shop.clone.merge("side", files=BAD)
    assert "pay/charge.py:1-2" in shop.refused("origin", "main")


def test_a_rewritten_branch_is_judged_from_what_it_was(shop: Shop) -> None:
    first = shop.clone.resolve("main")
    shop.clone.commit(FINE)
    shop.taken("origin", "main")
    shop.clone.commit(BAD, parents=[first])
    assert "pay/charge.py:1-2" in shop.refused("--force", "origin", "main")
    shop.clone.commit({"other": "x\n"}, parents=[first])
    shop.taken("--force", "origin", "main")


def test_tags_and_deletions_pass_but_not_that_of_the_default_branch(shop: Shop) -> None:
    shop.clone.commit(BAD, branch="elsewhere")
    shop.clone.tag("v1", "elsewhere", "one")
    shop.clone.commit(FINE, branch="topic")
    shop.taken("origin", "v1", "topic")
    shop.taken("origin", ":topic", ":refs/tags/v1")
    assert "the default branch holds the policy" in shop.refused("origin", ":main")


def test_a_branch_at_a_commit_that_a_tag_brought_is_judged_all_the_same(shop: Shop) -> None:
    head = shop.clone.commit(BAD, branch="elsewhere")
    shop.clone.tag("v1", "elsewhere")
    shop.taken("origin", "v1")
    shop.refused("origin", f"{head}:refs/heads/bad")


# -- the whole push ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [(), ("--atomic",)], ids=["plain", "atomic"])
def test_one_branch_that_fails_refuses_the_whole_push_and_every_reason_is_told(
    shop: Shop, option: tuple[str, ...]
) -> None:
    shop.clone.commit(FINE, branch="fine")
    shop.clone.commit(BAD, branch="bad")
    shop.clone.commit({"pay/x.py": "x\n"}, branch="worse")
    said = shop.refused(*option, "origin", "fine", "bad", "worse")
    assert "pay/charge.py:1-2" in said
    assert "pay/x.py:1" in said
    assert "not even what passes (1 of 3)" in said


def test_an_atomic_push_that_passes_is_taken_whole(shop: Shop) -> None:
    shop.clone.commit(FINE, branch="one")
    shop.clone.commit({"docs.md": "x\n"}, branch="two")
    shop.clone.note("other", "one", "seen\n")
    shop.taken("--atomic", "origin", "one", "two", "refs/notes/other")
    assert {"refs/heads/one", "refs/heads/two", "refs/notes/other"} <= set(shop.refs())


def test_a_push_of_a_thousand_branches_is_judged_once_for_each_that_gains_something_else(shop: Shop) -> None:
    shop.clone.commit(BAD)
    names = [f"main:refs/heads/b{n:03}" for n in range(999)]
    said = shop.refused("origin", "main", *names)
    assert said.count("pay/charge.py:1-2") == 1, "told once for all"
    assert "the same: refs/heads/b000" in said
    assert "the same: 979 more" in said
    assert len(said.splitlines()) < 100


def test_more_branches_than_are_judged_are_refused_with_what_to_do(shop: Shop) -> None:
    shop.clone.commit(FINE)
    said = shop.refused("origin", *[f"main:refs/heads/b{n:04}" for n in range(1_001)])
    assert "push at most 1,000 at a time" in said


def test_an_atomic_push_of_a_branch_and_notes_that_lose_a_line_takes_neither(shop: Shop) -> None:
    shop.clone.note("answerable", "main", "one\n")
    shop.taken("origin", "refs/notes/answerable")
    shop.clone.note("answerable", "main", "two\n")
    shop.clone.commit(FINE)
    said = shop.refused("--atomic", "--force", "origin", "main", "refs/notes/answerable")
    assert "append-only" in said
    assert "not even what passes (1 of 2)" in said


def test_a_large_push_comes_in_chunks_and_is_judged(shop: Shop) -> None:
    noise = os.urandom(3 << 20).hex()
    shop.clone.commit({"noise.txt": noise})
    shop.taken("origin", "main")
    shop.clone.commit({"noise2.txt": noise[::-1], **BAD})
    shop.refused("origin", "main")


# -- the policy ----------------------------------------------------------------------------------------------------


def test_a_policy_edited_in_the_same_push_is_not_used(shop: Shop) -> None:
    shop.clone.commit({".answerable/policy.yaml": SOFT})
    shop.clone.commit(BAD)
    assert "pay/charge.py:1-2" in shop.refused("origin", "main")


def test_a_softer_policy_on_another_branch_is_never_used(shop: Shop) -> None:
    shop.clone.commit({".answerable/policy.yaml": SOFT}, branch="soft")
    shop.taken("origin", "soft")
    shop.clone.commit(BAD, branch="soft")
    assert "pay/charge.py:1-2" in shop.refused("origin", "soft")
    shop.clone.commit({".answerable/policy.yaml": None}, branch="none")
    shop.taken("origin", "none")
    shop.clone.commit(BAD, branch="none")
    shop.refused("origin", "none")


def test_a_policy_that_is_on_the_default_branch_is_used_by_the_next_push(shop: Shop) -> None:
    shop.clone.commit({".answerable/policy.yaml": SOFT})
    shop.taken("origin", "main")
    shop.clone.commit(BAD)
    shop.taken("origin", "main")


def test_a_policy_that_cannot_be_read_is_not_let_in(shop: Shop) -> None:
    shop.clone.commit({".answerable/policy.yaml": POLICY.replace("action: Deny", "action: Denny")})
    said = shop.refused("origin", "main")
    assert "the policy that this push brings cannot be read" in said
    assert re.search(r"\.answerable/policy\.yaml:\d+:\d+: ", said)


def test_the_default_branch_is_not_rewritten_to_a_state_with_another_policy(shop: Shop) -> None:
    shop.clone.commit({"README": "as if from before\n"}, parents=[])
    shop.refused("--force", "origin", "main")
    first = shop.clone.resolve(shop.server.resolve("main"))
    second = shop.clone.commit({".answerable/policy.yaml": SOFT}, parents=[first])
    shop.taken("origin", f"{second}:main")
    assert "another policy" in shop.refused("--force", "origin", f"{first}:main")


def test_a_broken_policy_in_force_refuses_everything_and_names_the_place(
    address: tuple[Path, str], request: pytest.FixtureRequest
) -> None:
    broken = SEED | {".answerable/policy.yaml": POLICY + "surprise: 1\n"}
    shop = _shop(address, request, made(_folder(address, request), broken))
    shop.clone.commit(FINE)
    said = shop.refused("origin", "main")
    assert "could not be judged" in said
    assert re.search(r"\.answerable/policy\.yaml:11:1: .*surprise", said)


# -- notes ---------------------------------------------------------------------------------------------------------


def test_notes_pass_and_notes_of_decisions_may_only_grow(shop: Shop) -> None:
    shop.clone.note("ai", "main", "anything\n")
    shop.clone.note("answerable", "main", '{"a":1}\n{"b":2}\n')
    shop.taken("origin", "refs/notes/*:refs/notes/*")
    shop.clone.note("answerable", "main", '{"a":1}\n{"b":2}\n{"c":3}\n')
    shop.clone.note("ai", "main", None)
    shop.taken("origin", "refs/notes/*:refs/notes/*")
    kept = shop.refs()["refs/notes/answerable"]
    for after in ('{"a":1}\n{"b":2}\n{"c":4}\n', '{"a":1}\n', None):
        shop.clone.point("refs/notes/answerable", kept)
        shop.clone.note("answerable", "main", after)
        said = shop.refused("--force", "origin", "refs/notes/answerable")
        assert "refs/notes/answerable is append-only" in said
        assert f"the note of {shop.clone.resolve('main')[:12]} would lose" in said
    assert "append-only" in shop.refused("origin", ":refs/notes/answerable")


def test_notes_that_lose_a_line_refuse_the_branch_beside_them(shop: Shop) -> None:
    shop.clone.note("answerable", "main", "one\n")
    shop.taken("origin", "refs/notes/answerable")
    shop.clone.note("answerable", "main", "two\n")
    shop.clone.commit(FINE)
    shop.refused("--force", "origin", "main", "refs/notes/answerable")


def test_a_signed_review_that_came_before_in_the_notes_lets_the_branch_in(
    address: tuple[Path, str], request: pytest.FixtureRequest
) -> None:
    """The server knows the reviewer's key by its ledger; the review itself travels with the repository."""
    folder = _folder(address, request)
    folder.mkdir()
    team = Team(RepoBuilder(folder / "team"), folder)
    team.repo.commit(SEED)
    bo = team.add("bo")
    server = guarded(team.repo.clone(folder / "srv" / "shop.git", "--bare"))
    shutil.copytree(team.repo.git_dir / "answerable" / "ledger", server.root / "answerable" / "ledger")
    shop = _shop(address, request, server)
    shop.clone = team.repo
    team.repo.git("remote", "add", "origin", f"{address[1]}/{folder.name}/srv/shop.git")
    team.repo.commit(BAD)
    team.repo.checkout()
    assert "pay/charge.py:1-2" in shop.refused("origin", "main")
    team.review(bo)
    shop.taken("origin", "refs/notes/answerable")
    shop.taken("origin", "main")
    team.repo.commit({"pay/charge.py": "charge(9)\n"})
    shop.refused("origin", "main")


def test_a_signed_review_in_the_same_push_is_too_late(
    address: tuple[Path, str], request: pytest.FixtureRequest
) -> None:
    """What a push brings proves nothing about itself: notes count from the next one on."""
    folder = _folder(address, request)
    folder.mkdir()
    team = Team(RepoBuilder(folder / "team"), folder)
    team.repo.commit(SEED)
    bo = team.add("bo")
    server = guarded(team.repo.clone(folder / "srv" / "shop.git", "--bare"))
    shutil.copytree(team.repo.git_dir / "answerable" / "ledger", server.root / "answerable" / "ledger")
    shop = _shop(address, request, server)
    shop.clone = team.repo
    team.repo.git("remote", "add", "origin", f"{address[1]}/{folder.name}/srv/shop.git")
    team.repo.commit(BAD)
    team.repo.checkout()
    team.review(bo)
    for option in ((), ("--atomic",)):
        assert "pay/charge.py:1-2" in shop.refused(*option, "origin", "main", "refs/notes/answerable")


# -- hostile names and broken servers -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["--upload-pack=touch", "-d", "$(id);`id`", "é", "a" * 200])
def test_a_branch_whose_name_looks_like_an_option_or_a_command_is_judged_like_any_other(shop: Shop, name: str) -> None:
    fine, bad = shop.clone.commit(FINE, branch="x"), shop.clone.commit(BAD, branch="x")
    shop.refused("origin", f"{bad}:refs/heads/{name}")
    shop.taken("origin", f"{fine}:refs/heads/{name}")


def test_what_a_push_quotes_cannot_act_on_the_terminal(shop: Shop) -> None:
    shop.clone.commit({b"pay/\x1b[2J\n\xe2\x80\xaeevil\xff.py": "x\n"}, branch="x")
    done = shop.push("origin", "x:refs/heads/\u202ebranch")
    assert done.code != 0
    assert "\\u202ebranch" in done.said
    assert "\\x1b[2J\\n\\u202eevil" in done.said
    assert not re.search("[\x1b\u202e]", done.said)


def test_a_first_push_to_an_empty_repository_passes_and_brings_the_policy(
    address: tuple[Path, str], request: pytest.FixtureRequest
) -> None:
    shop = _shop(address, request, made(_folder(address, request), None))
    shop.clone.commit(SEED)
    shop.taken("origin", "main")
    shop.clone.commit(BAD)
    assert "pay/charge.py:1-2" in shop.refused("origin", "main")


def test_a_server_whose_head_names_nothing_refuses_and_says_what_to_do(shop: Shop) -> None:
    shop.server.git("symbolic-ref", "HEAD", "refs/heads/nothing")
    shop.clone.commit(FINE)
    assert "git symbolic-ref HEAD refs/heads/NAME" in shop.refused("origin", "main")


def test_a_repository_with_long_ids_is_guarded_too(address: tuple[Path, str], request: pytest.FixtureRequest) -> None:
    shop = _shop(address, request, made(_folder(address, request), SEED, object_format="sha256"))
    shop.clone.commit(FINE)
    shop.taken("origin", "main")
    shop.clone.commit(BAD)
    assert "pay/charge.py:1-2" in shop.refused("origin", "main")


def test_a_server_without_the_program_takes_nothing(tmp_path: Path) -> None:
    server = made(tmp_path, SEED)
    with serving(tmp_path / "srv") as address:
        shop = Shop(tmp_path, address, server)
        shop.clone.commit(FINE)
        assert shop.push("origin", "main").code != 0
