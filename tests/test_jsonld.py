"""Policies as linked data: other programs read them as they were meant, and every word exists where it is said to."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import warnings
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, XSD

from engine.load import FOLDERS
from engine.readings.prose.policies import find
from engine.rulebook import Rulebook, load_rulebook
from engine.vocabulary import broader
from publisher.collect import collect
from publisher.dpv import linked, term
from publisher.jsonld import linked_files
from publisher.library import read_library
from tests.website import DAY, DEMO

DPV = Namespace("https://w3id.org/dpv#")
PD = Namespace("https://w3id.org/dpv/pd#")
GDPR = Namespace("https://w3id.org/dpv/legal/eu/gdpr#")
SCHEMA = Namespace("https://schema.org/")

DPV_TERMS = """
    AssistiveAutomation AutomatedDecisionMaking AutomatedScoringOfIndividuals Collect CollectedPersonalData Consent
    Consequence Context ContinuousFrequency Contract CustomerSolvencyMonitoring DataController DataSubject
    DataSubjectDataSource DataSubjectRight DecisionMaking Delete Derive DerivedPersonalData Anonymise
    EstablishContractualAgreement EvaluationScoring FraudPreventionAndDetection Frequency FullAutomation
    HumanInvolvement HumanInvolvementForDecision HumanNotInvolved HumanResourceManagement IndeterminateDuration Infer
    InferredPersonalData Justification LegalBasis LegalEntity LegalObligation LegitimateInterest Marketing
    NonPublicDataSource NotAutomated Observe ObservedPersonalData Optional Process Profiling Prohibition
    ProtectionOfPublicSecurity PublicDataSource Purpose Recipient Required ResearchAndDevelopment RightExerciseNotice
    ScoringOfIndividuals ServiceAccessDetermination SingularFrequency StorageDeletion StorageDuration Store
    TemporalDuration ThirdPartyDataSource UntilEventDuration Use VitalInterest

    hasAutomationLevel hasConsequence hasContext hasDataController hasDataSource hasDataSubject hasDuration hasFrequency
    hasHumanInvolvement hasJustification hasLegalBasis hasNecessity hasPersonalData hasProcess hasProcessing
    hasProhibition hasPurpose hasRecipient hasResponsibleEntity hasRight hasStorageCondition isExercisedAt
"""
"""Terms of DPV 2.3 by the names they have on its page, https://w3id.org/dpv/2.3/dpv."""

GDPR_TERMS = "A6-1-a A6-1-b A6-1-c A6-1-d A6-1-e A6-1-f A13 A14 A15 A16 A17 A18 A19 A20 A21 A22 A77"
"""Terms of https://w3id.org/dpv/2.3/legal/eu/gdpr."""

SCHEMA_TERMS = """
    InForce NotInForce Legislation LegislationObject Organization UnofficialLegalValue
    about abstract contentUrl creativeWorkStatus encoding encodingFormat hasPart inLanguage isBasedOn isPartOf
    legislationChanges legislationDate legislationDateVersion legislationIdentifier legislationLegalForce
    legislationLegalValue legislationPassedBy legislationType name sha256 temporalCoverage url version
"""
"""Terms of https://schema.org/Legislation and of what it builds on."""


IDS = ("demo", "fair-civic-trust", "schufa-2026")


def book_of(id_: str) -> Rulebook:
    return load_rulebook(DEMO if id_ == "demo" else id_)


def documents(book: Rulebook) -> dict[str, Any]:
    return {str(file.path): json.loads(file.content) for file in linked_files(read_library(book, DAY))}


def graph_of(data: Any, address: str) -> Graph:
    found = Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib warns of what it itself does
        found.parse(data=json.dumps(data), format="json-ld", publicID=address)
    return found


@cache
def whole(id_: str) -> Graph:
    """Everything that the files of a rulebook say but that of the edition, which repeats it, read where they lie."""
    found = Graph()
    for path, data in documents(book_of(id_)).items():
        if not path.endswith("edition.jsonld"):
            found += graph_of(data, f"https://open-rulebook.example/{path}")
    return found


