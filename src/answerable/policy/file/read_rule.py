"""Reads one of `rules`."""

from __future__ import annotations

from answerable.domain.acceptance import How
from answerable.domain.grade import Grade
from answerable.domain.level import Level
from answerable.domain.origin import Origin
from answerable.ownership.mandate.model import ROLES
from answerable.policy.file.read_expression import Reader
from answerable.policy.judge.variables import TEXT
from answerable.policy.rule import Action, Match, Require, RequireFindings, Reviewers, Rule
from answerable.strict_yaml.nodes import Node, Scalar
from answerable.strict_yaml.reading import Notes, words_of

MOST_LINES = 1_000_000
MOST_HUMANS = 20
MOST_FINDINGS = 10_000
MOST_TIER = 4
RULE_KEYS = (
    *("name", "variables", "match", "when", "require", "validations", "action", "message", "messageExpression"),
    *("emergency", "overridable"),
)
_EMERGENCY = {"allowed": True, "refused": False}
EMERGENCY_WORDS = tuple(_EMERGENCY)
REACH_KEYS = ("tiers", "data", "regions", "jurisdictions", "fleets")
MATCH_KEYS = (
    *("layers", "origins", "unknown_counts_as_ai", "grades", "tools", "models", "paths", "min_lines"),
    *REACH_KEYS,
)
REQUIRE_KEYS = (
    *("reviewers", "grade", "acceptance", "countersign", "checks", "tools", "findings", "checklist"),
    "mandate",
)
FINDING_KEYS = ("level", "tools", "rules", "most", "required")
REVIEWER_KEYS = ("humans", "teams", "owners")
MANDATE_KEYS = ("roles",)
TOOL_KEYS = ("allow", "models")
MODEL_KEYS = ("allow",)
_GRADES = {grade.word: grade for grade in Grade}


def rule(notes: Notes, node: Node, layers: dict[str, str], reader: Reader) -> Rule:
    """One of `rules`; `layers` are the names there are, `reader` reads expressions."""
    keys = notes.keys(node, "a rule", *RULE_KEYS, needs=("name",))
    action = notes.one(keys["action"], "action", words_of(Action), Action.DENY) if "action" in keys else Action.DENY
    reader = reader.knowing(keys.get("variables"))
    when, told = reader.condition(keys.get("when")), keys.get("messageExpression")
    validations = reader.validations(keys.get("validations"))
    message = reader.expression(told, "messageExpression", TEXT) if told is not None else None
    asked = [e for v in validations for e in (v.expression, v.message_expression)]
    return Rule(
        name=notes.name(keys.get("name"), "the name of a rule"),
        match=_match(notes, keys["match"], layers) if "match" in keys else Match(),
        variables=reader.used(each for each in (when, message, *asked) if each is not None),
        when=when,
        require=_require(notes, keys["require"]) if "require" in keys else Require(),
        validations=validations,
        action=action,
        message=notes.text(keys["message"], "message") if "message" in keys else None,
        message_expression=message,
        emergency=notes.one(keys["emergency"], "emergency", _EMERGENCY, False) if "emergency" in keys else False,
        overridable=notes.truth(keys["overridable"], "overridable") if "overridable" in keys else False,
        origin=notes.file,
        position=node.at,
    )


def _match(notes: Notes, node: Node, layers: dict[str, str]) -> Match:
    keys = notes.keys(node, "match", *MATCH_KEYS)
    counts = notes.truth(keys[u], u) if (u := "unknown_counts_as_ai") in keys else True
    origins = notes.some(keys["origins"], "origins", words_of(Origin)) if "origins" in keys else ()
    if counts and (Origin.AI in origins or Origin.MIXED in origins) and Origin.UNKNOWN not in origins:
        origins = (*origins, Origin.UNKNOWN)
    return Match(
        layers=notes.some(keys["layers"], "layers", layers) if "layers" in keys else (),
        origins=origins,
        grades=notes.some(keys["grades"], "grades", _GRADES) if "grades" in keys else (),
        tools=notes.texts(keys["tools"], "tools") if "tools" in keys else (),
        models=notes.texts(keys["models"], "models") if "models" in keys else (),
        paths=notes.patterns(keys.get("paths")),
        min_lines=notes.number(keys["min_lines"], "min_lines", MOST_LINES) if "min_lines" in keys else 0,
        tiers=_tiers(notes, keys["tiers"]) if "tiers" in keys else (),
        **{key: notes.texts(keys[key], key) for key in REACH_KEYS[1:] if key in keys},
    )


