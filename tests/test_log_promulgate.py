"""What may be promulgated, by whom, and what everybody can check afterwards."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from engine.editions import changes
from engine.load import read_shelf
from engine.log.keys import load_signer
from engine.log.note import COSIGNED, cosigned_at, read_vkey
from engine.log.promulgated import log_of, only_promulgated
from engine.log.promulgated import promulgated as promulgated_files
from engine.log.published import digest_of
from engine.log.statement import EditionStatement, KeyStatement, Promulgated
from engine.log.store import BadLogError, Log, append, log_files, read_log
from engine.log.verify import verify
from engine.log.witness import witness
from engine.rulebook import edition, load_rulebook
from publisher.collect import files
from tests.entries import a_signer, entry, log_in
from tests.logs import BEFORE, copied, promulgated, run, served, verifier_of, vkey_of

RULE = "rules/late-bills/1.0.0.yaml"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A promulgated demo, which nobody changes."""
    folder = tmp_path_factory.mktemp("log")
    promulgated(folder)
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A promulgated demo to change."""
    promulgated(tmp_path)
    return tmp_path


def demo(folder: Path) -> Path:
    return folder / "policies" / "demo"


def a_rule(folder: Path) -> Path:
    return min((demo(folder) / "rules").glob("*/1.0.0.yaml"))


def again(folder: Path, *more: str, day: str = BEFORE):
    return run(folder / "policies", "promulgate", "--key", str(folder / "key"), "--day", day, *more)


def next_version(file: Path, start: str, version: str = "2.0.0", **more: object) -> Path:
    """A copy of a version as the next one, from a day on."""
    yaml = YAML()
    data = yaml.load(file.read_text("utf-8"))
    data["version"], data["in_force"] = version, {"from": start}
    data["change"]["kind"] = "amend"
    data |= more
    target = file.with_name(f"{version}.yaml")
    with target.open("w", encoding="utf-8") as stream:
        yaml.dump(data, stream)
    return target


# ------------------------------------------------------------------------------------------------------ what is in it


def test_everything_is_in_the_log_once(ready):
    """Every version, every edition, the rulebook, the schemas and the words."""
    log = log_in(demo(ready) / "log")
    shelf, _ = read_shelf(demo(ready))
    assert shelf is not None
    logged = {(each.kind, each.id, each.version): each for each in log.statements if isinstance(each, Promulgated)}
    for document in shelf.policies:
        said = logged[document.data["kind"], document.data["id"], document.data["version"]]
        assert said.digest == document.digest
        assert said.from_ is not None
        assert said.from_.isoformat() == document.data["in_force"]["from"]
    rulebook = load_rulebook(demo(ready))
    editions = {found.digest for day in changes(shelf.policies) if (found := edition(rulebook, day)) is not None}
    assert {each.digest for each in log.statements if isinstance(each, EditionStatement)} == editions
    assert {each[0] for each in logged} >= {"rulebook", "schema", "words", "source", "rule", "right"}
    assert isinstance(log.statements[0], KeyStatement)
    assert not [draft for draft in shelf.drafts if draft.file in promulgated_files(shelf, log)]


def test_nothing_personal_and_no_clock_but_the_day_is_in_it(ready):
    told = {json.dumps(each) for each in map(str, log_in(demo(ready) / "log").statements)}
    assert told
    assert all(BEFORE.replace("-", ", ") in each for each in told), "every statement has the day that was given"


def test_promulgating_again_changes_nothing(mine):
    before = log_files(demo(mine) / "log")
    result = again(mine)
    assert "nothing new" in result.output
    assert log_files(demo(mine) / "log") == before


def test_the_same_key_and_day_give_the_same_log(mine, tmp_path):
    """So everybody who has both can see that nothing else went into it."""
    before = log_files(demo(mine) / "log")
    for file in sorted((demo(mine) / "log").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    assert again(mine).exit_code == 0
    assert log_files(demo(mine) / "log") == before


def test_a_dry_run_needs_no_key_and_writes_nothing(tmp_path):
    policies = copied(tmp_path)
    result = run(policies, "promulgate", "--dry-run", "--day", BEFORE)
    assert result.exit_code == 0
    assert "would be promulgated" in result.output
    assert not (policies / "demo" / "log").exists()


def test_the_next_version_names_the_one_before(mine):
    file = a_rule(mine)
    before = next(each for each in log_in(demo(mine) / "log").statements if getattr(each, "id", "") == file.parent.name)
    next_version(file, "2026-08-01")
    size = log_in(demo(mine) / "log").checkpoint.size
    result = again(mine)
    assert result.exit_code == 0, result.output
    new = log_in(demo(mine) / "log").statements[size:]
    version = next(each for each in new if isinstance(each, Promulgated) and each.version is not None)
    assert (version.version, version.previous) == ("2.0.0", before.digest)
    assert any(isinstance(each, EditionStatement) for each in new)


# ----------------------------------------------------------------------------------------------------------- refusals


def refused(result, *words: str) -> None:
    assert result.exit_code == 1, result.output
    for word in words:
        assert word in result.output
    assert "nothing was promulgated" in result.output


def test_an_edited_version_is_refused_and_found(mine):
    file = a_rule(mine)
    file.write_text(file.read_text("utf-8").replace("points: ", "points:  ", 1).replace("en: ", "en: Now ", 1), "utf-8")
    before = log_files(demo(mine) / "log")
    refused(again(mine), "has been changed since", "write the next version beside it")
    assert log_files(demo(mine) / "log") == before
    checked = run(mine / "policies", "log", "verify")
    assert checked.exit_code == 1
    assert "changed since they were promulgated: rule" in checked.output


def test_layout_and_comments_are_not_edits(mine):
    file = a_rule(mine)
    file.write_text("# a remark\n" + file.read_text("utf-8"), "utf-8")
    assert again(mine).exit_code == 0


def test_a_version_that_was_taken_away_is_refused_and_found(mine):
    file = next_version(a_rule(mine), "2026-08-01")
    assert again(mine).exit_code == 0
    file.unlink()
    refused(again(mine), "is not there any more")
    assert "not there any more: rule" in run(mine / "policies", "log", "verify").output


def test_nothing_is_in_force_before_it_is_public(tmp_path):
    """The demo begins on 2026-01-01; a day later that would be retroactive."""
    policies = copied(tmp_path)
    run(policies, "key", "new", "--demonstration", "--out", str(tmp_path / "key"))
    refused(again(tmp_path, day="2026-01-02"), "would be in force from 2026-01-01, before it is public")
    assert again(tmp_path, day="2026-01-01").exit_code == 0


def test_a_reconstruction_may_tell_of_the_past(tmp_path):
    """Its rules were put in force by somebody else."""
    policies = copied(tmp_path)
    about = policies / "demo" / "rulebook.yaml"
    about.write_text(about.read_text("utf-8").replace("standing: illustration", "standing: reconstruction"), "utf-8")
    assert "reconstruction" in about.read_text("utf-8")
    run(policies, "key", "new", "--demonstration", "--out", str(tmp_path / "key"))
    assert again(tmp_path, day="2026-06-01").exit_code == 0
    assert run(policies, "log", "verify").exit_code == 0


def test_a_rulebook_with_an_error_is_refused(mine):
    next_version(a_rule(mine), "2026-08-01", unknown_key="x")
    refused(again(mine), "unknown key")


def test_a_number_that_claims_too_little_is_refused(mine):
    """Fewer points for somebody are no patch, and no minor change either; what is in the log is not asked again."""
    before = log_files(demo(mine) / "log")
    rule = demo(mine) / "rules" / "early-payer" / "1.0.0.yaml"

    def fewer(number: str) -> Path:
        file = next_version(rule, "2026-08-01", number)
        text = file.read_text("utf-8")
        assert "each: 5" in text
        file.write_text(text.replace("each: 5", "each: 4").replace("points: 15", "points: 12"), "utf-8")
        return file

    for number in ("1.0.1", "1.1.0"):
        made = fewer(number)
        refused(again(mine), f"version {number} after 1.0.0 says", "somebody is worse off", "call it 2.0.0")
        assert "would be promulgated" not in again(mine, "--dry-run").output
        made.unlink()
    assert log_files(demo(mine) / "log") == before
    fewer("2.0.0")
    told = again(mine)
    assert told.exit_code == 0, told.output
    assert "1 version, 2 editions promulgated" in told.output


def test_a_missing_text_is_refused(mine):
    file = next_version(a_rule(mine), "2026-08-01")
    yaml = YAML()
    data = yaml.load(file.read_text("utf-8"))
    data["summary"] = {"en": "Only in one language."}
    with file.open("w", encoding="utf-8") as stream:
        yaml.dump(data, stream)
    refused(again(mine), "summary")


def test_only_a_demonstration_is_dated_otherwise_than_today(tmp_path):
    policies = copied(tmp_path)
    run(policies, "key", "new", "--out", str(tmp_path / "key"))
    result = again(tmp_path)
    assert result.exit_code == 1
    assert "what is real is dated today" in result.output
    assert not (policies / "demo" / "log" / "checkpoint").exists()


def test_days_do_not_go_back(mine):
    next_version(a_rule(mine), "2026-08-01")
    result = again(mine, day="2025-12-30")
    assert result.exit_code == 1
    assert "the last entry is of 2025-12-31" in result.output


def test_the_log_of_another_rulebook_is_refused(mine):
    about = demo(mine) / "rulebook.yaml"
    other = mine / "policies" / "other"
    demo(mine).rename(other)
    text = (other / "rulebook.yaml").read_text("utf-8").replace("id: demo", "id: other")
    (other / "rulebook.yaml").write_text(text, "utf-8")
    assert not about.exists()
    refused(again(mine), "the log is not that of `other`")


# ---------------------------------------------------------------------------------------------------------------- keys


def test_a_private_key_is_for_its_owner_alone(tmp_path):
    policies = copied(tmp_path)
    file = tmp_path / "key"
    result = run(policies, "key", "new", "--out", str(file))
    assert result.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    private = file.read_text("ascii")
    assert private.strip() not in result.output
    assert private.split("+")[-1].strip() not in run(policies, "key", "show", "--key", str(file)).output
    assert vkey_of(tmp_path) == result.output.split("\n")[0]
    file.chmod(0o640)
    shown = run(policies, "key", "show", "--key", str(file))
    assert shown.exit_code == 1
    assert "chmod 600" in shown.output


def test_a_private_key_is_never_written_where_it_would_be_published(tmp_path):
    policies = copied(tmp_path)
    inside = run(policies, "key", "new", "--out", str(policies / "demo" / "key"))
    assert inside.exit_code == 1
    assert "not kept among the policies" in inside.output
    (tmp_path / "work" / ".git").mkdir(parents=True)
    (tmp_path / "work" / "deep").mkdir()
    repository = run(policies, "key", "new", "--out", str(tmp_path / "work" / "deep" / "key"))
    assert repository.exit_code == 1
    assert "not kept in a repository" in repository.output
    (tmp_path / "there").write_text("x")
    over = run(policies, "key", "new", "--out", str(tmp_path / "there"))
    assert over.exit_code == 1
    assert (tmp_path / "there").read_text() == "x"
    assert not list(policies.rglob("*key*"))


def test_a_log_without_an_address_is_noted_before_it_has_its_name(tmp_path):
    """The log keeps its name for ever; and a folder for the key is made, which nobody else may read."""
    policies = copied(tmp_path)
    told = run(policies, "key", "new", "--out", str(tmp_path / "keys" / "demo.key"))
    assert told.exit_code == 0, told.output
    assert "`address`" not in told.output
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    about = policies / "demo" / "rulebook.yaml"
    about.write_text(re.sub(r"(?m)^address: .*\n", "", about.read_text("utf-8")), "utf-8")
    told = run(policies, "key", "new", "--out", str(tmp_path / "keys" / "other.key"))
    assert "demo/rulebook.yaml names no `address`" in told.output


def test_a_key_begins_one_log_alone(tmp_path):
    """Two logs of one name and key would each show the other to be a fork."""
    policies = copied(tmp_path)
    run(policies, "key", "new", "--name", "example.com/other/log", "--out", str(tmp_path / "key"))
    result = run(policies, "promulgate", "--key", str(tmp_path / "key"))
    assert result.exit_code == 1
    assert not (policies / "demo" / "log" / "checkpoint").exists()
    run(policies, "key", "new", "--name", "example.com/other/demonstration", "--out", str(tmp_path / "key2"))
    named = run(policies, "promulgate", "--key", str(tmp_path / "key2"), "--day", BEFORE)
    assert named.exit_code == 1
    assert "does not name `demo`" in named.output


def test_a_key_from_the_environment(mine, monkeypatch):
    next_version(a_rule(mine), "2026-08-01")
    monkeypatch.setenv("RULEBOOK_KEY", (mine / "key").read_text("ascii"))
    assert run(mine / "policies", "promulgate", "--day", BEFORE).exit_code == 0
    monkeypatch.setenv("RULEBOOK_KEY", "nonsense")
    assert "not a private key" in run(mine / "policies", "promulgate").output
    monkeypatch.delenv("RULEBOOK_KEY")
    assert "name its file with --key" in run(mine / "policies", "promulgate").output


def test_a_demonstration_says_so_in_everything_it_signs(ready):
    log = log_in(demo(ready) / "log")
    assert log.checkpoint.origin.endswith("/demo/demonstration-log")
    assert vkey_of(ready).startswith(f"{log.checkpoint.origin}+")
    assert "for demonstration: what it signs binds nobody" in run(ready / "policies", "log", "verify").output


def handed_over(folder: Path, *how: str):
    name = log_in(demo(folder) / "log").checkpoint.origin
    made = run(folder / "policies", "key", "new", "--name", name, "--out", str(folder / "key2"))
    assert made.exit_code == 0
    return run(folder / "policies", "key", "add", str(folder / "key2"), "--day", BEFORE, *how)


def test_a_key_hands_over_to_the_next(mine):
    """Whoever trusts the old key can trust the new one, and the old one signs no longer."""
    old = vkey_of(mine)
    assert handed_over(mine, "--key", str(mine / "key")).exit_code == 0
    next_version(a_rule(mine), "2026-08-01")
    assert f"this key does not sign the log: that is for {vkey_of(mine, 'key2')}" in again(mine).output
    (mine / "key").unlink()
    (mine / "key2").rename(mine / "key")
    assert again(mine).exit_code == 0
    for key, word in ((old, "handed over"), (vkey_of(mine), "is the one that signs")):
        result = run(mine / "policies", "log", "verify", "--vkey", key)
        assert result.exit_code == 0, result.output
        assert word in result.output


def test_a_key_that_signs_already_is_not_added_again(mine):
    before = log_files(demo(mine) / "log")
    for how in (("--lost", "it is not"), ("--key", str(mine / "key")), ("--key", str(mine / "key"), "--receipts")):
        result = run(mine / "policies", "key", "add", str(mine / "key"), "--day", BEFORE, *how)
        assert result.exit_code == 1
        assert "already" in result.output
    assert log_files(demo(mine) / "log") == before


def test_a_lost_key_is_replaced_for_all_to_see(mine):
    """This is how somebody without the demonstration key goes on with a shipped log."""
    old = vkey_of(mine)
    assert handed_over(mine, "--lost", "a fresh clone has no key").exit_code == 0
    assert "did not consent: a fresh clone has no key" in run(mine / "policies", "log", "verify").output
    trusted = run(mine / "policies", "log", "verify", "--vkey", old)
    assert trusted.exit_code == 1
    assert "did not consent to the one in entry" in trusted.output
    assert run(mine / "policies", "log", "verify", "--vkey", vkey_of(mine, "key2")).exit_code == 0


def test_a_key_of_another_name_cannot_take_over(mine):
    run(mine / "policies", "key", "new", "--name", "example.com/other", "--out", str(mine / "key2"))
    result = run(mine / "policies", "key", "add", str(mine / "key2"), "--key", str(mine / "key"))
    assert result.exit_code == 1
    assert "must have the name of the log" in result.output


# -------------------------------------------------------------------------------------------------------- verification


def test_what_somebody_saw_before_must_still_be_there(mine):
    kept = mine / "kept"
    kept.write_bytes((demo(mine) / "log" / "checkpoint").read_bytes())
    size = log_in(demo(mine) / "log").checkpoint.size
    next_version(a_rule(mine), "2026-08-01")
    assert again(mine).exit_code == 0
    result = run(mine / "policies", "log", "verify", "--since", str(kept))
    assert result.exit_code == 0
    assert f"the {size} entries you saw are all there as they were" in result.output


def rewritten(folder: Path) -> None:
    """The same log begun anew a day earlier, with the same key."""
    for file in sorted((demo(folder) / "log").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    assert again(folder, day="2025-12-30").exit_code == 0


def test_a_rewritten_log_is_found_by_whoever_kept_a_checkpoint(mine):
    kept = mine / "kept"
    kept.write_bytes((demo(mine) / "log" / "checkpoint").read_bytes())
    rewritten(mine)
    result = run(mine / "policies", "log", "verify", "--since", str(kept))
    assert result.exit_code == 1
    assert "your checkpoint proves a rewriting" in result.output
    other = mine / "other"
    other.write_bytes(kept.read_bytes().replace(b"demonstration-log", b"demonstration-l0g"))
    assert run(mine / "policies", "log", "verify", "--since", str(other)).exit_code == 1


def test_a_shortened_log_is_found(mine):
    early = log_files(demo(mine) / "log")
    next_version(a_rule(mine), "2026-08-01")
    assert again(mine).exit_code == 0
    kept = mine / "kept"
    kept.write_bytes((demo(mine) / "log" / "checkpoint").read_bytes())
    (demo(mine) / "log" / "checkpoint").write_bytes(early["checkpoint"])
    result = run(mine / "policies", "log", "verify", "--since", str(kept))
    assert result.exit_code == 1
    assert "entries were taken away" in result.output


def test_entries_that_do_not_follow_one_another_are_found(mine):
    """An operator can log nonsense with their own key, but not unseen."""
    append(demo(mine) / "log", [load_signer(mine / "key")], lambda _: [entry(1), entry(1)])
    shelf, _ = read_shelf(demo(mine))
    checks = {each.what: each for each in verify(log_in(demo(mine) / "log"), shelf)}
    assert checks["history"].holds is False
    assert "does not follow what was promulgated before it" in checks["history"].sentence


def test_show_says_every_entry(ready):
    result = run(ready / "policies", "log", "show")
    lines = result.output.strip().split("\n")
    assert len(lines) == log_in(demo(ready) / "log").checkpoint.size + 1
    assert "key for the log" in lines[0]
    told = run(ready / "policies", "log", "show", "--format", "json", "--from", "5").output.strip().split("\n")
    assert len(told) == len(lines) - 6
    assert all(json.loads(line)["rulebook"] == "demo" for line in told)


def test_a_log_that_is_not_one_is_said_in_a_sentence(mine):
    (demo(mine) / "log" / "checkpoint").write_bytes(b"\xff\xfe")
    for command in (("log", "verify"), ("log", "show"), ("promulgate", "--key", str(mine / "key"))):
        result = run(mine / "policies", *command)
        assert result.exit_code == 1
        assert "not a signed note" in result.output
    assert "nothing has been promulgated" in run(copied(mine / "new"), "log", "verify").output


# -------------------------------------------------------------------------------------------------------------- witness


def test_a_witness_signs_what_goes_on_and_never_a_fork(mine):
    run(mine / "policies", "key", "new", "--witness", "--name", "witness.example/w1", "--out", str(mine / "w"))
    own = ["log", "witness", "--key", str(mine / "w"), "--vkey", vkey_of(mine), "--state", str(mine / "seen")]
    signed = run(mine / "policies", *own, "--add")
    assert signed.exit_code == 0, signed.output
    assert signed.output.startswith("— witness.example/w1 ")
    verifier = verifier_of(mine, "w")
    assert verifier.type == COSIGNED
    seen = cosigned_at(log_in(demo(mine) / "log").note, verifier)
    assert seen is not None
    assert abs(datetime.now(UTC).timestamp() - seen) < 600
    checked = run(mine / "policies", "log", "verify", "--witness", vkey_of(mine, "w"))
    assert checked.exit_code == 0
    assert "`witness.example/w1` saw this checkpoint on " in checked.output
    next_version(a_rule(mine), "2026-08-01")
    assert again(mine).exit_code == 0
    unsigned = run(mine / "policies", "log", "verify", "--witness", vkey_of(mine, "w"))
    assert unsigned.exit_code == 1
    assert "has not signed this checkpoint" in unsigned.output
    assert run(mine / "policies", *own).exit_code == 0
    rewritten(mine)
    fork = run(mine / "policies", *own)
    assert fork.exit_code == 1
    assert "not signed" in fork.output
    assert "—" not in fork.output.replace("…", "")


def test_a_witness_is_not_taken_in_by_another_key(mine):
    log = log_in(demo(mine) / "log")
    other = read_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    assert other is not None
    with pytest.raises(BadLogError, match="not one of the keys"):
        witness(log, mine / "seen", a_signer(), other, lambda: 0)


def test_a_log_key_is_not_a_witness(mine):
    result = run(
        mine / "policies",
        "log",
        "witness",
        "--key",
        str(mine / "key"),
        "--vkey",
        vkey_of(mine),
        "--state",
        str(mine / "s"),
    )
    assert result.exit_code == 1
    assert "not for a witness" in result.output


# ------------------------------------------------------------------------------------------------- promulgated versions


def test_only_what_is_in_the_log_as_it_is_may_decide(mine):
    new = next_version(a_rule(mine), "2026-08-01")
    edited = sorted((demo(mine) / "rules").glob("*/1.0.0.yaml"))[1]
    edited.write_text(edited.read_text("utf-8").replace("en: ", "en: Now ", 1), "utf-8")
    shelf, _ = read_shelf(demo(mine))
    assert shelf is not None
    log = log_of(shelf)
    public = promulgated_files(shelf, log)
    left = {each.file for each in shelf.policies} - {each.file for each in only_promulgated(shelf, log).policies}
    assert left == {file.relative_to(mine / "policies").as_posix() for file in (new, edited)}
    assert set(public.values()) == {date.fromisoformat(BEFORE)}
    assert only_promulgated(shelf, None).policies == ()


# -------------------------------------------------------------------------------------------------------- on a website


def test_a_log_is_verified_from_its_website(ready):
    with served(ready / "policies") as address:
        for place in ("demo/log", "demo", "demo/"):
            result = run(ready / "policies", "log", "verify", f"{address}/{place}", "--vkey", vkey_of(ready))
            assert result.exit_code == 0, result.output
        missing = run(ready / "policies", "log", "verify", f"{address}/other/log")
        assert missing.exit_code == 1
        assert "there is no log there" in missing.output
        several = run(ready / "policies", "log", "verify", address)
        assert several.exit_code == 1
        assert "name the website of one rulebook" in several.output


@pytest.fixture
def site(ready: Path, tmp_path: Path) -> Path:
    """The website of the promulgated demo."""
    for each in files(load_rulebook(demo(ready))):
        (tmp_path / each.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each.path).write_bytes(each.content)
    return tmp_path


def test_a_website_publishes_what_is_in_its_log(site, ready):
    """Whoever has nothing but the website finds a version that is published otherwise, or not at all."""
    told = run(ready / "policies", "log", "verify", str(site / "demo"))
    assert told.exit_code == 0, told.output
    assert "promulgated versions are on the website as they were promulgated" in told.output
    rule = site / "demo" / "data" / "rules" / "early-payer" / "1.0.0.json"
    rule.write_bytes(rule.read_bytes().replace(b'"points":15', b'"points":25'))
    for place in (site / "demo", site / "demo" / "log"):
        told = run(ready / "policies", "log", "verify", str(place))
        assert told.exit_code == 1
        assert "not published as they were promulgated: rule `early-payer` 1.0.0" in told.output
    rule.unlink()
    assert run(ready / "policies", "log", "verify", str(site / "demo")).exit_code == 1


def test_a_log_alone_says_that_nothing_was_compared(ready, tmp_path):
    for path, content in log_files(demo(ready) / "log").items():
        (tmp_path / "kept" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kept" / path).write_bytes(content)
    told = run(ready / "policies", "log", "verify", str(tmp_path / "kept"))
    assert told.exit_code == 0, told.output
    assert "were not compared with it" in told.output


def test_a_name_in_a_log_leads_to_no_other_file():
    """The log is somebody else's."""
    asked: list[str] = []
    assert digest_of(("rule", "../../secret", "1.0.0"), asked.append) is None
    assert digest_of(("rule", "x", "1.0.0/../../y"), asked.append) is None
    assert asked == []


def test_a_website_of_several_rulebooks_says_which_there_are(site, ready):
    told = run(ready / "policies", "log", "verify", str(site))
    assert told.exit_code == 1
    assert "name one, like" in told.output
    assert str(site / "demo") in told.output


def test_what_a_website_carries_is_the_whole_log(ready):
    """The site is the log: its files are published as they are, and read back from there."""
    published = {str(file.path): file.content for file in files(load_rulebook(demo(ready)))}
    carried = {path.removeprefix("demo/log/"): content for path, content in published.items() if "/log/" in path}
    assert log_files(demo(ready) / "log").items() <= carried.items()
    found = read_log(carried.get)
    assert isinstance(found, Log)
    assert carried["trust-policy.txt"].decode() == f"log {vkey_of(ready)}\nquorum none\n"


def test_what_a_website_carries_is_what_was_logged(ready):
    """Every digest in the log is the SHA-256 of a file of the site."""
    published = {hashlib.sha256(file.content).hexdigest() for file in files(load_rulebook(demo(ready)))}
    versions = [each for each in log_in(demo(ready) / "log").statements if getattr(each, "version", None)]
    assert len(versions) > 40
    assert all(each.digest in published for each in versions)
