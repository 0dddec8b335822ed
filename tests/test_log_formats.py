"""The formats of a log are those of others: published vectors, and two implementations that are not ours.

`tlog-scales` reads tiles, checkpoints and proofs, `proofbundle` checks proofs and cosignatures; both are from PyPI.
"""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from proofbundle import checkpoint as other_checkpoint
from proofbundle import merkle as other_merkle
from proofbundle.tlogproof import verify_tlog_proof
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from engine.log import merkle
from engine.log.checkpoint import Checkpoint, checkpoint_text, read_checkpoint
from engine.log.kept import NoKeyError
from engine.log.keys import private_text, read_private
from engine.log.note import (
    COSIGNED,
    Note,
    cosign,
    cosigned_at,
    line,
    parse,
    read_vkey,
    sign,
    signer,
    verified,
    vkey,
    written,
)
from engine.log.proof import prove, proves, read_proof
from engine.log.statement import read_statement, statement_bytes
from engine.log.store import append
from engine.log.tiles import NotATreeError, files_of, needed, read_entries, tile_path
from tests.entries import a_signer, entry, first, log_in

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The eight entries that implementations of RFC 6962 are tested with, and the roots of the first so many of them."""
FIVE_OF_EIGHT = [
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]
SIX_TO_EIGHT = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
"""The key and the note of the tests of Go's `note` package, on which other implementations test themselves."""

SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
"""The example of the C2SP specification of signed notes."""


def hashes(count: int = 8) -> list[bytes]:
    return [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:count]]


# ------------------------------------------------------------------------------------------------------------ the tree


def test_roots_are_those_of_the_published_vectors():
    assert [merkle.root(hashes(count)).hex() for count in range(9)] == ROOTS


def test_proofs_are_those_of_the_published_vectors():
    assert [each.hex() for each in merkle.inclusion(hashes(), 5)] == FIVE_OF_EIGHT
    assert [each.hex() for each in merkle.consistency(hashes(), 6)] == SIX_TO_EIGHT


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.data())
def test_proofs_are_those_of_another_implementation(size, data):
    """Each checks the other's, and finds a wrong index, a wrong size and a changed hash."""
    entries = [bytes([number]) for number in range(size)]
    leaves = [merkle.leaf_hash(one) for one in entries]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    proof = merkle.inclusion(leaves, index)
    assert proof == other_merkle.inclusion_proof(entries, index)
    assert merkle.root(leaves) == other_merkle.merkle_tree_hash(entries)
    steps = merkle.consistency(leaves, old)
    assert steps == other_merkle.consistency_proof(entries, old)
    assert merkle.includes(leaves[index], index, size, proof, merkle.root(leaves))
    assert merkle.consistent(old, merkle.root(leaves[:old]), size, merkle.root(leaves), steps)
    wrong = [other for other in range(size) if other != index]
    assert not any(merkle.includes(leaves[index], other, size, proof, merkle.root(leaves)) for other in wrong)
    for at, step in enumerate(steps):
        broken = [*steps[:at], bytes([step[0] ^ 1]) + step[1:], *steps[at + 1 :]]
        assert not merkle.consistent(old, merkle.root(leaves[:old]), size, merkle.root(leaves), broken)
    if old < size:
        assert not merkle.consistent(old, merkle.root(leaves[1 : old + 1]), size, merkle.root(leaves), steps)


# --------------------------------------------------------------------------------------------------------------- notes


def test_the_notes_of_others_are_verified():
    for text, key in ((f"{TEXT}\n{LINE}", PETER), (SPEC_NOTE, SPEC_KEY)):
        note, verifier = parse(text), read_vkey(key)
        assert note is not None
        assert verifier is not None
        assert verified(note, verifier)
        assert not verified(Note(note.text.replace("e", "a", 1), note.signatures), verifier)
        assert written(note) == text
        assert vkey(verifier) == key


def test_signing_gives_the_bytes_of_gos_package():
    """Ed25519 signs the same text with the same bytes everywhere."""
    peter = read_private(PETER_PRIVATE)
    assert vkey(peter.verifier) == PETER
    assert line(sign(TEXT, peter)) == LINE
    assert private_text(peter) == PETER_PRIVATE


