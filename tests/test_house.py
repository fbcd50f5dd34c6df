"""The rules of the house that a machine can hold: docstrings, sizes, no trace of a machine, error codes."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from answerable import errors

ROOT = Path(__file__).parent.parent
FILES = sorted(
    ROOT / os.fsdecode(name)
    for name in subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    if name and (ROOT / os.fsdecode(name)).is_file()
)
PUBLISHED = ROOT / "tests" / "conformance" / "data"
SOURCES = [file for file in FILES if file.suffix == ".py"]
SHIPPED = [file for file in SOURCES if file.is_relative_to(ROOT / "src")]
ERRORS = [thing for _, thing in inspect.getmembers(errors, inspect.isclass) if issubclass(thing, Exception)]

# A path of the machine it was written on (people who do not exist may have a home in a trace of a test); an
# address from which packages come.
MACHINE = re.compile(rb"(?<![\w.~-])/(?:work/|root/|home/(?!(?:ada|ann|bo|runner|user)/))[^\s\"'`<>)\]}|]*")
REGISTRY = re.compile(
    rb"pypi[.]org|pythonhosted[.]org|--(?:extra-)?index[-]url|--find[-]links|registry[.]npmjs|artifactor[y]|devp[i]",
    re.IGNORECASE,
)


def short(file: Path) -> str:
    return os.fspath(file.relative_to(ROOT))


def test_there_is_something_to_check() -> None:
    assert len(SHIPPED) > 10
    assert len(ERRORS) > 5


@pytest.mark.parametrize("file", SHIPPED, ids=short)
def test_every_module_opens_with_what_it_guarantees(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_bytes())), "say in a docstring what the module guarantees"


@pytest.mark.parametrize("file", SOURCES, ids=short)
def test_no_file_is_longer_than_four_hundred_lines(file: Path) -> None:
    assert len(file.read_bytes().splitlines()) <= 400, "it is two ideas: make it two files"


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["machine path", "registry address"])
def test_no_file_carries_a_trace_of_the_machine_it_was_made_on(pattern: re.Pattern[bytes]) -> None:
    ours = [file for file in FILES if not file.is_relative_to(PUBLISHED)]  # what others published is as they wrote it
    found = {short(file): match[0] for file in ours if (match := pattern.search(file.read_bytes()))}
    assert not found


def test_every_file_name_can_be_checked_out_on_every_system() -> None:
    names = [short(file) for file in FILES]
    assert [name for name in names if not re.fullmatch(r"[\w./+@-]+", name, re.ASCII)] == []
    assert [name for name, count in Counter(map(str.lower, names)).items() if count > 1] == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_says_in_a_sentence_what_it_means_and_has_a_code_of_its_own(error: type) -> None:
    assert issubclass(error, errors.AnswerableError)
    assert error.__doc__
    assert "code" in vars(error), "an inherited code cannot be told apart"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code)
    assert error.exit_code in {2, 3}


def test_no_two_errors_share_a_code() -> None:
    codes = Counter(error.code for error in ERRORS)
    assert [code for code, count in codes.items() if count > 1] == []


def test_an_error_carries_its_message_and_its_hint() -> None:
    error = errors.PathNotFound("no such path: a", hint="ask for b")
    assert (str(error), error.message, error.hint) == ("no such path: a", "no such path: a", "ask for b")
    assert errors.UsageError("x").hint is None


def test_every_test_is_named_as_a_sentence() -> None:
    short_names = [
        f"{short(file)}: {node.name}"
        for file in SOURCES
        if file.is_relative_to(ROOT / "tests")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert short_names == []
