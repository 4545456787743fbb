"""The lines of a run record: values to JSON objects and back. `run.schema.json` describes them.

What this file writes and what the schema says must stay the same; a reader trusts a line that the schema accepts.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any, Final

import jsonschema_rs

from contract_suite.model.case import Intent, Stage
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, Identity, NoResponse, Pairs, Request, Response, Trouble
from contract_suite.model.fact import Fact
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.run import (
    ClauseResult,
    FamilySummary,
    OperationReach,
    RecordedClauses,
    RecordedExchange,
    RecordedFamily,
    RecordedOperation,
    RecordedVerdict,
    RunFooter,
    RunHeader,
    StageSummary,
    UnexercisedClauses,
)
from contract_suite.model.source import Erratum, Level, Source
from contract_suite.model.verdict import Outcome
from contract_suite.record.clause_tables import packed, unpacked

FORMAT: Final = "contract-suite-run/2"
"""The first member of a header; the number grows when an old reader could misread a new record."""
READ: Final = frozenset({"contract-suite-run/1", FORMAT})
"""The formats that are read: the first one has its clauses in the header."""

Line = (
    RunHeader
    | RecordedClauses
    | RecordedExchange
    | RecordedVerdict
    | Finding
    | ClauseResult
    | UnexercisedClauses
    | FamilySummary
    | RunFooter
)
"""What one line may hold."""

Parsed = dict[str, Any]
"""One line as parsed JSON that the schema has accepted."""

TYPES: Final[dict[type, str]] = {
    RunHeader: "header",
    RecordedClauses: "clauses",
    RecordedExchange: "exchange",
    RecordedVerdict: "verdict",
    Finding: "finding",
    ClauseResult: "conformance",
    UnexercisedClauses: "unexercised",
    FamilySummary: "family",
    RunFooter: "footer",
}
"""The `type` member of each kind of line."""


def schema() -> Parsed:
    """Return the published JSON Schema of a line."""
    parsed: Parsed = json.loads(files("contract_suite.record").joinpath("run.schema.json").read_text("utf-8"))
    return parsed


def encode(
    line: RunHeader | RecordedVerdict | Finding | ClauseResult | UnexercisedClauses | FamilySummary | RunFooter,
) -> dict[str, JSON]:
    """Return a line as a JSON object. Exchanges have `encode_exchange`, which is quicker, and clauses `encode_clauses`."""
    head: dict[str, JSON] = {"type": TYPES[type(line)]}
    if not isinstance(line, RunHeader):
        return {**head, **_members(line)}
    head["format"] = FORMAT
    families: list[JSON] = [
        {key: value for key, value in _members(each).items() if key != "clauses"} for each in line.families
    ]
    return {**head, **_members(replace(line, families=())), "families": families}


def encode_clauses(line: RecordedClauses) -> dict[str, JSON]:
    """Return clauses as a JSON object: rows of numbers into tables of what they share."""
    return {"type": TYPES[RecordedClauses], "family": line.family, **packed(line.clauses)}


def encode_exchange(line: RecordedExchange) -> dict[str, JSON]:
    """Return an exchange as a JSON object."""
    exchange, request, answer = line.exchange, line.exchange.request, line.exchange.answer
    encoded: dict[str, Any] = {
        "type": "exchange",
        "number": exchange.number,
        "family": line.family,
        "operation": line.operation,
        "stage": line.stage,
        "intent": line.intent,
        "aim": line.target_clause,
        "note": line.note,
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "body": _body(request.body),
            "identity": request.identity,
        },
    }
    if isinstance(answer, Response):
        encoded["response"] = {
            "status": answer.status,
            "reason": answer.reason,
            "headers": answer.headers,
            "body": _body(answer.body),
            "truncated": answer.truncated,
        }
    else:
        encoded["no_response"] = {
            "trouble": answer.trouble,
            "message": answer.message,
            "received": _body(answer.received),
        }
    encoded["seconds"] = round(exchange.seconds, 6)
    return encoded


def parse(data: bytes) -> Parsed:
    """Return the JSON object of one line; `ValueError` says what is wrong with it."""
    try:
        parsed = _DECODER.decode(data.decode())
    except UnicodeDecodeError:
        raise ValueError("is no UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON ({error.msg} at column {error.colno})") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("type"), str):
        raise ValueError('is no JSON object with a "type"')  # noqa: TRY004 - all trouble with a line is one exception
    if parsed["type"] not in TYPES.values():
        raise ValueError(f"has the unknown type {parsed['type'][:40]!r}")
    declared = parsed.get("format")
    if parsed["type"] == "header" and not (isinstance(declared, str) and declared in READ):
        raise ValueError(f"declares the format {str(declared)[:40]!r}; this version reads {FORMAT!r}")
    validator = _validator(parsed["type"])
    for problem in () if validator.is_valid(parsed) else validator.iter_errors(parsed):
        place = "/".join(str(step) for step in problem.instance_path)
        raise ValueError(
            f"is no valid {parsed['type']} line ({place + ': ' if place else ''}{_short(problem.message)})"
        )
    return parsed


def decode(parsed: Parsed) -> Line:
    """Return the value of a line that `parse` has accepted; `ValueError` if a body's base64 is broken."""
    return _DECODERS[parsed["type"]](parsed)


_LONGEST_MESSAGE: Final = 200


