"""References, places, and what becomes of a document in which something is of the wrong type."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.document import Library
from contract_suite.contract.family import load
from contract_suite.errors import DocumentError
from contract_suite.model.json import escape
from contract_suite.model.location import Location
from contract_suite.reference import Reference
from contract_suite.rules.catalogue import RULES
from contract_suite.rules.rule import judge

SMALL = """\
openapi: 3.1.0
info: {title: x, version: "1"}
servers: [{url: "https://x/{a}", variables: {a: {default: b}}}]
security: [{key: []}]
x-contract:
  resources:
    Thing:
      identity: [Id]
      create: {operation: Make}
      update: {operation: Make, mutable: [Id]}
      lists: [List]
      assigned: {Id: {format: "t-{random}"}}
      unique: [{fields: [Id], within: [Id]}]
      invariants: [{field: Id, below: Id}]
  errors: {schema: "#/components/schemas/Thing", fields: {code: /Id}, status: {invalid: 400}}
paths:
  /t:
    get:
      operationId: List
      x-source: {kind: sdk, sdk: [security]}
      parameters:
        - {name: p, in: query, schema: {type: integer, default: 1, enum: [1, 2]}, x-contract: {refusal: {status: 400}}}
        - {$ref: "#/components/parameters/Q"}
      responses:
        "200":
          description: d
          headers: {X: {required: true, schema: {type: integer}}}
          content: {application/json: {schema: {type: object, properties: {l: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}}}
      x-contract:
        collection: {items: /l, total: /n, page: {number: p, size: p}}
        order: {by: p, keys: {a: Id}, default: {by: a, direction: asc}}
        filters: {p: {field: Id}}
        echo: {p: /p}
        fresh: [/r]
        repeats_status: /s
        success: {field: /s, value: 1, empty: [/e]}
        permission: w
        response_bytes: 9
        rate: {requests: 1}
        price: {amount: 0}
    post:
      operationId: Make
      tags: [a]
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}, examples: {a: {value: {}}}}}}
      responses: {"200": {$ref: "#/components/responses/R"}}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  parameters: {Q: {name: q, in: query, content: {application/json: {schema: {type: string}}}}}
  responses: {R: {description: d, links: {l: {operationId: List, parameters: {p: 1}}}}}
  schemas:
    Thing:
      type: [object, "null"]
      required: [Id]
      properties: {Id: {type: string, pattern: "^a", minLength: 1, format: date, x-source: {kind: sdk}}, More: {$ref: "#/components/schemas/Thing"}}
      anyOf: [{type: object}, {type: "null"}]
      additionalProperties: false
      dependentRequired: {Id: [More]}
