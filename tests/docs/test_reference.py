"""The reference says all that the code can do or say; each test fails when something is undocumented."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from answerable.audit.signals import signals
from answerable.audit.tally import Tally
from answerable.cli import main as program
from answerable.errors import AnswerableError
from answerable.provenance import agent_trace, decisions, entire, git_ai, registry
from answerable.provenance.table import table
from builders import RepoBuilder
from e2e.ledgers import Team

ROOT = Path(__file__).parent.parent.parent
REFERENCE = ROOT / "docs" / "reference"
SOURCES = sorted((ROOT / "src" / "answerable").rglob("*.py"))


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by the words that lead to it, those inside other commands too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        inner = group.get_command(context, name)
        assert inner is not None
        yield f"{above}{name}", inner
        if isinstance(inner, click.Group):
            yield from commands(inner, f"{above}{name} ")


COMMANDS = dict(commands(program.cli))


def page(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


def calls(name: str) -> Iterator[ast.Call]:
    """Every call of a class or function of this name in the code."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name:
                yield node


def texts(name: str, keyword: str) -> set[str]:
    """The texts given for a keyword (or as the first argument) in calls of a name."""
    given = [(k.value for k in call.keywords if k.arg == keyword) for call in calls(name)]
    first = [call.args[:1] for call in calls(name)]
    nodes = [node for some in (*given, *first) for node in some]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def errors() -> list[type[AnswerableError]]:
    found, waiting = [], [AnswerableError]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    return found


