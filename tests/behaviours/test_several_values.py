"""Several values of a filter in one text: each of them counts, and an answer to both is none to their text."""

from __future__ import annotations

import json
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.contract.document import Library
from contract_suite.contract.reading import read_contract
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.behaviours.driving import drive

KITE = {"type": "object", "properties": {"id": {"type": "integer"}, "colour": {"type": "string"}}}
OPERATION = {
    "operationId": "listKites",
    "parameters": [{"name": "colour", "in": "query", "schema": {"type": "string"}}],
    "x-contract": {
        "collection": {"items": ""},
        "filters": {"colour": {"field": "colour", "several": "any", "separator": ","}},
    },
    "responses": {
        "200": {"description": "So.", "content": {"application/json": {"schema": {"type": "array", "items": KITE}}}}
    },
}
DOCUMENT = {"openapi": "3.0.3", "info": {"title": "Kites", "version": "1"}, "paths": {"/kites": {"get": OPERATION}}}


class Kites:
    """Kites of four colours; a right server looks at every colour that it is asked for."""

    def __init__(self, *, first_alone: bool) -> None:
        self.first_alone = first_alone

    def handle(self, request: Request) -> Response:
        kites = [{"id": each, "colour": ("red", "blue", "green", "grey")[each % 4]} for each in range(12)]
        asked = parse_qs(urlsplit(request.target).query).get("colour")
        if asked:
            wanted = asked[0].split(",")[: 1 if self.first_alone else None]
            kites = [each for each in kites if each["colour"] in wanted]
        return Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(kites).encode())


@pytest.mark.parametrize("first_alone", [True, False])
def test_each_of_several_values_in_a_text_counts(*, first_alone: bool) -> None:
    contract = read_contract(Library().read(yaml.safe_dump(DOCUMENT).encode(), "kites.yaml"))
    driven = drive(contract, (filtering.BEHAVIOUR,), server=cast("MockServer", Kites(first_alone=first_alone)))
    clause = {"listKites::query.colour::several-values"}
    assert driven.failed() == (clause if first_alone else set())
    assert first_alone or driven.passed() >= clause
