from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.checks.catalogue import CHECKS
from contract_suite.checks.check import Judgement
from contract_suite.model import clause_ids
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import Exchange, NoResponse, Pairs, Request, Response, Trouble
from contract_suite.model.verdict import Outcome, Verdict
from tests.checks.toys import TOY, read

CONTRACT = read(TOY)
LISTED = {clause.id for check in CHECKS for clause in check.clauses(CONTRACT)}
JSON = (("Content-Type", "application/json"),)
PAGE = {"Items": [{"Name": "a"}]}
ERROR = {"Code": "Bad"}
TOTAL = ("X-Total", "1")
SIZE = clause_ids.enforced("ListToys", "query.Size", "minimum")
P, N, U = Intent.POSITIVE, Intent.NEGATIVE, Intent.UNKNOWN

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Items", "Name", "Code", "Labels", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)
bodies = st.binary(max_size=30) | json_values.map(lambda value: json.dumps(value).encode())
names = st.sampled_from(
    [
        "Content-Type",
        "Content-Length",
        "Retry-After",
        "Allow",
        "X-Total",
        "X-Tags",
        "Content-Encoding",
        "WWW-Authenticate",
    ]
)
values = st.sampled_from(
    ["application/json", "application/json; charset=x", "text/html", "", "5", "-", "a,b"]
) | st.text(max_size=6)
answers: st.SearchStrategy[Response | NoResponse] = st.one_of(
    st.builds(
        Response,
        status=st.integers(100, 599),
        headers=st.lists(st.tuples(names, values), max_size=4).map(tuple),
        body=bodies,
        truncated=st.booleans(),
    ),
    st.builds(NoResponse, trouble=st.sampled_from(Trouble), message=st.just("gone"), received=st.binary(max_size=9)),
)


@pytest.mark.longer
@settings(max_examples=300, deadline=None)
@given(
    answer=answers,
    operation=st.sampled_from([each.id for each in CONTRACT.operations] + [""]),
    target_clause=st.sampled_from(["", *sorted(LISTED)]),
    intent=st.sampled_from(Intent),
    target=st.sampled_from(["/toys?Kind=boat", "/toys/a", "/toys/%ff", "/", "/toys?Size=x&Name=9"]),
)
def test_nothing_a_server_does_raises_and_every_verdict_has_its_clause(
    *, answer: Response | NoResponse, operation: str, target_clause: str, intent: Intent, target: str
) -> None:
    own = target_clause if clause_ids.parts(target_clause)[0] == operation or not operation else ""
    for verdict in _all(answer, operation=operation, target_clause=own, intent=intent, target=target):
        assert verdict.clause in LISTED
        assert verdict.message or verdict.outcome is Outcome.PASSED
        assert bool(verdict.problem) is (verdict.outcome is Outcome.FAILED)


def _answer(status: int, body: Any = b"", headers: Pairs = JSON) -> Response:
    return Response(status=status, headers=headers, body=body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("answer", "intent", "target_clause", "failed"),
    [
        (_answer(200, PAGE, (*JSON, TOTAL)), P, "", set()),
        (_answer(400, ERROR), N, SIZE, set()),
        (_answer(500, b"<html>", ()), P, "", {"ListToys::response::no-server-error"}),
        (_answer(500, ERROR), N, SIZE, {"ListToys::response::no-server-error"}),
        (
            _answer(500, b"", ()),
            U,
            clause_ids.auth("ListToys", clause_ids.GARBAGE),
            {"ListToys::response::no-server-error"},
        ),
        (_answer(503, b"away", ()), P, "", set()),
        (_answer(429, b"slow down", ()), P, "", set()),
        (_answer(200, b"<html>", (("Content-Type", "text/html"), TOTAL)), P, "", {"ListToys::200::content-type"}),
        (_answer(200, b"{", (*JSON, TOTAL)), P, "", {"ListToys::200::json-syntax"}),
        (_answer(200, b"", (*JSON, TOTAL)), P, "", {"ListToys::200::json-syntax"}),
        (_answer(200, PAGE), P, "", {"ListToys::200/header.X-Total::required"}),
        (_answer(200, {}, (*JSON, TOTAL)), P, "", {"ListToys::200/Items::required"}),
        (_answer(200, {**PAGE, "New": 1}, (*JSON, TOTAL)), P, "", {"ListToys::200::no-undocumented-fields"}),
        (_answer(202, PAGE), P, "", {"ListToys::status::documented"}),
        (_answer(200, PAGE, (*JSON, TOTAL)), N, SIZE, {SIZE}),
        (_answer(202, PAGE), N, SIZE, {SIZE}),
        (_answer(418, ERROR), N, SIZE, {"ListToys::request::refusal-status"}),
        (_answer(400, {}), N, SIZE, {"ListToys::4xx::error-envelope"}),
        (_answer(400, b"", ()), N, SIZE, {"ListToys::4xx::error-envelope"}),
        (_answer(400, b"<html>", (("Content-Type", "text/html"),)), N, SIZE, {"ListToys::4xx::content-type"}),
        (_answer(400, ERROR), P, "", {"ListToys::request::accepted"}),
        (_answer(418, ERROR), P, "", {"ListToys::request::accepted"}),
        (_answer(418, ERROR), U, "", {"ListToys::refusal::status-documented"}),
        (
            _answer(200, PAGE, (*JSON, TOTAL)),
            U,
            clause_ids.auth("ListToys", clause_ids.EMPTY),
            {clause_ids.auth("ListToys", clause_ids.EMPTY)},
        ),
        (
            _answer(404, ERROR),
            U,
            clause_ids.auth("ListToys", clause_ids.EMPTY),
            {"ListToys::auth::unauthenticated-status"},
        ),
        (NoResponse(trouble=Trouble.RESET, message="reset"), P, "", {"ListToys::response::arrives"}),
        (
            NoResponse(trouble=Trouble.CLOSED, message="cut", received=b"HTTP/1.1 200\r\n\r\n{"),
            P,
            "",
            {"ListToys::response::complete"},
        ),
        (_answer(200, PAGE, (*JSON, TOTAL, ("Content-Length", "999"))), P, "", {"ListToys::response::complete"}),
    ],
)
def test_one_cause_is_one_finding(
    answer: Response | NoResponse, intent: Intent, target_clause: str, failed: set[str]
) -> None:
    found = _all(answer, operation="ListToys", target_clause=target_clause, intent=intent, target="/toys?Kind=car")
    assert {verdict.clause for verdict in found if verdict.outcome is Outcome.FAILED} == failed


def _all(
    answer: Response | NoResponse, *, operation: str, target_clause: str, intent: Intent, target: str
) -> list[Verdict]:
    found = CONTRACT.operation(operation) if operation else None
    request = Request(method=found.method if found else "PATCH", target=target)
    case = Case(operation=operation, request=request, intent=intent, stage=Stage.PROBES, target_clause=target_clause)
    judgement = Judgement(
        contract=CONTRACT, operation=found, case=case, exchange=Exchange(number=1, request=request, answer=answer)
    )
    return [verdict for check in CHECKS for verdict in check.judge(judgement)]
