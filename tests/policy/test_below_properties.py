"""For any two policies: whatever the upper alone fails, both together fail, unless the upper lets it."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from answerable.domain.origin import Origin
from answerable.domain.verdict import Severity
from answerable.policy.change.approvals import Approvals
from answerable.policy.change.emergency import Declaration, parsed
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.file.source import load, read
from answerable.policy.judge.evaluate import Judged
from policy.levels import HEAD, by, fact, judged

_PATHS = (b"auth/a.py", b"deploy/b", b"docs/c.md", b"web/d", b"web/api/e", b"x")
_FOLDERS = ("", "web", "web/api", "auth")
_PATTERNS = st.lists(st.sampled_from(["/auth/", "/deploy/", "/docs/", "/web/", "api/", "*.py", "*"]), max_size=2)
_NAMES = st.sampled_from(["eyes", "two", "three"])
_WHEN = st.sampled_from(
    ["", "lines < 4", "lines > 3", "tier < 2", "layer == 'standard'", "'pii' in data", "variables.v", "services == []"]
)


@st.composite
def _rule(draw: st.DrawFn, layers: tuple[str, ...], name: str, *, overridable: bool = False) -> str:
    match = [f"layers: [{', '.join(draw(st.lists(st.sampled_from(layers), max_size=2, unique=True)))}]"]
    match.append(f"paths: [{', '.join(repr(p) for p in draw(_PATTERNS))}]")
    match.append(f"min_lines: {draw(st.integers(0, 6))}")
    match += draw(st.lists(st.sampled_from(["tiers: [0, 1]", "tiers: [3]", "data: [pii]"]), max_size=1))
    require = draw(
        st.sampled_from(
            [
                "",
                "reviewers: {humans: 1}",
                "reviewers: {humans: 2}",
                "reviewers: {teams: [security]}",
                "grade: recorded",
            ]
        )
    )
    when = draw(_WHEN)
    keys = [f"name: {name}", f"match: {{{', '.join(match)}}}", f"require: {{{require}}}"]
    keys.append(f"action: {draw(st.sampled_from(['Deny', 'Deny', 'Warn']))}")
    if when:
        keys += [f'when: "{when}"', "variables: [{name: v, expression: 'size(data) == 0'}]"]
    if draw(st.booleans()):
        keys.append("validations: [{expression: \"layer != 'critical' || lines < 3\"}]")
    if draw(st.booleans()):
        keys.append("emergency: allowed")
    if overridable:
        keys.append("overridable: true")
    return f"  - {{{', '.join(keys)}}}\n"


@st.composite
def _policy(draw: st.DrawFn, layers: tuple[str, ...], *, lower: bool, folder: bool = False) -> str:
    text = f"version: 1\nmode: {draw(st.sampled_from(['enforce', 'enforce', 'report']))}\n"
    if not folder:
        text += draw(
            st.sampled_from(
                ["", "teams: {security: [ada]}\n", "teams: {security: [bo]}\n", "teams: {ops: [bo], security: [ada]}\n"]
            )
        )
        text += draw(st.sampled_from(["", "emergency: {who: [bo], review_within: 24h}\n"]))
        tier, data = draw(st.integers(0, 4)), draw(st.sampled_from(["pii", "none"]))
        paths = ", ".join(repr(p) for p in draw(_PATTERNS)) or "/auth/"
        text += f"services: [{{name: {'l' if lower else 'u'}, paths: [{paths}], tier: {tier}, data: [{data}, pii]}}]\n"
    if not folder and (not lower or draw(st.booleans())):
        text += "layers:\n"
        for name in layers:
            conditions = (
                "" if name == "standard" else f", paths: [{', '.join(repr(p) for p in draw(_PATTERNS)) or '/none/'}]"
            )
            unless = f", unless: {{paths: [{', '.join(repr(p) for p in draw(_PATTERNS))}]}}" if conditions else ""
            text += f"  - {{name: {name}{conditions}{unless}}}\n"
    names = draw(st.lists(_NAMES, max_size=3, unique=True))
    text += "rules:\n" + "".join(draw(_rule(("critical", "sensitive", "standard"), name)) for name in names)
    return text if names else text + "  []\n"


_UPPER = _policy(("critical", "sensitive", "standard", "peripheral"), lower=False)
_LOWER = st.one_of(
    _policy(("secret", "critical", "sensitive", "standard", "low"), lower=True).map(lambda text: ("", text)),
    st.tuples(st.sampled_from(_FOLDERS[1:]), _policy((), lower=True, folder=True)),
)
_FACT = st.builds(
    lambda path, old, count, origin, what: fact(
        path, count, origin, old_path=None if old == path else old, what=What.ADDED if what and old == path else what
    ),
    st.sampled_from(_PATHS),
    st.one_of(st.none(), st.sampled_from(_PATHS)),
    st.integers(1, 6),
    st.sampled_from(Origin),
    st.sampled_from([What.ADDED, What.MOVED, What.CHANGED]),
)
_AT = parsed("2026-06-01T00:00:00Z")
_DECLARED = [Declaration(by="bo", why="x", at=_AT, sha=HEAD)] if _AT else []


@settings(max_examples=400)
@given(
    _UPPER, _LOWER, st.lists(_FACT, min_size=1, max_size=5, unique_by=lambda f: f.path),
    st.sampled_from([by(), by("ada"), by("bo"), by("ada", "bo")]), st.sampled_from([[], _DECLARED]),
)  # fmt: skip
def test_whatever_the_upper_alone_fails_both_together_fail(
    upper: str, lower: tuple[str, str], facts: list[LineFacts], approvals: Approvals, declared: list[Declaration]
) -> None:
    folder, text = lower
    above = load(upper.encode(), "upper")
    policy, _ = read(text.encode(), "lower", above, folder)
    assume(policy is not None)
    assert policy is not None
    more: dict[str, Any] = {"approvals": approvals, "emergencies": declared}
    alone = _failing(judged(above, *facts, **more))
    together = _failing(judged(policy, *facts, **more))
    assert alone <= together


def _failing(told: Judged) -> set[tuple[str, bytes | None, int | None]]:
    return {(f.rule, f.path, f.start) for f in told.findings if f.severity is Severity.ERROR}
