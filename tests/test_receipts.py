"""A receipt can be checked by whoever it is about, and nothing in it can be changed unseen."""

from __future__ import annotations

import base64
import copy
import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from proofbundle.tlogproof import verify_tlog_proof

from engine.decision import Decision
from engine.evaluation import evaluate, evaluate_under
from engine.ir import Edition
from engine.locate import policies_folder
from engine.log.checked import passed
from engine.log.keys import load_signer
from engine.log.note import line, read_vkey, sign
from engine.log.promulgated import folder_of
from engine.log.store import BadLogError, Log
from engine.receipts.body import Terms, body
from engine.receipts.canonical import canonical
from engine.receipts.commit import commitment, key_of, plain
from engine.receipts.deadlines import last_day
from engine.receipts.form import Receipt, digest, receipt_bytes, signed_text
from engine.receipts.issue import Issued, issue
from engine.receipts.letter import letter_html, phrases
from engine.receipts.verify import Evidence, verify
from engine.records import read_json, shipped
from engine.rulebook import edition, load_rulebook
from engine.structure import validator
from tests.entries import a_signer, log_in
from tests.logs import promulgated, run, served, verifier_of, vkey_of

AS_OF = date(2026, 12, 15)
AMOUNT = "4711.23"
"""A value in the record that must not stand in a receipt."""


@dataclass(frozen=True)
class Made:
    """A decision of the demo with everything that belongs to it."""

    folder: Path
    edition: Edition
    decision: Decision
    record: Any
    log: Log
    issued: Issued


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("receipts")
    policies = promulgated(folder)
    book = load_rulebook(policies / "demo", policies=policies)
    found = edition(book, AS_OF)
    record = read_json(json.dumps(RECORD))
    assert found is not None
    decision = evaluate_under(found, record, as_of=AS_OF)
    assert isinstance(decision, Decision), decision
    log = log_in(folder_of(book.shelf))
    signer = load_signer(folder / "key")
    return Made(folder, found, decision, record, log, issue(found, decision, record, log, signer, "en"))


RECORD: dict[str, Any] = {
    "subject": "person-0815",
    "as_of": AS_OF.isoformat(),
    "sources": {
        "account": {"opened": "2019-05-01", "verified": True, "plan": "family"},
        "bills": [
            {
                "due": f"2026-{month:02}-10",
                "paid": f"2026-{month:02}-{9 if month % 5 else 20:02}",
                "amount": float(AMOUNT),
                "reminders": 0,
                "kind": "water",
            }
            for month in range(1, 13)
        ],
    },
    "contested": [{"source": "bills", "row": 4}],
}


def checked(content: bytes, **evidence: Any) -> dict[str, bool | None]:
    return {each.what: each.holds for each in verify(content, Evidence(**evidence))}


def everything(made: Made) -> dict[str, Any]:
    return {"trusted": verifier_of(made.folder), "log": made.log, "own": made.issued.own, "edition": made.edition}


# ------------------------------------------------------------------------------------------------------ what is in it


def test_a_receipt_is_what_its_schema_says(made):
    assert not list(validator("receipt").iter_errors(made.issued.receipt))


def test_nothing_personal_is_in_a_receipt(made):
    """Not a date, an amount or a name of the record, in any spelling."""
    text = receipt_bytes(made.issued.receipt).decode()
    for secret in (AMOUNT, "person-0815", "2019-05-01", "2026-01-09", "2026-05-20"):
        assert secret in json.dumps(RECORD)
        assert secret not in text


def test_two_receipts_of_one_decision_have_nothing_in_common_that_is_personal(made):
    """The salt is new each time, so that nobody can tell that two receipts are about the same row."""
    signer = load_signer(made.folder / "key")
    again = issue(made.edition, made.decision, made.record, made.log, signer, "en").receipt
    hidden = set(commitments(made.issued.receipt))
    assert len(hidden) > 20
    assert not hidden & set(commitments(again))


