"""Guarantees: the witness answers over HTTP, and no client can make it hold memory, threads or other clients for long.

The interface is c2sp.org/tlog-witness v1.0.0: `POST /add-checkpoint` and nothing else, a bounded body of a stated
length (`ledger.http_server` holds the rest).
"""

from __future__ import annotations

import logging

from answerable.errors import AnswerableError
from answerable.ledger.http_server import MOST_CONNECTIONS, SECONDS_A_REQUEST, BoundedHandler, BoundedServer, Reply
from answerable.ledger.witness import LONGEST_REQUEST, PLAIN, Witness
from answerable.ledger.witness import Reply as Said

PATH = "/add-checkpoint"
_log = logging.getLogger(__name__)


class WitnessServer(BoundedServer):
    """Serves one witness; a thread a connection.

    Args:
        witness: Who answers.
        host: The address to listen on.
        port: The port, or 0 for any that is free; `server_port` says which it became.
        seconds: The time a client has for one request, and for taking the answer.
        connections: How many may be open at once; more are closed at once.
    """

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
        super().__init__(_Handler, host, port, seconds=seconds, connections=connections)


def serve(witness: Witness, host: str, port: int) -> None:
    """Serve a witness until interrupted."""
    with WitnessServer(witness, host, port) as server:
        server.serve_forever()


class _Handler(BoundedHandler):
    server: WitnessServer
    server_version = "answerable-witness"

    def do_POST(self) -> None:  # noqa: N802 - http.server calls it so
        if self.path != PATH:
            return self.refuse(404, f"only {PATH} is served here")
        length = self.stated_length()
        if length is None:
            return self.refuse(411, "a Content-Length is needed")
        if length > LONGEST_REQUEST:
            return self.refuse(413, f"more than {LONGEST_REQUEST} bytes")
        body = self.rfile.read(length)
        if len(body) < length:
            return self.refuse(400, "the body ended early")
        said = self._answer(body)
        return self.send(Reply(said.status, said.content_type, said.body))

    def _answer(self, body: bytes) -> Said:
        try:
            return self.server.witness.add_checkpoint(body)
        except (AnswerableError, OSError) as error:
            _log.error("no checkpoint was signed: %s", error)
            return Said(500, PLAIN, b"the state of the witness cannot be used now; nothing was signed\n")
