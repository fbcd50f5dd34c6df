"""Reads control frameworks: those that come with the program, and an organisation's own, strictly.

A fault, a question that is none, or a control that is there twice is told with file, line and column: a framework that
is half read would call a control met that nobody tested.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from answerable.audit.ask.parse import parse
from answerable.audit.ask.question import Question
from answerable.audit.framework.model import Control, Expects, Framework, Test
from answerable.audit.tables import COLUMNS
from answerable.errors import FrameworkInvalid, QuestionInvalid
from answerable.strict_yaml.nodes import Node, Scalar, Unreadable, compose
from answerable.strict_yaml.reading import Notes, instead

FOLDER = Path(__file__).parent.parent / "frameworks"
OWN = ".answerable/frameworks"
FRAMEWORK_KEYS = ("version", "id", "name", "source", "limits", "controls")
CONTROL_KEYS = ("id", "title", "asks", "tests", "limits")
TEST_KEYS = ("none", "some", "most", "of", "share", "ever", "needs")
_NEEDS = ("ledger", "deployments")


def read(data: bytes, file: str) -> Framework:
    """Read one framework.

    Raises:
        FrameworkInvalid: with file, line and column of the first fault.
    """
    notes = Notes(file)
    try:
        node = compose(data, file)
    except Unreadable as error:
        raise FrameworkInvalid(f"{error.fault.where}: {error.fault.message}", hint=error.fault.fix) from None
    keys = notes.keys(node, "a framework", *FRAMEWORK_KEYS, needs=("version", "id", "name", "source", "controls"))
    found = Framework(
        id=notes.name(keys.get("id"), "the id of a framework"),
        name=notes.text(keys["name"], "name") if "name" in keys else "",
        source=notes.text(keys["source"], "source") if "source" in keys else "",
        limits=notes.text(keys["limits"], "limits") if "limits" in keys else "",
        controls=_controls(notes, keys.get("controls")),
        file=file,
    )
    if notes.faults:
        first = min(notes.faults, key=lambda fault: fault.position)
        raise FrameworkInvalid(f"{first.where}: {first.message}", hint=first.fix)
    return found


@lru_cache
def shipped() -> tuple[str, ...]:
    """The names of the frameworks that come with the program."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


@lru_cache
def framework(name: str) -> Framework:
    """One that comes with the program.

    Raises:
        FrameworkInvalid: there is none of that name.
    """
    if name not in shipped():
        raise FrameworkInvalid(f"no framework is called {name!r}", hint=instead(name, shipped()))
    return read((FOLDER / f"{name}.yaml").read_bytes(), f"{name}.yaml")


def _controls(notes: Notes, node: Node | None) -> tuple[Control, ...]:
    if node is None:
        return ()
    found = notes.each(node, "controls", lambda each: _control(notes, each))
    seen: dict[str, Node] = {}
    for each, control in zip(getattr(node, "items", ()), found, strict=False):
        if control.id in seen:
            notes.add(each.at, f"the control {control.id} is here twice", "keep one of them")
        seen[control.id] = each
    return found


def _control(notes: Notes, node: Node) -> Control:
    keys = notes.keys(node, "a control", *CONTROL_KEYS, needs=CONTROL_KEYS)
    tests = notes.each(keys["tests"], "tests", lambda each: _test(notes, each)) if "tests" in keys else ()
    texts = {key: notes.text(keys[key], key) if key in keys else "" for key in ("title", "asks", "limits")}
    known = keys.get("id")
    return Control(
        id=known.text if isinstance(known, Scalar) else "",
        tests=tuple(test for test in tests if test),
        **texts,
    )


def _test(notes: Notes, node: Node) -> Test | None:
    keys = notes.keys(node, "a test", *TEST_KEYS)
    asked = [key for key in ("none", "some", "most") if key in keys]
    if len(asked) != 1:
        notes.add(node.at, "a test asks one question", "write one of `none: …`, `some: …` and `most: …`")
        return None
    question = _question(notes, keys[asked[0]])
    expects = {"none": Expects.NONE, "some": Expects.SOME, "most": Expects.SHARE}[asked[0]]
    if question is None:
        return None
    return Test(
        question=question,
        expects=expects,
        of=_question(notes, keys["of"]) if "of" in keys else None,
        share=notes.number(keys["share"], "share", 100) / 100 if "share" in keys else 1.0,
        ever=notes.truth(keys["ever"], "ever") if "ever" in keys else False,
        needs=notes.one(keys["needs"], "needs", {word: word for word in _NEEDS}, "") if "needs" in keys else "",
    )


def _question(notes: Notes, node: Node) -> Question | None:
    text = notes.text(node, "a question")
    if not text:
        return None
    try:
        return parse(text, COLUMNS)
    except QuestionInvalid as error:
        notes.add(node.at, error.message, error.hint or "see answerable audit ask --columns")
        return None
