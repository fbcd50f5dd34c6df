"""With which key and as whom a command signs: what is named, else git's own key, else the SSH agent's first."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from answerable.domain.decision import Principal, PrincipalType
from answerable.errors import AnswerableError, KeyUnusable
from answerable.git.identity import identity
from answerable.git.repository import Repository
from answerable.ledger.agent import agent_signers
from answerable.ledger.keys import KINDS, PublicKey, Signer, VerifyingKey, load_signer, parse_key

_USUAL = ("id_ed25519", "id_ecdsa", "id_rsa")
_LITERAL = "key::"
PASSPHRASE = "ANSWERABLE_KEY_PASSPHRASE"  # noqa: S105 - a name


class Elsewhere:
    """A key that only its owner's own tools sign with: it can be named, and signs nothing here."""

    def __init__(self, public: VerifyingKey) -> None:
        self.public = public

    def sign(self, message: bytes, namespace: str) -> bytes:  # noqa: ARG002 - the protocol of a signer
        """Nothing.

        Raises:
            KeyUnusable: always.
        """
        hint = "write the decision to a file (--output FILE), sign that, then: answerable ledger sign FILE --bundle …"
        raise KeyUnusable(f"{self.public.line} signs with tools of its own, not here", hint=hint)


def signers(repository: Repository | None, keys: Sequence[str]) -> list[Signer]:
    """What to sign with.

    Args:
        repository: Whose configuration to look at where no key is named.
        keys: Files, or public keys that the agent holds.

    Raises:
        KeyUnusable: there is none, or one cannot be used.
    """
    if keys:
        return [_signer(key) for key in keys]
    configured = identity(repository).signing_key if repository else None
    if configured:
        return [_signer(configured)]
    held = _held()
    if held:
        return [held[0]]
    usual = (Path.home() / ".ssh" / name for name in _USUAL)
    file = next((path for path in usual if path.is_file()), None)
    if file:
        return [_signer(str(file))]
    hint = "make one: ssh-keygen -t ed25519; or name one: --key FILE"
    raise KeyUnusable("there is no key to sign with", hint=hint)


def here(found: Sequence[Signer]) -> list[Signer]:
    """Those that sign here and now, of a decision that goes into a file for others to sign."""
    return [signer for signer in found if not isinstance(signer, Elsewhere)]


def principal(repository: Repository | None, signer: Signer, kind_of: str, who: str | None) -> Principal:
    """Whoever signs.

    Raises:
        KeyUnusable: nothing says who it is.
    """
    name = who or (identity(repository).email if repository else None)
    if not name:
        raise KeyUnusable("nothing says who decides", hint="say it: --id ada@example.com, or git config user.email")
    return Principal(type=PrincipalType(kind_of), id=name, key=signer.public.fingerprint)


def _signer(key: str) -> Signer:
    """A private key file; or a public key (a file, or written out) whose private key the agent or other tools hold."""
    if key.partition(" ")[0] in KINDS:
        return Elsewhere(parse_key(key))
    text = key.removeprefix(_LITERAL)
    if not key.startswith((_LITERAL, "ssh-", "ecdsa-", "sk-")):
        file = Path(key).expanduser()
        if not key.endswith(".pub"):
            return _from_file(file)
        try:
            text = file.read_text("utf-8", "replace")
        except OSError as error:
            raise KeyUnusable(
                f"cannot read the key {file}: {error.strerror}", hint="name a file that is there"
            ) from None
    public = PublicKey.parse(text.strip())
    found = next((signer for signer in _held() if signer.public == public), None)
    if found is None:
        private = Path(key.removesuffix(".pub")).expanduser()
        if key.endswith(".pub") and private.is_file():
            return _from_file(private)
        raise KeyUnusable(f"the SSH agent does not hold {public.fingerprint}", hint="add it: ssh-add FILE")
    return found


def _from_file(file: Path) -> Signer:
    given = os.environ.get(PASSPHRASE)
    try:
        return load_signer(file)
    except KeyUnusable as error:
        if "passphrase" not in error.message or (given is None and not sys.stdin.isatty()):
            raise
    if given is not None:
        return load_signer(file, given)
    secret: str = click.prompt(f"Passphrase of {file}", hide_input=True, err=True)
    return load_signer(file, secret)


def _held() -> list[Signer]:
    try:
        return list(agent_signers())
    except AnswerableError:
        return []
