"""Any request: one that keeps the contract is served, one that breaks it is refused, and both get the documented form."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.requests import build
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.violations import violations
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from contract_suite.model.json import JSON, Raw
from tests.contracts import load

KEY = (("Authorization", "Bearer sk-abcdef-_123"),)
FAMILIES = ("pai", "modelarts", "opensearch")
OPERATIONS = [(family, operation.id) for family in FAMILIES for operation in load(family).operations]

TEXTS = st.text(max_size=12)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.lists(TEXTS, max_size=2),
    st.dictionaries(TEXTS, st.integers(), max_size=2),
    st.sampled_from([0, 1, 10, 50, 51, 2**31, "1.0", "%zz", "a/b", "", " ", "+1", "01", "\u0661"]),
    st.sampled_from([Raw("%zz"), Raw("%ff"), Raw("%00"), Raw("1&x=2"), Raw("+")]),
)


@lru_cache
def server_of(family: str) -> MockServer:
    return MockServer(load(family))


def valid(schema: Schema, node: Any = None, depth: int = 0) -> st.SearchStrategy[Any]:
    """Draw values that a schema allows; only what the families' request schemas use is known."""
    raw: Any = schema.bundle.root if node is None else node
    if not isinstance(raw, dict):
        return TEXTS
    reference = raw.get("$ref")
    if isinstance(reference, str):
        return valid(schema, schema.bundle.deref(reference), depth)
    if "enum" in raw:
        return st.sampled_from(raw["enum"])
    kind = raw.get("type")
    if kind == "integer":
        low, high = raw.get("minimum", -(2**31)), raw.get("maximum", 2**31 - 1)
        return st.integers(low, high) | st.integers(low, min(high, low + 20))
    if kind == "boolean":
        return st.booleans()
    if kind == "array":
        return st.lists(valid(schema, raw.get("items", True), depth + 1), max_size=2)
    if kind == "object" and depth < 4:
        properties = raw.get("properties", {})
        required = raw.get("required", [])
        parts = {name: valid(schema, each, depth + 1) for name, each in properties.items()}
        return st.fixed_dictionaries(
            {name: parts[name] for name in required},
            optional={name: part for name, part in parts.items() if name not in required},
        )
    if kind == "object":
        return st.just({})
    if "pattern" in raw:
        return st.from_regex(raw["pattern"], fullmatch=True, alphabet=st.characters(codec="ascii"))
    return st.text(min_size=raw.get("minLength", 0), max_size=30)


def parameter_values(parameter: Parameter, contract: Contract) -> st.SearchStrategy[Any]:
    drawn = valid(parameter.schema)
    known = [example.value for example in parameter.examples]
    if parameter.name in contract.values:
        known.append(contract.values[parameter.name])
    return st.one_of(st.sampled_from(known), drawn) if known else drawn


def sent(family: str, request: Request) -> Response:
    headers = (*request.headers, *KEY)
    return server_of(family).handle(
        Request(method=request.method, target=request.target, headers=headers, body=request.body)
    )


def check_form(contract: Contract, operation: Operation, response: Response) -> Any:
    spec = operation.response(response.status)
    assert spec is not None
    assert spec.json is not None
    assert spec.json.schema is not None
    assert response.header("content-type") == "application/json"
    assert int(response.header("content-length") or -1) == len(response.body)
    body = json.loads(response.body)
    assert spec.json.schema.problems(body) == []
    if response.status >= 400 and contract.errors is not None and "status" in contract.errors.fields:
        assert body["HttpCode"] == response.status
    return body


@pytest.mark.parametrize(("family", "name"), OPERATIONS)
def test_a_request_that_keeps_the_contract_is_served(family: str, name: str) -> None:
    contract = load(family)
    operation = contract.operation(name)
    required = {each.subject: parameter_values(each, contract) for each in operation.parameters if each.required}
    optional = {each.subject: parameter_values(each, contract) for each in operation.parameters if not each.required}
    if operation.body is not None and operation.body.json is not None and operation.body.json.schema is not None:
        required["body"] = valid(operation.body.json.schema)
    statuses = set()

    @settings(max_examples=25, deadline=None)
    @given(st.fixed_dictionaries(required, optional=optional))
    def run(arguments: dict[str, Any]) -> None:
        request = build(operation, arguments)
        assert violations(operation, request) == ()
        response = sent(family, request)
        statuses.add(response.status)
        body = check_form(contract, operation, response)
        if response.status != 200:
            # Nothing but what only the state can tell: an unknown thing, a taken name, too much text.
            assert response.status == 404 or body["Code"] in {"AlreadyExists", "AlgorithmTooLarge"}

    run()
    if not any(each.required for each in operation.parameters) and operation.body is None:
        assert statuses == {200}


