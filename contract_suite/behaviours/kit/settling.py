"""Verdicts of behaviours, and how often one looks again before it accuses.

The rule that must not be broken: other clients may write between two requests, so what failed once is only a finding if
it fails again, or if nobody's writing explains it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

from contract_suite.behaviours.kit.answering import obstacle, shown
from contract_suite.contract.operation import Parameter
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome, Verdict

Verdicts = dict[str, Verdict]
"""One verdict for each clause id."""

_ENCODER: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
_LOOKS: Final = 3
_PROOF: Final = 2


class Unusable(Exception):  # noqa: N818 - no error: what a behaviour needs is not to be had
    """Something that a behaviour needs is not to be had; the text says what, and the clauses that need it stay untested."""

    def __init__(self, reason: str, exchange: Exchange | None = None) -> None:
        """Keep the reason and the exchange that shows it."""
        super().__init__(reason)
        self.reason = reason
        self.exchanges = (exchange.number,) if exchange else ()


def passed(clause: str, exchanges: Iterable[int] = (), message: str = "") -> Verdict:
    """The clause held where it could have failed."""
    return Verdict(clause=clause, outcome=Outcome.PASSED, message=message, exchanges=_numbers(exchanges))


def failed(
    clause: str,
    message: str,
    exchanges: Iterable[int],
    *,
    problem: str = "",
    pointer: str = "",
    expected: JSON = None,
    actual: JSON = None,
) -> Verdict:
    """The clause is broken; the last exchange is the one that shows it."""
    return Verdict(
        clause=clause,
        outcome=Outcome.FAILED,
        message=message,
        exchanges=_numbers(exchanges),
        problem=problem,
        pointer=pointer,
        expected="" if expected is None else shown(expected),
        actual="" if actual is None else shown(actual),
    )


def untested(clause: str, reason: str, exchanges: Iterable[int] = ()) -> Verdict:
    """Nothing could be shown; `reason` says what it would take."""
    return Verdict(clause=clause, outcome=Outcome.UNTESTED, message=reason, exchanges=_numbers(exchanges))


def all_untested(clauses: Iterable[str], reason: str, exchanges: Iterable[int] = ()) -> Verdicts:
    """One reason for many clauses."""
    numbers = _numbers(exchanges)
    return {clause: untested(clause, reason, numbers) for clause in clauses}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evident(Verdict):
    """A failure that no writing of other clients explains.

    Once is enough; as the outcome of several looks it says that it came and went.
    """


def evident(verdict: Verdict) -> Evident:
    """Call a failure evident."""
    return Evident(**{each.name: getattr(verdict, each.name) for each in fields(Verdict)})


def settle(look: Callable[[], Verdicts]) -> Verdicts:
    """Look, and look again while something failed only once.

    What ever passed has passed, unless it failed evidently; what failed twice has failed.

    `look` drives all its requests anew and should turn a failure into `untested` where it sees that the data moved
    meanwhile.
    """
    settled: Verdicts = {}
    failures: dict[str, list[Verdict]] = {}
    for _ in range(_LOOKS):
        for clause, verdict in look().items():
            if verdict.outcome is Outcome.FAILED:
                failures.setdefault(clause, []).append(verdict)
            elif verdict.outcome is Outcome.PASSED or clause not in settled:
                settled[clause] = verdict
        if all(len(found) >= _PROOF or _has_passed(settled.get(clause)) for clause, found in failures.items()):
            break
    for clause, found in failures.items():
        came_and_went = next((each for each in found if isinstance(each, Evident)), None)
        if _has_passed(settled.get(clause)):
            settled[clause] = came_and_went or settled[clause]
        elif len(found) >= _PROOF:
            settled[clause] = Verdict(**{each.name: getattr(found[-1], each.name) for each in fields(Verdict)})
        elif came_and_went is not None:
            settled[clause] = came_and_went
        else:
            settled.setdefault(
                clause,
                untested(
                    clause, f"it failed once and could not be looked at again: {found[0].message}", found[0].exchanges
                ),
            )
    return settled


@dataclass(frozen=True, slots=True)
class Guarded:
    """A look at one clause that leaves it untested where nothing can be seen."""

    clause: str
    look: Callable[[str], Verdict]

    def __call__(self) -> Verdicts:
        """Look."""
        try:
            return {self.clause: self.look(self.clause)}
        except Unusable as reason:
            return {self.clause: untested(self.clause, reason.reason, reason.exchanges)}


@dataclass(frozen=True, slots=True)
class GuardedAll:
    """The same for several clauses at once."""

    clauses: tuple[str, ...]
    look: Callable[[], Verdicts]

    def __call__(self) -> Verdicts:
        """Look."""
        try:
            return self.look()
        except Unusable as reason:
            return all_untested(self.clauses, reason.reason, reason.exchanges)


def moved(verdicts: Verdicts, reason: str = "other clients changed the data while it was looked at") -> Verdicts:
    """Take every accusation back that is not evident: what was compared did not stand still."""
    return {
        clause: untested(clause, reason, verdict.exchanges)
        if verdict.outcome is Outcome.FAILED and not isinstance(verdict, Evident)
        else verdict
        for clause, verdict in verdicts.items()
    }


def why_not(exchange: Exchange) -> str:
    """Say in a few words what came instead of the answer that was needed."""
    return obstacle(exchange) or f"{exchange.request.method} {exchange.request.target} was answered {exchange.status}"


def canonical(value: JSON) -> str:
    """Return one text for equal JSON values; `true` is not `1`, and `1.0` is `1`."""
    return _ENCODER.encode(_plain(value))


def default_source(parameter: Parameter) -> Source:
    """Who says the default of a parameter."""
    place = parameter.schema.place(parameter.schema.root)
    return place.source("default") if place else parameter.source


def listed(names: Mapping[str, JSON]) -> str:
    """Return arguments as messages show them: `PageSize=3, PageNumber=2`."""
    return (
        ", ".join(f"{name.partition('.')[2] or name}={shown(value)}" for name, value in names.items())
        or "no parameters"
    )


def _has_passed(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.outcome is Outcome.PASSED


def _numbers(exchanges: Iterable[int]) -> tuple[int, ...]:
    """Each number once, at its last place."""
    found = list(exchanges)
    return tuple(number for index, number in enumerate(found) if number not in found[index + 1 :])


def _plain(value: JSON) -> JSON:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
