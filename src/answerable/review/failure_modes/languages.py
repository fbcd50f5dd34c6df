"""In which language a file is written, by its name, and as what ast-grep reads it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath


class Language(StrEnum):
    """Languages with rules of their own; C is read as C++, JavaScript as TypeScript with JSX."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    JAVA = "java"
    GO = "go"
    RUST = "rust"
    C = "c"
    CSHARP = "csharp"
    RUBY = "ruby"


_ENDINGS = {
    Language.PYTHON: (".py", ".pyi", ".pyw"),
    Language.JAVASCRIPT: (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"),
    Language.JAVA: (".java",),
    Language.GO: (".go",),
    Language.RUST: (".rs",),
    Language.C: (".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"),
    Language.CSHARP: (".cs",),
    Language.RUBY: (".rb", ".rake"),
}
_READ_AS = {
    Language.PYTHON: ".py",
    Language.JAVASCRIPT: ".tsx",
    Language.JAVA: ".java",
    Language.GO: ".go",
    Language.RUST: ".rs",
    Language.C: ".cpp",
    Language.CSHARP: ".cs",
    Language.RUBY: ".rb",
}
_BY_ENDING = {ending: language for language, endings in _ENDINGS.items() for ending in endings}
TYPES = (".ts", ".mts", ".cts")  # `<T>x` is an assertion there, and an element of JSX elsewhere


def language_of(path: bytes) -> Language | None:
    """The language of a file, None for one without rules."""
    return _BY_ENDING.get(_ending(path))


def read_as(path: bytes) -> str | None:
    """The ending under which ast-grep reads a file."""
    language = language_of(path)
    if language is None:
        return None
    return ".ts" if _ending(path) in TYPES else _READ_AS[language]


def _ending(path: bytes) -> str:
    return PurePosixPath(path.decode("utf-8", "replace")).suffix.lower()
