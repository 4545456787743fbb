"""What several checks must see in the same way, so that one cause makes one finding.

Whose exchange it is, which documented response and media type came, whether a body was owed, and who says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from contract_suite.checks.check import Judgement
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.states import ENDS
from contract_suite.contract.operation import MediaType, Operation, ResponseSpec, essence, may_be_json
from contract_suite.contract.schemas.constraints import Constraint, constraints
from contract_suite.contract.schemas.problems import Problem
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model import clause_ids
from contract_suite.model.exchange import Exchange, NoResponse, Response, is_refusal, is_success
from contract_suite.model.fact import Fact
from contract_suite.model.json import JSON
from contract_suite.model.source import Level, Source, weakest

UNRELATED: Final = frozenset({401, 403, 408, 425, 429})
"""Refusals for who asks, how often or when; they say nothing about what was asked."""

OVERSIZE: Final = frozenset({413, 414, 431})
"""Refusals for sheer size, which any server may give (RFC 9110)."""

OF_STATE: Final = frozenset({409, 412, 416, 423, 428})
"""Refusals for the state that something is in (RFC 9110, 15.5; RFC 4918, 11.3; RFC 6585, 3): the same request is right
at another time, so neither a valid nor an invalid value explains them."""

AS_INVALID: Final = frozenset({400, 422})
"""How a server refuses a value, and many servers anything else."""

_NOT_HERE: Final = frozenset({301, 307, 308, 404, 405})
"""How a server answers at an address that it doesn't have, or has under another name."""

_STATE_IN_WORDS: Final = re.compile(
    rb"already|\bany ?more\b|\bno longer\b|\bexists?\b|\bno such\b|\bin[ _-]use\b|(?<![a-z])taken(?![a-z])|duplicat|"
    rb"\bunique\b|\bconflict|\bnot[ _-]found\b|unknown[ _-]id|\b(?:failed|broken)[ _-]?precondition\b"
    rb"|\b(?:is|are|was|been) (?:" + "|".join(sorted(ENDS)).encode() + rb")\b"
    rb"|\b(?:invalid|illegal|wrong)[ _-](?:state\b|(?:state |status )?transition)|\b(?:no|not a valid|cannot|can't) transition"
    rb"|\b(?:go|move|change|switch|pass|get|transition)(?:s|d|ing)? (?:back |directly )?from\b.{1,60}\bto\b",
    re.IGNORECASE,
)
_CHOICE_IN_WORDS: Final = re.compile(
    rb"\bmembers? of (the|this|that|its|your)\b|\bnot a member\b|\bavailable (choices?|options?|values?)\b",
    re.IGNORECASE,
)
_SETTING_IN_WORDS: Final = re.compile(
    rb"\b(?:(?:should|must|may|can|could) ?not|(?:can|(?:should|must|could)n)(?:'|\xe2\x80\x99|\\u2019)t) be "
    rb"(?:set|given|specified|provided|supplied|sent|changed|modified|updated|edited|altered|chosen)\b"
    rb"(?! (?:to|as|below|above|under|over|less|more|lower|higher|before|after)\b)"
    rb"|\bread[- ]?only\b|\bimmutable\b|\bnot (?:writable|writeable|settable|changeable)\b"
    rb"|\b(?:is|are) (?:set|assigned|generated|managed|computed) by the (?:server|service|system)\b",
    re.IGNORECASE,
)
_LOOKED_THROUGH: Final = 4096
_MAX_DEMANDED: Final = 60


_NOT_ACCEPTABLE: Final = 406
_OF_A_VENDOR: Final = "/vnd."
_VERSION: Final = frozenset({"version", "microversion"})
_OF_ANOTHER_KIND: Final = frozenset({202, 203, 204, 205, 206, 207, 208, 226})
"""Successes whose body is something else than the result, or none (RFC 9110, 15.3)."""


