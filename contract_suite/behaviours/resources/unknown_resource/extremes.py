"""Identities at their extremes, and a live one in another spelling of the same address.

What is as long, short, negative or foreign as no identity is must not be answered with something else; a live identity
whose letters are percent-encoded is the same one (RFC 3986, section 6.2.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import field_in, same_identity
from contract_suite.behaviours.kit.resource_operations import ResourceOperations
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.observing import addressing_arguments, with_identity
from contract_suite.behaviours.resources.kit.unknown_identities import fitting, send_to_unknown
from contract_suite.contract.operation import Operation
from contract_suite.contract.requests import build
from contract_suite.model.json import JSON, Missing
from contract_suite.model.verdict import Verdict

_TEXTS: Final = ("0", "-1", "x" * 200, "x" * 2000, "größe-模型-🚀", "a/b", "%41", "null")
_NUMBERS: Final = (0, -1, 2**31 - 1, 2**31, 2**53, 2**63 - 1)
_WRAP: Final = 2**32
_FULL_WIDTH: Final = 0xFEE0
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9]")


def judge_extremes(
    session: Session, ops: ResourceOperations, verdicts: Verdicts, live: Made, *, key: str
) -> Iterator[Verdict]:
    """Read identities that are like no other, and expect a refusal, or something that really has them."""
    read = ops.read
    if read is None or not verdicts.is_wanted(key) or not session.allowed(read):
        return
    for field in ops.own_identity:
        for value in _extremes(live.identity.get(field)):
            candidate = fitting(ops, with_identity(live, {field: value}))
            if candidate is None:
                continue
            exchange = send_to_unknown(
                session, read, candidate, note="an identity like no other", aim=verdicts.clause_id(key)
            )
            if exchange is None or obstacle(exchange):
                continue
            if refused(exchange):
                yield from verdicts.passed(key, f"{field} {shown(value)} was answered {exchange.status}", exchange)
                continue
            body = session.json(exchange)
            silent = all(isinstance(field_in(body, each), Missing) for each in candidate.identity)
            if served(exchange) and not silent and not same_identity(body, candidate.identity):
                message = f"there is no {ops.name} with {field} {shown(value)}; {read.id} answered with another one"
                yield from verdicts.failed(
                    key, message, exchange, problem="another", expected=value, actual=_named(body, field)
                )
                return


def judge_encoded(session: Session, read: Operation, verdicts: Verdicts, live: Made, *, key: str) -> Iterator[Verdict]:
    """Read a live identity with one of its letters percent-encoded in the path."""
    arguments = addressing_arguments(session, read, live)
    if arguments is None or not verdicts.is_wanted(key) or not session.allowed(read):
        return
    request = build(read, arguments)
    encoded = _encoded(request.target, live)
    if not encoded:
        yield from verdicts.untested(key, "no part of the identity stands in the path with a letter of ASCII")
        return
    plain = session.call(read, arguments, note="the address as it is usually written")
    exchange = session.send(
        replace(request, target=encoded),
        operation=read,
        note="the same address, one letter percent-encoded",
        aim=verdicts.clause_id(key),
    )
    again = session.call(read, arguments, note="the address as it is usually written, again")
    if not served(plain) or not served(again) or obstacle(exchange):
        yield from verdicts.untested(key, "the live one was not read before and after", plain, exchange, again)
    elif served(exchange):
        yield from verdicts.passed(key, "the same was read", plain, exchange)
    else:
        message = f"{encoded} is the same address as {request.target}, and was answered {exchange.status}"
        yield from verdicts.failed(key, message, plain, exchange, expected=plain.status, actual=exchange.status)


def _extremes(value: JSON | None) -> Iterator[JSON]:
    """Extreme values of the type of a live identity, and some that look like it."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield from (each for each in (*_NUMBERS, value + _WRAP) if each != value)
    elif isinstance(value, str) and value:
        yield from (each for each in (*_TEXTS, _look_alike(value)) if each != value)


def _look_alike(text: str) -> str:
    """Return a text whose last letter or digit is the full-width one, which some take for the same."""
    last = text[-1]
    return (
        f"{text[:-1]}{chr(ord(last) + _FULL_WIDTH)}"
        if _UNRESERVED.fullmatch(last)
        else f"{text}{chr(ord('a') + _FULL_WIDTH)}"
    )


def _encoded(target: str, live: Made) -> str:
    """Return a target in which the first letter of an identity in the path is percent-encoded; empty if there is none.

    Nobody encodes the digits of a number or of a UUID, and servers that route by them need not be blamed.
    """
    path, mark, query = target.partition("?")
    for value in live.identity.values():
        segments = path.split("/")
        if not isinstance(value, str) or value.isdecimal() or _UUID.fullmatch(value):
            continue
        if str(value) in segments and _UNRESERVED.match(str(value)):
            at = segments.index(str(value))
            segments[at] = f"%{ord(segments[at][0]):02X}{segments[at][1:]}"
            return "/".join(segments) + mark + query
    return ""


def _named(body: JSON | Missing, field: str) -> JSON:
    found = field_in(body, field)
    return None if isinstance(found, Missing) else found
