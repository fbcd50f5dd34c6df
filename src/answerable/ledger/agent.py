"""Signs with the keys of a running SSH agent: keys in hardware, forwarded keys, keys whose file is locked.

The agent is a stranger: its replies are bounded in size and in time, and a signature that it gives is checked before it
is used. Nothing here ever sees a private key.

Source: draft-ietf-sshm-ssh-agent; OpenSSH PROTOCOL.agent.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator

from answerable.errors import KeyUnusable
from answerable.ledger.algorithms import RSA
from answerable.ledger.keys import BlobSigner, PublicKey
from answerable.ledger.wire import Malformed, Reader, string

SOCKET = "SSH_AUTH_SOCK"
_LIST, _IDENTITIES = 11, 12
_SIGN, _SIGNED = 13, 14
_RSA_SHA512 = 4  # the flag without which an agent signs with SHA-1
_LONGEST = 256 * 1024  # bytes of a reply, as OpenSSH bounds its own
_MOST_KEYS = 1024
_SOON, _TOUCH = 5.0, 60.0  # seconds for an answer; for a person to touch a key or to confirm
_START = "start one with `eval $(ssh-agent)` and `ssh-add`, or name a key file"


def agent_signers(address: str | None = None, *, soon: float = _SOON, touch: float = _TOUCH) -> list[BlobSigner]:
    """A signer for every usable key that the agent holds, in the agent's order.

    Args:
        address: Path of the agent's socket; that of ``SSH_AUTH_SOCK`` where None.
        soon: Seconds that the agent has to list its keys.
        touch: Seconds that it has to sign: a person may have to confirm.

    Raises:
        KeyUnusable: No agent runs there, or it does not speak as one.
    """
    where = address if address is not None else os.environ.get(SOCKET, "")
    if not where:
        raise KeyUnusable(f"no SSH agent: {SOCKET} is not set", hint=_START)
    reply = _asked(where, bytes([_LIST]), _IDENTITIES, soon)
    try:
        keys = list(_identities(reply))
    except Malformed as error:
        raise KeyUnusable(f"the SSH agent at {where} sent no list of keys: {error}", hint=_START) from None
    return [_signer(where, key, touch) for key in keys]


def _identities(reply: Reader) -> Iterator[PublicKey]:
    count = reply.uint32()
    if count > _MOST_KEYS:
        raise Malformed(f"{count} keys are more than {_MOST_KEYS}")
    for _ in range(count):
        blob, _comment = reply.string(), reply.string()
        try:
            yield PublicKey(blob)
        except KeyUnusable:  # certificates and keys of other types are of no use here, and no fault
            continue
    reply.end()


def _signer(where: str, key: PublicKey, touch: float) -> BlobSigner:
    flags = _RSA_SHA512 if key.type == RSA else 0

    def sign(data: bytes) -> bytes:
        request = bytes([_SIGN]) + string(key.blob) + string(data) + flags.to_bytes(4, "big")
        reply = _asked(where, request, _SIGNED, touch)
        try:
            signature = reply.string()
            reply.end()
        except Malformed as error:
            raise KeyUnusable(f"the SSH agent at {where} sent no signature: {error}") from None
        return signature

    return BlobSigner(key, sign, check=True)


def _asked(where: str, request: bytes, wanted: int, seconds: float) -> Reader:
    """The reply to one request, behind its type."""
    try:
        reply = Reader(_exchanged(where, string(request), seconds))
        kind = reply.byte()
    except TimeoutError:
        raise KeyUnusable(f"the SSH agent at {where} did not answer in {seconds:g} s", hint=_START) from None
    except (OSError, ValueError, AttributeError) as error:  # AttributeError: a system without such sockets
        why = getattr(error, "strerror", None) or str(error)
        raise KeyUnusable(f"no SSH agent at {where}: {why}", hint=_START) from None
    if kind != wanted:
        what = "sign" if wanted == _SIGNED else "list its keys"
        raise KeyUnusable(
            f"the SSH agent at {where} would not {what}", hint="it may be locked, or a person may have said no"
        )
    return reply


def _exchanged(where: str, message: bytes, seconds: float) -> bytes:
    until = time.monotonic() + seconds  # for the whole exchange: an agent that drips bytes holds nobody up
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
        agent.settimeout(seconds)
        agent.connect(where)
        agent.sendall(message)
        length = int.from_bytes(_exactly(agent, 4, until), "big")
        if not 0 < length <= _LONGEST:
            raise Malformed(f"its reply announces {length} bytes")
        return _exactly(agent, length, until)


def _exactly(agent: socket.socket, length: int, until: float) -> bytes:
    got = bytearray()
    while len(got) < length:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        agent.settimeout(left)
        part = agent.recv(min(length - len(got), 65536))
        if not part:
            raise Malformed("its reply ends early")
        got += part
    return bytes(got)