def commitments(receipt: Receipt) -> Iterator[str]:
    yield from (row for source in receipt["data"] for row in source["rows"])
    yield receipt["subject"]
    yield receipt["contested"]
    yield from re.findall(r'"commitment": "([0-9a-f]{64})"', json.dumps(receipt["trace"]))


def test_one_row_can_be_shown_and_the_others_not(made):
    """The key of a row opens that row's commitment alone."""
    receipt, own = made.issued.receipt, made.issued.own
    salt = base64.b64decode(own["salt"])
    bills = next(each for each in receipt["data"] if each["source"] == "bills")
    rows = made.record["sources"]["bills"]
    assert bills["rows"] == [commitment(salt, ["sources", "bills", at], row) for at, row in enumerate(rows)]
    assert len({key_of(salt, ["sources", "bills", at]) for at in range(12)}) == 12
    assert len(set(bills["rows"])) == 12


LAW = {
    "the degree and manner in which the processing contributed to the decision": ("use/automation", "use/human_review"),
    "the data processed and where it comes from": ("data/0/title", "data/0/provided_by", "data/0/origin"),
    "the parameters and their weight as applied to the person": (
        "weights/0/text",
        "weights/0/points",
        "weights/0/best",
    ),
    "the operations carried out": ("trace/0/step", "trace/0/outcome"),
    "the logic involved": ("policies/0/digest", "weights/0/text"),
    "the significance and the envisaged consequences": ("result/score", "consequences"),
    "the specific principal reasons": ("reasons/0/text", "reasons/0/points_lost"),
    "who decided, and how to reach them": ("operator/name", "operator/contact", "use/decided_by"),
    "how to have it looked at again, and until when": ("rights/0/channels", "rights/0/answer_by"),
}
"""What CRPA R.311-3-1-2, GDPR 15(1)(h) and Regulation B ask for, and the fields that answer it."""


@pytest.mark.parametrize("asked", LAW)
def test_what_the_law_asks_for_has_its_field(made, asked):
    for way in LAW[asked]:
        value: Any = made.issued.receipt
        for step in way.split("/"):
            value = value[int(step)] if step.isdigit() else value[step]
        assert value not in (None, "", []), way


def test_deadlines_count_from_the_day_of_issue(made):
    day = date.fromisoformat(made.issued.receipt["issued"][:10])
    for right in made.issued.receipt["rights"]:
        said = made.edition.rights[right["id"]]
        expected = None if said.answer_within is None else last_day(day, said.answer_within)
        assert right["answer_by"] == (None if expected is None else expected.isoformat())


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-12-15", "P1D", "2026-12-16"),
        ("2026-12-15", "P3M", "2027-03-15"),
        ("2026-11-30", "P3M", "2027-02-28"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2026-10-31", "P14M", "2027-12-31"),
    ],
)
def test_the_last_day(start, span, end):
    assert last_day(date.fromisoformat(start), span) == date.fromisoformat(end)


# ---------------------------------------------------------------------------------------------------------- checking it


def test_a_receipt_passes(made):
    """With a key, a website and the person's own file every check holds."""
    found = checked(receipt_bytes(made.issued.receipt), **everything(made))
    expected = "form signature policies proof trusted-key same-log entries public-before key again record"
    assert {what for what, holds in found.items() if holds} == set(expected.split())
    assert {what for what, holds in found.items() if holds is None} == {"demonstration"}


def test_without_anything_else_a_pass_says_less(made):
    found = checked(receipt_bytes(made.issued.receipt))
    assert found["signature"] is True
    assert found["proof"] is None


