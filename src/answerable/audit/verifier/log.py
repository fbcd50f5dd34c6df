"""The log: its tree, its checkpoints, and proofs that something is in it or that it only grew."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence

from answerable.audit.verifier.found import Wrong


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash above two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of leaves (RFC 6962, section 2.1)."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        hashed, above = leaf, size
        while above & 1:
            hashed, above = node_hash(peaks.pop(), hashed), above >> 1
        peaks.append(hashed)
    found = peaks.pop() if peaks else hashlib.sha256().digest()
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That a leaf is in a tree (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise Wrong(f"entry {index} is none of {size}")
    hashed, fn, sn = leaf_hash(leaf), index, size - 1
    for one in proof:
        if sn == 0:
            raise Wrong(f"the proof of entry {index} is too long")
        if fn & 1 or fn == sn:
            hashed = node_hash(one, hashed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hashed = node_hash(hashed, one)
        fn, sn = fn >> 1, sn >> 1
    if sn or hashed != root:
        raise Wrong(f"entry {index} is not under the root of the checkpoint")


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """That a tree is the beginning of another (RFC 9162, section 2.1.4.2)."""
    if not 0 < old <= new:
        raise Wrong(f"the older checkpoint has {old} entries, this one {new}: the log was cut off or is another")
    if old == new:
        if old_root != new_root:
            raise Wrong("a checkpoint of the same size has another root: the log was forked")
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise Wrong("the proof that the log only grew is empty")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for one in path[1:]:
        if sn == 0:
            raise Wrong("the proof that the log only grew is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(one, fr), node_hash(one, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, one)
        fn, sn = fn >> 1, sn >> 1
    if sn or fr != old_root or sr != new_root:
        raise Wrong("the older checkpoint is not the beginning of this log: it was forked or rewritten")


def read_note(text: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A signed note: its text, and (name, key id, signature) of each signature (c2sp.org/signed-note)."""
    body, blank, tail = text.rpartition("\n\n")
    if not blank:
        raise Wrong("it is no signed note")
    found = []
    for line in tail.splitlines():
        _, name, blob = line.split(" ")
        data = base64.b64decode(blob, validate=True)
        found.append((name, data[:4], data[4:]))
    return body + "\n", found


def read_checkpoint(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint (c2sp.org/tlog-checkpoint)."""
    origin, size, root = read_note(text)[0].splitlines()[:3]
    return origin, int(size), base64.b64decode(root, validate=True)
