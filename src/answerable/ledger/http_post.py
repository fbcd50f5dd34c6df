"""Guarantees: one question over HTTP to a service that may be hostile, with bounds on time and size.

Only http and https, no redirects (a witness that sends its clients elsewhere is misconfigured or worse), and an answer
that is too long or too slow is an error. Proxies of the environment are used, as everywhere.
"""

from __future__ import annotations

import time
import urllib.request
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from answerable.errors import UsageError, WitnessRefused

LONGEST_ANSWER = 262_144
SECONDS = 10.0


class Answer(NamedTuple):
    """What a service answered, whatever its status."""

    status: int
    content_type: str
    body: bytes


def post(url: str, body: bytes, content_type: str, *, seconds: float = SECONDS) -> Answer:
    """Send a body and return the answer.

    Args:
        url: An http or https address.
        body: What to send.
        content_type: What it is.
        seconds: How long to wait for each step, and for the whole body of the answer.

    Raises:
        UsageError: The address is not one of http or https.
        WitnessRefused: There is no answer, or one that is too long or too slow.
    """
    _check(url)
    headers = {"Content-Type": content_type, "User-Agent": "answerable"}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
    try:
        with _opener().open(request, timeout=seconds) as response:
            return _answer(url, response, seconds)
    except (OSError, HTTPException, ValueError) as error:
        raise _no_answer(url, getattr(error, "reason", None) or error) from None


def _opener() -> urllib.request.OpenerDirector:
    """Without the handlers that follow redirects, raise on a status, or open files and FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler()):
        opener.add_handler(handler)
    return opener


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError("the address of a service must begin with http:// or https://, a host and no spaces")


def _answer(url: str, response: Any, seconds: float) -> Answer:
    end, body = time.monotonic() + seconds, b""
    while piece := response.read1(65_536):
        body += piece
        if len(body) > LONGEST_ANSWER:
            raise _no_answer(url, f"more than {LONGEST_ANSWER} bytes")
        if time.monotonic() > end:
            raise _no_answer(url, "the answer took too long")
    if response.length:
        raise _no_answer(url, "the answer ended early")
    return Answer(response.status, response.headers.get("Content-Type", ""), body)


def _no_answer(url: str, why: object) -> WitnessRefused:
    host = urlsplit(url).hostname
    return WitnessRefused(f"no usable answer from {host}: {why}", hint="try again later; what is local is not affected")
