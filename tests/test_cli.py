"""The command line as its users meet it: every command, and every mistake they can make with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.locate import policies_folder
from publisher.command import main
from tests.test_service import checker

RECORDS = policies_folder() / "fair-civic-trust" / "records"
TENANT = str(RECORDS / "reliable-tenant.json")


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments], input=stdin, catch_exceptions=False)


def test_every_command_has_help_worth_reading() -> None:
    """A newcomer finds each command and what it does."""
    assert len(main.commands) >= 10
    for name, command in main.commands.items():
        result = run(name, "--help")
        assert result.exit_code == 0
        assert command.help
        assert len(command.help) > 40
        for parameter in command.params:
            assert parameter.param_type_name == "argument" or parameter.name in ("help", "form") or parameter.help, name


def test_check_finds_the_shipped_rulebooks_right() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "fair-civic-trust: " in result.output
    assert "schufa-2026: " in result.output


def test_check_of_one_policy_says_only_what_is_wrong_there(tmp_path: Path) -> None:
    """The place, the sentence, the line underlined, the help; and exit status 1."""
    demo = copy_demo(tmp_path)
    rule = next((demo / "rules").glob("*/1.0.0.yaml"))
    rule.write_text(rule.read_text("utf-8").replace("\nwhy:", "\nwhi:"), "utf-8")
    result = run("check", str(rule))
    assert result.exit_code == 1
    assert "unknown key `whi`" in result.output
    assert "help: did you mean `why`?" in result.output
    assert "^^^" in result.output


def test_check_of_nothing_says_so(tmp_path: Path) -> None:
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert "no rulebook there" in result.output


def test_evaluate_gives_a_decision_as_json() -> None:
    result = run("evaluate", TENANT, "--format", "json")
    assert result.exit_code == 0
    decision = json.loads(result.output)
    assert {"rulebook", "edition", "as_of", "known_at", "use", "score", "band", "points", "reasons"} <= decision.keys()
    assert {"consequences", "left_out", "trace"} <= decision.keys()
    assert decision["trace"]


@pytest.mark.parametrize("reading", ["compiled", "truth", "session"])
def test_every_reading_says_the_same(reading: str) -> None:
    assert run("evaluate", TENANT, "--format", "json", "--reading", reading).output == (
        run("evaluate", TENANT, "--format", "json").output
    )


def test_evaluate_reads_standard_input() -> None:
    text = Path(TENANT).read_text("utf-8")
    assert (
        run("evaluate", "-", "--format", "json", stdin=text).output
        == run("evaluate", TENANT, "--format", "json").output
    )


def test_evaluate_as_text_names_score_band_and_what_follows() -> None:
    result = run("evaluate", TENANT)
    assert result.exit_code == 0
    decision = json.loads(run("evaluate", TENANT, "--format", "json").output)
    assert f"score {decision['score']}, band {decision['band']}" in result.output
    assert "follows (benefit)" in result.output


def test_a_bad_line_does_not_stop_the_others(tmp_path: Path) -> None:
    """It is reported with its number; --strict stops there."""
    good = json.dumps(json.loads(Path(TENANT).read_text("utf-8")))
    file = tmp_path / "many.jsonl"
    file.write_bytes(
        f"{good}\n{{not json\n\n".encode() + b'{"subject": "\xff", "sources": {}}\n' + good.encode() + b"\n"
    )
    result = run("evaluate", str(file), "--format", "json", "--as-of", "2026-12-15")
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert "2 decided, 2 refused" in result.stderr
    assert [one.get("line") for one in told] == [None, 2, 4, None]
    assert told[0]["score"] == told[3]["score"]
    strict = run("evaluate", str(file), "--format", "json", "--strict").stdout.splitlines()
    assert len(strict) == 2


def test_the_caterer_is_refused_by_the_exclusion() -> None:
    """Purchases are never used: the refusal names the exclusion, and no value of the record."""
    result = run("evaluate", str(RECORDS / "caterer-snacks.json"), "--format", "json")
    assert result.exit_code == 1
    problem = json.loads(result.output)
    assert "purchases" in {refused["exclusion"] for refused in problem["refusals"]}


@pytest.mark.parametrize("lang", ["en", "zh-Hans"])
def test_explain_tells_the_score_in_sentences(lang: str) -> None:
    result = run("explain", TENANT, "--lang", lang)
    assert result.exit_code == 0
    decision = json.loads(run("evaluate", TENANT, "--format", "json").output)
    assert str(decision["score"]) in result.output
    assert len(result.output.splitlines()) > 8


@pytest.mark.parametrize(
    ("lang", "head", "exclusion"),
    [("en", "Nothing was evaluated.", "“What you buy”"), ("zh-Hans", "没有进行评估。", "“您买什么”")],
)
def test_explain_tells_a_refusal_in_the_language_asked_for(lang: str, head: str, exclusion: str) -> None:
    result = run("explain", str(RECORDS / "caterer-snacks.json"), "--lang", lang)
    assert result.exit_code == 1
    assert result.output.startswith(head)
    assert exclusion in result.output
    assert "crisps" not in result.output


def test_show_tells_a_policy_in_words() -> None:
    result = run("show", "bills-paid-on-time")
    assert result.exit_code == 0
    assert "98%" in result.output
    assert run("show", "bills-paid-on-time@1.0.0", "--yaml").output.startswith("kind: rule")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "no-such-policy"], "has no policy `no-such-policy`"),
        (["show", "bills-paid-on-time@9.9.9"], "has no version 9.9.9; it has 1.0.0"),
        (["evaluate", TENANT, "--as-of", "1999-01-01"], "no policy of `fair-civic-trust` is in force on 1999-01-01"),
        (["evaluate", TENANT, "--as-of", "yesterday"], "`yesterday` is not a date"),
        (["evaluate", TENANT, "--use", "gossip"], "the use `gossip` is not declared"),
        (["evaluate", TENANT, "--rulebook", "nowhere"], "nowhere"),
        (["explain", TENANT, "--lang", "tlh"], "is written in en, zh-Hans"),
        (["evaluate", "no-such-file.json"], "no-such-file.json"),
        (["watch", "--use", "gossip", "--as-of", "2026-12-15", TENANT], "deposit-free-rental"),
    ],
)
def test_a_mistake_gets_a_sentence(arguments: list[str], sentence: str) -> None:
    """And never a traceback: the runner would raise it."""
    result = run(*arguments)
    assert result.exit_code != 0
    assert sentence in result.output


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"sources": []}',
        "NaN",
        "[" * 100_000,
        '{"sources": {}, "as_of": 5}',
        '{"x": 1e99999999999999999999}',
    ],
)
def test_what_is_not_a_record_is_refused(text: str) -> None:
    result = run("evaluate", "-", stdin=text)
    assert result.exit_code == 1
    assert result.output


@pytest.mark.parametrize(
    "kind", ["rulebook", "source", "measure", "rule", "score", "use", "exclusion", "right", "decision"]
)
def test_schema_prints_a_schema(kind: str) -> None:
    assert "$schema" in json.loads(run("schema", kind).output)


def test_the_schema_of_a_record_is_made_from_the_edition() -> None:
    schema = json.loads(run("schema", "record", "--as-of", "2026-12-15").output)
    assert "bill-payments" in schema["properties"]["sources"]["properties"]


def test_new_writes_a_document_to_fill_in_and_never_over_another(tmp_path: Path) -> None:
    copy_demo(tmp_path)
    policies = ("--policies", str(tmp_path))
    for kind in ("source", "measure", "rule", "score", "use", "exclusion", "right"):
        assert run(*policies, "new", kind, "brand-new").exit_code == 0
        again = run(*policies, "new", kind, "brand-new")
        assert again.exit_code == 1
        assert "is there already" in again.output


def test_records_are_as_expected_by_every_reading() -> None:
    result = run("records")
    assert result.exit_code == 0, result.output
    assert "NO" not in result.output


def test_watch_says_what_each_row_changes() -> None:
    lines = [
        '{"source": "identity-check", "facts": {"verified": true, "verified_on": "2026-01-10"}}',
        "nonsense",
        '{"source": "bill-payments", "row": {"due": "2026-11-01", "paid": "2026-11-01", "kind": "rent", "amount": 9}}',
    ]
    result = run("watch", "--as-of", "2026-12-15", stdin="\n".join(lines) + "\n")
    told = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 1, "one line was wrong"
    assert len(told) == len(lines)
    assert "changed" in told[0]
    assert "nonsense" not in result.output


def copy_demo(folder: Path) -> Path:
    """A copy of the demo rulebook to break."""
    import shutil  # noqa: PLC0415  # beside its only use

    return Path(shutil.copytree(Path(__file__).parent / "policies" / "good" / "demo", folder / "demo"))


def test_a_record_that_lies_in_a_rulebook_is_for_that_rulebook() -> None:
    file = policies_folder() / "schufa-2026" / "records" / "all-best.json"
    assert json.loads(run("evaluate", str(file), "--format", "json").output)["score"] == 999


def test_what_is_new_does_not_go_into_the_engines_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless one stands in the checkout: then it is one's own."""
    monkeypatch.chdir(tmp_path)
    result = run("new", "rulebook", "mine")
    assert result.exit_code == 1
    assert "name yours with --policies" in result.output
    assert run("--policies", str(tmp_path / "books"), "new", "rulebook", "mine").exit_code == 0
    assert (tmp_path / "books" / "mine" / "rulebook.yaml").is_file()
    assert "there is no folder" in run("--policies", str(tmp_path / "nowhere"), "check").output


