"""Envelopes: what surrounds an answer is true, new in each answer, and of one shape.

Everything that the run has seen by now is evidence; a call is only made for what was not seen yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause, weaker
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.responses import refused, served
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import route
from contract_suite.contract.vocabulary import Errors
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, MISSING, Missing, at
from contract_suite.model.verdict import Verdict

NAME: Final = "envelopes"
FRESH: Final = "fresh"
REPEATS: Final = "repeats-status"
SUCCESS: Final = "success-without-error"
SHAPE: Final = "same-shape"
_EMPTY: Final = "the empty text"
_ENOUGH: Final = 2
_AGAIN: Final = 6


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each operation promises of its envelope, on a success and on a refusal."""
    found = (
        clause for operation in contract.operations if not operation.problem for clause in _clauses(contract, operation)
    )
    yield from inapplicable_if_none(found, contract, NAME, "envelope", "the document promises nothing of an envelope")


def drive(session: Session) -> Iterator[Verdict]:
    """Look through what came, and call what was not called yet."""
    wanted = {
        operation.id: [clause for clause in _clauses(session.contract, operation) if session.wanted(clause.id)]
        for operation in session.contract.operations
        if not operation.problem
    }
    if not any(wanted.values()):
        return
    evidence = _sorted_out(
        _gather(session, {name for name, clauses_ in wanted.items() if clauses_}), session.contract.errors
    )
    for operation in session.contract.operations:
        for clause in wanted.get(operation.id, ()):
            yield _verdict(session, operation, clause, evidence)


BEHAVIOUR: Final = Behaviour(
    name=NAME,
    title="Members around the data, such as a status and a request id, agree with the response, and no request id is used twice.",
    clauses=clauses,
    drive=drive,
)


@dataclass(slots=True)
class _Judged:
    """The last exchange that was judged: driving this behaviour again must not find the same once more."""

    last: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One answer with its operation."""

    operation: Operation
    exchange: Exchange
    body: JSON

    @property
    def number(self) -> int:
        return self.exchange.number


_Form = tuple[tuple[str, str], ...]
"""Which documented fields a refusal has, each with its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repeat:
    """A value that came at a place where each answer has a new one, though an earlier answer had it."""

    pointer: str
    value: JSON
    earlier: _Seen
    again: _Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    """What all answers together show; `served` and `refused` by operation."""

    served: Mapping[str, Sequence[_Seen]]
    refused: Mapping[str, Sequence[_Seen]]
    repeats: Sequence[_Repeat]
    values: int
    shapes: Sequence[tuple[_Seen, _Form]]


def _clauses(contract: Contract, operation: Operation) -> Iterator[Clause]:
    promises, errors = operation.promises, contract.errors
    refuses = errors is not None and any(spec.status.startswith("4") for spec in operation.responses)
    fields = errors.fields if errors and refuses else {}
    for each in promises.fresh:
        yield make_clause(
            NAME, operation, f"200{each.pointer}", FRESH, f"No two answers have the same {each.pointer}.", rests_on=each
        )
    if errors and promises.fresh and fields.get("request_id"):
        source = weaker(promises.fresh[0].source, errors.source_of_field("request_id"))
        text = f"No two refusals have the same {fields['request_id']}."
        yield make_clause(NAME, operation, f"4xx{fields['request_id']}", FRESH, text, rests_on=errors, source=source)
    if promises.repeats_status:
        repeats = promises.repeats_status
        yield make_clause(
            NAME,
            operation,
            f"200{repeats.pointer}",
            REPEATS,
            f"{repeats.pointer} of a success is the HTTP status.",
            rests_on=repeats,
        )
    if errors and fields.get("status"):
        text = f"{fields['status']} of a refusal is the HTTP status."
        source = errors.source_of_field("status")
        yield make_clause(NAME, operation, f"4xx{fields['status']}", REPEATS, text, rests_on=errors, source=source)
    if promises.success:
        success = promises.success
        text = f"Where {success.field} is {shown(success.value)}, there is nothing at {', '.join(success.empty)}."
        yield make_clause(NAME, operation, f"200{success.field}", SUCCESS, text, rests_on=success)
    if errors and errors.fields and refuses:
        text = "A refusal has the fields that the refusals of other operations have."
        yield make_clause(NAME, operation, "4xx", SHAPE, text, rests_on=errors, source=errors.source_of("fields"))


