"""Amp: a plugin of our own that passes on what it is told (ampcode.com/manual/plugin-api); Amp calls that experimental.

Nothing that goes wrong in it reaches Amp, and it has no say in what is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target

NAME = "amp"
_FILE = Path("plugins", "answerable-recorder.ts")
_PLUGIN = """\
// Made by `answerable init`: records what the agent does. Taken out by `answerable uninit`.
import { spawnSync } from "node:child_process"

const [program, ...words] = %s

export default function (amp) {
  const given = new Map()
  const tell = (event, about) => {
    try {
      const payload = JSON.stringify({ host: "amp", event, cwd: process.cwd(), ...about })
      spawnSync(program, words, { input: payload, timeout: 5000, stdio: ["pipe", "ignore", "ignore"] })
    } catch {}
  }
  const about = (event, context) => {
    const thread = context?.thread?.id ?? event?.thread?.id
    const { tool, input, toolUseID } = event ?? {}
    return { ...(tool && { tool }), ...(input && { input }), toolUseID, ...(thread && { thread_id: thread }) }
  }
  amp.on("tool.call", async (event, context) => {
    given.set(event?.toolUseID, about(event, context))
    tell("tool.call", about(event, context))
    return { action: "allow" }
  })
  amp.on("tool.result", async (event, context) => {
    const before = given.get(event?.toolUseID)
    given.delete(event?.toolUseID)
    tell("tool.result", { ...before, ...about(event, context) })
  })
}
"""


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    return claude_format.any_there(machine.config / "amp", *([root / ".amp"] if root else []))


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """A plugin of a repository."""
    return (_target(root / ".amp" / _FILE, machine.program),)


def user(machine: Machine) -> Sequence[Target]:
    """A plugin of a person."""
    return (_target(machine.home / ".config" / "amp" / _FILE, machine.program),)


def managed(program: Program) -> Sequence[Managed]:  # noqa: ARG001 - all agents get it
    """It has none."""
    return ()


def _target(path: Path, program: Program) -> Target:
    return Target(agent=NAME, path=path, content=_PLUGIN % program.script(NAME))
