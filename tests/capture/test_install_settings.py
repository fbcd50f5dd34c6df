"""Settings files of agents are edited as text: what a person wrote stays, comments, white space and all."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.install import settings
from answerable.capture.install.jsonc import Unreadable, read
from answerable.capture.install.settings import Entry

COMMAND = "answerable-hook claude-code || true"
ENTRIES = (
    Entry(path=("hooks", "PreToolUse"), value={"matcher": "Edit", "hooks": [{"type": "command", "command": COMMAND}]}),
    Entry(path=("hooks", "PostToolUse"), value={"hooks": [{"type": "command", "command": COMMAND}]}),
    Entry(path=("hooks", "Stop"), value={"command": COMMAND}),
)
VERSION = {"version": 1}
GUARD = {"matcher": "Edit|Write", "hooks": [{"type": "command", "command": "answerable guard claude-code"}]}

seeds = st.integers(0, 10**6)
scalars = st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=6) | st.floats(0, 1, width=16)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
hooks = st.dictionaries(
    st.sampled_from(["PreToolUse", "PostToolUse", "Stop", "Other"]),
    st.lists(st.just(GUARD) | st.just({"command": "make fmt"}) | st.just({"hooks": []}), max_size=3),
)
documents = st.builds(
    lambda rest, own: {**rest, **own},
    st.dictionaries(st.text(max_size=5).filter(lambda key: key not in ("hooks", "version")), values, max_size=4),
    st.fixed_dictionaries({}, optional={"hooks": hooks, "version": st.just(1)}),
)


def written(value: Any, rng: Random, *, comments: bool) -> str:
    """A document as some person or program might have written it."""
    end = rng.choice(["\n", "\r\n"])
    unit = rng.choice(["", "  ", "    ", "\t"])

    def space(depth: int) -> str:
        found = rng.choice(["", " ", end + unit * depth, end + end + unit * depth])
        if comments and rng.random() < 0.2:
            found += rng.choice([f'// a, "comment"{end}', "/* one, { of ] two */", f"/* of{end}two */"])
        return found

    def dump(value: Any, depth: int) -> str:
        if isinstance(value, dict):
            rows = [
                f"{space(depth + 1)}{json.dumps(key)}{space(0)}:{space(0)}{dump(one, depth + 1)}"
                for key, one in value.items()
            ]
            return "{" + joined(rows, depth) + "}"
        if isinstance(value, list):
            return "[" + joined([space(depth + 1) + dump(one, depth + 1) for one in value], depth) + "]"
        return json.dumps(value, ensure_ascii=rng.random() < 0.5)

    def joined(rows: list[str], depth: int) -> str:
        last = "," if comments and rows and rng.random() < 0.3 else ""
        return ",".join(row + (space(0) if rng.random() < 0.2 else "") for row in rows) + last + space(depth)

    return rng.choice(["", "\ufeff"]) + space(0) + dump(value, 0) + rng.choice(["", end, end + end])


def value_of(text: str) -> Any:
    return read(text.removeprefix("\ufeff"), comments=True).value


def with_ours(value: dict[str, Any]) -> dict[str, Any]:
    """What a document must say once the recorder is in it."""
    wanted = json.loads(json.dumps(value))
    wanted.setdefault("version", 1)
    for entry in ENTRIES:
        holder = wanted.setdefault("hooks", {}).setdefault(entry.path[-1], [])
        if entry.value not in holder:
            holder.append(entry.value)
    return dict(wanted)


def put(text: str) -> settings.Merged:
    return settings.merged(text, VERSION, ENTRIES, comments=True)


def defaults_for(value: dict[str, Any]) -> dict[str, Any]:
    """What was put at the top because it was not there."""
    return {key: said for key, said in VERSION.items() if key not in value}


def made_for(text: str) -> list[tuple[str, ...]]:
    return settings.missing(text, ENTRIES, comments=True)


@given(documents, seeds, st.booleans())
def test_what_is_added_is_all_that_changes(value: dict[str, Any], seed: int, comments: bool) -> None:
    rng = Random(seed)
    text = written(value, rng, comments=comments)
    merged = put(text)
    assert value_of(merged.text) == with_ours(value)
    assert settings.restored(merged.text, merged.added) == text
    assert put(merged.text).text == merged.text
    if not comments:
        json.loads(merged.text.removeprefix("\ufeff"))


@given(documents, seeds)
def test_where_someone_wrote_the_file_anew_only_ours_goes(value: dict[str, Any], seed: int) -> None:
    rng = Random(seed)
    text = written(value, rng, comments=True)
    anew = written({**value_of(put(text).text), "mine": [1, {"a": 2}]}, rng, comments=True)
    left = settings.stripped(anew, defaults_for(value), made_for(text), comments=True)
    assert {**value_of(left), "version": 1} == {**value, "version": 1, "mine": [1, {"a": 2}]}
    assert not settings.has_ours(left, comments=True)


@given(documents, seeds)
def test_comments_stay_when_ours_goes(value: dict[str, Any], seed: int) -> None:
    rng = Random(seed)
    text = written(value, rng, comments=True)
    left = settings.stripped(put(text).text, defaults_for(value), made_for(text), comments=True)
    assert left.count("comment") == text.count("comment")
    assert left.count("two */") == text.count("two */")


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda data: data.decode("latin-1")))
def test_any_text_is_merged_or_refused(text: str) -> None:
    for comments in (True, False):
        try:
            merged = settings.merged(text, VERSION, ENTRIES, comments=comments)
        except Unreadable:
            continue
        assert settings.restored(merged.text, merged.added) == text


@given(st.text(alphabet='{}[]",:/*\\ \n1a', max_size=60))
def test_json_is_read_as_python_reads_it(text: str) -> None:
    try:
        wanted = json.loads(text, object_pairs_hook=_unique)
    except ValueError:
        with pytest.raises(Unreadable):
            read(text, comments=False)
        return
    assert read(text, comments=False).value == wanted


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("twice")
    return dict(pairs)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "it holds no object"),
        ('"hooks"', "it holds no object"),
        ('{"hooks": []}', "hooks is no object"),
        ('{"hooks": {"PreToolUse": {}}}', "hooks.PreToolUse is no list"),
        ('{"hooks": {"PreToolUse": "x"}}', "hooks.PreToolUse is no list"),
        ('{\n"a": 1,\n"a": 2}', "line 3: the key 'a' is there twice"),
        ('{\n"a" 1}', "line 2: a colon was expected"),
        ('{"a": 1 "b": 2}', "a comma or } was expected"),
        ('{"a": 1', "a comma or } was expected"),
        ("{} {}", "something follows the document"),
        ('{"a": NaN}', "no JSON"),
        ('{"a": tru}', "no JSON"),
        ("{'a': 1}", "a key was expected"),
        ('{"a": "\n"}', "no JSON"),
        ("{/* open", "no JSON"),
        ("[" * 5000, "nested too deeply"),
        ('{"a": ' * 5000, "nested too deeply"),
        ('{"a": "' + "x" * (5 << 20) + '"}', "more than 4 million characters"),
    ],
)
def test_what_cannot_be_merged_says_why(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why.replace("{", r"\{").replace("}", r"\}")):
        settings.merged(text, {}, ENTRIES, comments=True)


@pytest.mark.parametrize("text", ["{// a\n}", '{"a": 1,}', "{/* a */}"])
def test_comments_are_refused_where_the_host_allows_none(text: str) -> None:
    settings.merged(text, {}, ENTRIES, comments=True)
    with pytest.raises(Unreadable):
        settings.merged(text, {}, ENTRIES, comments=False)


def test_entries_stand_as_their_neighbours_do() -> None:
    text = '{\n\t"hooks": {\n\t\t"Stop": [\n\t\t\t{"command": "bell"} // ring\n\t\t]\n\t}\n}\n'
    merged = settings.merged(text, {}, ENTRIES[2:], comments=True)
    assert merged.text == (
        '{\n\t"hooks": {\n\t\t"Stop": [\n\t\t\t{"command": "bell"}, // ring\n'
        f'\t\t\t{{\n\t\t\t\t"command": "{COMMAND}"\n\t\t\t}}\n\t\t]\n\t}}\n}}\n'
    )


def test_nothing_is_added_into_a_comment() -> None:
    merged = settings.merged('{"hooks": {"Stop": [1]// one\n}}', {}, ENTRIES[2:], comments=True)
    assert value_of(merged.text) == {"hooks": {"Stop": [1, {"command": COMMAND}]}}
    merged = settings.merged('{"a": {}// one\n}', {}, ENTRIES[2:], comments=True)
    assert value_of(merged.text) == {"a": {}, "hooks": {"Stop": [{"command": COMMAND}]}}


def test_a_line_that_is_one_stays_one() -> None:
    assert settings.merged('{"a": 1}', {}, ENTRIES[2:], comments=False).text == (
        f'{{"a": 1, "hooks": {{"Stop": [{{"command": "{COMMAND}"}}]}}}}'
    )


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        ("answerable-hook claude-code || true", True),
        ("/opt/a/bin/answerable-hook codex", True),
        ("'/opt/my tools/answerable-hook' codex", True),
        ("/usr/bin/python3 -S -I /x/answerable/capture/hook.py cursor || true; echo '{}'", True),
        ("answerable guard claude-code", False),
        ("my-answerable-hook x", False),
        ("answerable-hooks x", False),
        ("cat /x/answerable/capture/hook.pyc", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: {"matcher": "Edit", "hooks": [one]}])
def test_ours_is_what_runs_the_recorder(command: str, ours: bool, wrap: Callable[[Any], Any]) -> None:
    assert settings.is_ours(wrap({"type": "command", "command": command})) is ours
    assert settings.is_ours(wrap({"type": "command", "bash": command})) is ours


def test_a_group_that_a_person_added_to_keeps_what_is_theirs() -> None:
    merged = settings.merged("{}", {}, ENTRIES[:1], comments=False).text
    theirs = json.loads(merged)
    theirs["hooks"]["PreToolUse"][0]["hooks"].append({"type": "command", "command": "mine"})
    left = settings.stripped(json.dumps(theirs), {}, made_for("{}"), comments=False)
    assert json.loads(left) == {
        "hooks": {"PreToolUse": [{"matcher": "Edit", "hooks": [{"type": "command", "command": "mine"}]}]}
    }


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f'{{"a": [{{"command": "{COMMAND}"}}, {{"b": 1}}]}}', '{"a": [{"b": 1}]}'),
        (f'{{"a": [{{"b": 1}}, {{"command": "{COMMAND}"}}]}}', '{"a": [{"b": 1}]}'),
        (f'{{"a": [{{"command": "{COMMAND}"}},\n  {{"b": 1}}]}}', '{"a": [\n  {"b": 1}]}'),
        ('{"version": 1}', "{}"),
        ('{"version": 1, "theirs": 2}', '{"version": 1, "theirs": 2}'),
        ('{"version": 2}', '{"version": 2}'),
    ],
)
def test_what_is_taken_out_leaves_no_trace_and_takes_nothing_of_others(text: str, left: str) -> None:
    assert settings.stripped(text, VERSION, (), comments=True) == left
