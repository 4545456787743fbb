"""Whether each operation was ever served, and the smallest change that would help where it was not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.model.exchange import is_server_error, is_success
from contract_suite.model.run import TO_BE_SAFE, OperationReach, have_served
from contract_suite.runner.conformance import Reach
from contract_suite.runner.session.session import LiveSession

_FOR_THE_KEY: Final = frozenset({401, 403})
_ABSENT: Final = frozenset({404, 410})
_NO_SUCH_METHOD: Final = frozenset({405, 501})
_OF_STATE: Final = frozenset({409, 412, 416, 423, 428})
_LIMITED: Final = frozenset({429, 503})
_OTHER_MEDIA: Final = frozenset({406, 415})
_NAMED: Final = 3


def reaches(session: LiveSession, reach: Reach, trouble: str = "") -> Iterator[OperationReach]:
    """Yield what became of each operation that the user left in, in the order of the document.

    `trouble` is what ended the run, if something did, as in "Nothing listens at 127.0.0.1:9".
    """
    watch = session.sender.watch
    for operation in session.contract.operations:
        if operation.id not in reach.selected:
            continue
        served = operation.id in reach.served
        yield OperationReach(
            operation=operation.id,
            served=served,
            requests=watch.asked[operation.id],
            status=watch.last_status.get(operation.id, 0),
            help="" if served else _help(session, reach, operation, trouble),
        )


def _help(session: LiveSession, reach: Reach, operation: Operation, trouble: str) -> str:
    if operation.problem:
        return f"fix the document: {operation.problem}"
    spared = reach.spared.get(operation.id, "")
    if spared:
        made = _made_by(session, operation)
        return f"{f'{have_served(made)}, or ' if made else ''}allow it: --allow-destructive ({spared.removeprefix(TO_BE_SAFE)})"
    if operation.id not in reach.allowed:
        return "allow writes: --allow-writes"
    if operation.id in reach.keyless:
        return reach.refusals[operation.id]
    status = session.sender.watch.last_status.get(operation.id, 0)
    if not session.sender.watch.asked[operation.id] and trouble:
        return "fix what stopped the run"
    if not session.sender.watch.asked[operation.id]:
        return f"raise the limit: {reach.stopped}" if reach.stopped else _by_id(session, operation)
    return _by_status(session, operation, status)


def _by_status(session: LiveSession, operation: Operation, status: int) -> str:
    if status in _FOR_THE_KEY:
        return f"give a key that may do this: --token-env NAME, or -H ({status})"
    if status in _NO_SUCH_METHOD or (status in _ABSENT and not names_in(operation.path)):
        return f"check the address: the server has no {operation.method} {operation.written_path} ({status})"
    if status in _ABSENT:
        return _by_id(session, operation)
    if status in _LIMITED:
        return f"ask less often, or later: it was limited ({status})"
    if is_server_error(status):
        return f"fix the server: it failed with {status}"
    if status in _OF_STATE:
        return f"name a thing that is in the right state: {_set(session, operation)} ({status})"
    if status in _OTHER_MEDIA:
        return f"say in the document which media type it takes and gives ({status})"
    answer = "200, saying that it failed" if is_success(status) else str(status) if status else "no answer"
    said = session.arguments.said.get(operation.id, "") if status else ""
    quoted = f', "{said}"' if said else ""
    return f"show a request that works as an example in the document{_or_set(session, operation)} ({answer}{quoted})"


def _by_id(session: LiveSession, operation: Operation) -> str:
    made = _made_by(session, operation)
    return f"{_set(session, operation)} with an id that exists{f', or {have_served(made)}' if made else ''}"


def _made_by(session: LiveSession, operation: Operation) -> str:
    """The create of what an operation is about, where it was not served."""
    names = [need.resource for need in session.ledger.addresses.needs(operation)]
    for resource in session.resources:
        create = resource.create.operation if resource.create else ""
        if resource.name in names and create not in {"", operation.id} and create not in session.sender.watch.served:
            return create
    return ""


def _set(session: LiveSession, operation: Operation) -> str:
    """The options that give values to parameters of the path, but for those that are known to be good."""
    live = session.ledger.live(operation) or {}
    in_path = names_in(operation.path)
    names = [name for name in in_path if f"path.{name}" not in live] or in_path
    names = names or [each.name for each in operation.parameters if each.required]
    return " ".join(f"--set {name}=VALUE" for name in names[:_NAMED]) or "--set NAME=VALUE"


def _or_set(session: LiveSession, operation: Operation) -> str:
    """What else may be given: values of required parameters, but for those that are known to be good."""
    live = session.ledger.live(operation) or {}
    names = [each.name for each in operation.parameters if each.required and each.subject not in live]
    return ", or " + " ".join(f"--set {name}=VALUE" for name in names[:_NAMED]) if names else ""
