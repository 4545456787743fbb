from __future__ import annotations

import json

import pytest

from contract_suite.checks.positive_accepted import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model import clause_ids
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Identity
from contract_suite.model.fact import level_of
from contract_suite.model.json import JSON, Arguments
from contract_suite.model.source import Level, Source
from tests.checks.toys import Ask, read

P = Intent.POSITIVE
UNSAID = "Visit::request::unsaid-accepted"
VISITS = read(
    """
openapi: 3.1.0
info: {title: Visits, version: "1"}
paths:
  /visits/{Id}:
    get:
      operationId: Visit
      parameters:
        - {name: Id, in: path, required: true, schema: {type: string}}
        - {name: Tenant, in: header, schema: {type: string, enum: [north, south]}}
        - {name: Note, in: query, schema: {type: string}}
      responses:
        "200": {description: a visit}
        "404": {description: none}
        "406": {description: not to be had so}
    patch:
      operationId: Move
      parameters:
        - {name: Id, in: path, required: true, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                place: {type: string}
                day: {type: integer}
                until: {type: integer, description: Not before day.}
      responses:
        "200": {description: the visit}
        "422": {description: refused}
"""
)
WHOLE, SIZE = clause_ids.accepted("ListToys"), clause_ids.accepted("ListToys", "query.Size")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "passed"),
        (302, "silent"),
        (304, "silent"),
        (400, "failed"),
        (404, "failed"),
        (409, "failed"),
        (422, "failed"),
        (401, "cannot-tell"),
        (403, "cannot-tell"),
        (429, "cannot-tell"),
        (413, "cannot-tell"),
        (414, "cannot-tell"),
        (500, "silent"),
    ],
)
def test_statuses(ask: Ask, status: int, outcome: str) -> None:
    assert ask(CHECK, status=status, intent=P).outcome(WHOLE) == outcome
    assert ask(CHECK, status=status, intent=P, target_clause=SIZE).outcome(SIZE) == outcome


def test_an_accepted_value_also_shows_an_accepted_request(ask: Ask) -> None:
    assert ask(CHECK, intent=P, target_clause=SIZE).passed == {SIZE, WHOLE}


def test_a_served_request_shows_that_each_of_its_arguments_is_accepted(ask: Ask) -> None:
    asked = ask(CHECK, intent=P, arguments={"query.Size": 5, "query.Unknown": 1})
    assert asked.passed == {WHOLE, SIZE}
    assert ask(CHECK, status=400, intent=P, arguments={"query.Size": 5}).failed == {WHOLE}


def test_another_aim_counts_for_the_whole_request(ask: Ask) -> None:
    assert ask(CHECK, status=400, intent=P, target_clause="ListToys::collection::total-counts").failed == {WHOLE}


@pytest.mark.parametrize("intent", [Intent.NEGATIVE, Intent.UNKNOWN])
def test_only_positives_are_judged(ask: Ask, intent: Intent) -> None:
    assert not ask(CHECK, status=400, intent=intent).verdicts


def test_other_keys_are_another_matter(ask: Ask) -> None:
    assert not ask(CHECK, status=400, intent=P, identity=Identity.READONLY).verdicts
    assert not ask(
        CHECK, "Peek", status=400, intent=P, target_clause=clause_ids.auth("Peek", clause_ids.OPTIONAL)
    ).verdicts


def test_a_404_is_held_against_what_addresses_something_alone(ask: Ask) -> None:
    assert ask(CHECK, "GetToy", status=404, intent=P).failed == {clause_ids.accepted("GetToy")}
    assert ask(CHECK, "GetToy", status=400, intent=P).failed == {clause_ids.accepted("GetToy")}


def test_clauses(toy: Contract) -> None:
    clauses = {clause.id: clause for clause in CHECK.clauses(toy)}
    assert {
        clause_ids.accepted("CreateToy", "body"),
        clause_ids.accepted("CreateToy", "body/Name"),
        SIZE,
    } <= clauses.keys()
    assert clauses[clause_ids.accepted("CreateToy", "body/Weight")].level is Level.ADVISORY
    assert clauses[WHOLE].level is Level.FAILURE


@pytest.mark.parametrize("status", [409, 412, 416, 423, 428])
def test_a_refusal_for_the_state_of_something_proves_nothing(ask: Ask, status: int) -> None:
    """A name that is taken made two findings on every right server with unique names."""
    whole = clause_ids.accepted("CreateToy")
    assert ask(CHECK, "CreateToy", status=status, intent=P).outcome(whole) == "cannot-tell"
    assert ask(CHECK, status=status, intent=P).outcome(WHOLE) == "failed"  # a read that documents no such thing


def test_another_tenant_may_not_have_what_was_addressed(ask: Ask) -> None:
    tenant = clause_ids.accepted("Visit", "header.Tenant")
    asked = ask(CHECK, "Visit", contract=VISITS, status=404, intent=P, target_clause=tenant)
    assert asked.outcome(tenant) == "cannot-tell"
    assert ask(CHECK, "Visit", contract=VISITS, status=400, intent=P, target_clause=tenant).outcome(tenant) == "failed"


