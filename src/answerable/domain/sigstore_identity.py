"""A Sigstore identity in writing, ``sigstore ISSUER IDENTITY``: one identity has exactly one line.

What is not printable ASCII is percent-encoded, and so are the space and the percent sign: a line is three words, and
shows nothing that a terminal would act on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

WORD = "sigstore"
LONGEST = 4096  # characters of a line
_PLAIN = "".join(map(chr, range(0x21, 0x7F))).replace("%", "")
_ISSUER = "https://"  # OpenID Connect Core 1.0, section 2: `iss` is such a URL
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SigstoreIdentity:
    """Who signs, as a certificate of Sigstore names them: an address or a URL, and the issuer that vouches for it."""

    issuer: str
    identity: str

    @classmethod
    def parse(cls, line: str) -> SigstoreIdentity | None:
        """Read a line, or None where it is not the one line of an identity."""
        words = line.split(" ") if len(line) <= LONGEST else []
        if len(words) != 3 or words[0] != WORD:
            return None
        try:
            issuer, identity = (unquote(word, errors="strict") for word in words[1:])
            found = cls(issuer=issuer, identity=identity)
            same = found.line == line
        except UnicodeError:
            return None
        return found if same and _is_issuer(issuer) and _is_name(identity) else None

    @property
    def line(self) -> str:
        """The identity in writing."""
        return f"{WORD} {quote(self.issuer, safe=_PLAIN)} {quote(self.identity, safe=_PLAIN)}"


def _is_issuer(text: str) -> bool:
    return text.startswith(_ISSUER) and text != _ISSUER and _is_name(text)


def _is_name(text: str) -> bool:
    return bool(text) and text.strip() == text and not _CONTROL.search(text)
