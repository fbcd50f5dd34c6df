import contextlib
import json
import os
import resource
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.capture import hook
from answerable.capture.event import read as understood
from answerable.capture.payload import registry
from answerable.capture.recording import quick
from answerable.capture.recording.hook import record
from answerable.capture.recording.named import paths as named
from answerable.capture.recording.place import doing, find, head
from answerable.capture.recording.spool import Spool
from capture.claude import payload
from capture.payloads import SAMPLES

ADA = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "protocol.file.allow=always")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *ADA, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = (tmp_path / "repo").resolve()
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.py").write_text("one = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "One")
    return folder


def events(folder: Path, name: str = "main") -> list[dict]:
    spool = folder / ".git" / "answerable" / "capture" / name / "spool"
    return [json.loads(path.read_bytes()) for path in sorted(spool.glob("*.json"))]


def give(folder: Path, data: bytes, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-S", "-I", str(hook.__file__), "claude-code"]
    return subprocess.run(command, cwd=folder, input=data, capture_output=True, check=False, **options)


def test_an_event_holds_the_payload_and_what_the_file_held(repo):
    done = give(repo, payload(repo, "PostToolUse", "Write", "a.py", content="one = 1\n"))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (event,) = events(repo)
    assert event["seq"] == 1
    assert event["head"] == git(repo, "rev-parse", "HEAD")
    assert event["doing"] is None
    (seen,) = event["paths"]
    assert seen["path"] == "a.py"
    kept = repo / ".git/answerable/capture/main/snapshots" / seen["content"][:2] / seen["content"]
    assert kept.read_bytes() == b"one = 1\n"
    assert registry.read(json.dumps(event["payload"]).encode(), "claude-code").use.session == "session-1"


def test_what_was_said_and_answered_is_not_kept(repo):
    data = json.loads(payload(repo, "PostToolUse", "Write", "a.py", content="x"))
    data |= {"prompt": "SECRET", "tool_response": {"content": "SECRET"}, "last_assistant_message": "SECRET"}
    give(repo, json.dumps(data).encode())
    assert "SECRET" not in json.dumps(events(repo))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"tool_input": NaN', b"[" * 200_000])
def test_no_payload_breaks_an_edit_and_a_bad_one_is_noted(repo, data, tmp_path):
    done = give(repo, data, env={"XDG_STATE_HOME": str(tmp_path)})
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "claude-code" in (tmp_path / "answerable" / "journal").read_text()


def test_a_link_a_binary_a_huge_a_missing_and_a_special_file_are_named_and_not_kept(repo):
    (repo / "link").symlink_to("a.py")
    (repo / "binary").write_bytes(b"a\0b")
    (repo / "huge").write_bytes(b"x" * ((8 << 20) + 1))
    os.mkfifo(repo / "fifo")
    for name in ("link", "binary", "huge", "gone", "fifo"):
        record("claude-code", payload(repo, "PreToolUse", "Write", name, content=""), os.fsencode(repo))
    found = {event["paths"][0]["path"]: event["paths"][0] for event in events(repo)}
    assert {name: seen["skipped"] for name, seen in found.items()} == {
        "link": "link", "binary": "binary", "huge": "too-large", "gone": None, "fifo": "unreadable",
    }  # fmt: skip
    assert {seen["content"] for seen in found.values()} == {None}


def test_paths_outside_inside_git_and_through_folders_that_are_links(repo, tmp_path):
    (tmp_path / "outside.py").write_text("x\n")
    (repo / "sub").mkdir()
    (repo / "sub" / "b.py").write_text("b\n")
    (tmp_path / "door").symlink_to(repo / "sub")
    for name in (str(tmp_path / "outside.py"), ".git/config", "../outside.py", str(tmp_path / "door" / "b.py")):
        record("claude-code", payload(repo, "PreToolUse", "Write", name, content=""), os.fsencode(repo))
    assert [seen["path"] for event in events(repo) for seen in event["paths"]] == ["sub/b.py"]


def test_names_of_any_bytes_and_any_line_ends_are_kept(repo):
    name = b"caf\xe9 \xe2\x82\xac.py"
    Path(os.fsdecode(os.fsencode(repo) + b"/" + name)).write_bytes(b"a\r\nb")
    record("claude-code", payload(repo, "PreToolUse", "Write", os.fsdecode(name), content=""), os.fsencode(repo))
    (event,) = events(repo)
    assert os.fsencode(event["paths"][0]["path"]) == name
    assert event["paths"][0]["size"] == 4


def test_eight_agents_at_once_lose_nothing(repo):
    with ProcessPoolExecutor(8) as pool:
        list(pool.map(_agent, [repo] * 8, range(8)))
    found = events(repo)
    assert [event["seq"] for event in found] == list(range(1, 8 * 40 + 1))
    for n in range(8):
        mine = [event for event in found if event["payload"]["session_id"] == f"agent-{n}"]
        assert [event["payload"]["tool_use_id"] for event in mine] == [f"call-{at}" for at in range(40)]
        for event in mine:
            seen = event["paths"][0]["content"]
            kept = repo / ".git/answerable/capture/main/snapshots" / seen[:2] / seen
            assert quick.sha256(kept.read_bytes()) == seen


def _agent(repo: Path, n: int) -> None:
    for at in range(40):
        (repo / f"f{n}.py").write_text(f"value = {at}\n" * 20)
        data = payload(repo, "PostToolUse", "Write", f"f{n}.py", session=f"agent-{n}", call=f"call-{at}", content="")
        record("claude-code", data, os.fsencode(repo))


def test_a_full_disk_breaks_no_edit_and_leaves_a_gap(repo):
    give(repo, payload(repo, "PreToolUse", "Write", "a.py", content=""))
    (repo / "a.py").write_text("x = 1\n" * 40_000)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    done = give(repo, payload(repo, "PostToolUse", "Write", "a.py", content=""), preexec_fn=full)
    assert done.returncode == 0
    give(repo, payload(repo, "PreToolUse", "Write", "a.py", content=""))
    assert [event["seq"] for event in events(repo)] == [1, 3]
    assert not list((repo / ".git/answerable").rglob("*.part"))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_git_folder_that_cannot_be_written_breaks_no_edit(repo):  # pragma: no cover
    (repo / ".git").chmod(0o500)
    assert give(repo, payload(repo, "PreToolUse", "Write", "a.py", content="")).returncode == 0
    (repo / ".git").chmod(0o700)


def test_a_file_where_a_folder_should_be_breaks_no_edit(repo, tmp_path):
    (repo / ".git" / "answerable").write_text("")
    done = give(repo, payload(repo, "PreToolUse", "Write", "a.py", content=""), env={"XDG_STATE_HOME": str(tmp_path)})
    assert done.returncode == 0
    assert "could not be written" in (tmp_path / "answerable" / "journal").read_text()


def test_a_clock_that_jumps_back_does_not_change_the_order(repo, monkeypatch):
    times = iter((5_000, 1_000, 3_000))
    monkeypatch.setattr("answerable.capture.recording.spool.time.time_ns", lambda: next(times))
    for call in ("a", "b", "c"):
        record("claude-code", payload(repo, "PreToolUse", "Write", "a.py", call=call, content=""), os.fsencode(repo))
    assert [event["payload"]["tool_use_id"] for event in events(repo)] == ["a", "b", "c"]


def test_worktrees_and_submodules_have_their_own(repo, tmp_path):
    git(repo, "worktree", "add", "-q", "../tree", "-b", "side")
    tree = tmp_path / "tree"
    record("claude-code", payload(tree, "PreToolUse", "Write", "a.py", content=""), os.fsencode(tree))
    assert [event["head"] for event in events(repo, "tree")] == [git(tree, "rev-parse", "HEAD")]
    git(repo, "submodule", "--quiet", "add", str(repo), "module")
    record("claude-code", payload(repo, "PreToolUse", "Write", "module/a.py", content=""), os.fsencode(repo))
    found = list((repo / ".git/modules/module/answerable/capture/main/spool").iterdir())
    assert len(found) == 1
    assert events(repo) == []


def test_head_is_what_git_says(repo):
    place = find(os.fsencode(repo))
    for command in (("pack-refs", "--all"), ("checkout", "-q", "--detach"), ("checkout", "-q", "-b", "feature/x")):
        git(repo, *command)
        assert head(place) == git(repo, "rev-parse", "HEAD")
    git(repo, "checkout", "-q", "--orphan", "empty")
    assert head(place) is None


def test_what_git_is_in_the_middle_of(repo):
    place = find(os.fsencode(repo))
    git(repo, "checkout", "-q", "-b", "side")
    (repo / "a.py").write_text("two = 2\n")
    git(repo, "commit", "-qam", "Two")
    side = git(repo, "rev-parse", "HEAD")
    git(repo, "checkout", "-q", "main")
    (repo / "a.py").write_text("three = 3\n")
    git(repo, "commit", "-qam", "Three")
    assert doing(place) is None
    for verb in ("merge", "cherry-pick", "revert", "rebase"):
        arguments = {"merge": "side", "cherry-pick": side, "revert": f"{side}", "rebase": "side"}
        subprocess.run(["git", *ADA, verb, arguments[verb]], cwd=repo, capture_output=True, check=False)
        assert doing(place) == verb
        git(repo, verb, "--abort")
    assert doing(place) is None


def test_another_users_repository_is_left_alone(repo, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert find(os.fsencode(repo)) is None


def test_a_shell_says_no_paths_so_watched_ones_that_changed_are_looked_at(repo):
    (repo / "b.py").write_text("b\n")
    spool = Spool(find(os.fsencode(repo)))
    Path(os.fsdecode(spool.folder)).mkdir(parents=True)
    from answerable.capture.recording.watched import stamp_of

    stamps = [stamp_of(os.fsencode(repo / name)) + b" " + name.encode() for name in ("a.py", "b.py")]
    Path(os.fsdecode(spool.folder), "watched").write_bytes(b"\0".join(stamps))
    (repo / "b.py").write_text("changed\n")
    record("claude-code", payload(repo, "PostToolUse", "Bash", None, command="make"), os.fsencode(repo))
    assert [seen["path"] for seen in events(repo)[0]["paths"]] == ["b.py"]


def test_nothing_is_recorded_where_it_is_off(repo):
    (repo / ".git/answerable/capture").mkdir(parents=True)
    (repo / ".git/answerable/capture/off").touch()
    give(repo, payload(repo, "PreToolUse", "Write", "a.py", content=""))
    assert events(repo) == []


def test_the_journal_is_bounded(repo):
    spool = Spool(find(os.fsencode(repo)))
    for _ in range(2_500):
        spool.journal("x" * 600)
    assert (repo / ".git/answerable/capture/main/journal").stat().st_size < (1 << 20) + 1000


def test_every_path_that_an_adapter_finds_is_looked_at():
    for sample in SAMPLES.values():
        use = registry.read(json.dumps(sample.payload).encode()).use
        assert set(use.paths) <= set(named(sample.payload)), use


def test_json_is_read_and_written_as_the_module_does():
    value = {"a": [1, 2.5, None, True, "x\ty\udcff€\x01"], "b": {"c": -1}, "d": ""}
    assert json.loads(quick.dump(value)) == value
    assert quick.load(json.dumps(value)) == value
    assert quick.sha256(b"x").startswith("2d711642b726b044")


def test_the_hook_imports_nothing_that_costs():
    code = "import sys; sys.path.insert(0, sys.argv[1]); import answerable.capture.hook; print(*sys.modules)"
    source = str(Path(hook.__file__).parents[2])
    done = subprocess.run([sys.executable, "-S", "-I", "-c", code, source], capture_output=True, check=True, text=True)
    assert not set(done.stdout.split()) & {"json", "re", "typing", "enum", "pathlib", "dataclasses", "contextlib"}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["a.py", "../x", "*** Add File: b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["path", "file_path", "tool_input", "cwd", "patch", "edits", "x"]), inner)
    ),
    max_leaves=8,
)


@given(st.one_of(st.binary(max_size=60), VALUES.map(lambda value: json.dumps(value).encode())))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_is_recorded_or_said_to_be_no_payload(repo, data):
    with contextlib.suppress(ValueError, RecursionError):
        record("claude-code", data, os.fsencode(repo))
    for event in events(repo):
        for seen in event["paths"]:
            assert not seen["path"].startswith(("/", "../", ".git/"))
            understood(json.dumps(event).encode(), os.fsencode(repo))
