"""Markdown: whatever a verdict holds, what stands outside code spans are words of ours and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given

from answerable.domain.verdict import Verdict
from answerable.policy.outputs import markdown
from policy.made_verdicts import ATTACKS, ERROR, FAIL, FINDING, HOSTILE, PASS, VERDICTS, many

NOTE = "the approval of bot does not count"
_TICKS = re.compile(r"`+")


def outside(text: str) -> list[str]:
    """The lines with each code span as a box, as CommonMark finds spans: a fence ends at the next of its own length."""
    lines = []
    for line in text.split("\n"):
        kept, at = "", 0
        while found := _TICKS.search(line, at):
            closing = next((m for m in _TICKS.finditer(line, found.end()) if len(m[0]) == len(found[0])), None)
            assert closing, f"a fence is not closed: {line!r}"
            kept += line[at : found.start()] + "□"
            at = closing.end()
        lines.append(kept + line[at:])
    return lines


def inert(verdict: Verdict) -> str:
    """The text, after a look that nothing of the verdict stands outside a code span."""
    text = markdown.render(verdict)
    assert [
        line for line in outside(text) if not re.fullmatch(r"(?:#{2,3} |- |  - )?[A-Za-z0-9_ ,.;:()*□]*", line)
    ] == []
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text) <= 65_536
    return text


def test_a_failing_verdict_reads_well() -> None:
    assert inert(FAIL) == (
        "## Answerable: fail\n\nFail: 2 failing, 1 warning, 1 noted (1 by a waiver).\n\n### Fails\n\n"
        "- `critical-four-eyes` in `src/auth/token.py` lines 3 to 9 (layer `critical`, origin ai, grade declared): "
        "`2 independent people must approve this head, 1 has`\n"
        "  - next: `ask someone of @larkspur/security`\n"
        "  - known: `layer critical: src/auth/ is listed`\n"
        "- `two-people`: `needs 2 of security; there is 1; can be met by grace@example.com`\n"
        "\n### Warns\n\n"
        "- `grade` in `src/auth/token.py` line 12 (layer `critical`, origin ai, grade declared): "
        "`declared, not recorded`\n  - next: `ask someone of @larkspur/security`\n"
        "  - known: `layer critical: src/auth/ is listed`\n"
        "\n### For the record\n\n"
        "- `old-tool` in `src/auth/token.py` lines 3 to 9 (layer `critical`, origin ai, grade declared): `codex 0.1`\n"
        "  - next: `ask someone of @larkspur/security`\n"
        "  - waived: `ada@example.com until 2026-12-31: migration`\n"
        "  - known: `layer critical: src/auth/ is listed`\n"
        "\n### What the rules ask of the change\n\n"
        "- **not met**: `two-people` needs `2 of security`, there is `1`; can be met by `grace@example.com`\n"
        "- met: `owners` needs `an owner`, there is `ada@example.com`\n"
        f"\nRange `{'a' * 40}` to `{'b' * 40}`; policy `.answerable/policy.yaml at aaaaaaaaaaaa` "
        f"(`sha256:{'c' * 64}`). What does not pass has not passed.\n"
    )


def test_a_pass_says_so_and_an_error_says_why() -> None:
    assert inert(PASS).startswith("## Answerable: pass\n")
    assert "`line 3, column 9 of the policy: unknown key 'layer'`\n  - next: `write layers`\n" in inert(ERROR)
    assert "### To know\n\n- `the approval of bot does not count`\n" in inert(replace(PASS, notes=(NOTE,)))


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_in_any_text_stays_inside_its_code_span(text: str) -> None:
    inert(replace(FAIL, findings=(replace(FINDING, message=text, rule=text, layer=text, path=b"a`b\n|"),)))


@given(VERDICTS)
def test_no_text_and_no_path_gets_out_of_its_code_span(verdict: Verdict) -> None:
    inert(verdict)


def test_a_hostile_verdict_and_a_long_one_fit_into_a_comment_and_say_what_is_left_out() -> None:
    inert(HOSTILE)
    text = inert(many(6000))
    assert len(text) <= 60_000
    assert re.search(r"\n[\d,]+ more entries are left out of this text for its length\.\n", text)
    assert "critical-four-eyes" in text, "the worst comes first"
