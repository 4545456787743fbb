"""How a filter compares: a part with the whole, one case with the other, a value without its prefix."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.collections.filtering.one_filter import OneFilter
from contract_suite.behaviours.collections.kit.filter_values import accepts, part_of, sent_value
from contract_suite.behaviours.kit.listing import ListPage
from contract_suite.behaviours.kit.responses import refused
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import Scalar, passes, text_of, value_in
from contract_suite.contract.operation import Parameter
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.case import Intent
from contract_suite.model.json import at
from contract_suite.model.verdict import Outcome, Verdict

_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{4,100}")
_SIGNS: Final = ("_", "%")
"""The signs of SQL for one character and for any number of them."""
_SAMPLE: Final = 200
_GONE: Final = "what should have been returned is not there any more"


def match(one: OneFilter, clause: str) -> Verdict:
    """Equality: a part of a value finds nothing. Otherwise: its middle, its beginning and its end find it."""
    promise, probe = one.promise, one.probe
    items = probe.items()
    sample = [*items[:: max(1, len(items) // _SAMPLE)], *items[-_SAMPLE:]]  # what was made is learnt last
    texts = {text_of(value) for item in sample if (value := value_in(promise, item)) is not None}
    for text in sorted(texts) if promise.match == "equals" and not one.parameter.required else ():
        value = _typed(text, one.parameter, promise)
        if value is not None and text and part_of(texts, text):
            found = _part(
                one, clause, probe.ask(one.argument(value), note="a value that is a part of another", aim=clause), value
            )
            if found.outcome is Outcome.FAILED:
                return found
            break  # it may be any part of the other, and the beginning of a value is what comes next
    for text in sorted(texts, key=lambda each: (-len(each), each)):
        searched: Verdict | None = None
        for part, where in _parts(promise, text):
            value = _usable_part(one, part, texts)
            if value is None:
                continue
            if one.parameter.required:
                return _near(one, clause, value, "a part of a value")
            searched = _part(one, clause, probe.ask(one.argument(value), note=f"{where} of a value", aim=clause), value)
            if searched.outcome is not Outcome.PASSED:
                return searched
        if searched is not None:
            return searched
    return untested(clause, "it takes two values of which one contains the other")


def case(one: OneFilter, clause: str) -> Verdict:
    """Ask for a value with upper and lower case swapped."""
    promise, probe = one.promise, one.probe
    texts = [value for item in probe.items() if isinstance(value := value_in(promise, item), str) and value.isascii()]
    for text in dict.fromkeys(texts):
        swapped = text.swapcase()
        if swapped == text or not accepts(promise, one.parameter, swapped):
            continue
        if one.parameter.required and promise.case == "exact":
            return _near(one, clause, swapped, "upper and lower case swapped")
        answer = probe.ask(one.argument(swapped), note="upper and lower case swapped", aim=clause)
        words = f"{one.parameter.name}={shown(sent_value(promise, swapped))}"
        if promise.case == "ignored":
            missing = probe.missing(answer, ((promise, swapped),))
            if missing is None:
                return passed(clause, [answer.number]) if answer.items else untested(clause, _GONE, [answer.number])
            if not _findable(one, missing):
                return untested(clause, f"the item {missing} is not found in its own case either", [answer.number])
            return failed(clause, f"{words} left out the item {missing}, which differs in case alone", [answer.number])
        for index, item in enumerate(answer.items):
            if value_in(promise, item) != swapped and passes(promise, item, text):
                message = f"{words} returned an item with {shown(at(item, promise.field))}"
                return failed(clause, message, [answer.number], pointer=f"{one.listing.collection.items}/{index}")
        return passed(clause, [answer.number])
    return untested(clause, "it takes a value with letters that the parameter takes in another case")


def bare(one: OneFilter, clause: str) -> Verdict:
    """Ask for a value without its prefix."""
    value = one.probe.usable.get(one.promise.parameter)
    if value is None:
        return untested(clause, "there is no value that the filter finds with its prefix")
    answer = one.probe.ask(one.argument(value, bare=True), note="without the prefix", aim=clause)
    for index, item in enumerate(answer.items):
        if passes(one.promise, item, value) is False:
            message = f"{one.parameter.name}={shown(value)} returned an item with {shown(at(item, one.promise.field))}"
            return failed(
                clause, message, [answer.number], problem="unsound", pointer=f"{one.listing.collection.items}/{index}"
            )
    missing = one.probe.missing(answer, ((replace(one.promise, case="exact"), value),))
    if missing is not None:
        message = f"{one.parameter.name}={shown(value)} left out the item {missing}"
        return failed(clause, message, [answer.number], problem="incomplete")
    return passed(clause, [answer.number]) if answer.items else untested(clause, _GONE, [answer.number])


def wildcards(one: OneFilter, clause: str) -> Verdict:
    """Ask for a value with a wildcard of a query language in it, which stands for itself alone."""
    promise, probe = one.promise, one.probe
    texts = [
        value for item in probe.items() if isinstance(value := value_in(promise, item), str) and _PLAIN.fullmatch(value)
    ]
    numbers: list[int] = []
    for sign in _SIGNS:
        for text, value in (
            (text, _wild(text, sign, part=promise.match == "contains")) for text in dict.fromkeys(texts)
        ):
            if not accepts(promise, one.parameter, value) or any(
                passes(promise, item, value) for item in probe.items()
            ):
                continue
            exchange = one.listing.call(
                {**one.argument(value), **one.listing.arguments(0, one.listing.biggest)},
                note=f"{sign} in the value",
                aim=clause,
                intent=Intent.UNKNOWN,
            )
            if refused(exchange):
                break
            numbers.append(exchange.number)
            for index, item in enumerate(one.listing.read(exchange).items):
                if value_in(promise, item) == text and passes(promise, item, value) is False:
                    message = (
                        f"{one.parameter.name}={shown(sent_value(promise, value))} returned an item with "
                        f"{shown(text)}: {sign} is taken for anything"
                    )
                    return failed(
                        clause, message, numbers, problem="wildcard", pointer=f"{one.listing.collection.items}/{index}"
                    )
            break
    return passed(clause, numbers) if numbers else untested(clause, "it takes a text of four letters or digits")


def _wild(text: str, sign: str, *, part: bool) -> str:
    """Put a sign in the place of a character in the middle."""
    middle = len(text) // 2
    return f"{text[part:middle]}{sign}{text[middle + 1 : -1 if part else None]}"


def _parts(promise: Filter, text: str) -> Iterator[tuple[str, str]]:
    """The parts of a value that say how it is searched: one from the middle, its beginning and its end."""
    if promise.match == "contains":
        yield from ((text[1:-1], "the middle"), (text[:-1], "the beginning"), (text[1:], "the end"))
    elif promise.match == "begins":
        if not text.startswith(text[1:]):
            yield text[1:], "the end"
    else:
        yield text[:-1], "the beginning"


def _usable_part(one: OneFilter, part: str, texts: Collection[str]) -> Scalar | None:
    """A part as the parameter takes it, if it is nothing's whole value and, in a search, not in everything."""
    contains = one.promise.match == "contains"
    value = _typed(part, one.parameter, one.promise)
    if value is None or len(part) < (2 if contains else 1) or part in texts or part != part.strip():
        return None
    telling = not contains or any(passes(one.promise, item, value) is False for item in one.probe.items())
    return value if telling else None


