"""A fault as a value, and the ways to plant one: a step of the pipeline replaced for some calls.

The rule that must not be broken: a fault is a mechanism that is given an operation and a field by the contract; none
knows a family by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import route
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Refused
from contract_suite.model.exchange import Pairs, Request, Response, is_success
from contract_suite.model.json import JSON

Plant = Callable[[Pipeline], Pipeline]
"""Replaces steps. Called once for each server, so that what a fault remembers is that server's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSite:
    """A place of a contract where a kind of fault can be planted.

    `clauses` are patterns of the clauses of which one must find it, `also` of those that it breaks as well: nothing
    else may be found. `limits` says that it shows only where rate limits are enforced and checked, `patience` after how
    many seconds a response counts as late, `fuzz` that it takes fuzzing, `flaky` that it comes and goes. `include`
    narrows a run down to what is needed to see it.
    """

    where: str
    clauses: tuple[str, ...]
    plant: Plant
    also: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    limits: bool = False
    patience: float = 0.0
    fuzz: float = 0.0
    flaky: bool = False


FindSite = Callable[[Contract], FaultSite | None]
"""Finds where a contract has room for a kind of fault; `None` if it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """A kind of fault: its name, what it does, and where a contract has room for it."""

    name: str
    sentence: str
    site: FindSite
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault at its place in one contract: `family/kind`."""

    name: str
    kind: FaultKind
    site: FaultSite

    @property
    def sentence(self) -> str:
        """What it does, and where."""
        return f"{self.kind.sentence} ({self.site.where})"


_Place = TypeVar("_Place")
_Options = ParamSpec("_Options")


def at_first(
    places: Callable[[Contract], Iterable[_Place]],
) -> Callable[[Callable[Concatenate[Contract, _Place, _Options], FaultSite | None]], Callable[_Options, FindSite]]:
    """Plant at the first of some places of a contract that has room for the fault.

    Decorates a function that makes a site of one place, or `None` if there is no room. What comes of it takes the
    function's other arguments, and returns what a `FaultKind` needs to find its site.
    """

    def decorated(
        make: Callable[Concatenate[Contract, _Place, _Options], FaultSite | None],
    ) -> Callable[_Options, FindSite]:
        @wraps(make)
        def with_options(*args: _Options.args, **kwargs: _Options.kwargs) -> FindSite:
            def find(contract: Contract) -> FaultSite | None:
                made = (make(contract, place, *args, **kwargs) for place in places(contract))
                return next((site for site in made if site is not None), None)

            return find

        return with_options

    return decorated


def for_operation(operation: Operation, step: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Return a step that is taken for calls of one operation, and another one for all the rest."""

    def chosen(call: Call, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - each step has arguments of its own
        mine = call.operation is not None and call.operation.id == operation.id
        return (step if mine else otherwise)(call, *given, **named)

    return chosen


def in_body(
    operation: Operation,
    change: Callable[[JSON], JSON],
    *,
    good: bool = True,
    when: Callable[[Call], bool] = lambda _call: True,
) -> Plant:
    """Plant a change of the bodies of an operation's successes, or of its refusals."""

    def plant(pipeline: Pipeline) -> Pipeline:
        def finished(call: Call, status: int, body: JSON) -> JSON:
            body = pipeline.finished(call, status, body)
            return change(body) if is_success(status) is good and when(call) else body

        return replace(pipeline, finished=for_operation(operation, finished, pipeline.finished))

    return plant


def on_wire(change: Callable[[Call, Response], Response], *, operation: Operation | None = None) -> Plant:
    """Plant a change of the responses of an operation, or of all."""

    def plant(pipeline: Pipeline) -> Pipeline:
        def sent(call: Call, response: Response) -> Response:
            return change(call, pipeline.sent(call, response))

        return replace(pipeline, sent=for_operation(operation, sent, pipeline.sent) if operation else sent)

    return plant


def replace_handler(
    contract: Contract, operation: Operation, serve: Callable[[Call, Callable[[Call], Response]], Response]
) -> Plant:
    """Plant another way to answer an operation's requests."""

    def plant(pipeline: Pipeline) -> Pipeline:
        def handle(call: Call, go: Callable[[Call], Response]) -> Response:
            def before(each: Call) -> Response:
                return pipeline.handle(each, go)

            return serve(call, before) if called(contract, call.request) == operation.id else before(call)

        return replace(pipeline, handle=handle)

    return plant


def refused_as(operation: Operation, kind: str, status: int) -> Plant:
    """Plant another status for one kind of refusal of an operation, where the contract gives the refusal none of its own."""

    def plant(pipeline: Pipeline) -> Pipeline:
        def refused_with(call: Call, refusal: Refused, usual: int) -> int:
            return (
                status if refusal.kind == kind and not refusal.status else pipeline.refused_with(call, refusal, usual)
            )

        return replace(pipeline, refused_with=for_operation(operation, refused_with, pipeline.refused_with))

    return plant


def called(contract: Contract, request: Request) -> str:
    """Return the id of the operation that a request goes to, empty for none."""
    operation = route(contract, request.method, request.target)[0]
    return operation.id if operation else ""


def again(call: Call, **changes: Any) -> Call:  # noqa: ANN401 - fields of a request
    """Return a call like this one with another request, as if it had just come."""
    return Call(number=call.number, request=replace(call.request, **changes), now=call.now, state=call.state)


def with_headers(response: Response, *pairs: tuple[str, str]) -> Response:
    """Return a response with headers set; one with an empty value is left out."""
    given = {name.lower() for name, _ in pairs}
    headers: Pairs = tuple(pair for pair in response.headers if pair[0].lower() not in given)
    return replace(response, headers=(*headers, *(pair for pair in pairs if pair[1])))


def with_body(response: Response, body: bytes) -> Response:
    """Return a response with another body, of the length that it says."""
    return replace(with_headers(response, ("Content-Length", str(len(body)))), body=body)
