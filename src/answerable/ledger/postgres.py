"""The ledger in a schema of a PostgreSQL database: a commit is on disk before it is answered, whatever the default is.

Writers queue on an advisory lock that ends with their transaction, so places are given without gaps and never twice. A
server with `fsync = off` can still lose what it acknowledged: that is the operator's word against ours. Erased rows are
vacuumed away and the keys' table is written anew, as soon as no transaction that began before is open. The write-ahead
log, its archive, replicas and backups keep bytes for as long as they are kept themselves; a backup that holds a key
opens what was under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from answerable.errors import AnswerableError, ExtraMissing, LedgerUnreachable, LedgerUnwritable, UsageError
from answerable.ledger.rows import Damage, Row
from answerable.ledger.sql import inserting

try:
    import psycopg
except ImportError as error:  # the package, or the library it binds
    raise ExtraMissing(
        f"a ledger in PostgreSQL needs psycopg: {error}", hint="install it with: pip install 'answerable[postgres]'"
    ) from None

SCHEMA = "answerable"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_FEW = 50  # rows up to which COPY does not pay
_SESSION = """SELECT set_config('search_path', %s, false),
    set_config('default_transaction_isolation', 'read committed', false),
    set_config('default_transaction_read_only', %s, false),
    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
        WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)"""  # remote_apply promises more than `on`
_DAMAGED = {"XX001", "XX002", "42P01", "42703", "42804", "23505", "22021"}
_UNWRITABLE = {"25006", "42501", "53100"}


class Postgres:
    """A `Database` in a schema.

    Args:
        url: As libpq takes it, and `schema` among its parameters.
        create: Whether to make the schema where it is not there.
        read_only: Whether nothing may be written.

    Raises:
        LedgerUnreachable: The server does not answer, or refuses.
        UsageError: The URL names no schema that we would make, or is none.
    """

    words: ClassVar[Mapping[str, str]] = {
        "int": "BIGINT",
        "blob": "BYTEA",
        "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "clustered": "",
    }
    append_only: ClassVar[Sequence[str]] = (
        """CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$""",
        """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
    )

    def __init__(self, url: str, *, create: bool = False, read_only: bool = False) -> None:
        self.read_only = read_only
        conninfo, self._schema = _parts(url)
        self.name = _shown(url)
        digest = sha256(f"answerable ledger {self._schema}".encode()).digest()
        self._lock = int.from_bytes(digest[:8], "big", signed=True)
        with _translated(self.name):
            self._connection = psycopg.connect(conninfo, autocommit=True, application_name="answerable")
        try:
            self._begin(create=create and not read_only)
        except BaseException:
            self.close()
            raise

    def _begin(self, *, create: bool) -> None:
        with _translated(self.name):
            self._connection.execute(_SESSION, (self._schema, "on" if self.read_only else None))
        if create and not self.rows("SELECT 1 FROM pg_namespace WHERE nspname = ?", (self._schema,)):
            with self.transaction():
                self.rows(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")  # the pattern of its name leaves no quoting

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See `Database.rows`."""
        with _translated(self.name):
            cursor = self._connection.execute(_spelled(sql), values or None, binary=True)
            return cursor.fetchall() if cursor.description else []

    def insert(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """See `Database.insert`."""
        with _translated(self.name), self._connection.cursor() as cursor:
            if max(map(len, tables.values())) > _FEW:
                for table, rows in tables.items():
                    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
                return
            with self._connection.pipeline():  # one answer is waited for, not one a row
                for table, rows in tables.items():
                    for row in rows:
                        cursor.execute(_spelled(inserting(table, len(row))), row)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Database.transaction`."""
        with _translated(self.name):
            with self._connection.pipeline():
                self._connection.execute("BEGIN")
                self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (self._lock,))
            try:
                yield
                done = self._connection.execute("COMMIT").statusmessage
            except BaseException:
                with suppress(psycopg.Error):  # where the connection is gone, the server does it
                    self._connection.execute("ROLLBACK")
                raise
        if done != "COMMIT":
            raise LedgerUnwritable(f"the ledger {self.name} undid what was written", hint="look at the server's log")

    def is_empty(self) -> bool:
        """See `Database.is_empty`."""
        return not self.rows("SELECT 1 FROM pg_tables WHERE schemaname = ? LIMIT 1", (self._schema,))

    def scrub(self) -> None:
        """Remove dead rows, and write the table of keys anew so that the old file and its bytes are gone."""
        self.rows("VACUUM contents")
        self.rows("VACUUM FULL content_keys")

    def complaints(self) -> Iterator[str]:
        """Nothing: a server checks its pages itself, where it was set up with checksums."""
        return iter(())

    def close(self) -> None:
        """See `Database.close`."""
        with suppress(psycopg.Error):
            self._connection.close()


@cache
def _spelled(sql: str) -> str:
    return sql.replace("?", "%s")


def _parts(url: str) -> tuple[str, str]:
    """The URL for libpq, and the schema."""
    parts, query = _split(url)
    schema = dict(query).get("schema", SCHEMA)
    if not _NAME.fullmatch(schema):
        raise UsageError(
            f"a ledger cannot be kept in a schema named {schema[:80]!r}",
            hint="use lower-case letters, digits and underscores",
        )
    rest = urlencode([pair for pair in query if pair[0] != "schema"], quote_via=quote)
    return f"postgresql://{parts.netloc}{parts.path}?{rest}", schema


def _shown(url: str) -> str:
    """The URL without what is secret."""
    parts, query = _split(url)
    rest = urlencode([pair for pair in query if pair[0] in {"host", "port", "dbname", "schema"}], safe="/")
    return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}{'?' * bool(rest)}{rest}"


def _split(url: str) -> tuple[SplitResult, list[tuple[str, str]]]:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError("the address of the ledger's database is no URL", hint="escape its brackets") from None
    return parts, parse_qsl(parts.query, keep_blank_values=True)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Turn what PostgreSQL raises into what a person can act on."""
    try:
        yield
    except psycopg.Error as error:
        raise _meaning(name, error) from None


def _meaning(name: str, error: psycopg.Error) -> AnswerableError | Damage:
    state = error.sqlstate or ""
    text = " ".join(str(error).split())
    if state in _UNWRITABLE:
        return LedgerUnwritable(
            f"the ledger {name} could not be written, and nothing was: {text}",
            hint="free some space or allow writing, and try again; what was acknowledged is there",
        )
    if state in _DAMAGED:
        return Damage(text)
    return LedgerUnreachable(
        f"the ledger {name} does not answer: {text}",
        hint="open it again and repeat: what is already recorded is not recorded twice",
    )
