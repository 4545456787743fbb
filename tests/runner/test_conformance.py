"""What results come to: reasons, incompleteness, the order of findings and the words for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contract_suite.contract.operation import BrokenPart
from contract_suite.model.exchange import Identity
from contract_suite.model.finding import Finding
from contract_suite.model.location import Location
from contract_suite.model.run import LEFT_OUT, ClauseResult
from contract_suite.model.source import Level, Source
from contract_suite.model.verdict import Outcome
from contract_suite.runner.conformance import Reach, by_weight, fails, incompleteness, reasons, so_many
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import Plan, make_plan
from tests.contracts import load

NOTES = str(Path(__file__).parents[1] / "families" / "notes")
ALL = frozenset({"ListNotes", "CreateNote", "GetNote"})


def planned(**options: tuple[str, ...]) -> Plan:
    return make_plan(load(NOTES), RunOptions(include=options.get("include", ()), exclude=options.get("exclude", ())))


def finding(level: Level, operation: str = "GetNote") -> Finding:
    return Finding(
        id=f"{operation}-{level}",
        family="notes",
        clause=f"{operation}::request::accepted",
        operation=operation,
        check="positive-accepted",
        level=level,
        source=Source.DOCUMENTED,
        message="refused",
        text="accepted",
        document=Location(file="openapi.yaml", line=1, pointer=""),
    )


@pytest.mark.parametrize(
    ("clause", "reach", "reason"),
    [
        ("GetNote::request::accepted", Reach(allowed=ALL), ""),
        ("GetNote::request::accepted", Reach(allowed=ALL - {"GetNote"}), "--allow-writes"),
        (
            "GetNote::request::accepted",
            Reach(allowed=ALL, refusals={"GetNote": "no Note is known"}),
            "no Note is known",
        ),
        ("GetNote::request::accepted", Reach(allowed=ALL, stopped="the budget was spent"), "the budget was spent"),
        ("GetNote::auth::revoked-refused", Reach(allowed=ALL), "--revoked-token-env"),
        ("GetNote::auth::revoked-refused", Reach(allowed=ALL, identities=frozenset({Identity.REVOKED})), ""),
    ],
)
def test_reasons(clause: str, reach: Reach, reason: str) -> None:
    plan = planned()
    assert clause in {each.id for each in plan.clauses}
    found = reasons(plan, reach).get(clause, "")
    assert reason in found
    assert bool(found) == bool(reason)


def test_what_the_user_left_out_is_told_from_what_was_missed() -> None:
    found = reasons(planned(exclude=("GetNote",)), Reach(allowed=ALL, stopped="the budget was spent"))
    assert found["GetNote::request::accepted"] == LEFT_OUT
    assert found["ListNotes::request::accepted"] == "the budget was spent"


def results(plan: Plan, *, every: int) -> list[ClauseResult]:
    """One of `every` applicable clauses has passed."""
    open_ones = [each for each in plan.clauses if not each.inapplicable]
    return [
        ClauseResult(family="notes", clause=each.id, outcome=Outcome.UNTESTED if index % every else Outcome.PASSED)
        for index, each in enumerate(open_ones)
    ]


def test_half_is_enough() -> None:
    plan = planned()
    assert incompleteness(plan, results(plan, every=2), Reach(allowed=ALL, served=ALL)) == ""
    said = incompleteness(plan, results(plan, every=3), Reach(allowed=ALL, served=ALL, stopped="the budget was spent"))
    assert said.startswith("notes: less than half of the clauses were tested")
    assert said.endswith("(the budget was spent)")


def test_an_operation_that_never_succeeded_is_named() -> None:
    plan = planned()
    done = results(plan, every=1)
    reach = Reach(allowed=ALL, served=ALL - {"GetNote"}, refusals={"GetNote": "the last one was answered 401"})
    assert incompleteness(plan, done, reach) == "notes: GetNote never succeeded (the last one was answered 401)"


def test_an_operation_whose_answers_cannot_be_judged_is_named() -> None:
    plan = planned()
    done = [
        replace(each, outcome=Outcome.CANNOT_TELL) if each.clause.startswith("GetNote::200") else each
        for each in results(plan, every=1)
    ]
    assert incompleteness(plan, done, Reach(allowed=ALL, served=ALL)) == (
        "notes: GetNote could not be judged by its answers"
    )


def test_an_operation_that_the_document_makes_unusable_is_named() -> None:
    plan = planned()
    broken = tuple(
        replace(each, problem="openapi.yaml:9: no") if each.id == "GetNote" else each
        for each in plan.contract.operations
    )
    plan = replace(plan, contract=replace(plan.contract, operations=broken))
    reach = Reach(allowed=ALL - {"GetNote"}, selected=ALL, served=ALL - {"GetNote"})
    place = plan.contract.operation("GetNote").location.place
    assert incompleteness(plan, results(plan, every=1), reach) == (
        f"notes: GetNote could not be used, because the document can't be read at {place} "
        "(`contract-suite lint` says what is wrong there)"
    )
    assert incompleteness(plan, results(plan, every=1), replace(reach, selected=ALL - {"GetNote"})) == ""


def test_a_part_that_cannot_be_read_is_said_with_its_place() -> None:
    """The sentence said "there", and no place."""
    plan = planned()
    parts = tuple(
        BrokenPart(
            subject=subject,
            message="no",
            location=Location(file="api.yaml", line=line, pointer=""),
            needed=False,
        )
        for subject, line in (("404", 7), ("200", 8), ("query.q", 9))
    )
    broken = tuple(replace(each, broken=parts if each.id == "GetNote" else ()) for each in plan.contract.operations)
    plan = replace(plan, contract=replace(plan.contract, operations=broken))
    said = incompleteness(plan, results(plan, every=1), Reach(allowed=ALL, selected=ALL, served=ALL))
    assert "GetNote could not be judged, because the document can't be read at api.yaml:8 (`contract-suite" in said


def test_what_may_not_be_called_does_not_count() -> None:
    plan = planned()
    done = [
        ClauseResult(
            family="notes",
            clause=each.id,
            outcome=Outcome.PASSED if each.operation == "GetNote" else Outcome.UNTESTED,
        )
        for each in plan.clauses
        if not each.inapplicable
    ]
    assert incompleteness(plan, done, Reach(allowed=ALL, served=ALL)) != ""
    only = frozenset({"GetNote"})
    assert incompleteness(plan, done, Reach(allowed=only, served=only)) == ""


def test_findings_in_order_and_in_words() -> None:
    found = [finding(Level.ADVISORY, "A"), finding(Level.FAILURE, "C"), finding(Level.FAILURE, "B")]
    assert [each.operation for each in by_weight(found)] == ["B", "C", "A"]
    assert so_many(found) == "2 failures, 1 advisory"
    assert so_many(found[:2]) == "1 failure, 1 advisory"
    assert so_many([]) == "0 failures, 0 advisories"
    assert fails(found, strict=False)
    assert not fails(found[:1], strict=False)
    assert fails(found[:1], strict=True)
    assert not fails([], strict=True)
