"""How many different cases failed in the way of a finding: a count that two runs of one plan agree on.

A finding's own `count` counts verdicts: it grows with retries, with polling and with the time spent on fuzzing, and
differs from run to run. What is counted here are the cases, each once: its stage, the clause it aimed at and its note
(`PageSize: 0, below the least allowed 1`). Fuzzing, which depends on the clock, doesn't count. A second defect of the
same shape shows in other cases and raises the number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from contract_suite.model.case import Stage
from contract_suite.model.finding import fingerprint
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run


def occurrences(run: Run, findings: Collection[str]) -> Mapping[str, int]:
    """Return for each of these finding ids how many different cases failed that way.

    It is at least 1, also where only fuzzing saw it.
    """
    if not findings:
        return {}
    deciding: dict[str, set[int]] = {each: set() for each in findings}
    for verdict in run.verdicts():
        if verdict.outcome is not Outcome.FAILED:
            continue
        cause = fingerprint(verdict.family, verdict.clause, verdict.pointer, verdict.problem)
        if cause in deciding and verdict.exchanges:
            deciding[cause].add(verdict.exchanges[-1])
    wanted = set().union(*deciding.values())
    cases = {
        each.exchange.number: (each.stage, each.target_clause, each.note)
        for each in (run.exchanges_numbered(wanted) if wanted else ())
        if each.stage is not Stage.FUZZING
    }
    return {
        cause: max(1, len({cases[number] for number in numbers if number in cases}))
        for cause, numbers in deciding.items()
    }
