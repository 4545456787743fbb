"""The response limit: what fits within it is stored, what does not is refused, and bytes count, not characters.

How a server writes JSON is measured, not assumed: what a write adds to an answer is found by reading back. Where that
can't be predicted, sizes near the limit prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_if_none, make_clause, weaker
from contract_suite.behaviours.kit.comparing import field_in
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    property_of,
    representation,
    request_body,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import obstacle, refused, served, why_not
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
from contract_suite.behaviours.resources.kit.field_values import is_free_text, limits
from contract_suite.behaviours.resources.kit.observing import addressing_arguments
from contract_suite.contract.addressing import body_properties, field_of, identity_in, named_values, scope_in, with_body
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import ResponseBytes
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.counting import counted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, compact
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "response-limit"
KEPT: Final = "response-bytes-respected"
LARGEST: Final = "largest-accepted"
TOO_LARGE: Final = "too-large-refused"
_WIDE: Final = "木"
_START: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A read with a limit, and a text of its resource that can be made as long as one likes."""

    ops: ResourceOperations
    read: Operation
    limit: ResponseBytes
    field: str

    @property
    def writes(self) -> list[Operation]:
        """The operations that can set the text."""
        return [
            each for each in (self.ops.create, self.ops.update) if each is not None and property_of(each, self.field)
        ]


def clauses(contract: Contract) -> Iterator[Clause]:
    """The limit of each read that has one, and what the writes behind it promise."""
    found = (
        clause for operation, limit in _limited(contract) for clause in clauses_of(contract, operation, limit).values()
    )
    yield from inapplicable_if_none(found, contract, NAME, "200", "no operation promises a limit of its answer's size")


def clauses_of(contract: Contract, operation: Operation, limit: ResponseBytes) -> dict[str, Clause]:
    """The clauses of one read and of the writes behind it, by their ids."""
    text = f"A 200 body is never longer than {limit.limit} bytes."
    found = [make_clause(NAME, operation, "200", KEPT, text, rests_on=limit)]
    case = _case(contract, operation, limit)
    errors = contract.errors
    status = errors.status.get("too_large", 0) if errors else 0
    for write in case.writes if case and errors and status else ():
        source = weaker(limit.source, errors.source_of("too_large")) if errors else limit.source
        over = f"A write that would make {operation.id} answer more than {limit.limit} bytes is refused with {status}."
        found.append(make_clause(NAME, write, "body", TOO_LARGE, over, rests_on=limit, source=source))
        within = f"A write that {operation.id} can show within {limit.limit} bytes is accepted."
        found.append(make_clause(NAME, write, "body", LARGEST, within, rests_on=limit, source=source))
    return {clause.id: clause for clause in found}


def drive(session: Session) -> Iterator[Verdict]:
    """Grow one text until the answer is as long as it may be, and one byte longer."""
    for operation, limit in _limited(session.contract):
        verdicts = Verdicts(session, clauses_of(session.contract, operation, limit))
        if not verdicts.any_wanted:
            continue
        case = _case(session.contract, operation, limit)
        if case is None or case.ops.create not in case.writes or case.ops.create is None:
            yield from verdicts.leave_untested("it takes a create with a text of any length that the read shows")
        elif not session.allowed(operation) or not session.allowed(case.ops.create):
            yield from verdicts.leave_untested("the run may not write here")
        else:
            observed = retry_until_stable(_Observation(session, case, case.ops.create))
            yield from verdicts.report(observed.values())


BEHAVIOUR: Final = Behaviour(
    name=NAME, title="Responses stay within their documented size.", clauses=clauses, drive=drive
)


def _limited(contract: Contract) -> Iterator[tuple[Operation, ResponseBytes]]:
    for operation in contract.operations:
        if operation.promises.response_bytes is not None and not operation.problem:
            yield operation, operation.promises.response_bytes


def _case(contract: Contract, operation: Operation, limit: ResponseBytes) -> _Case | None:
    for ops in resource_operations(contract):
        if ops.read is None or ops.read.id != operation.id or ops.create is None:
            continue
        body = request_body(ops.create)
        place = representation(operation)
        unique = {
            *(name for rule in ops.resource.unique for name in (*rule.fields, *rule.within)),
            *ops.resource.identity,
        }
        if body is None:
            return None
        names = [
            name
            for name in body_properties(ops.create)
            if (field := field_of(ops.create, name)) not in unique
            and declares(place, field)
            and is_free_text(body.member(name))
            and limits(body.member(name))[1] > limit.limit
        ]
        fields = sorted((field_of(ops.create, name) for name in names), key=lambda field: field not in ops.mutable)
        return _Case(ops=ops, read=operation, limit=limit, field=fields[0]) if fields else None
    return None


