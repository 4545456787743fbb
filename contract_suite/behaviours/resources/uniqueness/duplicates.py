"""Creates that share with a resource what must be unique, or only what may be shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract_suite.behaviours.behaviour import Made, Session
from contract_suite.behaviours.kit.own_things import make_own
from contract_suite.behaviours.kit.requests import path_arguments
from contract_suite.behaviours.kit.resource_operations import (
    ResourceOperations,
    property_of,
)
from contract_suite.behaviours.kit.responses import obstacle, refused, served
from contract_suite.behaviours.kit.verdicts import Verdicts
from contract_suite.behaviours.resources.kit.field_values import Flavour
from contract_suite.behaviours.resources.kit.making import (
    body_is_valid,
    create_values,
    fresh_names,
    make,
    named,
    other_scope,
    sent_values,
    with_values,
)
from contract_suite.behaviours.resources.uniqueness.clauses import owner_of, status_of
from contract_suite.behaviours.resources.uniqueness.near_names import NearNames, unique_values
from contract_suite.behaviours.resources.uniqueness.renames import Renames
from contract_suite.contract.addressing import field_of, identity_in, named_values, plain, with_body
from contract_suite.contract.operation import Operation
from contract_suite.contract.vocabulary import Unique
from contract_suite.model.case import Intent
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at
from contract_suite.model.verdict import Verdict

_AT_ONCE = 3
_TOO_BUSY = frozenset({429, 503})
_CONFLICT = "409"
_A_WHILE = 1.1
"""Seconds in which most rate limits allow more again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Creates, and then updates, about one uniqueness rule of one resource."""

    session: Session
    ops: ResourceOperations
    rule: Unique
    create: Operation
    verdicts: Verdicts

    def drive(self) -> Iterator[Verdict]:
        """Make one whose name is taken from then on, and send what shares it, or nearly does."""
        first = make(
            self.session,
            self.ops,
            values=self._fresh(),
            note=f"make the first {self.ops.name}",
        )
        if first is None or not all(
            sent_values(self.ops, first).get(plain(field)) is not None
            for field in (*self.rule.fields, *self.rule.within)
        ):
            return
        near = NearNames(session=self.session, ops=self.ops, rule=self.rule, create=self.create, verdicts=self.verdicts)
        yield from near.drive(first)
        yield from self._elsewhere(first)
        yield from self._across(first)
        empty = self._first_empty(first)
        yield from self._duplicate(first)
        if empty is not None:
            yield from self._second_empty(*empty)
        renames = Renames(
            session=self.session, ops=self.ops, rule=self.rule, create=self.create, verdicts=self.verdicts, first=first
        )
        yield from renames.drive(self.ops.each_update)
        yield from self._race(first)
        yield from self._absent(first)

    def _duplicate(self, first: Made) -> Iterator[Verdict]:
        """Send the very create once more, and one that shares nothing but what must be unique."""
        if not self.verdicts.is_wanted("refused", "status"):
            return
        others = create_values(self.create, self.ops, Flavour.OTHER)
        ways = {
            "": first.arguments,
            ", everything else different": with_body(first.arguments, others) if others else first.arguments,
        }
        for how, arguments in ways.items():
            if how and (arguments == first.arguments or not body_is_valid(self.create, arguments)):
                continue
            note = f"a second {self.ops.name} with {self._values(first)}{how}"
            again = self.session.call(
                self.create, arguments, note=note, aim=self.verdicts.clause_id("refused"), intent=Intent.UNKNOWN
            )
            yield from self._judge_duplicate(first, arguments, again, how)
            if not refused(again):
                return

    def _judge_duplicate(self, first: Made, arguments: Arguments, again: Exchange, how: str) -> Iterator[Verdict]:
        verdicts, values = self.verdicts, f"{self._values(first)}{how}"
        if served(again) and self._is_chosen(first.exchange, again):
            reason = f"the server chose {' and '.join(map(plain, self.rule.fields))} itself, whatever was sent"
            yield from verdicts.untested("refused", reason, first.exchange, again)
            return
        if served(again) and self._is_the_same(first, again):
            reason = "the second create was answered with the first one, so that nothing is there twice"
            yield from verdicts.untested("refused", reason, first.exchange, again)
            return
        if served(again):
            message = (
                f"{self._values(first)} was already taken; a second create with it{how} must be refused "
                f"and was answered {again.status}"
            )
            problem = "different" if how else ""
            yield from verdicts.failed(
                "refused", message, first.exchange, again, problem=problem, expected="4xx", actual=again.status
            )
            yield from verdicts.untested("status", "the second one was not refused", again)
            return
        if obstacle(again) or not refused(again):
            yield from verdicts.untested(
                "refused", obstacle(again) or f"the second create was answered {again.status}", again
            )
            return
        yield from verdicts.passed(
            "refused", f"a second create with {values} was answered {again.status}", first.exchange, again
        )
        wanted = status_of(self.session.contract, self.rule)
        if again.status == wanted:
            yield from verdicts.passed("status", f"a second create was answered {again.status}", first.exchange, again)
        elif self.rule.status and not self._is_the_reason(arguments):
            reason = f"it was answered {again.status}, and so may be a new {' and '.join(map(plain, self.rule.fields))}"
            yield from verdicts.untested("status", reason, first.exchange, again)
        else:
            message = f"a second create with {values} must be answered {wanted}; it was answered {again.status}"
            yield from verdicts.failed("status", message, first.exchange, again, expected=wanted, actual=again.status)

    def _is_the_reason(self, refused_with: Arguments) -> bool:
        """Whether what was refused is served with a new name: what it refers to may be used up, or its members not go together."""
        accepted = self.session.accepted(self.create)
        new = named_values(self.create, accepted) if accepted is not None else {}
        fresh = {plain(each): new.get(plain(each)) for each in self.rule.fields}
        if None in fresh.values() or not self.verdicts.is_wanted("status"):
            return False
        renamed = {name: fresh.get(field_of(self.create, name), value) for name, value in _body(refused_with).items()}
        arguments = {**refused_with, "body": renamed}
        return served(self.session.call(self.create, arguments, note="the same with a new name", intent=Intent.UNKNOWN))

    def _is_chosen(self, first: Exchange, again: Exchange) -> bool:
        """Whether two creates with the same values were answered with different ones, so that nothing is there twice."""
        bodies = (self.session.json(first), self.session.json(again))
        shown = ([at(body, field) for body in bodies if body is not MISSING] for field in self.rule.fields)
        return any(len(pair) == len(bodies) and MISSING not in pair and pair[0] != pair[1] for pair in shown)

    def _is_the_same(self, first: Made, again: Exchange) -> bool:
        """Whether a create that documents no conflict was answered with what an earlier one made: it may change that one."""
        identity = identity_in(self.ops.resource, self.session.json(again))
        conflicts = any(spec.status == _CONFLICT for spec in self.create.responses)
        return not conflicts and identity is not None and identity == dict(first.identity)

    def _first_empty(self, first: Made) -> tuple[Exchange, dict[str, JSON]] | None:
        """Create one with an empty text, elsewhere if there is such a place; return the exchange and the arguments."""
        if not self.verdicts.is_wanted("empty"):
            return None
        empty: dict[str, JSON] = {name: "" for field in self.rule.fields if (name := property_of(self.create, field))}
        arguments = with_body(with_values(self.create, first.arguments, self._another_scope(first)), empty)
        note = f"{self.ops.with_article} with an empty {' and '.join(empty)}"
        return self.session.call(
            self.create, arguments, note=note, aim=self.verdicts.clause_id("empty"), intent=Intent.UNKNOWN
        ), arguments

    def _second_empty(self, one: Exchange, arguments: Arguments) -> Iterator[Verdict]:
        """Create another one with an empty text; not at once, which would be a race."""
        if self.verdicts.has_failed("refused"):
            yield from self.verdicts.untested(
                "empty", "duplicates of any text are served, which is reported separately"
            )
            return
        what = f"{self.ops.with_article} with an empty {' and '.join(map(plain, self.rule.fields))}"
        if not served(one):
            yield from self.verdicts.untested("empty", f"{what} was answered {one.status or 'with nothing'}", one)
            return
        other = self.session.call(
            self.create,
            arguments,
            note=f"another one: {what}",
            aim=self.verdicts.clause_id("empty"),
            intent=Intent.UNKNOWN,
        )
        if served(other):
            message = f"after {what}, a second one must be refused; it was answered {other.status}"
            yield from self.verdicts.failed("empty", message, one, other, expected="4xx", actual=other.status)
        elif refused(other) and not obstacle(other):
            yield from self.verdicts.passed("empty", f"a second one was answered {other.status}", one, other)
        else:
            yield from self.verdicts.untested(
                "empty", obstacle(other) or f"a second one was answered {other.status}", other
            )

    def _elsewhere(self, first: Made) -> Iterator[Verdict]:
        if not self.verdicts.is_wanted("elsewhere"):
            return
        others = self._another_scope(first)
        if not others:
            yield from self.verdicts.untested(
                "elsewhere", f"there is no other {' and '.join(map(plain, self.rule.within))} to be had"
            )
            return
        arguments = with_values(self.create, first.arguments, others)
        note = f"the same in another place: {named(others)}"
        exchange = self.session.call(
            self.create, arguments, note=note, aim=self.verdicts.clause_id("elsewhere"), intent=Intent.UNKNOWN
        )
        if served(exchange):
            yield from self.verdicts.passed(
                "elsewhere", f"{self._values(first)} is free with {named(others)}", first.exchange, exchange
            )
            return
        control = self.session.call(
            self.create, with_body(arguments, self._fresh()), note="a new name in that place", intent=Intent.UNKNOWN
        )
        if not served(control) or obstacle(exchange):
            reason = obstacle(exchange) or f"nothing can be created with {named(others)}"
            yield from self.verdicts.untested("elsewhere", reason, exchange, control)
            return
        message = (
            f"{self._values(first)} is free with {named(others)}, where a new name is served; "
            f"a create with both was answered {exchange.status}"
        )
        yield from self.verdicts.failed(
            "elsewhere", message, first.exchange, control, exchange, expected="2xx", actual=exchange.status
        )

    def _across(self, first: Made) -> Iterator[Verdict]:
        """Send the same name with another owner; a new name in that place shows whether the name was the reason."""
        if not self.verdicts.is_wanted("across"):
            return
        above = owner_of(self.session.contract, self.create)
        other = make_own(self.session, above) if above is not None else None
        if other is None:
            return
        arguments = {**first.arguments, **path_arguments(self.create, other.address)}
        note, aim = "the same below another owner", self.verdicts.clause_id("across")
        exchange = self.session.call(self.create, arguments, note=note, aim=aim, intent=Intent.UNKNOWN)
        if served(exchange):
            message = (
                f"{self._values(first)} is taken; a create with it below another owner was answered {exchange.status}"
            )
            yield from self.verdicts.failed(
                "across", message, first.exchange, exchange, expected="4xx", actual=exchange.status
            )
        elif refused(exchange) and not obstacle(exchange):
            fresh = with_body(arguments, self._fresh())
            control = self.session.call(self.create, fresh, note="a new name in that place", intent=Intent.UNKNOWN)
            if served(control):
                yield from self.verdicts.passed(
                    "across", f"it was answered {exchange.status}", first.exchange, exchange, control
                )

    def _race(self, first: Made) -> Iterator[Verdict]:
        fresh = self._fresh()
        if not fresh or not self.verdicts.is_wanted("race"):
            return
        if self.verdicts.has_failed("refused"):
            yield from self.verdicts.untested(
                "race", "duplicates are served even one after the other, which is reported separately"
            )
            return
        exchanges = self._at_once(first, fresh)
        if any(each.status in _TOO_BUSY for each in exchanges):
            self.session.pause(_A_WHILE)
            fresh = self._fresh()
            exchanges = self._at_once(first, fresh)
        winners = [each for each in exchanges if served(each)]
        if len(winners) > 1:
            message = (
                f"of {_AT_ONCE} creates with {named(fresh)} at the same time, one may be served; {len(winners)} were"
            )
            yield from self.verdicts.failed("race", message, *winners, expected=1, actual=len(winners))
        elif winners and all(refused(each) and not obstacle(each) for each in exchanges if each not in winners):
            yield from self.verdicts.passed(
                "race", f"of {_AT_ONCE} creates at the same time, one was served", *exchanges
            )
        else:
            yield from self.verdicts.untested(
                "race",
                "the creates at the same time were answered " + ", ".join(str(each.status) for each in exchanges),
                *exchanges,
            )

    def _at_once(self, first: Made, names: Mapping[str, JSON]) -> list[Exchange]:
        calls = [(self.create, with_body(first.arguments, names))] * _AT_ONCE
        return self.session.together(
            calls, aim=self.verdicts.clause_id("race"), note=f"{_AT_ONCE} creates with {named(names)} at the same time"
        )

    def _absent(self, first: Made) -> Iterator[Verdict]:
        """Create two without the fields, where nothing was before if such a place can be had."""
        if not self.verdicts.is_wanted("absent"):
            return
        names = {property_of(self.create, field) for field in self.rule.fields}
        arguments = with_values(self.create, first.arguments, self._another_scope(first))
        arguments["body"] = {name: value for name, value in _body(arguments).items() if name not in names}
        note = f"{self.ops.with_article} without {' and '.join(map(plain, self.rule.fields))}"
        one = self.session.call(
            self.create, arguments, note=note, aim=self.verdicts.clause_id("absent"), intent=Intent.UNKNOWN
        )
        if not served(one):
            yield from self._first_refused(first, one, note)
            return
        other = self.session.call(
            self.create,
            arguments,
            note=f"another one: {note}",
            aim=self.verdicts.clause_id("absent"),
            intent=Intent.UNKNOWN,
        )
        if obstacle(other):
            yield from self.verdicts.untested("absent", obstacle(other), other)
        elif served(other) is (self.rule.absent == "distinct"):
            yield from self.verdicts.passed("absent", f"a second one was answered {other.status}", one, other)
        else:
            wanted = "accepted" if self.rule.absent == "distinct" else "refused"
            message = f"after {note}, another one must be {wanted}; it was answered {other.status}"
            yield from self.verdicts.failed("absent", message, one, other, actual=other.status)

    def _first_refused(self, first: Made, one: Exchange, note: str) -> Iterator[Verdict]:
        """Tell a collision with something else from other refusals by the code, if duplicates have one of their own."""
        code = self._code(one)
        errors = self.session.contract.errors
        if self.rule.absent == "distinct" and code is not None and errors and code != errors.codes.get("invalid"):
            again = self.session.call(
                self.create, first.arguments, note="a duplicate, for its code", intent=Intent.UNKNOWN
            )
            if refused(again) and self._code(again) == code:
                message = f"{note} collides with nothing; it was answered {one.status} with {code!r}, as a duplicate is"
                yield from self.verdicts.failed("absent", message, again, one, actual=one.status)
                return
        yield from self.verdicts.untested("absent", obstacle(one) or f"{note} was answered {one.status}", one)

    def _code(self, exchange: Exchange) -> str | None:
        errors = self.session.contract.errors
        body = self.session.json(exchange)
        code = (
            at(body, errors.fields["code"])
            if errors and "code" in errors.fields and not isinstance(body, Missing)
            else None
        )
        return code if isinstance(code, str) else None

    def _fresh(self) -> dict[str, JSON]:
        """New names for the promise's fields, those that take any text."""
        names = {property_of(self.create, field) for field in self.rule.fields}
        return {name: text for name, text in fresh_names(self.session, self.ops).items() if name in names}

    def _another_scope(self, first: Made) -> dict[str, JSON]:
        return other_scope(self.session, self.ops, self.rule, first)

    def _values(self, made: Made) -> str:
        return unique_values(self.ops, self.rule, made)


def _body(arguments: Mapping[str, JSON]) -> dict[str, JSON]:
    body = arguments.get("body")
    return dict(body) if isinstance(body, dict) else {}
