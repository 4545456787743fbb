"""Faults in header fields that HTTP defines: how they are written."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import on_wire, with_headers
from contract_suite.mock.pipeline import Call
from contract_suite.model.exchange import Response


@at_first(sites.operations)
def _given(_contract: Contract, operation: Operation, name: str, value: str) -> FaultSite:
    """A field on every answer of one operation."""
    plant = on_wire(lambda _call, response: with_headers(response, (name, value)), operation=operation)
    return site_of(operation, "response::header-fields-well-formed", plant=plant)


@at_first(sites.operations)
def _leading_nowhere(contract: Contract, operation: Operation) -> FaultSite | None:
    """A Location on the 201 of a create whose items can be read."""
    readable = any(
        each.method == "GET" and each.path.startswith(f"{operation.path}/{{") and each.path.count("{") == 1
        for each in contract.operations
    )
    if operation.method != "POST" or not readable or not operation.documents(201):
        return None
    base = f"{contract.base_path}{operation.path}"

    def change(_call: Call, response: Response) -> Response:
        if response.status != HTTPStatus.CREATED:
            return response
        made = json.loads(response.body)
        key = made.get("id", "") if isinstance(made, dict) else ""
        return with_headers(response, ("Location", f"{base}/{key}00000000"))

    return site_of(operation, "201/header.Location::location-leads", plant=on_wire(change, operation=operation))


HEADER_FIELDS: Final = (
    FaultKind(name="etag-without-quotes", sentence="ETag has no quotes", site=_given("ETag", "a1b2c3")),
    FaultKind(
        name="last-modified-iso",
        sentence="Last-Modified is a date of ISO 8601",
        site=_given("Last-Modified", "2031-01-01T00:00:00Z"),
    ),
    FaultKind(
        name="link-without-brackets",
        sentence="Link has no angle brackets around its target",
        site=_given("Link", '/items?page=2; rel="next"'),
    ),
    FaultKind(
        name="location-leads-nowhere", sentence="the Location of a 201 leads to nothing", site=_leading_nowhere()
    ),
)
