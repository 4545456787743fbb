"""`junit.xml`: the report for CI servers, a test suite for each family and a test case for each clause that was tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TextIO

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract_suite.model.finding import Finding
from contract_suite.model.memo import Memo
from contract_suite.record.reader import Run
from contract_suite.report.format import Format
from contract_suite.report.plain import xml
from contract_suite.report.summary import ClauseLine, FamilyLine, Summary, UntestedLine, summarise
from contract_suite.report.telling import Told, commands, contract_facts, errata_facts, observed_facts


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
    texts = Memo(partial(_text, summary=summary))
    document = JUnitXml(xml(run.header.tool))
    for line in summary.families:
        document.add_testsuite(_suite(line, found, summary, texts))
    if not summary.conformant and not summary.complete:
        document.add_testsuite(_unfinished(summary.sentence, truncated=run.truncated))
    document.update_statistics()  # type: ignore[no-untyped-call]  # as junitparser ships it
    # The schema that Jenkins holds reports to knows this count on suites only.
    document._elem.attrib.pop("skipped", None)  # noqa: SLF001 - the library sets it and has no way to leave it out
    content: str | bytes = document.tostring()  # type: ignore[no-untyped-call]  # as junitparser ships it
    stream.write(content.decode("utf-8") if isinstance(content, bytes) else content)


def _suite(
    line: FamilyLine, found: Mapping[tuple[str, str], Sequence[Finding]], summary: Summary, texts: Memo[Finding, str]
) -> TestSuite:
    suite = TestSuite(xml(line.family.name))
    suite.timestamp = xml(summary.run.header.started)
    suite.add_property("title", xml(line.family.title))
    suite.add_property("document", xml(line.family.file))
    suite.add_testcases(
        [
            _case(line.family.name, each, found.get((line.family.name, each.clause.id), ()), summary, texts)
            for each in line.clauses
            if each.status != "untested"
        ]
    )
    suite.add_testcases([_untested(line.family.name, each) for each in line.untested])
    # Clauses share exchanges, so that only the family as a whole has a time.
    suite.time = round(line.summary.seconds, 3)
    return suite


def _case(
    family: str, line: ClauseLine, findings: Sequence[Finding], summary: Summary, texts: Memo[Finding, str]
) -> TestCase:
    clause, result, gate = line.clause, line.result, summary.run.gate
    case = TestCase(
        xml(f"{clause.subject} {clause.kind}"), xml(f"{family}.{clause.operation}" if clause.operation else family), 0
    )
    known = {each.id: entry for each in findings if gate is not None and (entry := gate.tolerates(each.id)) is not None}
    match line.status:
        case "failed" if findings and len(known) == len(findings):
            case.system_out = xml("\n\n".join(f"Known: {known[each.id].why}\n{texts(each)}" for each in findings))
        case "failed":
            findings = [each for each in findings if each.id not in known]
            message = f"{findings[0].headline}: {findings[0].message}" if findings else result.reason or clause.text
            failure = Failure(xml(message), xml(clause.id))
            failure.text = xml("\n\n".join(texts(each) for each in findings) or clause.text)
            case.result = [failure]
        case "advisory":
            case.system_out = xml("\n\n".join(["Broken at advisory level.", *(texts(each) for each in findings)]))
        case "cannot_tell":
            case.result = [Skipped(xml(f"cannot tell: {result.reason}"))]
        case "inapplicable":
            case.result = [Skipped(xml(f"inapplicable: {result.reason}"))]
        case "passed" | "untested":
            pass
    return case


def _untested(family: str, line: UntestedLine) -> TestCase:
    """Clauses that one reason left untested are one skipped case: there may be hundreds of them an operation."""
    names = line.named(_MOST_NAMED)
    only = names[0].replace("::", " ") if len(names) == 1 else f"{len(line.clauses)} clauses"
    case = TestCase(xml(only), xml(f"{family}.{line.operation}" if line.operation else family), 0)
    skipped = Skipped(xml(f"untested: {line.reason}"))
    if len(names) > 1:
        skipped.text = xml("\n".join(names))
    case.result = [skipped]
    return case


_MOST_NAMED: Final = 6


def _unfinished(sentence: str, *, truncated: bool) -> TestSuite:
    suite = TestSuite("run")
    case = TestCase("ended as planned", "run", 0)
    case.result = [Error(xml(sentence), "truncated" if truncated else "incomplete")]
    suite.add_testcase(case)
    return suite


def _text(finding: Finding, summary: Summary) -> str:
    told = commands(finding, summary.run)
    lines = [
        f"{finding.headline}{' (flaky)' if finding.flaky else ''}",
        *(f"{each.label}: {each.text}" if each.label else f"  {each.text}" for each in _facts(finding, summary)),
        f"Reproduce: {told.reproduce}",
        f"Explain: {told.explain}",
        f"Clause: {finding.clause}, finding {finding.id}",
    ]
    return "\n".join(lines)


def _facts(finding: Finding, summary: Summary) -> Iterator[Told]:
    yield from contract_facts(finding, summary.run)
    yield from observed_facts(finding, summary.tries(finding))
    yield from errata_facts(finding, summary.run)


FORMAT: Final = Format(
    name="junit",
    file_name="junit.xml",
    title="Test suites and cases, for CI servers",
    write=write,
    usual=True,
)
