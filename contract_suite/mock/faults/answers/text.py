"""Faults in the bytes of an answer: what calls itself JSON and is not, or comes in other characters, or not whole."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import on_wire, replace_handler, with_body, with_headers
from contract_suite.mock.pipeline import Call
from contract_suite.model.exchange import Response

_OFTEN: Final = 40
_SECONDS: Final = 0.7
_FLOOD: Final = 11_000_000
_BOM: Final = b"\xef\xbb\xbf"


def _first_list(contract: Contract) -> Iterator[Operation]:
    """The lists of a contract; where there is none, whatever answers 200."""
    yield from (operation for _, operation in sites.lists(contract))
    yield from (each for each in sites.operations(contract) if each.response(200))


@at_first(_first_list)
def _served(
    _contract: Contract,
    operation: Operation,
    change: Callable[[Response], Response],
    *kinds: str,
    also: tuple[str, ...] = (),
) -> FaultSite:
    """A change of every success."""

    def changed(_call: Call, response: Response) -> Response:
        return change(response) if response.status == HTTPStatus.OK and response.body else response

    return site_of(operation, *kinds, also=also, plant=on_wire(changed, operation=operation))


def _twice(response: Response) -> Response:
    body = json.loads(response.body)
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict) or not first:
        return response
    name = next(iter(first))
    pair = f"{json.dumps(name)}:{json.dumps(first[name])},".encode()
    begin = response.body.index(b"{") + 1
    return with_body(response, response.body[:begin] + pair + response.body[begin:])


def _not_a_number(response: Response) -> Response:
    body = response.body
    if body.endswith(b"}"):
        return with_body(response, body[:-1] + b',"score":NaN}')
    return (
        with_body(response, body[:-1] + (b"NaN]" if body == b"[]" else b",NaN]")) if body.endswith(b"]") else response
    )


def _other_charset(response: Response) -> Response:
    text = response.body.decode()
    return response if text.isascii() else with_body(response, text.encode("gb18030", "replace"))


@at_first(_first_list)
def _length(_contract: Contract, operation: Operation) -> FaultSite:
    calls = itertools.count(1)

    def change(_call: Call, response: Response) -> Response:
        wrong = next(calls) % _OFTEN == 0 and response.body
        return with_headers(response, ("Content-Length", str(len(response.body) + 1))) if wrong else response

    return site_of(
        operation, "response::complete", "*::arrives", plant=on_wire(change, operation=operation), flaky=True
    )


@at_first(_first_list)
def _endless(_contract: Contract, operation: Operation) -> FaultSite:
    calls = itertools.count(1)

    def change(_call: Call, response: Response) -> Response:
        wrong = next(calls) % _OFTEN == 0 and response.body
        return with_body(response, response.body + b" " * _FLOOD) if wrong else response

    return site_of(operation, "response::complete", plant=on_wire(change, operation=operation), flaky=True)


@at_first(_first_list)
def _slow(contract: Contract, operation: Operation) -> FaultSite:
    calls = itertools.count(1)

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        if next(calls) % _OFTEN == 0:
            time.sleep(_SECONDS)
        return go(call)

    return site_of(
        operation,
        "response::in-time",
        plant=replace_handler(contract, operation, serve),
        patience=_SECONDS * 0.9,
        flaky=True,
    )


@at_first(sites.lists)
def _crash(contract: Contract, place: sites.Listed) -> FaultSite | None:
    """The server falls over a text beyond ASCII in the query of a list."""
    _, operation = place
    if not any(sites.free(each) and each.where == "query" for each in operation.parameters):
        return None

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        if "%E" in call.request.target.upper() or "%F0" in call.request.target.upper():
            raise ConnectionResetError
        return go(call)

    return site_of(
        operation, "*::arrives", also=("query.*::filter-complete",), plant=replace_handler(contract, operation, serve)
    )


TEXT: Final = (
    FaultKind(
        name="byte-order-mark",
        sentence="a body begins with a byte order mark",
        site=_served(lambda response: with_body(response, _BOM + response.body), "200::json-interoperable"),
    ),
    FaultKind(
        name="key-twice", sentence="an object has the same key twice", site=_served(_twice, "200::json-interoperable")
    ),
    FaultKind(
        name="not-a-number",
        sentence="a body holds NaN",
        site=_served(_not_a_number, "200::json-syntax", also=("200::no-undocumented-fields",)),
    ),
    FaultKind(
        name="body-cut-short",
        sentence="a body ends in the middle",
        site=_served(
            lambda response: with_body(response, response.body[: len(response.body) // 2]), "200::json-syntax"
        ),
    ),
    FaultKind(
        name="other-characters", sentence="a body is not UTF-8", site=_served(_other_charset, "200::json-syntax")
    ),
    FaultKind(
        name="charset-says-otherwise",
        sentence="a body calls itself GBK",
        site=_served(
            lambda response: with_headers(response, ("Content-Type", "application/json; charset=gbk")),
            "200::json-interoperable",
        ),
    ),
    FaultKind(
        name="json-called-text",
        sentence="JSON is called text/plain",
        site=_served(lambda response: with_headers(response, ("Content-Type", "text/plain")), "200::content-type"),
    ),
    FaultKind(
        name="no-content-type",
        sentence="a body has no Content-Type",
        site=_served(lambda response: with_headers(response, ("Content-Type", "")), "200::content-type"),
    ),
    FaultKind(
        name="empty-body",
        sentence="a success has no body",
        site=_served(lambda response: with_body(response, b""), "200::json-syntax"),
    ),
    FaultKind(
        name="length-wrong-now-and-then", sentence="the Content-Length of some answers is one too high", site=_length()
    ),
    FaultKind(
        name="far-too-long-now-and-then", sentence="some answers go on with blanks for megabytes", site=_endless()
    ),
    FaultKind(name="slow-now-and-then", sentence="some responses are late", site=_slow()),
    FaultKind(
        name="falls-over-other-scripts", sentence="a request with characters beyond ASCII gets no answer", site=_crash()
    ),
)