def _gather(session: Session, needed: set[str]) -> list[_Seen]:
    """Everything that came and was not judged before, topped up by calls of what is missing."""
    judged = session.shared(_Judged)
    last = judged.last
    past: Iterable[Exchange] = session.history
    found = [each for exchange in past if exchange.number > last and (each := _seen(session, exchange)) is not None]
    enough = _AGAIN if last else _ENOUGH
    for operation in session.contract.operations:
        if operation.id not in needed or not session.allowed(operation):
            continue
        own = [each for each in found if each.operation.id == operation.id]
        exchanges: list[Exchange] = []
        for _ in range(enough - sum(1 for each in own if served(each.exchange))):
            arguments = session.accepted(operation)
            if arguments is None:
                break
            exchanges.append(session.call(operation, arguments, note="what surrounds the answer"))
        if not any(refused(each.exchange) for each in own):
            exchanges += _refusals(session, operation)
        found += [each for exchange in exchanges if (each := _seen(session, exchange, operation)) is not None]
    if found:
        judged.last = max(each.number for each in found)
    return sorted(found, key=lambda each: each.number)


def _refusals(session: Session, operation: Operation) -> Iterator[Exchange]:
    """Two ways to be refused that change nothing: without a key, and with a value out of its schema."""
    arguments = session.accepted(operation)
    if arguments is None:
        return
    if operation.needs_key:
        for _ in range(_ENOUGH):
            yield session.call(
                operation,
                arguments,
                identity=Identity.NOBODY,
                intent=Intent.NEGATIVE,
                note="a refusal, for what surrounds it",
            )
    sent = 0
    for parameter in operation.parameters if operation.safe else ():
        value = arguments.get(parameter.subject)
        if parameter.required and isinstance(value, str) and parameter.schema.is_valid(f"{value}{session.prefix}"):
            extra = {**arguments, parameter.subject: f"{value}{session.prefix}"}
            yield session.call(
                operation, extra, intent=Intent.UNKNOWN, note="something unknown, for what surrounds the refusal"
            )
    for parameter in operation.parameters:
        bad = next((value for value in (0, -1, "x y") if not parameter.schema.is_valid(value)), None)
        if parameter.where == "query" and bad is not None:
            yield session.call(
                operation,
                {**arguments, parameter.subject: bad},
                intent=Intent.UNKNOWN,
                note="a refusal, for what surrounds it",
            )
            sent += 1
        if sent == _ENOUGH:
            return


def _seen(session: Session, exchange: Exchange, operation: Operation | None = None) -> _Seen | None:
    if exchange.response is None or not (served(exchange) or refused(exchange)):
        return None
    if operation is None:
        operation = route(session.contract, exchange.request.method, exchange.request.target)[0]
    body = session.json(exchange)
    return (
        None
        if operation is None or isinstance(body, Missing)
        else _Seen(operation=operation, exchange=exchange, body=body)
    )


def _verdict(session: Session, operation: Operation, clause: Clause, evidence: _Evidence) -> Verdict:
    good = clause.subject.startswith("200")
    own = evidence.served.get(operation.id, ()) if good else evidence.refused.get(operation.id, ())
    if not own:
        return untested(clause.id, "no success was seen" if good else "no refusal with a body was seen")
    if clause.kind == FRESH:
        return _fresh(clause, own, evidence)
    if clause.kind == REPEATS:
        return _repeats(clause, own)
    if clause.kind == SUCCESS:
        return _success(operation, clause, own)
    errors = session.contract.errors
    return _shape(clause, own, evidence) if errors else untested(clause.id, "the document shows no refusal")


def _sorted_out(found: Sequence[_Seen], errors: Errors | None) -> _Evidence:
    """Look at each answer once, for all clauses."""
    refused_at = {errors.fields["request_id"]} if errors and "request_id" in errors.fields else set()
    good, bad = defaultdict[str, list[_Seen]](list), defaultdict[str, list[_Seen]](list)
    first: dict[str, _Seen] = {}
    repeats: list[_Repeat] = []
    shapes: list[tuple[_Seen, _Form]] = []
    for each in found:
        (good if served(each.exchange) else bad)[each.operation.id].append(each)
        for place in sorted({promised.pointer for promised in each.operation.promises.fresh} | refused_at):
            value = at(each.body, place)
            if isinstance(value, Missing) or value in (None, [], {}):
                continue
            earlier = first.setdefault(canonical(value), each)
            if earlier is not each:
                repeats.append(_Repeat(pointer=place, value=value, earlier=earlier, again=each))
        if errors and refused(each.exchange) and _valid(each):
            shapes.append((each, _form(each.body, errors)))
    return _Evidence(served=good, refused=bad, repeats=repeats, values=len(first), shapes=shapes)


