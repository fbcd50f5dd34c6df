"""`answerable lines`: every line of the tree with its commit, origin and grade."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from answerable.cli import absent
from answerable.cli.options import cache_option, clean, evidence_option, format_option, opened, read_evidence, shown
from answerable.cli.progress import progress
from answerable.cli.revision import revision_at
from answerable.git.attribution.engine import Engine, cache_folder
from answerable.incident.target import paths_of
from answerable.provenance.gather import Gatherer
from answerable.provenance.lines import LineSpan, line_spans, origins_of_tree

_BLOCK = 2000


@click.command("lines")
@click.argument("paths", nargs=-1)
@click.option("--rev", metavar="REV", help="Attribute this revision instead of HEAD.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file instead of standard output.")
@evidence_option
@cache_option
@format_option("jsonl", "json", "parquet", "text")
@click.pass_obj
def command(
    folder: Path,
    paths: tuple[str, ...],
    rev: str | None,
    output: Path | None,
    evidence: tuple[Path, ...],
    no_cache: bool,
    form: str,
) -> None:
    """Print every line of the tree, or of the files and folders PATHS, as spans in path and line order.

    The commit, original path and original line are those of `git blame` with its default options. Binary files and
    submodules are left out.
    """
    with opened(folder, settled=True) as repository, progress() as show:
        commit = revision_at(repository, rev, None)
        wanted = paths_of(repository, commit, paths) if paths else None
        engine = Engine(repository, cache=None if no_cache else cache_folder(repository), progress=show)
        attribution = engine.attribute(commit, wanted)
        absent.say(absent.absent(repository, attribution))
        gatherer = Gatherer(repository, commit, read_evidence(evidence))
        spans = line_spans(attribution, origins_of_tree(repository, attribution, gatherer))
        if form == "parquet":
            from answerable.cli.parquet import write_parquet

            write_parquet(spans, output)
            return
        _write(_WRITERS[form](spans), output)


def _write(lines: Iterable[str], output: Path | None) -> None:
    draft = output.with_name(f".{output.name}.part") if output else None
    stream = draft.open("w", encoding="utf-8") if draft else sys.stdout
    try:
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) >= _BLOCK:
                stream.write("".join(block))
                block.clear()
        stream.write("".join(block))
    except BaseException:
        if draft:
            stream.close()
            draft.unlink(missing_ok=True)
        raise
    if draft and output:
        stream.close()
        draft.replace(output)


def _jsonl(spans: Iterable[LineSpan]) -> Iterator[str]:
    known: dict[object, str] = {}

    def quoted(value: bytes | str | None) -> str:
        found = known.get(value)
        if found is None:
            text = value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
            found = known[value] = json.dumps(text)
        return found

    for s in spans:
        boundary = f',"boundary":"{s.boundary}"' if s.boundary else ""
        yield (
            f'{{"path":{quoted(s.path)},"start":{s.start},"end":{s.end},"commit":"{s.commit}",'
            f'"orig_path":{quoted(s.orig_path)},"orig_start":{s.orig_start},"origin":"{s.origin}",'
            f'"grade":"{s.grade}","tool":{quoted(s.tool)},"model":{quoted(s.model)}{boundary}}}\n'
        )


def _json(spans: Iterable[LineSpan]) -> Iterator[str]:
    yield '{"schema":"answerable/lines/v1","spans":[\n'
    before = ""
    for line in _jsonl(spans):
        yield before + line
        before = ","
    yield "]}\n"


def _text(spans: Iterable[LineSpan]) -> Iterator[str]:
    for s in spans:
        tool = clean(f"{s.tool}{f' {s.model}' if s.model else ''}") if s.tool else s.boundary or "-"
        yield f"{shown(s.path)}:{s.start}-{s.end}  {s.commit[:12]}  {s.origin:<7}  {s.grade:<8}  {tool}\n"


_WRITERS = {"jsonl": _jsonl, "json": _json, "text": _text}