@pytest.mark.parametrize(
    ("operation", "sent", "outcome"),
    [
        ("Visit", (("Accept", "application/vnd.one+json"),), "cannot-tell"),
        ("Visit", (("Accept", "text/csv"),), "failed"),
        ("Visit", (("Accept-Language", "de"),), "cannot-tell"),
        ("Visit", (("Acme-API-Version", "acme 2.99"),), "cannot-tell"),
        ("Visit", (("Accept", ""), ("Tenant", "north")), "failed"),
        ("Move", (("Accept", "application/vnd.one+json"),), "failed"),  # which documents no 406
    ],
)
def test_what_a_header_asks_for_may_not_be_had_of_what_is_there(
    ask: Ask, operation: str, sent: tuple[tuple[str, str], ...], outcome: str
) -> None:
    """One row as an object was asked for where three were found, and a version beyond the latest."""
    asked = ask(CHECK, operation, contract=VISITS, status=406, intent=P, sent=sent)
    assert asked.outcome(clause_ids.accepted(operation)) == outcome


@pytest.mark.parametrize(("until", "outcome"), [(1, "cannot-tell"), (2, "failed"), (None, "failed")])
def test_members_that_a_description_compares_must_agree(ask: Ask, until: int | None, outcome: str) -> None:
    """The refusal may be that of a database, which names its own rule: "violates check constraint visits_until"."""
    body, clause = {"day": 2, **({"until": until} if until else {})}, clause_ids.accepted("Move")
    asked = ask(CHECK, "Move", contract=VISITS, status=400, intent=P, arguments={"body": body})
    assert asked.outcome(clause) == outcome


@pytest.mark.parametrize(
    "text", ["the visit is not a plan any more", "The visit is no longer open", "FAILED_PRECONDITION"]
)
def test_what_something_was_before_is_its_state(ask: Ask, text: str) -> None:
    asked = ask(CHECK, "Move", contract=VISITS, status=400, body={"detail": text}, intent=P)
    assert asked.outcome(clause_ids.accepted("Move")) == "cannot-tell"


def test_what_a_document_leaves_unsaid_is_a_clause_of_its_own(ask: Ask) -> None:
    note = clause_ids.accepted("Visit", "query.Note")
    refused = ask(CHECK, "Visit", contract=VISITS, status=400, intent=P, target_clause=note, unsaid=True)
    assert (refused.failed, refused.outcome(note)) == ({UNSAID}, "silent")
    assert UNSAID in ask(CHECK, "Visit", contract=VISITS, intent=P, target_clause=note, unsaid=True).passed
    assert {clause.id: clause.level for clause in CHECK.clauses(VISITS)}[UNSAID] is Level.ADVISORY


@pytest.mark.parametrize(
    ("message", "failed"),
    [
        ("'mars' is not a member of this club", set()),
        ("pick one of the available choices", set()),
        ("this field has too many members", {UNSAID}),
    ],
)
def test_a_value_that_is_none_of_those_that_there_are_proves_nothing(ask: Ask, message: str, failed: set[str]) -> None:
    note, body = clause_ids.accepted("Visit", "query.Note"), {"detail": message}
    asked = ask(CHECK, "Visit", contract=VISITS, status=400, body=body, intent=P, target_clause=note, unsaid=True)
    assert asked.failed == failed


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("The place can't be changed.", "cannot-tell"),
        ("The place can\u2019t be changed.", "cannot-tell"),
        ("place cannot be modified", "cannot-tell"),
        ("place shouldn't be set", "cannot-tell"),
        ("place is read-only", "cannot-tell"),
        ("A visit that is archived has no place. You must unarchive it.", "cannot-tell"),
        ("The place can be changed to a town only", "failed"),
        ("The place is wrong", "failed"),
        ("The place must not be set below 1", "failed"),
        ("place should not be provided as null", "failed"),
        ("The place must be disabled, and of closed type; see /errors/transition", "failed"),
        ("Cannot go from published to draft", "cannot-tell"),
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_a_member_that_is_not_the_clients_to_set_proves_nothing(
    ask: Ask, message: str, outcome: str, *, escaped: bool
) -> None:
    """A merge patch of what never changes was a finding where the refusal said `can't` in place of `cannot`."""
    body = json.dumps({"detail": message}, ensure_ascii=escaped).encode()
    place = clause_ids.accepted("Move", "body/place")
    asked = ask(CHECK, "Move", contract=VISITS, status=422, body=body, intent=P, target_clause=place)
    assert asked.outcome(place) == outcome