def _fresh(clause: Clause, own: Sequence[_Seen], evidence: _Evidence) -> Verdict:
    pointer = clause.subject[3:]
    chosen = {each.number for each in own}
    for each in evidence.repeats:
        if each.pointer == pointer and each.again.number in chosen:
            numbers = [each.earlier.number, each.again.number]
            message = f"{shown(each.value) or _EMPTY} was returned twice, first by {each.earlier.operation.id}"
            return failed(clause.id, message, numbers, pointer=pointer, expected="a new value", actual=each.value)
    having = [each for each in own if at(each.body, pointer) not in (MISSING, None)]
    if not having:
        return untested(clause.id, f"no answer holds a value at {pointer}", [own[-1].number])
    if evidence.values < _ENOUGH:
        return untested(clause.id, "it takes two answers", [own[-1].number])
    return passed(
        clause.id,
        [each.number for each in having[-_ENOUGH:]],
        f"{counted(len(having), 'response')}, each with a value of its own",
    )


def _repeats(clause: Clause, own: Sequence[_Seen]) -> Verdict:
    pointer = clause.subject[3:]
    having = [(each, value) for each in own if not isinstance(value := at(each.body, pointer), Missing)]
    for each, value in having:
        if str(value) != str(each.exchange.status) or isinstance(value, bool):
            message = f"the HTTP status is {each.exchange.status}, and {pointer} is {shown(value)}"
            return failed(
                clause.id, message, [each.number], pointer=pointer, expected=each.exchange.status, actual=value
            )
    numbers = [each.number for each, _ in having[-_ENOUGH:]]
    return (
        passed(clause.id, numbers)
        if having
        else untested(clause.id, f"no answer holds a value at {pointer}", [own[-1].number])
    )


def _success(operation: Operation, clause: Clause, own: Sequence[_Seen]) -> Verdict:
    success = operation.promises.success
    numbers: list[int] = []
    for each in own:
        if success is None or canonical(_or_none(at(each.body, success.field))) != canonical(success.value):
            continue
        numbers.append(each.number)
        for pointer in success.empty:
            value = at(each.body, pointer)
            if not isinstance(value, Missing) and value not in (None, "", [], {}):
                message = f"{success.field} is {shown(success.value)}, and {pointer} is {shown(value)}"
                return failed(
                    clause.id, message, [each.number], pointer=pointer, expected="absent or empty", actual=value
                )
    if not numbers:
        return untested(clause.id, f"no answer says {shown(success.value) if success else 'so'}", [own[-1].number])
    return passed(clause.id, numbers[-_ENOUGH:])


def _shape(clause: Clause, own: Sequence[_Seen], evidence: _Evidence) -> Verdict:
    """Compare the documented fields of refusals: even where the schema leaves them open, all refusals have the same."""
    shapes = evidence.shapes
    if len(shapes) < _ENOUGH:
        return untested(clause.id, "it takes two refusals that obey their schema", [own[-1].number])
    usual = Counter(form for _, form in shapes).most_common(1)[0][0]
    model = next(each for each, form in shapes if form == usual)
    chosen = {each.number for each in own}
    for each, form in shapes:
        if each.number in chosen and form != usual:
            message = f"this refusal has {_words(form)}, others have {_words(usual)}"
            return failed(clause.id, message, [model.number, each.number], expected=_words(usual), actual=_words(form))
    mine = [each.number for each, _ in shapes if each.number in chosen]
    return (
        passed(clause.id, mine[-_ENOUGH:])
        if mine
        else untested(clause.id, "no refusal obeys its schema", [own[-1].number])
    )


def _valid(seen: _Seen) -> bool:
    spec = seen.operation.response(seen.exchange.status)
    media = spec.json if spec else None
    return media is not None and (media.schema is None or media.schema.is_valid(seen.body))


def _form(body: JSON, errors: Errors) -> _Form:
    values = {pointer: at(body, pointer) for pointer in errors.fields.values()}
    return tuple((pointer, _type(value)) for pointer, value in sorted(values.items()) if not isinstance(value, Missing))


def _type(value: JSON) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {str: "string", int: "number", float: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _words(form: _Form) -> str:
    return ", ".join(f"{pointer} ({kind})" for pointer, kind in form) or "none of the documented fields"


def _or_none(value: JSON | Missing) -> JSON:
    return None if isinstance(value, Missing) else value
