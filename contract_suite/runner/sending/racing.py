"""Several requests at the same moment, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import NoResponse, Request, Response
from contract_suite.runner.sending.endpoint import Endpoint


def race(
    endpoint: Endpoint, requests: Sequence[tuple[Request, Operation]]
) -> list[tuple[Response | NoResponse, float]]:
    """Send all of them at once; returns the answers in the order of the requests, each with its seconds."""
    transports = [endpoint.transport.clone() for _ in requests]
    try:
        with ThreadPoolExecutor(max_workers=len(requests)) as threads:
            sent = [
                threads.submit(transport.send, endpoint.keyed(request, operation))
                for transport, (request, operation) in zip(transports, requests, strict=True)
            ]
            return [each.result() for each in sent]
    finally:
        for transport in transports:
            transport.close()
