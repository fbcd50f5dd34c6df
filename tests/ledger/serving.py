"""Real servers on loopback: a witness, and services that say whatever a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any


@contextmanager
def serving(server: HTTPServer) -> Iterator[str]:
    """The address of a server that runs meanwhile."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def answering(answer: bytes, heard: list[bytes] | None = None) -> Iterator[str]:
    """A service that says the same to everybody."""

    class Hostile(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            if heard is not None:
                heard.append(request)
            with suppress(ConnectionError):  # the client had enough
                self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Hostile)) as url:
        yield url


def reply(status: int, text: bytes, kind: str = "text/plain", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(text)}\r\n\r\n"
    return head.encode() + text
