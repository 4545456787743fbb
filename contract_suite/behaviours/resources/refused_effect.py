"""What is refused has no effect: without a key, without the permission, with a body that breaks its schema, or with a name that is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from contract_suite.behaviours.behaviour import Behaviour, Made, Session
from contract_suite.behaviours.kit.clauses import inapplicable_behaviour, make_clause
from contract_suite.behaviours.kit.comparing import alike, field_in, first_change, pointer_of, same_identity
from contract_suite.behaviours.kit.listing import Listing, Walk
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    listed_representation,
    property_of,
    representation,
    request_body,
    resource_operations,
)
from contract_suite.behaviours.kit.responses import obstacle, served
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour, is_free_text, limits, token, wrong_value
from contract_suite.behaviours.resources.kit.making import (
    create_values,
    delete,
    make,
    sent_values,
    unique_rules,
    update,
    update_values,
)
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    read_one,
    read_result,
    read_until_found,
)
from contract_suite.contract.addressing import address, field_of, identity_in, named_values, plain, with_body
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Promise
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, Arguments, Missing
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME = "refused-effect"
_WAYS: Mapping[str, tuple[str, Identity]] = {
    "auth": ("without a key", Identity.NOBODY),
    "permission": ("with a key that lacks the permission", Identity.READONLY),
    "body": ("with a body that breaks its schema", Identity.DEFAULT),
}
_TAKEN = "with what is taken"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every write that can be refused, for each way to refuse it."""
    found = False
    for ops in resource_operations(contract):
        for operation, _ in _writes(ops):
            promised = clauses_of(ops, operation)
            found = found or bool(promised)
            yield from promised.values()
    if not found:
        yield from inapplicable_behaviour(
            contract, NAME, "resources", "the document has no write whose effect could be looked for"
        )


def clauses_of(ops: ResourceOperations, operation: Operation) -> dict[str, Clause]:
    """The clauses of one write, by the way in which it is refused."""
    made: dict[str, Clause] = {}
    role = next((promised for each, promised in _writes(ops) if each is operation), None)
    if role is None or not _visible(ops, operation):
        return made
    refusal = f"{operation.id}, refused {{}}, has no effect."
    if operation.needs_key:
        source = operation.security_source
        made["auth"] = make_clause(
            NAME,
            operation,
            "auth",
            "refused-without-effect",
            refusal.format(_WAYS["auth"][0]),
            rests_on=role,
            source=source,
        )
    if operation.promises.permission:
        rests_on = operation.promises.permission
        made["permission"] = make_clause(
            NAME,
            operation,
            "permission",
            "refused-without-effect",
            refusal.format(_WAYS["permission"][0]),
            rests_on=rests_on,
        )
    if operation is not ops.delete and _spoilt(ops, operation, {}) is not None:
        # That a bad request is refused is promised; that it is refused as a whole goes without saying, and was said by
        # nobody.
        text = refusal.format(_WAYS["body"][0])
        made["body"] = make_clause(
            NAME, operation, "body", "refused-without-effect", text, rests_on=role, source=Source.INFERRED
        )
    if (
        operation is ops.create
        and unique_rules(ops)
        and ops.read is not None
        and create_values(operation, ops, Flavour.OTHER)
    ):
        text = f"{operation.id}, refused since its name is taken, has no effect."
        made["conflict"] = make_clause(
            NAME, operation, "conflict", "refused-without-effect", text, rests_on=role, source=Source.INFERRED
        )
    return made


