"""`junit.xml`: the report for CI servers, a test suite for each family and a test case for each clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TextIO

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract_suite.model.finding import Finding
from contract_suite.record.reader import Run
from contract_suite.report.errata import errata_of, sentence
from contract_suite.report.format import Format
from contract_suite.report.plain import xml
from contract_suite.report.summary import ClauseLine, FamilyLine, summarise


def write(run: Run, stream: TextIO) -> None:
    """Write the report.

    A clause broken at advisory level passes, with what was found in its output, and so does one of which a baseline
    knows all findings; a run cut short is an error of its own.
    """
    summary = summarise(run)
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in summary.findings:
        for clause in finding.clauses:
            found.setdefault((finding.family, clause), []).append(finding)
    document = JUnitXml(xml(run.header.tool))
    for line in summary.families:
        document.add_testsuite(_suite(line, found, run))
    if not summary.conformant and not summary.complete:
        document.add_testsuite(_unfinished(summary.sentence, truncated=run.truncated))
    document.update_statistics()  # type: ignore[no-untyped-call]
    # The schema that Jenkins holds reports to knows this count on suites only.
    document._elem.attrib.pop("skipped", None)  # noqa: SLF001 - the library sets it and has no way to leave it out
    content: str | bytes = document.tostring()  # type: ignore[no-untyped-call]
    stream.write(content.decode("utf-8") if isinstance(content, bytes) else content)


def _suite(line: FamilyLine, found: Mapping[tuple[str, str], Sequence[Finding]], run: Run) -> TestSuite:
    suite = TestSuite(xml(line.family.name))
    suite.timestamp = xml(run.header.started)
    suite.add_property("title", xml(line.family.title))
    suite.add_property("document", xml(line.family.file))
    suite.add_testcases(
        [_case(line.family.name, each, found.get((line.family.name, each.clause.id), ()), run) for each in line.clauses]
    )
    # Clauses share exchanges, so that only the family as a whole has a time.
    suite.time = round(line.summary.seconds, 3)
    return suite


def _case(family: str, line: ClauseLine, findings: Sequence[Finding], run: Run) -> TestCase:
    clause, result, gate = line.clause, line.result, run.gate
    case = TestCase(
        xml(f"{clause.subject} {clause.kind}"), xml(f"{family}.{clause.operation}" if clause.operation else family), 0
    )
    known = {each.id: entry for each in findings if gate is not None and (entry := gate.tolerates(each.id)) is not None}
    match line.status:
        case "failed" if findings and len(known) == len(findings):
            case.system_out = xml("\n\n".join(f"Known: {known[each.id].why}\n{_text(each, run)}" for each in findings))
        case "failed":
            findings = [each for each in findings if each.id not in known]
            message = findings[0].message if findings else result.reason or clause.text
            failure = Failure(xml(message), xml(clause.id))
            failure.text = xml("\n\n".join(_text(each, run) for each in findings) or clause.text)
            case.result = [failure]
        case "advisory":
            case.system_out = xml("\n\n".join(["Broken at advisory level.", *(_text(each, run) for each in findings)]))
        case "cannot_tell":
            case.result = [Skipped(xml(f"cannot tell: {result.reason}"))]
        case "inapplicable" | "untested":
            case.result = [Skipped(xml(f"{line.status}: {result.reason}"))]
        case "passed":
            pass
    return case


def _unfinished(sentence: str, *, truncated: bool) -> TestSuite:
    suite = TestSuite("run")
    case = TestCase("ended as planned", "run", 0)
    case.result = [Error(xml(sentence), "truncated" if truncated else "incomplete")]
    suite.add_testcase(case)
    return suite


def _text(finding: Finding, run: Run) -> str:
    lines = [
        f"{finding.message}{' (flaky)' if finding.flaky else ''}",
        f"The contract: {finding.text}",
        f"Where: {finding.document.place} {finding.document.pointer}",
        f"Source: {finding.source.value}{', ' + finding.quote if finding.quote else ''}",
        f"Advisory, because {finding.weakness}" if finding.weakness else "",
        *(f"Erratum: {sentence(each)}" for each in errata_of(run, finding)),
        f"Response pointer: {finding.pointer}" if finding.pointer else "",
        f"Expected: {finding.expected}" if finding.expected else "",
        f"Actual: {finding.actual}" if finding.actual else "",
        f"Reproduce: {finding.curl}" if finding.curl else "",
        f"Finding {finding.id}, seen {finding.count} {'time' if finding.count == 1 else 'times'}",
    ]
    return "\n".join(line for line in lines if line)


FORMAT: Final = Format(
    name="junit",
    file_name="junit.xml",
    title="Test suites and cases, for CI servers",
    write=write,
    usual=True,
)
