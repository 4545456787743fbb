"""Few findings instead of many: advisories of one evident cause become one.

Failures are never merged: each is to be mended by itself. An advisory is merged with others of its check where they
break the same kind of clause on several operations, or many clauses below one property of a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from contract_suite.model.clause_ids import parts
from contract_suite.model.finding import Finding
from contract_suite.model.source import Level

_FEW: Final = 3
_NAMED: Final = 4


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with advisories of one cause merged into the first of them, whose message then names the others."""
    kept = list(findings)
    kept = _merged(
        kept, lambda finding: (finding.operation, finding.check, _root(finding), finding.flaky), what="clause"
    )
    return _merged(
        kept, lambda finding: ("", finding.check, "::".join(parts(finding.clause)[1:]), finding.flaky), what="operation"
    )


def _root(finding: Finding) -> str:
    """The property of the request that a clause lies below (`body/Spec` of `body/Spec/Items/*/Name`), or the clause itself."""
    subject = parts(finding.clause)[1]
    steps = subject.split("/")
    return "/".join(steps[:2]) if steps[0] == "body" and len(steps) > 2 else finding.clause  # noqa: PLR2004 - body, property, something below


def _merged(findings: list[Finding], key: Callable[[Finding], object], *, what: str) -> list[Finding]:
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        own = key(finding) if finding.level is Level.ADVISORY else finding.id
        groups.setdefault(own, []).append(finding)
    result = []
    for group in groups.values():
        if len(group) <= _FEW:
            result += group
            continue
        others = [each.clause if what == "clause" else each.operation for each in group[1:]]
        named = ", ".join(others[:_NAMED]) + (f" and {len(others) - _NAMED} more" if len(others) > _NAMED else "")
        same = "The same holds for" if what == "operation" else "Likewise broken:"
        result.append(
            replace(group[0], message=f"{group[0].message}. {same} {named}", count=sum(each.count for each in group))
        )
    return result
