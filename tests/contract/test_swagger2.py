"""Swagger 2.0 is read as the OpenAPI 3.0 that it says the same as, and keeps the places of what was written."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from contract_suite.contract.document import Library, Node
from contract_suite.contract.family import load
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.errors import DocumentError
from contract_suite.model.json import JSON
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import judge

PETS = """\
swagger: "2.0"
info: {title: Pets, version: "1"}
host: pets.example
basePath: /v2
schemes: [https, wss, http]
consumes: [application/json]
produces: [application/json, application/xml]
securityDefinitions:
  basic: {type: basic}
  key: {type: apiKey, in: header, name: X-Key}
  code: {type: oauth2, flow: accessCode, authorizationUrl: "https://a", tokenUrl: "https://t", scopes: {r: Read}}
security: [{key: []}]
parameters:
  Limit: {name: limit, in: query, description: Most., type: integer, minimum: 0, exclusiveMinimum: true}
  Pet: {name: pet, in: body, required: true, schema: {$ref: "#/definitions/Pet"}}
responses:
  Error: {description: Wrong., schema: {$ref: "#/definitions/Error"}}
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      parameters:
        - $ref: "#/parameters/Limit"
        - {name: tags, in: query, description: Which., type: array, items: {type: string}, collectionFormat: multi}
        - {name: ids, in: query, description: Which., type: array, items: {type: integer}, collectionFormat: pipes}
        - {name: codes, in: query, description: Which., type: array, items: {type: integer}, collectionFormat: ssv}
        - {name: days, in: query, description: Which., type: array, items: {type: string}}
        - {name: tabs, in: query, description: Which., type: array, items: {type: integer}, collectionFormat: tsv}
      responses:
        200:
          description: Pets.
          schema: {type: array, items: {$ref: "#/definitions/Pet"}}
          headers: {X-Total: {type: integer, maximum: 9007199254740993}}
          examples: {application/json: [{name: a}]}
        401: {$ref: "#/responses/Error"}
        default: {$ref: "#/responses/Error"}
    post:
      operationId: addPet
      summary: Add a pet
      produces: [application/json]
      parameters: [{$ref: "#/parameters/Pet"}]
      responses:
        201: {description: Made.}
        401: {$ref: "#/responses/Error"}
  /pets/{id}/photo:
    parameters: [{name: id, in: path, description: Which., required: true, type: integer, format: int64}]
    post:
      operationId: addPhoto
      summary: Add a photo
      parameters:
        - {name: photo, in: formData, type: file, required: true}
        - {name: note, in: formData, type: string, x-nullable: true}
      responses:
        200: {description: The photo., schema: {type: file}}
        401: {$ref: "#/responses/Error"}
  /login:
    post:
      operationId: logIn
      summary: Log in
      security: [{basic: []}]
      parameters:
        - {name: user, in: formData, type: string}
        - {name: roles, in: formData, type: array, items: {type: string}, collectionFormat: multi}
      responses:
        204: {description: Done.}
        401: {$ref: "#/responses/Error"}
definitions:
  Pet:
    type: object
    required: [name]
    discriminator: kind
    properties:
      name: {type: string, x-nullable: false}
      kind: {type: string}
      owner: {$ref: "#/definitions/Owner", x-nullable: true}
      trouble: {$ref: "#/responses/Error/schema"}
  Owner: {type: object, properties: {since: {type: string, x-nullable: true}, pets: {$ref: "#/definitions/Pets"}}}
  Pets: {type: array, items: {$ref: "#/definitions/Pet"}}
  Error: {type: object, properties: {message: {type: string}}}