def unknown(found: Graph) -> set[str]:
    """The terms that are used and are in no vocabulary; and anything of the engine's own, which has none."""
    lists = {
        str(DPV): set(DPV_TERMS.split()),
        str(PD): {name.removeprefix("pd:") for name in broader()},
        str(GDPR): set(GDPR_TERMS.split()),
        str(SCHEMA): set(SCHEMA_TERMS.split()),
        str(DCTERMS): {"identifier", "title", "description", "requires"},
        str(RDF): {"type", "value"},
        str(XSD): {"date", "duration"},
    }
    used = {str(node) for triple in found for node in triple if isinstance(node, URIRef)}
    used |= {str(node.datatype) for node in found.objects() if isinstance(node, Literal) and node.datatype}
    predicates = {str(node) for node in found.predicates()}
    bad = set()
    for iri in used:
        home = next((each for each in sorted(lists, key=len, reverse=True) if iri.startswith(each)), None)
        if (home and iri.removeprefix(home) not in lists[home]) or (home is None and iri in predicates):
            bad.add(iri)
    return bad


@pytest.mark.parametrize("id_", IDS)
def test_every_term_is_in_its_vocabulary(id_: str):
    """A word that a vocabulary does not have says nothing to anybody."""
    book = book_of(id_)
    edition = f"{id_}/data/edition.jsonld"
    for found in (whole(id_), graph_of(documents(book)[edition], f"https://open-rulebook.example/{edition}")):
        assert len(found) > 1000
        assert unknown(found) == set()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("dpv:hasPurpose", "dpv:hasPurpos"),
        ("dpv:Contract", "dpv:Kontract"),
        ("pd:Transactional", "pd:Transactions"),
        ("schema:Legislation", "schema:Legislations"),
        ('"dct:title"', '"dct:heading"'),
        ("xsd:duration", "xsd:months"),
    ],
)
def test_a_wrong_term_would_be_seen(right: str, wrong: str):
    """The check above is not blind."""
    path = "demo/data/sources/bills/1.0.0.jsonld"
    text = json.dumps(documents(load_rulebook(DEMO))[path])
    assert right in text
    assert unknown(graph_of(json.loads(text.replace(right, wrong)), f"https://open-rulebook.example/{path}"))


@pytest.mark.parametrize("id_", IDS)
def test_every_version_of_every_policy_has_a_file(id_: str):
    """And so has the edition."""
    book = book_of(id_)
    paths = set(documents(book))
    for document in book.shelf.policies:
        folder = next(name for name, kind in FOLDERS.items() if kind == document.data["kind"])
        assert f"{id_}/data/{folder}/{document.data['id']}/{document.data['version']}.jsonld" in paths
    assert f"{id_}/data/edition.jsonld" in paths
    assert len(paths) == len(book.shelf.policies) + 1


@pytest.mark.parametrize("id_", IDS)
def test_every_key_has_a_meaning(id_: str):
    """A reader of JSON-LD passes over what the context does not name."""
    for path, data in documents(book_of(id_)).items():
        assert lost(data) == set(), path


def test_two_readers_of_json_ld_see_the_same():
    """What one library reads is what another reads."""
    for path, data in documents(book_of("demo")).items():
        address = f"https://open-rulebook.example/{path}"
        expanded = jsonld.expand(data, {"base": address})
        assert expanded, path
        assert len(graph_of(expanded, address)) == len(graph_of(data, address)) > 5, path


def lost(data: Any) -> set[str]:
    """Keys that a reader of JSON-LD would pass over because the context does not name them."""
    context = data["@context"]
    keys: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "@context":
                    continue
                keys.add(key)
                entry = context.get(key)
                if not (isinstance(entry, dict) and entry.get("@container") == "@language"):
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(data)
    return {key for key in keys if not key.startswith("@") and key not in context}


