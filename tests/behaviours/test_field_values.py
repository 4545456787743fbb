"""Values for places that leave a choice: a text or null, as FastAPI and Pydantic write what may be left out."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.behaviours.resources.kit.field_values import is_free_text, limits
from contract_suite.contract.schemas.view import view
from tests.generate.conftest import read

SHORT = {"type": "string", "minLength": 1, "maxLength": 20}


@pytest.mark.parametrize(
    "place",
    [
        {"type": ["string", "null"], "minLength": 1, "maxLength": 20},
        {"anyOf": [SHORT, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, SHORT]},
        {"anyOf": [{"$ref": "#/components/schemas/Short"}, {"type": "null"}]},
        {"anyOf": [{"anyOf": [SHORT, {"type": "null"}]}, {"type": "null"}]},
    ],
)
def test_the_limits_of_a_text_that_may_be_null_are_those_of_the_text(place: dict[str, Any]) -> None:
    """No update of such a field was accepted: the text for it was longer than its branch allows."""
    schema = {"type": "object", "properties": {"text": place}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "components": {"schemas": {"Short": SHORT}},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "make",
                    "requestBody": {"content": {"application/json": {"schema": schema}}},
                    "responses": {"200": {"description": ""}},
                }
            }
        },
    }
    body = read(document).operation("make").body
    media = body.json if body else None
    assert media is not None
    assert media.schema is not None
    member = view(media.schema).member("text")
    assert limits(member) == (1, 20)
    assert is_free_text(member)


@pytest.mark.parametrize("branch", [{"type": "string", "format": "uuid"}, {"type": "string", "pattern": "^a"}])
def test_a_text_of_a_form_is_not_free_in_a_choice_either(branch: dict[str, Any]) -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "operationId": "make",
                    "requestBody": {"content": {"application/json": {"schema": {"anyOf": [branch, {"type": "null"}]}}}},
                    "responses": {"200": {"description": ""}},
                }
            }
        },
    }
    body = read(document).operation("make").body
    media = body.json if body else None
    assert media is not None
    assert media.schema is not None
    assert not is_free_text(view(media.schema))
