"""Looks through what came for the members of refusals and the ids of requests; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Missing, at

_ENOUGH: Final = 3
_KINDS: Final = 2


def look_at_refusals(session: Session, fact: InferredFact) -> Iterator[Standing]:
    """Yield whether refusals of several operations show the members that the document gives a role."""
    if fact.path != ("errors", "fields") or not isinstance(fact.words, dict):
        return
    pointers = [each for each in fact.words.values() if isinstance(each, str)]
    seen: list[Exchange] = []
    for exchange in session.history:
        body = session.json(exchange)
        if exchange.refused and isinstance(body, dict):
            shown = [at(body, pointer) for pointer in pointers]
            if any(value is MISSING or isinstance(value, (list, dict)) for value in shown):
                return
            seen.append(exchange)
    if len(seen) >= _ENOUGH and len({_asked(each) for each in seen}) >= _KINDS:
        text = f"{', '.join(pointers)} in {counted(len(seen), 'refusal')}"
        yield Standing(fact=fact, seen=Seen.CONFIRMED, evidence=text, exchanges=(seen[-1].number,))


def look_at_request_ids(
    facts: Iterable[InferredFact], answers: Mapping[str, list[tuple[Exchange, JSON | Missing]]]
) -> Iterator[Standing]:
    """Yield whether two answers of an operation show two values where the request's id is."""
    for fact in facts:
        words = fact.words if isinstance(fact.words, dict) else {}
        listed = words.get("pointers")
        pointer = listed[0] if isinstance(listed, list) and isinstance(listed[0], str) else ""
        shown = [
            (each, at(body, pointer)) for each, body in answers.get(fact.operation, ()) if not isinstance(body, Missing)
        ]
        values = {value for _, value in shown if isinstance(value, str)}
        if pointer and len(values) >= _KINDS:
            seen = Seen.CONFIRMED if len(values) == len(shown) else Seen.REFUTED
            text = f"{counted(len(values), 'value')} in {counted(len(shown), 'response')}"
            yield Standing(fact=fact, seen=seen, evidence=text, exchanges=(shown[-1][0].number,))


def _asked(exchange: Exchange) -> str:
    return f"{exchange.request.method} {exchange.request.target.partition('?')[0]}"
