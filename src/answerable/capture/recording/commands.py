"""Finds what a shell is told to run in a payload, and the paths that its words may be: those are looked at.

A word too many only costs a look. What stands in a text that the command is given (`<<EOF`) names no file.
"""

import os

MOST = 50  # words that are looked at
_LONGEST = 100_000  # characters of a command
_GIVEN = ("tool_input", "toolInput", "toolArgs", "tool_args", "args", "input", "tool_info", "parameters")
_NESTED = ("preToolUse", "postToolUse", "data")
_SAID = ("command", "cmd", "command_line", "commandLine", "script")
_FOLDERS = ("workdir", "working_directory", "workingDirectory", "dir_path", "cwd")
_PARTS = str.maketrans(dict.fromkeys("\t;|&<>(){}'\"`=,:", " "))
_NO_PATH = frozenset("*?[]$\\^~%!#")


def command_of(payload: dict[str, object]) -> tuple[str, str]:
    """What a shell is told to run, and in which folder, as far as that is said; both may be empty."""
    for given in inputs_of(payload):
        for key in _SAID:
            said = given.get(key)
            if isinstance(said, list):
                said = " ".join(part for part in said if isinstance(part, str))
            if isinstance(said, str) and said:
                return said[:_LONGEST], _folder(given)
    return "", ""


def paths(command: str, folder: bytes) -> list[bytes]:
    """The files that its words may name, absolute, each once: those that are there, and those that it may make.

    Args:
        command: What the shell is told to run.
        folder: Where; `cd` leads on from there.
    """
    found: dict[bytes, None] = {}
    words = _words(command)
    for at, word in enumerate(words):
        if at and words[at - 1] == "cd":
            folder = os.path.join(folder, os.fsencode(word))
            continue
        if _NO_PATH.isdisjoint(word) and word[0] != "-" and not word.endswith(("/", ".")) and len(word) < 1024:
            full = os.path.join(folder, word.encode("utf-8", "surrogateescape"))
            if full not in found and ("." in word or "/" in word or os.path.isfile(full)):
                found[full] = None
                if len(found) == MOST:
                    break
    return list(found)


def inputs_of(payload: dict[str, object]) -> list[dict[str, object]]:
    """What a tool was given, wherever its agent says that."""
    found = []
    for where in (payload, *map(payload.get, _NESTED)):
        if not isinstance(where, dict):
            continue
        for key in _GIVEN:
            given = where.get(key)
            if isinstance(given, str) and given[:1] == "{":
                given = _object(given)
            if isinstance(given, dict):
                found.append(given)
    return found


def _folder(given: dict[str, object]) -> str:
    said = (given.get(key) for key in _FOLDERS)
    return next((one for one in said if isinstance(one, str) and one and "\0" not in one), "")


def _object(text: str) -> object:
    from answerable.capture.recording.quick import load

    try:
        return load(text)
    except (ValueError, RecursionError):
        return None


def _words(command: str) -> list[str]:
    """The words of a command, without the texts that it is given."""
    found: list[str] = []
    end = ""
    for line in command.split("\n"):
        if end:
            if line.strip() == end:
                end = ""
            continue
        if "<<" in line:
            after = line.partition("<<")[2].lstrip("<-~ ").translate(_PARTS).split()
            end = after[0] if after and "<<<" not in line else ""
        found += line.replace("\0", " ").translate(_PARTS).split()
    return found
