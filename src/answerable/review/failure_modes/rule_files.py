"""The rules that ast-grep runs: one file each, with why it is known of AI-written code and with examples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from answerable.domain.level import Level
from answerable.review.failure_modes.languages import Language

RULES = Path(__file__).with_name("rules")
_ALSO = ".typescript"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """One rule; `text` is what ast-grep reads."""

    name: str
    mode: str
    language: Language
    level: Level
    message: str
    known: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    text: str

    @property
    def texts(self) -> tuple[str, ...]:
        """What ast-grep is to read: a rule for JavaScript is one for TypeScript too."""
        if self.language is not Language.JAVASCRIPT:
            return (self.text,)
        other = self.text.replace("\nlanguage: Tsx\n", "\nlanguage: TypeScript\n")
        return self.text, other.replace(f"id: {self.name}\n", f"id: {self.name}{_ALSO}\n", 1)


@cache
def rule_files() -> dict[str, RuleFile]:
    """All rules by name."""
    found = [_read(file) for file in sorted(RULES.glob("*/*.yml"))]
    return {rule.name: rule for rule in found}


def name_of(matched: str) -> str:
    """The name of the rule that ast-grep says has matched."""
    return matched.removesuffix(_ALSO)


def _read(file: Path) -> RuleFile:
    import yaml

    text = file.read_text("utf-8")
    told = yaml.safe_load(text)
    about = told["metadata"]
    return RuleFile(
        name=told["id"],
        mode=about["mode"],
        language=Language(file.parent.name),
        level=Level(about["level"]),
        message=told["message"],
        known=about["known"],
        good=tuple(about["good"]),
        bad=tuple(about["bad"]),
        text=text,
    )
