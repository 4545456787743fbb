from __future__ import annotations

import json
from typing import Any

import pytest

from contract_suite.checks.bodies.included_once import CHECK
from contract_suite.checks.check import Judgement
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, Request, Response
from tests.checks.toys import read

MEDIA = "application/vnd.api+json"


def _of(kind: str, *ids: str) -> list[dict[str, str]]:
    return [{"type": kind, "id": each} for each in ids]


def outcomes(body: Any, *, documented: str = MEDIA, sent: str = MEDIA, status: str = "200") -> list[str]:
    answer = {"description": "posts", "content": {documented: {"schema": {"type": "object"}}}}
    get = {"operationId": "get", "responses": {status: answer}}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/posts": {"get": get}}}
    contract = read(json.dumps(document))
    request = Request(method="GET", target="/posts")
    case = Case(operation="get", request=request, intent=Intent.POSITIVE, stage=Stage.EXAMPLES)
    response = Response(status=200, headers=(("Content-Type", sent),), body=json.dumps(body).encode())
    exchange = Exchange(number=1, request=request, answer=response)
    judged = Judgement(contract=contract, operation=contract.operation("get"), case=case, exchange=exchange)
    found = list(CHECK.judge(judged))
    assert {each.clause for each in found} <= {each.id for each in CHECK.clauses(contract)}
    return [each.outcome.value for each in found]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"data": _of("posts", "1", "2"), "included": _of("people", "1", "2") + _of("tags", "1")}, ["passed"]),
        ({"data": _of("posts", "1"), "included": _of("people", "1", "2", "1")}, ["failed"]),
        ({"data": _of("posts", "1"), "included": _of("posts", "1")}, ["failed"]),
        ({"data": {"type": "posts", "id": "1"}, "included": _of("posts", "1")}, ["failed"]),
        ({"data": None, "included": [{}, {}, 1]}, ["passed"]),
        ({"data": _of("posts", "1", "1")}, []),
        ({"data": [], "included": []}, []),
        ([], []),
    ],
)
def test_each_resource_is_included_once(body: Any, said: list[str]) -> None:
    assert outcomes(body) == said


@pytest.mark.parametrize(
    ("documented", "sent"), [("application/json", "application/json"), (MEDIA, "application/json")]
)
def test_another_media_type_promises_nothing(documented: str, sent: str) -> None:
    assert outcomes({"data": [], "included": _of("people", "1", "1")}, documented=documented, sent=sent) == []


def test_a_refusal_that_is_documented_as_such_promises_nothing_of_successes() -> None:
    assert outcomes({"data": [], "included": _of("people", "1", "1")}, status="404") == []
