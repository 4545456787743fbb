"""Ways to plant a fault: a step of the pipeline replaced, for all calls or for those of one operation."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial, reduce
from typing import Any, Concatenate, ParamSpec

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import route
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.faults.fault import Plant
from contract_suite.mock.fields import Body
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refused import Refused
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Pairs, Request, Response, is_success
from contract_suite.model.json import JSON

Cut = Callable[[list[Body], int, int], list[Body]]
"""Cuts a page out of all items, by the index of its first one and its size."""
Equal = Callable[[Call, JSON, JSON], bool]
"""Whether a filter's value equals a field's."""
_Given = ParamSpec("_Given")


def replaces(operation: Operation | None = None) -> Callable[[Callable[Concatenate[Pipeline, _Given], Any]], Plant]:
    """Plant a function in place of the step that it is named after, for the calls of one operation or for all.

    The function gets the pipeline as it was before, and then what the step gets.
    """

    def decorated(function: Callable[Concatenate[Pipeline, _Given], Any]) -> Plant:
        name = function.__name__

        def plant(pipeline: Pipeline) -> Pipeline:
            step: Callable[..., Any] = partial(function, pipeline)
            if operation is not None:
                step = for_operation(operation, step, getattr(pipeline, name))
            return replace(pipeline, **{name: step})

        return plant

    return decorated


def for_operation(operation: Operation, step: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Return a step that is taken for calls of one operation, and another one for all the rest."""

    def chosen(call: Call, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - each step has arguments of its own
        mine = call.operation is not None and call.operation.id == operation.id
        return (step if mine else otherwise)(call, *given, **named)

    return chosen


def cut_pages(operation: Operation, cut: Cut, *, when: Callable[[Call], bool] = lambda _call: True) -> Plant:
    """Plant another way to cut a list into pages, where a page size is given or applied."""

    @replaces(operation)
    def paginate(pipeline: Pipeline, call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        otherwise = size is not None and when(call)
        return cut(items, start, size or 0) if otherwise else pipeline.paginate(call, items, start, size)

    return paginate


def together(*plants: Plant) -> Plant:
    """Plant several changes, one after the other."""
    return lambda pipeline: reduce(lambda changed, plant: plant(changed), plants, pipeline)


def in_body(
    operation: Operation,
    change: Callable[[JSON], JSON],
    *,
    good: bool = True,
    when: Callable[[Call], bool] = lambda _call: True,
) -> Plant:
    """Plant a change of the bodies of an operation's successes, or of its refusals."""

    @replaces(operation)
    def finished(pipeline: Pipeline, call: Call, status: int, body: JSON) -> JSON:
        body = pipeline.finished(call, status, body)
        return change(body) if is_success(status) is good and when(call) else body

    return finished


def on_wire(change: Callable[[Call, Response], Response], *, operation: Operation | None = None) -> Plant:
    """Plant a change of the responses of an operation, or of all."""

    @replaces(operation)
    def sent(pipeline: Pipeline, call: Call, response: Response) -> Response:
        return change(call, pipeline.sent(call, response))

    return sent


def replace_handler(
    contract: Contract, operation: Operation, serve: Callable[[Call, Callable[[Call], Response]], Response]
) -> Plant:
    """Plant another way to answer an operation's requests."""

    @replaces()
    def handle(pipeline: Pipeline, call: Call, go: Callable[[Call], Response]) -> Response:
        def before(each: Call) -> Response:
            return pipeline.handle(each, go)

        return serve(call, before) if called(contract, call.request) == operation.id else before(call)

    return handle


def right_after(
    contract: Contract,
    resource: Resource,
    pairs: Collection[tuple[str, str]],
    then: Callable[[Pipeline, Call, Response, Record], Response | None],
) -> Plant:
    """Plant what comes of a delete and another write to the same resource where nothing was asked in between.

    `pairs` are the ids of their operations, the earlier first. `then` gets the later call, its response and what was
    removed last; it returns the response, `None` to have the call answered anew.
    """

    def plant(pipeline: Pipeline) -> Pipeline:
        removed: list[Record] = []
        last = [("", 0)]

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource.name:
                removed[:] = [record]
            pipeline.remove(state, record)

        def handle(call: Call, go: Callable[[Call], Response]) -> Response:
            name, number = last[0]
            current = called(contract, call.request)
            last[0] = (current, call.number)
            response = pipeline.handle(call, go)
            if removed and (name, current) in pairs and number == call.number - 1:
                return then(pipeline, call, response, removed[0]) or pipeline.handle(call, go)
            return response

        return replace(pipeline, remove=remove, handle=handle)

    return plant


def refused_as(operation: Operation, kind: str, status: int) -> Plant:
    """Plant another status for one kind of refusal, where the contract gives the refusal no status of its own."""

    @replaces(operation)
    def refused_with(pipeline: Pipeline, call: Call, refusal: Refused, usual: int) -> int:
        return status if refusal.kind == kind and not refusal.status else pipeline.refused_with(call, refusal, usual)

    return refused_with


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
