"""Sample values of every kind of line, for the tests of records and reports."""

from __future__ import annotations

from pathlib import Path

from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, NoResponse, Request, Response, Trouble
from contract_suite.model.finding import Finding, fingerprint
from contract_suite.model.location import Location
from contract_suite.model.run import (
    ClauseResult,
    FamilySummary,
    OperationReach,
    RecordedFamily,
    RecordedOperation,
    RunFooter,
    RunHeader,
    StageSummary,
)
from contract_suite.model.source import Erratum, Source
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.record.redaction import Redactor
from contract_suite.record.writer import RecordWriter


def clause(
    operation: str, subject: str, kind: str, *, source: Source = Source.DOCUMENTED, inapplicable: str = ""
) -> Clause:
    return Clause(
        operation=operation,
        subject=subject,
        kind=kind,
        judge="sample-check",
        text=f"{subject} of {operation} keeps {kind}.",
        source=source,
        location=Location(file="specs/shop/openapi.yaml", line=42, pointer="/paths/~1things/get"),
        quote="Table 3, row size",
        inapplicable=inapplicable,
    )


CLAUSES = (
    clause("ListThings", "query.size", "minimum-enforced"),
    clause("ListThings", "collection", "page-size-respected"),
    clause("ListThings", "200/Total", "type", source=Source.INFERRED),
    clause("GetThing", "200/Name", "type"),
    clause("GetThing", "auth", "missing-refused"),
    clause("GetThing", "order", "sorted", inapplicable="GetThing returns no collection"),
)

FAMILY = RecordedFamily(
    name="shop",
    title="Shop",
    file="specs/shop/openapi.yaml",
    version="1.0",
    openapi="3.1.0",
    operations=(
        RecordedOperation(id="ListThings", method="GET", path="/things", summary="All things"),
        RecordedOperation(id="GetThing", method="GET", path="/things/{Id}"),
    ),
    clauses=CLAUSES,
    errata=(
        Erratum(
            id="SHOP-01",
            title="Table and example disagree",
            table="integer",
            example="string",
            decided="string",
            pointers=("/a",),
        ),
    ),
)

HEADER = RunHeader(
    tool="contract-suite",
    version="0.1.0",
    started="2030-01-02T03:04:05+00:00",
    seed=7,
    target="http://127.0.0.1:8080/api",
    options={"strict": False, "include": ["*"]},
    families=(FAMILY,),
)

FOOTER = RunFooter(
    finished="2030-01-02T03:04:09+00:00", conformant=False, complete=True, exit_code=1, reason="1 clause failed"
)


def case(target: str = "/things?size=0", **changes: object) -> Case:
    return Case(
        operation="ListThings",
        request=changes.get("request") or Request(method="GET", target=target),  # type: ignore[arg-type]
        intent=Intent.NEGATIVE,
        stage=Stage.BOUNDARIES,
        target_clause=CLAUSES[0].id,
        note="size = 0, below the minimum 1",
    )


def exchange(number: int, request: Request | None = None, answer: Response | NoResponse | None = None) -> Exchange:
    return Exchange(
        number=number,
        request=request or Request(method="GET", target="/things?size=0"),
        answer=answer
        or Response(
            status=200,
            reason="OK",
            headers=(("Content-Type", "application/json"), ("Date", "Wed, 02 Jan 2030 03:04:05 GMT")),
            body=b'{"Things": [{"Id": "a1", "Name": "caf\xc3\xa9"}], "Total": 1}',
        ),
        seconds=0.00123,
    )


def finding(of: Clause = CLAUSES[0], **changes: object) -> Finding:
    members: dict[str, object] = {
        "id": fingerprint("shop", of.id, "", "served"),
        "family": "shop",
        "clause": of.id,
        "operation": of.operation,
        "check": of.judge,
        "level": of.level,
        "source": of.source,
        "message": "size = 0 must be refused with a 4xx; it was served with 200",
        "text": of.text,
        "document": of.location,
        "quote": of.quote,
        "problem": "served",
        "expected": "a status from 400 to 499",
        "actual": "200",
        "exchanges": (1,),
        "curl": "curl -i -H Accept: 'http://127.0.0.1:8080/api/things?size=0'",
        "count": 3,
    }
    return Finding(**{**members, **changes})  # type: ignore[arg-type]


RESULTS = (
    ClauseResult(family="shop", clause=CLAUSES[0].id, outcome=Outcome.FAILED, passed=2, failed=3, exchange=1),
    ClauseResult(family="shop", clause=CLAUSES[1].id, outcome=Outcome.PASSED, passed=9, exchange=1),
    ClauseResult(family="shop", clause=CLAUSES[2].id, outcome=Outcome.FAILED, failed=1, exchange=1),
    ClauseResult(
        family="shop", clause=CLAUSES[3].id, outcome=Outcome.CANNOT_TELL, reason="two validators disagree", exchange=2
    ),
    ClauseResult(family="shop", clause=CLAUSES[4].id, outcome=Outcome.UNTESTED, reason="no key was given"),
    ClauseResult(
        family="shop", clause=CLAUSES[5].id, outcome=Outcome.INAPPLICABLE, reason="GetThing returns no collection"
    ),
)

SUMMARY = FamilySummary(
    family="shop",
    exchanges=2,
    seconds=1.5,
    stopped="the time is up",
    stages=(StageSummary(stage=Stage.BOUNDARIES, exchanges=2, seconds=1.5, left=4, reason="the time is up"),),
    operations=(OperationReach(operation="GetThing", requests=2, status=404, help="--set Id=VALUE"),),
)


def write(
    path: Path,
    *,
    header: RunHeader = HEADER,
    findings: tuple[Finding, ...] | None = None,
    footer: RunFooter | None = FOOTER,
    redactor: Redactor | None = None,
) -> Path:
    """Write a run with every kind of line."""
    with RecordWriter(path, redactor=redactor) as writer:
        writer.header(header)
        writer.exchange("shop", case(), exchange(1))
        writer.verdict(
            "shop",
            Verdict(clause=CLAUSES[0].id, outcome=Outcome.FAILED, message="served", problem="served"),
            exchange=1,
        )
        writer.verdict("shop", Verdict(clause=CLAUSES[1].id, outcome=Outcome.PASSED), exchange=1)
        writer.exchange(
            "shop",
            case(),
            exchange(2, answer=NoResponse(trouble=Trouble.RESET, message="reset by peer", received=b"\xff\x00")),
        )
        writer.verdict(
            "shop",
            Verdict(clause=CLAUSES[3].id, outcome=Outcome.CANNOT_TELL, message="two validators disagree"),
            exchange=2,
        )
        for each in (finding(), finding(CLAUSES[2])) if findings is None else findings:
            writer.finding(each)
        for result in RESULTS:
            writer.conformance(result)
        writer.family(SUMMARY)
        if footer is not None:
            writer.footer(footer)
    return path
