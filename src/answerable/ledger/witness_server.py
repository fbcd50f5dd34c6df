"""Guarantees: the witness answers over HTTP, and no client can make it hold memory, threads or other clients for long.

The interface is c2sp.org/tlog-witness v1.0.0: `POST /add-checkpoint` and nothing else. A request has a bounded body of
a stated length and one deadline for all of it, however slowly it drips; connections are bounded in number too.
"""

from __future__ import annotations

import io
import logging
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from answerable.errors import AnswerableError
from answerable.ledger.witness import LONGEST_REQUEST, PLAIN, Reply, Witness

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PATH = "/add-checkpoint"
SECONDS_A_REQUEST = 10.0
MOST_CONNECTIONS = 64
_log = logging.getLogger(__name__)


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness; a thread a connection.

    Args:
        witness: Who answers.
        host: The address to listen on.
        port: The port, or 0 for any that is free; `server_port` says which it became.
        seconds: The time a client has for one request, and for taking the answer.
        connections: How many may be open at once; more are closed at once.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        witness: Witness,
        host: str,
        port: int,
        *,
        seconds: float = SECONDS_A_REQUEST,
        connections: int = MOST_CONNECTIONS,
    ) -> None:
        self.witness = witness
        self.seconds = seconds
        self._free = BoundedSemaphore(connections)
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

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
        """A client that went away is no error of the witness; anything else is worth a line."""
        _log.info("a connection ended early", exc_info=True)


def serve(witness: Witness, host: str, port: int) -> None:
    """Serve a witness until interrupted."""
    with WitnessServer(witness, host, port) as server:
        server.serve_forever()


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "answerable-witness", ""

    def setup(self) -> None:
        super().setup()
        self._incoming = _Deadline(self.connection)
        self.rfile = io.BufferedReader(self._incoming)

    def handle_one_request(self) -> None:
        self._incoming.end = time.monotonic() + self.server.seconds
        super().handle_one_request()

    def parse_request(self) -> bool:
        """Read the first lines of a request; False where it was answered already."""
        if not super().parse_request():
            return False
        if self.command != "POST":
            self._refuse(405, "only POST is served here")
            return False
        return True

    def do_POST(self) -> None:
        if self.path != PATH:
            return self._refuse(404, f"only {PATH} is served here")
        length = self._length()
        if length is None:
            return self._refuse(411, "a Content-Length is needed")
        if length > LONGEST_REQUEST:
            return self._refuse(413, f"more than {LONGEST_REQUEST} bytes")
        body = self.rfile.read(length)
        if len(body) < length:
            return self._refuse(400, "the body ended early")
        return self._send(self._answer(body))

    def _length(self) -> int | None:
        """The stated length; two of them, or a body in chunks, is how requests are smuggled past a proxy."""
        stated = self.headers.get_all("Content-Length") or []
        sound = len(stated) == 1 and stated[0].isascii() and stated[0].isdigit() and len(stated[0]) < 20
        return int(stated[0]) if sound and "Transfer-Encoding" not in self.headers else None

    def _answer(self, body: bytes) -> Reply:
        try:
            return self.server.witness.add_checkpoint(body)
        except (AnswerableError, OSError) as error:
            _log.error("no checkpoint was signed: %s", error)
            return Reply(500, PLAIN, b"the state of the witness cannot be used now; nothing was signed\n")

    def _refuse(self, status: int, why: str) -> None:
        self.close_connection = True  # what follows on this connection may be a body that was not read
        self._send(Reply(status, PLAIN, f"{why}\n".encode()))

    def _send(self, reply: Reply) -> None:
        self.connection.settimeout(self.server.seconds)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.status == 405:
            self.send_header("Allow", "POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Say in plain text what http.server itself refuses."""
        self._refuse(code, self.responses.get(code, ("refused", ""))[0])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server calls it by
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
