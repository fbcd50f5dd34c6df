"""Looks for what can be seen in the shape of the code, by rules that ast-grep runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answerable.review.ast_grep import LARGEST, scan
from answerable.review.failure_modes.languages import language_of, read_as
from answerable.review.failure_modes.rule_files import name_of, rule_files
from answerable.review.failure_modes.touched import Fault, Touched


def patterns(files: Sequence[Touched]) -> Iterator[Fault]:
    """The faults of files, new and old.

    Args:
        files: Those of other languages, and those that are too large, are passed over.

    Raises:
        ExtraMissing: ast-grep is not installed.
        AnalyserFailed: it did not run to its end.
    """
    looked = [file for file in files if file.after and len(file.after) <= LARGEST and read_as(file.path)]
    if not looked:
        return
    rules = rule_files()
    spoken = {language_of(file.path) for file in looked}
    texts = [text for rule in rules.values() if rule.language in spoken for text in rule.texts]
    copies = [(read_as(file.path) or "", file.after or b"") for file in looked]
    told = {(name_of(match.rule), match.file, match.start, match.end): match for match in scan(texts, copies)}
    for match in sorted(told.values(), key=lambda one: (one.file, one.start, one.rule)):
        file, rule = looked[match.file], rules[name_of(match.rule)]
        yield Fault(
            rule=rule.name,
            level=rule.level,
            path=file.path,
            start=match.start,
            end=match.end,
            message=rule.message,
            touched=file.adds(match.start, match.end),
        )
