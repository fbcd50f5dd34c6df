"""Every published verdict on a proof of RFC 6962 is ours too (transparency-dev/merkle).

The cases of subtrees (draft-ietf-plants-merkle-tree-certs) are used as far as our functions say the same: inclusion in
a subtree that starts where one can is inclusion in a tree of its width, and consistency with a subtree that starts at 0
is consistency with an earlier tree. Subtrees that start elsewhere, and empty ones, are nothing we have.
"""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from answerable.errors import ProofInvalid
from answerable.ledger.merkle import verify_consistency, verify_inclusion

FOLDER = Path(__file__).parents[2].parent / "shared" / "conformance" / "merkle" / "testdata"

# A part of the cases, so that this file can fail where they are not present.
LEAF = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
THIRD = {
    "leafIdx": 2,
    "treeSize": 3,
    "root": "rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=",
    "leafHash": "ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c=",
    "proof": ["+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="],
    "wantErr": False,
}
CARRIED_INCLUSION: list[dict[str, Any]] = [
    {"leafIdx": 0, "treeSize": 1, "root": LEAF, "leafHash": LEAF, "proof": None, "wantErr": False},
    {"leafIdx": 0, "treeSize": 0, "root": LEAF, "leafHash": LEAF, "proof": None, "wantErr": True},
    THIRD,
    THIRD | {"leafIdx": 1, "wantErr": True},
    THIRD | {"treeSize": 6, "wantErr": True},
    THIRD | {"proof": [], "wantErr": True},
    THIRD | {"proof": ["", *THIRD["proof"]], "wantErr": True},  # type: ignore[misc]
]
CARRIED_CONSISTENCY: list[dict[str, Any]] = [
    {"size1": 1, "size2": 1, "root1": LEAF, "root2": LEAF, "proof": None, "wantErr": False},
    {"size1": 0, "size2": 0, "root1": EMPTY, "root2": EMPTY, "proof": [], "wantErr": True},
    {"size1": 0, "size2": 1, "root1": EMPTY, "root2": LEAF, "proof": [], "wantErr": True},
    {"size1": 1, "size2": 1, "root1": LEAF, "root2": EMPTY, "proof": [], "wantErr": True},
    {"size1": 2, "size2": 1, "root1": LEAF, "root2": LEAF, "proof": [], "wantErr": True},
]


def cases(kind: str) -> list[dict[str, Any]]:
    if not FOLDER.is_dir():
        pytest.skip("the published proofs are not present beside the repository")
    return [json.loads(file.read_bytes()) | {"file": file.name} for file in sorted((FOLDER / kind).rglob("*.json"))]


def proof_of(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(hashed or "") for hashed in case["proof"] or []]


def includes(case: dict[str, Any], start: int = 0) -> bool:
    leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    size = case["end"] - start if "end" in case else case["treeSize"]
    try:
        verify_inclusion(leaf, case["leafIdx"] - start, size, proof_of(case), root)
    except ProofInvalid:
        return False
    return True


def extends(case: dict[str, Any], names: tuple[str, str] = ("size1", "size2")) -> bool:
    before, after = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
    try:
        verify_consistency(case[names[0]], case[names[1]], proof_of(case), before, after)
    except ProofInvalid:
        return False
    return True


@pytest.mark.parametrize("case", CARRIED_INCLUSION)
def test_a_published_inclusion_proof_carried_here_has_its_verdict(case: dict[str, Any]) -> None:
    assert includes(case) is not case["wantErr"]


@pytest.mark.parametrize("case", CARRIED_CONSISTENCY)
def test_a_published_consistency_proof_carried_here_has_its_verdict(case: dict[str, Any]) -> None:
    assert extends(case) is not case["wantErr"]


def test_all_98_published_inclusion_proofs_have_their_verdict() -> None:
    found = cases("inclusion")
    assert len(found) == 98
    assert [case for case in found if includes(case) is case["wantErr"]] == []


def test_all_98_published_consistency_proofs_have_their_verdict() -> None:
    found = cases("consistency")
    assert len(found) == 98
    assert [case for case in found if extends(case) is case["wantErr"]] == []


def starts_where_a_subtree_can(case: dict[str, Any]) -> bool:
    width = int(case["end"]) - int(case["start"])
    return width > 0 and int(case["start"]) % (1 << (width - 1).bit_length()) == 0


def test_published_proofs_of_inclusion_in_a_subtree_have_their_verdict() -> None:
    found = [case for case in cases("subtreeinclusion") if starts_where_a_subtree_can(case)]
    assert len(found) > 150
    assert [case for case in found if includes(case, case["start"]) is case["wantErr"]] == []


def test_published_proofs_of_consistency_with_a_subtree_at_0_have_their_verdict() -> None:
    found = [case for case in cases("subtreeconsistency") if case["start"] == 0 and case["end"] > 0]
    assert len(found) > 50
    assert [case for case in found if extends(case, ("end", "size")) is case["wantErr"]] == []
