"""Patterns of names of code mean what the reference says, in time in proportion."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.policy.layers.code.uses import How, Use, Uses
from answerable.policy.layers.names import Names, called_of, words_of


def means(pattern: str, name: str, how: How = How.NAMES) -> bool:
    return Names([pattern]).means(how, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("os.system", "os.system"),
        ("subprocess", "subprocess.run"),
        ("os/exec", "os/exec.Command"),
        ("crypto", "crypto/aes.NewCipher"),
        ("os.exec*", "os.execvp"),
        ("*.execute", "a.b.execute"),
        ("*.execute", "execute"),
        ("*.process.Command", "std.process.Command.new"),
        ("std::process::Command", "std.process.Command.new"),
        ("a->b", "a.b"),
        ("*_query", "mysql_query"),
        ("*.db.Query*", "s.db.QueryRow"),
        ("@auth/*", "@auth/core"),
        ("os.system", "os.?"),
        ("os.exec*", "os.?"),
        ("a*b*c", "axxbyyc"),
    ],
)
def test_a_pattern_means_a_name(pattern: str, name: str) -> None:
    assert means(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("os.system", "os.systems"),
        ("os.system", "platform.system"),
        ("system", "os.system"),
        ("*.execute", "executed"),
        ("*.execute", "a.executed.b"),
        ("os.exec*", "pos.execvp"),
        ("a.b", "axb"),
        ("os.system", "?"),
        ("os.system", "sys.?"),
        ("a*b*c", "axxcyyb"),
        ("requests", "request"),
    ],
)
def test_a_pattern_does_not_mean_another_name(pattern: str, name: str) -> None:
    assert not means(pattern, name)


def test_a_pattern_with_brackets_means_calls_of_exactly_that_name() -> None:
    assert means("eval()", "eval", How.CALLS)
    assert not means("eval()", "eval", How.NAMES)
    assert not means("eval()", "eval.x", How.CALLS)
    assert means("*.eval()", "a.eval", How.CALLS)
    assert not means("*.eval()", "a.eval.b", How.CALLS)
    assert means("sql*()", "sqlite", How.CALLS)
    assert not means("sql*()", "sqlite", How.NAMES)


def test_a_name_of_one_part_is_what_a_pattern_of_its_last_part_means() -> None:
    assert means("*.eval()", "eval", How.CALLS)
    assert not means("*.eval()", "eval", How.NAMES)
    assert means("*.eval", "eval")
    assert means("eval", "eval")
    assert means("import:sh", "sh", How.IMPORTS)
    assert not means("import:sh", "sh", How.NAMES)
    assert means("ev*l", "eval")
    assert not means("eval.x", "eval")
    assert not means("?", "eval")


def test_what_is_meant_as_an_import_is_no_name_of_the_file() -> None:
    assert means("import:sh", "sh.ls", How.IMPORTS)
    assert not means("import:sh", "sh.ls", How.CALLS)


def test_a_call_is_told_rather_than_the_import_before_it() -> None:
    uses = Uses(imports={"a.b": 1}, symbols={"a.b": 2}, calls={"a.b": 9})
    assert Names(["a"]).first(uses) == Use(How.CALLS, "a.b", 9)
    assert Names(["a"]).first(uses, How.IMPORTS) == Use(How.IMPORTS, "a.b", 1)
    assert Names(["c"]).first(uses) is None


PARTS = st.text("ab*", min_size=1, max_size=3)
PATTERNS = st.lists(PARTS, min_size=1, max_size=3).map(".".join)
NAMES = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=4).map(".".join)


@given(PATTERNS, NAMES, st.sampled_from(How), st.sampled_from(["", "()"]))
def test_a_file_without_the_words_of_a_pattern_has_no_name_that_it_means(
    pattern: str, name: str, how: How, end: str
) -> None:
    names = Names([pattern + end])
    if names.means(how, name):
        text = f"{name}()" if how is How.CALLS else name
        assert names.mentioned(words_of(text), text)
        assert names.mentioned(words_of(text), text, called_of(text))


def test_a_hostile_pattern_takes_no_time() -> None:
    began = time.process_time()
    assert not means("a*" * 500 + "b", "a" * 2000)
    assert not means("*." + "*a" * 300 + "b", ".".join("a" * 900))
    called_of("a" * 1_000_000)
    assert time.process_time() - began < 1
