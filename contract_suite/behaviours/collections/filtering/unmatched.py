"""What a filter answers to a value that nothing has: an empty list, or a refusal."""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.collections.filtering.one_filter import OneFilter
from contract_suite.behaviours.collections.kit.filter_values import accepts, sent_value
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import Scalar, passes, text_of, values_in
from contract_suite.contract.schemas.numeric import as_sent, is_number, number_in
from contract_suite.contract.schemas.view import view
from contract_suite.model.case import Intent
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON
from contract_suite.model.verdict import Verdict

_UNLIKELY: Final = 987_654_321


def judge_empty(one: OneFilter, clause: str) -> Verdict:
    """Expect an empty list."""
    value = _nobody(one)
    if value is None:
        return untested(clause, "every value that the parameter takes is in use")
    extra = {**one.argument(value), **one.listing.arguments(0, one.listing.biggest)}
    exchange = one.listing.call(extra, note="a value that nothing has", aim=clause, intent=Intent.UNKNOWN)
    words = f"{one.parameter.name}={shown(sent_value(one.promise, value))}"
    if not served(exchange):
        if obstacle(exchange):
            return untested(clause, why_not(exchange), [exchange.number])
        message = f"{words}, which nothing has, was answered {exchange.status} instead of an empty list"
        return failed(clause, message, [exchange.number], problem="refused", expected=200, actual=exchange.status)
    answer = one.listing.read(exchange)
    wrong = next((index for index, item in enumerate(answer.items) if passes(one.promise, item, value) is False), None)
    if wrong is not None:
        message = f"{words}, which nothing has, found {counted(len(answer.items), 'item')}"
        return failed(
            clause, message, [exchange.number], problem="items", pointer=f"{one.listing.collection.items}/{wrong}"
        )
    return passed(clause, [exchange.number])


def judge_refused(one: OneFilter, clause: str) -> Verdict:
    """Expect the status for what is unknown."""
    value = _nobody(one)
    errors = one.probe.session.contract.errors
    wanted = errors.status.get("unknown", 0) if errors else 0
    if value is None or not wanted:
        return untested(
            clause,
            "there is no value that nothing has" if wanted else "the document names no status for what is unknown",
        )
    exchange = one.listing.call(one.argument(value), note="a value that nothing has", aim=clause, intent=Intent.UNKNOWN)
    if exchange.status != wanted and obstacle(exchange):
        return untested(clause, why_not(exchange), [exchange.number])
    if exchange.status == wanted:
        return passed(clause, [exchange.number])
    message = (
        f"{one.parameter.name}={shown(value)}, which nothing has, was answered {exchange.status} instead of {wanted}"
    )
    return failed(clause, message, [exchange.number], expected=wanted, actual=exchange.status)


def _nobody(one: OneFilter) -> Scalar | None:
    """A value that the parameter takes and that nothing is known to have: like a real one, and yet not."""
    probe, promise = one.probe, one.promise
    has = {text_of(value) for item in probe.items() for value in values_in(promise, item)}
    numbers = {number_in(each) for each in has}
    base = one.listing.base.get(one.parameter.subject)
    like = base if isinstance(base, (str, int)) else next(iter(sorted(has)), "")
    token = f"{probe.session.random.randrange(16**8):08x}"
    root = one.parameter.schema.root
    choice = root.get("enum") if isinstance(root, dict) else None
    options: list[JSON] = list(choice) if isinstance(choice, list) else []
    place = view(one.parameter.schema)
    if is_number(place):
        options += [as_sent(place, number) for number in (_UNLIKELY, *range(100, -1, -1))]
    elif not options:
        options += [f"{text_of(like)[:40]}{token}", f"{probe.session.prefix}{token}", token]
    return next(
        (
            each
            for each in options
            if isinstance(each, (str, int, float))
            and text_of(each) not in has
            and (number_in(each) is None or number_in(each) not in numbers)
            and accepts(promise, one.parameter, each)
        ),
        None,
    )
