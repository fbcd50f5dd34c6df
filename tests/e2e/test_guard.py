"""`answerable guard` as agents' hooks call it: by the committed policy, in the agent's own words, quiet without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.policy import in_force
from answerable.policy.file import find
from answerable.policy.file.source import PATH
from builders import RepoBuilder
from capture.payloads import SAMPLES
from e2e.asking import ask, ask_here
from e2e.hooking import POLICY, claude, codex, fire, heard


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({PATH: POLICY, "pay/a.py": "one\n", "lib/b.py": "x\n"})
    repo.checkout()
    return repo


def test_a_tool_that_is_not_allowed_is_denied_with_what_is_allowed(shop: RepoBuilder) -> None:
    said = ask("guard", "codex", cwd=shop.root, feed=json.dumps(codex(shop.root, "*** Update File: pay/a.py", "+x")))
    assert (said.code, said.err) == (0, "")
    assert said.json["hookSpecificOutput"] == {
        "hookEventName": "PreToolUse",
        "permissionDecision": "deny",
        "permissionDecisionReason": (
            "pay/a.py is in the trust layer critical (the path matches /pay/): the tool codex is not allowed here"
            " (rule tools). Instead: allowed here: claude-code; leave it as it is, say what you would change, and let a"
            f" person decide. Policy: {PATH} at {shop.commits[-1][:12]}. Nothing forbids codex in the layers: standard."
        ),
    }


def test_an_allowed_edit_is_told_what_the_change_will_need_and_granted_nothing(shop: RepoBuilder) -> None:
    said = fire(shop.root, claude(shop.root, shop.root / "pay" / "a.py"), "claude-code")
    assert (said.code, said.json) == (
        0,
        {
            "hookSpecificOutput": {
                "hookEventName": "PreToolUse",
                "additionalContext": (
                    "pay/a.py is in the trust layer critical. A change there will need: approval by 2 independent"
                    f" people (rule eyes). Policy: {PATH} at {shop.commits[-1][:12]}."
                ),
            }
        },
    )


def test_where_nothing_is_to_be_said_nothing_is(shop: RepoBuilder) -> None:
    for payload in (claude(shop.root, "lib/b.py"), codex(shop.root, "*** Add File: lib/c.py", "+x")):
        said = fire(shop.root, payload)
        assert (said.code, said.out, said.err) == (0, "", "")


def test_what_an_edit_brings_in_can_put_the_file_into_another_layer(shop: RepoBuilder) -> None:
    patch = codex(shop.root, "*** Update File: lib/b.py", "@@", "+import subprocess")
    assert heard(fire(shop.root, patch)).decision == "deny"
    whole = codex(
        shop.root, tool_name="Write", tool_input={"file_path": "lib/b.py", "content": "import os\nos.system(1)\n"}
    )
    assert "touches process" in heard(fire(shop.root, whole)).words


def test_all_files_of_one_tool_use_are_looked_at(shop: RepoBuilder) -> None:
    moved = codex(shop.root, "*** Update File: lib/b.py", "*** Move to: pay/b.py", "*** Delete File: pay/a.py")
    found = heard(fire(shop.root, moved))
    assert found.decision == "deny"
    assert "pay/b.py" in found.words
    assert "pay/a.py" in found.words


def test_before_a_command_it_is_said_what_is_not_looked_at(shop: RepoBuilder) -> None:
    command = codex(shop.root, tool_name="Bash", tool_input={"command": "sed -i s/a/b/ pay/a.py"})
    found = heard(fire(shop.root, command))
    assert found.decision == "allow"
    assert "not looked at beforehand" in found.words
    assert "standard" in found.words
    assert fire(shop.root, claude(shop.root, "x", tool_name="Bash", tool_input={"command": "ls"})).out == ""


def test_a_patch_inside_a_command_is_looked_at(shop: RepoBuilder) -> None:
    text = "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: pay/a.py\n+x\n*** End Patch\nEOF"
    assert heard(fire(shop.root, codex(shop.root, tool_name="Bash", tool_input={"command": text}))).decision == "deny"


def test_a_tool_that_may_change_nothing_is_asked_about_before_a_command(repo: RepoBuilder) -> None:
    repo.commit({PATH: "version: 1\nlayers: [{name: all}]\nrules: [{name: none, match: {origins: [ai]}}]\n"})
    repo.checkout()
    command = claude(repo.root, "x", tool_name="Bash", tool_input={"command": "ls"})
    assert heard(fire(repo.root, command)).decision == "ask"


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in ("claude-code", "generic")])
def test_every_agent_understands_a_denial(shop: RepoBuilder, name: str) -> None:
    text = json.dumps(SAMPLES[name].payload)
    first = SAMPLES[name].paths[0]
    at = str(shop.root / "pay" / "a.py")
    payload = text.replace(json.dumps(first)[1:-1], json.dumps(at)[1:-1])
    said = fire(shop.root, payload.encode(), name)
    if name in ("windsurf", "kiro"):
        assert (said.code, said.out) == (2, "")
        assert f"the tool {name} is not allowed here" in said.err
    else:
        assert said.code == 0
        keys = ("permissionDecision", "permission", "decision", "cancel")
        inner = {**said.json, **said.json.get("hookSpecificOutput", {})}
        assert [inner[key] for key in keys if key in inner] in (["deny"], [True])
        assert f"the tool {name} is not allowed here" in said.out


def test_a_hook_set_up_for_another_agent_judges_the_one_that_calls(shop: RepoBuilder) -> None:
    found = {**SAMPLES["cursor"].payload, "tool_input": {"path": str(shop.root / "pay" / "a.py"), "new_string": "x"}}
    assert fire(shop.root, found, "claude-code").json["permission"] == "deny"


def test_after_a_tool_use_and_for_reading_nothing_is_said(shop: RepoBuilder) -> None:
    for more in ({"hook_event_name": "PostToolUse"}, {"tool_name": "Read"}, {"hook_event_name": "SessionStart"}):
        assert fire(shop.root, codex(shop.root, "*** Update File: pay/a.py", **more)).out == ""


def test_without_a_policy_it_is_quiet(repo: RepoBuilder) -> None:
    payload = claude(repo.root, "pay/a.py")
    assert fire(repo.root, payload, "claude-code").out == "", "no commit yet"
    repo.commit({"pay/a.py": "x\n"})
    repo.checkout()
    for at in ("pay/a.py", ".git/hooks/x", ".answerable/policy.yaml", "a\0b"):
        said = fire(repo.root, claude(repo.root, at), "claude-code")
        assert (said.code, said.out, said.err) == (0, "", "")


def test_outside_of_any_repository_it_is_quiet(tmp_path: Path, shop: RepoBuilder) -> None:
    assert fire(tmp_path, claude(tmp_path, "a.py"), "claude-code").out == ""
    assert fire(shop.root, claude(shop.root, tmp_path / "elsewhere.py"), "claude-code").out == ""


def test_the_policy_is_that_of_the_repository_the_file_is_in(tmp_path: Path, shop: RepoBuilder) -> None:
    patch = codex(tmp_path, f"*** Update File: {shop.root}/pay/a.py", "+x")
    assert heard(fire(tmp_path, patch)).decision == "deny"


def test_a_policy_of_a_folder_counts_without_one_above(repo: RepoBuilder) -> None:
    rules = "version: 1\nrules: [{name: people, match: {origins: [ai]}, message: by hand}]\n"
    repo.commit({f"pay/{PATH}": rules, "pay/a.py": "x\n", "lib/b.py": "x\n"})
    repo.checkout()
    assert heard(fire(repo.root, codex(repo.root, "*** Update File: pay/a.py"))).decision == "deny"
    assert heard(fire(repo.root, codex(repo.root, "*** Add File: pay/deep/new.py"))).decision == "deny"
    assert fire(repo.root, codex(repo.root, "*** Update File: lib/b.py")).out == ""


def test_a_policy_of_the_organisation_counts_without_one_below(repo: RepoBuilder, tmp_path: Path) -> None:
    (tmp_path / "org.yaml").write_text(POLICY)
    assert in_force.ORGANISATION == find.ENVIRONMENT
    env = {find.ENVIRONMENT: str(tmp_path / "org.yaml")}
    patch = codex(repo.root, "*** Add File: pay/a.py")
    assert heard(fire(repo.root, patch, **env)).decision == "deny", "no commit yet"
    repo.commit({"a": "x\n"})
    repo.checkout()
    assert heard(fire(repo.root, patch, **env)).decision == "deny"


def test_the_model_is_found_in_the_transcript_where_the_policy_asks_for_it(repo: RepoBuilder, tmp_path: Path) -> None:
    rule = "{name: models, match: {origins: [ai]}, require: {tools: {models: {allow: ['claude-opus-*']}}}}"
    repo.commit({PATH: f"version: 1\nlayers: [{{name: all}}]\nrules: [{rule}]\n"})
    repo.checkout()
    file = tmp_path / ".claude" / "t.jsonl"
    file.parent.mkdir()
    payload = claude(repo.root, "a.py", transcript_path=str(file))
    assert "which model edits here is not known" in heard(fire(repo.root, payload)).words
    file.write_text(json.dumps({"message": {"model": "claude-opus-4"}}) + "\n")
    assert heard(fire(repo.root, payload)).decision == "allow"
    file.write_text(json.dumps({"message": {"model": "claude-haiku-4"}}) + "\n")
    assert "the model claude-haiku-4 is not allowed" in heard(fire(repo.root, payload)).words


def test_a_policy_with_a_fault_has_a_person_decide(repo: RepoBuilder) -> None:
    repo.commit({PATH: "version: 1\nrules: {}\n"})
    repo.checkout()
    said = fire(repo.root, claude(repo.root, PATH), "claude-code")
    found = heard(said)
    assert found.decision == "ask"
    assert f"{PATH}:2:8" in found.words
    assert "The gate judges the change as a whole later" in found.words
    assert said.err.startswith("answerable: The policy could not be asked")
    gemini = {**SAMPLES["gemini-cli"].payload, "cwd": str(repo.root)}
    gemini["tool_input"] = {**gemini["tool_input"], "file_path": str(repo.root / "a.ts")}
    assert f"{PATH}:2:8" in fire(repo.root, gemini, "gemini-cli").json["systemMessage"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"tool_input": 1}', b"\xff"])
def test_a_payload_that_cannot_be_read_has_a_person_decide(shop: RepoBuilder, data: bytes) -> None:
    said = fire(shop.root, data, "claude-code")
    assert said.code == 0
    if data != b'{"tool_input": 1}':
        assert heard(said).decision == "ask"
        assert fire(shop.root, data, "cline").json["cancel"] is False
        assert fire(shop.root, data).err.startswith("answerable: The policy could not be asked")


def test_an_agent_that_is_not_known_is_named_and_nothing_stopped(shop: RepoBuilder) -> None:
    said = fire(shop.root, claude(shop.root, "pay/a.py"), "clod")
    assert (said.code, said.out) == (1, "")
    assert "[agent-unknown]" in said.err


def test_it_can_be_asked_of_another_folder(shop: RepoBuilder, tmp_path: Path) -> None:
    payload = codex(shop.root, "*** Update File: pay/a.py")
    del payload["cwd"]
    said = ask("-C", str(shop.root), "guard", "codex", cwd=tmp_path, feed=json.dumps(payload))
    assert heard(said).decision == "deny"
    assert ask_here("guard", "--help", cwd=tmp_path).code == 0
