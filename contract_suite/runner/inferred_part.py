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
from contract_suite.behaviours.kit.verdicts import driven
from contract_suite.inference.behind import fact_behind
from contract_suite.inference.probing import probe
from contract_suite.inference.standing import Standing, held
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
            for verdict in driven(behaviour, self.session):
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
        if clause.id not in self._clauses:
            return verdict
        held_by_id = {each.fact.id: each for each in self._held}
        fact = fact_behind(clause, (each.fact for each in self._held), self._base.plan.contract)
        if fact is None:
            return verdict
        guess = Fact(source=Source.INFERRED, location=fact.location, what=held_by_id[fact.id].words)
        return replace(verdict, facts=(*verdict.facts, guess))
