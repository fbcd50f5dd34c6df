"""The documents of `answerable owners import` and `answerable owners export`, printed by them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from answerable.cli import main


def exchange_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents by the command."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder)
        rules = shop / "CODEOWNERS"
        rules.write_text("* @ada\n!x @ada\n")
        subprocess.run(("git", "init", "--quiet", folder), check=True)
        file = shop / ".answerable" / "owners.yaml"
        asked = ("owners", "import", "github-codeowners", str(rules))
        made = [_run(shop, *asked), _run(shop, *asked, "-o", str(file))]
        file.write_text(file.read_text() + "teams: {a: {members: []}}\n")
        _commit(shop)
        out = [
            _run(shop, "owners", "export", "backstage"),
            _run(shop, "owners", "export", "codeowners", "-o", str(rules)),
        ]
    return {"owners import": made, "owners export": out}


def _commit(shop: Path) -> None:
    who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for step in (("add", "-A"), ("commit", "--quiet", "-m", "Begin")):
        subprocess.run(("git", "-C", str(shop), *step), check=True, env=os.environ | who)


def _run(shop: Path, *arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        main.run(["-C", str(shop), *arguments, "--format", "json"])
    found: dict[str, Any] = json.loads(out.getvalue())
    return found
