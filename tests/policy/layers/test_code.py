"""What code uses is read in each language: names by their real name, whatever the file calls them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.policy.layers.code.read import read
from answerable.policy.layers.code.registry import _LANGUAGES, key_of, language
from answerable.policy.layers.code.uses import Uses, packed, unpacked
from answerable.policy.layers.kinds import Touch
from answerable.policy.layers.look import Look
from answerable.policy.layers.touches import touched

KEYS = sorted(_LANGUAGES.values())


def uses(path: str, code: str | bytes) -> Uses:
    found = Look(path.encode(), code.encode() if isinstance(code, str) else code).uses
    assert found is not None
    return found


CALLS = [
    ("a.py", "from os import system as s\ns(1)", "os.system", 2),
    ("a.py", "import subprocess as sp\n\nsp.run(1)", "subprocess.run", 3),
    ("a.py", "import a.b as c\nc.d.e()", "a.b.d.e", 2),
    ("a.py", "import os\nrun = os.system\nrun(1)", "os.system", 3),
    ("a.py", "import os\na = os\nb = a\nb.system(1)", "os.system", 4),
    ("a.py", "import os\na, b = 1, os.system\nb(1)", "os.system", 3),
    ("a.py", "import os\nif (r := os.system): r(1)", "os.system", 2),
    ("a.py", "from os import *\nsystem(1)", "os.system", 2),
    ("a.py", "import os\ngetattr(os, 'sys' 'tem')(1)", "os.system", 2),
    ("a.py", "import os\ngetattr(os, 'sys' + 'tem')(1)", "os.system", 2),
    ("a.py", "import os\ngetattr(os, name)(1)", "os.?", 2),
    ("a.py", "__import__('os').system(1)", "os.system", 1),
    ("a.py", "import importlib as i\nm = i.import_module('os')\nm.system(1)", "os.system", 3),
    ("a.py", "from .os import system\nsystem(1)", ".os.system", 2),
    ("a.py", "@app.route('/')\ndef f(): pass", "app.route", 1),
    ("a.py", "f(x).g.h(1)", "f.g.h", 1),
    ("a.py", "(a\n  .b\n  .c)(1)", "a.b.c", 1),
    ("a.py", "from os import \\\n  system\nｓｙｓｔｅｍ(1)", "os.system", 3),
    ("a.js", "const {exec: e} = require('child_process')\ne('x')", "child_process.exec", 2),
    ("a.js", "const {exec} = require('node:child_process'); exec('x')", "child_process.exec", 1),
    ("a.js", "require('child_process').exec('x')", "child_process.exec", 1),
    ("a.js", "require('child_' + 'process')['ex' + 'ec']('x')", "child_process.exec", 1),
    ("a.js", "const c = await import('child_process'); c.exec('x')", "child_process.exec", 1),
    ("a.mjs", "import * as cp from 'child_process'\ncp.exec('x')", "child_process.exec", 2),
    ("a.mjs", "import d, {exec as e} from 'child_process'\ne('x'); d.fork('y')", "child_process.exec", 2),
    ("a.mjs", "import d, {exec as e} from 'child_process'\ne('x'); d.fork('y')", "child_process.fork", 2),
    ("a.js", "const c = require('child_process'), {exec = 1} = c; exec('x')", "child_process.exec", 1),
    ("a.js", "let c; c = require('child_process'); c?.exec('x')", "child_process.exec", 1),
    ("a.js", "const c = require('child_process'); c[name]('x')", "child_process.?", 1),
    ("a.js", "\\u0065val('x')", "eval", 1),
    ("a.js", "new Function('x')", "Function", 1),
    ("a.ts", "import cp = require('child_process')\ncp.exec('x')", "child_process.exec", 2),
    ("a.ts", "import {exec as e} from 'child_process'\n;(e as any)('x')", "child_process.exec", 2),
    (
        "a.tsx",
        "import {exec as e} from 'child_process'\nconst a = <b onClick={() => e('x')}/>",
        "child_process.exec",
        2,
    ),
    ("A.java", "import java.net.URL;\nclass A { Object a = new URL(x); }", "java.net.URL", 2),
    ("A.java", "import static a.B.run;\nclass A { int a = run(); }", "a.B.run", 2),
    ("A.java", "import java.lang.*;\nclass A { Object a = new ProcessBuilder(x); }", "java.lang.ProcessBuilder", 2),
    ("A.java", "class A { void f() { var r = Runtime.getRuntime(); r.exec(x); } }", "Runtime.getRuntime.exec", 1),
    ("A.java", "class A { void f() { Runtime\n.getRuntime()\n.exec(x); } }", "Runtime.getRuntime.exec", 1),
    ("A.java", "class A { // \\u000a Object a = new ProcessBuilder(x);\n}", "ProcessBuilder", 2),
    ("A.java", '@PreAuthorize("x") class A {}', "PreAuthorize", 1),
    ("a.go", 'package a\nimport e "os/exec"\nfunc f() { e.Command(x) }', "os/exec.Command", 3),
    ("a.go", 'package a\nimport "os/exec"\nfunc f() { c := exec.Command; c(x) }', "os/exec.Command", 3),
    ("a.go", 'package a\nimport . "os/exec"\nfunc f() { Command(x) }', "os/exec.Command", 3),
    ("a.go", 'package a\nimport (\n "a.b/c/v2"\n)\nfunc f() { c.D(x) }', "a.b/c/v2.D", 5),
    ("a.rs", "use std::process::Command as C;\nfn f() { C::new(x); }", "std.process.Command.new", 2),
    ("a.rs", "use std::{process::{self, Command}};\nfn f() { Command::new(x); }", "std.process.Command.new", 2),
    ("a.rs", "use std::process;\nfn f() { process::Command::new(x).arg(y); }", "std.process.Command.new", 2),
    ("a.rs", "use std::process::*;\nfn f() { Command::new(x); }", "std.process.Command.new", 2),
    ("a.rs", "type C = std::process::Command;\nfn f() { C::new(x); }", "std.process.Command.new", 2),
    ("a.rs", "use std::process::Command as C;\nfn f() { vec![C::new(x)]; }", "std.process.Command.new", 2),
    ("a.c", "#define RUN system\nvoid f() { RUN(x); }", "system", 2),
    ("a.c", "#define RUN(x) system(x)\n", "system", 1),
    ("a.c", "void f() { int (*g)(char *) = system; g(x); }", "system", 1),
    ("a.c", "void f() { sys\\\ntem(x); }", "system", 1),
    ("a.cpp", "using std::system;\nvoid f() { ::system(x); }", "system", 2),
    ("a.cpp", "namespace p = boost::process;\nvoid f() { p::child(x); }", "boost.process.child", 2),
    ("a.cpp", "using namespace boost::process;\nvoid f() { child(x); }", "boost.process.child", 2),
    ("a.cpp", "void f() { a->b.c<int>(x); }", "a.b.c", 1),
    (
        "A.cs",
        "using P = System.Diagnostics.Process;\nclass A { void F() { P.Start(x); } }",
        "System.Diagnostics.Process.Start",
        2,
    ),
    (
        "A.cs",
        "using System.Diagnostics;\nclass A { void F() { Process.Start(x); } }",
        "System.Diagnostics.Process.Start",
        2,
    ),
    ("A.cs", "class A { void F() { var p = new Process(); p?.Start(); } }", "p.Start", 1),
    ("A.cs", "[Authorize] class A {}", "Authorize", 1),
    ("a.rb", "require 'open3'\nOpen3.capture2(x)", "Open3.capture2", 2),
    ("a.rb", "k = Kernel\nk.system(x)", "Kernel.system", 2),
    ("a.rb", "Kernel.send(:system, x)", "Kernel.system", 1),
    ("a.rb", "method(:system).call(x)", "system.call", 1),
    ("a.rb", "alias run system\nrun(x)", "system", 2),
    ("a.rb", "`ls`", "`", 1),
    ("a.rb", "include Net\nHTTP.get(x)", "Net.HTTP.get", 2),
]


@pytest.mark.parametrize(("path", "code", "name", "line"), CALLS)
def test_a_call_has_its_real_name_and_its_line(path: str, code: str, name: str, line: int) -> None:
    found = uses(path, code)
    assert name in found.calls, found.calls
    if path != "a.c" or "\\\n" not in code:
        assert found.calls[name] == line


IMPORTS = [
    ("a.py", "import a.b, c as d\nfrom e import f, g as h\n", {"a", "a.b", "c", "e.f", "e.g"}),
    (
        "a.js",
        "import 'a'; import b from 'b'; export {c} from 'c'; require('d'); import('e')",
        {"a", "b", "c", "c.c", "d", "e"},
    ),
    ("A.java", "import a.b.C; import static d.E.f; import g.*;", {"a.b.C", "d.E.f", "g"}),
    ("a.go", 'package a\nimport (\n"a/b"\n_ "c"\n. "d"\n)', {"a/b", "c", "d"}),
    ("a.rs", "use a::{b, c::d as e}; extern crate f;", {"a.b", "a.c.d", "f"}),
    ("a.c", '#include <openssl/evp.h>\n#include "b.h"', {"openssl/evp.h", "b.h"}),
    ("a.cpp", "#include <string>\nusing namespace std;", {"string", "std"}),
    ("A.cs", "using A.B; using C = D.E; using static F.G;", {"A.B", "D.E", "F.G"}),
    ("a.rb", "require 'a'\nrequire_relative 'b'\nload 'c'", {"a", "b", "c"}),
]


@pytest.mark.parametrize(("path", "code", "names"), IMPORTS)
def test_imports_are_listed_by_their_full_names(path: str, code: str, names: set[str]) -> None:
    assert set(uses(path, code).imports) == names


COMMENTS = {
    "a.py": "# {}\n'''{}'''\nx = '{}'\n",
    "a.js": "// {}\n/* {} */\nlet x = '{}'\n",
    "a.ts": "// {}\n/* {} */\nlet x: string = '{}'\n",
    "a.tsx": "// {}\nlet x = <a b='{}'/>; /* {} */\n",
    "A.java": '// {}\n/* {} */\nclass A {{ String x = "{}"; }}\n',
    "a.go": 'package a\n// {}\n/* {} */\nvar x = "{}"\n',
    "a.rs": '// {}\n/* {} */\nconst X: &str = "{}";\n',
    "a.c": '// {}\n/* {} */\nchar *x = "{}";\n',
    "a.cpp": '// {}\n/* {} */\nauto x = "{}";\n',
    "A.cs": '// {}\n/* {} */\nclass A {{ string x = "{}"; }}\n',
    "a.rb": "# {}\n=begin\n{}\n=end\nx = '{}'\n",
}


@pytest.mark.parametrize("path", COMMENTS)
def test_what_comments_and_strings_mention_is_not_used(path: str) -> None:
    mention = "subprocess os.system(y) child_process exec.Command ProcessBuilder system(y) eval(y) Open3"
    found = uses(path, COMMENTS[path].replace("{}", mention).replace("{{", "{").replace("}}", "}"))
    assert found.sound
    assert {*found.calls, *found.symbols, *found.imports} <= {"x", "X", "A", "str", "String", "a", "b"}


def test_a_statement_is_told_by_its_line_and_from_the_parts_of_one_string() -> None:
    found = uses("a.py", 'x = 1\nq = "select a " + \\\n  "from b;"\n"x"\n')
    assert found.statement == (2, "select a from")


@pytest.mark.parametrize("code", ["def f(:\n", "x = = 1\n", "class\n"])
def test_code_with_an_error_is_not_sound(code: str) -> None:
    assert not uses("a.py", code).sound


@pytest.mark.parametrize(
    ("path", "content", "key"),
    [
        (b"a/B.PY", b"", "python:PYTHON"),
        (b"run", b"#!/usr/bin/env python3\n", "python:PYTHON"),
        (b"run.txt", b"#!/usr/bin/node\n", "javascript:JAVASCRIPT"),
        (b"run", b"\xef\xbb\xbf#!/usr/bin/ruby\n", "ruby:RUBY"),
        (b"Rakefile", b"", "ruby:RUBY"),
        (b"a.h", b"", "c:CPP"),
        (b"a.php", b"", None),
        (b"run", b"#!/bin/sh\n", None),
        (b"\xff", b"", None),
    ],
)
def test_the_language_goes_by_the_name_and_else_by_the_first_line(path: bytes, content: bytes, key: str | None) -> None:
    assert key_of(path, content) == key


@pytest.mark.parametrize("key", KEYS)
def test_every_language_says_what_touches_each_thing(key: str) -> None:
    assert set(language(key).touches) == set(Touch)


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_bytes_can_be_read(key: str, data: st.DataObject) -> None:
    ending = next(ending for endings, each in _LANGUAGES.items() if each == key for ending in endings.split())
    pieces = st.sampled_from(
        [b"(", b")", b"{", b"}", b"<", b"'", b'"', b"`", b"\n", b" ", b"a", b".", b"import ", b"use ", b"#define a ",
         b"\\u0065", b"\xff", b"\0", b"=", b";", b"from ", b"*", b"require", b"new ", b"def ", b"::", b"<<A\n"]
    )  # fmt: skip
    content = data.draw(st.binary(max_size=200) | st.lists(pieces, max_size=40).map(b"".join))
    look = Look(f"a.{ending}".encode(), content)
    lines = look.text.count(b"\n") + 1
    found = read(language(key), look.text)
    assert found is not None
    assert all(1 <= use.line <= lines and use.name for use in found.all())
    assert found.statement is None or 1 <= found.statement[0] <= lines
    assert unpacked(packed(found)) == found


def test_a_part_of_an_expression_is_no_name_of_its_own() -> None:
    found = uses("a.py", "import platform\nplatform.system()\nf(system=1)\n")
    assert "platform.system" in found.symbols
    assert "system" not in found.symbols


def test_the_budget_of_a_grammar_is_counted_in_its_steps() -> None:
    assert read(language("python:PYTHON"), b",,+" * 20_000) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.py", 'q = "select a " \\\n    "from b"\n'),
        ("a.py", 'q = """\nselect a\nfrom b\n"""\n'),
        ("A.java", 'class A { String q = "SELECT a " +\n "FROM b"; }'),
        ("a.js", "let q = `DELETE FROM ${t}`"),
        ("a.rb", "q = <<~SQL\n  UPDATE a SET b = 1\nSQL\n"),
        ("a.go", "package a\nvar q = `INSERT INTO a`\n"),
        ("a.rs", 'const Q: &str = r#"DROP TABLE a"#;'),
        ("a.cpp", 'auto q = R"(select a from b)";'),
        ("A.cs", 'class A { string q = @"select a from b "; }'),
    ],
)
def test_a_statement_in_a_string_touches_a_database(path: str, code: str) -> None:
    assert [found.touch for found in touched(path.encode(), code.encode(), (Touch.SQL,))] == [Touch.SQL]


def test_two_strings_that_are_apart_make_no_statement() -> None:
    assert list(touched(b"a.py", b'a = "select one "\nb = f(x, y)\nc = " from here"\n', (Touch.SQL,))) == []
