"""The plugins for hosts without hooks, run by a JavaScript engine as their hosts would: what they tell is recorded."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e.machine import FILES, Machine, spooled

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="there is no engine (node) to run a plugin with")

OPENCODE = """\
import { AnswerableRecorder as plugin } from "./plugin.mjs"
const hooks = await plugin({ directory: process.argv[2] })
const file = process.argv[2] + "/a.py"
await hooks["chat.message"]({ sessionID: "s1", model: { providerID: "anthropic", modelID: "claude-opus-4-8" } }, {})
const input = { tool: "write", sessionID: "s1", callID: "c1" }
await hooks["tool.execute.before"](input, { args: { filePath: file, content: "x = 1\\n" } })
await hooks["tool.execute.after"](input, { title: "a.py", output: "done" })
await hooks["tool.execute.before"](undefined, undefined)
await hooks["tool.execute.after"]({ callID: "c9" }, undefined)
await hooks["chat.message"](undefined, undefined)
"""
AMP = """\
import plugin from "./plugin.mjs"
process.chdir(process.argv[2])
const on = {}
plugin({ on: (event, run) => { on[event] = run } })
const file = process.argv[2] + "/a.py"
const call = { tool: "create_file", toolUseID: "c1", input: { path: file, content: "x = 1\\n" } }
const answer = await on["tool.call"](call, { thread: { id: "T-1" } })
await on["tool.result"]({ toolUseID: "c1", status: "done", output: "made" }, { thread: { id: "T-1" } })
console.log(JSON.stringify(answer))
await on["tool.call"](undefined, undefined)
await on["tool.result"](undefined, undefined)
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


def play(machine: Machine, agent: str, script: str, plugin: str | None = None) -> str:
    """Let a host's part be played with the plugin that is installed."""
    machine.done("init", "--agents", agent)
    stage = machine.home / "stage"
    stage.mkdir()
    (stage / "plugin.mjs").write_text(plugin or (machine.home / FILES[agent]).read_text())
    (stage / "host.mjs").write_text(script)
    done = subprocess.run(
        [str(NODE), str(stage / "host.mjs"), str(machine.shop)], cwd=stage, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_what_opencode_tells_is_recorded(machine: Machine) -> None:
    play(machine, "opencode", OPENCODE)
    before, after, *_ = spooled(machine)
    assert before["host"] == "opencode"
    payload = before["payload"]
    assert (payload["event"], payload["sessionID"], payload["callID"]) == ("tool.execute.before", "s1", "c1")
    assert payload["model"] == "anthropic/claude-opus-4-8"
    assert [row["path"] for row in before["paths"]] == ["a.py"]
    assert (after["payload"]["event"], after["payload"]["args"]) == ("tool.execute.after", payload["args"])


def test_what_amp_tells_is_recorded_and_nothing_is_decided(machine: Machine) -> None:
    out = play(machine, "amp", AMP)
    assert json.loads(out) == {"action": "allow"}
    before, after, *_ = spooled(machine)
    assert (before["host"], before["payload"]["event"], before["payload"]["thread_id"]) == ("amp", "tool.call", "T-1")
    assert [row["path"] for row in after["paths"]] == ["a.py"]
    assert (after["payload"]["event"], after["payload"]["tool"]) == ("tool.result", "create_file")


@pytest.mark.parametrize(("agent", "script"), [("opencode", OPENCODE), ("amp", AMP)])
def test_a_program_that_is_gone_does_not_reach_the_host(agent: str, script: str, machine: Machine) -> None:
    machine.done("init", "--agents", agent)
    text = (machine.home / FILES[agent]).read_text()
    start = text.index("const [program")
    gone = text[:start] + 'const [program, ...words] = ["/nowhere/python"]\n' + text[text.index("\n", start) + 1 :]
    play(machine, agent, script, gone)
    assert spooled(machine) == []
