"""Where the ledger is kept: what was acknowledged stays, in order, once, and is given back as it was or not at all.

`append` returns after the decisions are on disk. It may be repeated safely after any error, since a decision that is
already there keeps its place. Processes and threads may write at once, each with a store of its own. Everything else
that is stored beside the entries can be computed from them again, apart from the contents of the vault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import unquote

from answerable.errors import UsageError
from answerable.ledger.database import Database
from answerable.ledger.merkle import Node
from answerable.ledger.rows import Defect


class NewEntry(NamedTuple):
    """A decision to append.

    Args:
        decision_id: By which it is recorded only once.
        leaf: The encoded envelope, at most 65,535 bytes.
        digests: The digests of its subjects, by which it is found again.
    """

    decision_id: str
    leaf: bytes
    digests: tuple[str, ...] = ()


class Outdated(Exception):
    """Something was appended meanwhile that whoever appends did not know of; nothing was written."""


class Content(NamedTuple):
    """Encrypted content of the vault: whose key it is under, the nonce, and the ciphertext."""

    subject: str
    nonce: bytes
    ciphertext: bytes


class Store(Protocol):
    """A ledger's storage. One store is one connection: not shared between threads or across a fork.

    Any method raises LedgerDamaged where what is stored is not what was written, LedgerUnreachable where the database
    does not answer, and those that write raise LedgerUnwritable where it takes nothing.
    """

    def size(self) -> int:
        """Return how many entries there are."""

    def append(self, entries: Sequence[NewEntry], only_if: Mapping[str, int] | None = None) -> list[int]:
        """Record decisions, all or none, and return the index of each once they are on disk.

        A decision that is already there, with the same leaf, keeps its index.

        Args:
            entries: The decisions.
            only_if: How many entries there are about each of these digests, for whoever judged the new ones by them.

        Raises:
            Outdated: There are more.
            DecisionTooLarge: A leaf is longer than 65,535 bytes.
            DecisionConflict: Another decision has the same id.
        """

    def leaf(self, index: int) -> bytes:
        """Return one leaf.

        Raises:
            UsageError: The ledger has no such entry.
        """

    def leaves(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Stream the leaves from `start` up to, not including, `end` (the size now), in memory that does not grow.

        Raises:
            UsageError: The ledger has no such entries.
        """

    def index_of(self, decision_id: str) -> int | None:
        """Return where a decision is, or None."""

    def about(self, digest: str) -> list[int]:
        """Return which decisions have a subject with this digest, in the order of the ledger."""

    def nodes(self, wanted: Sequence[Node]) -> list[bytes]:
        """Return the hashes of perfect subtrees, in the order asked: a reader for `merkle`."""

    def check(self, start: int = 0, end: int | None = None) -> Iterator[Defect]:
        """Compare every row from `start` to `end` with its hash and with the nodes above it.

        Without a range the engine's own check of its files comes last. Nothing is raised for what is damaged.
        """

    def salvage(self) -> Iterator[bytes | None]:
        """Give every leaf that is there, and None for one that is not what was written or is missing, in order.

        For whoever looks at a ledger that may be damaged: nothing is raised for what is.
        """

    def add_checkpoint(self, size: int, note: str) -> None:
        """Keep a signed head; once added it stays."""

    def checkpoints(self) -> list[tuple[int, str]]:
        """Return the signed heads by size, those of one size in the order they were added."""

    def put_content(self, commitment: str, subject: str, nonce: bytes, ciphertext: bytes) -> None:
        """Keep encrypted content; what is already kept under this commitment stays."""

    def get_content(self, commitment: str) -> Content | None:
        """Return the encrypted content, or None where there is none or it was erased."""

    def contents_of(self, subject: str) -> list[str]:
        """Return the commitments to everything kept under a subject's key."""

    def content_key(self, subject: str, fresh: bytes) -> bytes:
        """Return the key of a subject; where there is none, `fresh` becomes it."""

    def erase_contents(self, commitments: Iterable[str]) -> int:
        """Delete contents for good, and return how many there were."""

    def erase_subject(self, subject: str) -> int:
        """Delete the key of a subject and everything under it for good, and return how many contents there were."""

    def rebuild_index(self, digests: Callable[[bytes], Iterable[str]]) -> None:
        """Make the index by subject again.

        Args:
            digests: Gives the digests of the subjects of a leaf.
        """

    def close(self) -> None:
        """Close the connection."""


def open_store(where: str | PathLike[str], *, create: bool = False, read_only: bool = False) -> Store:
    """Open the ledger in a file or a database.

    Args:
        where: A path, `sqlite:///relative/path`, `sqlite:////absolute/path`, or a `postgresql://` URL as libpq takes
            it, to which `schema=name` may be added (`answerable` where it is not).
        create: Whether to make a new ledger where there is none.
        read_only: Whether nothing may be written, as when a copy on a read-only disk is verified.

    Raises:
        LedgerMissing: There is no ledger there.
        LedgerUnsupported: A newer version has written it.
        LedgerDamaged: What is there cannot be read as a ledger.
        LedgerUnreachable: It is there, and cannot be opened.
        LedgerUnwritable: It cannot be made or written there.
        ExtraMissing: The driver for PostgreSQL is not installed.
        UsageError: The place is named in a way that means nothing.
    """
    from answerable.ledger.tables import opened  # it knows the types of this module

    return opened(_database(fspath(where), create=create, read_only=read_only), create=create)


def _database(place: str, *, create: bool, read_only: bool) -> Database:
    scheme, separator, rest = place.partition("://")
    if separator and scheme in {"postgresql", "postgres"}:
        from answerable.ledger.postgres import Postgres

        return Postgres(place, create=create, read_only=read_only)
    if separator and (scheme != "sqlite" or not rest.strip("/") or not rest.startswith("/")):
        raise UsageError(
            f"no ledger can be kept in {scheme}://", hint="give a path, sqlite:///path or postgresql://host/database"
        )
    from answerable.ledger.sqlite import Sqlite

    return Sqlite(Path(unquote(rest[1:]) if separator else place), create=create, read_only=read_only)
