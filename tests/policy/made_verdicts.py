"""Verdicts for tests of the outputs: one as a policy makes it, one full of attacks, and any there could be."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.verdict import Finding, Obligation, Outcome, Severity, Verdict

BASE, HEAD, DIGEST = "a" * 40, "b" * 40, "sha256:" + "c" * 64

FINDING = Finding(
    rule="critical-four-eyes",
    severity=Severity.ERROR,
    message="2 independent people must approve this head, 1 has",
    remedy="ask someone of @larkspur/security",
    layer="critical",
    path=b"src/auth/token.py",
    start=3,
    end=9,
    origin=Origin.AI,
    grade=Grade.DECLARED,
    evidence=("layer critical: src/auth/ is listed",),
)
WARNING = replace(FINDING, rule="grade", severity=Severity.WARNING, message="declared, not recorded", start=12, end=12)
WAIVED = replace(FINDING, rule="old-tool", message="codex 0.1", waived_by="ada@example.com until 2026-12-31: migration")
OWED = Obligation(rule="two-people", needs="2 of security", have="1", who=("grace@example.com",))
MET = Obligation(rule="owners", needs="an owner", have="ada@example.com", met=True)
FAIL = Verdict(
    outcome=Outcome.FAIL,
    base=BASE,
    head=HEAD,
    policy_digest=DIGEST,
    policy_source=".answerable/policy.yaml at aaaaaaaaaaaa",
    findings=(WARNING, FINDING, WAIVED),
    obligations=(OWED, MET),
)
PASS = replace(FAIL, outcome=Outcome.PASS, findings=(), obligations=())
ERROR = replace(
    PASS, outcome=Outcome.ERROR, problem="line 3, column 9 of the policy: unknown key 'layer'", remedy="write layers"
)

ATTACKS = (
    "::error file=a::owned",
    "\n::set-env name=PATH::/tmp",
    "##[stop-commands]x",
    "%0A::warning::x",
    "<script>alert(1)</script><!-- ",
    "]]></failure><failure/>",
    "&lol; &#x202e;",
    "`` ` ``` **b** | [x](javascript:y) ![i](//evil.example/i)",
    "@everyone #1 !2 ~bug",
    "\n/approve\n/close",
    "\x1b[2J\x07\b",
    "\u202eevil\u2066\u200b\ufeff",
    "\ud800 \udcff",
    "a: b, c\r\nd",
    "x" * 5000,
    "`" * 3000,
    "",
)
PATHS = (
    b"a,b:c%.py",
    b"\xff\xfe\n::error::x",
    b'"quoted"',
    "é/ü.py".encode(),
    b"http://evil/x?y#z",
    b"//host/x",
    b"`|`",
)
HOSTILE = replace(
    FAIL,
    findings=tuple(
        replace(FINDING, rule=text, message=text, remedy=text, layer=text, waived_by=text if at % 3 == 2 else None,
                evidence=(text,), path=PATHS[at % len(PATHS)])
        for at, text in enumerate(ATTACKS)
    ),
    obligations=tuple(Obligation(rule=text, needs=text, have=text, who=(text, text)) for text in ATTACKS),
    policy_source="`@everyone` ::error::",
    notes=ATTACKS,
)  # fmt: skip


def many(count: int) -> Verdict:
    """A verdict of that many warnings, and one failure at its end."""
    warned = tuple(replace(WARNING, start=line, end=line, path=b"src/%d.py" % line) for line in range(1, count))
    return replace(FAIL, findings=(*warned, FINDING), obligations=())


_TEXT = st.one_of(st.text(), st.sampled_from(ATTACKS))
_LINE = st.one_of(st.none(), st.integers(-2, 10**7))
FINDINGS = st.builds(
    Finding,
    rule=_TEXT, severity=st.sampled_from(Severity), message=_TEXT, remedy=st.none() | _TEXT, layer=st.none() | _TEXT,
    path=st.none() | st.binary(min_size=1) | st.sampled_from(PATHS), start=_LINE, end=_LINE,
    origin=st.none() | st.sampled_from(Origin), grade=st.none() | st.sampled_from(Grade), waived_by=st.none() | _TEXT,
    evidence=st.lists(_TEXT, max_size=7).map(tuple),
)  # fmt: skip
OBLIGATIONS = st.builds(
    Obligation, rule=_TEXT, needs=_TEXT, have=_TEXT, who=st.lists(_TEXT, max_size=12).map(tuple), met=st.booleans()
)
VERDICTS = st.builds(
    Verdict,
    outcome=st.sampled_from(Outcome), base=_TEXT, head=_TEXT, policy_digest=_TEXT, policy_source=_TEXT,
    findings=st.lists(FINDINGS, max_size=4).map(tuple), obligations=st.lists(OBLIGATIONS, max_size=3).map(tuple),
    problem=st.none() | _TEXT, remedy=st.none() | _TEXT, notes=st.lists(_TEXT, max_size=3).map(tuple),
    reports=st.booleans(),
)  # fmt: skip