@pytest.mark.parametrize(("family", "name"), OPERATIONS)
def test_a_request_that_breaks_the_contract_is_refused_and_no_other_one(family: str, name: str) -> None:
    contract = load(family)
    operation = contract.operation(name)
    drawn: dict[str, st.SearchStrategy[Any]] = {}
    for each in operation.parameters:
        drawn[each.subject] = st.one_of(ANYTHING, parameter_values(each, contract))
    if operation.body is not None and operation.body.json is not None and operation.body.json.schema is not None:
        good = valid(operation.body.json.schema)
        members = st.sampled_from(
            ["AlgorithmId", "AlgorithmName", "AlgorithmVersion", "AlgorithmSpec", "DisplayName", "WorkspaceId"]
        )
        bad = st.builds(lambda body, key, value: {**body, key: value}, good, members, ANYTHING)
        drawn["body"] = st.one_of(bad, good, ANYTHING)
    templates = {subject: strategy for subject, strategy in drawn.items() if subject.startswith("path.")}
    others = {subject: strategy for subject, strategy in drawn.items() if subject not in templates}

    @settings(max_examples=40, deadline=None)
    @given(st.fixed_dictionaries(templates, optional=others))
    def run(arguments: dict[str, Any]) -> None:
        request = build(operation, arguments)
        broken = violations(operation, request)
        if any(each.subject == "path" for each in broken):
            return
        response = sent(family, request)
        body = check_form(contract, operation, response)
        if broken:
            assert response.status == 400
        elif response.status == 400:
            code = body.get("Code", body.get("error_code"))
            text = body.get("Message", body.get("error_msg"))
            assert code in {"AlreadyExists", "AlgorithmTooLarge"} or "escape" in text or "JSON cannot carry" in text

    run()


@pytest.mark.parametrize("family", FAMILIES)
def test_no_key_no_answer(family: str) -> None:
    contract = load(family)
    server = MockServer(contract)
    for operation in contract.operations:
        arguments = {each.subject: next(iter(each.examples)).value for each in operation.parameters if each.required}
        request = build(operation, arguments)
        response = server.handle(Request(method=request.method, target=request.target))
        if operation.needs_key:
            assert response.status == 401
            assert response.header("www-authenticate") == "Bearer"
            check_form(contract, operation, response)
        else:
            assert response.status == 200


@settings(max_examples=100, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"]),
    path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
    base=st.sampled_from(
        ["", "/PaiStudio/2022-01-12/", "/PaiStudio/2022-01-12/algorithms/", "/PaiStudio/2022-01-12/ListAlgorithms?"]
    ),
    body=st.binary(max_size=20),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["Authorization", "Content-Type", "Cookie", "X"]),
            st.text(st.characters(max_codepoint=255), max_size=12),
        ),
        max_size=3,
    ),
)
def test_nothing_that_is_sent_breaks_the_server(
    method: str, path: str, base: str, body: bytes, headers: list[tuple[str, str]]
) -> None:
    response = server_of("pai").handle(Request(method=method, target=base + path, headers=(*headers, *KEY), body=body))
    assert response.status < 500
    if method == "HEAD":
        assert not response.body
    else:
        json.loads(response.body)


def test_what_a_document_shows_is_served() -> None:
    for family in FAMILIES:
        contract = load(family)
        server = MockServer(contract)
        for operation in contract.operations:
            bodies: list[JSON] = (
                [example.value for example in operation.body.json.examples]
                if operation.body and operation.body.json
                else [None]
            )
            for body in bodies:
                arguments: dict[str, JSON] = {
                    each.subject: each.examples[0].value for each in operation.parameters if each.required
                }
                if body is not None:
                    arguments["body"] = body
                request = build(operation, arguments)
                response = server.handle(
                    Request(
                        method=request.method,
                        target=request.target,
                        headers=(*request.headers, *KEY),
                        body=request.body,
                    )
                )
                gone = operation.id in {
                    "GetAlgorithmVersion",
                    "UpdateAlgorithmVersion",
                    "DeleteAlgorithmVersion",
                    "CreateAlgorithmVersion",
                    "ListAlgorithmVersions",
                }
                assert response.status == 200 or (gone and response.status in {404, 400}), (operation.id, response)
