"""Every rule is silent about a sound document and speaks, at the right line, about one with its flaw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_suite.contract.family import families, load
from contract_suite.model.source import Level
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import Complaint, judge

Document = dict[str, Any]

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
      x-source: {kind: inferred, at: Somewhere, keywords: {security: sdk}}
      parameters:
        - {name: Name, in: query, description: Only these., schema: {type: string}}
        - {name: Page, in: query, description: Which., schema: {type: integer, minimum: 1, default: 1}}
        - {name: Size, in: query, description: How many., schema: {type: integer, minimum: 1, default: 10, examples: [5]}}
        - {name: sort, in: query, description: By what., schema: {type: string, default: name}}
      responses:
        "200":
          description: A page.
          content: {application/json: {schema: {$ref: "#/components/schemas/Page"}, examples: {none: {value: {Items: [], Total: 0}}}}}
        "401": {$ref: "#/components/responses/Refused"}
      x-contract:
        collection: {items: /Items, total: /Total, page: {number: Page, size: Size}}
        order: {by: sort, keys: {name: Name, id: /Id}, default: {by: name, direction: asc}}
        filters: {Name: {field: Name, match: equals}}
        echo: {Page: /Page}
    post:
      operationId: CreateThing
      summary: Create a thing
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/NewThing"}, example: {Name: a}}}}
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
      - {name: Id, in: path, required: true, description: Which., schema: {type: string}, x-contract: {refusal: {status: 401, code: Bad}}}
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
    NewThing: {type: object, required: [Name], properties: {Name: {type: string, x-source: {keywords: {type: inferred}}}}}
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


def complaints(
    folder: Path, document: Document | str, *, seed: Any = None, errata: Any = None
) -> tuple[Complaint, ...]:
    folder.mkdir(exist_ok=True)
    (folder / "family.toml").write_text('name = "things"\n', "utf-8")
    text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    (folder / "openapi.yaml").write_text(text, "utf-8")
    if seed is not None:
        (folder / "seed.yaml").write_text(yaml.safe_dump(seed), "utf-8")
    if errata is not None:
        (folder / "errata.yaml").write_text(yaml.safe_dump(errata), "utf-8")
    return judge(load(folder), RULES)


@pytest.mark.parametrize("name", families())
def test_the_families_are_sound(name: str) -> None:
    assert judge(load(name), RULES) == ()


def test_a_sound_document_is_left_alone(tmp_path: Path) -> None:
    assert complaints(tmp_path / "f", SOUND, seed=SEED, errata=ERRATA) == ()


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


LIST = "/paths/~1things/get"
POST = "/paths/~1things/post"
GET = "/paths/~1things~1{Id}/get"
THING = "/components/schemas/Thing"
RESOURCE = "/x-contract/resources/Thing"

FLAWS: list[tuple[str, Callable[[Document], None], str]] = [
    ("openapi-valid", drop("/info", "version"), "'version'"),
    ("openapi-valid", put("/info", "titel", "x"), "titel"),
    ("openapi-valid", put(LIST, "sumary", "x"), "sumary"),
    ("openapi-valid", put(THING + "/properties/Id", "type", "text"), '"text"'),
    ("openapi-valid", put(THING + "/properties/Id", "minLength", -1), "-1"),
    ("openapi-valid", put("/servers/0", "description", 7), "7"),
    ("openapi-valid", put(LIST + "/parameters/0", "in", "body"), '"body"'),
    ("references-resolve", put(LIST + "/responses", "404", {"$ref": "#/components/responses/Gone"}), "leads nowhere"),
    (
        "references-resolve",
        put("/components/schemas", "Unused", {"properties": {"default": {"$ref": "#/nowhere"}}}),
        "leads nowhere",
    ),
    ("references-resolve", put("/components/responses", "A", {"$ref": "#/components/responses/A"}), "circle"),
    (
        "references-resolve",
        put(POST + "/responses/200/links/self", "operationId", "GetThin"),
        "did you mean 'GetThing'",
    ),
    ("references-resolve", put(POST + "/responses/200/links/self", "parameters", {"Idd": "x"}), "did you mean 'Id'"),
    (
        "operations-usable",
        put(LIST + "/responses", "404", {"$ref": "#/components/responses/Gone"}),
        "ListThings can't be used",
    ),
    ("operations-usable", put(THING + "/properties/Name", "pattern", "["), "can't be used"),
    ("operation-ids", drop(LIST, "operationId"), "GET /things has no operationId"),
    ("operation-ids", put(POST, "operationId", "ListThings"), "stands at line"),
    ("operation-ids", put(LIST, "operationId", "List::Things"), "'::'"),
    (
        "path-parameters",
        put("/paths", "/things/{Other}", {"get": {"operationId": "O", "responses": {"200": {"description": "x"}}}}),
        "'Other'",
    ),
    ("path-parameters", put("/paths", "/things/{Other}", {}), "can't be told from"),
    ("path-parameters", drop("/paths/~1things~1{Id}/parameters/0", "required"), "must be required"),
    ("path-parameters", put("/paths/~1things~1{Id}/parameters/0", "name", "Ident"), "no {Ident}"),
    ("responses-documented", drop(GET + "/responses", "200"), "GetThing documents no successful response"),
    ("responses-documented", drop(GET + "/responses", "401"), "no 401"),
    ("security-declared", put("/security/0", "kye", []), "did you mean 'key'"),
    ("security-declared", put(LIST, "security", [{"other": []}]), "'other' is not declared"),
    ("security-declared", lambda document: document.pop("security"), "does not say whether it needs a key"),
    (
        "examples-valid",
        put(THING + "/properties/Name", "examples", ["x" * 21]),
        "an example of the schema breaks its schema",
    ),
    ("examples-valid", put(THING + "/properties/Name", "default", 7), "the default of the schema"),
    ("examples-valid", put(LIST + "/parameters/1", "example", 0), "the example 'example' of ListThings query.Page"),
    ("examples-valid", put(POST + "/requestBody/content/application~1json", "example", {}), "of CreateThing body"),
    (
        "examples-valid",
        put(LIST + "/responses/200/content/application~1json/examples/none", "value", {"Items": [{}]}),
        "at /Items/0",
    ),
    ("examples-valid", put("/components/schemas", "Unused", {"type": "integer", "default": "one"}), "the default"),
    ("vocabulary-valid", put(LIST, "x-source", "rumour"), '"rumour"'),
    ("vocabulary-valid", put(LIST, "x-source", {"knd": "sdk"}), "knd"),
    ("vocabulary-valid", put(THING, "x-contract", {}), "means nothing here"),
    ("vocabulary-valid", put(LIST + "/x-contract", "colection", {}), "colection"),
    ("vocabulary-valid", put(LIST + "/x-contract/collection", "items", "Items"), "pattern"),
    ("vocabulary-valid", put(POST + "/x-contract/rate", "requests", 0), "minimum"),
    ("vocabulary-valid", put("/x-contract/errors/status", "wrong", 400), "wrong"),
    ("vocabulary-valid", put(THING + "/properties/Id", "x-source", {"keywords": {"type": "rumour"}}), "rumour"),
    ("promises-resolve", put(RESOURCE, "read", "GetThings"), "did you mean 'GetThing'"),
    ("promises-resolve", put(RESOURCE, "read", "CreateThing"), "is a POST"),
    ("promises-resolve", put(RESOURCE, "lists", ["GetThing"]), "has no collection"),
    ("promises-resolve", put(RESOURCE, "identity", ["Idd"]), "'Idd'"),
    ("promises-resolve", put(RESOURCE, "scope", ["Project"]), "'Project'"),
    ("promises-resolve", put(RESOURCE, "owns", ["Part"]), "'Part'"),
    ("promises-resolve", put(RESOURCE, "inherits", ["Colour"]), "'Colour'"),
    ("promises-resolve", put(RESOURCE, "assigned", {"Made": {"time": "created"}}), "'Made'"),
    ("promises-resolve", put(RESOURCE + "/unique/0", "within", ["Project"]), "'Project'"),
    ("promises-resolve", put(RESOURCE + "/invariants/0", "below", "/Boot/dir"), "'/Boot/dir'"),
    ("promises-resolve", put(RESOURCE + "/update", "mutable", ["Size"]), "'Size'"),
    ("promises-resolve", put("/x-contract/errors", "schema", "#/components/schemas/Eror"), "leads to no schema"),
    ("promises-resolve", put("/x-contract/errors", "fields", {"code": "/code"}), "/code"),
    ("promises-resolve", put(LIST + "/x-contract/collection", "total", "/Totals"), "/Totals"),
    ("promises-resolve", put(LIST + "/x-contract/collection", "items", "/Total"), "is no array"),
    ("promises-resolve", put(LIST + "/x-contract/collection/page", "size", "Sizes"), "did you mean 'Size'"),
    ("promises-resolve", put(LIST + "/x-contract/order", "by", "sorted"), "did you mean 'sort'"),
    ("promises-resolve", put(LIST + "/x-contract/order", "keys", {"name": "Nom"}), "'Nom'"),
    ("promises-resolve", put(LIST + "/x-contract/order", "default", {"by": "age"}), "'age'"),
    ("promises-resolve", put(LIST + "/x-contract", "filters", {"Nam": {"field": "Name"}}), "did you mean 'Name'"),
    ("promises-resolve", put(LIST + "/x-contract", "filters", {"Name": {"field": "/Nom"}}), "'/Nom'"),
    ("promises-resolve", put(LIST + "/x-contract", "echo", {"Page": "/Seite"}), "/Seite"),
    ("promises-resolve", put(GET + "/x-contract", "fresh", ["/Req"]), "/Req"),
    ("promises-resolve", put(GET + "/x-contract", "repeats_status", "/Http"), "/Http"),
    ("promises-resolve", put(GET + "/x-contract/success", "empty", ["/Cod"]), "/Cod"),
    ("promises-resolve", put(GET + "/x-contract", "bind", {"Idd": "Id"}), "'Idd'"),
    ("promises-resolve", put(GET + "/x-contract", "bind", {"Id": "Idd"}), "'Idd'"),
    ("promises-resolve", drop(POST + "/responses", "403"), "no 403"),
    ("promises-resolve", put("/paths/~1things~1{Id}/parameters/0/x-contract/refusal", "status", 422), "422"),
    ("descriptions", drop(LIST, "summary"), "neither summary nor description"),
    ("descriptions", drop(LIST + "/parameters/0", "description"), "'Name' has no description"),
    ("descriptions", put(GET + "/responses/200", "description", ""), "200 of GetThing"),
]


@pytest.mark.parametrize(
    ("rule", "change", "words"), FLAWS, ids=[f"{rule}-{index}" for index, (rule, _, _) in enumerate(FLAWS)]
)
def test_a_flaw_is_found_by_its_rule(tmp_path: Path, rule: str, change: Callable[[Document], None], words: str) -> None:
    document = yaml.safe_load(SOUND)
    change(document)
    found = [each for each in complaints(tmp_path / "f", document) if each.rule == rule]
    assert any(words in each.message for each in found), [each.message for each in found]
    assert all(each.level is (Level.ADVISORY if rule == "descriptions" else Level.FAILURE) for each in found)
    assert all(each.location.line > 1 or rule == "openapi-valid" for each in found)


SEED_FLAWS: list[tuple[Any, str]] = [
    ([], "must be an object"),
    ({"groups": 7}, "must be a list"),
    ({"grups": []}, "'grups'"),
    ({"groups": [{"resource": "Thig", "records": [{}]}]}, "did you mean 'Thing'"),
    ({"groups": [{"resource": "Thing", "records": []}]}, "needs records"),
    ({"groups": [{"resource": "Thing", "records": ["x"]}]}, "must be an object"),
    ({"groups": [{"resource": "Thing", "records": [{"Name": "a"}]}]}, "lacks the identity Id"),
    ({"groups": [{"resource": "Thing", "records": [{"Id": 1}]}]}, "is not of type string"),
    ({"groups": [{"resource": "Thing", "records": [{"Id": "1"}, {"Id": "1"}]}]}, "same identity"),
    ({"groups": [{"resource": "Thing", "records": [{"Id": "1", "Name": "a"}, {"Id": "2", "Name": "a"}]}]}, "same Name"),
    ({"groups": [{"resource": "Thing", "count": "many", "records": [{"Id": "1"}]}]}, "count"),
    ({"groups": [{"resource": "Thing", "vary": {"/Size": 1}, "records": [{"Id": "1"}]}]}, "no record has /Size"),
    ({"groups": [{"resource": "Thing", "scope": {"Project": "x"}, "records": [{"Id": "1"}]}]}, "no scope"),
    ({"containers": [7]}, "list of objects"),
]


@pytest.mark.parametrize(("seed", "words"), SEED_FLAWS)
def test_a_flaw_of_the_seed_is_found(tmp_path: Path, seed: Any, words: str) -> None:
    found = [each for each in complaints(tmp_path / "f", SOUND, seed=seed) if each.rule == "seed-valid"]
    assert any(words in each.message for each in found), [each.message for each in found]
    assert all(each.location.file.endswith("seed.yaml") for each in found)


@pytest.mark.parametrize(
    ("errata", "words"),
    [
        ([{**ERRATA[0], "pointers": ["#/components/schemas/Thin"]}], "points at #/components/schemas/Thin"),
        ([*ERRATA, *ERRATA], "stands twice"),
        ([{"id": "T-1"}], "what was decided"),
    ],
)
def test_a_flaw_of_the_errata_is_found(tmp_path: Path, errata: Any, words: str) -> None:
    found = [each for each in complaints(tmp_path / "f", SOUND, errata=errata) if each.rule == "errata-point-somewhere"]
    assert any(words in each.message for each in found)


def test_an_erratum_excuses_the_example_it_points_at(tmp_path: Path) -> None:
    document = yaml.safe_load(SOUND)
    examples = at(document, LIST + "/responses/200/content/application~1json/examples")
    examples["vendor"] = {"value": {"Items": "none"}}
    broken = complaints(tmp_path / "f", document)
    assert [each.rule for each in broken] == ["examples-valid"]
    pointer = "#/paths/~1things/get/responses/200/content/application~1json/examples/vendor"
    assert complaints(tmp_path / "f", document, errata=[{**ERRATA[0], "pointers": [pointer]}]) == ()


def test_every_rule_has_a_flaw_a_file_and_a_page() -> None:
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "rules.md").read_text("utf-8")
    tried = {rule for rule, _, _ in FLAWS} | {"seed-valid", "errata-point-somewhere"}
    assert {rule.name for rule in RULES} == tried
    for rule in RULES:
        assert (root / "contract_suite" / "rules" / f"{rule.name.replace('-', '_')}.py").is_file()
        assert f"\n## {rule.name}\n" in page


def test_a_document_without_promises_is_judged_too(tmp_path: Path) -> None:
    path = tmp_path / "plain.json"
    path.write_text('{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}}', "utf-8")
    assert judge(load(path), RULES) == ()
