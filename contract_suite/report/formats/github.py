"""Workflow commands for GitHub Actions: each finding as an annotation at its line of the document.

The rule that must not be broken: no text of unknown origin may begin a line or end a property, or an endpoint could
give commands to the runner.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TextIO

from contract_suite.model.finding import Finding
from contract_suite.model.location import Location
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.errata import errata_of, sentence
from contract_suite.report.format import Format
from contract_suite.report.plain import visible
from contract_suite.report.summary import summarise
from contract_suite.report.telling import as_sentence


def write(run: Run, stream: TextIO) -> None:
    """Write one command a finding, the gravest first, and one for the run as a whole."""
    summary = summarise(run)
    passed = summary.conformant if run.gate is None else run.gate.passed
    sentence = summary.sentence if run.gate is None else f"{run.gate.sentence} {summary.sentence}"
    stream.write(command("notice" if passed else "error", visible(sentence), title=visible(run.header.tool)))
    known = [each for each in summary.findings if run.gate is not None and run.gate.tolerates(each.id)]
    failures = [each for each in summary.failures if each not in known]
    advisories = [each for each in summary.findings if each.level is Level.ADVISORY and each not in known]
    for name, findings in (("error", failures), ("warning", advisories), ("notice", known)):
        stream.writelines(_annotation(name, each, run) for each in findings[:_MOST])
        stream.write(_rest(name, findings))


def command(name: str, message: str, **properties: str) -> str:
    """Return one workflow command, escaped as the runner unescapes it."""
    told = ",".join(
        f"{key}={_escape(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items() if value
    )
    return f"::{name}{' ' if told else ''}{told}::{_escape(message)}\n"


_MOST: Final = 50
"""Annotations of one kind beyond this many are only counted: GitHub shows fewer still."""
_LONGEST: Final = 1000


def _annotation(name: str, finding: Finding, run: Run) -> str:
    flaky = " (flaky)" if finding.flaky else ""
    errata = "".join(f"\nErratum {visible(sentence(each), limit=_LONGEST)}" for each in errata_of(run, finding))
    return command(
        name,
        f"{visible(as_sentence(finding.message), limit=_LONGEST)}{flaky}\n"
        f"Contract: {visible(as_sentence(finding.text), limit=_LONGEST)}\n"
        f"{visible(finding.clause, limit=_LONGEST)}, finding {visible(finding.id)}{errata}",
        **_place(finding.document),
        title=visible(finding.headline, limit=_LONGEST),
    )


def _place(at: Location) -> dict[str, str]:
    """Return where the annotation stands: nowhere for a document that is no file of the repository, but an application's or a URL."""
    if _NO_FILE.match(at.file):
        return {}
    return {"file": visible(at.file), "line": str(at.line) if at.line > 0 else ""}


_NO_FILE: Final = re.compile(r"[^/\\:]{2,}:")
"""`module:app/openapi.json` and `https://…`; one letter before the colon is a drive."""
_MANY: Final = {"error": "failures", "warning": "advisories", "notice": "known findings"}


def _rest(name: str, findings: Sequence[Finding]) -> str:
    count = len(findings) - _MOST
    return command("notice", f"{count} more {_MANY[name]} in the other reports") if count > 0 else ""


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


FORMAT: Final = Format(
    name="github", file_name="", title="Workflow commands, for annotations in GitHub Actions", write=write
)