def is_about_state(exchange: Exchange) -> bool:
    """Whether a refusal is about what exists at a server rather than about what was asked: by its status, or in words.

    Many servers refuse a name that is taken, or a reference that leads nowhere, with 400 or 422, or with a success that says so in its body.
    """
    response = exchange.response
    if response is None:
        return False
    as_invalid = response.status in AS_INVALID or refuses_softly(exchange)
    return response.status in OF_STATE or (as_invalid and _says(_STATE_IN_WORDS, exchange))


def is_about_choice(exchange: Exchange) -> bool:
    """Whether a refusal says that a value is none of those that there are: it refers to something, and to what is not there.

    Of a value that an enum lists this proves nothing.
    """
    return exchange.status in AS_INVALID and _says(_CHOICE_IN_WORDS, exchange)


def is_about_setting(exchange: Exchange) -> bool:
    """Whether a refusal says that a member is not for the client to set: `resourceVersion should not be set`."""
    return exchange.status in AS_INVALID and _says(_SETTING_IN_WORDS, exchange)


def _says(words_of: re.Pattern[bytes], exchange: Exchange) -> bool:
    """Whether the beginning of an answer has words."""
    response = exchange.response
    return response is not None and words_of.search(response.body[:_LOOKED_THROUGH]) is not None


def is_about_negotiation(exchange: Exchange) -> bool:
    """Whether a refusal says that what a header chose can't be had: a vendor's media type, a language or a version (RFC 9110, 15.5.7).

    Which of them there are at an address may depend on what is there, which no schema says. A form that everybody knows,
    such as `text/csv`, has no such limit.
    """
    if exchange.status != _NOT_ACCEPTABLE:
        return False
    chosen = ((words(name), value.lower()) for name, value in exchange.request.headers if value)
    return any(
        _OF_A_VENDOR in value if [*name] == ["accept"] else "accept" in name or _VERSION & {*name}
        for name, value in chosen
    )


def operation_of(judgement: Judgement) -> Operation | None:
    """Return the operation whose clauses an exchange counts for.

    A request to no operation counts for the one that its case aims at, if any.
    """
    operation = judgement.operation
    if operation is None and judgement.case.target_clause:
        named = clause_ids.parts(judgement.case.target_clause)[0]
        operation = judgement.contract.by_id.get(named)
    return None if operation is None or operation.problem else operation


def bodyless(judgement: Judgement) -> bool:
    """Whether HTTP itself forbids a body."""
    status = judgement.exchange.status
    return judgement.exchange.request.method == "HEAD" or status < 200 or status in {204, 205, 304}


def is_elsewhere(judgement: Judgement) -> bool:
    """Whether an answer may be that of an address which the document doesn't have.

    An empty segment makes a path another one, and most servers find nothing there, or move the client on.
    """
    path, operation = judgement.exchange.request.target.partition("?")[0], judgement.operation
    ends_so = operation is not None and operation.path.endswith("/")
    empty = "//" in path or (path.endswith("/") and not ends_so)
    return empty and judgement.exchange.status in _NOT_HERE


def has_begun(answer: NoResponse) -> bool:
    """Whether a response had begun, head and all, before the connection ended: it is incomplete rather than missing."""
    return answer.received.startswith(b"HTTP/") and b"\r\n\r\n" in answer.received


def described(judgement: Judgement) -> ResponseSpec | None:
    """Return the documented response that an answer is held to.

    An answer of an undocumented status is held to what the document says of all refusals, where it does say so, or to
    the one documented success, where its status is nobody's word: then the document speaks of any success. What the
    server says of an address that the document doesn't have is held to nothing.
    """
    if is_elsewhere(judgement):
        return None
    spec, operation, status = judgement.spec, judgement.operation, judgement.exchange.status
    if spec is not None or operation is None:
        return spec
    if is_refusal(status):
        errors = judgement.contract.errors
        general = errors is not None and bool(errors.schema) and is_failure(errors.source_of("schema"))
        if not general or status in UNRELATED or status in OVERSIZE:
            return None
        return next((each for each in operation.responses if each.status[0] == "4" and any(json_media(each))), None)
    if not is_success(status) or status in _OF_ANOTHER_KIND:
        return None
    good = [each for each in operation.responses if each.status[0] == "2"]
    return good[0] if len(good) == 1 and not is_failure(good[0].source) else None


