"""Pages are counted from 1, or from 0 where the document says so; offsets from 0, or from 1."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.naming.first_places import first_offset, first_page
from contract_suite.contract.operation import Parameter
from tests.generate.conftest import OK, read


@pytest.mark.parametrize(
    ("parameter", "first"),
    [
        ({"schema": {"type": "integer"}}, 1),
        ({"schema": {"type": "integer", "default": 1, "minimum": 0}}, 1),
        ({"schema": {"type": "integer", "default": 0}}, 0),
        ({"schema": {"type": "integer", "minimum": 0}}, 0),
        ({"schema": {"type": "integer", "minimum": 1}, "description": "The page, from 1 on."}, 1),
        ({"schema": {"type": "integer"}, "description": "Zero-based page index (0..N)"}, 0),
        ({"schema": {"type": "integer"}, "description": "Page number, starting at 0."}, 0),
        ({"schema": {"type": "integer"}, "description": "Page number; at most 100 pages."}, 1),
    ],
)
def test_where_pages_begin(parameter: dict[str, Any], first: int) -> None:
    """Without a default, page 0 was left out of every walk through a list of Spring's."""
    assert first_page(listed_by("page", parameter)) == first


@pytest.mark.parametrize(
    ("parameter", "first"),
    [
        ({"schema": {"type": "integer"}}, 0),
        ({"schema": {"type": "integer", "default": 0, "minimum": 0}}, 0),
        ({"schema": {"type": "integer", "default": 1}}, 1),
        ({"schema": {"type": "integer", "minimum": 1}}, 1),
        ({"schema": {"type": "boolean", "default": True}}, 0),
        ({"schema": {"type": "integer"}, "description": "The 1-based index of the first result"}, 1),
        ({"schema": {"type": "integer"}, "description": "How many to skip, 1 to 100"}, 0),
    ],
)
def test_where_offsets_begin(parameter: dict[str, Any], first: int) -> None:
    """Of SCIM's lists (RFC 7644) the first item was left out of every walk."""
    assert first_offset(listed_by("startIndex", parameter)) == first


def listed_by(name: str, parameter: dict[str, Any]) -> Parameter | None:
    listing = {"operationId": "list", "parameters": [{"name": name, "in": "query", **parameter}], "responses": OK}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": listing}}}
    return read(document).operation("list").parameter(name)
