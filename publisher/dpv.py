"""What a policy has done with personal data, in terms of the W3C Data Privacy Vocabulary.

The words of the engine's closed lists are in `linked.json` beside this file, each with its term, and with the reason
where DPV has no term of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, assert_never

from engine.ir import (
    Authority,
    Edition,
    Exclusion,
    Field,
    Header,
    Keep,
    Measure,
    NoAuthority,
    Policy,
    Right,
    Rule,
    Score,
    Source,
    Text,
    Use,
)
from engine.readings import prose as say
from engine.settable import made_of
from publisher import lineage

Node = dict[str, Any]
Name = Callable[[str, str, str], str]
"""The IRI of a part of a policy, by its kind, id and the name of the part."""

PRACTICE = "practice"
"""The part of a policy's file that is what is done, beside the policy itself, which is a text."""


@cache
def linked() -> Any:
    """The context, and the terms for the engine's words."""
    return json.loads((Path(__file__).parent / "linked.json").read_text("utf-8"))


def term(group: str, code: str, of: str = "term") -> str | None:
    """The term for a word of a closed list; None where there is none.

    >>> term("legal_basis", "contract"), term("context", "housing"), term("legal_basis", "none")
    ('dpv:Contract', 'dpv:Context', None)
    """
    words = linked()["terms"][group]
    found: str | None = (words.get(code) or words["*"]).get(of)
    return found


def full(node: Node) -> Node:
    """A node without the properties that nothing is said of.

    >>> full({"type": "a", "title": None, "parts": [], "name": {}})
    {'type': 'a'}
    """
    return {key: value for key, value in node.items() if value not in (None, [], {})}


def practice(edition: Edition, policy: Policy, name: Name) -> Node:
    """What is done under a policy of an edition."""
    head = policy.head
    here = {"@id": name(head.kind, head.id, PRACTICE)}
    match policy:
        case Source():
            return here | source(edition, policy, name)
        case Measure():
            return here | measure(edition, policy, name)
        case Rule():
            return here | rule(policy, name)
        case Score():
            return here | score(policy, name)
        case Use():
            return here | use(edition, policy, name)
        case Exclusion():
            return here | exclusion(policy)
        case Right():
            return here | right(policy)
        case _:
            assert_never(policy)


def source(edition: Edition, policy: Source, name: Name) -> Node:
    collected = policy.collected
    obtained, then = collected.obtained, term("then", policy.then)
    keeps = any(not keep.unpublished for keep in policy.retention)
    return full(
        {
            "@type": "dpv:Process",
            "title": policy.head.title,
            "hasProcessing": [term("obtained", obtained, "processing"), "dpv:Store", *([then] if keeps else [])],
            "hasPersonalData": [field(policy, each, name) for each in policy.fields.values()],
            "hasDataSource": [described(term("origin", collected.origin), who) for who in collected.provided_by],
            "hasDataSubject": described("dpv:DataSubject", collected.people),
            "hasPurpose": {"@type": "dpv:Purpose", "description": policy.purpose},
            "hasContext": context(edition, collected.context),
            "hasLegalBasis": basis(policy),
            "hasRecipient": [
                {
                    "@type": "dpv:Recipient",
                    "title": each.who,
                    "hasPurpose": {"@type": "dpv:Purpose", "description": each.what_for},
                }
                for each in policy.recipients
            ],
            "hasStorageCondition": storage(edition, policy),
            "hasFrequency": frequency(collected.frequency),
            "hasNecessity": "dpv:Required" if collected.mandatory else "dpv:Optional",
            "hasRight": [
                name("right", id_, PRACTICE)
                for id_, each in edition.rights.items()
                if policy.head.id in each.sets_aside
            ],
        }
    )


def field(policy: Source, each: Field, name: Name) -> Node:
    return full(
        {
            "@id": name("source", policy.head.id, f"field-{each.name}"),
            "@type": [term("obtained", policy.collected.obtained), each.category],
            "identifier": each.name,
            "title": each.title,
            "description": each.description,
        }
    )


def described(type_: str | None, words: Text) -> Node:
    return {"@type": type_, "title": words}


def context(edition: Edition, code: str) -> Node:
    """An area of life: the engine's word and what each language calls it."""
    words = {lang: say.label("context", code, lang) for lang in edition.about.languages}
    return {"@type": term("context", code), "identifier": code, "title": words}


def basis(policy: Source) -> list[str]:
    """The legal basis, and also as the Regulation has it where the policy names the Regulation as its authority."""
    found = [term("legal_basis", policy.legal_basis)]
    if articles(policy.head):
        found.append(term("legal_basis", policy.legal_basis, "gdpr"))
    return [each for each in found if each]


def articles(head: Header) -> list[str]:
    """The articles of the General Data Protection Regulation that a policy names as its authority."""
    given: Iterable[Authority] = () if isinstance(head.authority, NoAuthority) else head.authority
    start = linked()["gdpr"]["address"]
    return [each.article or "" for each in given if each.url and each.url.startswith(start)]


def storage(edition: Edition, policy: Source) -> list[Node]:
    """How long a row is kept in each case, as a duration and in the words of each language."""
    languages = edition.about.languages
    words = {lang: say.retention(edition, policy, lang) for lang in languages}
    ends = ["dpv:StorageDeletion"] if policy.then == "delete" else []
    return [
        {
            "@type": ["dpv:StorageDuration", *([] if keep.unpublished else ends)],
            "description": {lang: words[lang][at] for lang in languages},
            "hasDuration": duration(keep),
        }
        for at, keep in enumerate(policy.retention)
    ]


