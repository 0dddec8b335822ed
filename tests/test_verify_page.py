"""A second program, written separately for the browser, finds of receipts and logs what the engine finds."""

from __future__ import annotations

import copy
import gzip
import hashlib
import hmac
import json
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import quickjs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from engine.log.keys import load_signer
from engine.log.merkle import includes, inclusion, leaf_hash, root
from engine.log.note import Signer, line, sign, to_base64, vkey, written
from engine.log.proof import prove
from engine.log.statement import KeyStatement, Promulgated, consent_text, statement_bytes
from engine.log.store import Log, append
from engine.log.verify import editions
from engine.receipts.canonical import canonical
from engine.receipts.deadlines import last_day
from engine.receipts.form import digest, receipt_bytes
from engine.receipts.verify import Evidence, verify
from engine.rulebook import load_rulebook
from publisher import pages as p
from publisher.collect import collect
from publisher.locate import site_folder
from publisher.logged import SCRIPTS
from publisher.render import render
from publisher.shorten import shorten
from tests.entries import a_signer, log_in
from tests.logs import run, vkey_of
from tests.receipted import RECORD, Receipted, receipted, resigned, signed_anew
from tests.test_receipts import changed, ways
from tests.website import DAY, DEMO, words
from tests.website import pages as pages_of

ASSETS = site_folder() / "assets"

INSIDE = """
const un = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
globalThis.asked = (name, text) => {
  const [one, two, three] = JSON.parse(text).map((each) => (typeof each === "string" ? un(each) : each));
  switch (name) {
    case "sha256": return Hash.hex(Hash.sha256(one));
    case "sha512": return Hash.hex(Hash.sha512(one));
    case "hmac": return Hash.hex(Hash.hmac(one, two));
    case "signed": return Hash.signed(one, two, three);
    case "root": return Hash.hex(Receipt.rootOf(one.map(un)));
    case "by": {
      const found = Receipt.rootBy(two.slice(1).map(un), un(two[0]), three[0], three[1]);
      return found && Hash.hex(found);
    }
  }
};
globalThis.written = (text, gap) => Receipt.written(Rulebook.parse(text).value, gap);
globalThis.note = (text, vkey) => {
  const [found, key] = [Receipt.readNote(text), Receipt.readVkey(vkey)];
  const holds = Boolean(found && key) && Receipt.isSigned(found, key, []);
  return JSON.stringify([found && found.text, key && key.name, holds]);
};
globalThis.inForce = (text, entries) => {
  const said = JSON.parse(entries).map((each) => Rulebook.parse(each).value);
  const receipt = Rulebook.parse(text).value;
  return Receipt.wereInForce(receipt, said, receipt.get("issued").slice(0, 10));
};
globalThis.check = (text, options, edition) => {
  const asked = JSON.parse(options);
  const of = (named) => (VerifyLog.editions.includes(named) && edition ? JSON.parse(edition) : null);
  const site = asked.site === false ? null : { ...VerifyLog, ...asked.site };
  const found = Receipt.check(text, { schemas: ReceiptSchema, ...asked, site, editionOf: of });
  return JSON.stringify(found.checks.map(({ what, holds, say }) => [what, holds, say]));
};
"""


@pytest.fixture(scope="module")
def scripts() -> quickjs.Context:
    """The scripts as they are sent, in an engine that has neither files nor a network nor cryptography."""
    context = quickjs.Context()
    for name in SCRIPTS[:3]:
        context.eval(shorten((ASSETS / name).read_text("utf-8")))
    context.eval(INSIDE)
    return context


@pytest.fixture(scope="module")
def asked(scripts: quickjs.Context) -> Callable[..., Any]:
    inside = scripts.get("asked")
    return lambda name, *values: inside(name, json.dumps(values))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, scripts: quickjs.Context) -> Receipted:
    """A receipt of the demo; its log is in the engine."""
    found = receipted(tmp_path_factory.mktemp("verify"))
    scripts.eval((found.site / "assets" / "receipt-schema.js").read_text("utf-8"))
    scripts.eval((found.site / "demo" / "verify" / "log.js").read_text("utf-8"))
    return found


