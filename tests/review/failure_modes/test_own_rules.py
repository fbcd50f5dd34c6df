"""Secrets, silenced checks, and tests that go: what a change does, compared with what was there."""

from __future__ import annotations

import pytest

from answerable.review.failure_modes import look
from answerable.review.failure_modes.copied_secrets import copied_secrets
from answerable.review.failure_modes.removed_tests import removed_tests
from answerable.review.failure_modes.silenced_checks import silenced_checks
from answerable.review.failure_modes.test_files import is_test
from answerable.review.failure_modes.touched import Fault, Touched
from answerable.review.failure_modes.tree import Tree

KEY = "AKIA" + "Z7QK3M5N2P4R6S7T"


def file(path: str, before: str | None, after: str | None) -> Touched:
    """A file of which all lines are new that were not there."""
    old = (before or "").split("\n")
    lines = (after or "").split("\n")
    added = tuple((at, at) for at, line in enumerate(lines, 1) if line and line not in old)
    data = {
        "before": before.encode() if before is not None else None,
        "after": after.encode() if after is not None else None,
    }
    return Touched(path=path.encode(), added=added, **data)


def told(*files: Touched) -> list[tuple[str, str, int]]:
    return [(fault.rule, fault.path.decode(), fault.start) for fault in removed_tests(files)]


SOURCE = file("src/a.py", "x = 1\n", "x = 2\n")


def test_a_secret_on_a_new_line_is_found_and_never_repeated() -> None:
    (found,) = copied_secrets(file("a.py", "x = 1\n", f"x = 1\nkey = '{KEY}'\n"))
    assert (found.rule, found.level.value, found.start) == ("copied-secret", "error", 2)
    assert KEY not in found.message
    assert list(copied_secrets(file("a.py", f"key = '{KEY}'\n", f"key = '{KEY}'\nx = 1\n"))) == []
    assert list(copied_secrets(file("uv.lock", None, f"key = '{KEY}'\n"))) == []


@pytest.mark.parametrize(
    ("path", "line", "rule"),
    [
        ("a.py", "x = 1  # nosec", "silenced-security-check"),
        ("a.py", "x = eval(y)  # noqa: S307", "silenced-security-check"),
        ("a.go", "x() //nolint:gosec", "silenced-security-check"),
        ("main.tf", "#tfsec:ignore:aws-s3", "silenced-security-check"),
        ("a.py", "import x  # noqa: F401", "silenced-check"),
        ("a.py", "x = y  # type: ignore[arg-type]", "silenced-check"),
        ("a.ts", "// @ts-ignore", "silenced-check"),
        ("a.js", "/* eslint-disable no-eval */", "silenced-check"),
        ("A.java", '@SuppressWarnings("unchecked")', "silenced-check"),
        ("a.rs", "#[allow(clippy::unwrap_used)]", "silenced-check"),
        ("a.py", "# ast-grep-ignore", "silenced-check"),
        ("a.py", "nosec = 1", None),
        ("a.md", "# noqa", None),
    ],
)
def test_comments_that_silence_a_check(path: str, line: str, rule: str | None) -> None:
    assert [fault.rule for fault in silenced_checks(file(path, None, line + "\n"))] == ([rule] if rule else [])


def test_one_that_stood_there_is_not_new_though_its_line_is() -> None:
    assert list(silenced_checks(file("a.py", "a = 1  # noqa\n", "b = 1  # noqa\n"))) == []
    (more,) = silenced_checks(file("a.py", "a = 1  # noqa\n", "b = 1  # noqa\nc = 1  # noqa\n"))
    assert more.rule == "silenced-check"


BEFORE = "def test_a():\n    assert f() == 1\n    assert g()\n\ndef test_b():\n    assert h()\n"


def test_a_test_that_is_gone_while_code_changes_is_told_on_its_file() -> None:
    gone = file("tests/test_a.py", BEFORE, "def test_a():\n    assert f() == 1\n    assert g()\n")
    assert told(SOURCE, gone) == [("removed-test", "tests/test_a.py", 0)]
    (fault,) = removed_tests([SOURCE, gone])
    assert "test_b in tests/test_a.py" in fault.message
    assert told(gone) == [], "a change of tests alone is left to the reviewer"


def test_a_file_of_tests_that_is_gone_is_told_on_the_code_that_changes() -> None:
    assert told(SOURCE, file("tests/test_a.py", BEFORE, None)) == [("removed-test", "src/a.py", 0)]


def test_a_test_that_moved_to_another_file_is_not_gone() -> None:
    moved = file("tests/test_b.py", None, BEFORE)
    assert told(SOURCE, file("tests/test_a.py", BEFORE, None), moved) == []


def test_a_test_with_another_name_is_not_gone_unless_an_assertion_went_with_it() -> None:
    assert told(SOURCE, file("tests/test_a.py", BEFORE, BEFORE.replace("test_b", "test_h"))) == []
    less = BEFORE.replace("test_b", "test_h").replace("assert h()", "assert True")
    assert [name for name, _, _ in told(SOURCE, file("tests/test_a.py", BEFORE, less))] == [
        *("removed-test", "empty-assertion")
    ][::-1]


