"""A Sigstore identity as a key: its signatures are bundles, and whether one holds is told without a network.

A bundle counts only if its certificate names exactly this identity and issuer, was valid when a transparency log or a
timestamp authority saw the signature, and is over these very bytes. Who is believed about all that stands in a trusted
root: the file that ANSWERABLE_SIGSTORE_ROOT names, else the one of Sigstore's public instance that came with the
library. Neither is ever refreshed here. Needs the extra `sigstore`, which is imported when a bundle is verified.

A bundle knows no namespace. What binds it to a kind is that the payload, which it covers, says the kind.
Source: sigstore/protobuf-specs, sigstore_bundle.proto, version 0.3.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from answerable.domain.sigstore_identity import WORD, SigstoreIdentity
from answerable.errors import ConfigInvalid, ExtraMissing, KeyUnusable
from answerable.ledger import strict_json

if TYPE_CHECKING:
    from sigstore.verify import Verifier

ROOT = "ANSWERABLE_SIGSTORE_ROOT"
LONGEST = 49_152  # bytes of a bundle: in base64 the whole of a leaf
MEDIA_TYPES = frozenset(
    {"application/vnd.dev.sigstore.bundle.v0.3+json", "application/vnd.dev.sigstore.bundle+json;version=0.3"}
)
_MEMBERS = {"mediaType", "verificationMaterial", "messageSignature"}
_PUBLIC = quote("https://tuf-repo-cdn.sigstore.dev", safe="")  # where the library keeps what it came with
_FORM = f"write: {WORD} ISSUER IDENTITY, a space as %20 and a percent sign as %25"


class SigstoreKey:
    """An identity that bundles are checked against; equal to every other reading of the same line."""

    __slots__ = ("fingerprint", "identity", "line")

    def __init__(self, identity: SigstoreIdentity) -> None:
        self.identity = identity
        self.line = identity.line
        self.fingerprint = f"{WORD}:{b64encode(hashlib.sha256(self.line.encode()).digest()).decode().rstrip('=')}"

    @classmethod
    def parse(cls, line: str) -> SigstoreKey:
        """Read an identity.

        Args:
            line: For example ``sigstore https://accounts.example.com ada@example.com``.

        Raises:
            KeyUnusable: It is none, or not in its only form.
        """
        found = SigstoreIdentity.parse(line.strip())
        if found is None:
            raise KeyUnusable(f"no usable Sigstore identity: {line[:200]!a}", hint=_FORM)
        return cls(found)

    def verify(self, message: bytes, sig: bytes, namespace: str) -> bool:  # noqa: ARG002 - bundles know none
        """Whether this identity made a bundle over a message.

        Args:
            message: What was signed, as bytes: for a decision the PAE of its envelope.
            sig: The JSON of a bundle with a message signature.
            namespace: Plays no part.

        Raises:
            ExtraMissing: The extra is not installed.
            ConfigInvalid: The trusted root cannot be read.
        """
        if not _is_bundle(sig):
            return False
        verifier = _verifier(os.environ.get(ROOT) or None)
        from sigstore.models import Bundle
        from sigstore.verify.policy import Identity

        who = Identity(identity=self.identity.identity, issuer=self.identity.issuer)
        try:
            verifier.verify_artifact(message, Bundle.from_json(sig), who)
        except Exception:  # the bundle is a stranger's: whatever it does to the library, it proves nothing
            return False
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SigstoreKey) and other.identity == self.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"SigstoreKey({self.line})"


def _is_bundle(sig: bytes) -> bool:
    """Whether it is worth a look: JSON that reads one way only, of a version that is known, over a message."""
    try:
        found = strict_json.loads(sig, most=LONGEST)
    except strict_json.Refused:
        return False
    return isinstance(found, dict) and found.keys() == _MEMBERS and str(found["mediaType"]) in MEDIA_TYPES


@lru_cache(maxsize=8)
def _verifier(root: str | None) -> Verifier:
    try:
        from sigstore.models import TrustedRoot
        from sigstore.verify import Verifier
    except ImportError as error:
        what = f"signatures of Sigstore identities need sigstore: {error}"
        raise ExtraMissing(what, hint="pip install 'answerable[sigstore]'") from None
    try:
        if root is not None:
            return Verifier(trusted_root=TrustedRoot.from_file(root))
        from importlib.resources import as_file, files

        with as_file(files("sigstore") / "_store" / _PUBLIC / "trusted_root.json") as path:
            return Verifier(trusted_root=TrustedRoot.from_file(os.fspath(path)))
    except Exception as error:  # a file of the verifier's own: without it nothing can be judged
        what = f"cannot read the trusted root of Sigstore in {root or 'the package sigstore'}: {error}"
        raise ConfigInvalid(what, hint=f"name a trusted_root.json in {ROOT}") from None
