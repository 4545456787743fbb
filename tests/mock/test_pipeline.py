"""Each step of the pipeline can be replaced by itself, which is all that a planted fault needs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.mock.state import State
from contract_suite.model.exchange import Request, Response

PIPELINE = Pipeline()
KEY = (("X-Key", "sk-abcdefgh"), ("Content-Type", "application/json"))


def ask(contract: Contract, pipeline: Pipeline, method: str, target: str, body: object) -> tuple[int, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    response = MockServer(contract, pipeline=pipeline).handle(
        Request(method=method, target=target, headers=KEY, body=content)
    )
    return response.status, json.loads(response.body) if response.body else None


def one_more(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
    return PIPELINE.paginate(call, items, start, None if size is None else size + 1)


def teapot(_call: Call, response: Response) -> Response:
    return replace(response, status=418)


def forgetful(_state: State, _record: object) -> None:
    return None


@pytest.mark.parametrize(
    ("pipeline", "sent", "before", "after"),
    [
        (replace(PIPELINE, paginate=one_more), ("GET", "/north/books?take=2", None), 2, 3),
        (replace(PIPELINE, total=lambda _call, _all, page: len(page)), ("GET", "/north/books", None), 7, 3),
        (replace(PIPELINE, same=lambda _call, _wanted, _found: True), ("GET", "/north/books?pages=9", None), 1, 7),
        (replace(PIPELINE, find_violations=lambda _call: ()), ("GET", "/north/books?way=up", None), 422, 200),
        (replace(PIPELINE, authenticate=lambda _operation, _request: ""), ("GET", "/north/books", None), 200, 200),
        (
            replace(PIPELINE, refused_with=lambda _call, _refusal, _status: 500),
            ("GET", "/north/books/99", None),
            404,
            500,
        ),
        (
            replace(PIPELINE, compared_by=lambda value: str(value).lower()),
            ("POST", "/north/books", {"title": "EMMA"}),
            201,
            409,
        ),
        (replace(PIPELINE, well_known=lambda _call, _scope, *, known: True), ("GET", "/south/books", None), 404, 200),  # noqa: ARG005 - a keyword of the step
        (replace(PIPELINE, remove=forgetful), ("DELETE", "/north/books/1", None), 204, 204),
        (replace(PIPELINE, sent=teapot), ("GET", "/north/books/1", None), 200, 418),
    ],
)
def test_one_step_replaced_changes_one_thing(
    library: Contract, pipeline: Pipeline, sent: tuple[str, str, object], before: int, after: int
) -> None:
    for tried, expected in ((PIPELINE, before), (pipeline, after)):
        status, answer = ask(library, tried, *sent)
        if expected < 100:
            page = len(answer["data"])
            assert expected in {page, answer["found"]["all"]}
        else:
            assert status == expected
