"""Coverage counts what a record shows, and what it doesn't show it says how to get."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_suite.checks.bodies import response_schema
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, NoResponse, Request, Response, Trouble
from contract_suite.model.json import JSON
from contract_suite.model.run import ClauseResult, RecordedFamily, RecordedOperation
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run, read_run
from contract_suite.record.writer import RecordWriter
from contract_suite.report import coverage
from contract_suite.report.coverage import KeywordProof, OperationCoverage, Proof, Tally, cover
from contract_suite.report.traffic import observe
from tests.contracts import load
from tests.record import sample

OPERATION = RecordedOperation(id="ListThings", method="GET", path="/things", statuses=("200", "400", "429", "500"))


def clause(subject: str, kind: str, judge: str = "response-schema", limit: JSON = None) -> Clause:
    return replace(sample.clause("ListThings", subject, kind), judge=judge, limit=limit)


CLAUSES = (
    clause("request", "accepted", "positive-accepted"),
    clause("query.size", "accepted", "positive-accepted"),
    clause("query.size", "minimum-enforced", "negative-rejected"),
    clause("query.size", "type-enforced", "negative-rejected"),
    clause("200/Total", "type"),
    clause("200/Total", "minimum", limit=0),
    clause("200/Items/*/Name", "max-length", limit=8),
    clause("200/Items/*/Kind", "enum", limit=["a", "b", "c"]),
)


def recorded(path: Path, results: dict[str, tuple[int, int]], answers: tuple[Response | NoResponse, ...] = ()) -> Run:
    """A run with `results` (passed, failed) by subject and kind, and these answers."""
    family = RecordedFamily(
        name="shop",
        title="Shop",
        file="shop.yaml",
        version="1",
        openapi="3.1.0",
        operations=(OPERATION,),
        clauses=CLAUSES,
    )
    case = Case(
        operation="ListThings",
        request=Request(method="GET", target="/things"),
        intent=Intent.POSITIVE,
        stage=Stage.EXAMPLES,
    )
    with RecordWriter(path) as writer:
        writer.header(replace(sample.HEADER, families=(family,)))
        for number, answer in enumerate(answers, 1):
            writer.exchange(
                "shop", case, Exchange(number=number, request=case.request, answer=answer, seconds=number / 100)
            )
        for each in CLAUSES:
            passed, failed = results.get(f"{each.subject} {each.kind}", (0, 0))
            outcome = Outcome.FAILED if failed else Outcome.PASSED if passed else Outcome.UNTESTED
            reason = "" if passed or failed else "nothing exercised it"
            writer.conformance(
                ClauseResult(
                    family="shop", clause=each.id, outcome=outcome, passed=passed, failed=failed, reason=reason
                )
            )
        writer.footer(sample.FOOTER)
    return read_run(path)


def covered(run: Run) -> OperationCoverage:
    return cover(run).families[0].operations[0]


def keyword(run: Run, name: str) -> Proof:
    found: dict[str, KeywordProof] = {f"{each.subject} {each.keyword}": each for each in covered(run).keywords}
    return found[name].proof


def ok(body: bytes) -> Response:
    return Response(status=200, headers=(("Content-Type", "application/json"),), body=body)


def test_of_an_empty_run_nothing_is_proven(tmp_path: Path) -> None:
    run = recorded(tmp_path / "run.ndjson", {})
    tallies = cover(run).tallies
    assert {name: each.proven for name, each in tallies.items()} == dict.fromkeys(coverage.TITLES, 0)
    assert {name: each.total for name, each in tallies.items()} == {
        "clauses": 8,
        "operations": 1,
        "statuses": 3,
        "parameters": 1,
        "request_keywords": 2,
        "response_keywords": 4,
    }
    operation = covered(run)
    for proof in (
        operation.served,
        *operation.statuses,
        *operation.parameters,
        *(each.proof for each in operation.keywords),
    ):
        assert not proof.proven
        assert proof.needs
    assert Tally(proven=0, total=0).share == 0


def test_a_request_keyword_needs_a_valid_and_an_invalid_try(tmp_path: Path) -> None:
    valid, invalid = {"query.size accepted": (1, 0)}, {"query.size minimum-enforced": (0, 1)}
    for number, (results, proven, needs) in enumerate(
        (
            (valid, False, "a request that breaks minimum of query.size (nothing exercised it)"),
            (invalid, False, "an accepted request with query.size (nothing exercised it)"),
            (valid | invalid, True, ""),
        )
    ):
        proof = keyword(recorded(tmp_path / f"{number}.ndjson", results), "query.size minimum")
        assert (proof.proven, proof.needs) == (proven, needs)


def test_a_parameter_needs_both_too(tmp_path: Path) -> None:
    (only_valid,) = covered(recorded(tmp_path / "a.ndjson", {"query.size accepted": (3, 0)})).parameters
    assert (only_valid.proven, only_valid.seen, only_valid.needs) == (
        False,
        "valid tried, 0 of 2 ways to break it tried",
        "a request that breaks query.size",
    )
    (both,) = covered(
        recorded(tmp_path / "b.ndjson", {"query.size accepted": (3, 0), "query.size type-enforced": (1, 0)})
    ).parameters
    assert (both.proven, both.seen) == (True, "valid tried, 1 of 2 ways to break it tried")


@pytest.mark.parametrize(
    ("body", "proven", "seen"),
    [
        (b'{"Total": 40}', False, "checked 1 time, never nearer than 40 to 0"),
        (b'{"Total": 1}', True, "checked 1 time, near its edge"),
        (b'{"Total": 0}', True, "checked 1 time, near its edge"),
        (b'{"Total": "7"}', False, "checked 1 time, its values unseen"),
        (b"no JSON", False, "checked 1 time, its values unseen"),
    ],
)
def test_a_response_keyword_needs_a_value_near_its_edge(tmp_path: Path, body: bytes, proven: bool, seen: str) -> None:
    proof = keyword(recorded(tmp_path / "run.ndjson", {"200/Total minimum": (1, 0)}, (ok(body),)), "200/Total minimum")
    assert (proof.proven, proof.seen) == (proven, seen)


def test_items_lengths_and_enums_are_looked_at_too(tmp_path: Path) -> None:
    results = {"200/Items/*/Name max-length": (2, 0), "200/Items/*/Kind enum": (2, 0)}
    run = recorded(
        tmp_path / "a.ndjson",
        results,
        (ok(b'{"Items": [{"Name": "abc", "Kind": "a"}, {"Name": "abcdefg", "Kind": "b"}]}'),),
    )
    assert keyword(run, "200/Items/*/Name max-length").proven
    kind = keyword(run, "200/Items/*/Kind enum")
    assert (kind.proven, kind.seen, kind.needs) == (
        False,
        "checked 2 times, 2 of 3 values seen",
        "answers with the other 1 value",
    )
    run = recorded(tmp_path / "b.ndjson", results, (ok(b'{"Items": [{"Kind": "a"}, {"Kind": "b"}, {"Kind": "c"}]}'),))
    assert keyword(run, "200/Items/*/Kind enum").proven
    assert not keyword(run, "200/Items/*/Name max-length").proven


def test_a_field_that_was_never_there_is_unproven(tmp_path: Path) -> None:
    proof = keyword(recorded(tmp_path / "run.ndjson", {}, (ok(b"{}"),)), "200/Total type")
    assert (proof.proven, proof.seen, proof.needs) == (
        False,
        "never there",
        "a 200 answer that holds /Total (nothing exercised it)",
    )


def test_statuses_count_when_they_came_and_server_errors_never(tmp_path: Path) -> None:
    answers = (ok(b"{}"), Response(status=400), NoResponse(trouble=Trouble.TIMEOUT, message="silence"))
    run = recorded(tmp_path / "run.ndjson", {}, answers)
    operation = covered(run)
    failing = recorded(tmp_path / "failing.ndjson", {}, (*answers, Response(status=500)))
    assert cover(failing).tallies["statuses"] == cover(run).tallies["statuses"] == Tally(proven=2, total=3)
    assert [(each.name, each.proven, each.counted) for each in operation.statuses] == [
        ("200", True, True),
        ("400", True, True),
        ("429", False, True),
        ("500", False, False),
    ]
    assert operation.served.seen == "3 requests, 1 served"
    traffic = observe(run).of_family("shop")
    assert (traffic.exchanges, traffic.statuses, traffic.troubles) == (3, {200: 1, 400: 1, 0: 1}, {"timeout": 1})
    assert (traffic.percentile(0), traffic.percentile(0.5), traffic.percentile(1)) == (0.01, 0.02, 0.03)


def test_ranges_and_defaults_take_what_no_other_status_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.OPERATION", replace(OPERATION, statuses=("200", "4XX", "default")))
    run = recorded(tmp_path / "run.ndjson", {}, (Response(status=404), Response(status=503)))
    assert [(each.name, each.proven) for each in covered(run).statuses] == [
        ("200", False),
        ("4XX", True),
        ("default", True),
    ]


def test_the_clauses_of_a_real_contract_are_understood() -> None:
    contract = load("modelarts")
    clauses: list[Any] = [*response_schema.CHECK.clauses(contract)]
    assert {each.judge for each in clauses} == {coverage._RESPONSE_JUDGE}  # noqa: SLF001 - the word stands in two rooms
    limited = [each for each in clauses if each.limit is not None]
    assert {each.kind for each in limited} >= {"minimum", "enum", "max-length"}