def node(book: str, path: str, part: str) -> URIRef:
    return URIRef(f"https://open-rulebook.example/{book}/data/{path}.jsonld#{part}")


@pytest.mark.parametrize("id_", IDS)
def test_every_field_has_its_category(id_: str):
    """Which kind of data is collected can be asked without knowing the engine."""
    book, found = book_of(id_), whole(id_)
    seen = 0
    library = read_library(book, DAY)
    for (kind, name), versions in library.versions.items():
        for version in versions if kind == "source" else ():
            here = node(id_, f"sources/{name}/{version.version}", "practice")
            for field, written in version.document.data["fields"].items():
                part = node(id_, f"sources/{name}/{version.version}", f"field-{field}")
                assert (here, DPV.hasPersonalData, part) in found
                assert (part, RDF.type, PD[written["category"].removeprefix("pd:")]) in found
                seen += 1
    assert seen > 8


def test_a_source_says_what_its_page_says():
    """Purpose, legal basis, recipients, storage, data source and rights, in the words of DPV."""
    found = whole("demo")
    bills = node("demo", "sources/bills/1.0.0", "practice")
    assert (bills, DPV.hasLegalBasis, DPV.Contract) in found
    assert (bills, DPV.hasNecessity, DPV.Optional) in found
    assert (bills, DPV.hasProcessing, DPV.Collect) in found
    purpose = found.value(bills, DPV.hasPurpose)
    said = Literal("To see whether bills are paid as agreed.", lang="en")
    assert (purpose, DCTERMS.description, said) in found
    recipient = found.value(bills, DPV.hasRecipient)
    assert (recipient, DCTERMS.title, Literal("审计师", lang="zh-Hans")) in found
    sources = list(found.objects(bills, DPV.hasDataSource))
    assert len(sources) == 2
    assert {found.value(source, RDF.type) for source in sources} == {DPV.ThirdPartyDataSource}
    kept = {
        str(found.value(found.value(storage, DPV.hasDuration), RDF.value))
        for storage in found.objects(bills, DPV.hasStorageCondition)
    }
    assert kept == {"P1Y6M", "P2Y"}  # as rdflib writes 18 and 24 months
    assert found.value(bills, DPV.hasRight) == node("demo", "rights/contest-a-bill/1.0.0", "practice")


def test_a_use_says_who_decides_with_how_much_of_a_computer():
    """Automation and human involvement are what the law asks about."""
    book, found = book_of("demo"), whole("demo")
    edition = read_library(book, DAY).shown
    assert edition.uses
    for id_, use in edition.uses.items():
        here = node("demo", f"uses/{id_}/{use.head.version}", "practice")
        level = term("automation", use.automation)
        assert level
        assert (here, DPV.hasAutomationLevel, DPV[level.removeprefix("dpv:")]) in found
        assert found.value(here, DPV.hasHumanInvolvement) is not None
        assert len(list(found.objects(here, DPV.hasConsequence))) == len(use.consequences)
        assert len(list(found.objects(here, DPV.hasPurpose))) == len(use.purposes)


def test_an_exclusion_is_a_prohibition():
    """What is never done can be asked for too."""
    found = whole("fair-civic-trust")
    friends = node("fair-civic-trust", "exclusions/friends-and-family/1.0.0", "practice")
    assert (friends, RDF.type, DPV.Prohibition) in found
    assert (friends, DPV.hasPersonalData, PD.SocialNetwork) in found


