"""One request before all others, to find out whether anything answers at this address."""

from __future__ import annotations

import time
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import build
from contract_suite.errors import EndpointError
from contract_suite.model.case import Case, Intent, Stage
from contract_suite.model.exchange import NoResponse, Trouble
from contract_suite.model.json import Arguments
from contract_suite.runner.sending.sender import Sender

_TRIES: Final = 3
_PAUSE: Final = 0.05
_REDIRECTS: Final = frozenset(range(300, 400)) - {304}  # "not modified" is no redirect
_FINAL: Final = frozenset({Trouble.TIMEOUT, Trouble.UNREACHABLE})


def preflight(sender: Sender, operation: Operation, arguments: Arguments) -> None:
    """Send one request until something answers; `EndpointError` if nothing does, or if it redirects elsewhere."""
    request = build(operation, arguments)
    case = Case(
        operation=operation.id,
        request=request,
        intent=Intent.UNKNOWN,
        stage=Stage.EXAMPLES,
        note="does the endpoint answer at all?",
    )
    message = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        sender.budget.spend()
        answer, seconds = sender.endpoint.transport.send(sender.endpoint.keyed(request))
        sender.record(case, answer, seconds)
        if not isinstance(answer, NoResponse):
            place = answer.header("location")
            if answer.status in _REDIRECTS and place:
                raise EndpointError(
                    f"the endpoint redirects to {place[:200]!r} and redirects are not followed; give the final address as --url"
                )
            return
        message = answer.message
        if answer.trouble in _FINAL:
            break
    raise EndpointError(message)