def drive(session: Session) -> Iterator[Verdict]:
    """Send writes that are to be refused, and look for what they would have done."""
    for ops in resource_operations(session.contract):
        for operation, _ in _writes(ops):
            verdicts = Verdicts(session, clauses_of(ops, operation))
            if not verdicts.any_wanted:
                continue
            if not session.allowed(operation):
                yield from verdicts.leave_untested(f"{operation.id} may not be called in this run")
                continue
            if not session.has(Identity.READONLY):
                yield from verdicts.untested("permission", "there is no key that lacks the permission to write")
            if operation is ops.create:
                yield from _Creates(session=session, ops=ops, create=operation, verdicts=verdicts).drive()
            else:
                yield from _Changes(session=session, ops=ops, operation=operation, verdicts=verdicts).drive()
            yield from verdicts.leave_untested(f"no {ops.name} could be made to try it on")


def _writes(ops: ResourceOperations) -> Iterator[tuple[Operation, Promise]]:
    resource = ops.resource
    for operation, role in (
        (ops.create, resource.create),
        (ops.update, resource.update),
        (ops.delete, resource.delete),
    ):
        if operation is not None and role is not None and ops.create is not None:
            yield operation, role


def _visible(ops: ResourceOperations, operation: Operation) -> bool:
    """Whether the effect would be seen."""
    if operation is ops.update:
        return ops.read is not None and bool(update_values(ops, Flavour.OTHER))
    if operation is ops.delete:
        return ops.read is not None
    return (ops.client_chooses_identity and ops.read is not None) or _marker(ops) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    """Refused updates or deletions of something that is there.

    One look serves for all; if it shows an effect, each is tried by itself.
    """

    session: Session
    ops: ResourceOperations
    operation: Operation
    verdicts: Verdicts

    def drive(self, ways: Iterable[str] = tuple(_WAYS)) -> Iterator[Verdict]:
        made = make(self.session, self.ops, note=f"make {self.ops.with_article} to be left alone")
        before = read_until_found(self.session, self.ops, made) if made else None
        if made is None or before is None or not before.found:
            return
        refusals: dict[str, Exchange] = {}
        for way in ways:
            if not self.verdicts.is_wanted(way) or (
                _WAYS[way][1] is Identity.READONLY and not self.session.has(Identity.READONLY)
            ):
                continue
            exchange = self._send(made, way)
            reason = _not_refused(exchange)
            if exchange is not None and not reason:
                refusals[way] = exchange
            else:
                yield from self.verdicts.untested(way, reason, *([exchange] if exchange else []))
        after = (
            read_until_found(self.session, self.ops, made, note=f"read the {self.ops.name} after it")
            if refusals
            else None
        )
        if after is not None and not after.trouble:
            yield from self._judge(made, before, after, refusals)

    def _send(self, made: Made, way: str) -> Exchange | None:
        words, identity = _WAYS[way]
        note = f"{self.operation.id} {words}"
        if self.operation is self.ops.delete:
            return delete(self.session, self.ops, made, note=note, intent=Intent.UNKNOWN, identity=identity)
        values = update_values(self.ops, Flavour.OTHER)
        values = _spoilt(self.ops, self.operation, values) or {} if way == "body" else values
        return update(self.session, self.ops, made, values, note=note, intent=Intent.UNKNOWN, identity=identity)

    def _judge(
        self, made: Made, before: ReadResult, after: ReadResult, refusals: Mapping[str, Exchange]
    ) -> Iterator[Verdict]:
        place = representation(self.ops.read)
        fields = [
            name
            for name in dict.fromkeys((*self.ops.mutable, *sent_values(self.ops, made), *made.identity))
            if declares(place, name)
        ]
        found = first_change(before.value, after.value, fields) if after.found else None
        if (found or not after.found) and len(refusals) > 1:
            for way in refusals:
                yield from self.drive((way,))
            return
        for way, exchange in refusals.items():
            words = f"{self.operation.id} {_WAYS[way][0]} was answered {exchange.status}"
            exchanges = (before.exchange, exchange, after.exchange)
            if not after.found:
                message = f"{words} and must have no effect; the {self.ops.name} is gone"
                yield from self.verdicts.failed(way, message, *exchanges, problem="gone", actual=after.exchange.status)
            elif found:
                message = f"{words} and must have no effect; {found.pointer} was {shown(found.expected)} and is {shown(found.actual)}"
                yield from self.verdicts.failed(
                    way, message, *exchanges, pointer=found.pointer, expected=found.expected, actual=found.actual
                )
            else:
                yield from self.verdicts.passed(way, f"{words} and changed nothing", *exchanges)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Creates:
    """Refused creates, each with a mark of its own, and one that is served, to show that the mark can be found."""

    session: Session
    ops: ResourceOperations
    create: Operation
    verdicts: Verdicts
    attempts: dict[str, tuple[str, Exchange]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    """How many each list was seen to have of the control."""

    def drive(self) -> Iterator[Verdict]:
        marker = self._chosen_name() or _marker(self.ops)
        place = request_body(self.create)
        if marker is None or place is None:
            return
        control = make(
            self.session,
            self.ops,
            values={marker: self._mark(marker)},
            note=f"make {self.ops.with_article} that is to be found",
        )
        if control is None:
            return
        for way, (words, identity) in _WAYS.items():
            if not self.verdicts.is_wanted(way) or (identity is Identity.READONLY and not self.session.has(identity)):
                continue
            mark = self._mark(marker)
            arguments: Arguments = self._fresh(control, marker, mark)
            if way == "body":
                body = _spoilt(self.ops, self.create, _body(arguments), keep=marker)
                if body is None:
                    yield from self.verdicts.untested(way, f"nothing but {marker} could be wrong in the body")
                    continue
                arguments = {**arguments, "body": body}
            note = f"{self.create.id} {words}"
            exchange = self.session.call(self.create, arguments, note=note, intent=Intent.UNKNOWN, identity=identity)
            reason = _not_refused(exchange)
            if reason:
                yield from self.verdicts.untested(way, reason, exchange)
            else:
                self.attempts[way] = (mark, exchange)
        conflict = self._send_conflict(control)
        yield from self._look(control, marker)
        if conflict is not None:
            yield from self._judge_conflict(control, marker, conflict)

    def _send_conflict(self, control: Made) -> Exchange | None:
        """Create one with the control's name and other values."""
        rule = next(
            (
                each
                for each in unique_rules(self.ops)
                if all(sent_values(self.ops, control).get(plain(name)) is not None for name in each.fields)
            ),
            None,
        )
        if rule is None or not self.verdicts.is_wanted("conflict"):
            return None
        arguments = with_body(control.arguments, create_values(self.create, self.ops, Flavour.OTHER))
        return self.session.call(self.create, arguments, note=f"{self.create.id} {_TAKEN}", intent=Intent.UNKNOWN)

    def _judge_conflict(self, control: Made, marker: str, exchange: Exchange) -> Iterator[Verdict]:
        reason = _not_refused(exchange)
        after = (
            read_until_found(self.session, self.ops, control, note=f"read the {self.ops.name} that has it")
            if not reason
            else None
        )
        if reason or after is None or not after.found:
            reason = (
                reason or (after.trouble if after else "") or f"the {self.ops.name} that has the name can't be read"
            )
            yield from self.verdicts.untested("conflict", reason, exchange)
            return
        words = f"{self.create.id} {_TAKEN} was answered {exchange.status}"
        mine, theirs = sent_values(self.ops, control), create_values(self.create, self.ops, Flavour.OTHER)
        for name, value in theirs.items():
            wanted = field_of(self.create, name)
            shown_now = field_in(after.value, wanted)
            if not isinstance(shown_now, Missing) and alike(shown_now, value) and not alike(mine.get(wanted), value):
                message = f"{words} and must have no effect; {wanted} of the one that has the name is {shown(shown_now)} now, as in the refused one"
                exchanges = (control.exchange, exchange, after.exchange)
                yield from self.verdicts.failed(
                    "conflict",
                    message,
                    *exchanges,
                    pointer=pointer_of(wanted),
                    problem="overwritten",
                    expected=mine.get(wanted),
                    actual=shown_now,
                )
                return
        known = field_of(self.create, marker)
        for listing in self.ops.lists:
            if not self.session.allowed(listing) or not declares(listed_representation(listing), known):
                continue
            looks = [] if listing.id in self.rows else self._listed(listing, control, known)[1]
            if self.rows.get(listing.id, 0) > 1:
                message = f"{words} and must have no effect; {listing.id} has {self.rows[listing.id]} with the {known} {mine[known]!r}"
                yield from self.verdicts.failed(
                    "conflict",
                    message,
                    exchange,
                    *looks[-1:],
                    problem="created",
                    expected=1,
                    actual=self.rows[listing.id],
                )
                return
            break
        yield from self.verdicts.passed(
            "conflict", f"{words}, and the one that has the name is as it was", exchange, after.exchange
        )

    def _look(self, control: Made, marker: str) -> Iterator[Verdict]:
        wanted = field_of(self.create, marker)
        if wanted in self.ops.own_identity and self.ops.read is not None:
            yield from self._look_one_by_one(control, wanted)
            return
        known = sent_values(self.ops, control).get(wanted)
        for listing in self.ops.lists:
            if (
                not self.attempts
                or not self.session.allowed(listing)
                or not declares(listed_representation(listing), wanted)
            ):
                continue
            found, exchanges = self._listed(listing, control, wanted)
            if known not in found:
                for way, (_, exchange) in self.attempts.items():
                    yield from self.verdicts.untested(
                        way, f"not even the {self.ops.name} that was made was found in {listing.id}", exchange
                    )
                continue
            for way, (mark, exchange) in self.attempts.items():
                yield from self._say(
                    way, exchange, exchanges, there=mark in found, what=f"{wanted} {mark!r} is in {listing.id}"
                )
            return

    def _look_one_by_one(self, control: Made, wanted: str) -> Iterator[Verdict]:
        read = self.ops.read
        if read is None or not (result := read_one(self.session, self.ops, control)) or not result.found:
            return
        for way, (mark, exchange) in self.attempts.items():
            arguments = address(read, {**control.identity, wanted: mark}, control.scope)
            after = self.session.call(read, arguments, note="look for what was refused", intent=Intent.UNKNOWN)
            there = served(after) and same_identity(
                read_result(self.session, after).value, {**control.identity, wanted: mark}
            )
            if obstacle(after):
                yield from self.verdicts.untested(way, obstacle(after), exchange, after)
            else:
                yield from self._say(way, exchange, [after], there=there, what=f"{wanted} {mark!r} can be read")

    def _say(self, way: str, exchange: Exchange, looks: list[Exchange], *, there: bool, what: str) -> Iterator[Verdict]:
        words = f"{self.create.id} {_WAYS[way][0]} was answered {exchange.status}"
        if there:
            yield from self.verdicts.failed(
                way, f"{words} and must have no effect; {what}", exchange, *looks[-1:], problem="created"
            )
        else:
            yield from self.verdicts.passed(way, f"{words} and made nothing", exchange, *looks[-1:])

    def _listed(self, listing: Operation, control: Made, wanted: str) -> tuple[set[str], list[Exchange]]:
        """The marks that a list shows; looked for again while even the control is missing."""
        arguments = self.session.locate(listing, control)
        known = sent_values(self.ops, control).get(wanted)
        found: set[str] = set()
        walk = Walk()
        whole_list = Listing(self.session, listing, arguments) if arguments is not None else None
        for _ in range(LOOKS):
            rows: set[str] = set()
            together = 0
            for page in whole_list.pages(walk, note="look for what was refused") if whole_list else ():
                found |= {
                    value
                    for item in page.items
                    if not isinstance(value := field_in(item, wanted), Missing) and isinstance(value, str)
                }
                mine = [item for item in page.items if known is not None and field_in(item, wanted) == known]
                rows |= {repr(identity_in(self.ops.resource, item)) for item in mine}
                together = max(together, len(mine))
            # A page may show again what the one before has shown, if somebody else writes; one page never has anything
            # twice.
            self.rows[listing.id] = max(len(rows), together)
            if known in found:
                break
        return found, walk.exchanges

    def _chosen_name(self) -> str | None:
        place = request_body(self.create)
        if not self.ops.client_chooses_identity or self.ops.read is None or place is None:
            return None
        name = property_of(self.create, self.ops.own_identity[-1])
        return name if name and is_free_text(place.member(name)) else None

    def _mark(self, marker: str) -> str:
        place = request_body(self.create)
        most = limits(place.member(marker))[1] if place else 0
        return f"{self.session.prefix}{token(self.session.random)}"[:most]

    def _fresh(self, control: Made, marker: str, mark: str) -> dict[str, JSON]:
        """The control's arguments with other names."""
        accepted = self.session.accepted(self.create) or control.arguments
        names = {
            name: value
            for name, value in _body(accepted).items()
            if field_of(self.create, name) in _named_fields(self.ops)
        }
        return with_body(control.arguments, {**names, **self._owner(control), marker: mark})

    def _owner(self, control: Made) -> dict[str, JSON]:
        given = named_values(self.create, control.arguments)
        owned = [plain(each) for each in self.ops.owner.identity] if self.ops.owner else []
        return {name: given[each] for each in owned if each in given and (name := property_of(self.create, each))}


def _named_fields(ops: ResourceOperations) -> set[str]:
    return {
        plain(each)
        for each in (*ops.resource.identity, *(name for rule in ops.resource.unique for name in rule.fields))
    }


def _marker(ops: ResourceOperations) -> str | None:
    """The property of a create that takes any text and that a list shows."""
    place = request_body(ops.create)
    if ops.create is None or place is None:
        return None
    names = sorted(
        place.property_names(),
        key=lambda name: field_of(ops.create, name) not in _named_fields(ops) if ops.create else False,
    )
    for name in names:
        shown_by = any(declares(listed_representation(listing), field_of(ops.create, name)) for listing in ops.lists)
        if (
            shown_by
            and is_free_text(place.member(name))
            and field_of(ops.create, name) not in {plain(each) for each in ops.resource.identity}
        ):
            return name
    return None


def _spoilt(
    ops: ResourceOperations, operation: Operation, values: Mapping[str, JSON], *, keep: str = ""
) -> dict[str, JSON] | None:
    """Return a body with one property of a wrong type, and everything else as good as it was; `None` if nothing can be spoilt."""
    place = request_body(operation)
    media = operation.body.json if operation.body else None
    if place is None or media is None or media.schema is None:
        return None
    addressing = {plain(each) for each in ops.resource.identity}
    for name in reversed(
        [each for each in place.property_names() if each != keep and field_of(operation, each) not in addressing]
    ):
        wrong = wrong_value(place.member(name))
        if not isinstance(wrong, Missing) and any(
            each.path.startswith(f"/{name}") for each in media.schema.problems({**values, name: wrong})
        ):
            return {**values, name: wrong}
    return None


def _not_refused(exchange: Exchange | None) -> str:
    """Why nothing can be said about an answer that should have been a refusal; empty for a refusal."""
    if exchange is None:
        return "the request can't be addressed"
    if exchange.refused and exchange.status != HTTPStatus.TOO_MANY_REQUESTS:
        return ""
    return obstacle(exchange) or f"it was answered {exchange.status}, which is a clause of its own"


def _body(arguments: Arguments) -> dict[str, JSON]:
    body = arguments.get("body")
    return dict(body) if isinstance(body, dict) else {}


BEHAVIOUR = Behaviour(
    name=NAME,
    title="What is refused has no effect: without a key, without the permission, with a bad body, or with a name that is taken.",
    clauses=clauses,
    drive=drive,
)
