"""Asks whether a create that is sent again with the same key makes nothing new."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import served
from contract_suite.behaviours.resources.idempotency_keys import SAME, clauses_of
from contract_suite.contract.addressing import identity_in
from contract_suite.inference.rule import InferredFact
from contract_suite.inference.standing import Seen, Standing
from contract_suite.model.case import Intent

_DIGITS = 16**24


def ask_key(session: Session, ops: ResourceOperations, fact: InferredFact) -> Iterator[Standing]:
    """Yield whether the same request names the same thing twice; nothing where it isn't served twice."""
    words = fact.words if isinstance(fact.words, dict) else {}
    name = words.get("key")
    create = ops.create
    if create is None or not isinstance(name, str):
        return
    parameter, key = create.parameter(name), f"{session.prefix}{session.random.randrange(_DIGITS):024x}"
    if parameter is None or not parameter.schema.is_valid(key):
        return
    made = session.make(ops.resource, {name: key}, note=f"does {name} make it happen once?")
    if made is None or not made.arguments.get(parameter.subject):
        return
    aim = clauses_of(ops)[SAME].id  # else it would get a key of its own
    exchange = session.call(create, made.arguments, note="the same request again", aim=aim, intent=Intent.UNKNOWN)
    shown = identity_in(ops.resource, session.json(exchange)) if served(exchange) else None
    if shown is None:
        return
    same = dict(shown) == dict(made.identity)
    text = f"sent twice with one key, {create.id} made {'one' if same else 'two'}"
    numbers = (made.exchange.number, exchange.number)
    yield Standing(fact=fact, seen=Seen.CONFIRMED if same else Seen.REFUTED, evidence=text, exchanges=numbers)
