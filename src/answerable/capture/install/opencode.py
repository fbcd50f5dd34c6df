"""OpenCode: a plugin of our own that passes on what it is told (opencode.ai/docs/plugins).

The model is told with a message, not with a tool use; the plugin remembers it for the session. Nothing that goes wrong
in it reaches OpenCode.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.install import claude_format
from answerable.capture.install.command import Program
from answerable.capture.install.model import Machine, Managed, Target

NAME = "opencode"
_FILE = Path("plugins", "answerable-recorder.js")
_PLUGIN = """\
// Made by `answerable init`: records what the agent does. Taken out by `answerable uninit`.
import { spawnSync } from "node:child_process"

const [program, ...words] = %s

export const AnswerableRecorder = async ({ directory }) => {
  const models = new Map()
  const given = new Map()
  const tell = (event, about) => {
    try {
      const model = models.get(about.sessionID)
      const payload = JSON.stringify({ host: "opencode", event, directory, ...about, ...(model && { model }) })
      spawnSync(program, words, { input: payload, timeout: 5000, stdio: ["pipe", "ignore", "ignore"] })
    } catch {}
  }
  return {
    "chat.message": async (input) => {
      try {
        const model = input?.model
        if (model?.modelID) models.set(input.sessionID, `${model.providerID}/${model.modelID}`)
      } catch {}
    },
    "tool.execute.before": async (input, output) => {
      const { tool, sessionID, callID } = input ?? {}
      const args = output?.args
      given.set(callID, args)
      tell("tool.execute.before", { tool, sessionID, callID, args })
    },
    "tool.execute.after": async (input) => {
      const { tool, sessionID, callID } = input ?? {}
      const args = input?.args ?? given.get(callID)
      given.delete(callID)
      tell("tool.execute.after", { tool, sessionID, callID, args })
    },
  }
}
"""


def used(root: Path | None, machine: Machine) -> bool:
    """Its folder is there."""
    here = [root / ".opencode", root / "opencode.json", root / "opencode.jsonc"] if root else []
    return claude_format.any_there(machine.config / "opencode", *here)


def repository(root: Path, machine: Machine) -> Sequence[Target]:
    """A plugin of a repository."""
    return (_target(root / ".opencode" / _FILE, machine.program),)


def user(machine: Machine) -> Sequence[Target]:
    """A plugin of a person."""
    return (_target(machine.config / "opencode" / _FILE, machine.program),)


def managed(program: Program) -> Sequence[Managed]:  # noqa: ARG001 - all agents get it
    """It has none."""
    return ()


def _target(path: Path, program: Program) -> Target:
    return Target(agent=NAME, path=path, content=_PLUGIN % program.script(NAME))
