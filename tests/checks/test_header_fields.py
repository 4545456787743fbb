from __future__ import annotations

import pytest

from contract_suite.checks.header_fields import CHECK
from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from tests.checks.toys import Ask

CLAUSE = "ListToys::response::header-fields-well-formed"


@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("ETag", '"a1"', "passed"),
        ("ETag", 'W/"a1"', "passed"),
        ("etag", '""', "passed"),
        ("ETag", "a1", "failed"),
        ("ETag", 'w/"a1"', "failed"),
        ("ETag", '"a" b"', "failed"),
        ("Last-Modified", "Fri, 31 Dec 1999 23:59:59 GMT", "passed"),
        ("Last-Modified", "Friday, 31-Dec-99 23:59:59 GMT", "passed"),
        ("Last-Modified", "Fri Dec  3 23:59:59 1999", "passed"),
        ("Last-Modified", "1999-12-31T23:59:59Z", "failed"),
        ("Date", "Fri, 31 Dec 1999 23:59:59 +0100", "failed"),
        ("Link", '</toys?page=2>; rel="next"', "passed"),
        ("Link", '</a>; rel=first, </b>; rel="last"', "passed"),
        ("Link", "<>", "passed"),
        ("Link", '/toys?page=2; rel="next"', "failed"),
        ("Link", "", "passed"),
        ("X-Other", "anything", "passed"),
    ],
)
def test_a_field_is_written_as_http_says(ask: Ask, name: str, value: str, outcome: str) -> None:
    assert ask(CHECK, headers=((name, value),)).outcome(CLAUSE) == outcome


def test_the_problem_names_the_field(ask: Ask) -> None:
    assert ask(CHECK, headers=(("ETag", "a1"),)).problem == "etag"


def test_a_server_error_is_not_judged(ask: Ask) -> None:
    assert not ask(CHECK, status=500, headers=(("ETag", "a1"),)).verdicts


def test_it_is_an_advisory(toy: Contract) -> None:
    assert {clause.level for clause in CHECK.clauses(toy)} == {Level.ADVISORY}
