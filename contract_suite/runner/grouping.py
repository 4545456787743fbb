"""One cause, one finding: what evidently has the same cause becomes one finding with its places, failures as advisories.

The first of a group, in the order of a report, keeps its fingerprint and stands for all. Flaky findings and those that
come every time stay apart, and so do failures and advisories.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from contract_suite.model.clause_ids import parts
from contract_suite.model.finding import Finding
from contract_suite.model.source import Level

_FEW: Final = 3
_WRONG_TYPE: Final = re.compile(r"\S+ where .+ is due$")


_Cause = Callable[[Finding], tuple[str, ...] | None]
"""Tells findings of one cause: those with equal keys have one, if they are more than a few; `None` for no such cause."""


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with those of one cause merged into the first of them, whose `places` are the others."""
    kept = list(findings)
    for cause in _CAUSES:
        kept = _merged(kept, cause)
    return kept


def _same_component(finding: Finding) -> tuple[str, ...] | None:
    """The same part of the document, broken in the same way wherever it is referred to."""
    pointer = finding.document.pointer
    if not pointer.startswith(("/components/", "/definitions/", "/parameters/", "/responses/")):
        return None
    return finding.document.file, pointer, _kind(finding), finding.problem


def _same_status(finding: Finding) -> tuple[str, ...] | None:
    """The same status, missing at many operations."""
    return (_kind(finding), finding.problem) if finding.problem.startswith("status-") else None


def _same_type(finding: Finding) -> tuple[str, ...] | None:
    """The same kind of value taken for another: `"1"` for 1 is one coercion, wherever it is done."""
    wrong = _WRONG_TYPE.search(finding.message) if _kind(finding) == "type-enforced" else None
    return (wrong.group(0), finding.problem) if wrong is not None else None


def _same_argument(finding: Finding) -> tuple[str, ...] | None:
    """The same kind of clause about the same subject, broken at many operations: one header, one parameter, one field."""
    return "::".join(parts(finding.clause)[1:]), finding.problem


def _same_clause(finding: Finding) -> tuple[str, ...] | None:
    """One advisory clause, broken in many ways, or many below one property of a request."""
    if finding.level is not Level.ADVISORY:
        return None
    subject = parts(finding.clause)[1]
    steps = subject.split("/")
    deep = steps[0] == "body" and len(steps) > 2  # noqa: PLR2004 - body, property, something below
    return finding.operation, "/".join(steps[:2]) if deep else finding.clause


def _same_advisory(finding: Finding) -> tuple[str, ...] | None:
    """The same kind of advisory clause at many operations, whatever the problem is."""
    return ("::".join(parts(finding.clause)[1:]),) if finding.level is Level.ADVISORY else None


_CAUSES: Final[tuple[_Cause, ...]] = (
    _same_component,
    _same_clause,
    _same_status,
    _same_type,
    _same_argument,
    _same_advisory,
)


def _kind(finding: Finding) -> str:
    return parts(finding.clause)[2]


def _merged(findings: list[Finding], cause: _Cause) -> list[Finding]:
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = cause(finding)
        own = (number,) if key is None else (finding.check, finding.level, finding.flaky, *key)
        groups.setdefault(own, []).append(finding)
    result: list[Finding] = []
    for group in groups.values():
        places = len({clause for each in group for clause in each.clauses})
        result += [_one_of(group)] if len(group) > 1 and max(len(group), places) > _FEW else group
    return result


def _one_of(group: list[Finding]) -> Finding:
    first = group[0]
    clauses = tuple(dict.fromkeys(clause for each in group for clause in each.clauses))
    return replace(
        first,
        count=sum(each.count for each in group),
        places=tuple(clause for clause in clauses if clause != first.clause),
    )