def duration(keep: Keep) -> Node:
    """A number of months, until the account is closed, or not known because nobody published it."""
    if keep.months is not None:
        return {"@type": "dpv:TemporalDuration", "value": period(f"P{keep.months}M")}
    return {"@type": "dpv:IndeterminateDuration" if keep.unpublished else "dpv:UntilEventDuration"}


def frequency(written: str) -> Node:
    r"""How often data comes.

    >>> frequency("once"), frequency("P1M")["value"]
    ({'@type': 'dpv:SingularFrequency'}, {'@value': 'P1M', '@type': 'xsd:duration'})
    """
    if written.startswith("P"):
        return {"@type": "dpv:Frequency", "value": period(written)}
    return {"@type": term("frequency", written)}


def period(written: str) -> Node:
    return {"@value": written, "@type": "xsd:duration"}


def measure(edition: Edition, policy: Measure, name: Name) -> Node:
    """Data that is worked out; the definition is the prose of the engine."""
    about = {lang: say.measure(edition, policy, lang) for lang in edition.about.languages}
    below = [("source", each) for each in lineage.source_of(policy)]
    below += [("measure", each) for each in made_of(policy)]
    return {
        "@type": "dpv:Process",
        "title": policy.head.title,
        "hasProcessing": "dpv:Derive",
        "hasPersonalData": {
            "@id": name("measure", policy.head.id, "result"),
            "@type": ["dpv:DerivedPersonalData", policy.category],
            "title": policy.head.title,
            "description": about,
        },
        "requires": [name(kind, id_, PRACTICE) for kind, id_ in below],
    }


def rule(policy: Rule, name: Name) -> Node:
    """What is concluded from measures, with the categories of what may be concluded."""
    return full(
        {
            "@type": "dpv:Process",
            "title": policy.head.title,
            "hasProcessing": "dpv:Infer" if policy.conclusions else "dpv:Use",
            "hasContext": "dpv:EvaluationScoring",
            "hasPersonalData": [
                {
                    "@id": name("rule", policy.head.id, f"conclusion-{each.name}"),
                    "@type": ["dpv:InferredPersonalData", each.category],
                    "title": each.title,
                }
                for each in policy.conclusions
            ],
            "hasJustification": {"@type": "dpv:Justification", "description": policy.why},
            "requires": [name("measure", each, PRACTICE) for each in policy.reads],
        }
    )


def score(policy: Score, name: Name) -> Node:
    return {
        "@type": "dpv:Process",
        "title": policy.head.title,
        "hasProcessing": "dpv:Profiling",
        "hasContext": "dpv:AutomatedScoringOfIndividuals",
        "requires": [name("rule", each, PRACTICE) for each in policy.rules],
    }


def use(edition: Edition, policy: Use, name: Name) -> Node:
    """A purpose, who decides it with how much of a computer, and what may follow."""
    return full(
        {
            "@type": "dpv:Process",
            "title": policy.head.title,
            "hasProcessing": "dpv:Use",
            "hasPurpose": [
                {"@type": term("purposes", each), "identifier": each, "title": labels(edition, "purposes", each)}
                for each in policy.purposes
            ],
            "hasContext": [context(edition, policy.context), term("automation", policy.automation, "context")],
            "hasAutomationLevel": term("automation", policy.automation),
            "hasHumanInvolvement": full(
                {
                    "@type": term("automation", policy.automation, "human") or "dpv:HumanInvolvement",
                    "description": policy.human_review,
                }
            ),
            "hasResponsibleEntity": [described("dpv:LegalEntity", each) for each in policy.decided_by],
            "hasConsequence": [
                {
                    "@id": name("use", policy.head.id, each.id),
                    "@type": "dpv:Consequence",
                    "title": each.effect,
                    "identifier": each.id,
                }
                for each in policy.consequences
            ],
            "requires": name("score", edition.score.head.id, PRACTICE) if edition.score else None,
            "hasRight": [
                name("right", id_, PRACTICE) for id_, each in edition.rights.items() if each.of in LOOKED_AT_AGAIN
            ],
        }
    )


LOOKED_AT_AGAIN = ("contest", "human-review", "explanation", "complaint")
"""The rights of a person about whom something was decided."""


def labels(edition: Edition, group: str, code: str) -> Text:
    return {lang: say.label(group, code, lang) for lang in edition.about.languages}


def exclusion(policy: Exclusion) -> Node:
    """A prohibition: of what with which data, or for which purposes."""
    contexts = [found for each in policy.never if (found := term("never", each, "context"))]
    return full(
        {
            "@type": "dpv:Prohibition",
            "title": policy.head.title,
            "hasProcessing": list(dict.fromkeys(term("never", each) for each in policy.never)),
            "hasContext": contexts,
            "hasPersonalData": list(policy.categories),
            "hasPurpose": [{"@type": term("purposes", each), "identifier": each} for each in policy.purposes],
            "hasJustification": {"@type": "dpv:Justification", "description": policy.because},
        }
    )


def right(policy: Right) -> Node:
    """A right, and its article of the Regulation where the policy names it as its authority."""
    known = linked()["gdpr"]["rights"]
    named = ["A" + article.partition("(")[0].strip() for article in articles(policy.head)]
    gdpr = [f"eu-gdpr:{each}" for each in dict.fromkeys(named) if each in known]
    return {
        "@type": [term("right", policy.of), *gdpr],
        "identifier": policy.of,
        "title": policy.head.title,
        "description": policy.meanwhile,
        "isExercisedAt": [{"@type": "dpv:RightExerciseNotice", "title": each} for each in policy.channels],
    }
