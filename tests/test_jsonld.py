"""Policies as linked data: other programs read them as they were meant, and every word exists where it is said to."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import warnings
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
    assert (now, SCHEMA.legislationLegalForce, SCHEMA.InForce) in found
    assert (before, SCHEMA.legislationLegalForce, SCHEMA.NotInForce) in found
    assert (now, SCHEMA.legislationChanges, before) in found
    assert (now, SCHEMA.isPartOf, node("demo", "edition", "rulebook")) in found
    files = {str(file.path): file.content for file in collect([book], DAY) if hasattr(file, "content")}
    for encoding in found.objects(now, SCHEMA.encoding):
        path = str(found.value(encoding, SCHEMA.contentUrl)).removeprefix("https://open-rulebook.example/")
        assert hashlib.sha256(files[path]).hexdigest() == str(found.value(encoding, SCHEMA.sha256))


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