@pytest.mark.parametrize(
    "wrong",
    [
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n{LINE[:-1]}",
        f"\x01{TEXT}\n{LINE}",
        f"{TEXT}\n{LINE.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{LINE}Unexpected line.\n",
        f"{TEXT}\n" + LINE * 101,
        f"{TEXT}\n{LINE.replace('nAM=', 'nAN=')}",
    ],
)
def test_what_is_not_a_note_is_refused(wrong):
    """The table of Go's tests, and another spelling of the same signature."""
    assert parse(wrong) is None


def test_signatures_of_unknown_keys_do_not_matter():
    other = line(sign(TEXT, a_signer("someone.else/key")))
    note, verifier = parse(f"{TEXT}\n{other}{LINE}"), read_vkey(PETER)
    assert note is not None
    assert verifier is not None
    assert verified(note, verifier)


@pytest.mark.parametrize(
    "wrong",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER[1:],
        "PeterNeumann",
        "",
    ],
)
def test_what_is_not_a_verifier_key_is_refused(wrong):
    assert read_vkey(wrong) is None


@pytest.mark.parametrize("wrong", ["", PETER, PETER_PRIVATE.replace("Peter", "Pater"), PETER_PRIVATE[:-4]])
def test_what_is_not_a_private_key_is_refused_without_quoting_it(wrong):
    with pytest.raises(NoKeyError) as error:
        read_private(wrong)
    assert "AYEK" not in str(error.value)


def test_a_checkpoint_reads_back_and_others_read_it():
    by = a_signer()
    text = checkpoint_text(Checkpoint("example.com/demo/log", 8, merkle.root(hashes())))
    signed = written(Note(text, (sign(text, by),)))
    assert read_checkpoint(text) == Checkpoint("example.com/demo/log", 8, merkle.root(hashes()))
    assert other_checkpoint.verify_checkpoint(signed, vkey(by.verifier))["ok"]
    ours = parse(
        other_checkpoint.sign_checkpoint("example.com/x", 8, merkle.root(hashes()), by.private, "example.com/x")
    )
    assert ours is not None
    assert verified(ours, signer("example.com/x", bytes([1]) * 32).verifier)


@pytest.mark.parametrize("size", ["08", "-1", "1.0", "", "1e3", "9" * 16])
def test_the_size_of_a_checkpoint_is_a_plain_number(size):
    text = checkpoint_text(Checkpoint("a", 7, merkle.root([]))).replace("\n7\n", f"\n{size}\n")
    assert read_checkpoint(text) is None


def test_cosignatures_are_those_of_others():
    """Ours is accepted by two implementations, and one of theirs by us."""
    by, witness = a_signer(), signer("witness.example/w1", bytes([7]) * 32, COSIGNED)
    text = checkpoint_text(Checkpoint("example.com/demo/log", 8, merkle.root(hashes())))
    note = Note(text, (sign(text, by), cosign(text, witness, 1_800_000_000)))
    assert cosigned_at(note, witness.verifier) == 1_800_000_000
    found = other_checkpoint.verify_cosignature(written(note), vkey(witness.verifier))
    assert (found["ok"], found["timestamp"]) == (True, 1_800_000_000)
    theirs = other_checkpoint.cosign_checkpoint(written(note), witness.private, "witness.example/w2", 1_800_000_001)
    read = parse(theirs if theirs.startswith(text) else written(note) + theirs)
    second = signer("witness.example/w2", bytes([7]) * 32, COSIGNED)
    assert read is not None
    assert cosigned_at(read, second.verifier) == 1_800_000_001
    assert cosigned_at(read, by.verifier) is None


# --------------------------------------------------------------------------------------------------------------- tiles