class _Observation:
    """One series of writes around the limit."""

    def __init__(self, session: Session, case: _Case, create: Operation) -> None:
        self.session = session
        self.case = case
        self.create = create
        self.limit = case.limit.limit
        errors = session.contract.errors
        self.status = errors.status.get("too_large", 0) if errors else 0
        self.ids = {
            write.id: {kind: f"{write.id}::body::{kind}" for kind in (TOO_LARGE, LARGEST)} for write in case.writes
        }
        self.kept = f"{case.read.id}::200::{KEPT}"
        self.extra = 0
        self.width = 3.0
        self.keeps_wide = True

    def __call__(self) -> VerdictMap:
        everything = [self.kept, *(clause for group in self.ids.values() for clause in group.values())]
        self.verdicts: VerdictMap = {}
        try:
            made, numbers = self._measure()
        except Unusable as reason:
            return all_untested(everything, reason.reason, reason.exchanges)
        if made is None:
            try:
                return self._roughly(everything, numbers)
            except Unusable as reason:
                return all_untested(everything, reason.reason, reason.exchanges)
        self._around(self.create, None, ((0, False), (1, False), (1, True)))
        update = self.case.ops.update
        if update is not None and update.id in self.ids and self.session.allowed(update):
            self._around(update, made, ((-1, False), (0, False), (1, False), (0, True), (1, True)))
        if self.kept not in self.verdicts:
            near = [number for verdict in self.verdicts.values() for number in verdict.exchanges]
            self.verdicts[self.kept] = (
                passed(self.kept, near)
                if near
                else untested(self.kept, "nothing near the limit could be written", numbers)
            )
        for clause in everything:
            self.verdicts.setdefault(clause, untested(clause, "the responses varied in size meanwhile", numbers))
        return self.verdicts

    def _measure(self) -> tuple[Made | None, list[int]]:
        """Measure what an answer holds beside the text and how wide a character is; no `Made` if that varies."""
        small, written = self._create("a" * _START)
        if small is None:
            raise Unusable(why_not(written), written)
        first, second = self._read(small), self._read(small)
        size = len(_body(first))
        self.extra = size - _length(_sent(self.create, small.arguments))
        numbers = [written.number, first.number, second.number]
        if size >= self.limit:
            raise Unusable(f"the smallest answer has {size} bytes already", second)
        wide, written = self._create(_WIDE * _START)
        if wide is None:
            raise Unusable(why_not(written), written)
        shown = self._read(wide)
        self.width = 3 + (len(_body(shown)) - self.extra - _length(_sent(self.create, wide.arguments))) / _START
        kept = field_in(self.session.json(shown), self.case.field)
        self.keeps_wide = kept == _WIDE * _START  # else its width says nothing of what another write makes of it
        middle = max(size + 1, self.limit // 2)
        half, written = self._create(self._text(None, middle, wide=False))
        numbers += [shown.number, written.number]
        if half is None:
            return None, numbers
        again = self._read(half)
        numbers.append(again.number)
        exact = (
            len(_body(second)) == size and len(_body(again)) == middle and self.width.is_integer() and self.width >= 1
        )
        return (small if exact else None), numbers

    def _roughly(self, everything: list[str], numbers: list[int]) -> VerdictMap:
        """Where sizes can't be predicted: a text that is longer than the limit by itself."""
        verdicts = all_untested(everything, "the size of an answer can't be predicted here", numbers)
        made, written = self._create("a" * (self.limit + 1))
        if made is None:
            return verdicts | ({self.kept: passed(self.kept, [*numbers, written.number])} if refused(written) else {})
        answer = self._read(made)
        over = len(_body(answer)) > self.limit
        return verdicts | {
            self.kept: self._longer(answer, [written.number])
            if over
            else passed(self.kept, [written.number, answer.number])
        }

    def _around(self, write: Operation, made: Made | None, sizes: tuple[tuple[int, bool], ...]) -> None:
        for delta, wide in sizes:
            if wide and not self.keeps_wide:
                continue
            size = self.limit + delta
            text = self._text(made, size, wide=wide)
            target, written = self._create(text) if made is None else self._update(write, made, text)
            clause = self.ids[write.id][TOO_LARGE if delta > 0 else LARGEST]
            if obstacle(written):
                self.verdicts.setdefault(clause, untested(clause, why_not(written), [written.number]))
                continue
            try:
                if delta > 0:
                    self._over(write, target, written, wide=wide)
                else:
                    self._within(write, target, written, size)
            except Unusable as reason:  # what was written can't be read just now
                self.verdicts.setdefault(clause, untested(clause, reason.reason, reason.exchanges))

    def _within(self, write: Operation, made: Made | None, written: Exchange, size: int) -> None:
        clause = self.ids[write.id][LARGEST]
        if refused(written):
            message = (
                f"a write that makes {self.case.read.id} answer {size} bytes was answered {written.status}; "
                f"{self.limit} are allowed"
            )
            self._keep(failed(clause, message, [written.number], expected="accepted", actual=written.status))
        elif made is not None and served(written):
            answer = self._read(made)
            if len(_body(answer)) > self.limit and len(_body(answer)) != size:
                return
            self._keep(passed(clause, [written.number, answer.number]))

    def _over(self, write: Operation, made: Made | None, written: Exchange, *, wide: bool) -> None:
        clause = self.ids[write.id][TOO_LARGE]
        if refused(written):
            if written.status == self.status:
                self._keep(passed(clause, [written.number]))
            else:
                message = (
                    f"a write that makes the answer too long was answered {written.status} instead of {self.status}"
                )
                self._keep(failed(clause, message, [written.number], expected=self.status, actual=written.status))
        elif made is not None and served(written):
            answer = self._read(made, must=False)
            if answer.status == 200 and len(_body(answer)) > self.limit:  # noqa: PLR2004 - HTTP's own number
                self._keep(self._longer(answer, [written.number], wide=wide))
                reason = f"the write was accepted, and {self.case.read.id} answered more than it may"
                self.verdicts[clause] = untested(clause, reason, [written.number, answer.number])
            elif served(answer):
                self.verdicts.setdefault(
                    clause,
                    untested(clause, "the server keeps the answer short otherwise", [written.number, answer.number]),
                )
            elif not obstacle(answer):
                message = (
                    f"a write that makes the answer too long was accepted, and reading it was answered {answer.status}"
                )
                self._keep(
                    failed(
                        clause,
                        message,
                        [written.number, answer.number],
                        problem="unreadable",
                        expected=self.status,
                        actual=written.status,
                    )
                )

    def _longer(self, answer: Exchange, before: list[int], *, wide: bool = False) -> Verdict:
        size = len(_body(answer))
        message = f"the answer has {size} bytes{', of a text beyond ASCII' if wide else ''}; {self.limit} are allowed"
        return failed(self.kept, message, [*before, answer.number], expected=f"at most {self.limit}", actual=size)

    def _keep(self, verdict: Verdict) -> None:
        """Keep the worst that was seen of a clause."""
        known = self.verdicts.get(verdict.clause)
        if known is None or known.outcome is not Outcome.FAILED:
            self.verdicts[verdict.clause] = verdict

    def _text(self, made: Made | None, size: int, *, wide: bool) -> str:
        """A text that makes the answer `size` bytes long."""
        name = property_of(self.create, self.case.field) or self.case.field
        arguments = made.arguments if made is not None else self._template()
        rest = _length({**_sent(self.create, arguments), name: ""})
        room = max(0, size - self.extra - rest)
        many = int(room // self.width) if wide else 0
        return _WIDE * many + "a" * int(room - many * self.width)

    def _template(self) -> Arguments:
        """Arguments of a create with names as long as the next create's."""
        self._next = self.session.accepted(self.create)
        if self._next is None:
            raise Unusable(f"no request was found that {self.create.id} accepts")
        return self._next

    def _create(self, text: str) -> tuple[Made | None, Exchange]:
        arguments = getattr(self, "_next", None) or self._template()
        self._next = None
        name = property_of(self.create, self.case.field) or self.case.field
        arguments = with_body(arguments, {name: text})
        exchange = self.session.call(
            self.create,
            arguments,
            intent=Intent.UNKNOWN,
            note=f"a text of {counted(len(text), 'character')}",
            aim=self.kept,
        )
        resource = self.case.ops.resource
        identity = (
            identity_in(resource, self.session.json(exchange), named_values(self.create, arguments))
            if served(exchange)
            else None
        )
        if identity is None:
            return None, exchange
        scope = scope_in(resource, self.create, arguments)
        return Made(resource=resource, arguments=arguments, exchange=exchange, identity=identity, scope=scope), exchange

    def _update(self, update: Operation, made: Made, text: str) -> tuple[Made, Exchange]:
        arguments = addressing_arguments(self.session, update, made)
        if arguments is None:
            raise Unusable(f"{update.id} can't address what was made")
        values: dict[str, JSON] = {property_of(update, self.case.field) or self.case.field: text}
        exchange = self.session.call(
            update,
            with_body(arguments, values),
            intent=Intent.UNKNOWN,
            note=f"a text of {counted(len(text), 'character')}",
            aim=self.kept,
        )
        return made, exchange

    def _read(self, made: Made, *, must: bool = True) -> Exchange:
        read = self.case.read
        arguments = addressing_arguments(self.session, read, made)
        if arguments is None:
            raise Unusable(f"{read.id} can't address what was made")
        exchange = self.session.call(read, arguments, note="how long is the answer?", aim=self.kept)
        if must and not served(exchange):
            raise Unusable(why_not(exchange), exchange)
        return exchange


def _sent(create: Operation, arguments: Arguments) -> dict[str, JSON]:
    body = arguments.get("body")
    return dict(body) if isinstance(body, dict) and create.body is not None else {}


def _length(value: JSON) -> int:
    return len(compact(value).encode())


def _body(exchange: Exchange) -> bytes:
    return exchange.response.body if exchange.response else b""
