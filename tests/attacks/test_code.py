"""Code is written so that its layer is not seen, or to harm whoever looks at it; the layer stays as severe."""

from __future__ import annotations

import os
import threading

import pytest

from answerable.policy.layers.code.apart import APART
from answerable.policy.layers.kinds import Touch
from answerable.policy.layers.look import Look
from answerable.policy.layers.place import Layers
from answerable.policy.layers.touches import touched
from policy.reading import policy

HIDDEN = {
    "an alias": ("a.py", b"from os import system as s\ns('x')"),
    "an alias of an alias": ("a.py", b"import os as a\nb = a\nc = b\nc.system('x')"),
    "a text": ("a.py", b"import os\ngetattr(os, 'sys' + 'tem')('x')"),
    "a name that only the running program knows": ("a.py", b"import os\ngetattr(os, input())('x')"),
    "letters of another script": ("a.py", "import os\nos.ｓｙｓｔｅｍ('x')".encode()),
    "an error": ("a.py", b"from os import system as s\ns('x')\ndef f(:\n"),
    "an error around it": ("a.py", b"def f(:\n from os import system as s)\n s('x')\n"),
    "a mark": ("a.py", b"\xef\xbb\xbffrom os import system as s\ns('x')"),
    "UTF-16": ("a.cs", "using System.Diagnostics;\nclass A { void F() { Process.Start(x); } }".encode("utf-16")),
    "UTF-16 without a mark": ("a.js", "require('child_process')".encode("utf-16-le")),
    "UTF-7": ("a.py", b"# coding: utf-7\n+AGYAcgBvAG0AIABvAHM- import system"),
    "escapes as an encoding": ("a.py", b"#!/usr/bin/python\n# -*- coding: unicode_escape -*-\n\\x69mport\\x20os\n"),
    "a very long line": ("a.py", b"x = '" + b"y" * 900_000 + b"'; from os import system as s; s(x)"),
    "a name as of text with a first line of a script": (
        "a.txt",
        b"#!/usr/bin/python3\nfrom os import system as s\ns('x')",
    ),
    "a line end that the grammar does not know": ("a.py", b"# nothing here\rfrom os import system as s\rs('x')"),
    "a line separator": ("a.js", "// nothing \u2028require('child_process')".encode()),
    "a next line in C#": ("a.cs", "class A { void F() { // \u0085 System.Diagnostics.Process.Start(x);\n } }".encode()),
    "an escape that ends a comment": ("A.java", b"class A { // \\u000a Object a = new ProcessBuilder(x);\n}"),
    "a line that goes on": ("a.c", b"void f() { sys\\\ntem(x); }"),
    "a comment that goes on in the next line": ("a.c", b"// \\\r\nvoid f() {}\nvoid g() { system(x); }"),
    "a macro": ("a.c", b"#define CLEAN(x) system(x)\nvoid f() { CLEAN(1); }"),
    "a macro of Rust": ("a.rs", b"use std::process::Command as C;\nfn f() { vec![C::new(x)]; }"),
    "many names of one": ("a.py", b"".join(b"s = f%d\n" % n for n in range(500)) + b"import os\ns = os.system\ns('x')"),
    "many imports of everything": (
        "a.py",
        b"".join(b"from m%d import *\n" % n for n in range(99)) + b"from os import *\nsystem('x')",
    ),
    "a zero": ("a.py", b"x = 1 # \0\nfrom os import system as s\ns('x')"),
    "a member by a text": ("a.js", b"const c = require('child_' + 'process'); c['ex' + 'ec']('x')"),
    "a default that is not used": ("a.py", b"try:\n from safe import eval\nexcept ImportError:\n pass\neval('x')"),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_what_starts_a_program_is_found_although_it_is_hidden_behind(how: str) -> None:
    path, content = HIDDEN[how]
    assert [found.touch for found in touched(path.encode(), content, (Touch.PROCESS,))] == [Touch.PROCESS]


@pytest.mark.parametrize("path", ["a.py", "a.go", "a.rs", "a.js", "a.rb", "a.c", "A.java", "A.cs"])
def test_a_comment_alone_does_not_make_a_file_more_severe(path: str) -> None:
    mark = {"a.py": "#", "a.rb": "#"}.get(path, "//")
    content = f"{mark} subprocess os.system(x) pickle exec.Command(x) hashlib jwt SELECT a FROM b ProcessBuilder\n"
    assert list(touched(path.encode(), content.encode(), tuple(Touch))) == []


KILLERS = {
    "open heredocs": ("a.rb", b"do " + b"extends as <<" * 1000),
    "brackets in two readings": ("A.java", b"a<" * 50_000),
    "the same in C#": ("A.cs", b"a<" * 50_000),
    "a stack that is kept for each of its levels": ("a.rs", b";[" * 12_000),
    "brackets": ("a.py", b"(" * 20_000),
    "errors that are corrected again and again": ("a.py", b",,+" * 20_000),
}


@pytest.mark.parametrize("how", KILLERS)
def test_code_that_ends_or_stops_a_grammar_counts_as_if_it_touched_what_it_mentions(how: str) -> None:
    path, content = KILLERS[how]
    mention = b"# " if path.endswith(("py", "rb")) else b"// "
    mention += b"subprocess ProcessBuilder ProcessStartInfo open3 libloading\n"
    found = list(touched(path.encode(), mention + content, (Touch.PROCESS,)))
    assert [one.touch for one in found] == [Touch.PROCESS]
    after = list(touched(b"a.py", b"import subprocess\n", (Touch.PROCESS,)))
    assert [one.what for one in after] == ["imports subprocess"]


def test_the_reader_holds_nothing_open_of_the_program_that_asks_it() -> None:
    one, other = os.pipe()
    os.set_inheritable(other, True)
    APART._deaths = 0
    assert Look(b"a.py", b"import subprocess").uses is not None
    first = APART._pid
    assert Look(b"a.rs", b";[" * 12_000).uses is None
    assert Look(b"a.py", b"import subprocess").uses is not None
    assert APART._pid != first
    os.close(other)
    assert os.read(one, 1) == b""
    os.close(one)


def test_many_threads_ask_at_once() -> None:
    layers, found = Layers(policy("version: 1\n")), []

    def ask(number: int) -> None:
        found.append(layers.place(b"lib/a.py", b"import subprocess as s%d\n" % number).because)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["line 1 imports subprocess, which touches process"] * 20