@pytest.mark.parametrize(
    ("subject", "body", "outcome"),
    [
        ("query.Note", {"detail": "notes.txt is no directory"}, "cannot-tell"),
        ("query.Note", {"errors": [{"detail": "no notes below 'notes.txt'.", "more": "." * 5000}]}, "cannot-tell"),
        ("query.Note", {"detail": "Note is too long", "path": "/visits/notes.txt"}, "failed"),
        ("query.Note", {"detail": "other.notes.txt is no directory"}, "failed"),
        ("path.Id", {"detail": "notes.txt is no directory"}, "failed"),
    ],
)
def test_a_refusal_about_what_the_path_addresses_proves_nothing(
    ask: Ask, subject: str, body: JSON, outcome: str
) -> None:
    clause, given = clause_ids.accepted("Visit", subject), {"path.Id": "notes.txt", "query.Note": "a"}
    asked = ask(CHECK, "Visit", contract=VISITS, status=400, body=body, intent=P, target_clause=clause, arguments=given)
    assert asked.outcome(clause) == outcome


def test_an_annotated_document_says_what_it_means(toy: Contract) -> None:
    assert not [clause.id for clause in CHECK.clauses(toy) if clause.kind == "unsaid-accepted"]


THINGS = read(
    """
openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: ListThings
      parameters:
        - {name: size, in: query, schema: {type: integer, minimum: 1}}
        - {name: from, in: query, schema: {type: integer, minimum: 0}}
        - {name: sort, in: query, schema: {type: string}}
        - {name: done, in: query, schema: {type: integer}}
        - {name: name, in: query, schema: {type: string}}
      responses:
        "200":
          description: some things
          content:
            application/json:
              schema:
                type: object
                properties:
                  things:
                    type: array
                    items: {type: object, properties: {name: {type: string}, done: {type: integer, minimum: 0, maximum: 100}}}
      x-contract:
        collection:
          items: /things
          page: {offset: from, size: size, past_end: empty, x-source: {kind: documented, inferred: [past_end]}}
        order: {by: sort, keys: {name: name}, unknown: default, x-source: {kind: documented, inferred: [unknown]}}
        filters: {done: {field: done}, name: {field: name}}
"""
)


@pytest.mark.parametrize(
    ("arguments", "status", "level"),
    [
        ({"query.from": 900}, 404, Level.ADVISORY),
        ({"query.from": 900}, 400, Level.ADVISORY),
        ({"query.from": 0}, 400, Level.FAILURE),
        ({"query.size": 5}, 400, Level.FAILURE),
        ({"query.sort": "colour"}, 400, Level.ADVISORY),
        ({"query.sort": "name"}, 400, Level.FAILURE),
        ({"query.done": 101}, 400, Level.ADVISORY),
        ({"query.done": -1}, 404, Level.ADVISORY),
        ({"query.done": 100}, 400, Level.FAILURE),
        ({"query.name": "x"}, 400, Level.FAILURE),
    ],
)
def test_a_refusal_weighs_as_what_the_request_rests_on(
    ask: Ask, arguments: Arguments, status: int, level: Level
) -> None:
    # A page beyond the end, an unknown key and a value that no item can have were failures where all are our reading.
    asked = ask(CHECK, "ListThings", contract=THINGS, status=status, arguments=arguments, intent=P)
    [verdict] = [each for each in asked.verdicts if each.outcome == "failed"]
    assert level_of(Source.DOCUMENTED, verdict.facts) is level


REMOVALS = read(
    """
openapi: 3.1.0
info: {title: Visits, version: "1"}
paths:
  /visits/{Id}:
    delete:
      operationId: Remove
      parameters: [{name: Id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: gone}}
"""
)


def test_a_removal_may_find_nothing_left_to_remove(ask: Ask) -> None:
    asked = ask(CHECK, "Remove", contract=REMOVALS, intent=P, status=404, arguments={"path.Id": "a"})
    assert not asked.failed


RANGES = read(
    """
openapi: 3.1.0
info: {title: Games, version: "1"}
paths:
  /games:
    get:
      operationId: ListGames
      parameters:
        - {name: min_price, in: query, schema: {type: number}}
        - {name: max_price, in: query, schema: {type: number}}
        - {name: from, in: query, schema: {type: string, format: date}}
        - {name: to, in: query, schema: {type: string, format: date}}
      responses:
        "200": {description: games}
"""
)


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        ({"query.min_price": 9, "query.max_price": 1}, "cannot-tell"),
        ({"query.from": "2024-02-01", "query.to": "2024-01-01"}, "cannot-tell"),
        ({"query.min_price": 1, "query.max_price": 9}, "failed"),
        ({"query.min_price": 9}, "failed"),
        ({"query.min_price": True, "query.max_price": 0}, "failed"),
        ({"query.from": "2024-01-01", "query.to": "2024-02-01"}, "failed"),
    ],
)
def test_a_range_that_is_turned_round_may_be_refused(ask: Ask, arguments: Arguments, outcome: str) -> None:
    asked = ask(CHECK, contract=RANGES, operation="ListGames", intent=P, status=400, arguments=arguments)
    assert asked.outcome(clause_ids.accepted("ListGames")) == outcome
