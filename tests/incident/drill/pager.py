"""A pager: a real server on loopback that is called, and that somebody acknowledges to after so many questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from ledger.serving import serving

Json = dict[str, Any]
Says = Callable[[Json, list[Json]], Json | None]
"""What the pager answers to a document, with all that it heard before."""


@contextmanager
def pager(says: Says, heard: list[Json]) -> Iterator[str]:
    """The address of a pager that answers what `says` makes of what it hears."""

    class Pager(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            heard.append(document)
            body = json.dumps(says(document, heard) or {}).encode()
            self.send_response(202)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Pager)) as url:
        yield url


def acknowledges(who: str, *, step: int = 1, asked: int = 0) -> Says:
    """Somebody who answers the call of a step, after the pager was asked so often."""

    def says(document: Json, heard: list[Json]) -> Json | None:
        call = next((one["call"] for one in heard if one["event"] == "call" and one["step"] == step), None)
        times = sum(one["event"] == "ask" and one["call"] == call for one in heard)
        return {"acknowledged": {"by": who, "call": call}} if call and times >= asked else None

    return says
