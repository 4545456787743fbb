"""`report.sarif`: the findings in SARIF 2.1.0, each at its line of the document, with its clause as the rule."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Final, TextIO
from urllib.parse import quote

from contract_suite.model.clause import Clause
from contract_suite.model.counting import listed
from contract_suite.model.exchange import NoResponse
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.comparison import Comparison, state_of
from contract_suite.report.errata import errata_of, sentence
from contract_suite.report.format import Format
from contract_suite.report.plain import visible, well_formed
from contract_suite.report.summary import Summary, summarise
from contract_suite.report.telling import as_sentence, commands

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT: Final = "contractSuiteFinding/v1"
"""The key of our fingerprint; its number grows when the same finding would get another one."""


def write(run: Run, stream: TextIO) -> None:
    """Write the findings."""
    write_compared(run, stream, None)


def write_compared(run: Run, stream: TextIO, comparison: Comparison | None) -> None:
    """Write the findings with their `baselineState`; those that are gone stand among them as `absent`."""
    stream.write(well_formed(json.dumps(sarif(run, comparison), ensure_ascii=False, indent=1)) + "\n")


def sarif(run: Run, comparison: Comparison | None = None) -> dict[str, JSON]:
    """Return the log as a JSON object."""
    summary = summarise(run)
    gone = comparison.gone if comparison else ()
    clauses = {(family.name, clause.id): clause for family in run.header.families for clause in family.clauses}
    rules: dict[tuple[str, str], int] = {}
    results: list[JSON] = []
    for finding in (*summary.findings, *gone):
        index = rules.setdefault((finding.family, finding.clause), len(rules))
        state = "absent" if finding in gone else state_of(finding.id, run, comparison)
        results.append(_result(finding, index, state, None if state == "absent" else run))
    header = run.header
    driver: dict[str, JSON] = {
        "name": visible(header.tool),
        "version": visible(header.version),
        "rules": [_rule(family, clause, clauses.get((family, clause))) for family, clause in rules],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {
                    "id": f"{visible(header.tool)}/{'+'.join(visible(family.name) for family in header.families)}/"
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(run, summary)],
                "results": results,
                "properties": {
                    "conformant": summary.conformant,
                    "complete": summary.complete,
                    "truncated": run.truncated,
                    "summary": visible(summary.sentence),
                    "target": visible(header.target),
                    "seed": header.seed,
                },
            }
        ],
    }


_MOST_PLACES: Final = 12
_LONGEST: Final = 2000
_BODY: Final = 4000
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def _invocation(run: Run, summary: Summary) -> JSON:
    invocation: dict[str, JSON] = {"executionSuccessful": summary.complete, "startTimeUtc": _utc(run.header.started)}
    if run.footer is not None:
        invocation |= {"endTimeUtc": _utc(run.footer.finished), "exitCode": run.footer.exit_code}
    if not summary.complete:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": visible(summary.sentence)}}]
    return {key: value for key, value in invocation.items() if value is not None}


def _utc(moment: str) -> str | None:
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return parsed.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rule(family: str, name: str, clause: Clause | None) -> JSON:
    rule: dict[str, JSON] = {"id": visible(f"{family}/{name}"), "name": visible(name.rpartition("::")[2])}
    if clause is None:
        return rule
    text = visible(clause.text, limit=_LONGEST)
    quoted = f' ("{visible(clause.quote, limit=_LONGEST)}")' if clause.quote else ""
    help_text = (
        f"{text[:1].upper()}{text[1:]}. Said by {clause.location.place} ({clause.source.value}{quoted}). "
        f"Judged by {clause.judge}. Breaking it is {'a failure' if clause.level is Level.FAILURE else 'an advisory'}."
    )
    return {
        **rule,
        "shortDescription": {"text": text},
        "fullDescription": {"text": help_text},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _level(clause.level)},
        "properties": {"tags": ["contract", visible(clause.judge)], "precision": "very-high"},
    }


def _level(level: Level) -> str:
    return "error" if level is Level.FAILURE else "warning"


def _result(finding: Finding, index: int, state: str | None, run: Run | None) -> JSON:
    result: dict[str, JSON] = {
        "ruleId": visible(f"{finding.family}/{finding.clause}"),
        "ruleIndex": index,
        "level": _level(finding.level),
        "message": {"text": _message(finding, run)},
        "locations": [
            {
                "physicalLocation": _physical(finding.document),
                "logicalLocations": [{"fullyQualifiedName": visible(finding.clause), "kind": "member"}],
            }
        ],
        "partialFingerprints": {FINGERPRINT: finding.id},
        "occurrenceCount": finding.count,
        "properties": {
            "check": visible(finding.check),
            "expected": visible(finding.expected, limit=_LONGEST),
            "actual": visible(finding.actual, limit=_LONGEST),
            "pointer": visible(finding.pointer, limit=_LONGEST),
            "flaky": finding.flaky,
            "errata": [visible(each.id) for each in errata_of(run, finding)] if run is not None else [],
            "curl": commands(finding, run).curl if run is not None else "",
        },
    }
    if state is not None:
        result["baselineState"] = state
    if run is not None and finding.exchanges and finding.exchanges[-1] in run.exchange_offsets:
        result |= _exchanged(run, finding.exchanges[-1])
    return result


def _message(finding: Finding, run: Run | None) -> str:
    """What is wrong and what came; then why it weighs less than its clause, and the errata behind it, which viewers show nowhere else."""
    said = [f"{finding.headline}. {as_sentence(finding.message or finding.text)}"]
    if finding.elsewhere:
        said.append(f"Also: {listed(finding.elsewhere, _MOST_PLACES)}.")
    if finding.weakness:
        said.append(f"Advisory, because {finding.weakness}.")
    said += [f"Erratum {sentence(each)}" for each in errata_of(run, finding)] if run is not None else []
    return "\n".join(visible(each, limit=_LONGEST) for each in said)


def _physical(location: Location) -> JSON:
    file = location.file.replace("\\", "/")
    uri = file if _ADDRESS.match(file) else quote(file)
    physical: dict[str, JSON] = {"artifactLocation": {"uri": visible(uri)}}
    if location.line > 0:
        physical["region"] = {"startLine": location.line}
    return physical


def _exchanged(run: Run, number: int) -> dict[str, JSON]:
    exchange = run.exchange(number).exchange
    request, answer = exchange.request, exchange.answer
    told: dict[str, JSON] = {
        "webRequest": {
            "protocol": "HTTP",
            "version": "1.1",
            "method": visible(request.method),
            "target": visible(request.target, limit=_LONGEST),
            "headers": _headers(request.headers),
            "body": _body(request.body),
        }
    }
    if isinstance(answer, NoResponse):
        told["webResponse"] = {"noResponseReceived": True, "reasonPhrase": visible(answer.message, limit=_LONGEST)}
    else:
        told["webResponse"] = {
            "protocol": "HTTP",
            "version": "1.1",
            "statusCode": answer.status,
            "reasonPhrase": visible(answer.reason, limit=_LONGEST),
            "headers": _headers(answer.headers),
            "body": _body(answer.body),
        }
    return told


def _headers(headers: tuple[tuple[str, str], ...]) -> JSON:
    # A JSON object has each name once; of a field that comes twice, the values are joined as HTTP allows.
    joined: dict[str, JSON] = {}
    for name, value in headers:
        shown, key = visible(value, limit=_LONGEST), visible(name, limit=_LONGEST)
        joined[key] = f"{joined[key]}, {shown}" if key in joined else shown
    return joined


def _body(body: bytes) -> JSON:
    return {"text": visible(body[:_BODY].decode("utf-8", "backslashreplace"))}


FORMAT: Final = Format(
    name="sarif",
    file_name="report.sarif",
    title="SARIF 2.1.0, for code scanning",
    write=write,
    write_compared=write_compared,
)
