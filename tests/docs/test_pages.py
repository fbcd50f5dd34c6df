"""Pages lead where they say, commands in them exist, and the tutorial prints what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from answerable.cli import main as program
from docs import transcripts

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda file: file.relative_to(ROOT).as_posix())
_CODE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<to>[^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_COMMAND = re.compile(r"(?:^|\| |`|\$ |\n)answerable (?P<rest>[^\n`|]*)")


def short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    plain = [re.sub(r"[^\w\- ]", "", h.replace("`", "").lower()) for h in _HEADING.findall(_CODE.sub("", text))]
    return {heading.strip().replace(" ", "-") for heading in plain}


def links(text: str) -> list[str]:
    return [m["to"] for m in _LINK.finditer(_INLINE.sub("``", _CODE.sub("", text)))]


@pytest.mark.parametrize("file", PAGES, ids=short)
def test_every_link_inside_the_repository_leads_to_a_file_and_a_heading(file: Path) -> None:
    broken = []
    for link in links(file.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (file.parent / path).resolve() if path else file
        if not target.is_file() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index() -> None:
    reached, waiting = set(), [ROOT / "docs" / "index.md"]
    while waiting:
        file = waiting.pop()
        if file in reached or not file.is_relative_to(ROOT / "docs"):
            continue
        reached.add(file)
        inside = (unquote(link).partition("#")[0] for link in links(file.read_text("utf-8")) if ":" not in link)
        waiting += [(file.parent / link).resolve() for link in inside if link.endswith(".md")]
    assert [short(file) for file in PAGES if file.is_relative_to(ROOT / "docs") and file not in reached] == []


def shell_lines(text: str) -> list[str]:
    """The lines of shell blocks, with continued lines joined."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.replace("\\\n", " ").split("\n")]


@pytest.mark.parametrize("file", PAGES, ids=short)
def test_every_command_of_ours_in_a_shell_block_parses(file: Path) -> None:
    ours = [line for line in shell_lines(file.read_text("utf-8")) if line.startswith("answerable ")]
    for line in ours:
        words = shlex.split(re.split(r" [|<>] | \|$", line)[0], comments=True)[1:]
        if words[0].startswith("-"):
            assert words == ["--version"]
            continue
        command: click.Command = program.cli
        while isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), words[0])
            assert inner is not None, line
            command, name, words = inner, words[0], words[1:]
        command.make_context(name, words, resilient_parsing=False)


@pytest.mark.parametrize("file", PAGES, ids=short)
def test_every_make_target_in_a_shell_block_exists(file: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    asked = {m[1] for line in shell_lines(file.read_text("utf-8")) if (m := re.match(r"make ([a-z]+)", line))}
    assert asked - targets == set()


def test_the_readme_names_every_command_and_stays_short() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in program.COMMANDS if f"answerable {name}" not in text and f"make {name}" not in text] == []
    assert len(text.splitlines()) < 150


def test_the_readme_shows_what_the_demo_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines may be left out, marked with an ellipsis; none may be changed, and their order holds."""
    text = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[0].splitlines()
    assert program.run(["demo"]) == 0
    printed = iter([line.rstrip() for line in capsys.readouterr().out.splitlines()])
    kept = [line for line in shown if line != "…"]
    assert len(kept) > 10
    assert [line for line in kept if line not in printed] == []


@pytest.mark.parametrize("file", transcripts.PAGES, ids=short)
def test_the_tutorial_runs_and_prints_what_it_shows(file: Path, tmp_path: Path) -> None:
    blocks = transcripts.shown(file.read_text("utf-8"))
    printed = transcripts.run([block.shell for block in blocks], tmp_path)
    assert sum(block.output is not None for block in blocks) >= 5
    for block, output in zip(blocks, printed, strict=True):
        expected = block.output if block.output is not None else ""
        assert transcripts.plain(output) == transcripts.plain(expected), block.shell