def test_the_reference_pages_are_what_the_code_says() -> None:
    command = [sys.executable, os.fspath(ROOT / "scripts" / "reference.py"), "--check"]
    environment = os.environ | {"PYTHONPATH": os.fspath(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_each_of_its_options_is_documented(name: str) -> None:
    section = page("commands.md").split(f"\n## answerable {name}\n")[1].split("\n## ")[0]
    options = [o for p in COMMANDS[name].params if isinstance(p, click.Option) for o in p.opts]
    assert [option for option in options if f"`{option}`" not in section] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    silent = [p.name for p in COMMANDS[name].params if isinstance(p, click.Option) and not p.help]
    assert silent == []
    assert COMMANDS[name].help


def test_every_error_code_is_documented_with_its_exit() -> None:
    rows = page("errors.md")
    assert [e.code for e in errors() if f"| `{e.code}` | {e.exit_code} |" not in rows] == []


def test_every_exit_code_in_use_is_documented() -> None:
    used = {0, program.INTERRUPTED, program.COULD_NOT, program.USAGE, *(e.exit_code for e in errors())}
    assert [code for code in used if f"| `{code}` |" not in page("exit-codes.md")] == []


def test_every_kind_of_defect_is_documented() -> None:
    kinds = {*git_ai.DEFECTS, *agent_trace.DEFECTS, *entire.DEFECTS, *decisions.DEFECTS, registry.PLUGIN_FAILED}
    assert [kind for kind in kinds if f"| `{kind}` |" not in page("defects.md")] == []


def test_no_code_names_a_defect_that_is_not_documented() -> None:
    found = texts("Defect", "kind")
    assert found, "nothing was looked at"
    assert [kind for kind in found if f"| `{kind}` |" not in page("defects.md")] == []


def test_every_signal_and_every_gap_is_documented() -> None:
    names = {signal.name for signal in signals(Tally())}
    tree = ast.parse((ROOT / "src/answerable/audit/gaps.py").read_bytes())
    words = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    gaps = {word for word in words if re.fullmatch(r"[a-z]+-[a-z]+", word)}
    assert len(names) >= 4
    assert len(gaps) >= 9
    assert [name for name in names | gaps if f"| `{name}` |" not in page("signals.md")] == []


def test_every_tool_is_in_the_signature_table_page() -> None:
    assert [row["name"] for row in table().rows if f"| `{row['name']}` |" not in page("signatures.md")] == []


def test_every_environment_variable_is_documented() -> None:
    words = {word for file in SOURCES for word in re.findall(r"\bANSWERABLE_[A-Z_]+\b", file.read_text("utf-8"))}
    assert {"ANSWERABLE_DEBUG", "ANSWERABLE_LEDGER", "ANSWERABLE_KEY_PASSPHRASE"} <= words
    assert [word for word in words if f"| `{word}` |" not in page("settings.md")] == []


def test_every_setting_is_documented() -> None:
    """The keys that the reader of the configuration asks for."""
    tree = ast.parse((ROOT / "src/answerable/incident/mappings.py").read_bytes())
    asked = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        and node.args and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert asked == {"code_mappings", "stack_root", "source_root"}
    assert [key for key in asked if not re.search(rf"`[\w.\[\]]*{key}`", page("settings.md"))] == []


def test_every_schema_that_the_code_writes_is_documented() -> None:
    pattern = re.compile(r"answerable/[a-z-]+/v\d+")
    written = {word for file in SOURCES for word in pattern.findall(file.read_text("utf-8"))}
    assert [schema for schema in written if f"\n## {schema}\n" not in page("json.md")] == []


def test_every_file_of_the_cache_is_documented(repo: RepoBuilder, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({"a.txt": "one\n"})
    repo.commit({"a.txt": "one\ntwo\n"})
    assert program.run(["-C", os.fspath(repo.root), "lines"]) == 0
    assert capsys.readouterr().out
    kept = sorted(file.name for file in (repo.git_dir / "answerable").iterdir())
    assert "snapshot" in kept
    assert [name for name in kept if f"| `{name}` |" not in page("cache.md")] == []


def _keys(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}".lstrip(".")
            yield from _keys(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner, f"{path}[]")


@pytest.mark.parametrize(
    "command",
    ["for HEAD", "for a.txt:1", "scan", "test", "recall", "lines", "gate HEAD~1..HEAD", "policy check",
     "policy explain a.txt:1"],
)  # fmt: skip
def test_every_key_that_a_command_prints_is_documented(
    command: str, repo: RepoBuilder, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>"
    repo.commit({"a.txt": "one\n", "CODEOWNERS": "* @acme/web @ada\n"}, message="Begin")
    repo.commit({"a.txt": "one\ntwo\n"}, message=f"Go on (#2)\n\nReviewed-by: Bo <bo@example.com>\n{mark}")
    assert program.run(["-C", os.fspath(repo.root), *command.split(), "--format", "json"]) == 0
    assert undocumented(json.loads(capsys.readouterr().out)) == []


LEDGER = [
    "record deploy --context a=FOLDER/file", "record deploy -o FOLDER/file", "ledger append FOLDER/signed",
    "ledger show", "ledger show --keys", "ledger verify", "ledger prove 0", "ledger checkpoint",
    "ledger export FOLDER/out",
    "ledger import", "ledger witness remember FOLDER/seen", "ledger sync", "init",
]  # fmt: skip


@pytest.mark.parametrize("command", LEDGER)
def test_every_key_that_a_command_of_the_ledger_prints_is_documented(
    command: str, repo: RepoBuilder, tmp_path: Path
) -> None:
    team = Team(repo, tmp_path)
    (tmp_path / "file").write_text("words")
    repo.git("init", "-q", "--bare", "../remote")
    repo.git("remote", "add", "origin", "../remote")
    team.record(team.ada, "deploy", "-o", os.fspath(tmp_path / "signed"))
    signing = team.ada.signing if command.split()[0] in ("record", "init") else ()
    document = team.done(*command.replace("FOLDER", os.fspath(tmp_path)).split(), *signing)
    assert [key for key in undocumented(document) if not key.startswith("entries[].statement.")] == []


def undocumented(document: dict[str, Any]) -> list[str]:
    """Keys of a document that its section does not list."""
    section = page("json.md").split(f"\n## {document['schema']}\n")[1].split("\n## ")[0]
    known = set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))
    counted = {key.removesuffix(".NAME") for key in known if key.endswith(".NAME")}
    shown = {
        re.sub(rf"^({'|'.join(map(re.escape, counted)) or '$'})\.[^.]+", r"\1.NAME", key) for key in _keys(document)
    }
    return sorted(shown - known)
