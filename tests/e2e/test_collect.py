"""`answerable collect` as a process: what exporters send is known when it ends, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

import answerable
from answerable.capture.otlp_store import of
from answerable.domain.acceptance import How
from capture.telemetry import Sent, as_json, as_protobuf, claude, codex, copilot, gemini
from e2e.asking import ask, ask_here

SECRET = "correct horse battery staple"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", os.fspath(folder))
    return folder


@contextmanager
def collecting(*options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A collector at work on a free port."""
    source = os.fspath(Path(answerable.__file__).parent.parent)
    process = subprocess.Popen(
        [sys.executable, "-m", "answerable", "collect", "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": source},
    )  # fmt: skip
    try:
        assert process.stderr
        yield process, int(process.stderr.readline().rpartition(":")[2])
    finally:
        process.kill()
        process.communicate()


def send(port: int, *records: Sent, kind: str = "json") -> int:
    body, of_kind = (
        (as_json(*records), "application/json") if kind == "json" else (as_protobuf(*records), "application/x-protobuf")
    )
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/v1/logs", body, {"Content-Type": of_kind})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGTERM])
def test_what_agents_send_is_kept_until_it_is_stopped_and_then_counted(ends_by: signal.Signals) -> None:
    with collecting("--format", "json") as (process, port):
        assert send(port, claude("accept", "user_permanent"), codex(), kind="protobuf") == 200
        assert send(port, gemini(), copilot(), claude("accept", "user_permanent")) == 200
        decided = of("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "toolu_01A09q90qw90lq917835lq9")
        assert decided is not None
        assert decided.how is How.STANDING_GRANT
        process.send_signal(ends_by)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    found = json.loads(out)
    assert found["schema"] == "answerable/collect/v1"
    counts = [found[key] for key in ("requests", "records", "decisions", "kept", "malformed")]
    assert counts == [2, 5, 5, 4, 0]


def test_it_can_end_after_one_request_and_says_for_people_what_it_received() -> None:
    with collecting("--once") as (process, port):
        assert send(port, claude()) == 200
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.startswith("1 decision in 1 log record of 1 request\n")


def test_nothing_that_was_said_or_written_is_on_the_disk(state: Path) -> None:
    given = {"file_path": "a.py", "content": SECRET}
    prompt = {"prompt": SECRET, "tool_parameters": SECRET, "user.email": "ada@example.com"}
    with collecting("--once") as (process, port):
        records = (claude(**prompt), gemini(given=given), codex(arguments=SECRET, decision=SECRET), copilot(**prompt))
        assert send(port, *records) == 200
        process.communicate(timeout=30)
    whole = b"".join(file.read_bytes() for file in state.rglob("*") if file.is_file())
    assert b"toolu_01A09q90qw90lq917835lq9" in whole
    for private in (b"horse", b"ada@example.com", b"a.py", b"pay.py"):
        assert private not in whole


def test_a_port_that_is_taken_is_one_clear_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = ask_here("collect", "--port", str(taken.getsockname()[1]), "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["code"]) == (2, "usage")
    assert "cannot listen on 127.0.0.1" in said.json["message"]


def test_a_state_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    said = ask_here("collect", "--port", "0", cwd=tmp_path, XDG_STATE_HOME=os.fspath(tmp_path / "file"))
    assert said.code == 2
    assert "cannot keep decisions in" in said.err


def test_without_its_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry" / "__init__.py").write_text("")
    source = os.fspath(Path(answerable.__file__).parent.parent)
    said = ask("collect", cwd=tmp_path, PYTHONPATH=os.pathsep.join([os.fspath(tmp_path), source]))
    assert said.code == 2
    assert "pip install 'answerable[otlp]'" in said.err
    assert "[extra-missing]" in said.err


def test_whoever_listens_to_more_than_this_machine_is_warned() -> None:
    with collecting("--host", "0.0.0.0", "--once") as (process, port):
        assert send(port, claude()) == 200
        assert process.stderr
        assert "whoever reaches this address can say anything" in process.stderr.readline()
