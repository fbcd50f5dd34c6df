"""A payload is read by the standard library alone, and without what makes a hook slow to start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import answerable
from capture.payloads import SAMPLES

SOURCE = os.fspath(Path(answerable.__file__).parent.parent)
CODE = """\
import json, sys
sys.path.insert(0, sys.argv[1])
from answerable.capture.payload import registry
from answerable.capture.payload.model import Answer, Decision
found = registry.read(sys.stdin.buffer.read(), sys.argv[2])
found.adapter.reply(found.payload, Answer(Decision.DENY, "no"))
print(json.dumps([found.use.paths, sorted(sys.modules)]))
"""


@pytest.mark.parametrize("name", SAMPLES)
def test_a_bare_interpreter_reads_it(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", CODE, SOURCE, name],
        input=json.dumps(SAMPLES[name].payload).encode(),
        capture_output=True,
        check=True,
    )
    paths, modules = json.loads(done.stdout)
    assert tuple(paths) == SAMPLES[name].paths
    assert {"dataclasses", "inspect", "pathlib", "subprocess", "click"}.isdisjoint(modules)
    ours = [module for module in modules if module.startswith("answerable.") and ".capture" not in module]
    assert ours == ["answerable.errors"]
    theirs = {module.removeprefix("answerable.capture.payload.") for module in modules if "capture.payload." in module}
    agents = {"amp", "claude_code", "cline", "codex", "copilot", "cursor", "gemini", "kiro", "opencode", "windsurf"}
    assert len(theirs & agents) <= 1, "only the module that is needed is loaded"
