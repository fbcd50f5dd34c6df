"""What expressions of a policy may read: each variable with its type, and what it says in words.

A text that is not known is empty, a number that is not known is -1, a list that is not known has no entries.
"""

from __future__ import annotations

import re

BOOL = "bool"
TEXT = "string"
INT = "int"
DOUBLE = "double"
TEXTS = "list<string>"
INTS = "list<int>"

Type = str

# Every variable: its type, and what it is.
VARIABLES: dict[str, tuple[Type, str]] = {
    "origin": (TEXT, "`ai`, `human`, `mixed` or `unknown`"),
    "grade": (TEXT, "`none`, `inferred`, `declared`, `recorded` or `attested`"),
    "tool": (TEXT, "the tool's name, such as `claude-code`"),
    "model": (TEXT, "the model's name, as the evidence spells it"),
    "session": (TEXT, "the session of the tool"),
    "layer": (TEXT, "the name of the trust layer"),
    "path": (TEXT, "the path from the top of the tree; bytes that are no UTF-8 stand as `\\xff`"),
    "kinds": (TEXTS, "the kinds of the file"),
    "what": (TEXT, "`added`, `moved` (with a renamed file), `removed`, or `changed` (what has no lines)"),
    "lines": (INT, "how many lines of the change the rule is about"),
    "acceptance": (TEXT, "`human_explicit`, `standing_grant`, `automatic`, `human_reject` or `unknown`"),
    "services": (TEXTS, "the services that the path is part of"),
    "tier": (INT, "the most severe tier of these, 0 to 4; -1 where it is part of none"),
    "data": (TEXTS, "the classes of data that they hold"),
    "regions": (TEXTS, "where they run"),
    "jurisdictions": (TEXTS, "whose law they are under"),
    "fleets": (TEXTS, "the devices they run on"),
    "change.id": (TEXT, "the change's number or id"),
    "change.title": (TEXT, "its title"),
    "change.author": (TEXT, "who opened it"),
    "change.target": (TEXT, "the branch it is to go into"),
    "change.lines": (INT, "how many lines it adds, or takes out where it adds none"),
    "change.files": (INT, "how many files it changes"),
    "tools": (TEXTS, "every tool that is known to have written lines of the change"),
    "approvals": (INT, "how many independent people approved the exact head"),
    "teams": (TEXTS, "the teams of these people"),
}

OWN = "variables."
"""How the variables that a policy defines itself are read."""

NAME = re.compile("[A-Za-z_][A-Za-z0-9_]{0,63}")

_LITERAL = re.compile(
    r"//[^\n]*"
    r'|[rR]?"""[\s\S]*?"""'
    r"|[rR]?'''[\s\S]*?'''"
    r"""|[rR](?:"[^"\n]*"|'[^'\n]*')"""
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
)


def without_texts(expression: str) -> str:
    """The expression with blanks in the place of its texts and comments; every other character stays where it was."""
    return _LITERAL.sub(lambda found: re.sub("[^\n]", " ", found[0]), expression)


def read_by(expression: str, own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The variables that an expression may read, and perhaps some more; all others it cannot read.

    Args:
        expression: Its text.
        own: The whole names of those that the policy defines itself.
    """
    words = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", without_texts(expression)))
    return tuple(name for name in (*VARIABLES, *own) if words.issuperset(name.split(".")))
