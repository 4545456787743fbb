"""Pages are counted from 1, or from 0 where the document says so."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.contract.naming.first_page import first_page
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
    listing = {"operationId": "list", "parameters": [{"name": "page", "in": "query", **parameter}], "responses": OK}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": listing}}}
    assert first_page(read(document).operation("list").parameter("page")) == first
