"""`report.json`: the report for programs, described by `report.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from itertools import islice
from typing import Final, TextIO

from contract_suite.model.fact import Fact
from contract_suite.model.finding import Finding
from contract_suite.model.gate import GateResult, KnownFinding
from contract_suite.model.json import JSON
from contract_suite.record.reader import Run
from contract_suite.report.coverage import FamilyCoverage, OperationCoverage, Proof, cover
from contract_suite.report.errata import errata_of
from contract_suite.report.format import Format
from contract_suite.report.plain import well_formed
from contract_suite.report.summary import ClauseLine, FamilyLine, UntestedLine, summarise
from contract_suite.report.telling import commands

_MOST_UNTESTED: Final = 6
"""Clauses of an operation that are named where one reason left them untested; the record has all."""
_TOKENS_AT_ONCE: Final = 10_000
_SCHEMA: Final = "contract-suite-report/2"
"""The number grows when an old reader could misread a new report."""


def write(run: Run, stream: TextIO) -> None:
    """Write the report; members always come in the same order."""
    tokens = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(report(run))
    while part := "".join(islice(tokens, _TOKENS_AT_ONCE)):  # all of them at once take ten times the room of the report
        stream.write(well_formed(part))
    stream.write("\n")


def report(run: Run) -> dict[str, JSON]:
    """Return the report as a JSON object."""
    summary = summarise(run)
    coverage = {each.family: each for each in cover(run).families}
    header, footer = run.header, run.footer
    return {
        "format": _SCHEMA,
        "conformant": summary.conformant,
        "complete": summary.complete,
        "truncated": run.truncated,
        "summary": summary.sentence,
        "tool": {"name": header.tool, "version": header.version},
        "target": header.target,
        "seed": header.seed,
        "started": header.started,
        "finished": footer.finished if footer else None,
        "exit_code": footer.exit_code if footer else None,
        "gate": _gate(run.gate) if run.gate else None,
        "families": [_family(each, coverage[each.family.name]) for each in summary.families],
        "findings": [_finding(run, each) for each in summary.findings],
    }


def schema() -> dict[str, JSON]:
    """Return the published JSON Schema of a report."""
    parsed: dict[str, JSON] = json.loads(
        files("contract_suite.report").joinpath("report.schema.json").read_text("utf-8")
    )
    return parsed


def _gate(gate: GateResult) -> JSON:
    return {
        "passed": gate.passed,
        "exit_code": gate.exit_code,
        "reason": gate.reason,
        "fail_on": list(gate.fail_on),
        "min_coverage": gate.min_coverage,
        "coverage": round(gate.coverage, 6),
        "baseline": gate.baseline,
        "findings": {identity: state.value for identity, state in sorted(gate.states.items())},
        "known": [_entry(gate.entries[each]) for each in sorted(gate.entries)],
        "fixed": [_entry(each) for each in gate.fixed],
        "unexercised": [_entry(each) for each in gate.unexercised],
        "expired": [_entry(each) for each in gate.expired],
    }


def _entry(entry: KnownFinding) -> JSON:
    return {
        "id": entry.id,
        "family": entry.family,
        "clause": entry.clause,
        "count": entry.count,
        "reason": entry.reason,
        "owner": entry.owner,
        "ticket": entry.ticket,
        "first_seen": entry.first_seen.isoformat(),
        "expires": entry.expires.isoformat() if entry.expires else None,
    }


def _family(line: FamilyLine, coverage: FamilyCoverage) -> JSON:
    family, summary = line.family, line.summary
    return {
        "name": family.name,
        "title": family.title,
        "document": family.file,
        "version": family.version,
        "operations": len(family.operations),
        "clauses": {status: count for status, count in line.counts.items()},  # noqa: C416 - a dict of JSON, which a Literal's dict is not
        "exchanges": summary.exchanges,
        "seconds": summary.seconds,
        "stopped": summary.stopped,
        "served": [each.operation for each in summary.operations if each.served],
        "unserved": [
            {"id": each.operation, "requests": each.requests, "status": each.status, "help": each.help}
            for each in line.unserved
        ],
        "by_operation": [
            {
                "id": each.operation.id,
                "method": each.operation.method,
                "path": each.operation.path,
                "clauses": {status: count for status, count in each.counts.items()},  # noqa: C416 - as above
            }
            for each in line.operations
        ],
        "coverage": {
            "proven": {name: {"proven": each.proven, "total": each.total} for name, each in coverage.tallies.items()},
            "unproven": [
                _unproven(operation.operation.id, what, each)
                for operation in coverage.operations
                for what, each in _open(operation)
            ],
        },
        "stages": [
            {
                "stage": each.stage.value,
                "exchanges": each.exchanges,
                "seconds": each.seconds,
                "left": each.left,
                "reason": each.reason,
            }
            for each in summary.stages
        ],
        "untested": [_untested(each) for each in line.untested],
        "cannot_tell": [_reasoned(each) for each in line.clauses if each.status == "cannot_tell"],
        "inapplicable": [_reasoned(each) for each in line.clauses if each.status == "inapplicable"],
        "errata": [
            {
                "id": each.id,
                "title": each.title,
                "kind": each.kind,
                "subject": each.subject,
                "table": each.table,
                "example": each.example,
                "sdk": each.sdk,
                "decided": each.decided,
                "why": each.why,
                "pointers": list(each.pointers),
            }
            for each in family.errata
        ],
    }


def _open(coverage: OperationCoverage) -> Iterator[tuple[str, Proof]]:
    """What counts and wasn't shown, with the kind of thing it is."""
    listed: tuple[tuple[str, tuple[Proof, ...]], ...] = (("operation", (coverage.served,)),)
    if coverage.asked:
        listed += (
            ("status", coverage.statuses),
            ("parameter", coverage.parameters),
            *((f"{each.side} keyword", (each.proof,)) for each in coverage.keywords),
        )
    return ((what, each) for what, proofs in listed for each in proofs if each.counted and not each.proven)