"""


def contract_of(text: str = PETS) -> Contract:
    return read_contract(Library().read(text.encode(), "pets.yaml"))


def test_a_run_of_the_mill_document_is_read_and_found_sound() -> None:
    contract = contract_of()
    assert [each.problem for each in contract.operations] == ["", "", "", ""]
    assert contract.servers == ("https://pets.example/v2", "http://pets.example/v2")
    assert contract.base_path == "/v2"
    assert [each.message for each in judge(contract, RULES)] == []


def test_parameters_have_a_schema_and_the_style_of_their_collection_format() -> None:
    listing = contract_of().operation("listPets")
    assert [(each.name, each.style, each.explode) for each in listing.parameters] == [
        ("limit", "form", True),
        ("tags", "form", True),
        ("ids", "pipeDelimited", False),
        ("codes", "spaceDelimited", False),
        ("days", "form", False),
        ("tabs", "form", True),
    ]
    limit, tabs = listing.parameter("limit"), listing.parameter("tabs")
    assert limit is not None
    assert tabs is not None
    assert not limit.schema.is_valid(0)
    assert limit.schema.is_valid(1)
    assert tabs.schema.root == {"type": "string"}


def test_a_body_takes_the_media_types_that_are_consumed() -> None:
    body = contract_of().operation("addPet").body
    assert body is not None
    assert body.required
    assert [each.name for each in body.media_types] == ["application/json"]
    assert body.json is not None
    assert body.json.schema is not None
    assert body.json.schema.is_valid({"name": "a", "owner": None})
    assert body.json.schema.is_valid({"name": "a", "owner": {"since": None, "pets": [{"name": "b"}]}})
    assert not body.json.schema.is_valid({"name": None})
    assert not body.json.schema.is_valid({"name": "a", "trouble": {"message": 1}})


def test_form_fields_are_one_body() -> None:
    contract = contract_of()
    photo, login = contract.operation("addPhoto").body, contract.operation("logIn").body
    assert photo is not None
    assert photo.required
    assert [each.name for each in photo.media_types] == ["multipart/form-data"]
    assert photo.media_types[0].schema is not None
    assert photo.media_types[0].schema.is_valid({"photo": "x", "note": None})
    assert not photo.media_types[0].schema.is_valid({"note": "x"})
    assert login is not None
    assert not login.required
    assert [each.name for each in login.media_types] == ["application/x-www-form-urlencoded"]


def test_responses_have_the_media_types_that_are_produced_and_their_headers() -> None:
    listing = contract_of().operation("listPets")
    found = listing.response(200)
    assert found is not None
    assert [each.name for each in found.media_types] == ["application/json", "application/xml"]
    assert [each.value for each in found.media_types[0].examples] == [[{"name": "a"}]]
    [total] = found.headers
    assert total.schema is not None
    assert not total.schema.is_valid(9007199254740994)  # a float would have rounded the bound
    assert total.schema.is_valid(9007199254740993)
    made = contract_of().operation("addPet").response(201)
    assert made is not None
    assert made.media_types == ()


@pytest.mark.parametrize(
    ("schema", "expected"),
    [("{type: object}", "application/json"), ("{type: file}", "*/*"), ("{type: string}", "*/*")],
)
def test_without_produces_a_structure_is_json_and_a_text_is_anything(schema: str, expected: str) -> None:
    text = f"""\
swagger: 2.0
info: {{title: x, version: "1"}}
paths: {{/a: {{get: {{responses: {{200: {{description: x, schema: {schema}}}}}}}}}}}
"""
    found = contract_of(text).operations[0].response(200)
    assert found is not None
    assert [each.name for each in found.media_types] == [expected]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [("{type: object}", ["text/csv", "application/json"]), ("{type: string}", ["text/csv"])],
)
def test_what_is_produced_is_meant_of_successes_where_a_refusal_has_members(schema: str, expected: list[str]) -> None:
    """An export as CSV that was refused with a JSON error, as described, was called a response of another media type."""
    text = f"""\
swagger: 2.0
info: {{title: x, version: "1"}}
paths:
  /export:
    get:
      produces: [text/csv]
      responses:
        200: {{description: x, schema: {{type: string}}}}
        404: {{description: x, schema: {schema}}}