"""
WRONG: list[Any] = [
    None,
    True,
    -1.5,
    "",
    "#/nowhere",
    "#/components/schemas/Thing",
    [],
    [1],
    [{}],
    {"a": 1},
    {"$ref": "#/components/schemas/Thing"},
    {"$ref": 7},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key in value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0):
        yield from places(value[key], (*path, key))


def use(path: Path) -> None:
    """Load a document and use all that can be used of it."""
    contract = load(path)
    judge(contract, RULES)
    reference = Reference(contract)
    for operation in contract.operations:
        if not operation.problem:
            for parameter in operation.parameters:
                parameter.schema.problems({"a": [1]})
    for name in reference.schemas:
        reference.validate(name, {"Id": 1, "More": [None]})


PLACES = list(places(yaml.safe_load(SMALL)))


@pytest.mark.longer
@pytest.mark.parametrize("part", range(8))
def test_every_wrong_type_in_every_place_is_a_contract_or_a_located_sentence(tmp_path: Path, part: int) -> None:
    sound = yaml.safe_load(SMALL)
    path = tmp_path / "d.json"
    for number, place in enumerate(PLACES):
        if number % 8 != part:
            continue
        for wrong in (WRONG[(number + offset) % len(WRONG)] for offset in (0, 6)):
            document: Any = copy.deepcopy(sound)
            if place:
                holder = document
                for key in place[:-1]:
                    holder = holder[key]
                holder[place[-1]] = wrong
            else:
                document = wrong
            path.write_text(json.dumps(document), "utf-8")
            try:
                use(path)
            except DocumentError as error:
                assert error.location is not None, (place, wrong, str(error))  # noqa: PT017 - to be read and to be refused are both right


@pytest.mark.longer
@given(data=st.data())
def test_any_mutation_is_a_contract_or_a_located_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    document = yaml.safe_load(SMALL)
    for place in data.draw(st.lists(st.sampled_from(PLACES[1:]), min_size=1, max_size=3)):
        holder: Any = document
        for key in place[:-1]:
            if not isinstance(holder, (dict, list)) or (
                key not in holder if isinstance(holder, dict) else not isinstance(key, int) or key >= len(holder)
            ):
                break
            holder = holder[key]
        else:
            if isinstance(holder, dict):
                holder[place[-1]] = copy.deepcopy(data.draw(st.sampled_from(WRONG)))
    path = tmp_path_factory.mktemp("d") / "d.json"
    path.write_text(json.dumps(document), "utf-8")
    try:
        use(path)
    except DocumentError as error:
        assert error.location is not None  # noqa: PT017 - as above


def test_references_reach_other_files_and_keep_their_lines(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "thing.yaml").write_text(
        "Thing:\n  type: object\n  properties:\n    Id: {$ref: '#/Id'}\nId:\n  type: string\n", "utf-8"
    )
    main = tmp_path / "api.yaml"
    main.write_text(
        SMALL.replace(
            'schema: {$ref: "#/components/schemas/Thing"}, examples',
            'schema: {$ref: "parts/thing.yaml#/Thing"}, examples',
        ),
        "utf-8",
    )
    contract = load(main)
    body = contract.operation("Make").body
    assert body is not None
    schema = body.media_types[0].schema
    assert schema is not None
    problem = schema.problems({"Id": 7})[0]
    assert problem.location.file.endswith("parts/thing.yaml")
    assert (problem.location.line, problem.location.pointer) == (6, "/Id/type")


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("https://example.org/thing.yaml", "remote"),
        ("gone.yaml#/Thing", "does not exist"),
        ("#/nowhere", "leads nowhere"),
        ("#/components/schemas/Other", "circle"),
        ("..", "folder"),
        ("file:///dev/zero", "out of the document's folder"),
        ("ftp://x/y", "remote"),
        ("d.yaml#/%zz", "leads nowhere"),
        ("http://[", ""),
    ],
)
def test_a_bad_reference_concerns_its_response_only(tmp_path: Path, reference: str, words: str) -> None:
    document = yaml.safe_load(SMALL)
    document["components"]["schemas"]["Other"] = {"$ref": "#/components/schemas/Other"}
    document["paths"]["/t"]["post"]["responses"]["200"] = {"$ref": reference}
    path = tmp_path / "d.yaml"
    path.write_text(yaml.safe_dump(document), "utf-8")
    contract = load(path)
    assert contract.operation("List").broken == ()
    make = contract.operation("Make")
    assert make.problem == ""
    assert make.provable
    [part] = make.broken
    assert part.subject == "200"
    assert words in part.message
    assert part.location.file.endswith("d.yaml")
    assert make.response(200) is not None


def test_remote_references_are_followed_where_allowed(tmp_path: Path) -> None:
    asked: list[str] = []

    def retrieve(uri: str) -> bytes:
        asked.append(uri)
        return b"Thing: {type: integer}"

    path = tmp_path / "d.yaml"
    path.write_text(
        SMALL.replace(
            'schema: {$ref: "#/components/schemas/Thing"}, examples',
            'schema: {$ref: "https://x/t.yaml#/Thing"}, examples',
        ),
        "utf-8",
    )
    body = load(path, retrieve=retrieve).operation("Make").body
    assert body is not None
    assert body.media_types[0].schema is not None
    assert body.media_types[0].schema.is_valid(3)
    assert asked == ["https://x/t.yaml"]


KEYS = st.text("ab/~%# é0", max_size=4)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@given(tree=st.dictionaries(KEYS, TREES, max_size=3))
def test_pointers_find_what_they_name(tree: dict[str, Any]) -> None:
    root = Library().read(json.dumps(tree).encode(), "d")
    for place in places(tree):
        pointer = "".join(f"/{escape(str(key))}" for key in place)
        node = root.find(pointer)
        assert node is not None
        assert node.pointer == pointer
        expected: Any = tree
        for key in place:
            expected = expected[key]
        assert node.value == expected
    assert root.find("/not/there") is None


def test_a_location_of_a_key_is_its_line() -> None:
    root = Library().read(b"a: 1\n'b/c':\n  - x\n", "d.yaml")
    assert root.location_of("b/c") == Location(file="d.yaml", line=2, pointer="/b~1c")
    assert root.location_of("none") == root.location
