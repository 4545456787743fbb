"""The longest page that a list takes: what its document says, in the schema or in a sentence, else what the server serves.

Few documents say it, and a server may refuse what is longer. It is asked once for each list, and known from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.contract.naming.said_maximum import said_maximum
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.constraints import constraints
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments

BIGGEST: Final = 1000
"""No page longer than this is asked for."""
_SIZES: Final = (500, 200, 100, 50, 20, 10, 5, 2, 1)
"""Page sizes to try where the longest is not allowed: a schema may list the sizes that it takes."""
_USUAL: Final = (100, 50, 20, 10)
"""Page sizes to try where the server refuses longer ones."""

_INT32: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LongestPage:
    """The size of the longest page to ask for; `refuses_longer` if the server was seen to refuse longer ones."""

    size: int
    refuses_longer: bool = False


@dataclass(slots=True)
class PageSizes:
    """What behaviours of one run learned of the longest pages, by list operation."""

    by_operation: dict[str, LongestPage] = field(default_factory=dict)


def documented_maximum(parameter: Parameter) -> int | None:
    """Return the largest page size that a parameter's schema or its description allows; `None` if they say nothing."""
    in_schema = _in_schema(parameter)
    return in_schema if in_schema is not None else said_maximum(parameter.description)


def longest_page(session: Session, operation: Operation, parameter: Parameter, base: Arguments) -> LongestPage:
    """Return the longest page of a list; the server is asked, with the arguments `base`, where no schema says it.

    A document that says where its facts come from is taken at its word: without a maximum there, a page may be long.
    """
    if _in_schema(parameter) is not None or session.contract.sourced:
        return LongestPage(size=_allowed(parameter, min(documented_maximum(parameter) or BIGGEST, BIGGEST)))
    known = session.shared(PageSizes).by_operation
    if operation.id not in known:
        known[operation.id] = _asked(session, operation, parameter, base)
    return known[operation.id]


def _asked(session: Session, operation: Operation, parameter: Parameter, base: Arguments) -> LongestPage:
    """Ask for pages, long ones first, until one is served; the first where none is, or nothing can be told."""
    first = _allowed(parameter, min(documented_maximum(parameter) or BIGGEST, BIGGEST))
    exchange = _call(session, operation, parameter, base, first)
    if served(exchange) or obstacle(exchange) or not refused(exchange):
        return LongestPage(size=first)
    for size in _smaller(parameter, first, exchange):
        exchange = _call(session, operation, parameter, base, size)
        if served(exchange):
            return LongestPage(size=size, refuses_longer=True)
    return LongestPage(size=first)


def _smaller(parameter: Parameter, first: int, refusal: Exchange) -> Iterator[int]:
    """Sizes to try after a refusal: the one that it names, usual ones, and the one that holds without asking."""
    text = refusal.response.body.decode("utf-8", "replace") if refusal.response is not None else ""
    default = parameter.default
    usual: Iterable[object] = (said_maximum(text), *_USUAL, default)
    for size in dict.fromkeys(usual):
        if (
            isinstance(size, int)
            and not isinstance(size, bool)
            and 0 < size < first
            and parameter.schema.is_valid(size)
        ):
            yield size


def _call(session: Session, operation: Operation, parameter: Parameter, base: Arguments, size: int) -> Exchange:
    arguments = {**base, parameter.subject: size}
    return session.call(operation, arguments, note="how long may a page be?", intent=Intent.UNKNOWN)


def _in_schema(parameter: Parameter) -> int | None:
    """The maximum that somebody wrote; the range of `int32` is none."""
    found: Iterable[JSON] = [
        each.value for each in constraints(parameter.schema) if not each.subject and each.keyword == "maximum"
    ]
    return min((int(value) for value in found if isinstance(value, (int, float)) and value < _INT32), default=None)


def _allowed(parameter: Parameter, most: int) -> int:
    return next(
        (size for size in (most, *(each for each in _SIZES if each < most)) if parameter.schema.is_valid(size)), most
    )
