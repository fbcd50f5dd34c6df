"""Reads how paths in stack traces map to the repository, from `.answerable/config.yaml`."""

from __future__ import annotations

from answerable.errors import ConfigInvalid
from answerable.git.links import leads_away
from answerable.git.repository import Repository

CONFIG = ".answerable/config.yaml"


def code_mappings(repository: Repository, commit: str) -> list[tuple[str, str]]:
    """Pairs (stack root, source root), in the order of the file; the work tree's file wins over the commit's.

    Raises:
        ConfigInvalid: the file is no such configuration; says where.
    """
    ours = _of_the_work_tree(repository) if repository.at_home else None
    if ours is not None:
        return parse(ours)
    found = repository.objects.get(f"{commit}:{CONFIG}")
    return parse(found.data) if found is not None and found.kind == "blob" else []


def _of_the_work_tree(repository: Repository) -> bytes | None:
    file = repository.root / CONFIG
    if leads_away(file.parent, file.name):
        hint = "put the file itself there: a link could lead out of the repository"
        raise ConfigInvalid(f"{CONFIG} is reached by a link, which is not followed", hint=hint)
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError as error:
        raise ConfigInvalid(f"cannot read {CONFIG}: {error.strerror}", hint="make it readable or remove it") from error


def parse(data: bytes) -> list[tuple[str, str]]:
    """Read the `code_mappings` of a configuration file."""
    import yaml  # a quarter of a command's start: only where there is a file

    class Loader(yaml.SafeLoader):
        """Says where a value stands that is none of its type, such as `!!bool x`; its own would not."""

        def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
            try:
                return super().construct_object(node, deep)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                raise yaml.MarkedYAMLError(problem="no such value", problem_mark=node.start_mark) from error

    try:
        content = yaml.load(data, Loader)  # noqa: S506 - a safe loader
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
