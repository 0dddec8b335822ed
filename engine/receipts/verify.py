"""Checking a receipt offline: what was signed, that the rules were public, and that they decide so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any

import rfc8785

from engine.decision import Decision, Refused
from engine.evaluation import evaluate_under
from engine.ir import Edition
from engine.log.checked import Checked, passed
from engine.log.keys import is_demonstration
from engine.log.merkle import root
from engine.log.note import PLAIN, Verifier, from_base64, parse, read_vkey, verified
from engine.log.proof import Proof, proves, read_proof
from engine.log.statement import EditionStatement, KeyStatement, Promulgated, read_statement
from engine.log.store import Log, log_keys
from engine.log.verify import trusted_key
from engine.receipts.body import Terms, body
from engine.receipts.form import OWN, Receipt, digest, read_receipt, receipt_bytes, signed_text
from engine.structure import validator


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a receipt is checked against, each if there is any.

    `trusted` is the key of the log as somebody has it from elsewhere; `log` the log of the website; `own` the file that
    only the person has, or a bare record; `edition` the policies at hand on the day of the receipt.
    """

    trusted: Verifier | None = None
    log: Log | None = None
    own: Mapping[str, Any] | None = None
    edition: Edition | None = None


def verify(content: bytes, evidence: Evidence) -> list[Checked]:
    """What holds and what does not of the receipt in a file. What is not as it was signed is not looked at further."""
    receipt = read_receipt(content)
    if isinstance(receipt, Refused):
        return [Checked("form", False, f"this is not a receipt: {receipt.sentence}")]
    error = next(validator("receipt").iter_errors(receipt), None)
    if error is not None:
        where = "/".join(str(part) for part in error.absolute_path) or "the whole"
        return [Checked("form", False, f"this is not a receipt as the schema describes it: see {where}")]
    if moment(receipt["issued"]) is None:
        return [Checked("form", False, "this is not a receipt: there is no such day as the one it was issued on")]
    if receipt_bytes(receipt) != content:
        said = (
            "the file was written anew since it was issued: its bytes are not as they were (`jq -S .` gives them back)"
        )
        return [Checked("form", False, said)]
    checks = [Checked("form", True, "the file is a receipt, written as receipts are")]
    edition, key = (_proved(receipt[part]) for part in ("edition", "key"))
    checks += _signature(receipt, key)
    if not passed(checks):
        return checks
    checks += [*_policies(receipt, edition), *_trust(edition, key, evidence)]
    if evidence.log is not None:
        checks += [*_logged(receipt, edition, evidence.log), *_named(receipt, key, evidence.log)]
    if evidence.own is not None:
        checks += _again(receipt, evidence.own, evidence.edition)
    return checks


