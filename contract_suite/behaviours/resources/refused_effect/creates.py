"""Refused creates: each carries a mark of its own, which is looked for afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.comparing import alike, field_in, pointer_of, same_identity
from contract_suite.behaviours.kit.listing import Listing, Walk
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    declares,
    listed_representation,
    property_of,
    request_body,
)
from contract_suite.behaviours.kit.responses import obstacle, served
from contract_suite.behaviours.kit.retrying import LOOKS
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.kit.wording import shown
from contract_suite.behaviours.resources.kit.field_values import Flavour, is_free_text, limits, token
from contract_suite.behaviours.resources.kit.making import (
    create_values,
    make,
    refusing_rules,
    sent_values,
)
from contract_suite.behaviours.resources.kit.observing import (
    ReadResult,
    read_one,
    read_result,
    read_until_found,
)
from contract_suite.behaviours.resources.refused_effect.clauses import WAYS
from contract_suite.behaviours.resources.refused_effect.refusals import (
    TAKEN,
    marker_of,
    named_fields,
    spoilt_body,
    why_not_refused,
)
from contract_suite.contract.addressing import address, field_of, identity_in, named_values, plain, with_body
from contract_suite.contract.operation import Operation
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange, Identity
from contract_suite.model.json import JSON, Arguments, Missing
from contract_suite.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCreates:
    """Refused creates, each with a mark of its own, and one that is served, to show that the mark can be found."""

    session: Session
    ops: ResourceOperations
    create: Operation
    verdicts: Verdicts
    attempts: dict[str, tuple[str, Exchange]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    """How many each list was seen to have of the control."""

    def drive(self) -> Iterator[Verdict]:
        """Make one that is served, send the refused creates, and look for their marks."""
        marker = self._chosen_name() or marker_of(self.ops)
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
        for way, (words, identity) in WAYS.items():
            if not self.verdicts.is_wanted(way) or (identity is Identity.READONLY and not self.session.has(identity)):
                continue
            mark = self._mark(marker)
            arguments: Arguments = self._fresh(control, marker, mark)
            if way == "body":
                body = spoilt_body(self.ops, self.create, _body(arguments), keep=marker)
                if body is None:
                    yield from self.verdicts.untested(way, f"nothing but {marker} could be wrong in the body")
                    continue
                arguments = {**arguments, "body": body}
            note = f"{self.create.id} {words}"
            exchange = self.session.call(self.create, arguments, note=note, intent=Intent.UNKNOWN, identity=identity)
            reason = why_not_refused(exchange)
            if reason:
                yield from self.verdicts.untested(way, reason, exchange)
            else:
                self.attempts[way] = (mark, exchange)
        before = self._read_before_conflict(control)
        conflict = self._send_conflict(control) if before is not None else None
        yield from self._look(control, marker)
        if before is not None and conflict is not None:
            yield from self._judge_conflict(control, marker, conflict, before)

    def _read_before_conflict(self, control: Made) -> ReadResult | None:
        """Read the control before another is to have its name; `None` where it does not show the name that was sent."""
        sent = sent_values(self.ops, control)
        rules = [
            rule for rule in refusing_rules(self.ops) if all(sent.get(plain(name)) is not None for name in rule.fields)
        ]
        if not rules or not self.verdicts.is_wanted("conflict"):
            return None
        before = read_until_found(self.session, self.ops, control, note=f"read the {self.ops.name} that has the name")
        shows = (field_in(before.value, plain(name)) for name in rules[0].fields) if before and before.found else ()
        kept = [
            isinstance(value, Missing) or alike(value, sent[plain(name)])
            for name, value in zip(rules[0].fields, shows, strict=False)
        ]
        return before if kept and all(kept) else None

    def _send_conflict(self, control: Made) -> Exchange:
        """Create one with the control's name and other values."""
        arguments = with_body(control.arguments, create_values(self.create, self.ops, Flavour.OTHER))
        return self.session.call(self.create, arguments, note=f"{self.create.id} {TAKEN}", intent=Intent.UNKNOWN)

    def _judge_conflict(self, control: Made, marker: str, exchange: Exchange, before: ReadResult) -> Iterator[Verdict]:
        reason = why_not_refused(exchange)
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
        words = f"{self.create.id} {TAKEN} was answered {exchange.status}"
        mine, theirs = sent_values(self.ops, control), create_values(self.create, self.ops, Flavour.OTHER)
        for name, value in theirs.items():
            wanted = field_of(self.create, name)
            was, shown_now = field_in(before.value, wanted), field_in(after.value, wanted)
            as_before = not isinstance(was, Missing) and alike(was, value)
            if not isinstance(shown_now, Missing) and alike(shown_now, value) and not as_before:
                message = (
                    f"{words} and must have no effect; {wanted} of the one that has the name is {shown(shown_now)} "
                    "now, as in the refused one"
                )
                exchanges = (control.exchange, before.exchange, exchange, after.exchange)
                yield from self.verdicts.failed(
                    "conflict",
                    message,
                    *exchanges,
                    pointer=pointer_of(wanted),
                    problem="overwritten",
                    expected=None if isinstance(was, Missing) else was,
                    actual=shown_now,
                )
                return
        known = field_of(self.create, marker)
        for listing in self.ops.lists:
            if not self.session.allowed(listing) or not declares(listed_representation(listing), known):
                continue
            looks = [] if listing.id in self.rows else self._listed(listing, control, known)[1]
            if self.rows.get(listing.id, 0) > 1:
                message = (
                    f"{words} and must have no effect; {listing.id} has {self.rows[listing.id]} with the {known} "
                    f"{mine[known]!r}"
                )
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
        words = f"{self.create.id} {WAYS[way][0]} was answered {exchange.status}"
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
        return f"{self.session.prefix}{token(self.session.random)}"[-most:]  # what nobody has used is at its end

    def _fresh(self, control: Made, marker: str, mark: str) -> dict[str, JSON]:
        """The control's arguments with other names."""
        accepted = self.session.accepted(self.create) or control.arguments
        names = {
            name: value
            for name, value in _body(accepted).items()
            if field_of(self.create, name) in named_fields(self.ops)
        }
        return with_body(control.arguments, {**names, **self._owner(control), marker: mark})

    def _owner(self, control: Made) -> dict[str, JSON]:
        given = named_values(self.create, control.arguments)
        owned = [plain(each) for each in self.ops.owner.identity] if self.ops.owner else []
        return {name: given[each] for each in owned if each in given and (name := property_of(self.create, each))}


def _body(arguments: Arguments) -> dict[str, JSON]:
    body = arguments.get("body")
    return dict(body) if isinstance(body, dict) else {}
