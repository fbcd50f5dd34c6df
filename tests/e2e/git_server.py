"""A real git server: `git http-backend` as a CGI program behind a small HTTP server on the loopback interface."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import answerable
from builders.repository import clean_environment

_SOURCE = os.fspath(Path(answerable.__file__).parent.parent)


@contextmanager
def serving(root: Path, **more: str) -> Iterator[str]:
    """Serve the bare repositories below a folder; gives the address that their paths follow.

    Args:
        root: The folder.
        more: Variables of the server's environment, for example a PATH.
    """
    where = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()
    environment = clean_environment(os.fspath(root)) | {"GIT_PROJECT_ROOT": os.fspath(root), "GIT_HTTP_EXPORT_ALL": "1"}

    class Handler(_Handler):
        backend = os.fspath(Path(where) / "git-http-backend")
        environment_of_server = environment | more

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def program(folder: Path) -> Path:
    """Put a program `answerable` that runs this source into a folder, for a PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "answerable"
    file.write_text(f'#!/bin/sh\nPYTHONPATH="{_SOURCE}" exec "{sys.executable}" -m answerable "$@"\n')
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return folder


class _Handler(BaseHTTPRequestHandler):
    """Runs the backend once for each request (RFC 3875)."""

    backend: str
    environment_of_server: dict[str, str]

    def do_GET(self) -> None:
        self._run(b"")

    def do_POST(self) -> None:
        self._run(self._body())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _run(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        given = {
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": "ada",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        environment = self.environment_of_server | given
        done = subprocess.run([self.backend], input=body, env=environment, capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.decode("latin-1").split(": ", 1) for line in head.split(b"\r\n") if line)
        code, _, reason = headers.pop("Status", "200 OK").partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
