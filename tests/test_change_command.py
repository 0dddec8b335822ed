"""`rulebook diff`: every format, the gates, and clear answers to what cannot be compared."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html

from engine.locate import policies_folder
from engine.structure import schema, validator
from publisher.command import main

BOOK = "fair-civic-trust"
OLD, NEW, DRAFTS = f"{BOOK}@2026-12-01", f"{BOOK}@2027-06-01", f"{BOOK}@drafts"
ON_TIME = "rules/bills-paid-on-time"


def run(*args: str, proof: bool = False) -> Result:
    return CliRunner().invoke(main, ["diff", *args, *([] if proof else ["--no-proof"])])


def test_two_editions_in_words():
    """The worst first, each with its reason and its reference."""
    result = run(OLD, DRAFTS)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("From Fair Civic Trust, edition of 1 December 2026 to Fair Civic Trust")
    assert lines[1].startswith("4 changes weaken protection; 11 changes strengthen protection;")
    assert lines[3] == "Weakens protection"
    assert "  ▼ Retention of “Rent and household bills” grows from 2 years to 3 years." in lines
    assert lines.index("Weakens protection") < lines.index("Strengthens protection") < lines.index("Neutral")


def test_two_versions_of_a_policy_hold_everything_else_still():
    result = run(f"{ON_TIME}@1.0.0", f"{ON_TIME}@1.1.0", "--lang", "zh-Hans")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[:2] == ["由按时付账单（1.0.0版）到按时付账单（1.1.0版）", "1项变更加强保护。"]


def test_a_draft_is_a_version_too():
    result = run("sources/bill-payments@1.0.0", "sources/bill-payments@2.0.0")
    assert result.exit_code == 0, result.output
    assert "▼ Retention of “Rent and household bills” grows from 2 years to 3 years." in result.output


def test_with_proof_somebody_is_shown():
    """Every person was run through the engine."""
    result = run(NEW, DRAFTS, proof=True)
    assert result.exit_code == 0, result.output
    assert "Somebody gets a worse score, band or consequence." in result.output
    assert re.search(r"Example: .*\. Score \d+, band “.+” before, score \d+, band “.+” after", result.output)
    assert "A benefit is lost. Example: " in result.output
    assert "No longer follows: “No deposit is asked for”." in result.output
    assert "These moves between bands can happen: “still building” → “average”;" in result.output
    assert result.output.rstrip().endswith(
        "The version number must claim a major change: somebody can be worse off, or protection gets weaker."
    )


def test_json_has_the_published_form():
    """With its sentence in the language asked for, and values that can be read by a program."""
    result = run(NEW, DRAFTS, "--format", "json", proof=True)
    told = json.loads(result.output)
    assert list(validator("change").iter_errors(told)) == []
    assert told["counts"]["weakens"] == 4
    assert told["proof"]["claim"] == "major"
    fraud = next(one for one in told["edits"] if one["kind"] == "points-changed")
    assert fraud["values"] == {"old": {"node": "Fixed", "points": -120}, "new": {"node": "Fixed", "points": -140}}
    assert fraud["place"][:2] == ["rules", "fraud-judgment"]
    assert schema("change")["title"]


def test_the_same_question_has_the_same_answer():
    for form in ("json", "html", "markdown"):
        assert run(OLD, DRAFTS, "--format", form).output == run(OLD, DRAFTS, "--format", form).output


def test_html_stands_alone():
    """One file without scripts, whose one style is named by its hash: nothing can be loaded or sent."""
    page = run(OLD, DRAFTS, "--format", "html", "--lang", "zh-Hans").output
    tree = html.fromstring(page.encode())
    assert tree.get("lang") == "zh-Hans"
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = tree.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert not tree.xpath("//script | //link | //img | //@style | //@src | //@onclick")
    assert all(href.startswith("#") for href in tree.xpath("//a/@href"))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)) > 10
    assert len(tree.xpath("//h1")) == 1
    assert "P24M" in tree.xpath("//del/text()")
    assert "P36M" in tree.xpath("//ins/text()")


def test_words_of_a_policy_are_never_markup(tmp_path: Path):
    """A title is somebody else's text, in HTML and in a comment on a pull request."""
    old, new = two_folders(
        tmp_path, "title: {en: Judgment for fraud, zh-Hans: 欺诈判决}", 'title: {en: "<b>[x](y)</b>", zh-Hans: 欺诈}'
    )
    page = run(old, new, "--format", "html").output
    assert "<b>[" not in page
    assert "&lt;b&gt;[x](y)&lt;/b&gt;" in page
    assert r"&lt;b&gt;\[x\](y)&lt;/b&gt;" in run(old, new, "--format", "markdown").output


def two_folders(tmp_path: Path, before: str, after: str) -> tuple[str, str]:
    """A rulebook, and a copy in which a line of the rule on fraud is another."""
    shipped = Path(__file__).resolve().parents[1] / "policies" / BOOK
    for name in ("old", "new"):
        shutil.copytree(shipped, tmp_path / name / BOOK)
    file = tmp_path / "new" / BOOK / "rules" / "fraud-judgment" / "1.0.0.yaml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")
    return str(tmp_path / "old" / BOOK), str(tmp_path / "new" / BOOK)


