"""Which language a file is written in, by its name or by the program that its first line names."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module

from answerable.policy.layers.code.language import Language

_LANGUAGES = {  # by the ending: the key, which is the module and the name in it
    "py pyi pyw pyx": "python:PYTHON",
    "js mjs cjs jsx": "javascript:JAVASCRIPT",
    "ts mts cts": "javascript:TYPESCRIPT",
    "tsx": "javascript:TSX",
    "java": "java:JAVA",
    "go": "go:GO",
    "rs": "rust:RUST",
    "c": "c:C",
    "h cc cpp cxx c++ hh hpp hxx h++ ipp inl tpp cu cuh": "c:CPP",
    "cs csx": "csharp:CSHARP",
    "rb rake gemspec ru": "ruby:RUBY",
}
_NAMES = {"rakefile": "rb", "gemfile": "rb", "vagrantfile": "rb", "podfile": "rb", "fastfile": "rb", "sconstruct": "py"}
_PROGRAMS = {b"python": "py", b"pypy": "py", b"node": "js", b"nodejs": "js", b"bun": "ts", b"deno": "ts", b"ruby": "rb"}
_BY_ENDING = {ending: where for endings, where in _LANGUAGES.items() for ending in endings.split()}
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?#![^\n]{0,200}?\b(python|pypy|nodejs|node|bun|deno|ruby)[\d.]*\b")


def key_of(path: bytes, content: bytes) -> str | None:
    """The key of the language of a file; None where there is no grammar for it.

    Args:
        path: Its path; any bytes.
        content: Its bytes; only the first line counts, and only where the name says nothing.
    """
    named = key_by_name(path)
    first = _FIRST.match(content) if named is None else None
    return _BY_ENDING[_PROGRAMS[first[1]]] if first else named


def key_by_name(path: bytes) -> str | None:
    """The same where the name says it."""
    name = path.rpartition(b"/")[2].lower().decode("utf-8", "replace")
    ending = name.rpartition(".")[2] if "." in name else ""
    return _BY_ENDING.get(ending) or _BY_ENDING.get(_NAMES.get(name, ""))


@lru_cache
def language(key: str) -> Language:
    """The language of a key."""
    module, _, name = key.partition(":")
    found: Language = getattr(import_module(f"answerable.policy.layers.code.{module}"), name)
    return found