"""
    found = {
        each.status: [media.name for media in each.media_types] for each in contract_of(text).operations[0].responses
    }
    assert found == {"200": ["text/csv"], "404": expected}


def test_security_schemes_are_those_of_openapi_3() -> None:
    schemes = {each.id: (each.type, each.scheme, each.name) for each in contract_of().security_schemes}
    assert schemes == {"basic": ("http", "basic", ""), "key": ("apiKey", "", "X-Key"), "code": ("oauth2", "", "")}
    root = contract_of().root
    flows = root.find("/components/securitySchemes/code/flows") if root is not None else None
    assert flows is not None
    assert isinstance(flows.value, dict)
    assert list(flows.value) == ["authorizationCode"]


def test_the_places_are_those_of_the_document_that_was_written() -> None:
    contract = contract_of()
    limit = contract.operation("listPets").parameter("limit")
    body = contract.operation("addPet").body
    assert limit is not None
    assert body is not None
    assert (limit.location.line, limit.location.pointer) == (14, "/parameters/Limit")
    assert (body.location.line, body.location.pointer) == (15, "/parameters/Pet")
    assert contract.operation("logIn").location.line == PETS.splitlines().index("  /login:") + 2


@pytest.mark.parametrize("version", ["1.2", "3.0"])
def test_other_versions_of_swagger_are_refused_by_name(tmp_path: Path, version: str) -> None:
    path = tmp_path / "old.yaml"
    path.write_text(f"swagger: '{version}'\npaths: {{}}\n", "utf-8")
    with pytest.raises(DocumentError, match=f"only 2.0 is read, not '{version}'"):
        load(path)


def test_a_parameter_that_leads_nowhere_stays_a_trouble_of_its_operation() -> None:
    contract = contract_of(PETS.replace('"#/parameters/Limit"', '"#/parameters/Limits"'))
    assert [problem.rule for problem in judge(contract, RULES)].count("references-resolve") == 1


def test_what_a_list_of_items_refers_to_is_found() -> None:
    """It is no schema, which is said; that its references led nowhere was not true."""
    mixed = '  Mixed: {type: array, items: [{$ref: "#/definitions/Owner"}]}'
    contract = contract_of(PETS.replace("  Owner:", f"{mixed}\n  Owner:"))
    assert "references-resolve" not in [problem.rule for problem in judge(contract, RULES)]


def test_a_name_that_only_swagger_allows_is_no_problem() -> None:
    text = PETS.replace("#/definitions/Owner", "#/definitions/List%20Owner").replace("  Owner:", '  "List Owner":')
    contract = contract_of(text.replace("key: []", '"my key": []').replace("  key: {", '  "my key": {'))
    assert [each.message for each in judge(contract, RULES)] == []


def containers(value: JSON, pointer: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [pointer]
    children = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for key, child in children:
        found += containers(child, (*pointer, key))
    return found


def nodes(node: Node, seen: set[int]) -> list[Node]:
    """Every node below, containers once."""
    if isinstance(node.value, (dict, list)):
        if id(node.value) in seen:
            return []
        seen.add(id(node.value))
    below = [*(child for _, child in node.items()), *node.elements()]
    return [node, *(each for child in below for each in nodes(child, seen))]


SOUND: Any = yaml.safe_load(PETS)
PLACES = containers(SOUND)
OTHERS: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 7, 1.5, "", "x", [], {}, [1], {"a": 1}, [[]], {"$ref": "#/definitions/Pet"}]
)


@pytest.mark.longer
@example([(("responses", "Error"), [1])])  # a reference to no response was followed, and its parts had no place
@given(st.lists(st.tuples(st.sampled_from(PLACES[1:]), OTHERS), max_size=3))
def test_whatever_is_wrong_in_it_every_node_stands_where_it_was_written(
    changes: list[tuple[tuple[str | int, ...], JSON]],
) -> None:
    document: Any = copy.deepcopy(SOUND)
    for place, other in changes:
        above: Any = document
        try:
            for key in place[:-1]:
                above = above[key]
            above[place[-1]] = copy.deepcopy(other)
        except (TypeError, KeyError, IndexError):
            continue
    text = json.dumps(document, indent=1).encode()
    plain = Library().read(text, "pets.json")
    try:
        contract = read_contract(Library().read(text, "pets.json"))
    except DocumentError:
        return
    judge(contract, RULES)
    assert contract.root is not None
    for node in nodes(contract.root, set()):
        written = plain.find(node.pointer)
        assert written is not None, node.pointer
        assert written.line == node.line, node.pointer