def _unproven(operation: str, what: str, proof: Proof) -> JSON:
    return {"operation": operation, "what": what, "name": proof.name, "seen": proof.seen, "needs": proof.needs}


def _untested(line: UntestedLine) -> JSON:
    return {
        "operation": line.operation,
        "reason": line.reason,
        "count": len(line.clauses),
        "clauses": [f"{each.clause.subject}::{each.clause.kind}" for each in line.clauses[:_MOST_UNTESTED]],
    }


def _reasoned(line: ClauseLine) -> JSON:
    return {"clause": line.clause.id, "reason": line.result.reason}


def _finding(run: Run, finding: Finding) -> JSON:
    return {
        "id": finding.id,
        "family": finding.family,
        "clause": finding.clause,
        "operation": finding.operation,
        "check": finding.check,
        "level": finding.level.value,
        "source": finding.source.value,
        "headline": finding.headline,
        "message": finding.message,
        "text": finding.text,
        "document": {"file": finding.document.file, "line": finding.document.line, "pointer": finding.document.pointer},
        "quote": finding.quote,
        "errata": [each.id for each in errata_of(run, finding)],
        "pointer": finding.pointer,
        "problem": finding.problem,
        "expected": finding.expected,
        "actual": finding.actual,
        "count": finding.count,
        "flaky": finding.flaky,
        "places": list(finding.places),
        "reproduce": commands(finding, run).reproduce,
        "curl": finding.curl,
        "needs_live_id": finding.needs_live_id,
        "exchanges": list(finding.exchanges),
        "facts": [_fact(each) for each in finding.facts],
    }


def _fact(fact: Fact) -> JSON:
    place = fact.location
    return {
        "what": fact.what,
        "source": fact.source.value,
        "document": {"file": place.file, "line": place.line, "pointer": place.pointer},
    }


FORMAT: Final = Format(name="json", file_name="report.json", title="Everything, for programs", write=write, usual=True)
