"""Packages that may be invented or misspelled: told without asking anybody, and nothing that is well known."""

from __future__ import annotations

import pytest

from answerable.review.failure_modes.dependencies import dependencies
from answerable.review.failure_modes.manifests import declared, locked, registry_of
from answerable.review.failure_modes.names import looks_like, names
from answerable.review.failure_modes.touched import Touched
from answerable.review.failure_modes.tree import Tree


def tree(**files: str) -> Tree:
    """Files by name, `__` for a slash and `_d_` for a dot."""
    paths = {name.replace("__", "/").replace("_d_", ".").encode(): text for name, text in files.items()}
    return Tree({path: path.decode() for path in paths}, lambda name: paths[name.encode()].encode())


def file(path: str, after: str, before: str | None = None) -> Touched:
    lines = after.split("\n")
    old = (before or "").split("\n")
    added = tuple((at, at) for at, line in enumerate(lines, 1) if line and line not in old)
    return Touched(path=path.encode(), before=before.encode() if before else None, after=after.encode(), added=added)


def told(given: Touched, where: Tree) -> list[tuple[str, int, str]]:
    return [(fault.rule, fault.start, fault.message.rpartition(": ")[2]) for fault in dependencies([given], where)]


@pytest.mark.parametrize(
    ("registry", "name", "like"),
    [
        ("pypi", "reqeusts", "requests"),
        ("pypi", "request", "requests"),
        ("pypi", "Djnago", "django"),
        ("pypi", "numpyy", "numpy"),
        ("npm", "expres", "express"),
        ("npm", "loadash", "lodash"),
        ("crates", "serde_jsn", "serde_json"),
        ("gems", "nokogri", "nokogiri"),
        ("pypi", "requests", None),
        ("npm", "preact", None),
        ("pypi", "httpx2", None),
        ("pypi", "boto", None),
        ("pypi", "sixx", None),
        ("pypi", "my-own-thing", None),
    ],
)
def test_a_name_one_letter_away_from_another_looks_like_it(registry: str, name: str, like: str | None) -> None:
    assert looks_like(registry, name) == like


@pytest.mark.parametrize("registry", ["pypi", "npm", "crates", "gems"])
def test_no_name_in_wide_use_looks_like_another(registry: str) -> None:
    assert [name for name in names(registry) if looks_like(registry, name)] == []


def test_a_misspelled_package_of_a_manifest_is_told_at_its_line() -> None:
    given = file("requirements.txt", "flask\nreqeusts==2\n", "flask\n")
    assert told(given, tree()) == [("misspelled-dependency", 2, "reqeusts, like requests")]
    assert told(file("requirements.txt", "flask\nreqeusts==2\nx\n", "flask\nreqeusts==2\n"), tree()) == []


def test_a_package_that_the_lock_file_does_not_know_is_told() -> None:
    given = file("app/pyproject.toml", '[project]\ndependencies = [\n "flask>=2",\n "flask-hyperauth",\n]\n')
    lock = '[[package]]\nname = "flask"\n'
    assert told(given, tree(app__uv_d_lock=lock)) == [("unresolved-dependency", 4, "flask-hyperauth")]
    assert told(given, tree(uv_d_lock=lock + 'name = "flask_hyperauth"')) == []
    assert told(given, tree()) == [], "without a lock file nothing can be said"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements-dev.txt", "# c\n-r x\n./y\nA_b[c]>=1 ; x\nd @ https://x\ngit+https://y\n", {"a-b"}),
        ("package.json", '{"dependencies": {"a": "^1", "b": "file:../b", "@c/d": "1"}}', {"a", "@c/d"}),
        ("package.json", '{"devDependencies": {"e": "*"}}', {"e"}),
        ("Cargo.toml", '[dependencies]\na = "1"\nb = {path = "../b"}\n', {"a"}),
        ("Cargo.toml", '[dev-dependencies]\nc = {version = "1", package = "d"}\n', {"d"}),
        ("Gemfile", "source 'x'\ngem 'a', '~> 1'\n  gem \"b\"\n# gem 'c'\n", {"a", "b"}),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3"\na = "1"\n', {"a"}),
        ("pyproject.toml", '[dependency-groups]\ndev = ["b", {include-group = "x"}]\n', {"b"}),
        ("Pipfile", '[packages]\na = "*"\nb = {path = "."}\n', {"a"}),
        ("package.json", "{", set()),
        ("package.json", "[" * 50_000, set()),
        ("pyproject.toml", "= 1", set()),
        ("package.json", '{"dependencies": []}', set()),
        ("Cargo.toml", 'dependencies = 1\ntarget = "x"\n', set()),
    ],
)  # fmt: skip
def test_what_a_manifest_declares(path: str, text: str, expected: set[str]) -> None:
    assert registry_of(path.encode())
    assert declared(path.encode(), text) == expected


