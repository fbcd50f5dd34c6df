"""Names, paths, messages, notes and owners carry escape sequences, to rewrite the screen of whoever reads the answer.

Text output of every command holds no character that can act on a terminal or turn the direction of the text, whatever
the repository holds; JSON holds only ASCII.
"""

from __future__ import annotations

import json

import pytest

from answerable.cli.main import run
from attacks.hostile import harmless
from builders import RepoBuilder
from e2e.asking import ask_here

EVIL = "\x1b]0;pwned\x07\x1b[2J\x1b[31m\x9b\x90\u202e\u2066\u200b\u2028\u0085\x7f\r\b"
PATH = f"e{EVIL.replace('/', '')}.py"


@pytest.fixture
def screen(repo: RepoBuilder) -> RepoBuilder:
    trailers = f"Reviewed-by: Bo{EVIL} <bo@x>\nCo-authored-by: Claude{EVIL} <noreply@anthropic.com>\n"
    files = {PATH: "1\n", "ok.py": "1\n2\n3\n", f"folder{EVIL}/x": "1\n"}
    who = (f"Ada{EVIL.replace(chr(10), '')}", "ada@x")
    sha = repo.commit(files, f"Subject{EVIL}\n\n{trailers}", author=who)
    repo.commit({".github/CODEOWNERS": f"* @x{EVIL}/y @z{EVIL}\n", ".mailmap": f"Eve{EVIL} <ada@x>\n"})
    repo.commit({"ok.py": "1\n2\n3\n4\n"}, f"Merge pull request #1 from a/{EVIL}\n", branch="side")
    repo.merge("side", message=f"Merge pull request #1 from a/claude/{EVIL}\n")
    repo.tag(f"v1\u202e{'x' * 9}")
    agent = {"tool": f"cl{EVIL}", "id": f"i{EVIL}", "model": f"m{EVIL}"}
    meta = {
        "schema_version": f"authorship/3.0.0{EVIL}",
        "base_commit_sha": f"{sha}{EVIL}",
        "prompts": {},
        f"field{EVIL}": 1,
        "sessions": {"s_0123456789abcd": {"agent_id": agent, "human_author": f"H{EVIL}"}},
    }
    section = f'ok.py\n  s_0123456789abcd::t_0123456789abcd 1\n  h_{EVIL} 2\n"{PATH}"\n  {EVIL} 1\n---\n'
    repo.note("ai", sha, (section + json.dumps(meta, ensure_ascii=False)).encode("utf-8", "surrogateescape"))
    return repo


COMMANDS = (
    ("for", "ok.py"),
    ("for", "ok.py", PATH),
    ("for", "HEAD"),
    ("for", "HEAD~1..HEAD"),
    ("scan",),
    ("test",),
    ("recall",),
    ("recall", "--tool", f"x{EVIL}"),
    ("lines", "--format", "text"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command)[:20].encode("ascii", "ignore"))
def test_text_output_holds_nothing_that_acts_on_a_terminal(screen: RepoBuilder, command: tuple[str, ...]) -> None:
    said = ask_here(*command, cwd=screen.root, FORCE_COLOR="", NO_COLOR="1", TERM="dumb")
    assert said.code == 0
    assert said.out
    assert harmless(said.out)
    assert harmless(said.err)


ERRORS = (
    (("for", f"{PATH}.bin"), 2),  # binary
    (("for", f"{PATH}:99"), 2),
    (("for", f"{PATH}x"), 2),  # no such file, and a hint at one with such a name
    (("for", f"folder{EVIL}/y"), 2),
    (("for", "a\nanswerable: all is well"), 2),
    (("for", f"none{EVIL}..HEAD"), 2),
    (("for", "ok.py", "--evidence", f"none{EVIL}"), 3),
    (("for", f"--none{EVIL}"), 2),
    ((f"none{EVIL}",), 2),
    (("-C", f"none{EVIL}", "scan"), 2),
)


def test_an_error_quotes_nothing_that_acts_on_a_terminal(
    screen: RepoBuilder, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.commit({f"{PATH}.bin": b"\0"})
    monkeypatch.chdir(screen.root)
    for arguments, code in ERRORS:
        assert run(list(arguments)) == code, arguments
        out, err = capfd.readouterr()
        assert err.startswith("answerable: ")
        assert harmless(out + err), (arguments, err)
        assert len(err.splitlines()) <= 3, "a name broke the line"


def test_a_stack_trace_is_shown_without_what_it_carries(screen: RepoBuilder) -> None:
    trace = f'Traceback (most recent call last):\n  File "ok.py", line 1, in f{EVIL}\n  File "{PATH}", line 1\n{EVIL}\n'
    said = ask_here("for", "-", cwd=screen.root, feed=trace)
    assert said.code == 0
    assert harmless(said.out)


@pytest.mark.parametrize(
    "command", [("for", "ok.py"), ("lines",), ("scan",), ("recall",), ("test",)], ids=lambda c: c[0]
)
def test_json_holds_only_ascii(screen: RepoBuilder, command: tuple[str, ...]) -> None:
    form = ("--format", "jsonl" if command[0] == "lines" else "json")
    said = ask_here(*command, *form, cwd=screen.root)
    assert said.code == 0
    assert said.out.isascii()
    assert harmless(said.out)


def test_colours_of_our_own_are_the_only_sequences_in_colour(screen: RepoBuilder) -> None:
    said = ask_here("for", "ok.py", cwd=screen.root, FORCE_COLOR="1", TERM="xterm")
    assert "\x1b[" in said.out
    assert not set(said.out) & set(EVIL.replace("\x1b", "").translate(str.maketrans("", "", "]0;pwned[2J31m")))


def test_markup_and_emoji_codes_are_shown_as_they_are(repo: RepoBuilder) -> None:
    name = "a:bomb:[red]x[/red][link=x.org]y[/].py"
    repo.commit({name: "1\n"}, "[bold]Subject[/bold] :tada: \\[/]\n", author=("[blink]Ada\\", "ada@x"))
    out = ask_here("for", name, cwd=repo.root).out
    assert name in out
    assert "[bold]Subject[/bold] :tada: \\[/]" in out
    assert "[blink]Ada\\" in out
