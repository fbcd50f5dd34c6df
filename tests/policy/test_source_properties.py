"""Any bytes and any text are a policy, or have faults that lie in the file; what loads can be written out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.origin import Origin
from answerable.policy.file.dump import dump
from answerable.policy.file.source import read
from answerable.policy.layers.kinds import Kind
from answerable.policy.rule import Action
from policy.reading import bare, policy

# -- properties -----------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        "version",
        "1",
        "preset",
        "starter",
        "balanced",
        "mode",
        "report",
        "enforce",
        "layers",
        "rules",
        "waivers",
        "name",
        "match",
        "when",
        "require",
        "action",
        "Deny",
        "paths",
        "kinds",
        "ci",
        "origins",
        "ai",
        "unknown",
        "humans",
        "reviewers",
        "until",
        "2026-12-31",
        "true",
        "null",
        "lines>1",
        "&",
        "*",
        "!",
        "!!python/object:x",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "-",
        "|",
        ">",
        "'",
        '"',
        "#",
        "---",
        "...",
        "?",
        "<<",
    ]
)
_TEXT = st.lists(st.one_of(_WORDS, st.sampled_from(["\n", "\n  ", "\n    ", " ", ": ", "- "])), max_size=60)


@given(st.binary(max_size=200))
def test_random_bytes_are_a_policy_or_have_a_fault(data: bytes) -> None:
    found, told = read(data, "p")
    assert (found is None) == bool(told)


@given(_TEXT.map("".join))
def test_random_yaml_is_a_policy_or_has_faults_that_lie_in_the_file(text: str) -> None:
    found, told = read(f"version: 1\n{text}".encode(), "p")
    assert (found is None) == bool(told)
    lines = text.count("\n") + 2
    assert all(1 <= fault.position.line <= lines + 1 and fault.position.column >= 1 for fault in told)
    assert all(fault.message and fault.fix for fault in told)


_NAMES = st.from_regex("[a-z][a-z0-9-]{0,8}", fullmatch=True)
_LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
_SOME = st.lists(_LINE.filter(lambda text: not text.startswith(("!", "\\#"))), max_size=3)


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(ch):08x}" for ch in text) + '"'


def _listed(texts: list[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


@given(
    st.lists(st.tuples(_NAMES, _LINE, _SOME, st.sets(st.sampled_from(Kind))), unique_by=lambda x: x[0], max_size=4),
    st.lists(
        st.tuples(
            _NAMES, _SOME, st.sets(st.sampled_from(Origin)), st.booleans(), st.sampled_from(Action), _SOME,
            st.integers(0, 20), st.one_of(st.none(), _SOME), _LINE,
        ),
        unique_by=lambda x: x[0],
        max_size=4,
    ),
)  # fmt: skip
def test_what_loads_is_equal_when_it_is_written_and_read_again(layers: list, rules: list) -> None:  # type: ignore[type-arg]
    rows = ["version: 1", "layers:", "  - name: the-rest-of-it"]
    for name, purpose, paths, kinds in layers:
        rows.append(f"  - {{name: {_quoted(name)}, purpose: {_quoted(purpose)}, paths: {_listed([*paths, 'x'])}")
        rows[-1] += f", kinds: [{', '.join(kinds)}]}}"
    rows.append("rules:" + ("" if rules else " []"))
    for name, paths, origins, counts, action, teams, humans, tools, message in rules:
        rows.append(f"  - name: {_quoted(name)}")
        rows.append(f"    match: {{paths: {_listed(paths)}, origins: [{', '.join(origins)}]")
        rows[-1] += f", unknown_counts_as_ai: {str(counts).lower()}, tools: {_listed(teams)}}}"
        rows.append(f"    require: {{reviewers: {{humans: {humans}, teams: {_listed(teams)}}}")
        rows[-1] += f", tools: {{allow: {_listed(tools)}}}}}" if tools is not None else "}"
        rows += [f"    action: {action}", f"    message: {_quoted(message)}"]
    first = policy("\n".join(rows) + "\n")
    assert bare(policy(dump(first))) == bare(first)