def ways(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to everything in a receipt that is not itself made of parts."""
    match value:
        case dict():
            for key, each in value.items():
                yield from ways(each, (*way, key))
        case list():
            for index, each in enumerate(value):
                yield from ways(each, (*way, index))
    yield way


def changed(receipt: Any, way: tuple[str | int, ...], how: int) -> Any:
    """The same receipt with one thing in it changed, or taken away."""
    found = copy.deepcopy(receipt)
    part = found
    for step in way[:-1]:
        part = part[step]
    old = part[way[-1]]
    match old:
        case _ if how == 0:
            del part[way[-1]]
        case bool():
            part[way[-1]] = not old
        case int():
            part[way[-1]] = old + how
        case None:
            part[way[-1]] = "x" if how % 2 else 1
        case str():
            at = how % (len(old) or 1)
            letter = chr(ord(old[at]) ^ 1) if old else "x"
            part[way[-1]] = old[:at] + letter + old[at + 1 :]
        case _:
            part[way[-1]] = [old] if how % 2 else None
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_field_is_found(made, data):
    """Whatever is changed anywhere, and however: with the key alone, without the record."""
    places = list(ways(made.issued.receipt))[:-1]
    way = places[data.draw(st.integers(0, len(places) - 1))]
    broken = changed(made.issued.receipt, way, data.draw(st.integers(0, 90)))
    assert broken != made.issued.receipt
    assert not passed(verify(receipt_bytes(broken), Evidence(trusted=verifier_of(made.folder)))), way


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_changed_byte_of_the_file_is_found(made, data):
    content = receipt_bytes(made.issued.receipt)
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda other: other != content[at]))
    for broken in (content[:at] + bytes([byte]) + content[at + 1 :], content[:at] + content[at + 1 :]):
        assert not passed(verify(broken, Evidence(trusted=verifier_of(made.folder))))


@pytest.mark.parametrize(
    "other", [b"", b"{}", b"[]", b"\xff", b"null", b'{"a": 1, "a": 2}', b'{"format": 1.5}', b"[" * 9999]
)
def test_what_is_no_receipt_is_said_in_a_sentence(other):
    (only,) = verify(other, Evidence())
    assert (only.what, only.holds) == ("form", False)


def resigned(made: Made, change: dict[str, Any], number: int | None = None) -> bytes:
    """A receipt that was changed by the operator, and signed again with the right key, or with another one."""
    by = load_signer(made.folder / "key") if number is None else a_signer(made.log.checkpoint.origin, number)
    receipt = {**made.issued.receipt, **change}
    return receipt_bytes({**receipt, "signature": line(sign(signed_text(digest(receipt)), by)).rstrip("\n")})


def test_a_receipt_signed_by_somebody_else_is_found(made):
    assert checked(resigned(made, {}, 9), **everything(made))["signature"] is False


def test_an_operator_who_lies_is_found(made):
    """Signed by the right key: another policy, another result, another day, another row."""
    receipt = made.issued.receipt
    policies = copy.deepcopy(receipt["policies"])
    policies[0]["digest"] = "0" * 64
    assert checked(resigned(made, {"policies": policies}), **everything(made))["policies"] is False
    moved = copy.deepcopy(receipt["policies"])
    moved[0]["entry"] = 3
    assert checked(resigned(made, {"policies": moved}), **everything(made))["entries"] is False
    early = {"issued": "2025-01-01T00:00:00Z"}
    assert checked(resigned(made, early), **everything(made))["public-before"] is False
    for lie in (
        {"result": {**receipt["result"], "score": 1}},
        {"reasons": receipt["reasons"][1:]},
        {"weights": receipt["weights"][::-1]},
        {"rights": []},
        {"data": [{**each, "rows": each["rows"][:-1]} for each in receipt["data"]]},
        {"contested": None},
        {"subject": None},
        {"trace": receipt["trace"][1:]},
    ):
        evidence = everything(made)
        evidence["own"] = {**made.issued.own, "receipt": digest({**receipt, **lie})}
        assert checked(resigned(made, lie), **evidence)["again"] is False, lie.keys()


def test_a_day_before_the_rules_were_in_force_is_found(made):
    """Without the record too: the statement in the log says from when its policies are in force."""
    assert checked(resigned(made, {"as_of": "2020-01-01"}), log=made.log)["policies"] is False


def test_a_key_that_was_replaced_signs_no_receipts(tmp_path):
    """It may be in other hands by then. What it signed while it was the key holds."""
    policies = promulgated(tmp_path)
    book = load_rulebook(policies / "demo", policies=policies)
    found, record = edition(book, AS_OF), read_json(json.dumps(RECORD))
    assert found is not None
    decision = evaluate_under(found, record, as_of=AS_OF)
    assert isinstance(decision, Decision)
    signer, before = load_signer(tmp_path / "key"), log_in(folder_of(book.shelf))
    day = max(each.promulgated for each in before.statements)
    then, later = (datetime(day.year + years, 6, 1, tzinfo=UTC) for years in (1, 3))
    receipts = [
        receipt_bytes(issue(found, decision, record, before, signer, "en", at=at).receipt) for at in (then, later)
    ]
    assert [checked(each, log=before)["key"] for each in receipts] == [True, True]
    run(policies, "key", "new", "--rulebook", "demo", "--demonstration", "--out", str(tmp_path / "key2"))
    added = run(
        policies, "key", "add", str(tmp_path / "key2"), "--key", str(tmp_path / "key"), "--day", f"{day.year + 2}-01-01"
    )
    assert added.exit_code == 0, added.output
    after = log_in(policies / "demo" / "log")
    assert [checked(each, log=after)["key"] for each in receipts] == [True, False]
    early = receipt_bytes(issue(found, decision, record, after, load_signer(tmp_path / "key2"), "en", at=then).receipt)
    assert checked(early, log=after)["key"] is False


def test_a_bare_record_is_worked_out_again_without_the_salt(made):
    found = checked(receipt_bytes(made.issued.receipt), own=made.record, edition=made.edition)
    assert (found["again"], found["record"]) == (True, None)


def test_another_record_is_found(made):
    """One day of one row is another; the result may well be the same."""
    record = copy.deepcopy(RECORD)
    record["sources"]["bills"][0]["paid"] = "2026-01-08"
    own = {**made.issued.own, "record": read_json(json.dumps(record))}
    found = checked(receipt_bytes(made.issued.receipt), own=own, edition=made.edition)
    assert found["again"] is False
    others = {**made.issued.own, "receipt": "0" * 64}
    assert checked(receipt_bytes(made.issued.receipt), own=others, edition=made.edition)["record"] is False
    wrong = {**made.issued.own, "record": {"sources": {"friends": []}}}
    assert checked(receipt_bytes(made.issued.receipt), own=wrong, edition=made.edition)["again"] is False


def test_other_policies_cannot_stand_in(made):
    other = edition(load_rulebook("fair-civic-trust"), AS_OF)
    found = checked(receipt_bytes(made.issued.receipt), own=made.issued.own, edition=other)
    assert found["again"] is False
    assert checked(receipt_bytes(made.issued.receipt), own=made.issued.own)["again"] is None


def test_another_log_is_found(made, tmp_path):
    """A log with the same rules and another key, or begun anew, is not the one of the receipt."""
    promulgated(tmp_path, day="2025-12-30")
    other = log_in(tmp_path / "policies" / "demo" / "log")
    found = checked(receipt_bytes(made.issued.receipt), log=other)
    assert (found["proof"], found["same-log"]) == (False, False)
    spec = read_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    assert checked(receipt_bytes(made.issued.receipt), trusted=spec)["proof"] is False


def test_the_proofs_are_accepted_by_another_implementation(made):
    for part in ("edition", "key"):
        proved = made.issued.receipt[part]
        found = verify_tlog_proof(proved["proof"], rfc8785.dumps(proved["statement"]), vkey_of(made.folder))
        assert found["ok"], found


def test_rules_that_are_not_in_the_log_get_no_receipt(made):
    other = edition(load_rulebook("fair-civic-trust"), AS_OF)
    assert other is not None
    with pytest.raises(BadLogError, match="not in the log as they are now"):
        issue(other, made.decision, made.record, made.log, load_signer(made.folder / "key"), "en")
    with pytest.raises(BadLogError, match="does not name this key"):
        issue(made.edition, made.decision, made.record, made.log, a_signer(), "en")


def test_a_key_for_receipts_alone(tmp_path):
    """The log's key can stay in a drawer; the key for receipts is named in the log and cannot sign the log."""
    policies = promulgated(tmp_path)
    run(policies, "key", "new", "--name", "demo.example/receipts", "--out", str(tmp_path / "r"))
    added = run(
        policies, "key", "add", str(tmp_path / "r"), "--receipts", "--key", str(tmp_path / "key"), "--day", "2025-12-31"
    )
    assert added.exit_code == 0, added.output
    record = tmp_path / "record.json"
    record.write_text(json.dumps(RECORD))
    out = tmp_path / "out"
    command = ["receipt", str(record), "--rulebook", "demo", "--key", str(tmp_path / "r"), "--out", str(out)]
    assert run(policies, *command).exit_code == 0
    result = run(policies, "verify", str(out / "receipt.json"), "--vkey", vkey_of(tmp_path), "--site", str(policies))
    assert result.exit_code == 0, result.output
    assert "since `demo.example/receipts` signed it" in result.output


# -------------------------------------------------------------------------------------------------- commands and letter


@pytest.fixture(scope="module")
def written(made: Made) -> Path:
    """The three files that the command writes."""
    record = made.folder / "record.json"
    record.write_text(json.dumps(RECORD))
    out = made.folder / "out"
    policies = made.folder / "policies"
    result = run(
        policies, "receipt", str(record), "--rulebook", "demo", "--key", str(made.folder / "key"), "--out", str(out)
    )
    assert result.exit_code == 0, result.output
    return out


def test_the_command_writes_what_only_the_person_may_read(written):
    assert sorted(file.name for file in written.iterdir()) == ["letter.html", "own.json", "receipt.json"]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in written.iterdir())


