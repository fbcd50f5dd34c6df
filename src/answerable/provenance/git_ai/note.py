"""Guarantees: any bytes are read as a git-ai authorship note; no byte is fatal, no fault hides the rest, no
line is lost.

A note is ``refs/notes/ai`` of a commit. Its claims are line-level: one a path and session. Lines it does not
mention are nobody's and get no claim, which is `unknown`, not `human`. Prompts and transcripts are never kept
or shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from answerable.domain.evidence import Claim, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.ranges import Ranges
from answerable.provenance.findings import Findings
from answerable.provenance.git_ai import attestation, legacy
from answerable.provenance.git_ai.records import Meaning, Records
from answerable.provenance.message import shown

VERSION = "authorship/3.0.0"
OLDER = frozenset({"authorship/0.0.1", "authorship/1.0.0", "authorship/2.0.0"})
OVERSIZED = 1_000_000
MAX_METADATA = 64_000_000
"""Bytes of JSON beyond which the records are not parsed at all: memory is not for strangers to fill."""


def read_note(data: bytes, commit_sha: str, *, ref: str = "refs/notes/ai") -> Reading:
    """All that one note says about one commit.

    Args:
        data: The note's blob, of any of the three schema versions found in the wild.
        commit_sha: The annotated commit; a note computed against another one is evidence of a lower grade.
        ref: The notes ref, as a stranger finds it.
    """
    where = f"{ref} {commit_sha}"
    findings = Findings(where)
    if len(data) > OVERSIZED:
        findings.add("oversized-note", f"{len(data)} bytes")
    section, text = attestation.split(data, findings)
    meta = _metadata(text, findings)
    limit = _limit(meta, commit_sha, findings)
    records = Records(meta, findings, grade=limit)
    if legacy.is_legacy(meta):
        attested, meaning_of = legacy.attested(meta, findings), legacy.asking(records)
    else:
        attested, meaning_of = attestation.read(section, findings), records.meaning
    claims = tuple(
        claim for path, keys in attested.items() for claim in _claims(path, keys, meaning_of, where, findings)
    )
    return Reading(claims=claims, defects=findings.defects())


def _metadata(text: bytes | None, findings: Findings) -> dict[str, Any]:
    if text is None or len(text) > MAX_METADATA:
        findings.add("unreadable", "no JSON" if text is None else f"{len(text)} bytes of JSON")
        return {}
    try:
        meta = json.loads(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        findings.add("unreadable", "the JSON does not parse")
        return {}
    if not isinstance(meta, dict):
        findings.add("unreadable", "the JSON is no object")
        return {}
    return meta


def _limit(meta: dict[str, Any], commit_sha: str, findings: Findings) -> Grade:
    """The most a line of this note can be graded: lines counted in another commit only declare here."""
    if not meta:
        return Grade.DECLARED
    version = meta.get("schema_version")
    known = version if isinstance(version, str) else ""
    if known in OLDER or (version is None and legacy.is_legacy(meta)):
        findings.add("older-version", str(version))
    elif known != VERSION:
        findings.add("unknown-version", str(version)[:60])
    if legacy.is_legacy(meta) and "base_commit_sha" not in meta:
        return Grade.DECLARED
    base = meta.get("base_commit_sha")
    if base == commit_sha:
        return Grade.RECORDED
    findings.add("base-commit-mismatch", f"computed against {str(base)[:64] if base else 'no commit'}")
    return Grade.DECLARED


def _claims(
    path: bytes,
    keys: dict[str, list[tuple[int, int]]],
    meaning_of: Callable[[str], Meaning],
    where: str,
    findings: Findings,
) -> list[Claim]:
    by_session: dict[str, tuple[Meaning, list[tuple[int, int]]]] = {}
    for key, spans in keys.items():
        meaning = meaning_of(key)
        by_session.setdefault(meaning.session, (meaning, []))[1].extend(spans)
    claimed = [(meaning, Ranges.of(spans)) for meaning, spans in by_session.values()]
    if len(claimed) > 1:
        twice = attestation.double_claimed(lines for _, lines in claimed)
        if twice:
            findings.add("double-claimed-line", f"in {shown(path.decode('utf-8', 'replace'), 80)}", twice)
    return [_claim(path, meaning, lines, where) for meaning, lines in claimed]


def _claim(path: bytes, meaning: Meaning, lines: Ranges, where: str) -> Claim:
    evidence = Evidence(source="git-ai", ref=where, grade=meaning.grade, claim=meaning.words)
    return Claim(
        origin=meaning.origin,
        grade=meaning.grade,
        evidence=evidence,
        agent=meaning.agent,
        person=meaning.person,
        path=path,
        lines=lines,
    )
