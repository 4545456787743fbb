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
_WRONG_TYPE: Final = re.compile(r"(?P<sent>\S+) where (?P<due>.+) is due$")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


_Cause = Callable[[Finding], tuple[str, ...] | None]
"""Tells findings of one cause by equal keys; `None` for no such cause."""


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with those of one cause merged into the first of them, whose `places` are the others."""
    kept = list(findings)
    for cause in (_same_component, _same_clause, _same_status, _same_type, _same_argument, _same_advisory):
        kept = _merged(kept, cause, few=_FEW if cause in _LIKELY else 1)
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
    if wrong is None:
        return None
    due = " or ".join(sorted(set(wrong["due"].split(" or ")) - {"null"}))
    return _kind_of(wrong["sent"]), due, finding.problem


def _kind_of(literal: str) -> str:
    """Return what a literal in a message is: a text is told apart by whether it looks like a number."""
    if literal in {"True", "False", "None"}:
        return literal.lower()
    return "number" if _NUMBER.fullmatch(literal) else literal


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


_LIKELY: Final[tuple[_Cause, ...]] = (_same_clause, _same_argument)
"""More than a few of these are one cause; of the others, two are."""


def _kind(finding: Finding) -> str:
    return parts(finding.clause)[2]


def _merged(findings: list[Finding], cause: _Cause, *, few: int) -> list[Finding]:
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = cause(finding)
        own = (number,) if key is None else (finding.check, finding.level, finding.flaky, *key)
        groups.setdefault(own, []).append(finding)
    result: list[Finding] = []
    for group in groups.values():
        places = len({clause for each in group for clause in each.clauses})
        result += [_one_of(group)] if len(group) > 1 and max(len(group), places) > few else group
    return result


def _one_of(group: list[Finding]) -> Finding:
    first = group[0]
    clauses = tuple(dict.fromkeys(clause for each in group for clause in each.clauses))
    return replace(
        first,
        count=sum(each.count for each in group),
        places=tuple(clause for clause in clauses if clause != first.clause),
    )
