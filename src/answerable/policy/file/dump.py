"""Writes a policy as one file that needs no preset: read again, it is equal but for where it came from."""

from __future__ import annotations

from collections.abc import Mapping

from answerable.domain.origin import Origin
from answerable.policy.emergency import Emergency
from answerable.policy.file.read_service import REACH_KEYS
from answerable.policy.layer_rule import LayerRule
from answerable.policy.model import Policy
from answerable.policy.rule import Match, Require, RequireFindings, Rule, Validation
from answerable.policy.services import Service
from answerable.policy.waiver import Waiver
from answerable.strict_yaml.writing import block

Data = Mapping[str, object]


def dump(policy: Policy) -> str:
    """The whole policy as YAML, what comes from its preset included."""
    whole: dict[str, object] = {
        "version": 1,
        "mode": policy.mode.value,
        "teams": {team.name: _List(team.members) for team in policy.teams},
        "emergency": _emergency(policy.emergency) if policy.emergency else None,
        "services": [_service(service) for service in policy.services],
        "layers": [_layer(rule) for rule in policy.layers],
        "rules": [_rule(rule) for rule in policy.rules],
        "waivers": [_waiver(waiver) for waiver in policy.waivers],
    }
    return "\n".join(block(_kept(whole))) + "\n"


def _emergency(terms: Emergency) -> Data:
    needs = _kept({"humans": terms.humans or None})
    return _kept({"who": terms.who, "review_within": f"{terms.review_within}h", "needs": needs})


def _service(service: Service) -> Data:
    keys = ("name", "paths", "tier", "data", "regions", "jurisdictions", "fleets")
    return _kept({key: getattr(service, key) for key in keys})


def _layer(rule: LayerRule) -> Data:
    return _kept(
        {
            "name": rule.layer.name,
            "purpose": rule.layer.purpose,
            "paths": rule.paths,
            "kinds": rule.kinds,
            "touches": rule.touches,
            **{key: getattr(rule, key) for key in ("imports", "symbols", "calls", *REACH_KEYS)},
            "unless": _kept({"paths": rule.unless_paths, "kinds": rule.unless_kinds}),
        }
    )


def _rule(rule: Rule) -> Data:
    told = rule.message_expression
    return _kept(
        {
            "name": rule.name,
            "variables": [{"name": v.name, "expression": v.expression.text} for v in rule.variables] or None,
            "match": _match(rule.match),
            "when": rule.when.text if rule.when else None,
            "require": _require(rule.require),
            "validations": [_validation(each) for each in rule.validations] or None,
            "action": rule.action.value,
            "message": rule.message,
            "messageExpression": told.text if told else None,
            "emergency": "allowed" if rule.emergency else None,
            "overridable": rule.overridable or None,
        }
    )


def _validation(validation: Validation) -> Data:
    told = validation.message_expression
    return _kept(
        {
            "expression": validation.expression.text,
            "message": validation.message,
            "messageExpression": told.text if told else None,
        }
    )


def _match(match: Match) -> Data:
    apart = Origin.UNKNOWN not in match.origins and bool({Origin.AI, Origin.MIXED} & set(match.origins))
    return _kept(
        {
            "layers": match.layers,
            "origins": match.origins,
            "unknown_counts_as_ai": False if apart else None,
            "grades": tuple(grade.word for grade in match.grades),
            "tools": match.tools,
            "models": match.models,
            "paths": match.paths,
            "min_lines": match.min_lines or None,
            "tiers": match.tiers,
            "data": match.data,
            "regions": match.regions,
            "jurisdictions": match.jurisdictions,
            "fleets": match.fleets,
        }
    )


def _require(require: Require) -> Data:
    reviewers, tools, models = require.reviewers, require.tools, require.models
    return _kept(
        {
            "reviewers": _kept(
                {"humans": reviewers.humans or None, "teams": reviewers.teams, "owners": reviewers.owners or None}
            ),
            "grade": require.grade.word if require.grade is not None else None,
            "acceptance": require.acceptance,
            "countersign": require.countersign or None,
            "checks": require.checks,
            "tools": {
                **({"allow": _List(tools)} if tools is not None else {}),
                **({"models": {"allow": _List(models)}} if models is not None else {}),
            },
            "findings": _findings(require.findings) if require.findings else None,
            "checklist": require.checklist or None,
            "mandate": _kept({"roles": require.mandate}) if require.mandate is not None else None,
        }
    )


def _findings(findings: RequireFindings) -> Data:
    return _kept(
        {
            "level": findings.level,
            "tools": findings.tools,
            "rules": findings.rules,
            "most": findings.most or None,
            "required": findings.required or None,
        }
    )


def _waiver(waiver: Waiver) -> Data:
    until = waiver.until.isoformat()
    return _kept({"rule": waiver.rule, "paths": waiver.paths, "who": waiver.who, "why": waiver.why, "until": until})


class _List(tuple[str, ...]):
    """A list that means something where it is empty."""

    __slots__ = ()


def _kept(data: Data) -> dict[str, object]:
    """Without what says nothing."""
    return {k: v for k, v in data.items() if isinstance(v, _List | bool) or (v is not None and v not in ("", (), {}))}