def test_folders_are_compared_too(tmp_path: Path):
    """As on a pull request: what is, and what would be."""
    old, new = two_folders(tmp_path, '    - [">= 1", -120]', '    - [">= 1", -130]')
    file = Path(new) / "rules" / "fraud-judgment" / "1.0.0.yaml"
    file.write_text(file.read_text("utf-8").replace("points: -120", "points: -130"), "utf-8")
    result = run(old, new, "--fail-on", "weakens")
    assert "Points for “Judgment for fraud” fall from −120 to −130" in result.output
    assert result.exit_code == 1


# ------------------------------------------------------------------------------------------------------------ gates


@pytest.mark.parametrize(
    ("a", "b", "gate", "status"),
    [
        (OLD, NEW, "weakens", 0),
        (OLD, DRAFTS, "weakens", 1),
        ("rules/items-returned@1.0.0", "rules/items-returned@1.0.1", "weakens", 0),
        ("rules/items-returned@1.0.0", "rules/items-returned@1.0.1", "any", 1),
    ],
)
def test_a_gate_without_proof(a: str, b: str, gate: str, status: int):
    assert run(a, b, "--fail-on", gate).exit_code == status


@pytest.mark.parametrize(
    ("a", "b", "gate", "status"),
    [
        (OLD, NEW, "worse-off", 0),
        (OLD, NEW, "major", 0),
        (NEW, DRAFTS, "worse-off", 1),
        (NEW, DRAFTS, "major", 1),
        ("sources/bill-payments@1.0.0", "sources/bill-payments@2.0.0", "major", 1),
    ],
)
def test_a_gate_with_proof(a: str, b: str, gate: str, status: int):
    """`major` also counts what no score shows: kept longer, more collected, less excluded."""
    assert run(a, b, "--fail-on", gate, proof=True).exit_code == status


# -------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((f"{ON_TIME}@1.0.0", f"{ON_TIME}@1.0.0"), "are the same version, 1.0.0"),
        ((f"{ON_TIME}@1.0.0", "rules/fraud-judgment@2.0.0"), "are versions of different policies"),
        ((f"{ON_TIME}@1.0.0", "rules/bills-paid-on-tim@1.1.0"), "has no policy `rules/bills-paid-on-tim`"),
        ((f"{ON_TIME}@1.0.0", f"{ON_TIME}@9.0.0"), "has no version 9.0.0; it has 1.0.0, 1.1.0"),
        ((f"{ON_TIME}@1.0.0", NEW), "are not the same kind of thing"),
        ((NEW, f"{BOOK}@2027-06-02"), "are the same edition, the one of 2027-04-01"),
        ((NEW, "schufa-2026@2026-06-01"), "are different rulebooks"),
        ((NEW, "nobody@2026-06-01"), "there is no rulebook `nobody`"),
        ((NEW, f"{BOOK}@2020-01-01"), "no policy of `fair-civic-trust` is in force on 2020-01-01"),
        ((NEW, f"{BOOK}@2027-13-01"), "`2027-13-01` is no day of the calendar"),
        ((NEW, "somewhere"), "`somewhere` names no version"),
        ((NEW, "schufa-2026@drafts"), "`schufa-2026` has no drafts"),
        ((NEW, DRAFTS, "--fail-on", "major"), "--fail-on major needs the proof"),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("form", ["text", "html"])
def test_what_cannot_be_compared_is_said(args: tuple[str, ...], message: str, form: str):
    """With status 2, on standard error, and with nothing half written."""
    result = run(*args, "--format", form)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_folders_are_compared_on_every_day_on_which_they_differ(tmp_path: Path):
    """A released version that was changed in its place is told, although a later one has replaced it."""
    before, after = tmp_path / "before" / BOOK, tmp_path / "after" / BOOK
    for folder in (before, after):
        shutil.copytree(policies_folder() / BOOK, folder)
    same = run(str(before), str(after), "--fail-on", "any")
    assert (same.exit_code, same.output.splitlines()[-1]) == (0, "Nothing changes.")
    file = after / ON_TIME / "1.0.0.yaml"
    text = file.read_text("utf-8").replace('">= 0.98", 90]', '">= 0.98", 60]').replace("points: 90", "points: 60")
    file.write_text(text, "utf-8")
    draft = after / "rules/fraud-judgment/drafts/2.0.0.yaml"
    draft.write_text(draft.read_text("utf-8").replace("140", "150"), "utf-8")
    result = run(str(before), str(after), "--fail-on", "weakens")
    assert result.exit_code == 1
    assert result.stdout.count("fall from 90 to 60") == 2
    assert "edition of 1 December 2026 to" in result.stdout
    assert "edition of 1 February 2027 to" in result.stdout
    assert "note: drafts differ as well, and are in force for nobody: compare with" in result.stderr
    told = run(str(before), str(after), "--format", "json")
    assert json.loads(told.stdout)["before"]["edition"] == "2027-02-01"
    assert "note: there is another change: compare" in told.stderr


def test_a_draft_says_until_when_it_is_open():
    for lang, words in (("en", "(comments until 30 June 2027)"), ("zh-Hans", "（征求意见至2027年6月30日）")):
        assert run(NEW, DRAFTS, "--lang", lang).output.splitlines()[0].endswith(words)


def test_an_answer_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch):
    """A full disk is not a change that goes too far."""

    def full(*_: object, err: bool = False, **__: object) -> None:
        if not err:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("publisher.diff_command.click.echo", full)
    assert run(OLD, NEW, "--fail-on", "any").exit_code == 2
