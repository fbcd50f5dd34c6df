"""Calls people through a webhook, and takes their acknowledgement from its replies; the other side may be anything.

A call is a POST of JSON. A reply of 2xx takes it; `{"acknowledged": {"by": WHO, "call": ID}}` in it says who is there.
As long as nobody is, the same address is asked again. No redirect is followed, an answer has an end in bytes and in
seconds, and what is no such JSON acknowledges nothing. Names of people go out in clear to the own machine alone.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from answerable.errors import AnswerableError, UsageError
from answerable.incident.drill.walk import Reply
from answerable.incident.open.safe import safe
from answerable.ledger.http_post import Answer, post
from answerable.ownership.resolved import Call

SCHEMA = "answerable/drill-call/v1"
SECONDS = 10.0
_MOST_PEOPLE = 100
_JSON = "application/json"


class Webhook:
    """One address.

    Args:
        url: Where calls go; https, or http to this machine.
        about: What the rehearsal is about, as it is told to those called.
        seconds: How long one question may take altogether.

    Raises:
        UsageError: the address is none, or would send names of people in clear.
    """

    def __init__(self, url: str, about: Mapping[str, Any], seconds: float = SECONDS) -> None:
        self._url, self._about, self._seconds = url, about, seconds
        self.host = _host(url)

    def call(self, name: str, step: int, calls: Sequence[Call]) -> Reply:
        """Call all of one step."""
        return self._post(call_document(name, step, calls, self._about))

    def ask(self, name: str) -> Reply:
        """Ask whether somebody acknowledged a call."""
        return self._post(ask_document(name))

    def _post(self, document: Mapping[str, Any]) -> Reply:
        body = json.dumps(document).encode()
        found: list[Answer | str] = []

        def send() -> None:
            try:
                found.append(post(self._url, body, _JSON, seconds=self._seconds))
            except AnswerableError as error:
                found.append(error.message)

        # the bound of `post` is one for each step of it: headers that come a byte at a time would take for ever
        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not found:
            return Reply(taken=False, problem=f"{self.host} took longer than {self._seconds:g} seconds")
        answer = found[0]
        return Reply(taken=False, problem=safe(answer)) if isinstance(answer, str) else self._read(answer)

    def _read(self, answer: Answer) -> Reply:
        if not 200 <= answer.status < 300:
            return Reply(taken=False, problem=f"{self.host} answered {answer.status}")
        try:
            found = json.loads(answer.body) if answer.body.strip() else {}
        except (ValueError, RecursionError):
            return Reply(taken=True, problem=f"{self.host} answered something that is no JSON")
        said = found.get("acknowledged") if isinstance(found, dict) else None
        if said is None or said is False:
            return Reply(taken=True)
        by, call = (said.get("by"), said.get("call")) if isinstance(said, dict) else (None, None)
        if not isinstance(by, str) or not isinstance(call, str) or not by.strip():
            return Reply(taken=True, problem=f"{self.host} acknowledges without saying who, or which call")
        return Reply(taken=True, by=by, call=call)


def call_document(name: str, step: int, calls: Sequence[Call], about: Mapping[str, Any]) -> dict[str, Any]:
    """What calls all of one step."""
    return {
        **ask_document(name),
        "event": "call",
        "step": step,
        "after": calls[0].after if calls else 0,
        "notify": [_notify(each) for each in calls],
        "about": dict(about),
        "text": "This is a drill: nothing is broken. Acknowledge it, as you would at night.",
    }


def ask_document(name: str) -> dict[str, Any]:
    """What asks whether somebody acknowledged a call."""
    return {"schema": SCHEMA, "event": "ask", "drill": True, "call": name}


def _notify(call: Call) -> dict[str, Any]:
    people = [
        {"id": one.id, "name": one.name, "contact": one.contact, "pagerduty": one.pagerduty, "forge": list(one.forge)}
        for one in call.people[:_MOST_PEOPLE]
    ]
    return {"target": call.target, "contact": call.contact, "region": call.covers, "people": people}


def _host(url: str) -> str:
    """The host of an address; only that is ever told, for the rest may be a secret.

    Raises:
        UsageError: see `Webhook`.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "") if "@" not in parts.netloc else ""
        if parts.scheme == "https" and host:
            return host
        if parts.scheme == "http" and host and (host == "localhost" or ip_address(host).is_loopback):
            return host
    except ValueError:
        pass
    hint = "give an address that begins with https://, or one of this machine with http://; without a user in it"
    raise UsageError("names of people go over https alone", hint=hint)
