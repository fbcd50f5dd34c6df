"""The compiled pattern, its index and a plain reading of the rules always agree."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.ownership.patterns import Glob, Index, github, gitlab

PART = st.text(alphabet="ab.*?", min_size=1, max_size=5) | st.just("**")
PATTERN = st.lists(PART, min_size=1, max_size=5).map("/".join)
SLASHED = st.tuples(st.sampled_from(["", "/"]), PATTERN, st.sampled_from(["", "/"])).map("".join)
PATH = st.lists(st.text(alphabet="ab.", min_size=1, max_size=4), min_size=1, max_size=5).map("/".join)


def segment_fits(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return segment_fits(pattern[1:], text) or (bool(text) and segment_fits(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and segment_fits(pattern[1:], text[1:])


def fits(parts: list[str], path: list[str], *, folders: bool) -> bool:
    """The rules in their plainest form: backtracking over components."""

    @cache
    def at(i: int, j: int) -> bool:
        if i == len(parts):
            return j == len(path) or (folders and parts[-1] not in ("*", "**"))
        if parts[i] == "**":
            if i == len(parts) - 1:
                return j < len(path)
            return at(i + 1, j) or (j < len(path) and at(i, j + 1))
        return j < len(path) and segment_fits(parts[i], path[j]) and at(i + 1, j + 1)

    return at(0, 0)


def github_fits(pattern: str, path: str) -> bool:
    parts = pattern.split("/")
    if parts[0] == "" and len(parts) > 1:
        parts = parts[1:]
    elif len(parts) == 1 or (len(parts) == 2 and not parts[1]):
        parts = ["**", *parts]
    if len(parts) > 1 and parts[-1] == "":
        parts[-1] = "**"
    while any(a == b == "**" for a, b in pairwise(parts)):
        n = next(n for n in range(len(parts)) if parts[n : n + 2] == ["**", "**"])
        del parts[n]
    return fits(parts, path.split("/"), folders=True)


@given(SLASHED, PATH)
@settings(max_examples=1500)
def test_a_github_pattern_matches_what_the_plain_rules_say(pattern: str, path: str) -> None:
    assert github(pattern).matches(path) is github_fits(pattern, path)


@given(PATTERN.map(lambda p: f"/{p}"), PATH)
@settings(max_examples=800)
def test_a_gitlab_pattern_matches_what_the_plain_rules_say(pattern: str, path: str) -> None:
    parts = pattern[1:].split("/")
    if parts[-1] == "**":
        parts[-1] = "*"
    assert gitlab(pattern).matches(path) is fits(parts, path.split("/"), folders=False)


@given(st.lists(SLASHED, max_size=8), PATH, st.booleans())
@settings(max_examples=800)
def test_the_index_finds_exactly_the_patterns_that_match(patterns: list[str], path: str, ruby: bool) -> None:
    globs: list[Glob] = [(gitlab if ruby else github)(p) for p in patterns]
    matching = [n for n, glob in enumerate(globs) if glob.matches(path)]
    index = Index(globs)
    assert sorted(set(index.matching(path))) == matching
    assert index.last(path) == max(matching, default=-1)
