"""A security decision record and significant change notifications, as FedRAMP's schemas of June 2026 have them.

Only what the facts show is in them; what an assessor has to add is left to the assessor, and says so. The schemas:
github.com/FedRAMP/schemas, fedramp-security-decision-record-schema-2026-06-24 and
fedramp-significant-change-notifications-schema-2026-06-24.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from answerable.audit.facts.facts import Facts
from answerable.audit.framework.model import Assessed, Framework, Status
from answerable.audit.oscal.documents import control_id

CONTROLS, INDICATORS = "nist-800-53", "fedramp-20x"
_STATUS = {Status.MET: "Implemented", Status.NOT_APPLICABLE: "Implemented", Status.PARTLY: "Partially Implemented"}
_ASSESSOR = "No assessor has looked at this yet; the pack holds what one needs."


def decision_record(
    facts: Facts, assessed: Sequence[tuple[Framework, Sequence[Assessed]]], overview: str
) -> dict[str, Any]:
    """The security decision record (SDR).

    Args:
        facts: Of the period.
        assessed: Controls with their outcomes; those of NIST SP 800-53 and FedRAMP 20x are told.
        overview: Address of the provider's certification package overview.
    """
    by = {framework.id: controls for framework, controls in assessed}
    return {
        "certificationPackageOverviewUri": overview,
        "fedRampRequirements": [],
        "securityControls": [_control(one) for one in by.get(CONTROLS, ())],
        "keySecurityIndicators": [_indicator(facts, one) for one in by.get(INDICATORS, ())],
    }


def _control(one: Assessed) -> dict[str, Any]:
    return {
        "controlId": control_id(CONTROLS, one.control.id).upper(),
        "controlImplementationStatus": _STATUS.get(one.status, "Not Implemented"),
        "controlImplementationDescription": f"{one.control.asks} {_found(one)}",
    }


def _indicator(facts: Facts, one: Assessed) -> dict[str, Any]:
    day = facts.period.end.strftime("%Y-%m-%d")
    return {
        "ksiId": one.control.id,
        "ksiImplementationStatus": _STATUS.get(one.status, "Not Implemented"),
        "ksiImplementation": [one.control.asks],
        "ksiValidation": [_found(one), f"What this does not show: {one.control.limits}"],
        "ksiAssessment": [_ASSESSOR],
        "ksiTests": [f"{test.question} (expected: {test.expects})" for test in one.tested],
        "ksiEvidence": [
            {
                "evidenceType": "Audit Record",
                "evidenceDescription": f"The population of {facts.period.words}, with proofs to the ledger",
                "evidenceText": f"{test.question}: {test.found} of {test.population}",
                "lastUpdated": day,
            }
            for test in one.tested
        ],
    }


def _found(one: Assessed) -> str:
    told = "; ".join(test.because or f"{test.found} of {test.population} for: {test.question}" for test in one.tested)
    return f"Found: {one.status.value.replace('_', ' ')}. {told}"


def change_notifications(rows: Iterable[Mapping[str, Any]], overview: str) -> list[dict[str, Any]]:
    """Significant change notifications (SCN), one a change.

    Args:
        rows: Changes that somebody chose as significant.
        overview: As for the decision record.
    """
    return [_notification(row, overview) for row in rows]


def _notification(row: Mapping[str, Any], overview: str) -> dict[str, Any]:
    how = [f"gate: {row['gate'] or 'no verdict'}", f"approved by {len(row['approvals'])} independent people"]
    if row["emergency"]:
        how.append(
            f"an emergency, review due {row['review_due'] or 'at once'}: {'done' if row['review_done'] else 'open'}"
        )
    where = ", ".join(row["environments"]) or "nowhere that is recorded"
    return {
        "certificationPackageOverviewUri": overview,
        "changeType": "Adaptive",
        "changeTypeExplanation": "A change of code. Whether it transforms the offering is for the provider to decide.",
        "changeDescription": f"{row['id']} of {row['at'][:10]}: {row['subject']} (commit {row['commit']})",
        "reason": "; ".join(how),
        "customerImpact": f"Services: {', '.join(row['services']) or 'not said'}. Deployed to: {where}.",
        "impactedControls": [],
        "impactAnalysis": f"Trust layer {row['layer'] or 'not known'}; {row['lines']} lines, origin {row['origin']}.",
    }
