"""Guarantees: OTLP is taken over HTTP from this machine's programs, no page of a browser can send any, and a request is
answered with success only when the decisions in it are on the disk.

`POST /v1/logs`, `/v1/metrics` and `/v1/traces`, protobuf and JSON, gzip or plain, at most 20 MiB; the answer is in the
language of the request. Only logs hold decisions: the rest is taken, and dropped. Whoever can reach the port can say
anything, which is why nothing here is more than the word of a program of this user's machine.

Format: the OTLP specification, "OTLP/HTTP"; retryable are 429, 502, 503 and 504 alone.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Semaphore, Thread

from answerable.capture.otlp.body import Refused, read, unpacked
from answerable.capture.otlp.decided import decisions
from answerable.capture.otlp.parts import Malformed
from answerable.capture.otlp.record import of_json, of_protobuf
from answerable.capture.otlp_store import Decisions
from answerable.ledger.http_server import BoundedHandler, BoundedServer, Reply

PATHS = ("/v1/logs", "/v1/metrics", "/v1/traces")
PORT = 4318
PROTOBUF, JSON = "application/x-protobuf", "application/json"
_AT_ONCE = 2  # bodies that are read at once: each may unpack to 20 MiB
_WAIT = 5  # seconds
_INVALID, _UNAVAILABLE = 3, 14  # google.rpc.Code
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What was received: requests, log records, decisions in them, those that were new, and records that were none."""

    requests: int = 0
    records: int = 0
    decisions: int = 0
    kept: int = 0
    malformed: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, *, records: int = 0, decisions: int = 0, kept: int = 0, malformed: int = 0) -> None:
        """Count one request."""
        with self._lock:
            self.requests += 1
            self.records += records
            self.decisions += decisions
            self.kept += kept
            self.malformed += malformed


class Collector(BoundedServer):
    """Receives OTLP and keeps the decisions in it.

    Args:
        store: Where they are kept.
        host: The address to listen on.
        port: The port, or 0 for any that is free.
        seconds: The time a client has for one request.
        after: Called after each request that was answered.
    """

    def __init__(
        self,
        store: Decisions,
        host: str = "127.0.0.1",
        port: int = PORT,
        *,
        seconds: float = 30.0,
        after: Callable[[], None] | None = None,
    ) -> None:
        self.counts = Counts()
        self.after = after or (lambda: None)
        self._store = store
        self._alone = Lock()
        self._ended = False
        self.reading = Semaphore(_AT_ONCE)
        super().__init__(_Handler, host, port, seconds=seconds, connections=16)

    def stop(self) -> None:
        """Serve no more; from a thread that serves."""
        Thread(target=self.shutdown, daemon=True).start()

    def server_close(self) -> None:
        """Serve no more, and write no more into the store."""
        super().server_close()
        with self._alone:
            self._ended = True

    def take(self, path: str, kind: str, body: bytes) -> int:
        """Take one request's body; how many of its records were none.

        Raises:
            Malformed: it is no OTLP.
            sqlite3.Error: what it says cannot be kept now.
        """
        if path != "/v1/logs":
            self.counts.add()
            return 0
        found = of_json(body) if kind == JSON else of_protobuf(body)
        told = [decided for record in found.records for decided in decisions(record)]
        with self._alone:
            if self._ended:
                raise sqlite3.OperationalError("the collector ends")
            kept = self._store.add(told) if told else 0
        self.counts.add(records=len(found.records), decisions=len(told), kept=kept, malformed=found.malformed)
        return found.malformed


class _Handler(BoundedHandler):
    server: Collector
    server_version = "answerable-collect"

    def do_POST(self) -> None:  # noqa: N802 - http.server calls it so
        kind = (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if self.path not in PATHS:
            return self.refuse(404, f"served here are {', '.join(PATHS)}")
        if kind not in (PROTOBUF, JSON):
            return self.refuse(415, f"taken here are {PROTOBUF} and {JSON}")
        if "Origin" in self.headers:  # only a page of a browser says where it is from
            return self.refuse(403, "pages of a browser are not served")
        try:
            packed = read(self.headers, self.rfile)
            with self.server.reading:
                malformed = self.server.take(self.path, kind, unpacked(self.headers, packed))
        except Refused as error:
            self.close_connection = True
            return self.send(_failure(kind, error.status, _INVALID, error.why))
        except Malformed as error:
            return self.send(_failure(kind, 400, _INVALID, str(error)))
        except sqlite3.Error as error:
            _log.error("nothing was kept: %s", error)
            return self.send(_failure(kind, 503, _UNAVAILABLE, "decisions cannot be kept now", _WAIT))
        self.send(_success(kind, malformed))
        return self.server.after()


def _success(kind: str, malformed: int) -> Reply:
    """An Export…ServiceResponse; all three are of one shape."""
    why = "records that are none were left out"
    if kind == JSON:
        partial = {"partialSuccess": {"rejectedLogRecords": str(malformed), "errorMessage": why}}
        return Reply(200, JSON, json.dumps(partial if malformed else {}).encode())
    inner = b"\x08" + _varint(malformed) + b"\x12" + _text(why)
    return Reply(200, PROTOBUF, b"\x0a" + _varint(len(inner)) + inner if malformed else b"")


def _failure(kind: str, status: int, code: int, why: str, wait: int | None = None) -> Reply:
    """A google.rpc.Status."""
    if kind == JSON:
        return Reply(status, JSON, json.dumps({"code": code, "message": why}).encode(), wait)
    return Reply(status, PROTOBUF, b"\x08" + _varint(code) + b"\x12" + _text(why), wait)


def _text(words: str) -> bytes:
    return _varint(len(words.encode())) + words.encode()


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes(found) + bytes([number])
