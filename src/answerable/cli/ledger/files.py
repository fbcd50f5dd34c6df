"""Signed decisions in files, one envelope a line, and other files that commands write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from answerable.errors import AnswerableError, EnvelopeInvalid, LedgerUnwritable
from answerable.ledger.envelope import Envelope, decode
from answerable.ledger.statement import read_statement


def read_envelopes(file: Path, *, decisions: bool = True) -> list[Envelope]:
    """The envelopes in a file, one a line; the message of an error says which line it is about.

    Args:
        file: `-` is standard input.
        decisions: Whether each must hold a decision that is known here.

    Raises:
        EnvelopeInvalid: the file cannot be read, or a line is no envelope.
        DecisionInvalid: what is signed is no decision.
        DecisionUnsupported: what is signed is of a version that is not known here.
    """
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        hint = "name a file of signed envelopes, one a line"
        raise EnvelopeInvalid(f"cannot read {file}: {error.strerror}", hint=hint) from error
    found = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            try:
                found.append(decode(line))
                if decisions:
                    read_statement(found[-1].payload)
            except AnswerableError as error:
                hint = error.hint or "give signed envelopes, one a line: answerable record … --output FILE"
                raise type(error)(f"{file}:{number}: {error.message}", hint=hint) from error
    if not found:
        raise EnvelopeInvalid(f"{file} holds no decision", hint="write one: answerable record … --output FILE")
    return found


def write_envelopes(file: Path, envelopes: Iterable[Envelope]) -> None:
    """Write envelopes, one a line.

    Raises:
        LedgerUnwritable: the file cannot be written.
    """
    write(file, b"".join(envelope.encode() + b"\n" for envelope in envelopes))


def write(file: Path, data: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        LedgerUnwritable: it cannot be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.exists() and not file.is_file():  # a device or a pipe is written to, never replaced
            file.write_bytes(data)
            return
        draft.write_bytes(data)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise LedgerUnwritable(
            f"cannot write {file}: {error.strerror}", hint="name a file in a folder that may be written"
        ) from error
