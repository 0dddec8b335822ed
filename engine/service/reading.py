"""What anybody may read: rulebooks, editions, policies, what changed, and the schema of records."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response

from engine.change import change
from engine.diff_json import change_json
from engine.editions import changes
from engine.ir import Edition
from engine.log.promulgate import versions
from engine.receipts.body import heads
from engine.receipts.issue import plain_record
from engine.rulebook import Rulebook, edition, usual_day
from engine.schema_of_record import schema_of_record
from engine.service.answers import answer, problem
from engine.service.asking import no_such_rulebook, read_query
from engine.service.operator import Current, log_for


def create_reading(current: Current) -> Blueprint:
    """The addresses that only read."""
    api = Blueprint("reading", __name__, url_prefix="/v1/rulebooks")

    def asked(rulebook_id: str, *allowed: str) -> tuple[Rulebook, dict[str, Any]] | Response:
        rulebooks = current()
        rulebook = rulebooks.get(rulebook_id)
        if rulebook is None:
            return no_such_rulebook(rulebooks)
        query = read_query(rulebook, set(allowed))
        return query if isinstance(query, Response) else (rulebook, query)

    @api.get("")
    def rulebooks() -> Response:
        """List the rulebooks."""
        return answer({"rulebooks": [described(rulebook) for rulebook in current().values()]})

    @api.get("/<rulebook_id>/record-schema")
    def record_schema(rulebook_id: str) -> Response:
        """Give the JSON Schema of the records that an edition takes."""
        found = asked(rulebook_id, "as_of")
        if isinstance(found, Response):
            return found
        rulebook, query = found
        under = edition(rulebook, query["as_of"] or usual_day(rulebook))
        if under is None:
            return no_edition()
        return answer(schema_of_record(under), content_type="application/schema+json")

    @api.get("/<rulebook_id>/editions")
    def editions(rulebook_id: str) -> Response:
        """List the editions with the policies of each."""
        found = asked(rulebook_id)
        if isinstance(found, Response):
            return found
        rulebook, _ = found
        return answer({"rulebook": rulebook_id, "editions": editions_of(rulebook)})

    @api.get("/<rulebook_id>/policies/<kind>/<policy_id>/<version>")
    def policy(rulebook_id: str, kind: str, policy_id: str, version: str) -> Response:
        """Give one version of a policy, as data and as it was written."""
        found = asked(rulebook_id)
        if isinstance(found, Response):
            return found
        rulebook, _ = found
        wanted = {"kind": kind, "id": policy_id, "version": version}
        document = next((each for each in rulebook.shelf.policies if wanted.items() <= each.data.items()), None)
        if document is None:
            return problem(HTTPStatus.NOT_FOUND, "no such version of a policy; `editions` lists those in force")
        said = versions(log_for(rulebook)).get((kind, policy_id, version))
        day = None if said is None or said.digest != document.digest else said.promulgated.isoformat()
        data = {"digest": document.digest, "promulgated": day, "policy": plain_record(document.data)}
        return answer({**data, "text": document.text})

    @api.get("/<rulebook_id>/diff")
    def diff(rulebook_id: str) -> Response:
        """Say what changes for people from the edition of one day to that of another."""
        found = asked(rulebook_id, "from", "to", "lang")
        if isinstance(found, Response):
            return found
        rulebook, query = found
        if query["from"] is None or query["to"] is None:
            return problem(HTTPStatus.BAD_REQUEST, "name two days: `from=` and `to=`")
        before, after = edition(rulebook, query["from"]), edition(rulebook, query["to"])
        if before is None or after is None:
            return no_edition()
        return answer(compared(before, after, query["lang"]))

    return api


def no_edition() -> Response:
    return problem(HTTPStatus.NOT_FOUND, "name another day", "no-edition")


def described(rulebook: Rulebook) -> dict[str, Any]:
    """What a client must know before it asks."""
    about = rulebook.about
    return {
        "id": about.id,
        "title": dict(about.title),
        "standing": about.standing,
        "languages": list(about.languages),
        "default_use": about.default_use,
    }


def editions_of(rulebook: Rulebook) -> list[dict[str, Any]]:
    """Every edition: from when until when, its digest and its policies."""
    if "listed" not in rulebook.cache:
        days = changes(rulebook.shelf.policies)
        found = []
        for day, following in pairwise([*days, None]):
            under = None if day is None else edition(rulebook, day)
            if under is not None:
                found.append(_listed(under, None if following is None else following.isoformat()))
        rulebook.cache["listed"] = tuple(found)
    listed = rulebook.cache["listed"]
    assert isinstance(listed, tuple)  # narrows the type
    return [*listed]


def _listed(under: Edition, following: str | None) -> dict[str, Any]:
    policies = [{"kind": head.kind, "id": head.id, "version": head.version} for head in heads(under)]
    return {"from": under.from_.isoformat(), "before": following, "digest": under.digest, "policies": policies}


@lru_cache(maxsize=64)
def compared(before: Edition, after: Edition, lang: str) -> dict[str, Any]:
    """What changes between two editions; it is asked for again and again."""
    return change_json(change(before, after, prove=False), lang)