def test_a_version_is_an_act_with_its_files():
    """In force or not, what it changed, and files whose fingerprint can be checked."""
    book, found = book_of("demo"), whole("demo")
    now, before = (node("demo", f"rules/paid-on-time/{version}", "policy") for version in ("1.1.0", "1.0.0"))
    assert (now, RDF.type, SCHEMA.Legislation) in found
    assert not list(found.objects(None, SCHEMA.legislationLegalForce))  # an illustration is law on no day
    assert found.value(before, SCHEMA.temporalCoverage) == Literal("2026-01-01/2026-06-30")
    assert found.value(now, SCHEMA.temporalCoverage) == Literal("2026-07-01/..")
    assert (now, SCHEMA.legislationChanges, before) in found
    assert (now, SCHEMA.isPartOf, node("demo", "edition", "rulebook")) in found
    files = {str(file.path): file.content for file in collect([book], DAY) if hasattr(file, "content")}
    for encoding in found.objects(now, SCHEMA.encoding):
        path = str(found.value(encoding, SCHEMA.contentUrl)).removeprefix("https://open-rulebook.example/")
        assert hashlib.sha256(files[path]).hexdigest() == str(found.value(encoding, SCHEMA.sha256))


def standing(folder: Path, standing: str, *more: tuple[str, str]) -> Rulebook:
    """The demo rulebook of somebody who really runs it, or does not."""
    shutil.copytree(DEMO, folder / "demo")
    about = folder / "demo" / "rulebook.yaml"
    text = about.read_text("utf-8").replace("standing: illustration", f"standing: {standing}")
    about.write_text(text, "utf-8")
    for file, line in more:
        path = folder / "demo" / file
        path.write_text(re.sub(r"in_force: \{.*?\}", line, path.read_text("utf-8"), count=1), "utf-8")
    return load_rulebook(folder / "demo")


def force(book: Rulebook, today: date) -> dict[str, str]:
    """By the end of its address, whether an act is in force."""
    found = {}
    for path, data in ((str(f.path), json.loads(f.content)) for f in linked_files(read_library(book, today))):
        for node in data.get("@graph", [data]):
            if "legislationLegalForce" in node:
                key = f"{path.removeprefix('demo/data/')}{' whole' if 'hasPart' in node else ''}"
                found.setdefault(key, node["legislationLegalForce"].removeprefix("schema:"))
    return found


def test_in_force_is_what_is_in_force_on_the_day_of_the_website(tmp_path: Path):
    """Not what will be, and not what was; nor an edition that has not begun."""
    book = standing(tmp_path, "operator")
    now = force(book, DAY)
    assert now["rules/paid-on-time/1.1.0.jsonld"] == "InForce"
    assert now["rules/paid-on-time/1.0.0.jsonld"] == "NotInForce"
    assert now["edition.jsonld whole"] == "InForce"
    early = force(book, date(2025, 6, 1))
    assert set(early.values()) == {"NotInForce"}
    assert len(early) > 10


def test_what_has_ended_is_not_in_force(tmp_path: Path):
    ended = "exclusions/friends/1.0.1"
    book = standing(tmp_path, "operator", (f"{ended}.yaml", "in_force: {from: 2026-01-01, until: 2026-11-30}"))
    assert force(book, date(2026, 11, 30))[f"{ended}.jsonld"] == "InForce"
    assert force(book, date(2026, 12, 1))[f"{ended}.jsonld"] == "NotInForce"


@pytest.mark.parametrize(("who", "made", "controls"), [("operator", 1, 1), ("reconstruction", 0, 1)])
def test_only_an_operator_passes_rules(tmp_path: Path, who: str, made: int, controls: int):
    """Whoever rebuilds a score from public sources does not say in its operator's name what the rules are."""
    path = "demo/data/edition.jsonld"
    found = graph_of(documents(standing(tmp_path, who))[path], f"https://open-rulebook.example/{path}")
    operator = node("demo", "edition", "operator")
    assert len(set(found.objects(None, SCHEMA.legislationPassedBy))) == made
    assert len(list(found.objects(node("demo", "edition", "practice"), DPV.hasDataController))) == controls
    assert (operator, RDF.type, DPV.DataController) in found


def said(path: str) -> Any:
    return documents(book_of(path.split("/", maxsplit=1)[0]))[path]["about"]


