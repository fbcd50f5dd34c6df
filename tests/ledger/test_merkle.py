"""The Merkle tree held against its definition, against numbers published for it, and against changes of every kind."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import ProofInvalid
from answerable.ledger import merkle
from answerable.ledger.merkle import Frontier, Node, verify_consistency, verify_inclusion
from ledger.trees import EqualLeaves, hashes_of, naive_root, reader_of

LEAVES = hashes_of(300)
sizes = st.integers(1, len(LEAVES))

# The leaves of certificate-transparency's tests (Google, merkletree/merkle_tree_test.cc), and the roots of the trees
# of the first one, two, … of them, which every implementation of RFC 6962 repeats.
KNOWN_LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_empty_tree_has_the_published_root() -> None:
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root(0, reader_of([])) == Frontier().root() == merkle.EMPTY_ROOT


def test_leaves_and_nodes_hash_to_the_published_values() -> None:
    assert merkle.leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert merkle.node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


def test_the_known_trees_have_the_published_roots() -> None:
    leaves, frontier = [merkle.leaf_hash(leaf) for leaf in KNOWN_LEAVES], Frontier()
    for size, known in enumerate(KNOWN_ROOTS, start=1):
        frontier.push(leaves[size - 1])
        assert merkle.root(size, reader_of(leaves)).hex() == frontier.root().hex() == known


@given(size=st.integers(0, len(LEAVES)))
def test_a_root_is_the_one_of_the_definition_however_it_is_computed(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.push(leaf)
    assert frontier.size == size
    assert merkle.root(size, reader_of(LEAVES)) == frontier.root() == naive_root(LEAVES[:size])


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = LEAVES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@given(parts=st.lists(st.integers(0, 40), max_size=8))
def test_nodes_completed_step_by_step_are_those_completed_at_once(parts: list[int]) -> None:
    kept: dict[Node, bytes] = {}
    size = 0

    def read(nodes: Sequence[Node]) -> list[bytes]:
        return [kept[node] for node in nodes]

    for part in parts:
        new = merkle.new_nodes(size, LEAVES[size : size + part], read)
        assert not kept.keys() & {node for node, _ in new}, "a node is completed once"
        kept.update(new)
        size = min(size + part, len(LEAVES))
    assert kept == {
        (level, index): naive_root(LEAVES[index << level : (index + 1) << level])
        for level in range(size.bit_length())
        for index in range(size >> level)
    }


def test_appending_reads_only_what_it_completes() -> None:
    tree = EqualLeaves()
    merkle.new_nodes(2**20, [tree.leaf_hash], tree)
    assert tree.calls == 0
    merkle.new_nodes(2**20 + 1, [tree.leaf_hash], tree)
    assert (tree.calls, tree.reads) == (1, 1)
    assert len(merkle.new_nodes(2**20 - 1, [tree.leaf_hash], tree)) == 21
    assert (tree.calls, tree.reads) == (2, 21)


@given(data=st.data(), size=sizes)
def test_every_leaf_can_be_proven_to_be_in_its_tree(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, reader_of(LEAVES))
    verify_inclusion(LEAVES[index], index, size, proof, naive_root(LEAVES[:size]))


@given(data=st.data(), new=sizes)
def test_every_tree_can_be_proven_to_begin_with_every_earlier_one(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency_proof(old, new, reader_of(LEAVES))
    verify_consistency(old, new, proof, naive_root(LEAVES[:old]), naive_root(LEAVES[:new]))


def test_small_proofs_are_those_of_the_examples_in_the_rfc() -> None:
    """RFC 6962, section 2.1.3, with its names for the subtrees of seven leaves."""
    d = LEAVES[:7]
    a, b, c, i, j = d[0], d[1], d[2], naive_root(d[4:6]), d[6]
    dd, e = d[3], d[4]
    g, h = naive_root(d[0:2]), naive_root(d[2:4])
    k, big_l = naive_root(d[0:4]), naive_root(d[4:7])
    read = reader_of(d)
    assert [merkle.inclusion_proof(at, 7, read) for at in (0, 3, 4, 6)] == [
        [b, h, big_l], [c, g, big_l], [d[5], j, k], [i, k]
    ]  # fmt: skip
    assert merkle.consistency_proof(3, 7, read) == [c, dd, g, big_l]
    assert merkle.consistency_proof(4, 7, read) == [big_l]
    assert merkle.consistency_proof(6, 7, read) == [i, j, k]
    assert a != e


def flipped(data: st.DataObject, hashed: bytes) -> bytes:
    bit = data.draw(st.integers(0, len(hashed) * 8 - 1))
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(hashed))


def damaged(data: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """The proof with one bit changed, or one hash cut, taken away, added or moved."""
    spare = data.draw(st.sampled_from(LEAVES))
    at = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    ways = [[*proof, spare], [spare, *proof]]
    if proof:
        one = proof[at]
        ways += [[*proof[:at], bad, *proof[at + 1 :]] for bad in (flipped(data, one), one[:-1], one + b"\0", b"")]
        ways += [proof[:at] + proof[at + 1 :], proof[:-1], [*proof, proof[-1]]]
    if proof != proof[::-1]:
        ways.append(proof[::-1])
    return data.draw(st.sampled_from(ways))


@given(data=st.data(), size=sizes)
def test_an_inclusion_proof_with_anything_changed_is_refused(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion_proof(index, size, reader_of(LEAVES)), naive_root(LEAVES[:size])
    leaf = LEAVES[index]
    for changed in (
        (leaf, index, size, damaged(data, proof), root),
        (leaf, index, size, proof, flipped(data, root)),
        (leaf, index, size, proof, root[:-1]),
        (flipped(data, leaf), index, size, proof, root),
        (leaf + b"\0", index, size, proof, root),
        (leaf, data.draw(st.integers(0, len(LEAVES)).filter(lambda other: other != index)), size, proof, root),
        (leaf, -1 - index, size, proof, root),
    ):
        with pytest.raises(ProofInvalid):
            verify_inclusion(*changed)


@given(data=st.data(), new=st.integers(2, len(LEAVES)))
def test_a_consistency_proof_with_anything_changed_is_refused(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = merkle.consistency_proof(old, new, reader_of(LEAVES))
    before, after = naive_root(LEAVES[:old]), naive_root(LEAVES[:new])
    for changed in (
        (old, new, damaged(data, proof), before, after),
        (old, new, proof, flipped(data, before), after),
        (old, new, proof, before, flipped(data, after)),
        (old, new, proof, before[:-1], after),
        (old, new, proof, after, before),
        (new, old, proof, before, after),
        (0, new, proof, merkle.EMPTY_ROOT, after),
        (-old, new, proof, before, after),
        (old, old, proof, before, after),
        (old, old, [], before, after),
    ):
        with pytest.raises(ProofInvalid):
            verify_consistency(*changed)


def test_another_size_with_another_path_is_refused() -> None:
    """A proof says nothing of the size where both sizes have one path: then only the signed root tells them apart."""
    tree = EqualLeaves()
    for size in range(1, 40):
        read, root = reader_of(LEAVES), naive_root(LEAVES[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, read)
            for other in range(1, 45):
                if other > index and len(merkle.inclusion_proof(index, other, tree)) != len(proof):
                    with pytest.raises(ProofInvalid):
                        verify_inclusion(LEAVES[index], index, other, proof, root)


def test_a_history_that_was_rewritten_has_no_consistency_proof() -> None:
    rewritten = [*LEAVES[:20], LEAVES[99], *LEAVES[21:50]]
    proof = merkle.consistency_proof(30, 50, reader_of(rewritten))
    with pytest.raises(ProofInvalid, match="does not begin with"):
        verify_consistency(30, 50, proof, naive_root(LEAVES[:30]), naive_root(rewritten))


def test_nothing_is_proven_about_an_empty_beginning() -> None:
    assert merkle.consistency_proof(0, 7, reader_of(LEAVES)) == []
    for new, root in ((0, merkle.EMPTY_ROOT), (7, naive_root(LEAVES[:7]))):
        with pytest.raises(ProofInvalid):
            verify_consistency(0, new, [], merkle.EMPTY_ROOT, root)


@pytest.mark.parametrize("size", [10**3, 10**4, 10**5, 10**6, 2**20, 2**20 - 1, 2**62 + 12345, 2**63 - 1])
def test_a_proof_reads_at_most_two_hashes_a_level_in_one_call(size: int) -> None:
    levels = (size - 1).bit_length()
    somewhere = random.Random(size)
    for _ in range(50):
        tree, index, old = EqualLeaves(), somewhere.randrange(size), somewhere.randrange(1, size)
        root = merkle.root(size, tree)
        assert tree.reads == size.bit_count()
        proof = merkle.inclusion_proof(index, size, tree)
        assert (len(proof) <= levels, tree.reads - size.bit_count() <= 2 * levels, tree.calls) == (True, True, 2)
        verify_inclusion(tree.leaf_hash, index, size, proof, root)
        before = merkle.root(old, tree)
        tree.reads = tree.calls = 0
        proof = merkle.consistency_proof(old, size, tree)
        assert (len(proof) <= levels + 1, tree.reads <= 2 * levels, tree.calls) == (True, True, 1)
        verify_consistency(old, size, proof, before, root)


@pytest.mark.parametrize("huge", [2**63, 2**64, 1 << 100_000, -1], ids=lambda size: f"{size.bit_length()} bits")
def test_a_size_no_tree_can_have_is_refused_before_anything_is_computed(huge: int) -> None:
    def nothing(nodes: object) -> list[bytes]:
        raise AssertionError("nothing may be read")

    for refused in (
        lambda: merkle.root(huge, nothing),
        lambda: merkle.inclusion_proof(0, huge, nothing),
        lambda: merkle.inclusion_proof(huge, 2**62, nothing),
        lambda: merkle.consistency_proof(1, huge, nothing),
        lambda: merkle.consistency_proof(huge, 7, nothing),
        lambda: merkle.new_nodes(huge, LEAVES[:1], nothing),
        lambda: verify_inclusion(LEAVES[0], 0, huge, [], LEAVES[0]),
        lambda: verify_inclusion(LEAVES[0], huge, 2, LEAVES[:1], LEAVES[0]),
        lambda: verify_consistency(1, huge, [], LEAVES[0], LEAVES[0]),
        lambda: verify_consistency(huge, 1, [], LEAVES[0], LEAVES[0]),
    ):
        with pytest.raises(ProofInvalid):
            refused()


def test_a_reader_that_returns_too_little_is_not_believed() -> None:
    with pytest.raises(ProofInvalid, match="1 hashes where 2 are needed"):
        merkle.root(3, lambda nodes: [LEAVES[0]])
    with pytest.raises(ProofInvalid, match="not 32 bytes"):
        merkle.root(3, lambda nodes: [LEAVES[0], b""])


@given(
    index=st.integers(-3, 70),
    size=st.integers(-3, 70),
    proof=st.lists(st.binary(min_size=31, max_size=33), max_size=8),
    root=st.binary(min_size=32, max_size=32),
)
def test_a_made_up_proof_is_refused_and_never_anything_else(
    index: int, size: int, proof: list[bytes], root: bytes
) -> None:
    with pytest.raises(ProofInvalid):
        verify_inclusion(LEAVES[0], index, size, proof, root)
    with pytest.raises(ProofInvalid):
        verify_consistency(index, size, proof, LEAVES[0], root)