def test_the_command_verifies_with_everything(made, written):
    result = run(
        made.folder / "policies",
        "verify",
        str(written / "receipt.json"),
        "--record",
        str(written / "own.json"),
        "--site",
        str(made.folder / "policies"),
        "--vkey",
        vkey_of(made.folder),
    )
    assert result.exit_code == 0, result.output
    assert "NO " not in result.output
    assert "What a pass proves" in result.output
    assert "What it does not prove" in result.output
    told = json.loads(run(made.folder / "policies", "verify", str(written / "receipt.json"), "--format", "json").output)
    assert told["passed"] is True
    assert told["does_not_prove"]


def test_the_command_finds_a_change(made, written, tmp_path):
    changed_ = tmp_path / "receipt.json"
    changed_.write_bytes((written / "receipt.json").read_bytes().replace(b'"score": ', b'"score": 1', 1))
    result = run(made.folder / "policies", "verify", str(changed_))
    assert result.exit_code == 1
    assert "NO " in result.output


def test_a_receipt_out_of_an_answer_passes_in_its_one_spelling(made, tmp_path):
    """As `jq -S .receipt` writes it: sorted keys, two spaces, a line break. Whatever else is told how to get there."""
    file = tmp_path / "receipt.json"
    answer = {"decision": {}, "receipt": made.issued.receipt, "own": made.issued.own}

    def told(value: object, **how: Any) -> str:
        file.write_text(json.dumps(value, **how) + "\n", "utf-8")
        return run(made.folder / "policies", "verify", str(file)).output

    passes = told(answer["receipt"], sort_keys=True, indent=2, ensure_ascii=False)
    assert "NO " not in passes
    assert "What a pass proves" in passes
    assert "written anew since it was issued" in told(answer["receipt"])
    assert "`jq -S .`" in told(answer["receipt"], indent=2)
    assert "out of which `jq -S .receipt` takes the receipt" in told(answer)