def test_a_source_that_is_deleted_says_so_however_long_it_is_kept():
    """Also one that is kept until an account is closed; not one of which nobody knows how long it is kept."""
    found = said("fair-civic-trust/data/sources/identity-check/1.0.0.jsonld")
    assert "dpv:Delete" in found["hasProcessing"]
    assert found["hasStorageCondition"][0]["@type"] == ["dpv:StorageDuration", "dpv:StorageDeletion"]
    assert found["hasStorageCondition"][0]["hasDuration"] == {"@type": "dpv:UntilEventDuration"}
    kinds = {
        (condition["hasDuration"]["@type"], "dpv:StorageDeletion" in condition["@type"])
        for path, data in documents(book_of("schufa-2026")).items()
        if "/sources/" in path
        for condition in data["about"]["hasStorageCondition"]
    }
    assert ("dpv:TemporalDuration", True) in kinds
    assert ("dpv:UntilEventDuration", True) in kinds
    assert ("dpv:IndeterminateDuration", True) not in kinds


def test_each_property_says_what_the_policy_says():
    """Term for term, of every policy that is in force in the shipped rulebooks and the demo."""
    seen = set()
    for id_ in IDS:
        edition = read_library(book_of(id_), DAY).shown
        files = documents(book_of(id_))

        def about(kind: str, name: str, version: str, files: Any = files, id_: str = id_) -> Any:
            return files[f"{id_}/data/{kind}/{name}/{version}.jsonld"]["about"]

        for name, source in edition.sources.items():
            found = about("sources", name, source.head.version)
            assert found["hasNecessity"] == ("dpv:Required" if source.collected.mandatory else "dpv:Optional")
            seen.add(found["hasNecessity"])
            how_often = source.collected.frequency
            assert found["hasFrequency"].get("value", {}).get("@value") == (how_often if how_often[0] == "P" else None)
            assert [each["hasPurpose"]["description"] for each in found.get("hasRecipient", ())] == [
                dict(each.what_for) for each in source.recipients
            ]
            for keep, said_of in zip(source.retention, found["hasStorageCondition"], strict=True):
                kind = "Temporal" if keep.months is not None else "Indeterminate" if keep.unpublished else "UntilEvent"
                assert said_of["hasDuration"]["@type"] == f"dpv:{kind}Duration"
                seen.add(kind)
        for name, exclusion in edition.exclusions.items():
            found = about("exclusions", name, exclusion.head.version)
            assert [each["identifier"] for each in found.get("hasPurpose", ())] == list(exclusion.purposes)
            assert found["hasJustification"]["description"] == dict(exclusion.because)
            seen |= set(exclusion.purposes)
        for name, right in edition.rights.items():
            found = about("rights", name, right.head.version)
            assert [each["title"] for each in found["isExercisedAt"]] == [dict(each) for each in right.channels]
            seen.add(len(right.channels))
        for name, use in edition.uses.items():
            found = about("uses", name, use.head.version)
            asked = [id_ for id_, right in edition.rights.items() if right.of in LOOKED_AT]
            assert [link.split("/")[-2] for link in found.get("hasRight", ())] == asked
            seen.add(bool(asked))
        if edition.score:
            found = about("scores", edition.score.head.id, edition.score.head.version)
            assert [link.split("/")[-2] for link in found["requires"]] == list(edition.score.rules)
    assert {"dpv:Required", "dpv:Optional", "Temporal", "UntilEvent", True} < seen


LOOKED_AT = {"contest", "human-review", "explanation", "complaint"}