def status_label(spec: ResponseSpec, status: int) -> str:
    """Return how clauses about an answer name its status: as documented, but `4xx` for all refusals together."""
    return "4xx" if is_refusal(status) else spec.status


def responses_by_label(operation: Operation) -> Iterator[tuple[str, tuple[ResponseSpec, ...]]]:
    """The documented responses as clauses speak of them: each of its own, but all refusals as `4xx`.

    Server errors are nobody's promise.
    """
    for spec in operation.responses:
        if spec.status[0] in "123d":
            yield spec.status, (spec,)
    refusals = tuple(spec for spec in operation.responses if spec.status[0] in "4d")
    if refusals:
        yield "4xx", refusals


def media_of(spec: ResponseSpec, response: Response) -> MediaType | None:
    """Return the documented media type of a response, an exact one before a range; `None` if none is documented."""
    name = essence(response.header("content-type") or "")
    ranges = {name, f"{name.partition('/')[0]}/*", "*/*"}
    found = [media for media in spec.media_types if essence(media.name) in ranges]
    return min(found, key=lambda media: media.name.count("*"), default=None)


def owed_by(spec: ResponseSpec) -> Constraint | None:
    """Return the weightiest demand that no empty body can meet: a required member of a documented JSON object."""
    media = spec.json
    listed = constraints(media.schema) if media is not None and media.schema is not None else ()
    owed = [each for each in listed if each.keyword == "required" and each.subject.count("/") == 1]
    return min(owed, key=lambda each: not is_failure(each.source), default=None)


def fact_of(broken: Constraint | Problem, prefix: str = "") -> Fact:
    """Return a demand of a schema as the fact that a verdict rests on; `prefix` is the subject of the whole value."""
    subject = f"{prefix}{broken.subject}" if prefix else broken.subject.lstrip("/") or "the body"
    required = broken.keyword == "required"
    demand = "the requirement" if required else f"{broken.keyword} {_demanded(broken)}".strip()
    return Fact(source=broken.source, location=broken.location, what=f"{demand} of {subject}")


def _demanded(broken: Constraint | Problem) -> str:
    shown = (
        broken.expected if isinstance(broken, Problem) else json.dumps(broken.value, ensure_ascii=False, default=str)
    )
    return shown if len(shown) <= _MAX_DEMANDED else ""


def source_of_schema(schema: Schema | None) -> Source:
    """Return who says a schema as a whole."""
    if schema is None:
        return Source.DOCUMENTED
    place = schema.bundle.place(schema.root) or schema.bundle.place(schema.bundle.root)
    return (place.provenance.kind or place.inherited) if place else schema.inherited


def source_of_bodies(specs: Iterable[ResponseSpec]) -> Source:
    """Return who says what the bodies of these responses are, whatever their statuses; of several, the weakest."""
    return weakest(source_of_schema(media.schema) for spec in specs for media in spec.media_types)


def valid(schema: Schema, value: JSON) -> bool | None:
    """Whether a value obeys a schema; `None` where a text holds half a surrogate pair, which no validator can read."""
    try:
        return schema.is_valid(value)
    except (UnicodeError, ValueError, OverflowError):
        return None


def is_failure(source: Source) -> bool:
    """Whether breaking a fact of this source weighs as a failure."""
    return source.level is Level.FAILURE


def json_media(spec: ResponseSpec) -> Iterator[MediaType]:
    """The media types of a response that have a schema and are JSON, or may be."""
    return (media for media in spec.media_types if media.schema is not None and may_be_json(media))