def moment(text: str) -> datetime | None:
    """The moment a receipt was issued, or None if there is no such day."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


# ---------------------------------------------------------------------------------------------- what the receipt says


@dataclass(frozen=True, slots=True)
class _Proved:
    """A statement that a receipt brings along with its proof; `holds` is whether the proof leads from the one to it."""

    statement: EditionStatement | KeyStatement | Promulgated | None
    proof: Proof | None
    holds: bool


def _proved(part: Mapping[str, Any]) -> _Proved:
    entry = rfc8785.dumps(part["statement"])
    proof = read_proof(part["proof"])
    return _Proved(read_statement(entry), proof, proof is not None and proves(proof, entry))


def _signature(receipt: Receipt, key: _Proved) -> Iterator[Checked]:
    said = key.statement
    verifier = read_vkey(said.vkey) if isinstance(said, KeyStatement) else None
    note = parse(f"{signed_text(digest(receipt))}\n{receipt['signature']}\n")
    if verifier is None or verifier.type != PLAIN or note is None or not verified(note, verifier):
        yield Checked(
            "signature", False, "the signature does not fit: something was changed since the receipt was signed"
        )
        return
    yield Checked("signature", True, f"nothing was changed since `{verifier.name}` signed it")
    if is_demonstration(verifier.name):
        yield Checked("demonstration", None, "the key is for demonstration: what it signs binds nobody")


def _policies(receipt: Receipt, edition: _Proved) -> Iterator[Checked]:
    """That the policies listed are the ones that the statement in the log names together."""
    policies = sorted([each["kind"], each["id"], each["version"], each["digest"]] for each in receipt["policies"])
    named = hashlib.sha256(rfc8785.dumps([policies, receipt["rulebook"]["digest"]])).hexdigest()
    said = edition.statement
    same = isinstance(said, EditionStatement) and (said.digest, said.rulebook) == (named, receipt["rulebook"]["id"])
    if same and isinstance(said, EditionStatement) and date.fromisoformat(receipt["as_of"]) < said.from_:
        yield Checked("policies", False, "the policies listed were not yet in force on the day of the decision")
    elif same:
        yield Checked("policies", True, f"the {len(policies)} policies listed are the edition that is in the log")
    else:
        yield Checked("policies", False, "the policies listed are not the edition whose proof it brings along")


def _trust(edition: _Proved, key: _Proved, evidence: Evidence) -> Iterator[Checked]:
    """That both statements are in a log whose checkpoint a trusted key signed."""
    if not (edition.holds and key.holds) or edition.proof is None or key.proof is None:
        yield Checked("proof", False, "a proof does not lead from its statement to the checkpoint of the log")
        return
    tree = edition.proof.checkpoint
    if key.proof.checkpoint != tree:
        yield Checked("proof", False, "the two proofs are of different logs")
        return
    keys = [] if evidence.log is None else log_keys(evidence.log.statements)
    known = [each.verifier for each in keys] or ([] if evidence.trusted is None else [evidence.trusted])
    if not known:
        said = f"the rules and the key are in a log called `{tree.origin}`; whose log that is was not checked (--vkey)"
        yield Checked("proof", None, said)
        return
    notes = (edition.proof.note, key.proof.note)
    signed = all(any(verified(note, one) for one in known if one.name == tree.origin) for note in notes)
    who = "the key of the log on the website" if keys else "the key you gave"
    if signed:
        yield Checked("proof", True, f"the rules and the key that signed are in the log, as {who} says")
    else:
        yield Checked("proof", False, f"the checkpoint in the receipt is not signed by {who}")
    if keys and evidence.trusted is not None:
        yield trusted_key(keys, evidence.trusted)


# ------------------------------------------------------------------------------------------------- against the website


def _logged(receipt: Receipt, edition: _Proved, log: Log) -> Iterator[Checked]:
    """That the log of the receipt is the one everybody sees, and that each policy is in it where the receipt says."""
    if edition.proof is None:
        return
    tree = edition.proof.checkpoint
    if tree.size > len(log.leaves) or root(log.leaves[: tree.size]) != tree.root:
        yield Checked("same-log", False, "the log on the website is not the one of this receipt, gone on: keep both")
    else:
        yield Checked("same-log", True, "the log on the website is the one of this receipt")
    wrong = [each for each in receipt["policies"] if not _is_entry(each, log)]
    if wrong:
        named = ", ".join(f"{each['kind']} `{each['id']}`" for each in wrong[:5])
        said = f"not in the log where the receipt says, so they count as drafts that were not promulgated: {named}"
        yield Checked("entries", False, said)
    else:
        yield Checked("entries", True, "every policy is in the log where the receipt says")
    yield _public_before(receipt, log)
    begun = isinstance(edition.statement, EditionStatement) and receipt["as_of"] >= edition.statement.from_.isoformat()
    if begun and receipt["known_at"] is None and not _were_in_force(receipt, log):
        yield Checked("ended", False, "the policies of the receipt were not the ones in force on that day")


def _named(receipt: Receipt, key: _Proved, log: Log) -> Iterator[Checked]:
    """That the key was one that could sign on the day of the receipt: a key that was replaced may be in other hands."""
    if key.proof is None:
        return
    keys, day = log_keys(log.statements), date.fromisoformat(receipt["issued"][:10])
    replaced = any(each.index > key.proof.index and each.statement.promulgated < day for each in keys)
    receipts = [each for each in log_keys(log.statements, "receipts") if each.agreed]
    found = next((each for each in (*keys, *receipts) if each.index == key.proof.index), None)
    if found is None or found.statement != key.statement:
        yield Checked("key", False, "the key that signed is not one that the log on the website agreed to")
    elif found.statement.promulgated > day:
        yield Checked("key", False, "the key that signed was not yet in the log when the receipt was issued")
    elif found in keys and replaced:
        yield Checked("key", False, "the key that signed had been replaced before the receipt was issued")
    else:
        yield Checked("key", True, "the log let this key sign receipts on that day")


def _is_entry(policy: Mapping[str, Any], log: Log) -> bool:
    said = log.statements[policy["entry"]] if policy["entry"] < len(log.statements) else None
    ours = tuple(policy[part] for part in ("kind", "id", "version", "digest"))
    return isinstance(said, Promulgated) and (said.kind, said.id, said.version, said.digest) == ours


def _public_before(receipt: Receipt, log: Log) -> Checked:
    """That every policy was dated on or before the day of the receipt."""
    day = date.fromisoformat(receipt["issued"][:10])
    late = [
        each
        for each in receipt["policies"]
        if each["entry"] < len(log.statements) and log.statements[each["entry"]].promulgated > day
    ]
    if late:
        return Checked("public-before", False, f"{len(late)} policies are dated after the receipt")
    return Checked("public-before", True, "every policy was public before the decision, as the log is dated")


def _were_in_force(receipt: Receipt, log: Log) -> bool:
    """Whether the log, as it was on the day of the receipt or the day before, puts just these policies in force.

    What was promulgated on the same day may have been promulgated before the receipt or after it.
    """
    ours = {each["digest"] for each in receipt["policies"]}
    day, as_of = (date.fromisoformat(receipt[part][:10]) for part in ("issued", "as_of"))
    return any(ours == _in_force(log, as_of, known) for known in (day, day - timedelta(days=1)))


def _in_force(log: Log, as_of: date, known: date) -> set[str]:
    """The digests of the policies in force on a day, as far as they were promulgated: of each the last to begin."""
    said = (each for each in log.statements if isinstance(each, Promulgated) and each.promulgated <= known)
    begun = ((each.from_, each) for each in said if each.from_ is not None and each.from_ <= as_of)
    last = {(each.kind, each.id): each for _, each in sorted(begun, key=itemgetter(0))}
    return {
        each.digest for each in last.values() if each.change != "repeal" and (each.until is None or each.until >= as_of)
    }


# ------------------------------------------------------------------------------------------------------ once more


def _again(receipt: Receipt, own: Mapping[str, Any], edition: Edition | None) -> Iterator[Checked]:
    """That the rules give this result for the record, and that the commitments are to this record."""
    salt = from_base64(str(own.get("salt"))) if own.get("format") == OWN else None
    record = own.get("record") if own.get("format") == OWN else own
    if own.get("format") == OWN and own.get("receipt") != digest(receipt):
        yield Checked("record", False, "the person's file is for another receipt")
        return
    if edition is None or not isinstance(record, Mapping):
        yield Checked("again", None, "it was not worked out again: the policies of that day are not here")
        return
    policies = sorted([each["kind"], each["id"], each["version"], each["digest"]] for each in receipt["policies"])
    if edition.digest != hashlib.sha256(rfc8785.dumps([policies, receipt["rulebook"]["digest"]])).hexdigest():
        yield Checked("again", False, "the policies that are here are not the ones of the receipt")
        return
    known_at = None if receipt["known_at"] is None else date.fromisoformat(receipt["known_at"])
    as_of = date.fromisoformat(receipt["as_of"])
    decision = evaluate_under(edition, record, as_of=as_of, known_at=known_at, use=receipt["use"]["id"])
    if not isinstance(decision, Decision):
        yield Checked("again", False, "the rules refuse this record: it cannot be the one that was decided about")
        return
    issued = moment(receipt["issued"])
    assert issued is not None, "it was looked at with the form"  # narrows the type
    found = body(edition, decision, record, Terms(issued, receipt["language"], receipt["engine"], salt or b""))
    differ = sorted(part for part in found if _told(found[part], salt) != _told(receipt[part], salt))
    if differ:
        yield Checked("again", False, f"worked out again from the record, these differ: {', '.join(differ)}")
    else:
        yield Checked("again", True, "worked out again from the record, the result and every step are the same")
        if salt is None:
            said = (
                "whether this is the record that was decided about was not checked: the person's own file has the salt"
            )
            yield Checked("record", None, said)
        else:
            yield Checked("record", True, "the record is the one that was decided about")


def _told(value: Any, salt: bytes | None) -> Any:
    """A part of a receipt, without commitments when there is no salt to make them with."""
    if salt is not None:
        return value
    match value:
        case Mapping():
            return {key: None if key == "commitment" else _told(each, salt) for key, each in value.items()}
        case list():
            return [_told(each, salt) for each in value]
        case str() if len(value) == 64 and not value.strip("0123456789abcdef"):  # noqa: PLR2004  # a commitment
            return None
        case _:
            return value


PROVES = (
    "What a pass proves: the receipt is as it was signed; the rules it names were in the public log; and, where the "
    "record was given, those rules give exactly this result for it."
)
DOES_NOT = (
    "What it does not prove: that the data about the person is true, that the rules are fair, that the operator acted "
    "as the receipt says, or that everybody is shown the same log. For the last, compare checkpoints with others, or "
    "ask a witness."
)
