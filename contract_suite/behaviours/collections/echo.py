"""Echo: a response repeats a parameter as it was applied, the default included where none was sent."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import default_source, inapplicable_if_none, make_clause, weaker
from contract_suite.behaviours.kit.comparing import canonical
from contract_suite.behaviours.kit.responses import why_not
from contract_suite.behaviours.kit.retrying import retry_until_stable
from contract_suite.behaviours.kit.verdicts import (
    Unusable,
    VerdictMap,
    Verdicts,
    all_untested,
    failed,
    passed,
    untested,
)
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import text_of
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.vocabulary import Echo
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "echo"
SENT: Final = "echoed"
DEFAULT: Final = "default-echoed"
_ROUNDS: Final = 2
_SMALL: Final = (2, 1, 3, 0, 5)
_FAR: Final = 1_000_000


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each operation says it sends back."""
    found = (clause for operation in contract.operations for clause in clauses_of(operation).values())
    yield from inapplicable_if_none(found, contract, NAME, "echo", "no operation promises to send a parameter back")


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """The clauses of one operation, by their ids."""
    found: list[Clause] = []
    for promise, parameter in _echoes(operation):
        text = f"{parameter.name} is returned at {promise.pointer} as it was sent."
        found.append(make_clause(NAME, operation, parameter.subject, SENT, text, rests_on=promise))
        text = f"Without {parameter.name}, its default {shown(parameter.default)} is returned at {promise.pointer}."
        source = weaker(promise.source, default_source(parameter))
        reason = "" if parameter.default is not None else "the parameter has no default"
        found.append(
            make_clause(
                NAME,
                operation,
                parameter.subject,
                DEFAULT,
                text,
                rests_on=promise,
                source=source,
                inapplicable=reason,
            )
        )
    return {clause.id: clause for clause in found}


def drive(session: Session) -> Iterator[Verdict]:
    """Call once without the parameters and twice with them."""
    for operation in session.contract.operations:
        verdicts = Verdicts(session, clauses_of(operation))
        if not verdicts.any_wanted or operation.problem:
            continue
        accepted = session.accepted(operation) if session.allowed(operation) else None
        if accepted is None:
            yield from verdicts.leave_untested(f"no request was found that {operation.id} accepts")
            continue
        echoes = _echoes(operation)
        echoed = {parameter.subject for _, parameter in echoes}
        base = {subject: value for subject, value in accepted.items() if subject not in echoed}
        observation = _Observation(session, operation, echoes, base)
        yield from verdicts.report(retry_until_stable(observation.defaults).values())
        yield from verdicts.report(retry_until_stable(observation.sent).values())


BEHAVIOUR: Final = Behaviour(
    name=NAME, title="A response repeats the parameters as they were applied.", clauses=clauses, drive=drive
)


