"""The part of a run that asks about guesses and holds the server to those that may be held to it.

The rule that must not be broken: a clause that rests on a guess is inapplicable until a probe of this run confirmed the
guess, or two witnesses in the document speak for it; and nothing that it finds is more than an advisory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, BudgetSpent
from contract_suite.inference.probing import probe
from contract_suite.inference.standing import Seen, Standing, held
from contract_suite.inference.unsaid import may_be_right
from contract_suite.model.clause import Clause
from contract_suite.model.fact import Fact
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome, Verdict
from contract_suite.runner.session.session import LiveSession

_SHARE: Final = 0.1
"""At most so much of the requests that a run may send goes to probes."""
_AT_LEAST: Final = 60
"""So many of an unbounded run's requests may be probes, however few were sent before."""
_UNCONFIRMED: Final = "it rests on a guess by names and shapes that nothing confirmed in this run"
_RESOURCES: Final = "resources"


class InferredPart:
    """Asks about the guesses of a plan, then offers a session in which behaviours can be driven by what holds.

    `standings` says how each guess stands; `session` is `None` until something may be held to the server.
    """

    def __init__(self, base: LiveSession) -> None:
        """Nothing is sent yet, and nothing guessed is held to anybody."""
        self.standings: tuple[Standing, ...] = tuple(Standing(fact=fact) for fact in base.plan.guesses)
        self.session: LiveSession | None = None
        self._base = base
        self._held: tuple[Standing, ...] = ()
        self._clauses: dict[str, Clause] = {}
        base.sender.counter.when_stated(self._hold_back)

    def ask(self) -> None:
        """Ask about every guess, with at most a tenth of the requests, and take up what may be held to the server."""
        plan = self._base.plan
        if not plan.guesses:
            return
        asking = self._base.knowing_more(plan.knowing(plan.guesses), "guesses", guesses=True)
        sender, before = self._base.sender, self._base.sender.exchanges
        most = min(max(_AT_LEAST, before * _SHARE), self._base.budget.requests_left * _SHARE)
        try:
            with suppress(BudgetSpent):
                self.standings = probe(
                    asking, plan.guesses, asking.recent.successes(), may_go_on=lambda: sender.exchanges - before < most
                )
        finally:
            asking.leave()
        self._held = held(self.standings)
        if self._held:
            self._take_up()

    def holds(self, clause_id: str) -> bool:
        """Whether a clause that only inference knows is held to the server."""
        return self.session is not None and clause_id in self._clauses

    def begin(self, behaviour: Behaviour) -> None:
        """Let a behaviour make what must have some age when it is driven by what is held."""
        if self.session is not None and self._clauses:
            behaviour.begin(self.session)

    def drive(self, behaviour: Behaviour, only: frozenset[str] | None = None) -> Iterator[Verdict]:
        """Drive a behaviour by what is held, on clauses that only inference knows, of them on those of `only` if given."""
        if self.session is None or not self._clauses:
            return
        if only is not None:
            self.session.restrict(only & self._clauses.keys())
        try:
            for verdict in behaviour.drive(self.session):
                clause = self._clauses.get(verdict.clause)
                if clause is not None and not (verdict.outcome is Outcome.FAILED and may_be_right(clause, verdict)):
                    yield verdict
        finally:
            if only is not None:
                self.session.restrict(frozenset(self._clauses))

    def _hold_back(self, clauses: dict[str, Clause]) -> None:
        for name in self._base.plan.guessed:
            self._clauses[name] = clauses[name]
            clauses[name] = replace(clauses[name], inapplicable=_UNCONFIRMED)

    def _take_up(self) -> None:
        plan = self._base.plan.knowing(each.fact for each in self._held)
        counter = self._base.sender.counter
        counter.explain = self._explained
        sure = {clause.id: clause for clause in plan.clauses if clause.id in self._base.plan.guessed}
        for clause_id, clause in sure.items():
            counter.clauses[clause_id] = clause
        self._clauses = sure
        self.session = self._base.knowing_more(plan, "inferred", guesses=True)
        self.session.restrict(frozenset(sure))

    def _explained(self, clause: Clause, verdict: Verdict) -> Verdict:
        """Put the guess that a failure rests on beside it, with its reasons and what confirmed it."""
        standing = self._behind(clause) if clause.id in self._clauses else None
        if standing is None:
            return verdict
        guess = Fact(source=Source.INFERRED, location=standing.fact.location, what=standing.words)
        shown = standing.exchanges[-1:] if standing.seen is Seen.CONFIRMED else ()
        exchanges = (*(each for each in shown if each not in verdict.exchanges), *verdict.exchanges)
        return replace(verdict, facts=(*verdict.facts, guess), exchanges=exchanges)

    def _behind(self, clause: Clause) -> Standing | None:
        """The fact that a clause rests on most: that of its own parameter, of its list, or of the kind of thing."""
        own = [each for each in self._held if each.fact.operation == clause.operation]
        operation = self._base.plan.contract.by_id.get(clause.operation)
        parameter = operation.parameter(clause.subject) if operation is not None else None
        name = parameter.name if parameter is not None else clause.subject.partition(".")[2]
        bound = clause.subject.split("/")[1] if clause.subject.startswith("bounds/") else name
        paths: tuple[tuple[str, ...], ...] = (
            ("filters", name),
            ("bounds", bound),
            ("echo", name),
            ("idempotency",) if clause.judge == "idempotency-keys" else ("",),
            ("order",) if clause.judge == "ordering" else ("",),
            ("collection", "total") if clause.judge == "totals" else ("collection", "page"),
            ("collection",),
        )
        if not clause.subject[:1].isupper():
            for path in paths:
                found = next((each for each in own if each.fact.path == path), None)
                if found is not None:
                    return found
        unique = [each for each in self._held if each.fact.path[-1:] == ("unique",)]
        if clause.judge == "uniqueness" and unique:
            return next((each for each in unique if repr(clause.subject) in repr(each.fact.words)), None)
        states = [each for each in self._held if each.fact.path == (_RESOURCES, clause.subject, "states")]
        if clause.judge == "state-changes" and states:
            return states[0]
        flags = [
            each for each in self._held if each.fact.path[2:3] == ("flags",) and each.fact.path[-1] == clause.subject
        ]
        if clause.judge == "flags" and flags:
            return next((each for each in flags if repr(clause.operation) in repr(each.fact.words)), flags[0])
        kinds = [
            each for each in self._held if each.fact.path[:1] == (_RESOURCES,) and clause.subject in each.fact.path
        ]
        return next(iter(kinds), None)