def _short(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "…"


def _refuse(constant: str) -> JSON:
    raise ValueError(f"holds {constant}, which is no JSON")


# Made once: a record may have hundreds of thousands of lines.
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    whole = schema()
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": whole["$defs"]})


_FIELDS: Final[dict[type, tuple[str, ...]]] = {}


def _names(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any of our dataclasses
    kind = type(value)
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(each.name for each in fields(value))
    return _FIELDS[kind]


def _members(value: Any) -> dict[str, JSON]:  # noqa: ANN401 - any of our dataclasses
    members: dict[str, JSON] = {}
    for name in _names(value):
        each = getattr(value, name)
        members[name] = each if type(each) in _AS_THEY_ARE else _plain(each)
    return members


_AS_THEY_ARE: Final = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of our dataclasses
    if type(value) in _AS_THEY_ARE:
        return value
    if type(value) in _FIELDS:
        return _members(value)
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return _members(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _body(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def _bytes(body: dict[str, str]) -> bytes:
    if "text" in body:
        return body["text"].encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body["base64"], validate=True)
    except ValueError:
        raise ValueError("holds a body whose base64 is broken") from None


def _pairs(headers: list[list[str]]) -> Pairs:
    return tuple([(name, value) for name, value in headers])  # a list is made quicker than one by one


def _location(parsed: Parsed) -> Location:
    return Location(**parsed)


def _rest(parsed: Parsed, *names: str) -> Parsed:
    """The members beside `names`, lists as tuples."""
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in parsed.items()
        if key not in {"type", *names}
    }


def _header(parsed: Parsed) -> RunHeader:
    return RunHeader(
        **_rest(parsed, "format", "families"), families=tuple(_family(each) for each in parsed["families"])
    )


def _family(parsed: Parsed) -> RecordedFamily:
    return RecordedFamily(
        **_rest(parsed, "operations", "clauses", "errata"),
        operations=tuple(RecordedOperation(**_rest(each)) for each in parsed["operations"]),
        clauses=tuple(_clause(each) for each in parsed.get("clauses", ())),
        errata=tuple(Erratum(**{"kind": "", **_rest(each)}) for each in parsed["errata"]),
    )


def _clause(parsed: Parsed) -> Clause:
    return Clause(
        **_rest(parsed, "id", "level", "source", "location", "limit"),
        source=Source(parsed["source"]),
        location=_location(parsed["location"]),
        limit=parsed.get("limit"),
    )


def _clauses(parsed: Parsed) -> RecordedClauses:
    return RecordedClauses(family=parsed["family"], clauses=unpacked(parsed))


# Each exchange has one of each, and an enumeration takes its time to tell which.
_STAGES: Final = {each.value: each for each in Stage}
_INTENTS: Final = {each.value: each for each in Intent}
_IDENTITIES: Final = {each.value: each for each in Identity}


def _exchange(parsed: Parsed) -> RecordedExchange:
    request, response = parsed["request"], parsed.get("response")
    answer: Response | NoResponse
    if response is not None:
        answer = Response(
            status=response["status"],
            reason=response["reason"],
            headers=_pairs(response["headers"]),
            body=_bytes(response["body"]),
            truncated=response["truncated"],
        )
    else:
        trouble = parsed["no_response"]
        answer = NoResponse(
            trouble=Trouble(trouble["trouble"]), message=trouble["message"], received=_bytes(trouble["received"])
        )
    return RecordedExchange(
        family=parsed["family"],
        operation=parsed["operation"],
        stage=_STAGES[parsed["stage"]],
        intent=_INTENTS[parsed["intent"]],
        target_clause=parsed["aim"],
        note=parsed["note"],
        exchange=Exchange(
            number=parsed["number"],
            request=Request(
                method=request["method"],
                target=request["target"],
                headers=_pairs(request["headers"]),
                body=_bytes(request["body"]),
                identity=_IDENTITIES[request["identity"]],
            ),
            answer=answer,
            seconds=parsed["seconds"],
        ),
    )


def _verdict(parsed: Parsed) -> RecordedVerdict:
    return RecordedVerdict(
        **_rest(parsed, "outcome", "facts"), outcome=Outcome(parsed["outcome"]), facts=_facts(parsed)
    )


def _facts(parsed: Parsed) -> tuple[Fact, ...]:
    """The facts of a verdict or finding; records of older versions have none."""
    return tuple(
        Fact(source=Source(each["source"]), location=_location(each["location"]), what=each["what"])
        for each in parsed.get("facts", ())
    )


def _finding(parsed: Parsed) -> Finding:
    return Finding(
        **_rest(parsed, "level", "source", "document", "facts", "places"),
        level=Level(parsed["level"]),
        source=Source(parsed["source"]),
        document=_location(parsed["document"]),
        facts=_facts(parsed),
        places=tuple(parsed.get("places", ())),
    )


def _conformance(parsed: Parsed) -> ClauseResult:
    return ClauseResult(**_rest(parsed, "outcome"), outcome=Outcome(parsed["outcome"]))


def _unexercised(parsed: Parsed) -> UnexercisedClauses:
    return UnexercisedClauses(**_rest(parsed, "outcome"), outcome=Outcome(parsed["outcome"]))


def _summary(parsed: Parsed) -> FamilySummary:
    stages = tuple(StageSummary(**_rest(each, "stage"), stage=Stage(each["stage"])) for each in parsed["stages"])
    operations = tuple(OperationReach(**each) for each in parsed.get("operations", ()))
    return FamilySummary(**_rest(parsed, "stages", "operations"), stages=stages, operations=operations)


def _footer(parsed: Parsed) -> RunFooter:
    return RunFooter(**_rest(parsed))


_DECODERS: Final[dict[str, Callable[[Parsed], Line]]] = {
    "header": _header,
    "clauses": _clauses,
    "exchange": _exchange,
    "verdict": _verdict,
    "finding": _finding,
    "conformance": _conformance,
    "unexercised": _unexercised,
    "family": _summary,
    "footer": _footer,
}
