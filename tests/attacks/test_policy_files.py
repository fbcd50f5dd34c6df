"""A policy file means harm: to end the program, to take its time, to be read where it must not be, or to be overlooked.

Each ends with a fault or an error that says where, in little time; nothing passes because of it.
"""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.file.find import policy_at
from answerable.policy.file.source import PATH, load, read
from answerable.policy.judge.expressions import MOST_CHARACTERS, MOST_ITEMS, check, truth
from answerable.policy.judge.variables import BOOL, VARIABLES
from answerable.policy.layers.kinds import Touch
from answerable.policy.layers.place import Layers
from answerable.policy.layers.touches import touched
from answerable.policy.rule import Expression
from answerable.strict_yaml.nodes import MOST_BYTES
from attacks.hostile import Trap, growth
from builders import RepoBuilder
from builders.entries import link, submodule
from e2e.asking import ask_here

SOUND = "version: 1\nrules: [{name: ours}]\n"
BOMB = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghij", "bcdefghijk", strict=True))
FULL = MOST_BYTES - 20

FILES = {
    "a bomb of aliases": BOMB,
    "an alias of itself": "a: &a [*a]\n",
    "a merge of itself": "a: &a\n  <<: *a\n",
    "an object of Python": "version: !!python/object/apply:os.system [touch x]\n",
    "a tag of its own": "%TAG ! tag:yaml.org,2002:python/\n---\nversion: !name:os.system x\n",
    "brackets without end": "version: " + "[" * FULL,
    "braces without end": "version: " + "{a: " * (FULL // 4),
    "dashes without end": "- " * (FULL // 2),
    "question marks without end": "? " * (FULL // 2),
    "a key without end": "a" * FULL + ": 1\n",
    "a quote without end": "version: '" + "a" * FULL,
    "a block without end": "version: |\n" + " a\n" * (FULL // 3),
    "indentation without end": "version:\n" + " " * FULL + "a",
    "unknown keys without end": "version: 1\n" + "".join(f"k{n}: 1\n" for n in range(FULL // 12)),
    "one unknown name without end": "version: 1\nrules: [{name: a, match: {layers: [" + "x" * (FULL - 60) + "]}}]",
    "rules without end": "version: 1\nrules: [" + "{name: a}, " * (FULL // 12) + "]",
    "a number without end": "version: " + "9" * FULL,
    "a number with parts without end": "version: 1\nrules: [{name: " + "1_" * (FULL // 3) + "}]",
    "comments without end": "#\n" * (FULL // 2),
    "documents without end": "---\n" * (FULL // 4),
    "a directive without end": "%YAML " + "1" * FULL,
    "an escape that is none": 'version: "\\ud800"\n',
    "an escape beyond the last": 'version: "\\Uffffffff"\n',
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_has_a_fault_in_little_time(name: str) -> None:
    data = FILES[name].encode()
    assert len(data) <= MOST_BYTES
    began = time.process_time()
    found, told = read(data, "p")
    assert time.process_time() - began < 3
    assert found is None
    assert told
    assert all(len(fault.message) < 400 for fault in told)


def test_nothing_in_a_file_is_run(tmp_path: Path) -> None:
    trap = Trap(tmp_path)
    for tag in ("!!python/object/apply:os.system", "!!python/object/new:os.system", "!!python/name:os.system"):
        _, told = read(f"version: {tag} ['{trap.program}']\n".encode(), "p")
        assert "is not taken" in told[0].message
    assert not trap.sprung


def test_a_file_of_a_gigabyte_is_not_read_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "p.yaml").open("wb") as file:
        file.truncate(1 << 30)
    tracemalloc.start()
    try:
        said = ask_here("policy", "check", "p.yaml", cwd=tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said.code == 2
    assert f"more than {MOST_BYTES} bytes" in said.out
    assert peak < 100 << 20


def test_a_device_in_the_place_of_a_file_is_not_read(tmp_path: Path) -> None:
    assert ask_here("policy", "check", "/dev/zero", cwd=tmp_path).code == 2


# -- where it is read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        {PATH: link("../elsewhere.yaml"), "elsewhere.yaml": SOUND},
        {PATH: link("/etc/passwd")},
        {".answerable": link("other"), "other/policy.yaml": SOUND},
        {PATH: submodule("1" * 40)},
        {".answerable": submodule("1" * 40)},
        {".answerable": "a file\n"},
        {f"{PATH}/inner.yaml": SOUND},
    ],
    ids=["link", "link out", "folder a link", "submodule", "folder a submodule", "folder a file", "file a folder"],
)
def test_what_is_no_file_is_an_error_and_not_the_absence_of_a_policy(repo: RepoBuilder, files: dict[str, str]) -> None:
    commit = repo.commit(files)
    with Repository(repo.root) as repository, pytest.raises(PolicyUnevaluable, match="not a f"):
        policy_at(repository, commit)
    said = ask_here("policy", "explain", "a.py", cwd=repo.root)
    assert said.code == 3
    assert "[policy-unevaluable]" in said.err


def test_a_file_in_a_commit_that_is_too_large_is_a_fault(repo: RepoBuilder) -> None:
    commit = repo.commit({PATH: "version: 1\n" + "#" * MOST_BYTES})
    with Repository(repo.root) as repository, pytest.raises(PolicyInvalid, match="more than"):
        policy_at(repository, commit)


def test_a_policy_in_the_work_tree_but_not_in_the_commit_is_not_read(repo: RepoBuilder) -> None:
    repo.commit({PATH: SOUND})
    repo.checkout()
    (repo.root / PATH).write_text("version: 1\nmode: report\nrules: [{name: theirs}]\n")
    repo.git("add", PATH)
    repo.commit({"a.py": "x\n"}, branch="other")
    with Repository(repo.root) as repository:
        found = policy_at(repository, repository.resolve("main"))
    assert [rule.name for rule in found.rules] == ["ours"]


def test_a_link_in_the_work_tree_is_not_followed(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit({"a.py": "x\n"})
    (tmp_path / "outside.yaml").write_text("secret: words\n")
    (repo.root / ".answerable").mkdir()
    (repo.root / PATH).symlink_to(tmp_path / "outside.yaml")
    said = ask_here("policy", "check", cwd=repo.root)
    assert said.code == 3
    assert "reached by a link" in said.err
    assert "secret" not in said.out + said.err


def test_a_replacement_of_the_commit_does_not_replace_its_policy(repo: RepoBuilder) -> None:
    strict = repo.commit({PATH: SOUND})
    loose = repo.commit({PATH: "version: 1\nrules: []\n"}, parents=[], branch="loose")
    repo.git("replace", strict, loose)
    with Repository(repo.root) as repository:
        assert [rule.name for rule in policy_at(repository, strict).rules] == ["ours"]


# -- patterns and content ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["*a*a*a*a*a*a*a*b", "**/a/**/a/**/a/**/a/**/b", "a?" * 20 + "b", "*" * 200 + "b"])
def test_a_hostile_pattern_takes_time_in_proportion_to_the_path(pattern: str) -> None:
    layers = Layers(load(f'version: 1\nlayers: [{{name: a, paths: ["{pattern}"]}}, {{name: b}}]\n'.encode(), "p"))
    assert growth(lambda size: layers.place(b"a/" * 50 + b"a" * size), 4000) < 12
    began = time.process_time()
    layers.place(b"a/" * 2000 + b"a" * 4000)
    assert time.process_time() - began < 1


def test_a_thousand_patterns_and_a_long_path_take_little_time() -> None:
    listed = ", ".join(f'"*{n}*x*"' for n in range(5000))
    layers = Layers(load(f"version: 1\nlayers: [{{name: a, paths: [{listed}]}}, {{name: b}}]\n".encode(), "p"))
    began = time.process_time()
    layers.place(b"a" * 4000)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "piece", [b"SELECT a ", b"update ", b"select select ", b"a" * 50, b"insert  into", b"\n", b"system ", b"UPDATE x."]
)
def test_hostile_content_is_looked_through_in_time_in_proportion_to_it(piece: bytes) -> None:
    assert growth(lambda size: list(touched(b"a.py", piece * size, tuple(Touch))), 4000) < 12


# -- expressions ---------------------------------------------------------------------------------------------------

_TEN = "[0,1,2,3,4,5,6,7,8,9]"
_WORST: dict[str, object] = {"int": 1, "string": "a" * 4000, "list<string>": ["a" * 3990 + "b"] * MOST_ITEMS}
VALUES = {name: _WORST[kind] for name, (kind, _) in VARIABLES.items()}


def _nested(depth: int, inner: str) -> str:
    for n in range(depth):
        inner = f"{_TEN}.all(x{n}, {inner})"
    return inner


def _doubled(depth: int) -> str:
    return f"[path]{''.join(f'.map(a{n}, a{n} + a{n})' for n in range(depth))} == []"


def _summed(leaves: int) -> str:
    return "path" if leaves == 1 else f"({_summed(leaves // 2)}+{_summed(leaves - leaves // 2)})"


EXPRESSIONS = {
    "comprehensions in comprehensions": _nested(20, "true"),
    "just over the budget": _nested(5, "true"),
    "doubling of a text": _doubled(20),
    "parentheses": "(" * 900 + "true" + ")" * 900,
    "negations": "!" * 1900 + "true",
    "lists in lists": "[" * 900 + "]" * 900 + " == []",
    "functions in functions": "size(" * 300 + "path" + ")" * 300 + " == 1",
    "members of members": "path" + ".a" * 900 + " == ''",
    "a chain": " && ".join(["true"] * 280),
    "sums": "+".join(["1"] * 900) + " > 0",
    "a long text": "'" + "a" * 1990 + "' == path",
    "a regular expression that backtracks": "path.matches('^(a+)+$')",
    "a regular expression that grows": "path.matches('((((a{100}){100}){100}){100})')",
    "a regular expression of many parts": "path.matches('" + "(.*a)" * 200 + "b')",
    "many regular expressions": f"{_nested(2, 'path.matches(string(x0))')}",
    "regular expressions in comprehensions": _nested(3, "!path.matches('(.*a){20}b')"),
    "a text in a list without end": f"[{'1,' * 450}1].all(x, {_summed(160)} != '')",
    "regular expressions side by side": " || ".join(["path.matches('(.*a){20}b')"] * 60),
    "wide lists": f"[{'path,' * 150}'b'].exists(a, [{'path,' * 150}'b'].exists(b, a == b + 'x'))",
    "long texts in a list": " || ".join(["data.exists(x, path.contains(x))"] * 30),
    "long texts in a list, put together": " || ".join(["data.exists(x, (x + path).endsWith(path + x))"] * 20),
    "lists put together": f"size({' + '.join(['data'] * 200)}) == 0",
    "lists in lists of values": "data.all(x, x in teams)",
    "texts of all entries": "data.filter(x, (x + x + x + x + x + x).contains(x + 'b')) == teams",
    "over the limit": "true" + " " * MOST_CHARACTERS,
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_ends_whatever_it_says(name: str) -> None:
    text = EXPRESSIONS[name]
    began = time.process_time()
    if check(text, BOOL) is None:
        with suppress(PolicyUnevaluable):
            truth(Expression(text=text), VALUES)
    assert time.process_time() - began < 2


def test_an_evaluation_over_its_budget_is_an_error_and_no_answer() -> None:
    text = _nested(6, "true")  # `check` would not let it through: what if it did
    with pytest.raises(PolicyUnevaluable, match="budget"):
        truth(Expression(text=text), VALUES)


def test_a_title_without_end_is_an_error_and_no_work() -> None:
    with pytest.raises(PolicyUnevaluable, match="100000 characters"):
        truth(Expression(text="change.title == ''"), VALUES | {"change.title": "a" * 100_000})


@pytest.mark.parametrize(
    "text",
    ["env('HOME') == ''", "open('/etc/passwd') == ''", "path.__class__ == path", "google.protobuf.Any{} == null"],
)
def test_an_expression_can_read_the_variables_and_nothing_else(text: str) -> None:
    fault = check(text, BOOL)
    if fault is None:
        with pytest.raises(PolicyUnevaluable):
            truth(Expression(text=text), VALUES)
