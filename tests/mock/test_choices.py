"""Documents whose things are one of several: their mocks keep and list them, and a run before the mock finds nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_suite.cli.entry import execute
from contract_suite.record.reader import read_run
from contract_suite.record.run_folder import record_in

TEXT = {"type": "string"}


def kind(name: str, *, said: bool) -> dict[str, Any]:
    """One of several kinds of pets, which says its own name or leaves it to the discriminator."""
    members = {"kind": {"const": name} if said else TEXT, "id": TEXT, f"{name}Size": {"type": "integer"}}
    return {"type": "object", "required": ["kind", "id"], "properties": members}


def kinds(choice: str, *, said: bool, **discriminator: Any) -> dict[str, Any]:
    """A choice of two kinds with a discriminator."""
    names = [{"$ref": f"#/components/schemas/{name}"} for name in ("cat", "dog")]
    return {choice: names, "discriminator": {"propertyName": "kind", **discriminator}, "x-said": said}


MAPPED = {"mapping": {"cat": "#/components/schemas/cat", "dog": "dog"}}
CHOICES = {
    **{f"{choice}, names said": kinds(choice, said=True) for choice in ("oneOf", "anyOf")},
    **{f"{choice}, names mapped": kinds(choice, said=False, **MAPPED) for choice in ("oneOf", "anyOf")},
    **{f"{choice}, names of components": kinds(choice, said=False) for choice in ("oneOf", "anyOf")},
    "oneOf, one name mapped": kinds("oneOf", said=False, mapping={"cat": "cat"}),
}


def document(pet: dict[str, Any]) -> dict[str, Any]:
    """A document of pets that can be listed, made, read, changed and removed."""

    def shows(schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": "Yes.", "content": {"application/json": {"schema": schema}}}

    shown, unknown = {"$ref": "#/components/schemas/Pet"}, {"404": {"description": "No."}}
    body = {"required": True, "content": {"application/json": {"schema": shown}}}
    refused = {"400": {"description": "No."}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "components": {
            "schemas": {"Pet": pet, **{name: kind(name, said=pet.get("x-said", True)) for name in ("cat", "dog")}}
        },
        "paths": {
            "/pets": {
                "get": {"responses": {"200": shows({"type": "array", "items": shown})}},
                "post": {"requestBody": body, "responses": {"201": shows(shown), **refused}},
            },
            "/pets/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
                "get": {"responses": {"200": shows(shown), **unknown}},
                "put": {"requestBody": body, "responses": {"200": shows(shown), **unknown, **refused}},
                "delete": {"responses": {"204": {"description": "Gone."}, **unknown}},
            },
        },
    }


@pytest.mark.parametrize("name", CHOICES)
def test_a_run_before_the_mock_of_a_choice_is_conformant(name: str, tmp_path: Path) -> None:
    """A discriminator whose names nothing maps let an answer be two kinds, of which `oneOf` accused it."""
    path, report = tmp_path / "pets.json", tmp_path / "report"
    path.write_text(json.dumps(document(CHOICES[name])))
    assert execute(["run", str(path), "--fuzz-time", "0", "--report", str(report), "-q"]) == 0
    footer = read_run(record_in(report)).footer
    assert footer is not None
    assert footer.conformant, footer.reason
