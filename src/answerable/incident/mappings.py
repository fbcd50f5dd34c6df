"""Reads how paths in stack traces map to the repository, from `.answerable/config.yaml`."""

from __future__ import annotations

from answerable.errors import ConfigInvalid
from answerable.git.repository import Repository

CONFIG = ".answerable/config.yaml"


def code_mappings(repository: Repository, commit: str) -> list[tuple[str, str]]:
    """Pairs (stack root, source root), in the order of the file; the work tree's file wins over the commit's.

    Raises:
        ConfigInvalid: the file is no such configuration; says where.
    """
    ours = repository.root / CONFIG
    if not repository.bare and ours.is_file():
        return parse(ours.read_bytes())
    found = repository.objects.get(f"{commit}:{CONFIG}")
    return parse(found.data) if found is not None and found.kind == "blob" else []


def parse(data: bytes) -> list[tuple[str, str]]:
    """Read the `code_mappings` of a configuration file."""
    import yaml  # a quarter of a command's start: only where there is a file

    try:
        content = yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigInvalid(f"{CONFIG} is not YAML{where}", hint="correct it or remove it") from error
    rows = content.get("code_mappings", []) if isinstance(content, dict) else content or []
    if not isinstance(rows, list):
        rows = [rows]
    return [_pair(row, at) for at, row in enumerate(rows, 1)]


def _pair(row: object, at: int) -> tuple[str, str]:
    if isinstance(row, dict):
        stack, source = row.get("stack_root"), row.get("source_root", "")
        if isinstance(stack, str) and isinstance(source, str) and stack:
            return stack, source
    hint = "write: code_mappings: [{stack_root: /srv/app, source_root: src}]"
    raise ConfigInvalid(f"{CONFIG}: code mapping {at} needs the texts stack_root and source_root", hint=hint)
