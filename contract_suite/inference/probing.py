"""Asks a server about every guess, within a bound of requests, and says how each fact stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import NotSent, Session
from contract_suite.behaviours.kit.resource_operations import resource_operations
from contract_suite.inference.probes.envelopes import look_at_refusals, look_at_request_ids
from contract_suite.inference.probes.keys import ask_key
from contract_suite.inference.probes.lists import ask_list
from contract_suite.inference.probes.things import ask_kind
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing, is_kind
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing

_RESOURCES: Final = "resources"
_BIND: Final = "bind"
_KEY: Final = ("idempotency",)


def probe(
    session: Session,
    facts: Iterable[InferredFact],
    answers: Mapping[str, list[tuple[Exchange, JSON | Missing]]],
    *,
    may_go_on: Callable[[], bool],
) -> tuple[Standing, ...]:
    """Return how each fact stands; `session` has a contract with all of them.

    `answers` are the successes of this run by operation, with their bodies. Nothing more is asked once `may_go_on`
    says no; what wasn't asked is not tried.
    """
    facts = tuple(facts)
    found = {fact.id: Standing(fact=fact) for fact in facts}
    for standing in _asked(session, facts, answers, may_go_on):
        found[standing.fact.id] = standing
    bases = {each.fact.path[1]: each for each in found.values() if is_kind(each.fact)}
    kinds = {operation: each.path[1] for each in facts if each.path[0] == _RESOURCES for operation in _operations(each)}
    return tuple(_with_base(each, bases, kinds) for each in found.values())


def _operations(fact: InferredFact) -> list[str]:
    """The operations that a fact about a kind of thing names."""
    if isinstance(fact.words, dict):
        named = fact.words.get("operation")
        return [named] if isinstance(named, str) else []
    return [each for each in fact.words if isinstance(each, str)] if isinstance(fact.words, list) else []


def _asked(
    session: Session,
    facts: tuple[InferredFact, ...],
    answers: Mapping[str, list[tuple[Exchange, JSON | Missing]]],
    may_go_on: Callable[[], bool],
) -> Iterator[Standing]:
    for fact in facts:
        yield from look_at_refusals(session, fact)
    yield from look_at_request_ids([each for each in facts if each.path == ("fresh",)], answers)
    of_kinds, of_operations = _by_what_they_are_about(facts)
    for ops in resource_operations(session.contract):
        if may_go_on():
            try:
                yield from ask_kind(session, ops, of_kinds.get(ops.name, {}))
                keys = of_operations.get(ops.create.id, ()) if ops.create is not None else ()
                for fact in (each for each in keys if each.path == _KEY):
                    yield from ask_key(session, ops, fact)
            except NotSent:
                continue
    for operation in session.contract.operations:
        about = of_operations.get(operation.id, [])
        if about and operation.promises.collection is not None and may_go_on():
            try:
                yield from ask_list(session, operation, about)
            except NotSent:
                continue


def _by_what_they_are_about(
    facts: Iterable[InferredFact],
) -> tuple[dict[str, dict[str, InferredFact]], dict[str, list[InferredFact]]]:
    """The facts about each kind of thing by what they say of it, and all facts by operation."""
    of_kinds: dict[str, dict[str, InferredFact]] = {}
    of_operations: dict[str, list[InferredFact]] = {}
    for fact in facts:
        if fact.path[0] == _RESOURCES:
            of_kinds.setdefault(fact.path[1], {})[fact.path[-1]] = fact
        of_operations.setdefault(fact.operation, []).append(fact)
    return of_kinds, of_operations


def _with_base(standing: Standing, bases: Mapping[str, Standing], kinds: Mapping[str, str]) -> Standing:
    """Let what is said of a kind stand no better than the kind itself, and what parameters stand for just as well."""
    fact = standing.fact
    name = fact.path[1] if fact.path[0] == _RESOURCES else kinds.get(fact.operation, "")
    base = bases.get(name)
    bound = fact.path == (_BIND,)
    if base is None or base is standing or not (bound or fact.path[0] == _RESOURCES):
        return standing
    if base.seen is Seen.CONFIRMED and not bound:
        return standing
    return Standing(fact=fact, seen=base.seen, evidence=base.evidence, exchanges=base.exchanges)
