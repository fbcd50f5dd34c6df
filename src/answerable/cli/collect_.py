"""`answerable collect`: receives what coding agents' telemetry says of who let their tool calls through."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import UsageError

if TYPE_CHECKING:
    from answerable.capture.otlp.server import Collector
    from answerable.capture.otlp_store import Decisions

PORT = 4318


@click.command("collect")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Where to listen; 0 takes any free port.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen. Whoever reaches another address than this machine's own can say anything.",
)
@click.option("--once", is_flag=True, help="End after one request.")
@format_option(*FORMATS)
def command(port: int, host: str, once: bool, form: str) -> None:  # fmt: skip
    """Receive agents' telemetry (OTLP over HTTP), and keep who let which tool call through, until it is stopped.

    Kept are names and ids alone, in your own state folder: no prompt, no argument, no path. With them the record of the
    next commit says how AI-origin lines were accepted. When it is stopped, it says what it received.
    """
    from answerable.capture.otlp.record import need_protobuf

    need_protobuf()
    with closing(_store()) as store, _listening(store, host, port) as server:
        if once:
            server.after = server.stop
        address = f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}"
        click.echo(f"answerable: listening on {clean(address)}", err=True)
        if not _is_here(host):
            click.echo("answerable: whoever reaches this address can say anything", err=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.1)
        _say(_document(server, store, address), form)


def _store() -> Decisions:
    from answerable.capture.otlp_store import Decisions, place

    try:
        return Decisions(write=True)
    except (OSError, sqlite3.Error) as error:
        hint = "make the folder writable, or name another: XDG_STATE_HOME"
        raise UsageError(f"cannot keep decisions in {place()}: {error}", hint=hint) from error


def _listening(store: Decisions, host: str, port: int) -> Collector:
    from answerable.capture.otlp.server import Collector

    try:
        return Collector(store, host, port)
    except (OSError, OverflowError) as error:
        hint = "see what listens there: another collector, or answerable collect itself; --port takes another"
        raise UsageError(f"cannot listen on {host}, port {port}: {error}", hint=hint) from error


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _document(server: Collector, store: Decisions, address: str) -> dict[str, Any]:
    counts = server.counts
    return {
        "schema": "answerable/collect/v1",
        "address": address,
        "place": str(store.path),
        "requests": counts.requests,
        "records": counts.records,
        "decisions": counts.decisions,
        "kept": counts.kept,
        "malformed": counts.malformed,
    }


def _say(found: dict[str, Any], form: str) -> None:
    if form == "json":
        print_json(found)
        return
    decisions, records = _many(found["decisions"], "decision"), _many(found["records"], "log record")
    click.echo(f"{decisions} in {records} of {_many(found['requests'], 'request')}")
    click.echo(f"  new        {found['kept']:,}, kept in {clean(found['place'])}")
    if found["malformed"]:
        click.echo(f"  malformed  {_many(found['malformed'], 'log record')}")


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
