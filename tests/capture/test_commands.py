import os
from pathlib import Path

import pytest

from answerable.capture.event import read as understood
from answerable.capture.recording.commands import command_of, paths
from answerable.capture.recording.hook import record
from capture.claude import payload
from e2e.agents import SCRIPTS, Use

GIVEN = [
    ("cat > new.py <<'EOF'\nimport os.path\nfrom x.y import z\nEOF\ntouch more.py", ["new.py", "more.py"]),
    ("sed -i s/a/b/ src/a.py && echo x >>src/b.py", ["src/a.py", "src/b.py"]),
    ("cd sub && mv a.py ../b.py", ["sub/a.py", "b.py"]),
    ("python -c \"open('made.py', 'w').write('')\"", ["made.py"]),
    ("tee one.txt two.txt < in.txt", ["one.txt", "two.txt", "in.txt"]),
    ("rm -rf build/ --out=dist/app.js", ["dist/app.js"]),
    ("ls -la . ..", []),
    ("cat <<< some.text", ["some.text"]),
    ("make", []),
    ("make Makefile", ["Makefile"]),
    ("echo *.py $HOME/x.py ~/y.py", []),
]


@pytest.mark.parametrize(("command", "names"), GIVEN)
def test_the_words_of_a_command_that_may_be_files(tmp_path: Path, command: str, names: list[str]) -> None:
    (tmp_path / "Makefile").write_text("all:\n")
    found = {os.path.normpath(path.decode()) for path in paths(command, os.fsencode(tmp_path))}
    wanted = {os.path.normpath(tmp_path / name) for name in names}
    assert wanted <= found
    assert all("<" not in path and "*" not in path for path in found)
    if not names:
        assert not found


def test_a_long_command_is_looked_at_in_part(tmp_path: Path) -> None:
    assert len(paths(" ".join(f"file{n}.py" for n in range(9999)), os.fsencode(tmp_path))) == 50


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_agents_command_is_found(tmp_path: Path, name: str) -> None:
    for when in ("Pre", "Post"):
        use = Use(root=tmp_path, session="s", call="c", command="sed -i s/a/b/ app.py")
        (said,) = SCRIPTS[name](when, use)
        assert command_of(said)[0] == "sed -i s/a/b/ app.py"


def test_a_command_in_a_list_and_one_in_another_folder() -> None:
    assert command_of({"tool_input": {"command": ["bash", "-lc", "touch a.py"], "workdir": "/x"}}) == (
        "bash -lc touch a.py", "/x",
    )  # fmt: skip
    assert command_of({"tool_input": "no JSON", "args": '{"broken'}) == ("", "")


def test_what_hooks_looked_at_is_watched_before_any_drain(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    os.system(f"git init -q '{root}'")
    (root / "a.py").write_text("one = 1\n")
    record("claude-code", payload(root, "PreToolUse", "Read", str(root / "a.py")), os.fsencode(root))
    record("claude-code", payload(root, "PreToolUse", "Bash", None, command="make"), os.fsencode(root))
    (root / "a.py").write_text("one = 1\ntwo = 2\n")
    record("claude-code", payload(root, "PostToolUse", "Bash", None, command="make"), os.fsencode(root))
    spool = root / ".git/answerable/capture/main/spool"
    seen = [understood(path.read_bytes(), os.fsencode(root)).paths for path in sorted(spool.iterdir())]
    assert [[one.path for one in paths] for paths in seen] == [[b"a.py"], [], [b"a.py"]]


def test_what_is_watched_is_bounded(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    os.system(f"git init -q '{root}'")
    names = [f"a-name-that-is-rather-long-so-that-it-fills-the-file-{n:04}.py" for n in range(150)]
    for _ in range(20):
        given = {"edits": [{"path": name} for name in names], "call": "c"}
        record("claude-code", payload(root, "PreToolUse", "Edit", None, **given), os.fsencode(root))
    assert (root / ".git/answerable/capture/main/looked").stat().st_size < 120_000