def test_the_log_of_a_receipt_is_found_by_either_address(made, written, tmp_path):
    """That of the whole website, or of the rulebook's part of it."""
    with served(made.folder / "policies") as address:
        for place in (address, f"{address}/demo", f"{address}/demo/", f"{address}/demo/log"):
            told = run(made.folder / "policies", "verify", str(written / "receipt.json"), "--site", place)
            assert told.exit_code == 0, told.output
            assert "the log on the website is the one of this receipt" in told.output
        missing = run(made.folder / "policies", "verify", str(written / "receipt.json"), "--site", f"{address}/no")
        assert "there is no log at" in missing.output


def test_what_is_refused_gets_no_receipt(made, tmp_path):
    record = tmp_path / "record.json"
    record.write_text(json.dumps({"as_of": "2026-12-15", "sources": {"friends": [{"name": "x"}]}}))
    command = [
        "receipt",
        str(record),
        "--rulebook",
        "demo",
        "--key",
        str(made.folder / "key"),
        "--out",
        str(tmp_path / "o"),
    ]
    assert run(made.folder / "policies", *command).exit_code == 1
    assert not (tmp_path / "o").exists()


LANGUAGES = ("en", "de", "zh-Hans")


def test_every_phrase_is_in_every_language():
    """With the same things to fill in."""
    keys = {lang: set(phrases(lang)) - {key for key in phrases(lang) if key.endswith(".one")} for lang in LANGUAGES}
    assert keys["en"] == keys["de"] == keys["zh-Hans"]
    for key in keys["en"]:
        slots = {frozenset(re.findall(r"{(\w+)}", phrases(lang)[key])) for lang in LANGUAGES}
        assert len(slots) == 1, key