def _part(one: OneFilter, clause: str, answer: ListPage, value: Scalar) -> Verdict:
    promise = one.promise
    words = f"{one.parameter.name}={shown(sent_value(promise, value))}"
    if promise.match == "contains":
        missing = one.probe.missing(answer, ((promise, value),))
        if missing is None:
            return passed(clause, [answer.number]) if answer.items else untested(clause, _GONE, [answer.number])
        if not _findable(one, missing):
            return untested(clause, f"the item {missing} is not found by its whole value either", [answer.number])
        message = f"{words} left out the item {missing}, whose value contains it"
        return failed(
            clause,
            message,
            [one.probe.seen.numbers.get(missing, answer.number), answer.number],
            problem="part-not-found",
        )
    for index, item in enumerate(answer.items):
        if passes(promise, item, value) is False:
            message = f"{words} returned an item with {shown(at(item, promise.field))}"
            return failed(clause, message, [answer.number], pointer=f"{one.listing.collection.items}/{index}")
    return passed(clause, [answer.number])


def _findable(one: OneFilter, key: str) -> bool:
    """Whether an item comes when it is asked for by its whole value."""
    value = value_in(one.promise, one.probe.seen.items.get(key))
    return value is not None and key in one.probe.ask(one.argument(value), note="the whole value").keys


def _near(one: OneFilter, clause: str, value: Scalar, note: str) -> Verdict:
    """Ask an always given filter for a value that almost is one: it is unknown, or its list holds nothing else."""
    exchange = one.listing.call(one.argument(value), note=note, aim=clause, intent=Intent.UNKNOWN)
    if refused(exchange):
        return passed(clause, [exchange.number])
    for index, item in enumerate(one.listing.read(exchange).items):
        if passes(one.promise, item, value) is False:
            message = f"{one.parameter.name}={shown(value)} returned an item with {shown(at(item, one.promise.field))}"
            return failed(clause, message, [exchange.number], pointer=f"{one.listing.collection.items}/{index}")
    return passed(clause, [exchange.number])


def _typed(text: str, parameter: Parameter, promise: Filter) -> Scalar | None:
    """A text as the parameter takes it, or `None`."""
    number: list[Scalar] = [int(text)] if text.isdecimal() and text.isascii() and str(int(text)) == text else []
    return next((value for value in [text, *number] if accepts(promise, parameter, value)), None)
