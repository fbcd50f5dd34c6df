"""Every published verdict on a proof is ours too (transparency-dev/merkle): RFC 6962, and subtrees."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from answerable.errors import ProofInvalid
from answerable.ledger.merkle import verify_consistency, verify_inclusion
from answerable.ledger.subtree import verify_subtree_consistency, verify_subtree_inclusion

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


def includes(case: dict[str, Any]) -> bool:
    leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    try:
        verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof_of(case), root)
    except ProofInvalid:
        return False
    return True


def extends(case: dict[str, Any]) -> bool:
    before, after = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
    try:
        verify_consistency(case["size1"], case["size2"], proof_of(case), before, after)
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


def in_subtree(case: dict[str, Any]) -> bool:
    leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    try:
        verify_subtree_inclusion(leaf, case["leafIdx"], case["start"], case["end"], proof_of(case), root)
    except ProofInvalid:
        return False
    return True


def of_tree(case: dict[str, Any]) -> bool:
    part, whole = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
    try:
        verify_subtree_consistency(case["start"], case["end"], case["size"], proof_of(case), part, whole)
    except ProofInvalid:
        return False
    return True


def test_all_204_published_proofs_of_inclusion_in_a_subtree_have_their_verdict() -> None:
    found = cases("subtreeinclusion")
    assert len(found) == 204
    assert [case for case in found if in_subtree(case) is case["wantErr"]] == []


def test_all_118_published_proofs_of_consistency_with_a_subtree_have_their_verdict() -> None:
    found = cases("subtreeconsistency")
    assert len(found) == 118
    assert [case for case in found if of_tree(case) is case["wantErr"]] == []