def test_tiles_are_named_as_the_specification_says():
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert len(list(needed(70_000))) == 274 + 274 + 2 + 1
    assert ("entries", 273, 112) in list(needed(70_000))
    assert list(needed(70_000))[-3:] == [(1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert list(needed(0)) == []


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_another_implementation_reads_our_tiles(tmp_path, size):
    """Root, every kind of proof and every entry come out the same, read by `tlog-scales` from the files alone."""
    by = a_signer()
    append(tmp_path, [by], lambda _: [first(vkey(by.verifier)), *(entry(number) for number in range(size - 1))])
    log = log_in(tmp_path)
    reader = TilesReader(LocalBackend(tmp_path))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(vkey(by.verifier)))
    assert (checkpoint.origin, checkpoint.size) == ("example.com/demo/log", size)
    assert reader.calculate_root_hash() == checkpoint.root_hash == log.checkpoint.root
    for index in {0, size // 2, size - 1}:
        assert reader.get_entry(index) == statement_bytes(log.statements[index])
        theirs = reader.get_inclusion_proof(index, size)
        assert merkle.includes(
            log.leaves[index], index, size, merkle.inclusion(log.leaves, index), checkpoint.root_hash
        )
        theirs.check(log.leaves[index], log.checkpoint.root)
    for old in {1, size // 2 or 1, size}:
        reader.get_consistency_proof(old, size).check(merkle.root(log.leaves[:old]), log.checkpoint.root)


def test_growing_writes_only_new_tiles():
    entries = [bytes([number % 251]) * (number % 7) for number in range(300)]
    grown = files_of(entries, 200)
    assert set(grown) == {
        tile_path("entries", 0),
        tile_path("entries", 1, 44),
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
    }
    assert read_entries({**files_of(entries)}.get, 300)[0] == entries


def test_every_changed_byte_of_a_tile_is_found():
    files = files_of([b"one", b"two", b"three"])
    for path, content in files.items():
        for at in range(len(content)):
            changed = {**files, path: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]}
            with pytest.raises(NotATreeError):
                read_entries(changed.get, 3)
        for other in (content + b"x", content[:-1]):
            with pytest.raises(NotATreeError):
                read_entries({**files, path: other}.get, 3)


# -------------------------------------------------------------------------------------------------------------- proofs


def test_a_proof_is_accepted_by_another_implementation(tmp_path):
    by = a_signer()
    append(tmp_path, [by], lambda _: [first(vkey(by.verifier)), *(entry(number) for number in range(12))])
    log = log_in(tmp_path)
    for index, said in enumerate(log.statements):
        text = prove(log, index)
        found = verify_tlog_proof(text, statement_bytes(said), vkey(by.verifier), expected_origin=log.checkpoint.origin)
        assert found["ok"], found
        proof = read_proof(text)
        assert proof is not None
        assert proves(proof, statement_bytes(said))
        assert not proves(proof, statement_bytes(entry(99)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("index 3", "extra !\nindex 3"),
        ("\n\n", "\n"),
        ("index 3\n", "index 3\nAA==\n"),
    ],
)
def test_what_is_not_a_proof_is_refused(tmp_path, old, new):
    by = a_signer()
    append(tmp_path, [by], lambda _: [first(vkey(by.verifier)), *(entry(number) for number in range(4))])
    text = prove(log_in(tmp_path), 3)
    assert old in text
    broken = read_proof(text.replace(old, new, 1))
    assert broken is None or "extra" in new


# ---------------------------------------------------------------------------------------------------------- statements


def said(**more: object) -> bytes:
    """An entry that says it is a key."""
    whole = {
        "format": "openrulebook.example/statement/v1",
        "kind": "key",
        "rulebook": "demo",
        "promulgated": "2026-01-01",
        "vkey": PETER,
        "signs": "log",
        "consent": None,
        "because": None,
    }
    return rfc8785.dumps({**whole, **more})


def test_a_statement_reads_back():
    assert read_statement(said()) == first(PETER)
    assert statement_bytes(first(PETER)) == said()


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"{}",
        b"[" * 5000,
        said() + b" ",
        said(kind="friend"),
        said(promulgated="20260101"),
        said(promulgated="2026-02-30"),
        said(vkey=5),
        said(rulebook=["demo"]),
        said(more="x"),
        said(format="openrulebook.example/statement/v2"),
        said(kind="rule", in_force=5),
        said(kind="rule", in_force={"from": 5, "until": None}),
    ],
)
def test_what_is_not_a_statement_is_refused(wrong):
    """Whoever runs a log may write anything into it, and a reader must say so and go on."""
    assert read_statement(wrong) is None