def test_a_port_that_is_taken_is_said_before_anything_is_built() -> None:
    import socket  # noqa: PLC0415  # beside its only use

    with socket.create_server(("127.0.0.1", 0)) as server:
        result = run("serve", "--port", str(server.getsockname()[1]))
    assert result.exit_code == 1
    assert "choose another with --port" in result.output


def test_evaluate_says_what_would_change_the_result() -> None:
    """The nearest better case of each rule, what one can do, and the next band; as data with the decision."""
    result = run("evaluate", str(RECORDS / "edge-average-550.json"), "--what-if")
    assert result.exit_code == 0
    assert "bills-paid-on-time: +15 (45 more) with `bills-paid-on-time-share` 90% instead of 85%" in result.output
    assert "what you can do: Pay the next bills by their due date." in result.output
    assert "good, score 670, with `bills-paid-on-time-share` 98% instead of 85%" in result.output
    best = run("evaluate", str(RECORDS / "best-possible.json"), "--what-if")
    assert "this is the best band" in best.output
    data = json.loads(run("evaluate", str(RECORDS / "edge-average-550.json"), "--what-if", "--format", "json").output)
    assert list(checker("decision").iter_errors(data)) == []
    assert data["what_if"]["band"] == {
        "measure": "bills-paid-on-time-share",
        "value": "0.9800",
        "score": 670,
        "band": "good",
    }


def test_what_if_is_for_one_record_that_can_be_used(tmp_path: Path) -> None:
    """A refusal has nothing to change, and many records are answered a line each."""
    refused = run("evaluate", str(RECORDS / "bad-types.json"), "--what-if")
    assert refused.exit_code == 1
    assert "what would change" not in refused.output
    lines = tmp_path / "records.jsonl"
    lines.write_text("{}\n", "utf-8")
    assert "for one record" in run("evaluate", str(lines), "--what-if").output
