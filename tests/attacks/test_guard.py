"""An agent that would get past the guard by what it says, where it writes, or what it changes first; it does not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.payload.registry import AGENTS
from answerable.policy.file.source import PATH
from builders import RepoBuilder
from e2e.asking import Said
from e2e.hooking import POLICY, claude, codex, fire, heard

OPEN = "version: 1\nlayers: [{name: all}]\n"


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({PATH: POLICY, "pay/a.py": "one\n", "lib/b.py": "x\n", "docs/c.md": "x\n"})
    repo.checkout()
    return repo


def decided(shop: RepoBuilder, path: str | Path, **more: object) -> str:
    return heard(fire(shop.root, codex(shop.root, f"*** Update File: {path}", "+x", **more), "codex")).decision


def test_the_policy_is_edited_in_the_work_tree_first(shop: RepoBuilder) -> None:
    (shop.root / PATH).write_text(OPEN)
    assert decided(shop, "pay/a.py") == "deny"
    shop.git("add", "-A")
    assert decided(shop, "pay/a.py") == "deny"
    (shop.root / PATH).unlink()
    assert decided(shop, "pay/a.py") == "deny"


def test_the_policy_is_committed_on_the_branch_that_is_worked_on(shop: RepoBuilder, tmp_path: Path) -> None:
    clone = shop.clone(tmp_path / "clone")
    clone.git("checkout", "-q", "-b", "work")
    (clone.root / PATH).write_text(OPEN)
    clone.git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-qam", "soften")
    assert decided(clone, clone.root / "pay/a.py", cwd=str(clone.root)) == "deny"
    clone.git("remote", "rename", "origin", "elsewhere")
    assert decided(clone, clone.root / "pay/a.py", cwd=str(clone.root)) == "allow", "nothing else is known then"
    clone.git("branch", "--set-upstream-to", "elsewhere/main")
    assert decided(clone, clone.root / "pay/a.py", cwd=str(clone.root)) == "deny"


def test_the_policy_itself_is_never_edited_without_a_person(shop: RepoBuilder) -> None:
    for path in (PATH, f"lib/{PATH}", ".answerable/owners.yaml", ".Answerable/policy.yaml", f"./lib/../{PATH}"):
        assert decided(shop, path) == "allow", "Codex cannot ask"
        payload = claude(shop.root, path)
        assert heard(fire(shop.root, payload, "claude-code")).decision == "ask"


def test_the_agent_claims_to_be_another(shop: RepoBuilder) -> None:
    claims: list[dict[str, object]] = [
        {"agent": "claude-code"},
        {"tool": "claude-code"},
        {"tool_name": "claude-code:apply_patch"},
        {"agent_type": "claude-code", "host": "claude-code"},
    ]
    for claim in claims:
        assert decided(shop, "pay/a.py", **claim) == "deny", claim
    inside = codex(shop.root, tool_name="Edit", tool_input={"file_path": "pay/a.py", "new_string": "x"})
    inside["tool_input"] |= {"transcript_path": "/home/user/.claude/x", "permission_mode": "default"}
    assert heard(fire(shop.root, inside, "codex")).decision == "deny"


def test_a_tool_of_another_name_writes_the_file(shop: RepoBuilder) -> None:
    path = str(shop.root / "pay" / "a.py")
    for tool, inside in {
        "mcp__filesystem__write_file": {"path": path, "content": "x"},
        "mcp__fs__move_file": {"source": "lib/b.py", "destination": "pay/b.py"},
        "Write": {"file_path": path, "content": "x"},
        "str_replace_based_edit_tool": {"command": "str_replace", "path": path, "new_str": "x"},
        "edit_files": {"files": [{"path": "lib/b.py"}, {"uri": f"file://{path}"}]},
    }.items():
        found = heard(fire(shop.root, codex(shop.root, tool_name=tool, tool_input=inside), "codex"))
        assert found.decision == "deny", tool


DETOURS = (
    "docs/../pay/a.py",
    "./pay/a.py",
    "pay//a.py",
    "lib/../docs/../pay/new/a.py",
    "../{top}/pay/a.py",
    "{root}/pay/a.py",
)


@pytest.mark.parametrize("path", DETOURS)
def test_a_path_takes_a_detour(shop: RepoBuilder, path: str) -> None:
    assert decided(shop, path.format(root=shop.root, top=shop.root.name)) == "deny"


def test_a_path_goes_by_a_link(shop: RepoBuilder) -> None:
    (shop.root / "docs" / "link").symlink_to("../pay")
    (shop.root / "docs" / "one.md").symlink_to(shop.root / "pay" / "a.py")
    assert decided(shop, "docs/link/a.py") == "deny"
    assert decided(shop, "docs/link/new.py") == "deny"
    assert decided(shop, "docs/one.md") == "deny"
    (shop.root / "pay" / "out").symlink_to("../docs")
    assert decided(shop, "pay/out/c.md") == "deny", "the name it has counts, too"


def test_a_link_leads_out_of_the_repository(shop: RepoBuilder) -> None:
    (shop.root / "docs" / "out").symlink_to(shop.root.parent)
    found = heard(fire(shop.root, claude(shop.root, "docs/out/x.md"), "claude-code"))
    assert found.decision == "ask"
    assert "leads out of the repository" in found.words


def test_the_work_is_done_from_another_folder(shop: RepoBuilder, tmp_path: Path) -> None:
    assert decided(shop, "a.py", cwd=str(shop.root / "pay")) == "deny"
    assert decided(shop, shop.root / "pay/a.py", cwd="/") == "deny"
    assert decided(shop, shop.root / "pay/a.py", cwd="\0") == "deny"
    assert decided(shop, shop.root / "pay/a.py", cwd=3) == "deny"
    assert decided(shop, "pay/a.py", cwd="nowhere") == "deny"


def test_a_repository_is_made_around_the_file(shop: RepoBuilder) -> None:
    shop.git("init", "-q", str(shop.root / "pay"))
    assert decided(shop, "pay/a.py") == "deny"
    assert decided(shop, "a.py", cwd=str(shop.root / "pay")) == "deny"


@pytest.mark.parametrize("path", [".git/hooks/pre-push", ".GIT/config", "lib/../.git/answerable/ledger/index.db"])
def test_gits_own_files_are_written(shop: RepoBuilder, path: str) -> None:
    found = heard(fire(shop.root, claude(shop.root, path), "claude-code"))
    assert found.decision == "deny"
    assert "git's own" in found.words


@pytest.mark.parametrize("path", ["pay/a\nb.py", "pay/\x1b[2Ja", "pay/" + "x" * 4000, "pay/‮a.py", "pay/a.py "])
def test_a_hostile_name_is_judged_and_shown_harmlessly(shop: RepoBuilder, path: str) -> None:
    given = codex(shop.root, tool_name="Write", tool_input={"file_path": path, "content": ""})
    said = fire(shop.root, given, "codex")
    assert heard(said).decision == "deny"
    assert heard(said).words.isprintable()
    assert len(heard(said).words) < 2500


def test_a_name_of_other_bytes_is_judged(shop: RepoBuilder) -> None:
    raw = json.dumps(codex(shop.root, "*** Add File: pay/NAME", "+x")).encode().replace(b"NAME", b"\xff")
    assert heard(fire(shop.root, raw, "codex")).decision == "deny"


@pytest.mark.parametrize("path", ["pay/a\0.py", "", "\ud800", ["pay/a.py"] * 3, {"x": 1}, None, 3])
def test_a_file_that_cannot_be_told_is_asked_about(shop: RepoBuilder, path: object) -> None:
    payload = claude(shop.root, "x")
    payload["tool_input"] = {"file_path": path, "content": "x"}
    found = heard(fire(shop.root, payload, "claude-code"))
    assert found.decision == ("allow" if isinstance(path, list) else "ask")
    assert isinstance(path, list) or "cannot be told" in found.words


def test_the_code_that_puts_a_file_into_a_layer_is_taken_out_first(shop: RepoBuilder) -> None:
    shop.commit({"lib/run.py": "import subprocess\n"})
    shop.checkout()
    assert decided(shop, "lib/run.py") == "deny"
    (shop.root / "lib" / "run.py").write_text("x = 1\n")
    assert decided(shop, "lib/run.py") == "deny"


def test_a_pipe_or_a_device_stands_in_the_place_of_a_file(shop: RepoBuilder) -> None:
    os.mkfifo(shop.root / "lib" / "pipe.py")
    (shop.root / "lib" / "zero.py").symlink_to("/dev/zero")
    assert decided(shop, "lib/pipe.py") == "allow"
    assert heard(fire(shop.root, claude(shop.root, "lib/zero.py"), "claude-code")).decision == "ask"


def test_code_that_is_not_committed_puts_a_file_into_a_layer(shop: RepoBuilder) -> None:
    (shop.root / "lib" / "run.py").write_text("import subprocess\n")
    assert decided(shop, "lib/run.py") == "deny"


@pytest.mark.parametrize("name", [".answerable/policy.yml", ".Answerable/policy.yaml"])
def test_a_policy_that_only_looks_like_one_is_a_fault_not_a_pass(repo: RepoBuilder, name: str) -> None:
    repo.commit({name: POLICY, "pay/a.py": "x\n"})
    repo.checkout()
    assert heard(fire(repo.root, claude(repo.root, "pay/a.py"), "claude-code")).decision == "ask"


def sound(agent: str | None, said: Said) -> None:
    """What any host can read: one JSON document or nothing, and a known exit."""
    assert said.code in (0, 1, 2)
    if said.out:
        assert isinstance(json.loads(said.out), dict)
    if agent == "cline":
        assert json.loads(said.out)["cancel"] in (True, False)
        assert said.code == 0


INPUTS = st.text(max_size=60).map(lambda text: json.dumps({"tool_input": text}).encode())


@given(st.sampled_from([*AGENTS, None]), st.binary(max_size=120) | INPUTS)
def test_any_bytes_get_an_answer_that_the_host_can_read(
    tmp_path_factory: pytest.TempPathFactory, agent: str | None, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    sound(
        agent if agent != "cline" or not data.startswith(b"{") else None,
        fire(folder, data, *([agent] if agent else [])),
    )