@pytest.mark.parametrize("id_", IDS)
def test_the_file_of_the_edition_says_it_all(id_: str):
    """Whoever has that one file has every policy in force, and no link from it into nothing."""
    book = book_of(id_)
    path = f"{id_}/data/edition.jsonld"
    found = graph_of(documents(book)[path], f"https://open-rulebook.example/{path}")
    edition = read_library(book, DAY).shown
    parts = list(found.objects(node(id_, "edition", "rulebook"), SCHEMA.hasPart))
    assert len(parts) == len(edition.raw)
    inside = f"https://open-rulebook.example/{id_}/data/"
    for predicate in (SCHEMA.hasPart, DPV.hasProcess, DPV.hasRight, DPV.hasProhibition, DCTERMS.requires):
        for target in found.objects(None, predicate):
            assert str(target).startswith(inside)
            assert (target, RDF.type, None) in found, target


def test_terms_of_the_regulation_are_used_where_a_policy_names_it():
    """Nothing is said of European law where nobody said that it applies."""
    schufa = whole("schufa-2026")
    assert (node("schufa-2026", "rights/see-my-data/1.0.0", "practice"), RDF.type, GDPR.A15) in schufa
    assert (node("schufa-2026", "rights/erase-my-data/1.0.0", "practice"), RDF.type, GDPR.A17) in schufa
    assert not [one for one in whole("demo").all_nodes() if str(one).startswith(str(GDPR))]


def test_every_word_of_the_closed_lists_has_a_term_or_a_reason():
    """A word that is added to the schema must be given a term here."""
    schemas = Path(find.__code__.co_filename).parents[2] / "schemas"
    read = {file.stem: json.loads(file.read_text("utf-8")) for file in schemas.glob("*.json")}
    lists = {
        "origin": choices(read["source"], "origin"),
        "obtained": choices(read["source"], "obtained"),
        "legal_basis": choices(read["source"], "legal_basis"),
        "then": choices(read["source"], "then"),
        "context": read["common"]["$defs"]["context"]["enum"],
        "purposes": read["common"]["$defs"]["purpose"]["enum"],
        "automation": choices(read["use"], "automation"),
        "never": ["collect", "score", "infer", "use_for"],
        "right": choices(read["right"], "of"),
    }
    terms = linked()["terms"]
    for group, words in lists.items():
        assert len(words) > 1, group
        assert set(terms[group]) - {"*"} <= set(words), group
        for word in words:
            entry = terms[group].get(word) or terms[group]["*"]
            assert entry["term"] or entry["because"], f"{group}: {word}"
            general = entry["term"] in {None, "dpv:Purpose", "dpv:LegalBasis", "dpv:Frequency", "dpv:Context"}
            assert not general or entry["because"], f"{group}: {word} needs a reason"


def choices(schema: Any, name: str) -> list[str]:
    """The words that a key may have, wherever in the schema it is."""
    if isinstance(schema, dict):
        if isinstance(schema.get(name), dict) and "enum" in schema[name]:
            return list(schema[name]["enum"])
        for value in schema.values():
            if found := choices(value, name):
                return found
    return []


def test_without_an_address_everything_is_named_from_the_file(tmp_path: Path):
    """A rulebook that does not say where it is published is linked data all the same, wherever it lies."""
    shutil.copytree(DEMO, tmp_path / "demo")
    about = tmp_path / "demo" / "rulebook.yaml"
    about.write_text(re.sub(r"\naddress: [^\n]*", "", about.read_text("utf-8")), "utf-8")
    book = load_rulebook(tmp_path / "demo")
    assert book.about.address is None
    found = Graph()
    for path, data in documents(book).items():
        assert "open-rulebook" not in json.dumps({**data, "@context": {}}), path
        if not path.endswith("edition.jsonld"):
            found += graph_of(data, f"file:///somewhere/{path}")
    bills = URIRef("file:///somewhere/demo/data/sources/bills/1.0.0.jsonld#practice")
    assert (bills, DPV.hasLegalBasis, DPV.Contract) in found
    assert len(found) == len(whole("demo"))


def test_nothing_has_to_be_fetched_to_read_them():
    """A context on somebody else's server could be changed, or be gone."""
    for path, data in documents(load_rulebook(DEMO)).items():
        assert isinstance(data["@context"], dict), path
        assert "@import" not in json.dumps(data), path
