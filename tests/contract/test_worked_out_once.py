"""What follows from the document alone is worked out once: a large document has thousands of operations that ask for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from contract_suite.contract.addressing import roles
from contract_suite.contract.document import Library
from contract_suite.contract.family import load
from contract_suite.contract.operation import Operation
from contract_suite.contract.reading import read_contract
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import Addresses
from contract_suite.generate.resources.called_resources import Call, calls
from contract_suite.generate.resources.inferred_resources import with_fields

OK: dict[str, Any] = {"200": {"description": "it", "content": {"application/json": {"schema": {"type": "object"}}}}}


def many(count: int) -> bytes:
    """A document with so many kinds of things, each made and read at paths of its own."""
    paths: dict[str, Any] = {}
    for number in range(count):
        name = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"/things{number}"] = {"post": {"operationId": f"createThing{number}", "responses": OK}}
        read = {"operationId": f"getThing{number}", "parameters": [name], "responses": OK}
        paths[f"/things{number}/{{id}}"] = {"get": read}
    return json.dumps({"openapi": "3.0.3", "info": {"title": "many", "version": "1"}, "paths": paths}).encode()


def looks(count: int, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a resource is looked at to find out what every operation of a document addresses."""
    document = tmp_path / f"{count}.json"
    document.write_bytes(many(count))
    contract = with_fields(load(document))
    seen = 0
    real = Resource.__getattribute__

    def counting(self: Resource, name: str) -> Any:
        nonlocal seen
        seen += name == "read"
        return real(self, name)

    with monkeypatch.context() as patched:
        patched.setattr(Resource, "__getattribute__", counting)
        addresses = Addresses(contract)
        assert any(addresses.needs(each) for each in contract.operations)
    return seen


def test_what_operations_address_is_found_in_time_by_their_number(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, more = (looks(count, tmp_path, monkeypatch) for count in (10, 40))
    assert 0 < more <= 5 * few


def test_what_operations_do_by_their_names_is_found_once_for_all_that_only_calls_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All operations were read again for each thing that no path leads to: 20 seconds for 1,750 operations."""
    verbs = ("create", "list", "info")
    paths = {
        f"/kind{kind}.{verb}": {"post": {"operationId": f"{verb}{kind}", "responses": OK}}
        for kind in range(9)
        for verb in verbs
    }
    document = {"openapi": "3.0.3", "info": {"title": "calls", "version": "1"}, "paths": paths}
    contract = with_fields(read_contract(Library().read(json.dumps(document).encode(), "calls.json")))
    asked = 0

    def counting(operations: tuple[Operation, ...], fields: Iterable[str]) -> list[Call]:
        nonlocal asked
        asked += 1
        return calls(operations, fields)

    monkeypatch.setattr("contract_suite.generate.resources.inferred_resources.calls", counting)
    assert len(Addresses(contract).resources) == 9
    assert asked == 1


def test_roles_and_constraints_are_kept(tmp_path: Any) -> None:
    document = tmp_path / "few.json"
    document.write_bytes(many(2))
    contract = with_fields(load(document))
    resources, operation = Addresses(contract).resources, contract.operations[1]
    assert [(each.name, role) for each, role in roles(resources, operation)] == [(resources[0].name, "read")]
    assert roles(resources, operation) is roles(resources, operation)
    media = operation.responses[0].json
    assert media is not None
    assert media.schema is not None
    assert constraints(media.schema) is constraints(media.schema)
