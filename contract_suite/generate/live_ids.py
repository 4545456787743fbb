"""Live ids as generators see them: which places need one, and arguments with those that are known to exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol

from contract_suite.contract.operation import Operation
from contract_suite.generate.facts import facts_at
from contract_suite.generate.likeness import own_segment
from contract_suite.generate.resources.inferred_resources import steps
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, tokens

_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_MOST_DIGITS: Final = 20


class LiveIds(Protocol):
    """What generators ask about what exists at an endpoint."""

    def addressing(self, operation: Operation) -> frozenset[str]:
        """Return the subjects (`path.Id`, `body/Id`) whose value must be live for the operation to succeed."""

    def arguments(self, operation: Operation, base: Arguments, *, skip: int = 0) -> Arguments | None:
        """Return `base` with live values in their places; `None` if a needed one is not known.

        `skip` passes over that many of the resources that would fit.
        """

    def vouches(self, operation: Operation, arguments: Arguments) -> bool:
        """Return whether everything that the arguments address in a path was seen to exist."""


def place(arguments: Arguments, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return arguments with values put at their subjects: `query.Id`, `body/Id` or `body/owner/id`."""
    filled = dict(arguments)
    for subject, value in values.items():
        if subject.startswith("body/"):
            body = filled.get("body", {})
            if isinstance(body, dict):
                filled["body"] = _with(body, tokens(subject[len("body") :]), value)
        else:
            filled[subject] = value
    return filled


def fitted(operation: Operation, subject: str, value: JSON) -> JSON:
    """Return an identity as the place that takes it writes it: `7` where a `Location` or another place says `"7"`.

    A value that the place has no other writing for is returned as it is.
    """
    value = _in_path(operation, subject, value)
    facts = facts_at(operation, subject)
    if facts is None or isinstance(value, (bool, float)):
        return value
    if (
        isinstance(value, str)
        and "string" not in facts.types
        and _WHOLE.fullmatch(value)
        and len(value) <= _MOST_DIGITS
    ):
        return int(value) if facts.types & {"integer", "number"} else value
    if isinstance(value, int) and "string" in facts.types and not facts.types & {"integer", "number"}:
        return str(value)
    return value


def as_addressed(operation: Operation, arguments: Arguments) -> Arguments:
    """Return arguments whose path has the last segment where an answer gave the whole name of a thing."""
    named = {
        subject: segment
        for subject, value in arguments.items()
        if isinstance(value, str) and (segment := _in_path(operation, subject, value)) != value
    }
    return {**arguments, **named} if named else arguments


def _in_path(operation: Operation, subject: str, value: JSON) -> JSON:
    if not isinstance(value, str) or "/" not in value or not subject.startswith("path."):
        return value
    noun = next((each.noun for each in steps(operation.path) if subject == f"path.{each.name}"), "")
    return own_segment(value, noun)


def value_of(arguments: Arguments, subject: str) -> JSON | Missing:
    """Return what stands at a subject of arguments, or `MISSING`."""
    if subject.startswith("body/"):
        return at(arguments.get("body"), subject[4:])
    return arguments.get(subject, MISSING)


def name_of(subject: str) -> str:
    """Return the name of what stands at a subject: `id` of `path.id` and of `body/order/id`."""
    return subject.partition(".")[2] or subject.rpartition("/")[2]


def address_values(arguments: Arguments) -> frozenset[tuple[str, JSON]]:
    """Return what says where a thing is: parameters in path, header and cookie, as far as they are texts or numbers."""
    return frozenset(
        (key, value)
        for key, value in arguments.items()
        if key.startswith(("path.", "header.", "cookie.")) and isinstance(value, (str, int, float))
    )


def _with(body: Mapping[str, JSON], steps: tuple[str, ...], value: JSON) -> dict[str, JSON]:
    """Return an object with a value somewhere inside; objects that are missing on the way are made."""
    first, *rest = steps
    inside = body.get(first)
    return {**body, first: _with(inside if isinstance(inside, dict) else {}, tuple(rest), value) if rest else value}
