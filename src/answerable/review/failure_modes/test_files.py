"""Which files hold tests, by name, and what tests and assertions look like in each language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from answerable.review.failure_modes.languages import Language, language_of

_FOLDER = re.compile(r"(^|/)(tests?|__tests__|specs?|testing)/", re.IGNORECASE)
_NAME = re.compile(
    r"(^|/)(test_[^/]*\.py|[^/]*_test\.(py|go|rb|cc|cpp|rs)|[^/]*\.(test|spec)\.[cm]?[jt]sx?|[^/]*(Test|Tests|IT)\.(java|cs)"
    r"|[^/]*_spec\.rb|conftest\.py|test_[^/]*\.(rb|c|cc|cpp))$"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How tests are written: what begins one (its name in a group), what asserts, and what keeps one from running."""

    begins: re.Pattern[str]
    asserts: re.Pattern[str]
    skips: re.Pattern[str]
    empty: re.Pattern[str]


def _shape(begins: str, asserts: str, skips: str, empty: str) -> Shape:
    return Shape(*(re.compile(each) for each in (begins, asserts, skips, empty)))


_JAVA_ASSERTS = r"\b(assert\w*|verify|expectThrows|assertThat)\s*\(|\bassert\s"
SHAPES = {
    Language.PYTHON: _shape(
        r"^\s*(?:async\s+)?def\s+(test\w*)\s*\(",
        r"^\s*assert\b|\bself\.(assert|fail)\w*\(|\bpytest\.(raises|warns|fail)\(|\.assert_\w+\(",
        r"^\s*@(pytest\.mark\.(skip|xfail)\b|unittest\.(skip|expectedFailure)\b|skip\b)|\bpytest\.(skip|xfail)\(|self\.skipTest\(",
        r"^\s*assert\s+(True|1|not False)\s*(#.*)?$|\bself\.assertTrue\(\s*True\s*\)",
    ),
    Language.JAVASCRIPT: _shape(
        r"^\s*(?:it|test|specify)(?:\.\w+)?\s*\(\s*[\"'`](.{1,200}?)[\"'`]\s*,",
        r"\b(expect|assert)\b\s*[.(]|\.should\b|\bt\.(is|deepEqual|true|false|throws|equal)\(",
        r"^\s*(it|test|describe|suite|context)\.(skip|todo|failing|fixme)\b|^\s*(xit|xtest|xdescribe)\s*\(",
        r"\bexpect\(\s*(true|1)\s*\)\.(toBe|toEqual|toBeTruthy)\(|\bassert(\.ok)?\(\s*true\s*\)",
    ),
    Language.JAVA: _shape(
        r"^\s*(?:public\s+|private\s+|protected\s+|final\s+)*void\s+(\w+)\s*\(",
        _JAVA_ASSERTS,
        r"^\s*@(Disabled|Ignore)\b|\bassumeTrue\(\s*false\s*\)",
        r"\bassertTrue\(\s*true\s*\)|\bassertFalse\(\s*false\s*\)",
    ),
    Language.GO: _shape(
        r"^func\s+(Test\w*)\s*\(",
        r"\bt\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|\b(assert|require|is|qt)\.\w+\(|\bcmp\.Diff\(",
        r"\bt\.(Skip|Skipf|SkipNow)\(",
        r"\b(assert|require)\.True\(\s*t\s*,\s*true\s*[,)]",
    ),
    Language.RUST: _shape(
        r"^\s*(?:pub\s+)?(?:async\s+)?fn\s+(\w+)\s*\(",
        r"\b(assert|assert_eq|assert_ne|debug_assert|assert_matches|panic)!\s*[(\[{]|#\[should_panic",
        r"^\s*#\[ignore\b",
        r"\bassert!\(\s*true\s*\)",
    ),
    Language.C: _shape(
        r"^\s*(?:TEST|TEST_F|TEST_P|TEST_CASE|SCENARIO)\s*\(\s*(.{1,200}?)\s*\)",
        r"\b(EXPECT|ASSERT|CHECK|REQUIRE)\w*\s*\(|\bassert\s*\(",
        r"\bGTEST_SKIP\(|\bDISABLED_\w+",
        r"\b(EXPECT|ASSERT)_TRUE\(\s*true\s*\)|\bREQUIRE\(\s*true\s*\)",
    ),
    Language.CSHARP: _shape(
        r"^\s*(?:public\s+)(?:async\s+)?(?:void|Task)\s+(\w+)\s*\(",
        r"\bAssert\.\w+\(|\.Should\(\)|\.Verify\(",
        r"^\s*\[(Ignore\b|Fact\(\s*Skip|Theory\(\s*Skip)",
        r"\bAssert\.(True|IsTrue)\(\s*true\s*\)",
    ),
    Language.RUBY: _shape(
        r"^\s*(?:def\s+(test_\w+)|(?:it|test|specify)\s+[\"'](.{1,200}?)[\"'])",
        r"\b(assert|refute)\w*\b|\bexpect\s*[({]|\.should\b|\bmust_\w+",
        r"^\s*(skip\b|pending\b|xit\b|xdescribe\b)",
        r"\bassert\s+true\b|\bexpect\(true\)\.to\s+(be|eq)\b",
    ),
}


def is_test(path: bytes) -> bool:
    """True where a file holds tests, or what they need."""
    name = path.decode("utf-8", "replace")
    return bool(_NAME.search(name) or _FOLDER.search(name))


def shape_of(path: bytes) -> Shape | None:
    """How tests are written in a file's language."""
    language = language_of(path)
    return SHAPES[language] if language is not None else None
