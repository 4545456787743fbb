"""Requests of behaviours: one sent again with other headers, one addressed by its path; and keys that make two of them one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import Session
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.paths.routing import names_in
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments

_CONDITIONS: Final = frozenset(
    f"header.{name}"
    for name in ("range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since")
)
_DIGITS: Final = 16**32


def ask_again(
    session: Session,
    exchange: Exchange,
    headers: Mapping[str, str],
    *,
    operation: Operation | None = None,
    aim: str = "",
) -> Exchange:
    """Send the request of an exchange again with these header fields.

    `operation` is `None` where the document says nothing about what a right server may answer: the checks that hold an
    answer to an operation have nothing to say then.
    """
    given = {name.lower() for name in headers}
    kept = tuple(pair for pair in exchange.request.headers if pair[0].lower() not in given)
    request = replace(exchange.request, headers=(*kept, *headers.items()))
    note = "the same with " + ", ".join(f"{name}: {value}" for name, value in headers.items()) if headers else "again"
    return session.send(request, operation=operation, aim=aim, note=note)


def get_at(
    session: Session, operation: Operation, values: Mapping[str, JSON], *, note: str, aim: str = ""
) -> Exchange | None:
    """Send a read to the path with these values, and with what else it needs; `None` if that can't be had."""
    arguments = required_arguments(session, operation, values)
    if arguments is None:
        return None
    return session.call(operation, arguments, note=note, aim=aim, intent=Intent.UNKNOWN)


def required_arguments(session: Session, operation: Operation, values: Mapping[str, JSON]) -> dict[str, JSON] | None:
    """Return the path values, the required parameters as the server accepted them, and nothing else."""
    given = path_arguments(operation, values)
    needed = [each.subject for each in operation.parameters if each.required and each.subject not in given]
    if not needed:
        return given
    known = session.accepted(operation) or {}
    if not all(subject in known for subject in needed):
        return None
    return {**{subject: known[subject] for subject in needed}, **given}


def path_arguments(operation: Operation, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the values of a thing's path, in order, as arguments of an operation on that path or below it.

    What `/things/{id}` calls `id` may be `thingId` in `/things/{thingId}/parts`.
    """
    names = names_in(operation.path)
    placed = zip(names, values.values(), strict=False) if len(values) <= len(names) else values.items()
    return {f"path.{name}": value for name, value in placed}


def unconditional(arguments: Arguments) -> Arguments:
    """Return arguments without conditions and ranges: what the server accepted may have been a part or a condition."""
    return {key: value for key, value in arguments.items() if key.lower() not in _CONDITIONS}


def takes_header(operation: Operation, name: str) -> bool:
    """Whether the document gives an operation a header parameter, compared without case."""
    return any(each.where == "header" and each.name.lower() == name.lower() for each in operation.parameters)


def allows_header(operation: Operation, name: str, value: str) -> bool:
    """Whether a header's value obeys its schema, where the document has one."""
    for each in operation.parameters:
        if each.where == "header" and each.name.lower() == name.lower():
            return each.schema.is_valid(value)
    return True


def answers_with(operation: Operation, *names: str) -> bool:
    """Whether the document lists one of these header fields for a success of an operation."""
    wanted = {name.lower() for name in names}
    return any(
        header.name.lower() in wanted
        for spec in operation.responses
        if spec.status.startswith("2")
        for header in spec.headers
    )


def new_key(session: Session, parameter: Parameter) -> str:
    """Return an idempotency key that nobody has used, in a form that its parameter takes; empty without any."""
    digits = f"{session.random.randrange(_DIGITS):032x}"
    uuid = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"
    forms = (uuid, digits, digits[:24], digits[:16], f"{session.prefix}{digits}")
    return next((each for each in forms if parameter.schema.is_valid(each)), "")
