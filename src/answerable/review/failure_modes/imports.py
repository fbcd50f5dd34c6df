"""Which modules new lines of Python and JavaScript import, as far as that can be read without running anything."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterator

from answerable.review.failure_modes.languages import Language, language_of
from answerable.review.failure_modes.names import names
from answerable.review.failure_modes.touched import Touched

_JAVASCRIPT = re.compile(
    r"""(?:^|[^\w.])(?:from|import|require\s*\(|import\s*\()\s*["']((?:@[\w.~-]+/)?[\w.~-]+)(?:/[^"'\s]*)?["']"""
)


def imports(file: Touched) -> Iterator[tuple[int, str]]:
    """The line and the first part of the name of what is imported from outside, on new lines."""
    language = language_of(file.path)
    if language is Language.PYTHON:
        for line, name in _python(file):
            if file.adds(line, line) and name not in sys.stdlib_module_names:
                yield line, name
    elif language is Language.JAVASCRIPT:
        for line, text in file.new_lines():
            if text.lstrip().startswith(("//", "*", "/*")):
                continue
            for found in _JAVASCRIPT.finditer(text[:2000]):
                if found[1] not in names("node") and not found[1].startswith("."):
                    yield line, found[1]


def _python(file: Touched) -> Iterator[tuple[int, str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(file.after or b"")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from _of(tree.body)


def _of(body: list[ast.stmt]) -> Iterator[tuple[int, str]]:
    """Imports that must succeed: one that may fail, or is for a checker of types alone, names something optional."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            if not node.level and node.module:
                yield node.lineno, node.module.partition(".")[0]
        elif isinstance(node, ast.Try) and _may_fail(node):
            waiting += node.finalbody
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
        elif not isinstance(node, ast.expr):
            waiting += ast.iter_child_nodes(node)


def _may_fail(node: ast.Try) -> bool:
    named = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
    for handler in node.handlers:
        if handler.type is None:
            return True
        told = {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)}
        if told & named:
            return True
    return False
