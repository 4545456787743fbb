"""Successes that say that nothing was done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.checks.kit.soft_refusals import is_soft_refusal, refuses_softly
from contract_suite.model.exchange import Exchange, Request, Response


@pytest.mark.parametrize(
    "body",
    [
        {"ok": False, "error": "name_taken"},
        {"success": False, "message": "no"},
        {"status": "error", "message": "no such user"},
        {"jsonrpc": "2.0", "error": {"code": -32602}, "id": 1},
        {"data": None, "errors": [{"message": "no"}]},
    ],
)
def test_an_answer_may_say_that_the_call_failed(body: Any) -> None:
    assert is_soft_refusal(body)
    response = Response(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(body).encode())
    exchange = Exchange(number=1, request=Request(method="GET", target="/"), answer=response, seconds=0.1)
    assert refuses_softly(exchange)


@pytest.mark.parametrize(
    "body",
    [
        [],
        "error",
        {"ok": True, "error": ""},
        {"success": False},
        {"id": 5, "status": "failed", "message": "out of memory"},
        {"status": "error"},
        {"error": "no"},
        {"data": {"a": 1}, "errors": [{"message": "a part is missing"}]},
    ],
)
def test_a_thing_that_speaks_of_failure_is_none(body: Any) -> None:
    assert not is_soft_refusal(body)
