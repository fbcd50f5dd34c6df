"""Guarantees: a checkpoint existed at a time that an authority states, checked offline with the roots that are given.

A timestamp (RFC 3161) covers the checkpoint and the log's own signature, so that the signature is still worth something
when its key is not: whoever steals the key later cannot make it earlier. Cosignatures may be added afterwards. Only the
roots that are given are trusted, never what a response brings along. Needs the extra `timestamps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from answerable.errors import CheckpointInvalid, ExtraMissing, KeyUnusable, ProofInvalid
from answerable.ledger.checkpoint import Checkpoint
from answerable.ledger.http_post import SECONDS, post
from answerable.ledger.note import Note

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

REQUEST_TYPE = "application/timestamp-query"
LONGEST_RESPONSE = 65_536
_LEAST_VERSION = (1, 0, 9)  # before, a response could bring its own root along and was believed


class Request(NamedTuple):
    """A request in DER (RFC 3161, section 2.4.1) and the nonce that the response must repeat."""

    der: bytes
    nonce: int


def covered(note: str) -> bytes:
    """What of a signed checkpoint is timestamped: its text, and the signatures under the name of the log.

    Raises:
        CheckpointInvalid: The note holds no checkpoint, or the log has not signed it.
    """
    parsed = Note.parse(note)
    origin = Checkpoint.parse(parsed.text).origin
    own = tuple(signature for signature in parsed.signatures if signature.name == origin)
    if not own:
        raise CheckpointInvalid(f"a checkpoint of {origin} without a signature under that name")
    return Note(text=parsed.text, signatures=own).encode().encode()


def request(note: str) -> Request:
    """Make a request for a timestamp over a checkpoint; it tells the authority nothing but a hash.

    Raises:
        CheckpointInvalid: The note holds no checkpoint, or the log has not signed it.
        ExtraMissing: The extra is not installed.
    """
    client, message = _client(), covered(note)
    made = client.TimestampRequestBuilder().data(message).hash_algorithm(client.HashAlgorithm.SHA256).build()
    return Request(der=made.as_bytes(), nonce=made.nonce)


def verify(response: bytes, note: str, roots: bytes, *, nonce: int | None = None) -> datetime:
    """Accept that a checkpoint existed, and return since when at least.

    Args:
        response: The response of the authority in DER, as it came.
        note: The signed checkpoint; cosignatures make no difference.
        roots: The certificates that are trusted, in PEM, from anywhere but the response.
        nonce: That of the request, where it is still known; it shows that the response is not an older one.

    Returns:
        The time the authority states, in UTC.

    Raises:
        ProofInvalid: The response is none, refuses, is over something else, or does not lead to a root.
        CheckpointInvalid: The note holds no checkpoint, or the log has not signed it.
        KeyUnusable: The roots cannot be read, or there is none.
        ExtraMissing: The extra is not installed.
    """
    client, message, trusted = _client(), covered(note), _certificates(roots)
    try:
        decoded = client.decode_timestamp_response(response[: LONGEST_RESPONSE + 1])
        client.VerifierBuilder(roots=trusted, nonce=nonce).build().verify_message(decoded, message)
        stated: datetime = decoded.tst_info.gen_time
    except Exception as error:  # the response is a stranger's: whatever it does to the library, it proves nothing
        raise ProofInvalid(
            f"the timestamp does not show when the checkpoint existed: {_reason(error)}",
            hint="ask for the timestamp of exactly this checkpoint, and give the root certificate of the authority",
        ) from None
    return stated


def stamp(url: str, note: str, roots: bytes, *, seconds: float = SECONDS) -> bytes:
    """Ask an authority for a timestamp, verify it, and return the response to keep.

    Args:
        url: The address of the authority.
        note: The signed checkpoint.
        roots: The certificates that are trusted, in PEM.
        seconds: How long to wait.

    Raises:
        WitnessRefused: There is no usable answer.
        ProofInvalid: The answer is no timestamp of this checkpoint. Everything else is as in `verify`.
    """
    asked = request(note)
    answer = post(url, asked.der, REQUEST_TYPE, seconds=seconds)
    if answer.status != 200:
        raise ProofInvalid(f"the timestamp authority answered {answer.status}")
    verify(answer.body, note, roots, nonce=asked.nonce)
    return answer.body


def _client() -> Any:
    try:
        from importlib.metadata import version

        import rfc3161_client  # an extra: imported where it is used

        known = tuple(int(part) for part in version("rfc3161-client").split(".")[:3])
    except ImportError as error:
        raise ExtraMissing("timestamps need rfc3161-client", hint="pip install 'answerable[timestamps]'") from error
    if known < _LEAST_VERSION:
        raise ExtraMissing("timestamps need rfc3161-client 1.0.9", hint="pip install 'answerable[timestamps]'")
    return rfc3161_client


def _certificates(pem: bytes) -> Sequence[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise KeyUnusable("the roots for timestamps must be certificates in PEM") from None


def _reason(error: Exception) -> str:
    """The first line of what the library says, without its stack of errors."""
    return str(error).partition(": ErrorStack")[0].splitlines()[0][:200] if str(error) else "it cannot be read"
