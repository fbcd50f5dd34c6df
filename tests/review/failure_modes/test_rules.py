"""Every rule matches its bad examples and none of its good ones; each says why it is known."""

from __future__ import annotations

import pytest

from answerable.review.ast_grep import scan
from answerable.review.failure_modes.describe import described
from answerable.review.failure_modes.languages import Language, read_as
from answerable.review.failure_modes.patterns import patterns
from answerable.review.failure_modes.rule_files import RuleFile, rule_files
from answerable.review.failure_modes.touched import Touched

ENDINGS = {
    Language.PYTHON: "py",
    Language.JAVASCRIPT: "js",
    Language.JAVA: "java",
    Language.GO: "go",
    Language.RUST: "rs",
    Language.C: "cc",
    Language.CSHARP: "cs",
    Language.RUBY: "rb",
}
MODES = ("swallowed-exception", "missing-timeout", "unbounded-retry", "check-then-act", "disabled-verification")


@pytest.fixture(scope="module")
def matched() -> dict[tuple[str, str], set[str]]:
    """Which rules match each example, by language and text: all of them in one run, as a change is looked at."""
    examples = [(rule.language, text) for rule in rule_files().values() for text in (*rule.good, *rule.bad)]
    files = [
        Touched(path=f"{at}.{ENDINGS[language]}".encode(), after=text.encode(), added=((1, 1000),))
        for at, (language, text) in enumerate(examples)
    ]
    found: dict[tuple[str, str], set[str]] = {}
    for fault in patterns(files):
        language, text = examples[int(fault.path.split(b".")[0])]
        assert fault.touched
        found.setdefault((language, text), set()).add(fault.rule)
    return found


@pytest.mark.parametrize("rule", rule_files().values(), ids=lambda rule: rule.name)
def test_a_rule_matches_what_is_bad_and_nothing_that_is_good(
    rule: RuleFile, matched: dict[tuple[str, str], set[str]]
) -> None:
    assert rule.good
    assert rule.bad
    for text in rule.bad:
        assert rule.name in matched.get((rule.language, text), ()), text
    for text in rule.good:
        assert rule.name not in matched.get((rule.language, text), ()), text


@pytest.mark.parametrize("rule", rule_files().values(), ids=lambda rule: rule.name)
def test_a_rule_says_what_and_why(rule: RuleFile) -> None:
    assert rule.name == f"{rule.language}-{rule.mode}"
    assert rule.mode in MODES
    assert rule.message[0].islower()
    assert rule.known.endswith(".")
    assert "severity: warning\n" in rule.text, "ast-grep ends with 1 after an error, which is no fault of its run"


def test_every_language_has_the_modes_that_it_can_have() -> None:
    told = {(rule.language, rule.mode) for rule in rule_files().values()}
    for language in Language:
        for mode in ("swallowed-exception", "check-then-act", "disabled-verification"):
            assert (language, mode) in told


@pytest.mark.parametrize("name", ["a.js", "a.jsx", "a.mjs", "a.ts", "a.tsx", "a.mts", "A.TS"])
def test_a_rule_for_javascript_reads_its_kin(name: str) -> None:
    file = Touched(path=name.encode(), after=b"try { f() } catch (e) {}\n", added=((1, 1),))
    assert [fault.rule for fault in patterns([file])] == ["javascript-swallowed-exception"]


def test_assertions_of_types_do_not_hide_what_follows() -> None:
    text = b"const a = <Options>{}\nnew Agent({ rejectUnauthorized: false })\n"
    (fault,) = patterns([Touched(path=b"a.ts", after=text, added=((2, 2),))])
    assert (fault.rule, fault.start) == ("javascript-disabled-verification", 2)


def test_what_stood_there_is_told_apart_from_what_is_new() -> None:
    text = b"try:\n    f()\nexcept Exception:\n    pass\n" * 2
    found = list(patterns([Touched(path=b"a.py", after=text, added=((8, 8),))]))
    assert [(fault.start, fault.end, fault.touched) for fault in found] == [(3, 4, False), (7, 8, True)]


def test_files_of_other_languages_and_empty_ones_are_passed_over() -> None:
    assert (
        list(patterns([Touched(path=b"a.txt", after=b"x"), Touched(path=b"a.py", after=b""), Touched(path=b"b.py")]))
        == []
    )
    assert read_as(b"Makefile") is None


def test_every_rule_is_described() -> None:
    assert set(rule_files()) < set(described())
    assert all(message and known for message, known in described().values())


def test_nothing_of_the_rules_is_wrong_in_one_run_of_all_of_them() -> None:
    assert scan([text for rule in rule_files().values() for text in rule.texts], []) == []