class _Observation:
    """Calls one operation and compares what comes back."""

    def __init__(
        self, session: Session, operation: Operation, echoes: list[tuple[Echo, Parameter]], base: Arguments
    ) -> None:
        self.session = session
        self.operation = operation
        self.echoes = echoes
        self.base = base

    def defaults(self) -> VerdictMap:
        """Without any of the parameters that may be left out."""
        defaults: Arguments = {
            parameter.subject: parameter.default
            for _, parameter in self.echoes
            if parameter.default is not None and not parameter.required
        }
        return self._judge(DEFAULT, {}, defaults, "without the parameters that the response repeats")

    def sent(self) -> VerdictMap:
        """With values that are not the default, all parameters at once; where that is refused, one by one."""
        verdicts: VerdictMap = {}
        for turn in range(_ROUNDS):
            values = {parameter.subject: _value(self.operation, parameter, turn) for _, parameter in self.echoes}
            given: Arguments = {subject: value for subject, value in values.items() if not isinstance(value, Missing)}
            found = self._judge(SENT, given, given, "with other values")
            if found and all(verdict.outcome is Outcome.UNTESTED for verdict in found.values()):
                for subject, value in given.items():
                    found |= self._judge(SENT, {subject: value}, {subject: value}, "with another value")
            verdicts |= {clause: _worse(verdicts.get(clause), verdict) for clause, verdict in found.items()}
        for clause, verdict in self._behind_the_end().items():
            if verdict.outcome is not Outcome.UNTESTED or clause not in verdicts:
                verdicts[clause] = _worse(verdicts.get(clause), verdict)
        for _, parameter in self.echoes:
            clause = f"{self.operation.id}::{parameter.subject}::{SENT}"
            verdicts.setdefault(clause, untested(clause, f"no value of {parameter.name} beside its default is known"))
        return verdicts

    def _behind_the_end(self) -> VerdictMap:
        """On a page with nothing on it, where what came can't be taken for what was asked."""
        page = self.operation.promises.collection.page if self.operation.promises.collection else None
        size = self.operation.parameter(page.size) if page else None
        place = self.operation.parameter(page.offset or page.number) if page else None
        if size is None or place is None or size not in {parameter for _, parameter in self.echoes}:
            return {}
        asked = next((each for each in _SMALL if each and size.schema.is_valid(each) and each != size.default), None)
        if asked is None or not place.schema.is_valid(_FAR):
            return {}
        given: Arguments = {size.subject: asked, place.subject: _FAR}
        echoed = {parameter.subject for _, parameter in self.echoes}
        wanted = {key: value for key, value in given.items() if key in echoed}
        return self._judge(SENT, given, wanted, "beyond the end", intent=Intent.UNKNOWN)

    def _judge(
        self, kind: str, given: Arguments, wanted: Arguments, note: str, *, intent: Intent = Intent.POSITIVE
    ) -> VerdictMap:
        """Call once and compare each wanted value with what came back."""
        ids = {subject: f"{self.operation.id}::{subject}::{kind}" for subject in wanted}
        exchange = self.session.call(
            self.operation, {**self.base, **given}, note=note, aim=next(iter(ids.values()), ""), intent=intent
        )
        try:
            body = self._body(exchange)
        except Unusable as reason:
            return all_untested(ids.values(), reason.reason, reason.exchanges)
        pointers = {parameter.subject: promise.pointer for promise, parameter in self.echoes}
        return {
            clause: self._one(clause, pointers[subject], wanted[subject], body, exchange)
            for subject, clause in ids.items()
        }

    def _one(self, clause: str, pointer: str, wanted: JSON, body: JSON, exchange: Exchange) -> Verdict:
        came = at(body, pointer)
        if isinstance(came, Missing) and not self._valid(exchange):
            return untested(clause, f"the answer holds nothing at {pointer}", [exchange.number])
        if not isinstance(came, Missing) and _alike(wanted, came):
            return passed(clause, [exchange.number])
        name = clause.split("::")[1].partition(".")[2]
        message = f"{name} was applied as {shown(wanted)}, but the response says {shown(came)}"
        return failed(
            clause,
            message,
            [exchange.number],
            pointer=pointer,
            expected=wanted,
            actual="" if came is None or isinstance(came, Missing) else came,
        )

    def _body(self, exchange: Exchange) -> JSON:
        if exchange.status != HTTPStatus.OK:
            raise Unusable(why_not(exchange), exchange)
        body = self.session.json(exchange)
        if isinstance(body, Missing):
            raise Unusable("the answer is no JSON", exchange)
        return body

    def _valid(self, exchange: Exchange) -> bool:
        """Whether the answer obeys its schema; a missing field that the schema demands is the schema's matter."""
        spec = self.operation.response(exchange.status)
        media = spec.json if spec else None
        body = self.session.json(exchange)
        return media is None or media.schema is None or (not isinstance(body, Missing) and media.schema.is_valid(body))


def _echoes(operation: Operation) -> list[tuple[Echo, Parameter]]:
    return [(each, parameter) for each in operation.promises.echo if (parameter := operation.parameter(each.parameter))]


def _value(operation: Operation, parameter: Parameter, turn: int) -> JSON | Missing:
    """A value that is valid, known to mean something, and not the default; another one each turn."""
    order = operation.promises.order
    root = parameter.schema.root
    enum = root.get("enum") if isinstance(root, dict) else None
    options: list[JSON] = list(enum) if isinstance(enum, list) else []
    if order and parameter.name == order.by:
        options += [*order.keys]
    if order and parameter.name == order.direction:
        options += ["asc", "desc"]
    if not options:
        options += [
            *(each.value for each in parameter.examples),
            *(order.keys if order and not _filters(operation, parameter) else ()),
        ]
    kinds = root.get("type") if isinstance(root, dict) else None
    if kinds in {"integer", "number"}:
        options += [*_SMALL]
    unique = {
        canonical(each): each
        for each in options
        if each not in ("", parameter.default) and parameter.schema.is_valid(each)
    }
    usable = list(unique.values())
    return usable[turn % len(usable)] if usable else MISSING


def _filters(operation: Operation, parameter: Parameter) -> bool:
    return any(each.parameter == parameter.name for each in operation.promises.filters)


def _alike(wanted: JSON, came: JSON | Missing) -> bool:
    """Whether both are the same value; a number may come back as its digits, its type is for the schema to say."""
    if isinstance(wanted, (str, int, float)) and isinstance(came, (str, int, float)):
        return text_of(wanted) == text_of(came)
    return not isinstance(came, Missing) and canonical(wanted) == canonical(came)


def _worse(one: Verdict | None, other: Verdict) -> Verdict:
    if one is None or other.outcome is Outcome.FAILED:
        return other
    return one if one.outcome is Outcome.FAILED or other.outcome is Outcome.UNTESTED else other
