"""Runs ast-grep over copies of files, so that nothing in a repository can act through it, hide from it or stall it.

The copies have names and a folder of ours: no configuration, ignore file or link of a repository is seen. Comments that
would silence it are made to mean nothing. It has no shell, no environment of the caller's, a bound of time and one of
output, and must find a fault that is planted among the copies: a run that sees nothing is never taken for good news.
"""

from __future__ import annotations

import json
import shutil
import subprocess  # the one place besides answerable.git that runs a program
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

from answerable.errors import AnalyserFailed, ExtraMissing

PROGRAM = "ast-grep"
LARGEST = 2 << 20
"""How many bytes a file may have: ast-grep passes over larger ones without a word."""

SECONDS = 120
_MOST_OUTPUT = 64 << 20  # bytes
_SILENCES = b"ast-grep-ignore"
_SPOILT = b"ast_grep_ignore"
_EVERYTHING = ("hidden", "dot", "exclude", "global", "parent", "vcs")
_PLANTED = "id: planted\nlanguage: Python\nseverity: warning\nrule: {pattern: planted_fault()}\n"
_HINT = "try again; if it happens again, please report it with the version of ast-grep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that a rule matches: which file (its number), and its lines, 1-based inclusive."""

    rule: str
    file: int
    start: int
    end: int


def program() -> Path:
    """Where ast-grep is.

    Raises:
        ExtraMissing: it is not installed.
    """
    beside = Path(sysconfig.get_path("scripts")) / PROGRAM
    found = shutil.which(beside) or shutil.which(PROGRAM)
    if found is None:
        hint = "pip install 'answerable[review]'"
        raise ExtraMissing("looking for failure modes needs ast-grep, which is not installed", hint=hint)
    return Path(found).absolute()


def scan(rules: Sequence[str], files: Sequence[tuple[str, bytes]], seconds: float = SECONDS) -> list[Match]:
    """Match rules against files.

    Args:
        rules: Each a document of its rule format, in YAML.
        files: Endings of names, such as ``.py``, and contents, each of at most `LARGEST` bytes.
        seconds: How long it may take.

    Raises:
        ExtraMissing: it is not installed.
        AnalyserFailed: it did not run to its end.
    """
    where = program()
    with TemporaryDirectory(prefix="answerable-") as made:
        folder = Path(made)
        (folder / "rules").mkdir()
        (folder / "files").mkdir()
        for at, rule in enumerate((_PLANTED, *rules)):
            (folder / "rules" / f"{at}.yml").write_text(rule, "utf-8")
        (folder / "sgconfig.yml").write_text("ruleDirs: [rules]\n", "utf-8")
        for at, (ending, content) in enumerate(((".py", b"planted_fault()\n"), *files)):
            (folder / "files" / f"{at}{ending}").write_bytes(_legible(content))
        found = list(_matches(_run(where, folder, seconds)))
    if not any(match.rule == "planted" and match.file == 0 for match in found):
        raise AnalyserFailed("ast-grep did not find the fault that was planted for it", hint=_HINT)
    return [
        Match(rule=match.rule, file=match.file - 1, start=match.start, end=match.end) for match in found if match.file
    ]


def _legible(content: bytes) -> bytes:
    """The same lines as UTF-8, which it wants, without a byte that ends it early or a comment that silences it."""
    text = content.decode("utf-8", "replace").encode().replace(b"\0", b" ")
    return text.replace(_SILENCES, _SPOILT)


def _run(where: Path, folder: Path, seconds: float) -> bytes:
    every = [part for kind in _EVERYTHING for part in ("--no-ignore", kind)]
    command = [str(where), "scan", "--config", "sgconfig.yml", "--json=stream", "--threads", "2", *every, "files"]
    said = folder / "said"
    with said.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            env={"HOME": str(folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
        )  # fmt: skip
        clock = Timer(seconds, process.kill)
        clock.start()
        out = b""
        try:
            out = process.stdout.read(_MOST_OUTPUT + 1) if process.stdout else b""
            if len(out) <= _MOST_OUTPUT:
                process.wait()
        finally:
            late = not clock.is_alive()
            clock.cancel()
            process.kill()
            if process.stdout:
                process.stdout.close()
            code = process.wait()
    if late:
        raise AnalyserFailed(f"ast-grep did not end within {seconds:g} seconds", hint="look at a smaller change")
    if len(out) > _MOST_OUTPUT:
        raise AnalyserFailed("ast-grep found more than can be told", hint="look at a smaller change")
    if code:
        words = said.read_bytes()[:2000].decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        told = "".join(ch for ch in words[0] if ch.isprintable())
        raise AnalyserFailed(f"ast-grep ended with {code}: {told}", hint=_HINT)
    return out


def _matches(out: bytes) -> Iterator[Match]:
    try:
        for line in out.splitlines():
            told = json.loads(line)
            lines = told["range"]
            end = lines["end"]["line"] + (lines["end"]["column"] > 0 or lines["end"]["line"] == lines["start"]["line"])
            yield Match(
                rule=told["ruleId"],
                file=int(Path(told["file"]).stem),
                start=lines["start"]["line"] + 1,
                end=max(end, lines["start"]["line"] + 1),
            )
    except (ValueError, KeyError, TypeError) as error:
        raise AnalyserFailed("what ast-grep says cannot be read", hint=_HINT) from error
