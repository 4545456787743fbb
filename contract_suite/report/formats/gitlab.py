"""`gl-code-quality-report.json`: the findings for GitLab's Code Quality, each at its line of the document."""

from __future__ import annotations

import hashlib
import json
from typing import Final, TextIO

from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON
from contract_suite.model.source import Level
from contract_suite.record.reader import Run
from contract_suite.report.errata import errata_of, sentence
from contract_suite.report.format import Format
from contract_suite.report.plain import visible, well_formed
from contract_suite.report.summary import summarise


def write(run: Run, stream: TextIO) -> None:
    """Write the findings, and one entry for the run itself if too little of it is there to conclude anything."""
    summary = summarise(run)
    entries: list[JSON] = [] if summary.complete else [_unfinished(run, summary.sentence)]
    entries += [
        _entry(each, run, known=run.gate is not None and run.gate.tolerates(each.id) is not None)
        for each in summary.findings
    ]
    stream.write(well_formed(json.dumps(entries, ensure_ascii=False, indent=1)) + "\n")


_LONGEST: Final = 1000


def _entry(finding: Finding, run: Run, *, known: bool) -> JSON:
    severity = "info" if finding.flaky or known else "major" if finding.level is Level.FAILURE else "minor"
    return {
        "description": "\n".join(
            [
                visible(f"{finding.headline}: {finding.message} ({finding.clause})", limit=_LONGEST),
                *(f"Erratum {visible(sentence(each), limit=_LONGEST)}" for each in errata_of(run, finding)),
            ]
        ),
        "check_name": visible(finding.check),
        "fingerprint": finding.id,
        "severity": severity,
        "location": {"path": _path(finding.document.file), "lines": {"begin": max(finding.document.line, 1)}},
    }


def _unfinished(run: Run, sentence: str) -> JSON:
    families = run.header.families
    return {
        "description": visible(sentence, limit=_LONGEST),
        "check_name": "run",
        "fingerprint": hashlib.sha256(
            "\0".join(("run", *(each.name for each in families))).encode("utf-8", "replace")
        ).hexdigest()[:12],
        "severity": "blocker",
        "location": {"path": _path(families[0].file) if families else "run.ndjson", "lines": {"begin": 1}},
    }


def _path(file: str) -> str:
    return visible(file.replace("\\", "/").removeprefix("./")) or "openapi.yaml"


FORMAT: Final = Format(name="gitlab", file_name="gl-code-quality-report.json", title="GitLab Code Quality", write=write)
