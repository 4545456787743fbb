"""Reads of identities like no other, and of a live one whose address is spelled otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.behaviours.resources.unknown_resource import unknown_resource
from contract_suite.mock.faults.catalogue import chosen
from contract_suite.mock.pipeline import Pipeline
from contract_suite.model.exchange import Response
from tests.behaviours.driving import drive
from tests.contracts import load

READ = "GetAlgorithm::Algorithm"


@pytest.mark.parametrize(
    "fault",
    [
        "long-id-answered-with-first",
        "negative-id-answered-with-first",
        "foreign-id-answered-with-first",
        "id-with-slash-answered-with-first",
    ],
)
def test_an_extreme_identity_that_shows_another_is_found(fault: str) -> None:
    [(pai, found)] = chosen([load("pai")], [fault])
    driven = drive(pai, (unknown_resource.BEHAVIOUR,), pipeline=found.site.plant(Pipeline()))
    assert f"{READ}::extreme-refused" in driven.failed()


def test_an_address_that_is_not_decoded_is_found() -> None:
    [(pai, found)] = chosen([load("pai")], ["encoded-letter-unknown"])
    driven = drive(pai, (unknown_resource.BEHAVIOUR,), pipeline=found.site.plant(Pipeline()))
    assert driven.failed() == {f"{READ}::encoded-served"}


@pytest.mark.parametrize("status", [400, 404, 414, 422])
def test_a_server_that_refuses_long_identities_by_another_status_is_right(status: int) -> None:
    def sent(call: Any, response: Response) -> Response:
        long = len(call.request.target) > 1000
        return Response(status=status, body=b"{}") if long else response

    driven = drive(load("pai"), (unknown_resource.BEHAVIOUR,), pipeline=Pipeline(sent=sent))
    assert driven.failed() == set()
    assert f"{READ}::extreme-refused" in driven.passed()
