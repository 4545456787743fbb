"""A sound document that every rule leaves alone, and ways to make it wrong in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from contract_suite.contract.family import load
from contract_suite.model.source import Level
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import LintProblem, Rule, judge

Document = dict[str, Any]
Change = Callable[[Document], object]
Case = tuple[Change, str]
"""A change that makes the document wrong, and words of the problem that a rule must find then."""

SOUND = """\
openapi: 3.1.0
info: {title: Things, version: "1"}
servers: [{url: https://example.org/v1}]
security: [{key: []}]
x-contract:
  resources:
    Thing:
      identity: [Id]
      create: {operation: CreateThing, x-source: inferred}
      read: GetThing
      lists: [ListThings]
      update: {operation: UpdateThing, mutable: [Name], omitted: kept}
      assigned: {Id: {format: "t-{random}"}}
      unique: [{fields: [Name]}]
      invariants: [{field: /Boot/file, below: /Boot/folder}]
  errors:
    schema: "#/components/schemas/Error"
    fields: {code: /Code}
    status: {invalid: 400}
    codes: {invalid: Bad}
paths:
  /things:
    get:
      operationId: ListThings
      summary: List things
      x-source: {kind: inferred, at: Somewhere, sdk: [security]}
      parameters:
        - {name: Name, in: query, description: Only these., schema: {type: string}}
        - {name: Page, in: query, description: Which., schema: {type: integer, minimum: 1, default: 1}}
        - name: Size
          in: query
          description: How many.
          schema: {type: integer, minimum: 1, default: 10, examples: [5]}
        - {name: sort, in: query, description: By what., schema: {type: string, default: name}}
      responses:
        "200":
          description: A page.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Page"}
              examples: {none: {value: {Items: [], Total: 0}}}
        "401": {$ref: "#/components/responses/Refused"}
      x-contract:
        collection: {items: /Items, total: /Total, page: {number: Page, size: Size}}
        order: {by: sort, keys: {name: Name, id: /Id}, default: {by: name, direction: asc}}
        filters: {Name: {field: Name, match: equals}}
        echo: {Page: /Page}
    post:
      operationId: CreateThing
      summary: Create a thing
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/NewThing"}, example: {Name: a}}}
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
          links: {self: {operationId: GetThing, parameters: {Id: "$response.body#/Id"}}}
        "401": {$ref: "#/components/responses/Refused"}
        "403": {$ref: "#/components/responses/Refused"}
      x-contract: {permission: write, rate: {requests: 10}, price: {amount: 0.5, currency: CNY}, response_bytes: 100}
  /things/{Id}:
    parameters:
      - name: Id
        in: path
        required: true
        description: Which.
        schema: {type: string}
        x-contract: {refusal: {status: 401, code: Bad}}
    get:
      operationId: GetThing
      summary: Get a thing
      responses:
        "200": {description: The thing., content: {application/json: {schema: {$ref: "#/components/schemas/Shown"}}}}
        "401": {$ref: "#/components/responses/Refused"}
      x-contract: {fresh: [/Request], success: {field: /Status, value: OK, empty: [/Code]}, repeats_status: /HttpCode}
    put:
      operationId: UpdateThing
      summary: Change a thing
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/NewThing"}}}}
      responses:
        "200": {description: The thing., content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
        "401": {$ref: "#/components/responses/Refused"}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  responses:
    Refused: {description: Refused., content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
  schemas:
    Error: {type: object, properties: {Code: {type: string}}}
    NewThing:
      type: object
      required: [Name]
      properties: {Name: {type: string, x-source: {inferred: [type]}}}
    Thing:
      type: object
      required: [Id]
      properties:
        Id: {type: string}
        Name: {type: string, maxLength: 20, examples: [a]}
        Status: {type: string}
        Code: {type: string}
        HttpCode: {type: integer}
        Boot: {type: object, properties: {file: {type: string}, folder: {type: string}}}
    Shown: {allOf: [{$ref: "#/components/schemas/Thing"}], required: [Request], properties: {Request: {type: string}}}
    Page:
      type: object
      required: [Items]
      properties:
        Items: {type: array, items: {$ref: "#/components/schemas/Thing"}}
        Total: {type: integer}
        Page: {type: integer}
"""
SEED = {
    "groups": [
        {
            "resource": "Thing",
            "scope": {},
            "count": 2,
            "vary": {"/Name": "suffix"},
            "records": [{"Id": "1", "Name": "a"}, {"Id": "2"}],
        }
    ]
}
ERRATA = [{"id": "T-1", "title": "A title", "decided": "So.", "pointers": ["#/components/schemas/Thing/properties/Id"]}]
LIST = "/paths/~1things/get"
POST = "/paths/~1things/post"
GET = "/paths/~1things~1{Id}/get"
THING = "/components/schemas/Thing"
RESOURCE = "/x-contract/resources/Thing"


def problems(
    folder: Path, document: Document | str = SOUND, *, seed: Any = None, errata: Any = None
) -> tuple[LintProblem, ...]:
    """What all rules find in a family of this document."""
    (folder / "family.toml").write_text('name = "things"\n', "utf-8")
    text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    (folder / "openapi.yaml").write_text(text, "utf-8")
    if seed is not None:
        (folder / "seed.yaml").write_text(yaml.safe_dump(seed), "utf-8")
    if errata is not None:
        (folder / "errata.yaml").write_text(yaml.safe_dump(errata), "utf-8")
    return judge(load(folder), RULES)


def found_by(rule: Rule, folder: Path, *changes: Change) -> list[LintProblem]:
    """What one rule finds in the sound document after some changes."""
    document = yaml.safe_load(SOUND)
    for change in changes:
        change(document)
    found = [each for each in problems(folder, document) if each.rule == rule.name]
    return [single for each in found for single in (replace(each, others=()), *each.others)]


def assert_bites(rule: Rule, folder: Path, case: Case) -> None:
    """The rule finds what the case made wrong, says it in the expected words, weighs it as it says, and says where."""
    change, words = case
    found = found_by(rule, folder, change)
    assert any(words in each.message for each in found), [each.message for each in found]
    assert {each.level for each in found} <= {rule.level, Level.ADVISORY}
    assert all(each.location.line >= 1 and each.location.file.endswith("openapi.yaml") for each in found)


def at(document: Document, pointer: str) -> Any:
    node: Any = document
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def put(pointer: str, key: str, value: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        at(document, pointer)[key] = value

    return change


def drop(pointer: str, key: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        del at(document, pointer)[key]

    return change
