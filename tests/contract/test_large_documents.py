"""Large documents, and those whose schemas all refer to each other: work grows with what is written, not with the paths through it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_suite.checks.bodies import undocumented_fields
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract, MediaType
from contract_suite.contract.reading import read_contract
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.walking import visit
from contract_suite.errors import DocumentError
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import NoResponse, Request, Response
from contract_suite.record.reader import read_run
from contract_suite.record.writer import RecordWriter
from contract_suite.report.traffic import observe, read_observed
from contract_suite.runner import plan
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import make_plan
from contract_suite.runner.run import run
from contract_suite.transport.asgi import AsgiTransport
from tests.contract.large_documents import large_document


def contract(document: dict[str, Any]) -> Contract:
    return read_contract(Library().read(json.dumps(document).encode(), "large.json"))


def answers(subject: Contract) -> list[MediaType]:
    specs = [spec for operation in subject.operations for spec in operation.responses]
    return [media for spec in specs for media in spec.media_types if media.schema is not None]


@pytest.mark.parametrize(
    ("operations", "most"), [(20, 1000), (400, 50), pytest.param(4000, 20, marks=pytest.mark.slow)]
)
def test_the_places_of_schemas_that_refer_to_each_other_are_bounded(operations: int, most: int) -> None:
    document = large_document(operations=20, megabytes=0)
    paths = document["paths"]
    item = next(iter(paths.values()))
    paths |= {f"/more{number}": {"get": item["get"]} for number in range(operations - 20)}
    media = answers(contract(document))[1]
    assert media.schema is not None
    places = visit(media.schema.bundle)
    assert len(places) == most
    assert places[0] == ("", media.schema.bundle.root)
    subjects = {subject for subject, _ in places}
    assert {subject.rpartition("/")[0] for subject in subjects} <= subjects  # what lies deeper is what is left out
    assert {each.subject.rpartition("/")[2] for each in constraints(media.schema)} >= {"id", "name"}


def test_fields_of_schemas_that_refer_to_each_other_are_judged_where_they_are_looked_at() -> None:
    subject = contract(large_document(operations=20, megabytes=0))
    clauses = [each for each in undocumented_fields.CHECK.clauses(subject) if not each.inapplicable]
    assert len(clauses) == 16


def test_a_small_document_has_all_its_places_in_the_order_of_the_document() -> None:
    document = large_document(operations=5, megabytes=0)
    address = {"type": "object", "properties": {"street": {"type": "string"}, "town": {"type": "string"}}}
    person = {
        "type": "object",
        "properties": {"home": {"$ref": "#/components/schemas/Address"}, "name": {"type": "string"}},
    }
    document["components"]["schemas"] |= {"Address": address, "Kind0": person}
    media = next(
        each
        for each in answers(contract(document))
        if each.schema and each.schema.node.value != {"$ref": "#/components/schemas/Problem"}
    )
    assert media.schema is not None
    names = [subject.replace("/*", "") for subject, _ in visit(media.schema.bundle)]
    assert list(dict.fromkeys(names)) == ["", "/home", "/home/street", "/home/town", "/name"]


@pytest.mark.parametrize("broken", [{"type": "no type"}, {"type": "string", "pattern": "("}])
def test_a_schema_that_can_not_be_compiled_is_found_behind_a_reference(broken: dict[str, Any]) -> None:
    document = large_document(operations=20, megabytes=0)
    document["components"]["schemas"]["Kind3"]["properties"]["name"] = broken
    subject = contract(document)
    schemas = [media.schema for media in answers(subject) if media.schema is not None]
    refused = [schema for schema in schemas if not _checks(schema)]
    assert refused == [schema for schema in schemas if "Kind3" in schema.bundle.definitions]
    assert 0 < len(refused) < len(schemas)
    with pytest.raises(DocumentError, match="the schema can't be used") as raised:
        refused[0].check()
    assert raised.value.location is not None


def _checks(schema: Schema) -> bool:
    try:
        schema.check()
    except DocumentError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.xfail(reason="it is 61.7 clauses an operation", strict=True)
def test_a_large_document_is_planned_with_a_bounded_number_of_clauses() -> None:
    subject = contract(large_document(operations=900, megabytes=10))
    plan = make_plan(subject, RunOptions())
    assert len(plan.operations) == 900
    assert len(plan.clauses) < 60 * 900


@pytest.mark.longer
def test_the_first_request_waits_for_no_clause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every operation has some fifty, and a large document has thousands of operations."""
    steps: list[str] = []
    clauses_of, send = plan.clauses_of, AsgiTransport.send

    def noted(*given: Any) -> tuple[Clause, ...]:
        steps.append("clauses")
        return clauses_of(*given)

    def sent(transport: AsgiTransport, request: Request) -> tuple[Response | NoResponse, float]:
        steps.append("request")
        return send(transport, request)

    monkeypatch.setattr(plan, "clauses_of", noted)
    monkeypatch.setattr(AsgiTransport, "send", sent)
    subject = contract(large_document(operations=20, megabytes=0))
    run(RunOptions(max_requests=3, fuzz_time=0, report=tmp_path), contracts=[subject])
    assert steps[:2] == ["request", "clauses"]


@pytest.mark.longer
def test_the_record_of_a_large_document_is_mostly_its_exchanges(tmp_path: Path) -> None:
    subject = contract(large_document(operations=100, megabytes=0))
    clauses = make_plan(subject, RunOptions()).clauses
    path = tmp_path / "run.ndjson"
    with RecordWriter(path) as writer:
        writer.clauses("large", clauses)
    assert path.stat().st_size < 100 * len(clauses)


@pytest.mark.longer
def test_the_clauses_stand_in_a_record_before_the_first_exchange(tmp_path: Path) -> None:
    """Whoever reads it line by line knows what each response is held to, also where the run was killed early."""
    subject = contract(large_document(operations=20, megabytes=0))
    outcome = run(RunOptions(max_requests=3, fuzz_time=0, report=tmp_path), contracts=[subject])
    lines = [json.loads(line)["type"] for line in outcome.record.read_text("utf-8").splitlines()]
    assert lines[:3] == ["header", "clauses", "exchange"]
    assert lines.count("clauses") == 1
    once = observe(read_observed(outcome.record))
    assert once.edges
    assert observe(read_run(outcome.record)) == once