SHIPPED = [
    ("fair-civic-trust", "courier-one-late-month", "en", "Your score is 670, in the band “good”."),
    ("fair-civic-trust", "courier-one-late-month", "zh-Hans", "您的评分为670分，属于“良好”等级。"),
    ("fair-civic-trust", "nothing-known", "en", "You have no score."),
    ("schufa-2026", "expired-inquiries", "de", "Ihr Score beträgt 765 und liegt in der Stufe „gut“."),
]


@pytest.mark.parametrize(("book", "name", "lang", "sentence"), SHIPPED)
def test_a_letter_says_it_in_the_language_of_the_person(made, book, name, lang, sentence):
    """Result, reasons, what would change it, every right, every step; no script, nothing from elsewhere, no gaps."""
    rulebook = load_rulebook(book)
    record = read_json((rulebook.shelf.root / book / "records" / f"{name}.json").read_text("utf-8"))
    found = edition(rulebook, AS_OF)
    assert found is not None
    decision = evaluate_under(found, record, as_of=AS_OF)
    assert isinstance(decision, Decision)
    issued = datetime(2026, 12, 15, tzinfo=UTC)
    receipt = body(found, decision, record, Terms(issued, lang, "openrulebook", b"salt"))
    text = letter_html(found, decision, {**receipt, "signature": "— a/demonstration-log AAAA"})
    page = html.fromstring(text)
    told = page.text_content()
    assert page.get("lang") == lang
    assert sentence in told
    assert not page.xpath("//script | //link | //img | //@onclick")
    assert "{" not in told.replace(page.xpath("string(//style)"), "")
    assert "None" not in told
    for right in receipt["rights"]:
        assert right["title"] in told
    if decision.score is not None:
        assert page.xpath(f"count(//h2[.='{phrases(lang)['what_if']}'])") == 1


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "Drafts decided this"), ("de", "Hier haben Entwürfe entschieden"), ("zh-Hans", "这项决定依据的是草案")],
)
def test_a_letter_says_that_drafts_decided(made, lang, sentence):
    """Whoever gets it could not have looked them up; and where they were promulgated it does not say so."""
    receipt = {**made.issued.receipt, "language": lang}
    drafted = letter_html(made.edition, replace(made.decision, log="not-promulgated"), receipt)
    assert f'<p class="warning">{sentence}' in drafted
    assert sentence not in letter_html(made.edition, made.decision, receipt)


