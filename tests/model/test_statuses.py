"""What an HTTP status says, at the edges of its class."""

from __future__ import annotations

import pytest

from contract_suite.model.exchange import (
    Exchange,
    NoResponse,
    Request,
    Response,
    Trouble,
    is_server_error,
    status_class,
)


@pytest.mark.parametrize(
    ("status", "ok", "refused", "error"),
    [
        (199, False, False, False),
        (200, True, False, False),
        (299, True, False, False),
        (300, False, False, False),
        (399, False, False, False),
        (400, False, True, False),
        (499, False, True, False),
        (500, False, False, True),
        (600, False, False, True),
    ],
)
def test_each_status_has_one_class(status: int, ok: bool, refused: bool, error: bool) -> None:
    response = Response(status=status)
    exchange = Exchange(number=1, request=Request(method="GET", target="/"), answer=response)
    assert (response.ok, response.refused) == (exchange.ok, exchange.refused) == (ok, refused)
    assert is_server_error(status) is error


def test_an_exchange_without_a_response_is_neither_a_success_nor_a_refusal() -> None:
    answer = NoResponse(trouble=Trouble.RESET, message="the connection was reset")
    exchange = Exchange(number=1, request=Request(method="GET", target="/"), answer=answer)
    assert not exchange.ok
    assert not exchange.refused


def test_a_class_is_written_as_openapi_writes_it() -> None:
    assert status_class(404) == "4XX"
