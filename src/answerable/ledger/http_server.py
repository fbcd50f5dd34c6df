"""Guarantees: no client of a server built on this can hold memory, threads or other clients for long.

A request has one deadline for all of it, however slowly it drips, and connections are bounded in number. Nothing but
POST is served. What a request may hold is said by whoever serves it.
"""

from __future__ import annotations

import io
import logging
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PLAIN = "text/plain; charset=utf-8"
SECONDS_A_REQUEST = 10.0
MOST_CONNECTIONS = 64
_log = logging.getLogger(__name__)


class Reply(NamedTuple):
    """What is answered."""

    status: int
    content_type: str
    body: bytes
    wait: int | None = None  # seconds after which it may be tried again


class BoundedServer(ThreadingHTTPServer):
    """A thread a connection, up to a number of them.

    Args:
        handler: What serves a connection.
        host: The address to listen on.
        port: The port, or 0 for any that is free; `server_port` says which it became.
        seconds: The time a client has for one request, and for taking the answer.
        connections: How many may be open at once; more are closed at once.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        handler: type[BoundedHandler],
        host: str,
        port: int,
        *,
        seconds: float = SECONDS_A_REQUEST,
        connections: int = MOST_CONNECTIONS,
    ) -> None:
        self.seconds = seconds
        self._free = BoundedSemaphore(connections)
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, if one is free."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver calls it so
        """A client that went away is no error of the server; anything else is worth a line."""
        _log.info("a connection ended early", exc_info=True)


class BoundedHandler(BaseHTTPRequestHandler):
    """Serves one connection; what is asked for with POST is answered by `do_POST` of a class below."""

    server: BoundedServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "answerable", ""

    def setup(self) -> None:
        """Begin a connection."""
        super().setup()
        self._incoming = _Deadline(self.connection)
        self.rfile = io.BufferedReader(self._incoming)

    def handle_one_request(self) -> None:
        """Serve one request in its time."""
        self._incoming.end = time.monotonic() + self.server.seconds
        super().handle_one_request()

    def parse_request(self) -> bool:
        """Read the first lines of a request; False where it was answered already."""
        if not super().parse_request():
            return False
        if self.command != "POST":
            self.refuse(405, "only POST is served here")
            return False
        return True

    def stated_length(self) -> int | None:
        """The stated length; two of them, or a body in chunks, is how requests are smuggled past a proxy."""
        stated = self.headers.get_all("Content-Length") or []
        sound = len(stated) == 1 and stated[0].isascii() and stated[0].isdigit() and len(stated[0]) < 20
        return int(stated[0]) if sound and "Transfer-Encoding" not in self.headers else None

    def refuse(self, status: int, why: str) -> None:
        """Say why not, and close the connection: what follows on it may be a body that was not read."""
        self.close_connection = True
        self.send(Reply(status, PLAIN, f"{why}\n".encode()))

    def send(self, reply: Reply) -> None:
        """Answer."""
        self.connection.settimeout(self.server.seconds)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.status == 405:
            self.send_header("Allow", "POST")
        if reply.wait is not None:
            self.send_header("Retry-After", str(reply.wait))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Say in plain text what http.server itself refuses."""
        self.refuse(code, self.responses.get(code, ("refused", ""))[0])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server calls it by
        """Nothing is written for people."""
        _log.info("%s %s", self.address_string(), format % args)


class _Deadline(io.RawIOBase):
    """Reads from a socket until a moment; a client that sends a byte now and then gains nothing by it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.end = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the client took too long")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)
