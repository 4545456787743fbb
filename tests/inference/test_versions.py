"""A version is the client's where its create takes it, else the server's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inference.reading import said


@pytest.mark.parametrize("taken", [True, False])
def test_a_version_that_a_create_takes_is_one_that_an_update_may_change(*, taken: bool) -> None:
    """The version of an offering is its author's; one that nobody gives when it makes a thing counts its changes."""
    text: Any = {"type": "string"}
    offering: Any = {
        "type": "object",
        "required": ["id", "name", "version", "etag"],
        "properties": {"id": text, "name": text},
    }
    offering["properties"] |= {"version": text, "etag": text}
    sent: Any = {"type": "object", "properties": {"name": text, "version": text, "etag": text}}
    made = sent if taken else {"type": "object", "properties": {"name": text, "etag": text}}

    def one(name: str, status: str, body: Any = None) -> Any:
        shown: Any = {"description": "", "content": {"application/json": {"schema": offering}}}
        asked = {"requestBody": {"content": {"application/json": {"schema": body}}}} if body is not None else {}
        return {"operationId": name, "responses": {status: shown}, **asked}

    key: Any = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": text}]}
    paths: Any = {
        "/offerings": {"post": one("createOffering", "201", made)},
        "/offerings/{id}": {**key, "get": one("getOffering", "200"), "patch": one("updateOffering", "200", sent)},
    }
    plain: Any = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}
    update: Any = said(plain, "resources")["::resources/Offering/update"]
    assert ("version" in update["mutable"]) is taken
    assert "etag" not in update["mutable"]
