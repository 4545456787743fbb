"""What a request proves by its own bytes: that it must be served, that it must be refused, or neither."""

from __future__ import annotations

from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import route
from contract_suite.contract.violations import breaks, violations
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Identity, Pairs, Request

Key = tuple[str, str, bytes, Identity, Pairs]
"""What makes two requests the same: method, target, body, identity and header fields."""


def key_of(request: Request) -> Key:
    """Return what makes two requests the same."""
    return request.method, request.target, request.body, request.identity, request.headers


def judge(
    contract: Contract, operation: Operation, request: Request, subject: str = "", keyword: str = ""
) -> tuple[Intent, str]:
    """Say what a request proves: its intent, and the keyword that surely breaks at `subject`.

    The keyword is empty if it is not that one alone. Of an operation with a broken part that requests may need,
    nothing is proved.
    """
    if not operation.provable:
        return Intent.UNKNOWN, ""
    if not breaks(operation, request):
        return Intent.POSITIVE, ""
    if not breaks(operation, request, lenient=True):
        return Intent.UNKNOWN, ""
    found, _, _ = route(contract, request.method, request.target)
    if found is None or found.id != operation.id:
        return Intent.UNKNOWN, ""
    if not subject:
        return Intent.NEGATIVE, ""
    if subject.startswith("body"):
        return Intent.NEGATIVE, keyword
    proved = violations(operation, request, lenient=True)
    if {each.subject for each in proved} != {subject}:
        return Intent.NEGATIVE, ""
    keywords = {each.keyword for each in proved}
    return Intent.NEGATIVE, keyword if keyword in keywords and (
        len(keywords) == 1 or keyword == "type"
    ) else keywords.pop() if len(keywords) == 1 else ""