def test_an_assertion_that_stands_elsewhere_too_is_counted() -> None:
    twice = BEFORE + "\ndef test_c():\n    assert h()\n"
    assert told(SOURCE, file("tests/test_a.py", twice, BEFORE)) == [("removed-test", "tests/test_a.py", 0)]


def test_a_test_that_asserts_less_is_told_at_its_lines_or_on_its_file() -> None:
    less = file("tests/test_a.py", BEFORE, BEFORE.replace("    assert g()\n", ""))
    assert told(SOURCE, less) == [("weakened-test", "tests/test_a.py", 0)]
    other = file("tests/test_a.py", BEFORE, BEFORE.replace("    assert g()\n", "    g()\n"))
    assert told(SOURCE, other) == [("weakened-test", "tests/test_a.py", 1)]
    more = file("tests/test_a.py", BEFORE, BEFORE.replace("assert g()", "assert g()\n    assert i()"))
    assert told(SOURCE, more) == []


@pytest.mark.parametrize(
    ("path", "line", "rule"),
    [
        ("test_a.py", "@pytest.mark.skip", "skipped-test"),
        ("test_a.py", "@pytest.mark.xfail(reason='x')", "skipped-test"),
        ("a.test.ts", "it.skip('adds', () => {})", "skipped-test"),
        ("a.spec.js", "xdescribe('a', () => {})", "skipped-test"),
        ("ATest.java", "  @Disabled", "skipped-test"),
        ("a_test.go", "\tt.Skip()", "skipped-test"),
        ("tests/a.rs", "#[ignore]", "skipped-test"),
        ("ATests.cs", '  [Fact(Skip = "x")]', "skipped-test"),
        ("a_spec.rb", "  xit 'adds' do", "skipped-test"),
        ("test_a.py", "    assert True", "empty-assertion"),
        ("a.test.ts", "  expect(true).toBe(true)", "empty-assertion"),
        ("ATest.java", "  assertTrue(true);", "empty-assertion"),
        ("a_test.go", "\tassert.True(t, true)", "empty-assertion"),
        ("tests/a.rs", "    assert!(true);", "empty-assertion"),
        ("test_a.py", "    assert f()", None),
        ("a.test.ts", "  expect(f()).toBe(true)", None),
        ("src/a.py", "    assert True", None),
    ],
)
def test_tests_that_do_not_run_or_cannot_fail(path: str, line: str, rule: str | None) -> None:
    found = told(file(path, "", line + "\n"))
    assert [name for name, _, _ in found] == ([rule] if rule else [])


@pytest.mark.parametrize(
    "path", ["tests/x.py", "a/__tests__/b.js", "src/test_a.py", "a_test.go", "b.spec.ts", "CTest.java"]
)
def test_files_of_tests_are_known_by_name(path: str) -> None:
    assert is_test(path.encode())


@pytest.mark.parametrize("path", ["src/a.py", "contest.py", "latest.go", "src/attest/a.py", "testimony.js"])
def test_files_that_only_sound_like_tests(path: str) -> None:
    assert not is_test(path.encode())


LANGUAGES = {
    "a.test.ts": "it('adds', () => {\n  expect(f()).toBe(1)\n})\n",
    "ATest.java": "class A {\n  @Test void adds() {\n  }\n  void subtracts() {\n    assertEquals(1, f());\n  }\n}\n",
    "a_test.go": "func TestAdds(t *testing.T) {\n\tt.Fatal(1)\n}\n",
    "tests/a.rs": "#[test]\nfn adds() {\n    assert_eq!(f(), 1);\n}\n",
    "a_test.cc": "TEST(A, adds) {\n  EXPECT_EQ(f(), 1);\n}\n",
    "ATests.cs": "class A {\n  public void Adds() {\n    Assert.Equal(1, F());\n  }\n}\n",
    "a_spec.rb": "it 'adds' do\n  expect(f).to eq(1)\nend\n",
}


@pytest.mark.parametrize("path", LANGUAGES)
def test_a_test_that_is_gone_is_seen_in_every_language(path: str) -> None:
    assert [name for name, _, _ in told(SOURCE, file(path, LANGUAGES[path], "\n"))] == ["removed-test"]


def test_a_file_that_is_too_large_is_told_and_not_silently_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "LARGEST", 10)
    found: list[Fault] = look.look([file("a.py", None, "x = 1\n" * 9)], Tree({}, lambda _: None))
    assert [(fault.rule, fault.start) for fault in found] == [("not-looked-at", 0)]


def test_a_mark_that_only_moved_is_not_new() -> None:
    before = "@pytest.mark.skip\ndef test_a():\n    pass\n"
    moved = Touched(path=b"test_a.py", before=before.encode(), after=b"x = 1\n" + before.encode(), added=((1, 2),))
    assert told(moved) == []
