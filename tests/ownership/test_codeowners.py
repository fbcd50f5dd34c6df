"""A CODEOWNERS file answers as the forge that reads it would."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.ownership.codeowners import MOST_BYTES, Codeowners, Dialect, find, parse


def github(text: str) -> Codeowners:
    return parse(text.encode(), Dialect.GITHUB)


def gitlab(text: str) -> Codeowners:
    return parse(text.encode(), Dialect.GITLAB)


def owners(file: Codeowners, path: str) -> tuple[str, ...] | None:
    rule = file.owners_of(path.encode())
    return None if rule is None else rule.owners


def sections(file: Codeowners, path: str) -> dict[str | None, tuple[str, ...]]:
    return {r.section: r.owners for r in file.rules_of(path.encode())}


def test_on_github_the_last_matching_line_wins_and_is_named() -> None:
    file = github("* @all\n\n# docs\n/docs/ @docs\n*.md @words\n")
    rule = file.owners_of(b"docs/a.md")
    assert rule is not None
    assert (rule.line, rule.pattern, rule.owners) == (5, "*.md", ("@words",))
    assert owners(file, "docs/a.txt") == ("@docs",)
    assert owners(file, "src/a.c") == ("@all",)


def test_on_github_a_line_without_owners_clears_ownership() -> None:
    file = github("/apps/ @octocat\n/apps/github\n")
    assert owners(file, "apps/github/a") == ()
    assert owners(file, "apps/other") == ("@octocat",)
    assert owners(file, "src/a") is None


def test_on_github_what_follows_a_hash_is_a_comment() -> None:
    file = github("*.js @js #@not-me @nor-me\n")
    assert owners(file, "a.js") == ("@js",)
    assert file.errors == ()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("!*.js @a", "!"),
        (r"\#a @a", "#"),
        ("*.js alice", "alice"),
        ("*.js @a @", "@"),
        ("*.js a@b@c", "a@b@c"),
    ],
)
def test_on_github_a_line_that_cannot_be_read_is_skipped_and_told(line: str, word: str) -> None:
    file = github(f"* @all\n{line}\n")
    assert owners(file, "x.js") == ("@all",)
    assert [e.line for e in file.errors] == [2]
    assert word in file.errors[0].message


def test_on_github_brackets_are_plain_characters() -> None:
    file = github("/app/[id]/page.ts @a\n")
    assert owners(file, "app/[id]/page.ts") == ("@a",)
    assert owners(file, "app/i/page.ts") is None


def test_on_github_case_matters_and_spaces_are_escaped() -> None:
    file = github("/My\\ Docs/ @a b@example.com\n")
    assert owners(file, "My Docs/x") == ("@a", "b@example.com")
    assert owners(file, "my docs/x") is None


def test_on_github_a_file_over_three_megabytes_is_not_read() -> None:
    file = parse(b"* @a\n" + b"#" * MOST_BYTES, Dialect.GITHUB)
    assert file.rules == ()
    assert file.errors[0].line == 1


def test_on_gitlab_every_section_answers_for_itself() -> None:
    file = gitlab("* @all\n[Docs] @docs\n*.md\n/secret.md @boss\n^[Words][2] @w\n*.md\n")
    assert sections(file, "a.md") == {None: ("@all",), "Docs": ("@docs",), "Words": ("@w",)}
    assert sections(file, "secret.md")["Docs"] == ("@boss",)
    words = file.rules_of(b"a.md")[-1]
    assert (words.optional, words.approvals, words.line) == (True, 2, 6)


def test_on_gitlab_sections_of_one_name_are_one_section_whatever_their_case() -> None:
    file = gitlab("[ Docs ]\n*.md @a\n[docs]\n/x.md @b\n")
    assert sections(file, "x.md") == {"Docs": ("@b",)}
    assert sections(file, "y.md") == {"Docs": ("@a",)}


def test_on_gitlab_a_section_is_optional_only_if_all_its_entries_are() -> None:
    file = gitlab("[Docs]\n*.go @a\n^[Docs]\n*.rb @b\n^[Free]\n*.rb @c\n")
    assert [r.optional for r in file.rules_of(b"x.rb")] == [False, True]


def test_on_gitlab_an_excluded_path_cannot_come_back_in_its_section() -> None:
    file = gitlab("* @all\n!*.rb\n/config/x.rb @ops\n[Ruby]\n*.rb @ruby\n!/config/**/*.rb\n")
    assert sections(file, "a.rb") == {"Ruby": ("@ruby",)}
    assert sections(file, "config/x.rb") == {}
    assert sections(file, "config/a.c") == {None: ("@all",)}


def test_on_gitlab_a_repeated_pattern_keeps_its_first_place_with_its_last_owners() -> None:
    file = gitlab("*.rb @a\n/config/* @b\n*.rb @c\n")
    assert owners(file, "config/x.rb") == ("@b",)
    assert owners(file, "x.rb") == ("@c",)


@pytest.mark.parametrize(
    ("pattern", "path", "verdict"),
    [
        ("*", "a/b/.c", True),
        ("foo", "a/foo", True),
        ("foo", "foo/bar", False),  # a folder needs its slash
        ("foo/", "a/foo/b/c", True),
        ("/foo/", "a/foo/b", False),
        ("docs/*", "a/docs/b", True),  # not anchored without a leading slash
        ("/docs/*", "docs/a/b", False),
        ("/docs/**/*.md", "docs/a/b/c.md", True),
        ("/docs/**/*.md", "docs/c.md", True),
        ("/docs/**", "docs/a/b", False),  # not a component followed by another: a plain star
        ("/docs/**", "docs/a", True),
        ("/a**b", "a/b", False),
        ("*.[ch]", "x/a.c", True),
        ("*.[!ch]", "a.c", False),
        ("*.[!ch]", "a.d", True),
        ("[a-c]x", "bx", True),
        ("[a", "[a", False),
        ("[a-]x", "-x", True),
        ("[]x", "]x", False),
        ("[!]b", "ab", True),
        (r"[\]]x", "]x", True),
        (r"\#x", "#x", True),
        (r"a\ b", "a b", True),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("?x", "éx", True),
    ],
)
def test_on_gitlab_a_pattern_reads_as_ruby_fnmatch_does(pattern: str, path: str, verdict: bool) -> None:
    assert (owners(gitlab(f"{pattern} @a"), path) is not None) is verdict


def test_on_gitlab_a_comment_behind_an_entry_is_none_and_its_owners_count() -> None:
    file = gitlab("*.rb @a # and @b\n")
    assert owners(file, "x.rb") == ("@a", "@b")
    assert file.errors[0].line == 1


def test_on_gitlab_words_that_are_no_owner_are_told_and_displace_the_default() -> None:
    file = gitlab("[S] @default\n*.rb nobody\n*.py\n")
    assert owners(file, "x.rb") == ()
    assert owners(file, "x.py") == ("@default",)
    assert {e.line for e in file.errors} == {2}


def test_on_gitlab_roles_and_nested_groups_are_owners() -> None:
    assert owners(gitlab("* @@maintainer @a/b/c x@example.com"), "f") == (
        "@@maintainer",
        "@a/b/c",
        "x@example.com",
    )


@pytest.mark.parametrize("line", ["[Open", "[]", "[X][0] @a", "[X][no] @a", "*.c"])
def test_on_gitlab_a_heading_or_entry_that_is_wrong_is_told(line: str) -> None:
    assert 1 in [e.line for e in gitlab(f"{line}\n*.rb @a\n").errors]


def test_one_answer_for_a_gitlab_path_prefers_a_required_section_with_owners() -> None:
    file = gitlab("*.rb\n^[Opt]\n*.rb @o\n[Req]\n*.rb @r\n")
    assert owners(file, "x.rb") == ("@r",)


@pytest.mark.parametrize(
    ("dialect", "first"), [(Dialect.GITHUB, b".github/CODEOWNERS"), (Dialect.GITLAB, b"CODEOWNERS")]
)
def test_of_several_files_the_forge_reads_one(dialect: Dialect, first: bytes) -> None:
    every = {b".github/CODEOWNERS", b"CODEOWNERS", b"docs/CODEOWNERS", b".gitlab/CODEOWNERS"}
    assert find(every, dialect) == first
    assert find({b"docs/CODEOWNERS"}, dialect) == b"docs/CODEOWNERS"
    assert find({b"src/CODEOWNERS"}, dialect) is None
    assert find({b".gitlab/CODEOWNERS"}, Dialect.GITHUB) is None


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    file = parse(b"\xef\xbb\xbf*.c @a\r\n/docs/ @b\r\n", Dialect.GITHUB)
    assert owners(file, "x.c") == ("@a",)
    assert owners(file, "docs/x") == ("@b",)


@given(st.binary(max_size=300), st.binary(max_size=60), st.sampled_from(Dialect))
def test_no_bytes_make_reading_or_asking_raise(data: bytes, path: bytes, dialect: Dialect) -> None:
    file = parse(data, dialect)
    file.owners_of(path)
    file.rules_of(path)
    lines = data.count(b"\n") + 1
    assert all(1 <= x.line <= lines for x in (*file.rules, *file.errors, *file.excluded))


@given(st.text(alphabet="ab*?/[]!^-\\# .@\n", max_size=80), st.sampled_from(Dialect))
def test_no_mixture_of_pattern_characters_raises(text: str, dialect: Dialect) -> None:
    parse(text.encode(), dialect).rules_of(b"a/b.a/ab")


RULES = "* @all\n" + "\n".join(
    (
        f"/svc/s{i}/ @t{i}",
        f"lib{i}/api/*.go @t{i}",
        f"*.e{i} @t{i}",
        f"name{i}.txt @t{i}",
        f"**/gen{i}/** @t{i}",
    )[i % 5]
    for i in range(3000)
)


@pytest.mark.parametrize("dialect", Dialect)
def test_a_look_up_among_three_thousand_rules_takes_less_than_45_microseconds(dialect: Dialect) -> None:
    file = parse(RULES.encode(), dialect)
    paths = [f"svc/s{i}/api/x{i}.e{i % 7}".encode() for i in range(2000)]
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        for path in paths:
            file.owners_of(path)
        best = min(best, time.process_time() - start)
    assert best / len(paths) < 45e-6


@pytest.mark.parametrize("pattern", ["*a" * 300, "**/a*/" * 200 + "z", "?*" * 300, "[a]*" * 200, "/**/a" * 200 + "/*b"])
@pytest.mark.parametrize("dialect", Dialect)
def test_no_pattern_makes_a_look_up_explode(pattern: str, dialect: Dialect) -> None:
    file = parse(f"{pattern} @a".encode(), dialect)
    start = time.process_time()
    for path in (b"a" * 4000 + b"c", b"a/" * 2000 + b"c", b"ab" * 2000):
        file.owners_of(path)
    assert time.process_time() - start < 1.0
