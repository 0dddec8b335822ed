"""The Merkle tree of RFC 6962 over hashes of leaves: its root, and proofs that can be checked with a few hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

Hash = bytes
"""32 bytes of SHA-256."""


def leaf_hash(entry: bytes) -> Hash:
    """The hash of an entry; its first byte keeps it apart from every node.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[Hash]) -> Hash:
    """The root over hashes of leaves; of none it is the hash of nothing.

    >>> root([]).hex()[:16], root([leaf_hash(b"")]) == leaf_hash(b"")
    ('e3b0c44298fc1c14', True)
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:  # an odd one out goes up as it is, which is the split of RFC 6962 seen from below
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired if len(level) % 2 == 0 else [*paired, level[-1]]
    return level[0]


def inclusion(leaves: Sequence[Hash], index: int) -> list[Hash]:
    """The hashes with which a leaf leads to the root, from its sibling up (RFC 6962, 2.1.1).

    >>> a, b, c = (leaf_hash(each) for each in (b"a", b"b", b"c"))
    >>> inclusion([a, b, c], 2) == [node_hash(a, b)], inclusion([a, b, c], 0) == [b, c]
    (True, True)
    """
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion(leaves[:split], index), root(leaves[split:])]
    return [*inclusion(leaves[split:], index - split), root(leaves[:split])]


def consistency(leaves: Sequence[Hash], old: int) -> list[Hash]:
    """The hashes that show the tree of the first `old` leaves to be the beginning of this one (RFC 6962, 2.1.2)."""
    return _subproof(leaves, old, whole=True) if 0 < old < len(leaves) else []


def _subproof(leaves: Sequence[Hash], old: int, *, whole: bool) -> list[Hash]:
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if old <= split:
        return [*_subproof(leaves[:split], old, whole=whole), root(leaves[split:])]
    return [*_subproof(leaves[split:], old - split, whole=False), root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1


# --------------------------------------------------------------------------- checking, without the leaves (RFC 9162)


def includes(leaf: Hash, index: int, size: int, proof: Sequence[Hash], under: Hash) -> bool:
    """Whether a proof leads from the leaf at `index` to the root of a tree of `size` leaves.

    >>> leaves = [leaf_hash(each) for each in (b"a", b"b", b"c")]
    >>> [includes(leaves[2], at, 3, inclusion(leaves, 2), root(leaves)) for at in range(3)]
    [False, False, True]
    """
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == under


def consistent(old: int, old_root: Hash, new: int, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Whether a proof shows the tree of `old` leaves to be the beginning of the tree of `new` leaves."""
    if old > new or old < 0:
        return False
    if old in {0, new}:
        return not proof and (old_root == new_root if old else old_root == root([]))
    steps = list(proof) if old & (old - 1) else [old_root, *proof]  # a whole old tree is its own first step
    if not steps:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
