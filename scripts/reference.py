"""Writes docs/reference/*.md from the code: `make docs`. What code cannot say is in docs/reference/words.toml.

With `--check` nothing is written: the exit is 1 if a page differs from what the code says.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import reference_audit
import reference_decisions
import reference_failure_modes
import reference_mandate
import reference_owners
import reference_policy
import reference_review
from reference_samples import documents, every_gap, shapes

from answerable.audit.signals import signals
from answerable.audit.tally import Tally
from answerable.capture.said import SETTING as KEEP_PROMPTS
from answerable.cli import main as program
from answerable.cli import signing, step_summary
from answerable.cli.lazy import Lazy
from answerable.domain import acceptance
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.verdict import Severity
from answerable.errors import AnswerableError
from answerable.git import record
from answerable.git.attribution import store
from answerable.git.program import _KEPT
from answerable.incident import mappings, records
from answerable.incident.questions import six_questions
from answerable.incident.target import Kind
from answerable.ledger.log import KEY
from answerable.ledger.place import DATABASE, ENVIRONMENT
from answerable.ledger.sigstore_key import ROOT
from answerable.ownership.mandate.model import PATH as MANDATE
from answerable.ownership.registry import _LOCATIONS, OWNERS
from answerable.policy.checklists import own
from answerable.policy.file import find, source
from answerable.provenance import agent_trace, decisions, entire, gather, git_ai, refs, registry, speaking
from answerable.provenance.table import table

PAGES = Path(__file__).parent.parent / "docs" / "reference"
MADE = "<!-- Made by `make docs` from the code and words.toml; edit those. -->\n\n"
WORDS: dict[str, Any] = tomllib.loads((PAGES / "words.toml").read_text("utf-8"))
VALUES: dict[str, Sequence[str]] = {
    "origin": [o.value for o in Origin],
    "grade": [g.word for g in Grade],
    "how": [h.value for h in acceptance.How],
    "state": [s.value for s in acceptance.State],
    "target.kind": [k.value for k in Kind],
    "questions[].id": [q.id for q in six_questions(())],
    "gaps[].question": [q.id for q in six_questions(())],
    "boundary": ["shallow", "missing"],
    "findings[].severity": [s.value for s in Severity],
}


def rows(head: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """A table; a bar or a line break in a cell cannot end it."""
    lines = [head, ["---"] * len(head), *cells]
    clean = ([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in clean)


def page(title: str, *parts: str) -> str:
    """A page from its parts."""
    return MADE + "\n\n".join([f"# {title}", *(part.strip("\n") for part in parts)]) + "\n"


def code(words: Iterable[str]) -> str:
    """Words as code, one after the other."""
    return ", ".join(f"`{word}`" for word in words)


def said(words: str | None) -> str:
    """The first paragraph of a docstring in one line."""
    return " ".join((words or "").split("\n\n")[0].split())


def commands_page() -> str:
    """Every command, its arguments and options."""
    context = click.Context(program.cli, info_name="answerable")
    return page("Commands", WORDS["intro"]["commands"], *_commands(program.cli, context))


def _commands(command: click.Command, context: click.Context) -> Iterator[str]:
    """The section of a command, and those of the commands in it."""
    yield _command(command, context)
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        inner = command.get_command(context, name)
        if inner is not None and not inner.hidden:
            yield from _commands(inner, click.Context(inner, info_name=name, parent=context))


def _command(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    body = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    options = [_option(option, context) for option in command.params if isinstance(option, click.Option)]
    options.append(("`-h`, `--help`", "Say this and end.", ""))
    told = rows(("option", "meaning", "default"), options)
    if isinstance(command, click.Group):
        place = context.command_path.replace(" ", "-")
        inside = [(f"[`{n}`](#{place}-{n})", _purpose(command, context, n)) for n in command.list_commands(context)]
        told += "\n" + rows(("command", "what it does"), inside)
    return f"## {context.command_path}\n\n```text\n{usage}\n```\n\n{body}\n\n{told}"


def _purpose(group: click.Group, context: click.Context, name: str) -> str:
    """What a command does: as the table of its group says, else its own first sentence."""
    if isinstance(group, Lazy):
        return group.table[name]
    inner = group.get_command(context, name)
    return said(inner.help if inner else None)


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    names = code([*option.opts, *option.secondary_opts])
    metavar = "" if option.is_flag else option.make_metavar(context)
    if isinstance(option.type, click.IntRange):
        metavar = f"{option.type.min}..{option.type.max}"
    many = " May be given several times." if option.multiple else ""
    default = f"`{option.default}`" if option.show_default else ""
    return f"{names}{f' `{metavar}`' if metavar else ''}", f"{option.help or ''}{many}", default


def json_page() -> str:
    """Every JSON document with its keys and their types, read off documents that the code made."""
    sections = []
    for schema, (title, samples) in documents().items():
        cells = [
            (f"`{path}`", f"{kinds}{', may be absent' if optional else ''}", _meaning(schema, path))
            for path, kinds, optional in shapes(samples)
        ]
        sections.append(f"## {schema}\n\n{title}\n\n{rows(('key', 'type', 'meaning'), cells)}")
    return page("JSON documents", WORDS["intro"]["json"], *sections)


def _meaning(schema: str, path: str) -> str:
    words = _longest(WORDS["json"].get(schema, {}), path) or _longest(WORDS["keys"], path)
    if words is None:
        what = f"error: {schema} has an undescribed key {path}"
        raise SystemExit(f"{what}\n  next: describe it in docs/reference/words.toml")
    values = _longest(VALUES, path)
    return f"{words} One of {code(values)}." if values else words


def _longest(found: Mapping[str, Any], path: str) -> Any:
    """What is said of a path, or of its last parts: the longest that is known."""
    parts = path.split(".")
    return next((found[name] for at in range(len(parts)) if (name := ".".join(parts[at:])) in found), None)


def errors_page() -> str:
    """Every error with its code, its exit code and what it means."""
    known = sorted(_below(AnswerableError), key=lambda error: (error.exit_code, error.code))
    words = {AnswerableError: WORDS["errors"]["internal"]}
    cells = [(f"`{e.code}`", str(e.exit_code), words.get(e, said(e.__doc__))) for e in known]
    return page("Errors", WORDS["intro"]["errors"], rows(("code", "exit", "meaning"), cells))


def decisions_page() -> str:
    """What a signed decision holds."""
    return page("Decisions", WORDS["intro"]["decisions"], *reference_decisions.sections(WORDS, rows))


def policy_page() -> str:
    """What a policy file holds."""
    return page("Policy", WORDS["intro"]["policy"], *reference_policy.sections(WORDS, rows))


def mandate_page() -> str:
    """What a mandate holds."""
    return page("Mandate", WORDS["intro"]["mandate"], *reference_mandate.sections(WORDS, rows))


def owners_page() -> str:
    """What an owners file holds."""
    return page("Owners", WORDS["intro"]["owners"], *reference_owners.sections(WORDS, rows))


def audit_page() -> str:
    """What can be asked, measured, held against controls and put into packs."""
    return page("Audit", WORDS["intro"]["audit"], *reference_audit.sections(WORDS, rows))


def checklist_page() -> str:
    """What reviewers are asked."""
    return page("Checklists", WORDS["intro"]["checklist"], *reference_review.sections(WORDS, rows))


def failure_modes_page() -> str:
    """What is looked for in a change."""
    return page("Failure modes", WORDS["intro"]["failure-modes"], *reference_failure_modes.sections(rows))


def _below(error: type[AnswerableError]) -> Iterator[type[AnswerableError]]:
    yield error
    for inner in error.__subclasses__():
        yield from _below(inner)


def exits_page() -> str:
    """Every exit code."""
    known = {0: "0", 1: "1", program.USAGE: "2", program.COULD_NOT: "3", program.INTERRUPTED: "130"}
    cells = [(f"`{number}`", WORDS["exits"][key]) for number, key in known.items()]
    return page("Exit codes", WORDS["intro"]["exits"], rows(("exit", "meaning"), cells))


def defects_page() -> str:
    """Every named fault of evidence, by source."""
    sources = {
        "git-ai notes": git_ai.DEFECTS,
        "Agent Trace records": agent_trace.DEFECTS,
        "Entire checkpoints": entire.DEFECTS,
        "Signed decisions": decisions.DEFECTS,
        "Sources that other packages bring": {registry.PLUGIN_FAILED: WORDS["defects"][registry.PLUGIN_FAILED]},
    }
    sections = [
        f"## {title}\n\n{rows(('defect', 'meaning'), [(f'`{kind}`', f'{m}.') for kind, m in sorted(kinds.items())])}"
        for title, kinds in sources.items()
    ]
    return page("Defects of evidence", WORDS["intro"]["defects"], *sections)


def signals_page() -> str:
    """Every signal and every gap of a scan."""
    measured = [(f"`{s.name}`", f"{s.meaning}.", f"{s.limits}.") for s in signals(Tally())]
    gaps = [(f"`{g.id}`", f"{g.message}.", f"{g.remedy}.") for g in every_gap()]
    return page(
        "Signals and gaps",
        WORDS["intro"]["signals"],
        f"## Signals\n\n{rows(('signal', 'what it measures', 'what it cannot show'), measured)}",
        f"## Gaps\n\n{WORDS['intro']['gaps']}\n\n{rows(('gap', 'what is missing', 'next step'), gaps)}",
    )


def signatures_page() -> str:
    """Every tool of the signature table."""
    cells = [_tool(row) for row in sorted(table().rows, key=lambda row: str(row["name"]))]
    head = ("tool", "in a message: `declared`", "as author or committer: `inferred`", "branch: `inferred`", "origin")
    return page("Signature table", WORDS["intro"]["signatures"], rows(head, cells))


def _tool(row: Mapping[str, Any]) -> tuple[str, ...]:
    accounts = [f"`{known}`" for known in (*row.get("emails", ()), *row.get("apps", ()))]
    accounts += [f"`{known}` beside its name" for known in row.get("shared", ())]
    names = [*row.get("aliases", ()), *row.get("ambiguous", ())]
    marks = [*row.get("lines", ()), *row.get("subjects", ())]
    assist = set(row.get("assist", ()))
    whole = assist >= {*row.get("emails", ()), *row.get("apps", ()), *row.get("shared", ())}
    message = "; ".join(
        filter(None, [f"names {code(names)}" if names else "", f"lines {code(marks)}" if marks else "",
                      f"links to {code(row['links'])}" if row.get("links") else "",
                      "accounts as co-author" if accounts else ""])
    )  # fmt: skip
    authors = [*accounts, *(f"names that end in `{suffix}`" for suffix in row.get("suffixes", ()))]
    origin = "`mixed`" if assist and whole else f"`ai`; `mixed` for {code(sorted(assist))}" if assist else "`ai`"
    return f"`{row['name']}`", message, ", ".join(authors), code(row.get("branches", ())), origin


def settings_page() -> str:
    """Configuration, environment variables, and what is read in a repository."""
    trusted = [f"{name}*" if name == "GIT_CONFIG" else name for name in _KEPT]
    ours = ("ANSWERABLE_DEBUG", registry.PLUGINS, ENVIRONMENT, find.ENVIRONMENT, signing.PASSPHRASE, ROOT)
    names = (*ours, step_summary.VARIABLE, *trusted)
    environment = {name: WORDS["environment"][name] for name in names}
    places = {
        mappings.CONFIG: "config",
        source.PATH: "policy",
        own.PATH: "checklist",
        OWNERS: "owners",
        MANDATE: "mandate",
        **reference_audit.PLACES,
        **dict.fromkeys((path for path, _ in _LOCATIONS), "codeowners"),
        records.IGNORED_REVISIONS: "ignored",
        ".mailmap": "mailmap",
        f"{gather.TRACE_FOLDER.decode()}/": "traces",
        **dict.fromkeys(refs.NOTE_REFS, "notes"),
        refs.COMMIT_REFS: "commit-refs",
        refs.TRACE_NOTES: "trace-notes",
        **dict.fromkeys(refs.CHECKPOINT_REFS, "checkpoints"),
        refs.DECISION_NOTES: "decision-notes",
        f"{record.REMOTE_NOTES}/<remote>/": "remote-notes",
        f".git/answerable/ledger/{DATABASE}": "ledger",
        f".git/answerable/ledger/{KEY}": "log-key",
        ".git/answerable/recorder": "recorder",
        ".git/answerable/said/": "said",
        ".git/answerable/capture/off": "off",
        "answerable.trailer": "trailer",
        "answerable.pushNotes": "push-notes",
        KEEP_PROMPTS: "keep-prompts",
        "user.signingkey": "signing-key",
        "refs/replace/": "replaced",
    }
    keys = [(f"`{key}`", words) for key, words in WORDS["settings"].items()]
    return page(
        "Settings",
        WORDS["intro"]["settings"],
        f"## .answerable/config.yaml\n\n{WORDS['intro']['config']}\n{rows(('key', 'meaning'), keys)}",
        f"## Environment variables\n\n{rows(('variable', 'meaning'), [(f'`{k}`', v) for k, v in environment.items()])}",
        "## What is read in a repository\n\n"
        + rows(("path or ref", "read for"), [(f"`{place}`", WORDS["places"][key]) for place, key in places.items()]),
    )


def cache_page() -> str:
    """What is kept under `.git/answerable/`."""
    database = f"attribution-v{store.VERSION}.sqlite"
    names = {database: "store", f"{database}-wal": "wal", f"{database}-shm": "wal", "snapshot": "snapshot",
             ".snapshot.<process id>": "draft", "facts/": "facts", speaking.NAME: "speaking"}  # fmt: skip
    cells = [(f"`{name}`", WORDS["cache"][key]) for name, key in names.items()]
    return page("Cache files", WORDS["intro"]["cache"], rows(("file", "what it holds"), cells))


MAKERS: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "json.md": json_page,
    "decisions.md": decisions_page,
    "policy.md": policy_page,
    "owners.md": owners_page,
    "mandate.md": mandate_page,
    "audit.md": audit_page,
    "checklist.md": checklist_page,
    "failure-modes.md": failure_modes_page,
    "errors.md": errors_page,
    "exit-codes.md": exits_page,
    "defects.md": defects_page,
    "signals.md": signals_page,
    "signatures.md": signatures_page,
    "settings.md": settings_page,
    "cache.md": cache_page,
}


def main() -> int:
    """Write or compare the pages; the exit code."""
    for name in program.COMMANDS:  # every command is there before anything is written
        import_module(f"answerable.cli.{name.replace('-', '_')}_")
    made = {name: make() for name, make in MAKERS.items()}
    stale = [n for n, text in made.items() if not (PAGES / n).exists() or (PAGES / n).read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        if stale:
            sys.stderr.write(f"error: out of date: {', '.join(stale)}\n  next: make docs\n")
        return int(bool(stale))
    for name in stale:
        (PAGES / name).write_text(made[name], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
