"""Whether what breaks with a path puts it in a layer: the tier, the data and the reach of its services."""

from __future__ import annotations

from answerable.policy.layer_rule import LayerRule
from answerable.policy.services import Service


def reached(rule: LayerRule, services: tuple[Service, ...]) -> str | None:
    """Why a layer takes what belongs to some services, in words; None where it does not.

    A path that belongs to several is in the layer where its most severe tier is, or any of its data and reach.
    """
    if not services or not rule.asks_for_services:
        return None
    worst = min(services, key=lambda each: each.counts_as)
    if worst.counts_as in rule.tiers:
        told = f"is of tier {worst.tier}" if worst.tier is not None else "has no tier, which counts as tier 0"
        return f"the service {worst.name} {told}"
    for each in services:
        for said, wanted, has in (
            ("holds data of the class", rule.data, each.data),
            ("runs in the region", rule.regions, each.regions),
            ("falls under the law of", rule.jurisdictions, each.jurisdictions),
            ("runs on the fleet", rule.fleets, each.fleets),
        ):
            word = next((word for word in wanted if word in has), None)
            if word is not None:
                return f"the service {each.name} {said} {word}"
    return None