Check = Callable[..., dict[str, bool | None]]


@pytest.fixture(scope="module")
def check(scripts: quickjs.Context, made: Receipted) -> Check:
    """What the script finds of a receipt."""
    inside = scripts.get("check")

    def find(text: str, lang: str = "en", **options: Any) -> dict[str, bool | None]:
        edition = edition_text(made, lang) if "own" in options else ""
        return {what: holds for what, holds, _ in json.loads(inside(text, json.dumps(options), edition))}

    return find


def edition_text(made: Receipted, lang: str) -> str:
    digest = json.loads(made.receipt())["edition"]["statement"]["digest"]
    file = made.site / "demo" / "verify" / f"{digest[:16]}-{lang}.js"
    return file.read_text("utf-8").removeprefix("globalThis.VerifyEdition=").rstrip().rstrip(";")


# ---------------------------------------------------------------------------------------------- hashes and signatures


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1000])
def test_hashes_are_those_of_others(asked, size: int):
    """At every length at which a block begins, ends, or has no room for the length."""
    content = random.Random(size).randbytes(size)
    assert asked("sha256", content.hex()) == hashlib.sha256(content).hexdigest()
    assert asked("sha512", content.hex()) == hashlib.sha512(content).hexdigest()
    assert asked("hmac", content.hex(), content.hex()) == hmac.digest(content, content, "sha256").hex()


RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
"""Key, message and signature: the first three test vectors of RFC 8032, 7.1."""
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_signatures_of_the_standard(asked, key: str, message: str, signature: str):
    assert asked("signed", key, message, signature) is True
    assert asked("signed", key, message + "00", signature) is False


