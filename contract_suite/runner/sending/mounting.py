"""Where an application in this process serves a contract: below the base path of the document, or at its root."""

from __future__ import annotations

from typing import Final

from contract_suite.contract.operation import Contract
from contract_suite.model.exchange import Request, Response
from contract_suite.transport.asgi import AsgiTransport
from contract_suite.transport.transport import Transport

_UNKNOWN: Final = 404


def mount(transport: Transport, contract: Contract) -> None:
    """Let the requests of `transport` go below the document's base path if that is where the application serves it.

    One read without parameters is sent there; an application that knows nothing there is asked at its root, as it was.
    """
    probe = next(
        (each for each in contract.operations if each.method == "GET" and "{" not in each.path and not each.problem),
        None,
    )
    if not contract.base_path or probe is None or not isinstance(transport, AsgiTransport):
        return
    answer, _ = transport.send(Request(method="GET", target=f"{contract.base_path}{probe.path}"))
    if isinstance(answer, Response) and answer.status != _UNKNOWN:
        transport.mount(contract.base_path)
