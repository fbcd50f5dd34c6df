"""A timestamp authority: `openssl ts`, which none of our code is part of, with a root of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from ledger.serving import serving

_CONFIG = """
[tsa]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
nsComment="longer than the certificate below it, so that both are in the order that DER asks for: {filler}"
[req]
distinguished_name=dn
[dn]
[authority]
serial=./serial
default_policy=1.2.3.4.1
digests=sha256,sha512
signer_digest=sha256
ess_cert_id_alg=sha256
"""


class Authority:
    """Keys and certificates in a folder.

    Args:
        folder: A new folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "c.cnf").write_text(_CONFIG.format(filler="x" * 200))
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "c.cnf")
        name = f"/CN={folder.name}"
        self.openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", name, "-extensions", "ca")
        self.openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"{name} authority")
        signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "c.cnf", "-extensions", "tsa")
        self.openssl("x509", "-req", "-in", "tsa.csr", *signing, "-out", "tsa.pem")

    @property
    def root(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    def openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def respond(self, request: bytes, *more: str) -> bytes:
        """The response to a request."""
        (self.folder / "query").write_bytes(request)
        signing = ("-inkey", "tsa.key", "-signer", "tsa.pem", "-config", "c.cnf", "-section", "authority", *more)
        self.openssl("ts", "-reply", "-queryfile", "query", "-out", "reply", *signing)
        return (self.folder / "reply").read_bytes()

    @contextmanager
    def answering(self) -> Iterator[str]:
        """The address of the authority over HTTP."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["Content-Type"] == "application/timestamp-query"
                body = authority.respond(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        with serving(HTTPServer(("127.0.0.1", 0), Handler)) as url:
            yield url