def test_signatures_are_checked_as_by_others(asked):
    """Drawn keys: the right signature holds; with any bit turned, a second spelling, or another key it does not."""
    draw = random.Random(7)
    for size in range(0, 200, 25):
        private = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
        key, message = private.public_key().public_bytes_raw(), draw.randbytes(size)
        signature = private.sign(message)
        assert asked("signed", key.hex(), message.hex(), signature.hex()) is True
        at = draw.randrange(512)
        turned = bytearray(signature)
        turned[at // 8] ^= 1 << at % 8
        again = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
        for other in (bytes(turned), again, signature[:-1], signature + b"\0", bytes(64)):
            assert asked("signed", key.hex(), message.hex(), other.hex()) is False
        assert asked("signed", draw.randbytes(32).hex(), message.hex(), signature.hex()) is False


# ------------------------------------------------------------------------------------------------ notes and proofs

SPEC_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SPEC_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""The example of Go's package `note`."""


def test_notes_of_others(scripts):
    """A note that Go's package signed is read and holds; with a letter changed it is read and does not hold."""
    note = scripts.get("note")
    text, name, holds = json.loads(note(SPEC_NOTE, SPEC_KEY))
    assert (text.count("\n"), name, holds) == (2, "PeterNeumann", True)
    assert json.loads(note(SPEC_NOTE.replace("answer", "Answer"), SPEC_KEY))[2] is False
    for broken in ("", "a\n", "a\n\n", "\n\n— a AAAAAAA=\n", SPEC_NOTE[:-1], SPEC_NOTE.replace("— ", "- ")):
        assert json.loads(note(broken, SPEC_KEY))[0] is None, broken
    for key in (SPEC_KEY.replace("c74f", "c74e"), SPEC_KEY[:-1], "", "a+b"):
        assert json.loads(note(SPEC_NOTE, key))[1] is None


VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Leaves and roots with which logs for RFC 6962 are tested everywhere."""


def test_roots_of_the_standard(asked):
    leaves = [leaf_hash(bytes.fromhex(each)).hex() for each in VECTORS]
    assert {size: asked("root", leaves[:size]) for size in ROOTS} == ROOTS


def test_proofs_lead_where_the_engine_says(asked):
    """Every leaf of every small tree; and with a hash lost, doubled or changed, or another place, nowhere near."""
    draw = random.Random(3)
    leaves = [draw.randbytes(32) for _ in range(17)]
    for size in (1, 2, 3, 5, 8, 9, 16, 17):
        for index in range(size):
            proof, leaf, top = inclusion(leaves[:size], index), leaves[index], root(leaves[:size])

            def by(hashes: list[bytes], at: int, leaf: bytes = leaf, size: int = size) -> Any:
                return asked("by", 0, [leaf.hex(), *(each.hex() for each in hashes)], [at, size])

            assert by(proof, index) == top.hex()
            wrongs = [(proof, (index + 1) % size), (proof[1:], index), ([*proof, leaf], index)]
            for hashes, at in wrongs if size > 1 else ():
                found = by(hashes, at)
                assert (found == top.hex()) == includes(leaf, at, size, hashes, top)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
        lambda part: (
            st.lists(part) | st.dictionaries(st.text(st.characters(codec="utf-8", max_codepoint=0xD7FF)), part)
        ),
        max_leaves=8,
    )
)
@settings(max_examples=80, deadline=None)
def test_json_is_written_as_the_engine_writes_it(scripts_written, data):
    """Both spellings: the canonical one, and that of the file."""
    text = json.dumps(data)
    assert scripts_written(text, None) == canonical(data).decode()
    assert scripts_written(text, "") + "\n" == receipt_bytes(data).decode()


@pytest.fixture(scope="module")
def scripts_written(scripts) -> Callable[[str, str | None], str]:
    return scripts.get("written")


# ------------------------------------------------------------------------------------------------------- receipts


ALL = {"form", "signature", "policies", "proof", "same-log", "entries", "public-before", "key", "again", "record"}


@pytest.mark.parametrize("lang", ["en", "de", "zh-Hans"])
def test_a_receipt_of_the_engine_passes(made, check: Check, lang: str):
    """In every language: all of it is worked out again in the browser, texts and deadlines included."""
    found = check(made.receipt(lang), lang, own=made.own(lang))
    assert {what for what, holds in found.items() if holds} == ALL
    assert {what for what, holds in found.items() if holds is None} == {"demonstration", "trusted-key"}
    assert check(made.receipt(lang), lang, trusted=made.vkey)["trusted-key"] is True


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_changed_field_is_found(made, check, data):
    """Whatever is changed anywhere, and however, without the record."""
    receipt = json.loads(made.receipt())
    places = list(ways(receipt))[:-1]
    way = places[data.draw(st.integers(0, len(places) - 1))]
    broken = changed(receipt, way, data.draw(st.integers(0, 90)))
    assert False in check(receipt_bytes(broken).decode()).values(), way


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_any_changed_letter_of_the_file_is_found(made, check, data):
    text = made.receipt()
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda other: other != text[at]))
    for broken in (text[:at] + letter + text[at + 1 :], text[:at] + text[at + 1 :]):
        assert False in check(broken).values()


def test_what_is_no_receipt_is_said(check):
    for text in ("", "{}", "[]", "null", "\ufeff{}", '{"a": 1, "a": 2}', '{"format": 1.5}', "[" * 9999, "1e400"):
        assert check(text) == {"form": False}, text


LIES: dict[str, Callable[[Any], Any]] = {
    "result": lambda value: {**value, "score": 1},
    "reasons": lambda value: value[1:],
    "weights": lambda value: value[::-1],
    "rights": lambda value: [{**each, "answer_by": None} for each in value],
    "data": lambda value: [{**each, "rows": each["rows"][:-1]} for each in value],
    "contested": lambda _: None,
    "subject": lambda _: None,
    "trace": lambda value: value[1:],
    "consequences": lambda value: [*value, *value],
    "operator": lambda value: {**value, "name": "Nobody"},
}


@pytest.mark.parametrize("part", LIES)
def test_an_operator_who_lies_is_found(made, check: Check, part: str):
    """Signed by the right key: the record brings it to light."""
    text = resigned(made, {part: LIES[part](json.loads(made.receipt())[part])})
    own = {**json.loads(made.own()), "receipt": digest(json.loads(text))}
    found = check(text, own=json.dumps(own))
    assert (found["signature"], found["again"]) == (True, False)


def test_policies_that_are_not_in_the_log_are_found(made, check: Check):
    policies = json.loads(made.receipt())["policies"]
    other = [{**policies[0], "digest": "0" * 64}, *policies[1:]]
    assert check(resigned(made, {"policies": other}))["policies"] is False
    moved = [{**policies[0], "entry": 3}, *policies[1:]]
    assert check(resigned(made, {"policies": moved}))["entries"] is False
    far = [{**policies[0], "entry": 9999}, *policies[1:]]
    assert check(resigned(made, {"policies": far}))["entries"] is False
    assert check(resigned(made, {"issued": "2025-01-01T00:00:00Z"}))["public-before"] is False
    assert check(resigned(made, {"issued": "2026-02-30T00:00:00Z"})) == {"form": False}


def test_a_day_after_the_edition_has_ended_is_found(made, check: Check, scripts):
    """By both programs: one rule has a new version, was repealed, or ends by itself; or there is a new rule."""
    log = log_in(made.policies / "demo" / "log")
    old = next(each for each in log.statements if isinstance(each, Promulgated) and each.id == "early-payer")
    begins, known, later = date(2026, 12, 1), date(2026, 2, 1), made_on(made) + timedelta(days=1)
    new = replace(old, version="9.0.0", digest="ab" * 32, from_=begins, promulgated=known)
    for said, is_found in (
        (new, True),
        (replace(new, change="repeal"), True),
        (replace(new, id="another-rule"), True),
        (replace(new, from_=date(2026, 12, 15)), True),
        (replace(new, from_=date(2026, 12, 16)), False),
        (replace(new, promulgated=made_on(made) - timedelta(days=1)), True),
        (replace(new, promulgated=made_on(made)), False),  # it may have been promulgated an hour later
        (replace(new, promulgated=later), False),
        (replace(new, id="another-rule", until=date(2026, 12, 14)), False),
        (replace(new, id="another-rule", change="repeal"), False),
        (replace(new, from_=date(2025, 1, 1)), False),
    ):
        grown = replace(log, statements=(*log.statements, said))
        assert ("ended" in engine_finds(made.receipt(), grown)) is is_found, said
        entries = [statement_bytes(each).decode() for each in grown.statements]
        assert scripts.get("inForce")(made.receipt(), json.dumps(entries)) is not is_found, said


def test_what_was_not_known_is_not_looked_for(made, check: Check):
    """A receipt that leaves out what was not yet known on a day may be of policies that others had followed."""
    text = resigned(made, {"known_at": "2026-01-01", "as_of": "2026-01-02"})
    assert "ended" not in engine_finds(text, log_in(made.policies / "demo" / "log"))
    assert "ended" not in check(text)


def made_on(made: Receipted) -> date:
    return date.fromisoformat(json.loads(made.receipt())["issued"][:10])


def test_a_day_before_the_rules_were_in_force_is_found(made, check: Check):
    """Without the record too, as by the engine; the day on which they begin is theirs."""
    begins = json.loads(made.receipt())["edition"]["statement"]["from"]
    log = log_in(made.policies / "demo" / "log")
    for day, holds in (("2020-01-01", False), ("2025-12-31", False), (begins, True), ("2026-12-15", True)):
        text = resigned(made, {"as_of": day})
        assert engine_finds(text, log)["policies"] is holds, day
        assert check(text)["policies"] is holds, day
        assert check(text, site=False)["policies"] is holds, day


def engine_finds(text: str, log: Log) -> dict[str, bool | None]:
    """What the engine finds of a receipt with the website, without what only one of the two programs says."""
    return {each.what: each.holds for each in verify(text.encode(), Evidence(log=log))}


@dataclass(frozen=True)
class Keys:
    """A log that names several keys; by name the private key and its entry."""

    log: Log
    by: dict[str, tuple[Signer, int]]


@pytest.fixture(scope="module")
def keys(made: Receipted, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """A log that was handed over in 2028, with keys that sign receipts, or may not."""
    folder = tmp_path_factory.mktemp("keys") / "log"
    shutil.copytree(made.policies / "demo" / "log", folder)
    first = load_signer(made.policies.parent / "key")
    signers = {name: a_signer(f"demo.example/{name}", number) for number, name in enumerate(NAMED, 20)}
    for name, (signs, day, is_agreed) in NAMED.items():
        by = signers["second"] if name == "after" else first
        said = KeyStatement("demo", vkey(signers[name].verifier), signs, date.fromisoformat(day), because="lost")
        if is_agreed:
            consent = line(sign(consent_text(said), by)).rstrip("\n") + "\n"
            said = replace(said, consent=consent, because=None)
        append(folder, [signers["second"] if name in {"second", "after"} else first], lambda _, said=said: [said])
    log = log_in(folder)
    assert log is not None
    places = {said.vkey: number for number, said in enumerate(log.statements) if isinstance(said, KeyStatement)}
    return Keys(log, {name: (by, places[vkey(by.verifier)]) for name, by in {"first": first, **signers}.items()})


NAMED = {
    "receipts": ("receipts", "2026-01-01", True),
    "forced": ("receipts", "2026-01-01", False),
    "witness": ("witness", "2026-01-01", True),
    "second": ("log", "2028-01-01", True),
    "after": ("receipts", "2028-02-01", True),
}
"""Keys that are added to the log: for what, when, and whether the key of the log until then signed that."""


def signed_by(made: Receipted, keys: Keys, name: str, day: str) -> str:
    """A receipt of a day, signed by one of the keys, with the proofs that belong to it."""
    by, place = keys.by[name]
    receipt = json.loads(made.receipt())
    at = {"edition": editions(keys.log)[receipt["edition"]["statement"]["digest"]], "key": place}
    parts = {
        part: {"statement": json.loads(statement_bytes(keys.log.statements[index])), "proof": prove(keys.log, index)}
        for part, index in at.items()
    }
    return signed_anew({**receipt, **parts, "issued": f"{day}T12:00:00Z"}, by)


@pytest.mark.parametrize(
    ("name", "day", "holds"),
    [
        ("first", "2027-06-01", True),
        ("first", "2028-01-01", True),
        ("first", "2028-01-02", False),
        ("receipts", "2025-12-31", False),
        ("receipts", "2026-01-01", True),
        ("receipts", "2029-01-01", True),
        ("forced", "2027-06-01", False),
        ("witness", "2027-06-01", False),
        ("second", "2027-12-31", False),
        ("second", "2028-01-01", True),
        ("second", "2030-01-01", True),
        ("after", "2028-01-31", False),
        ("after", "2028-02-01", True),
    ],
)
def test_a_key_that_could_not_sign_on_that_day_is_found(made, keys, check: Check, name: str, day: str, holds: bool):
    """A key that was replaced, one named later, one the log did not agree to: as by the engine, check by check."""
    text = signed_by(made, keys, name, day)
    entries = [statement_bytes(said).decode() for said in keys.log.statements]
    by_engine = engine_finds(text, keys.log)
    in_browser = check(text, site={"checkpoint": written(keys.log.note), "entries": entries})
    assert by_engine["key"] is holds
    assert {what: in_browser.get(what) for what in by_engine} == by_engine


def test_a_key_of_another_place_in_the_log_is_found(made, keys, check: Check):
    """A statement that is not the one at the place its proof names: neither program takes it for the key there."""
    receipt = json.loads(signed_by(made, keys, "receipts", "2027-06-01"))
    proof = receipt["key"]["proof"]
    place = keys.by["receipts"][1]
    entries = [statement_bytes(said).decode() for said in keys.log.statements]
    for other in (0, place + 1, 9999):
        moved = {**receipt["key"], "proof": proof.replace(f"index {place}\n", f"index {other}\n")}
        text = signed_anew({**receipt, "key": moved}, keys.by["receipts"][0])
        in_browser = check(text, site={"checkpoint": written(keys.log.note), "entries": entries})
        by_engine = engine_finds(text, keys.log)
        assert (by_engine["key"], by_engine["proof"]) == (False, False)
        assert {what: in_browser.get(what) for what in by_engine} == by_engine


def test_another_record_is_found(made, check: Check):
    own = json.loads(made.own())
    record = copy.deepcopy(own["record"])
    record["sources"]["bills"][0]["paid"] = "2026-01-08"
    assert check(made.receipt(), own=json.dumps({**own, "record": record}))["again"] is False
    assert check(made.receipt(), own=made.own("de"))["record"] is False
    assert check(made.receipt(), own=json.dumps(RECORD)) | {"again": True, "record": None} == check(
        made.receipt(), own=json.dumps(RECORD)
    )
    assert check(made.receipt(), own=json.dumps({"sources": {"friends": []}}))["again"] is False
    assert check(made.receipt(), own="nonsense")["record"] is False


def test_another_log_or_book_is_found(made, check: Check, scripts):
    """A log that was begun anew, one with an entry changed, and the page of another rulebook."""
    said = json.loads(scripts.eval("JSON.stringify(VerifyLog)"))
    entries = said["entries"]
    broken = [entries[0], entries[1].replace('"digest":"', '"digest":"0', 1), *entries[2:]]
    assert check(made.receipt(), site={"entries": broken})["log"] is False
    shorter = check(made.receipt(), site={"entries": entries[:-1]})
    assert shorter["log"] is False
    checkpoint = said["checkpoint"].replace("— ", "— x", 1)
    assert check(made.receipt(), site={"checkpoint": checkpoint})["log"] is False
    assert check(made.receipt(), book="other")["book"] is False
    assert check(made.receipt(), site=False)["proof"] is None
    assert check(made.receipt(), site=False, trusted=made.vkey)["proof"] is True
    other = a_signer(number=5)
    word = f"{other.verifier.name}+00000000+{to_base64(bytes([1]) + other.verifier.public)}"
    assert check(made.receipt(), trusted=word)["trusted-key"] is False


@pytest.mark.parametrize("start", [date(2026, 1, 31), date(2024, 2, 29), date(2026, 11, 30), date(2026, 12, 15)])
def test_deadlines_are_those_of_the_engine(scripts, start: date):
    """The ends of months and of leap years."""
    text = (ASSETS / "receipt.js").read_text("utf-8")
    found = re.search(r"  function lastDay.*?\n  }\n", text, re.DOTALL)
    assert found is not None
    scripts.eval(f"globalThis.lastDay = {found[0].strip()}")
    for span in ("P1D", "P60D", "P1M", "P3M", "P14M", "P1Y", "P4Y"):
        assert scripts.get("lastDay")(start.isoformat(), span) == last_day(start, span).isoformat()


# ---------------------------------------------------------------------------------------------------------- the pages


def shown(folder: Path, *kinds: type[p.Page | p.File]) -> dict[str, Any]:
    """Some kinds of pages of a rulebook, and of files the content."""
    some = (page for page in collect([load_rulebook(folder)], DAY) if isinstance(page, kinds))
    return {
        str(path): html.fromstring(content) if path.suffix == ".html" else content for path, content in render(some)
    }


def test_the_scripts_are_small(made):
    """All of them together, and each page."""
    names = ("decide.js", "record.js", "receipt.js", "verify.js")
    assert (
        sum(len(gzip.compress((made.site / "assets" / name).read_bytes(), 9, mtime=0)) for name in names) <= 20 * 1024
    )
    for page in (
        *made.site.glob("demo/*/verify.html"),
        *made.site.glob("demo/*/log.html"),
        *made.site.glob("demo/*/log/*"),
    ):
        assert page.stat().st_size <= 16 * 1024, page


def test_the_log_page_says_every_entry(made):
    """Newest first, all of them, each once; and the key with which they are checked."""
    said = run(made.policies, "log", "show", "demo").output
    count = int(re.findall(r": ([0-9]+) entries", said)[-1])
    found = dict(pages_of(made.site))
    for lang in ("en", "de", "zh-Hans"):
        parts = [f"demo/{lang}/log.html", *sorted(path for path in found if path.startswith(f"demo/{lang}/log/"))]
        numbers = [int(row.get("id")[1:]) for path in parts for row in found[path].xpath("//tbody/tr")]
        assert numbers == list(range(count - 1, -1, -1))
        assert vkey_of(made.policies.parent) in words(found[parts[0]])


def test_a_version_says_where_it_is_in_the_log(made):
    """On its own page, with a link to the entry."""
    found = dict(pages_of(made.site))
    history = found["demo/en/rules/paid-on-time.html"].xpath("//ul[@class='log']/li")
    assert len(history) == 2
    for item in history:
        assert "Promulgated on" in words(item)
        (link,) = [each for each in item.xpath(".//a/@href") if "log" in each]
        path, _, name = link.rpartition("#")
        page = found[f"demo/en/{path.removeprefix('../')}"]
        assert "Bills paid on time" in words(page.xpath(f"//tr[@id='{name}']")[0])


def test_a_version_that_is_not_in_the_log_is_shown_and_decides_nothing(made, tmp_path: Path):
    """A new version without promulgation: the website says so, and shows what decides."""
    policies = tmp_path / "policies"
    shutil.copytree(made.policies, policies)
    rule = policies / "demo" / "rules" / "paid-on-time"
    newest = max(rule.glob("*.yaml"))
    text = newest.read_text("utf-8").replace(f"version: {newest.stem}", "version: 9.0.0")
    text = re.sub(r"in_force: \{from: [0-9-]+", "in_force: {from: 2026-08-01", text)
    (rule / "9.0.0.yaml").write_text(text, "utf-8")
    found = shown(policies / "demo", p.RulePage)
    main = found["demo/en/rules/paid-on-time.html"]
    assert "Not in the public log: it decides about nobody." in words(main.xpath("//ul[@class='log']/li[1]")[0])
    assert "9.0.0" not in words(main.xpath("//div[contains(@class, 'status')] | //p[contains(@class, 'status')]")[0])


def test_without_a_log_the_pages_say_so():
    found = shown(DEMO, p.LogPage, p.VerifyPage, p.File)
    for name in ("log", "verify"):
        page = found[f"demo/en/{name}.html"]
        assert "This rulebook has no public log yet." in words(page)
        assert not page.xpath("//script")
    assert not [path for path in found if path.startswith("demo/verify/")]


def test_a_log_that_does_not_fit_is_said_and_carried_as_it_is(made, tmp_path: Path):
    policies = tmp_path / "policies"
    shutil.copytree(made.policies, policies)
    tile = next((policies / "demo" / "log" / "tile" / "entries").rglob("*.p/*"))
    content = bytearray(tile.read_bytes())
    content[-5] ^= 1
    tile.write_bytes(content)
    found = shown(policies / "demo", p.LogPage, p.File)
    assert "does not fit together" in words(found["demo/en/log.html"])
    assert found[tile.relative_to(policies).as_posix()] == content