def _tiers(notes: Notes, node: Node) -> tuple[int, ...]:
    found = notes.each(node, "tiers", lambda item: notes.number(item, "an entry of tiers", MOST_TIER))
    return tuple(sorted(set(found)))


def _require(notes: Notes, node: Node) -> Require:
    keys = notes.keys(node, "require", *REQUIRE_KEYS)
    tools = notes.keys(keys["tools"], "tools", *TOOL_KEYS) if "tools" in keys else {}
    models = notes.keys(tools["models"], "models", *MODEL_KEYS, needs=MODEL_KEYS) if "models" in tools else {}
    return Require(
        reviewers=_reviewers(notes, keys["reviewers"]) if "reviewers" in keys else Reviewers(),
        grade=notes.one(keys["grade"], "grade", _GRADES, Grade.ATTESTED) if "grade" in keys else None,
        acceptance=notes.some(keys["acceptance"], "acceptance", words_of(How)) if "acceptance" in keys else (),
        countersign=notes.truth(keys["countersign"], "countersign") if "countersign" in keys else False,
        checks=notes.texts(keys["checks"], "checks") if "checks" in keys else (),
        tools=notes.texts(tools["allow"], "allow") if "allow" in tools else None,
        models=notes.texts(models["allow"], "allow") if "allow" in models else None,
        findings=_findings(notes, keys["findings"]) if "findings" in keys else None,
        checklist=notes.truth(keys["checklist"], "checklist") if "checklist" in keys else False,
        mandate=_mandate(notes, keys["mandate"]) if "mandate" in keys else None,
    )


def _mandate(notes: Notes, node: Node) -> tuple[str, ...] | None:
    """`true` asks for the usual roles, a mapping for those that it names."""
    if isinstance(node, Scalar):
        return ROLES if notes.truth(node, "mandate") else None
    keys = notes.keys(node, "mandate", *MANDATE_KEYS, needs=MANDATE_KEYS)
    roles = notes.each(keys["roles"], "roles", lambda item: notes.name(item, "a role")) if "roles" in keys else ()
    if "roles" in keys and not roles:
        notes.add(keys["roles"].at, "roles is empty", f"write `mandate: true` for {', '.join(ROLES)}")
    return tuple(dict.fromkeys(roles))


def _findings(notes: Notes, node: Node) -> RequireFindings:
    keys = notes.keys(node, "findings", *FINDING_KEYS)
    level = Level.WARNING
    return RequireFindings(
        level=notes.one(keys["level"], "level", words_of(Level), level) if "level" in keys else level,
        tools=notes.texts(keys["tools"], "tools") if "tools" in keys else (),
        rules=notes.texts(keys["rules"], "rules") if "rules" in keys else (),
        most=notes.number(keys["most"], "most", MOST_FINDINGS) if "most" in keys else 0,
        required=notes.truth(keys["required"], "required") if "required" in keys else False,
    )


def _reviewers(notes: Notes, node: Node) -> Reviewers:
    keys = notes.keys(node, "reviewers", *REVIEWER_KEYS)
    return Reviewers(
        humans=notes.number(keys["humans"], "humans", MOST_HUMANS) if "humans" in keys else 0,
        teams=notes.texts(keys["teams"], "teams") if "teams" in keys else (),
        owners=notes.truth(keys["owners"], "owners") if "owners" in keys else False,
    )