def test_a_policy_that_is_not_in_the_log_counts_as_a_draft(made):
    """And the sentence says so."""
    policies = made.issued.receipt["policies"]
    moved = resigned(made, {"policies": [{**policies[0], "entry": 3}, *policies[1:]]})
    (said,) = [each.sentence for each in verify(moved, Evidence(log=made.log)) if each.what == "entries"]
    assert said.startswith("not in the log where the receipt says, so they count as drafts that were not promulgated: ")


def test_a_letter_names_the_page_that_checks_its_receipt(made):
    """In the language of the letter where the website has it, and in words where nobody knows the address."""
    page = "https://open-rulebook.example/demo/{}/verify.html"
    for lang, sentence in (
        ("en", "In a browser, where both files stay on your device: "),
        ("de", "Im Browser, wobei beide Dateien auf Ihrem Gerät bleiben: "),
        ("zh-Hans", "用浏览器核对（两个文件都不会离开您的设备）："),
    ):
        text = letter_html(made.edition, made.decision, {**made.issued.receipt, "language": lang})
        assert sentence + page.format(lang) in text
    elsewhere = replace(made.edition, about=replace(made.edition.about, address=None))
    text = letter_html(elsewhere, made.decision, made.issued.receipt)
    assert "the page “Check a receipt” on the website of this rulebook" in text


@pytest.mark.parametrize(("lang", "colon"), [("en", ": "), ("de", ": "), ("zh-Hans", "：")])
def test_what_a_rule_gave_is_a_sentence(made, lang, colon):
    terms = Terms(datetime(2026, 12, 15, tzinfo=UTC), lang, "openrulebook", b"salt")
    weights = body(made.edition, made.decision, made.record, terms)["weights"]
    told = [each["text"] for each in weights if each["case"] is not None]
    assert told
    assert all(colon in each for each in told), told


def test_what_a_record_says_cannot_become_markup(made):
    """A rulebook's texts are untrusted too."""
    receipt = copy.deepcopy(dict(made.issued.receipt))
    receipt["operator"]["name"] = "<script>alert(1)</script>"
    page = letter_html(made.edition, made.decision, receipt)
    assert "<script>" not in page


def test_numbers_are_the_same_however_they_are_written():
    assert plain(read_json("[12.50, 12.5, 12.0, 1e1, -0.0]")) == ["12.5", "12.5", 12, 10, 0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_the_quick_encoder_writes_what_the_library_writes(value):
    """Letters, order of keys and escapes of RFC 8785."""
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("book", ["fair-civic-trust", "schufa-2026"])
def test_every_shipped_record_gets_a_receipt_that_passes(tmp_path, book):
    """In every language of the rulebook, with and without a score."""
    policies = promulgated(tmp_path, policies_folder() / book, "2026-11-23")
    rulebook = load_rulebook(book, policies=policies)
    log, signer = log_in(folder_of(rulebook.shelf)), load_signer(tmp_path / "key")
    passes = 0
    for one in shipped(rulebook):
        decision = evaluate(rulebook, one.record)
        if not isinstance(decision, Decision):
            continue
        found = edition(rulebook, decision.as_of, decision.known_at)
        assert found is not None
        lang = rulebook.about.languages[passes % 2]
        issued = issue(found, decision, one.record, log, signer, lang)
        checks = verify(receipt_bytes(issued.receipt), Evidence(signer.verifier, log, issued.own, found))
        assert {each.what: each.holds for each in checks}["again"], (one.name, checks)
        assert passed(checks), (one.name, checks)
        passes += 1
    assert passes >= 12


def test_a_receipt_cannot_lead_out_of_the_policies(made, tmp_path):
    """The rulebook it names is somebody else's word."""
    receipt = {**made.issued.receipt, "rulebook": {**made.issued.receipt["rulebook"], "id": "../policies/demo"}}
    (tmp_path / "receipt.json").write_bytes(receipt_bytes(receipt))
    (tmp_path / "own.json").write_text(json.dumps({"sources": {}}))
    check = ["verify", str(tmp_path / "receipt.json"), "--record", str(tmp_path / "own.json")]
    assert run(made.folder / "policies", *check).exit_code == 1
