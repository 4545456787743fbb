"""Where an application in this process serves a contract: below the base path of the document, or at its root."""

from __future__ import annotations

from itertools import islice
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.requests import build
from contract_suite.model.exchange import Request, Response
from contract_suite.model.json import JSON
from contract_suite.transport.asgi import AsgiTransport
from contract_suite.transport.transport import Transport

_UNKNOWN: Final = 404
_READS: Final = 3


def mount(transport: Transport, contract: Contract) -> None:
    """Let the requests of `transport` go below the document's base path, or to the root if only that is served.

    Up to three reads are sent, without a key, to both places: the first that is known in one of them decides. Where
    all are unknown, the document is believed.
    """
    if not contract.base_path or not isinstance(transport, AsgiTransport):
        return
    reads = [each for each in contract.operations if each.method == "GET" and not each.problem]
    reads.sort(key=lambda each: each.path.count("{"))
    for operation in islice(reads, _READS):
        target = _target(contract, operation)
        if _serves(transport, contract.base_path + target):
            break
        if _serves(transport, target):
            return
    transport.mount(contract.base_path)


def _target(contract: Contract, operation: Operation) -> str:
    arguments: dict[str, JSON] = {
        each.subject: contract.values.get(each.name, "x") for each in operation.parameters if each.where == "path"
    }
    return build(operation, arguments).target


def _serves(transport: AsgiTransport, target: str) -> bool:
    answer, _ = transport.send(Request(method="GET", target=target))
    return isinstance(answer, Response) and answer.status != _UNKNOWN