def test_a_name_is_known_to_a_lock_file_as_a_whole() -> None:
    lock = '"node_modules/lodash-es": {}\n"@scope/left": {}\n/old/1.0:\nyarn@^4:\n"berry@npm:^1":\n'
    assert {"lodash-es", "@scope/left", "old", "yarn", "berry"} <= locked("npm", lock)
    assert not {"left", "lodash", "es"} & locked("npm", lock)
    assert "flask-login" in locked("pypi", 'name = "Flask_Login"')
    assert "rails" in locked("gems", "    rails (7.0)\n")


MANIFEST = {"requirements_d_txt": "flask\nPyYAML\ngoogle-auth\n", "src__app__db_d_py": "", "lib_d_py": ""}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import os, json", []),
        ("import flask", []),
        ("import yaml", []),
        ("from google.auth import x", []),
        ("from app.db import x", []),
        ("import lib", []),
        ("from . import x", []),
        ("from .huggingface_toolz import x", []),
        ("import huggingface_toolz", [("undeclared-import", 1, "huggingface_toolz")]),
        ("from fastapi_auth_plus.x import y", [("undeclared-import", 1, "fastapi_auth_plus")]),
        ("import reqeusts", [("misspelled-dependency", 1, "reqeusts, like requests")]),
        ("try:\n    import ujson_fast\nexcept ImportError:\n    ujson_fast = None", []),
        ("if TYPE_CHECKING:\n    import typing_only", []),
        ("def f():\n    import late_one", [("undeclared-import", 2, "late_one")]),
        ("text = '''\nimport in_a_text\n'''", []),
        ("import (", []),
    ],
)
def test_an_import_of_python_that_nothing_declares_is_told(line: str, expected: list[tuple[str, int, str]]) -> None:
    assert told(file("src/app/a.py", line + "\n"), tree(**MANIFEST)) == expected


def test_without_a_manifest_no_import_is_told() -> None:
    assert told(file("a.py", "import huggingface_toolz\n"), tree(a_d_py="")) == []


PACKAGE = {
    "package_d_json": '{"name": "own", "dependencies": {"react": "1", "@scope/x": "1"}}',
    "tsconfig_d_json": '{"compilerOptions": {"paths": {"shared/*": ["x"]}}}',
    "src__util_d_ts": "",
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import React from 'react'", []),
        ("import x from '@scope/x/deep'", []),
        ("import fs from 'node:fs'", []),
        ("const fs = require('fs')", []),
        ("import x from './y'", []),
        ("import x from '@/y'", []),
        ("import x from 'shared/y'", []),
        ("import x from 'own'", []),
        ("import x from 'util/types'", []),
        ("// import x from 'in-a-comment'", []),
        ("import x from 'react-use-magic-form'", [("undeclared-import", 1, "react-use-magic-form")]),
        ("const x = require('exprss')", [("misspelled-dependency", 1, "exprss, like express")]),
        ("await import('left-padd/x')", [("undeclared-import", 1, "left-padd")]),
    ],
)
def test_an_import_of_javascript_that_nothing_declares_is_told(line: str, expected: list[tuple[str, int, str]]) -> None:
    assert told(file("src/a.ts", line + "\n"), tree(**PACKAGE)) == expected
