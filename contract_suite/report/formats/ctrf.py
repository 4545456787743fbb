"""`ctrf-report.json`: the clauses as tests in the Common Test Report Format (CTRF)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final, TextIO

from contract_suite.model.counting import counted
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON
from contract_suite.record.reader import Run
from contract_suite.report.errata import errata_of, sentence
from contract_suite.report.format import Format
from contract_suite.report.plain import visible, well_formed
from contract_suite.report.summary import ClauseLine, FamilyLine, Status, UntestedLine, summarise
from contract_suite.report.telling import commands

SPECIFICATION: Final = "0.0.0"
"""The version of the format that the file claims; there is no later one yet."""


def write(run: Run, stream: TextIO) -> None:
    """Write the report.

    A clause broken at advisory level passes and says so; what can't be told is `other`; a run cut short is a failed
    test.
    """
    summary = summarise(run)
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in summary.findings:
        for clause in finding.clauses:
            found.setdefault((finding.family, clause), []).append(finding)
    tests: list[dict[str, JSON]] = [
        _test(line, each, found.get((line.family.name, each.clause.id), ()), run)
        for line in summary.families
        for each in line.clauses
        if each.status != "untested"
    ]
    tests += [_untested(line, each) for line in summary.families for each in line.untested]
    if not summary.complete and not summary.conformant:
        tests.append(
            {
                "name": "the run ended as planned",
                "status": "failed",
                "duration": 0,
                "suite": ["run"],
                "message": visible(summary.sentence),
            }
        )
    counts = Counter(str(each["status"]) for each in tests)
    start = _milliseconds(run.header.started)
    stop = _milliseconds(run.footer.finished) if run.footer else start
    document: dict[str, JSON] = {
        "reportFormat": "CTRF",
        "specVersion": SPECIFICATION,
        "generatedBy": visible(run.header.tool),
        "results": {
            "tool": {"name": visible(run.header.tool) or "contract-suite", "version": visible(run.header.version)},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in ("passed", "failed", "skipped", "pending", "other")},
                "flaky": sum(bool(each.get("flaky")) for each in tests),
                "suites": len(summary.families),
                "start": start,
                "stop": max(start, stop),
                "extra": {"conformant": summary.conformant, "complete": summary.complete, "truncated": run.truncated},
            },
            "tests": [*tests],
            "extra": {
                "summary": visible(summary.sentence),
                "target": visible(run.header.target),
                "seed": run.header.seed,
            },
        },
    }
    stream.write(well_formed(json.dumps(document, ensure_ascii=False, indent=1)) + "\n")


_STATUS: Final[dict[Status, str]] = {
    "passed": "passed",
    "failed": "failed",
    "advisory": "passed",
    "cannot_tell": "other",
    "inapplicable": "skipped",
    "untested": "skipped",
}
_LONGEST: Final = 4000


def _test(line: FamilyLine, each: ClauseLine, findings: Sequence[Finding], run: Run) -> dict[str, JSON]:
    gate = run.gate
    clause, result = each.clause, each.result
    known = bool(findings) and gate is not None and all(gate.tolerates(finding.id) for finding in findings)
    test: dict[str, JSON] = {
        "testId": visible(f"{line.family.name}/{clause.id}"),
        "name": visible(f"{clause.subject} {clause.kind}"),
        "status": "passed" if known else _STATUS[each.status],
        "rawStatus": f"{each.status}, known" if known else each.status,
        # Clauses share exchanges, so that none has a time of its own.
        "duration": 0,
        "suite": [visible(line.family.name), visible(clause.operation) or "contract"],
        "filePath": visible(clause.location.file),
        "line": clause.location.line,
        "tags": [visible(clause.judge), clause.source.value],
    }
    if findings:
        first = findings[0]
        errata = {one.id: one for finding in findings for one in errata_of(run, finding)}
        test["message"] = "\n".join(
            visible(text, limit=_LONGEST)
            for text in (
                f"{first.headline}: {first.message}",
                *(f"Erratum {sentence(one)}" for one in errata.values()),
            )
        )
        test["trace"] = visible("; ".join(_trace(finding, run) for finding in findings), limit=_LONGEST)
        if all(finding.flaky for finding in findings):
            test["flaky"] = True
    elif result.reason:
        test["message"] = visible(result.reason, limit=_LONGEST)
    return test


def _untested(line: FamilyLine, untested: UntestedLine) -> dict[str, JSON]:
    """Clauses that one reason left untested are one skipped test, as in JUnit: there may be hundreds of them an operation."""
    named = untested.named(_MOST_NAMED)
    only = named[0].replace("::", " ") if len(named) == 1 else counted(len(untested.clauses), "clause")
    first = untested.clauses[0].clause
    return {
        "testId": visible(f"{line.family.name}/{first.id}"),
        "name": visible(only),
        "status": _STATUS["untested"],
        "rawStatus": "untested",
        "duration": 0,
        "suite": [visible(line.family.name), visible(untested.operation) or "contract"],
        "filePath": visible(first.location.file),
        "line": first.location.line,
        "message": visible(f"untested: {untested.reason}", limit=_LONGEST),
        "trace": visible("; ".join(named), limit=_LONGEST),
    }


_MOST_NAMED: Final = 6


def _trace(finding: Finding, run: Run) -> str:
    compared = f"expected {finding.expectation or '-'}, actual {finding.observation or '-'}"
    return f"{finding.message} [{compared}, finding {finding.id}] {commands(finding, run).reproduce}"


def _milliseconds(moment: str) -> int:
    try:
        return int(datetime.fromisoformat(moment).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


FORMAT: Final = Format(name="ctrf", file_name="ctrf-report.json", title="Common Test Report Format", write=write)
