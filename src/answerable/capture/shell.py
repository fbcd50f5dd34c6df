"""Tells whether a command says that it writes a file: only then is a change, while it runs, taken for its own.

A person may save a file at any moment, so that a command ran just then is not enough: `make`, `pytest app.py` and
`cat app.py` say nothing; `echo x >> app.py`, `sed -i … app.py`, `find … -name '*.py' | xargs sed -i …` do.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from answerable.capture.payload.kinds import words as known_words

_LONGEST = 20_000  # characters that are read
_INTO = re.compile(r"(?<![0-9&<>=-])>{1,2}[|&]?[ \t]*([^\s;&|<>()]+)")
_PARTS = re.compile(r"[;|&\n]+")
_QUOTED = str.maketrans(dict.fromkeys("'\"`(){},:=", " "))
_WRITES = known_words(
    "tee mv cp touch patch dd install rsync truncate ln apply_patch ed ex black isort autopep8 yapf gofmt goimports "
    "rustfmt shfmt unzip tar curl wget rename applypatch"
)
_IN_PLACE = known_words("sed gsed perl ruby awk gawk yq jq")  # where they are told so
_RUNS = known_words("python python3 node ruby perl php deno bun bash sh zsh osascript")  # what is in the command
_FLAGS = known_words("--write -w --fix --in-place --inplace --output --out -o --output-file --overwrite --apply")
_GIT = known_words("apply am checkout restore mv stash merge pull rebase cherry-pick revert reset")
_SHORT = re.compile(r"-[A-Za-z0-9.]*i[A-Za-z0-9.]*")
_INLINE = re.compile(r"-(?:c|e|r|pe|ne|pie|)")


def says_that_it_writes(command: str, path: str) -> bool:
    """Whether a command says that it writes a file, by its name or by a pattern of names.

    Args:
        command: What a shell was told to run.
        path: The file, from the work tree's root.
    """
    command, name = command[:_LONGEST], path.rpartition("/")[2]
    if any(_names(word, name) for word in _INTO.findall(command)):
        return True
    parts = [part.translate(_QUOTED).split() for part in _PARTS.split(command)]
    if not any(_names(word, name) for words in parts for word in words):
        return False
    heredoc = "<<" in command
    for words in parts:
        if words and _writes(words, heredoc=heredoc):
            apart = "xargs" in words or heredoc or _runs(words)  # the name may stand anywhere
            if apart or any(_names(word, name) for word in words):
                return True
    return False


def _writes(words: list[str], *, heredoc: bool) -> bool:
    programs = {word.rpartition("/")[2] for word in words}
    if programs & _WRITES or _FLAGS & set(words):
        return True
    if programs & _IN_PLACE and any(_SHORT.fullmatch(word) for word in words):
        return True
    if "git" in programs and programs & _GIT:
        return True
    if "ruff" in programs and "format" in programs:
        return True
    return _runs(words) or (heredoc and bool(programs & _RUNS))


def _runs(words: list[str]) -> bool:
    """Whether a program runs what stands in the command itself."""
    return any(
        word.rpartition("/")[2] in _RUNS and any(_INLINE.fullmatch(flag) for flag in words[at + 1 : at + 4])
        for at, word in enumerate(words)
    )


def _names(word: str, name: str) -> bool:
    last = word.strip("'\"").rstrip("/").rpartition("/")[2]
    return last == name or (any(sign in last for sign in "*?[") and fnmatchcase(name, last))
