"""What a check is, and what it is given to judge.

A check is pure but for what a judgement lets it note: it looks at one exchange and answers. It never sends, and never raises
for what a server did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from contract_suite.contract.operation import Contract, Operation, ResponseSpec, is_json
from contract_suite.model.case import Case
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, Response, is_part
from contract_suite.model.json import JSON, MISSING, Missing, has_too_many_values, is_too_deep, reader_of_integers
from contract_suite.model.verdict import Verdict

_LOOK_FOR_DOUBLES_UP_TO: Final = 32 * 1024
"""Looking at every object of a long page would cost more than all other judging."""


class Remembered(Protocol):
    """Values that somebody remembers, each under its name."""

    def holds(self, name: str, value: JSON) -> bool:
        """Whether this value is among those under this name."""


class Lengths(Protocol):
    """The most items that were shown at each place, as far as checks note it."""

    def note(self, place: str, length: int) -> None:
        """Take in how many items a place showed."""

    def longest(self, place: str) -> int:
        """Return the most items that a place showed; 0 for one that showed none."""


class Judgement:
    """One exchange in its setting.

    `operation` is `None` for a request to no operation; `body` is parsed once, whoever asks first.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        operation: Operation | None,
        case: Case,
        exchange: Exchange,
        doubt: str = "",
        left_behind: Remembered | None = None,
        lengths: Lengths | None = None,
    ) -> None:
        """Keep what a check may look at."""
        self.lengths = lengths
        """How long lists were in the answers of the run (`kit/list_lengths.py`), where somebody kept account of it."""
        self.left_behind = left_behind
        """What invalid writes before this exchange left behind (`kit/left_behind.py`), where somebody kept account of it."""
        self.doubt = doubt
        """Why a refusal of this request proves nothing, as far as other exchanges show; empty if it does."""
        self.contract = contract
        self.operation = operation
        self.case = case
        self.exchange = exchange
        self.doubled: str | None = None
        """A key that stands twice in one object of the body; known once `body` was asked for."""

    @property
    def response(self) -> Response | None:
        """The response, or `None` if none arrived."""
        return self.exchange.response

    @cached_property
    def spec(self) -> ResponseSpec | None:
        """The documented response for the status that came."""
        return self.operation.response(self.exchange.status) if self.operation and self.exchange.status else None

    @cached_property
    def body(self) -> JSON | Missing:
        """The parsed JSON body; `MISSING` if there is none or it can't be parsed (NaN is no JSON, UTF-16 neither).

        A part of a body (206) is no value of its own; some items of a list are, which no range of bytes counts.
        """
        response = self.response
        if (
            response is None
            or not response.body
            or response.truncated
            or is_part(response)
            or not is_json(response.header("content-type") or "")
        ):
            return MISSING
        try:
            text = response.body.decode("utf-8-sig")
            if has_too_many_values(text):
                return MISSING
            look = self._keep if len(text) <= _LOOK_FOR_DOUBLES_UP_TO else None
            value: JSON = json.loads(
                text, parse_constant=_refuse, parse_int=reader_of_integers(text), object_pairs_hook=look
            )
        except (ValueError, RecursionError):
            return MISSING
        return MISSING if is_too_deep(value, text) else value

    def _keep(self, pairs: list[tuple[str, JSON]]) -> JSON:
        """Build an object as `json` does, the last of doubled keys winning, and remember that there were any."""
        value = dict(pairs)
        if len(value) < len(pairs):
            names = [name for name, _ in pairs]
            self.doubled = next(name for name in names if names.count(name) > 1)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: its name (the file's, in kebab-case), one sentence, the clauses it can decide, and its judgement."""

    name: str
    title: str
    clauses: Callable[[Contract], Iterable[Clause]]
    judge: Callable[[Judgement], Iterable[Verdict]]


def _refuse(constant: str) -> JSON:
    raise ValueError(constant)
