"""Frames are read as the runtimes print them: golden traces, real where the runtime was at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.domain.frame import Frame
from answerable.incident.frames import parse_trace

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))


def lines(frames: list[Frame]) -> list[str]:
    return [f"{f.trace}.{f.position} {f.language} {f.path}|{f.line}|{f.column}|{f.function}" for f in frames]


def places(text: str) -> list[tuple[str, int | None]]:
    return [(f.path, f.line) for f in parse_trace(text)]


@pytest.mark.parametrize("trace", GOLDEN, ids=lambda p: p.stem)
def test_a_golden_trace_reads_as_recorded(trace: Path) -> None:
    text = trace.read_bytes().decode()
    assert lines(parse_trace(text)) == trace.with_suffix(".frames").read_text().splitlines()


def test_there_are_golden_traces_for_every_language() -> None:
    languages = {line.split()[1] for p in GOLDEN for line in p.with_suffix(".frames").read_text().splitlines()}
    wanted = {"python", "java", "kotlin", "javascript", "go", "rust", "csharp", "ruby", "php", "c", "plain"}
    assert wanted <= languages


def test_every_frame_keeps_the_line_it_was_read_from() -> None:
    text = "Error: x\n    at total (/srv/app/cart.js:12:5)"
    assert parse_trace(text)[0].text == "    at total (/srv/app/cart.js:12:5)"


@pytest.mark.parametrize("trace", GOLDEN, ids=lambda p: p.stem)
def test_windows_line_ends_change_nothing(trace: Path) -> None:
    text = trace.read_bytes().decode().replace("\r\n", "\n")
    assert lines(parse_trace(text.replace("\n", "\r\n"))) == lines(parse_trace(text))


# These forms are recognised at the start of a line only.
AT_LINE_START = ("pytest_", "node_syntax", "mail_", "plain_", "ubsan", "json_log", "docker_log")
PREFIXABLE = [p for p in GOLDEN if not p.stem.startswith(AT_LINE_START)]


@pytest.mark.parametrize(
    "prefix",
    [
        "2024-05-02T09:10:11.123Z ",
        "2024-05-02 09:10:11,123 [ERROR] ",
        "May  2 09:10:11 host shop[123]: ",
        "web-1  | ",
        "2024-05-02T09:10:11.123456789Z stderr F ",
        "> ",
        "\x1b[31m",
    ],
)
@pytest.mark.parametrize("trace", PREFIXABLE, ids=lambda p: p.stem)
def test_a_log_prefix_hides_no_frame(trace: Path, prefix: str) -> None:
    text = trace.read_bytes().decode()
    prefixed = "\n".join(prefix + line for line in text.split("\n"))
    assert {(f.path, f.line) for f in parse_trace(prefixed)} == {(f.path, f.line) for f in parse_trace(text)}


def test_two_traces_of_one_language_are_told_apart_and_keep_their_order() -> None:
    one = 'Traceback (most recent call last):\n  File "{0}.py", line 1, in f\n  File "{0}2.py", line 2, in g\nE\n'
    frames = parse_trace(one.format("a") + "some log line\n" + one.format("b"))
    assert [(f.trace, f.position, f.path) for f in frames] == [
        (0, 0, "a2.py"),
        (0, 1, "a.py"),
        (1, 0, "b2.py"),
        (1, 1, "b.py"),
    ]


def test_a_new_traceback_long_after_a_chained_one_is_a_new_trace() -> None:
    chained = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\nE\n\n'
        "The above exception was the direct cause of the following exception:\n" + "noise\n" * 9
    )
    fresh = 'Traceback (most recent call last):\n  File "b.py", line 1, in f\nE\n'
    assert [f.trace for f in parse_trace(chained + fresh)] == [0, 1]


def test_the_root_cause_of_a_java_chain_comes_first() -> None:
    text = (
        "a.B: x\n\tat a.B.c(B.java:1)\nCaused by: a.C: y\n\tat a.C.d(C.java:2)\n"
        "Caused by: a.D: z\n\tat a.D.e(D.java:3)\n\t... 4 more\n"
    )
    assert places(text) == [("D.java", 3), ("C.java", 2), ("B.java", 1)]


def test_a_suppressed_exception_comes_last_even_with_a_cause_of_its_own() -> None:
    text = (
        "a.B: x\n\tat a.B.c(B.java:1)\n\tSuppressed: a.S: s\n\t\tat a.S.s(S.java:8)\n"
        "\tCaused by: a.T: t\n\t\tat a.T.t(T.java:9)\nCaused by: a.C: y\n\tat a.C.d(C.java:2)\n"
    )
    assert [p for p, _ in places(text)] == ["C.java", "B.java", "S.java", "T.java"]


def test_a_trace_of_two_runtimes_is_two_traces() -> None:
    text = "    at f (/srv/app/a.js:1:2)\n\tat com.acme.Foo.bar(Foo.java:3)\n"
    assert [(f.trace, f.language) for f in parse_trace(text)] == [(0, "javascript"), (1, "java")]


def test_paths_with_spaces_survive_where_the_runtime_delimits_them() -> None:
    assert places('  File "C:\\my app\\a b.py", line 3, in f') == [("C:\\my app\\a b.py", 3)]
    assert places("main.f()\n\tC:/my app/a.go:3 +0x1d") == [("C:/my app/a.go", 3)]
    assert places("    at f (file:///srv/my%20app/a.js:3:1)") == [("file:///srv/my%20app/a.js", 3)]
    assert places("    at f (C:\\my app\\a.js:3:1)") == [("C:\\my app\\a.js", 3)]


def test_a_frame_without_a_line_is_kept_without_one() -> None:
    assert places("    at f (https://host/app.min.js)") == [("https://host/app.min.js", None)]
    assert places("\tat a.B.c(B.java)") == [("B.java", None)]


@pytest.mark.parametrize(
    "silent",
    [
        "    at node:internal/process/task_queues:95:5",
        "    at Array.map (<anonymous>)",
        '  File "<frozen importlib._bootstrap>", line 1027, in _find_and_load',
        "\tat com.acme.Foo.bar(Native Method)",
        "#1 {main}",
        "see you at 12:30, at the office (or at home)",
        "http://localhost:8080/ is down",
        "2024-05-02 09:10:11 ratio 3:4",
        "",
        "\x00\x01\x02",
    ],
)
def test_what_names_no_file_of_anybody_is_no_frame(silent: str) -> None:
    assert parse_trace(silent) == []


def test_plain_targets_count_only_where_no_runtime_speaks() -> None:
    noise = "server.go:12: starting\n"
    assert places(noise) == [("server.go", 12)]
    assert places(noise + '  File "a.py", line 3, in f\n') == [("a.py", 3)]


def test_a_number_too_long_for_a_line_is_not_read_as_one() -> None:
    assert parse_trace('  File "a.py", line ' + "9" * 5000 + ", in f")[0].line in (None, 999_999_999)


def test_line_zero_is_no_line() -> None:
    assert places("\tat a.B.c(B.java:0)") == [("B.java", None)]


@pytest.mark.parametrize(
    ("line", "place", "language"),
    [
        ("\tat a.b.C$.run(C.scala:3)", ("C.scala", 3), "scala"),
        ("\tat a.b.C.run(C.groovy:3)", ("C.groovy", 3), "groovy"),
        ("\tat a.core$run.invoke(core.clj:3)", ("core.clj", 3), "clojure"),
        ("\tat a.b.BuildKts.run(build.gradle.kts:3)", ("build.gradle.kts", 3), "kotlin"),
        ("    at setup (/srv/app/src/Cart.vue:3:1)", ("/srv/app/src/Cart.vue", 3), "javascript"),
        ("    at x (/srv/app/src/index.astro:3:1)", ("/srv/app/src/index.astro", 3), "javascript"),
        ("    at f (address at index.android.bundle:3:99)", ("index.android.bundle", 3), "javascript"),
        ("    at f (/srv/app/a.mjs:3:1)", ("/srv/app/a.mjs", 3), "javascript"),
        ("    at f (/srv/app/a.cts:3:1)", ("/srv/app/a.cts", 3), "javascript"),
        ("#0  f () at cart.h:3", ("cart.h", 3), "c"),
        ("    #1 0x4f in f(int) /srv/app/cart.cpp:3:9", ("/srv/app/cart.cpp", 3), "c"),
        ("a.hpp:3:9: runtime error: shift exponent 40 is too large", ("a.hpp", 3), "c"),
        ("PHP Notice:  Undefined index in /srv/app/cart.phtml on line 3", ("/srv/app/cart.phtml", 3), "php"),
        ("   at A.B.C(Int32 x) in /srv/app/Cart.vb:line 3", ("/srv/app/Cart.vb", 3), "csharp"),
        ("   bei A.B.C() in C:\\a\\Cart.cs:Zeile 3.", ("C:\\a\\Cart.cs", 3), "csharp"),
        ("\tfrom /srv/app/Rakefile:3:in `block in <top (required)>'", ("/srv/app/Rakefile", 3), "ruby"),
        ("             at C:\\a\\src\\cart.rs:3:4", ("C:\\a\\src\\cart.rs", 3), "rust"),
        ("main.f()\n\t/usr/local/go/src/runtime/asm_amd64.s:3 +0x1", None, "go"),
    ],
)
def test_a_single_line_of_a_runtime_is_enough(line: str, place: tuple[str, int] | None, language: str) -> None:
    (frame,) = parse_trace(line)
    assert frame.language == language
    assert place in (None, (frame.path, frame.line))


@pytest.mark.parametrize("line", ["\tat (Foo.java:1)", "\tat look here (Foo.java:1)", "made at a.b.C(Foo.txt:1)"])
def test_what_only_looks_like_a_java_frame_has_no_function_of_java(line: str) -> None:
    assert [f for f in parse_trace(line) if f.language == "java"] == []


def test_two_failures_of_pytest_are_two_traces() -> None:
    one = "____________ test_{0} ____________\ntests/test_{0}.py:3: in test_{0}\nsrc/{0}.py:9: in run\n"
    assert [(f.trace, f.path) for f in parse_trace(one.format("a") + one.format("b"))] == [
        (0, "src/a.py"),
        (0, "tests/test_a.py"),
        (1, "src/b.py"),
        (1, "tests/test_b.py"),
    ]


def test_a_traceback_right_after_an_exception_group_is_a_new_trace() -> None:
    group = (
        "  + Exception Group Traceback (most recent call last):\n"
        '  |   File "g.py", line 1, in g\n  +-+---------------- 1 ----------------\n'
        '    | Traceback (most recent call last):\n    |   File "a.py", line 2, in a\n'
        "    +---------------- 2 ----------------\n    | ValueError: never raised\n"
        "    +------------------------------------\n"
    )
    fresh = 'Traceback (most recent call last):\n  File "b.py", line 1, in f\nE\n'
    assert [(f.trace, f.path) for f in parse_trace(group + fresh)] == [(0, "a.py"), (0, "g.py"), (1, "b.py")]


def test_every_numbered_stack_from_zero_is_a_trace() -> None:
    php = "#0 /srv/app/a.php(1): a()\n#1 /srv/app/b.php(2): b()\n"
    native = "#0  0x1 in f () at a.c:1\n#1  0x2 in g () at b.c:2\n"
    assert [f.trace for f in parse_trace(php + php)] == [0, 0, 1, 1]
    assert [f.trace for f in parse_trace(native + native)] == [0, 0, 1, 1]


def test_every_failed_assertion_and_runtime_error_is_a_trace() -> None:
    text = "t: a.c:1: f: Assertion `x' failed.\nt: b.c:2: g: Assertion `y' failed.\n"
    assert [f.trace for f in parse_trace(text)] == [0, 1]
    text = "a.c:1:2: runtime error: x\nb.c:1:2: runtime error: y\n"
    assert [f.trace for f in parse_trace(text)] == [0, 1]


def test_every_warning_of_php_and_panic_of_rust_is_a_trace() -> None:
    text = "PHP Warning:  x in /srv/a.php on line 1\nPHP Warning:  x in /srv/b.php on line 2\n"
    assert [f.trace for f in parse_trace(text)] == [0, 1]
    text = "thread 'a' panicked at src/a.rs:1:2:\nthread 'b' panicked at src/b.rs:1:2:\n"
    assert [f.trace for f in parse_trace(text)] == [0, 1]


def test_ruby_errors_without_callers_and_syntax_errors_of_node_are_traces_of_their_own() -> None:
    text = "a.rb:1:in 'f': x (E)\nb.rb:2:in 'g': y (E)\n"
    assert [(f.trace, f.path) for f in parse_trace(text)] == [(0, "a.rb"), (1, "b.rb")]
    assert [f.trace for f in parse_trace("/srv/a.js:1\n/srv/b.js:2\n")] == [0, 1]


def test_every_goroutine_is_a_trace() -> None:
    text = "goroutine 1 [running]:\nm.f()\n\t/a.go:1 +0x1\n\ngoroutine 7 [select]:\nm.g()\n\t/b.go:2 +0x1\n"
    assert [f.trace for f in parse_trace(text)] == [0, 1]


def test_a_plain_target_may_be_padded() -> None:
    assert places("  src/a.py :12  ") == [("src/a.py", 12)]
