"""Things that are made for one operation, where what there is may be in the wrong state or belong to something else.

A course must be published before somebody enrols, a survey open before somebody answers, and a lesson be one of the
course that an enrolment is for. No schema says so; refusals do, if in words that differ from server to server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import Made, NotSent
from contract_suite.checks.kit.judging import AS_INVALID, OF_STATE
from contract_suite.checks.kit.soft_refusals import refuses_softly
from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import actions_on
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.addresses import collection_noun
from contract_suite.generate.fresh_values import put_at
from contract_suite.generate.likeness import identity_of
from contract_suite.generate.live_ids import fitted, name_of
from contract_suite.generate.resources.inferred_resources import acting_beside, steps
from contract_suite.generate.resources.references import referred_noun
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, escape, parsed
from contract_suite.runner.session.exclusive_references import creates_by_noun
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.making.named_states import NamedState, lead_into, named_states
from contract_suite.runner.session.making.own_things import made_otherwise, members_of, shown_members
from contract_suite.runner.session.making.things_below import ThingsBelow
from contract_suite.runner.session.refusal_words import server_message
from contract_suite.runner.session.searches import Searches

_BOTH: Final = 6
"""So many times a thing is made otherwise and brought forward, too: an order that is to be authorized, and confirmed."""
_ELSEWHERE: Final = frozenset({400, 403, 404, 409, 422})
"""How a server refuses what belongs to something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How a thing is made: with which values, for owners that are new too, and what is done to it before it serves."""

    before: Operation | None = None
    state: NamedState | None = None
    values: Mapping[str, JSON] = field(default_factory=dict)
    on_new_owners: bool = False


class NewThings:
    """Makes things of the run's own for one operation after the other. The way that led on is the first one next time."""

    def __init__(
        self,
        contract: Contract,
        ledger: Ledger,
        searches: Searches,
        below: ThingsBelow,
        *,
        allowed: Callable[[Operation], bool],
        make: Callable[..., Made | None],
        find: Callable[[Operation], Arguments | None],
        locate: Callable[[Operation, Made], Arguments | None],
        ask: Callable[[Operation, Arguments, str], Exchange],
    ) -> None:
        """Nothing is made yet; `make` makes one of a resource, `find` finds arguments that are served."""
        self._contract = contract
        self._ledger = ledger
        self._searches = searches
        self._below = below
        self._allowed = allowed
        self._make = make
        self._find = find
        self._locate = locate
        self._ask = ask
        self._creates = creates_by_noun(contract)
        self._led_on: dict[str, _Way] = {}

    def in_another_state(
        self, operation: Operation, said: str, refused: Arguments, *, of_state: bool = False
    ) -> Iterator[Made]:
        """Yield new things that an operation may act on, in one state after the other; nothing if none was the trouble.

        `said` is what the server said when it refused the operation; `of_state` says that it did so for a state, whatever
        it refused last. What belongs to such a thing and stands in the refused arguments is made below each, too.
        """
        last = self._searches.last_status.get(operation.id)
        needs = self._ledger.addresses.needs(operation)
        acted_on = [each for each in needs if each.subject.startswith("path.")] or needs
        if not (acted_on and self._ledger.addresses.inferred):
            return
        chosen = next((each for each in reversed(acted_on) if _speaks_of(said, each.field)), acted_on[-1])
        resource = self._resource(chosen.resource)
        if not of_state and last not in OF_STATE:
            bare = operation.body is None or not operation.body.required
            may_be_for_it = bare or any(made_otherwise(self._create_of(resource), operation, said))
            if last not in AS_INVALID or operation.safe or not may_be_for_it:
                return
        for name in dict.fromkeys(each.resource for each in needs if each.resource != resource.name):
            self._make(self._resource(name), note=f"one {name} in its first state")  # a product that is not sold out
        for way in self._ways(operation, resource, said):
            made = self._made(resource, way)
            if made is not None:
                self._below.for_request(operation, refused, made)
            made = made if made is not None and self._is_led(made, way) else None
            if made is None:
                if way == _Way():
                    return
                continue
            self._led_on[operation.id] = way
            yield made
            self._led_on.pop(operation.id, None)

    def _made(self, resource: Resource, way: _Way, within: frozenset[str] = frozenset()) -> Made | None:
        """Make one with the values of a way, below or for something new if that is the way; `None` where that was not served.

        `within` are the kinds that are in the making: two that would be made for each other without end are not.
        """
        if way.on_new_owners and resource.name in within:
            return None
        create = self._create_of(resource)
        values = dict(way.values)
        for need in self._ledger.addresses.needs(create) if create is not None and way.on_new_owners else ():
            led_on = self._led_on.get(create.id, _Way()) if create is not None else _Way()
            owner = self._made(self._resource(need.resource), led_on, within | {resource.name})
            if owner is None or need.field not in owner.identity or not self._is_led(owner, led_on):
                return None
            values[name_of(need.subject)] = owner.identity[need.field]
        return self._make(resource, values, note=f"one {resource.name} in its first state")

    def _is_led(self, made: Made, way: _Way) -> bool:
        """Do to a new thing what a way says; returns whether that was served."""
        if way.state is not None:
            return self._led_into(way.state, made)
        return way.before is None or self._brought_forward(way.before, made)

    def _ways(self, operation: Operation, resource: Resource, said: str) -> list[_Way]:
        create = self._create_of(resource)
        known = self._led_on.pop(operation.id, None)
        values = list(made_otherwise(create, operation, said))
        ways = [_Way(), *(_Way(values=each) for each in values)]
        if create is not None and self._ledger.addresses.needs(create):
            ways.append(_Way(on_new_owners=True))  # a seat of a course that is not full yet
        beside = list(acting_beside(self._contract, operation)) or self._acting_on(resource)
        before = [each for each in beside if self._allowed(each)]
        updates = [self._contract.by_id.get(resource.update.operation)] if resource.update is not None else []
        writes = [each for each in (*updates, *before) if each is not None and self._allowed(each)]
        states = (each for each in named_states(writes, said) if each.operation.id != operation.id)
        ways += [_Way(state=each) for each in islice(states, _BOTH)]
        ways += [_Way(before=each) for each in before]
        ways += [_Way(values=made, before=each) for made in values for each in before][:_BOTH]
        return ways if known is None else [known, *(each for each in ways if each != known)]

    def _acting_on(self, resource: Resource) -> list[Operation]:
        """What acts on a thing that a body names, or on what it belongs to: a shift is published, and then its turns are swapped."""
        return [each for field in reversed(resource.identity) for each in actions_on(self._contract, field)][:_BOTH]

    def _create_of(self, resource: Resource) -> Operation | None:
        return self._contract.by_id.get(resource.create.operation) if resource.create is not None else None

    def _resource(self, name: str) -> Resource:
        return next(each for each in self._ledger.resources if each.name == name)

    def _brought_forward(self, operation: Operation, made: Made) -> bool:
        arguments = self._locate(operation, made)
        try:
            return arguments is not None and self._served(operation, arguments, made)
        except NotSent:
            return False

    def _led_into(self, state: NamedState, made: Made) -> bool:
        arguments = self._locate(state.operation, made)
        try:
            return arguments is not None and lead_into(
                state, arguments, lambda changed: self._served(state.operation, changed, made)
            )
        except NotSent:
            return False

    def _served(self, operation: Operation, arguments: Arguments, made: Made) -> bool:
        """Send what is to bring a thing forward, once more after what a refusal says that it lacks was made."""
        note = f"bring one {made.resource.name} into another state"
        exchange = self._ask(operation, arguments, note)
        if not (exchange.ok or operation.safe) and exchange.status in OF_STATE | AS_INVALID:
            added = [self._is_added(*each, made) for each in self._below.lacking(made, server_message(exchange))]
            exchange = self._ask(operation, arguments, note) if any(added) else exchange
        return exchange.ok and not refuses_softly(exchange)

    def _is_added(self, create: Operation, resource: Resource | None, owner: Made) -> bool:
        """Make what belongs to a thing; returns whether that was served."""
        if resource is not None:
            return self._below.one_below(resource, owner) is not None
        arguments = self._locate(create, owner)
        return arguments is not None and self._ask(create, arguments, f"one below {owner.resource.name}").ok

    def of_one_owner(self, operation: Operation, refused: Arguments) -> Iterator[Arguments]:
        """Yield refused arguments with a new thing that belongs to the same one as what they act on: a lesson of its course."""
        if self._searches.last_status.get(operation.id) not in _ELSEWHERE or not self._ledger.addresses.inferred:
            return
        made = reversed(self._ledger.made)
        acted_on = next((each for each in made if self._is_about(operation, refused, each)), None)
        shown = _keys_in(acted_on) if acted_on is not None else {}
        for subject, noun in _named(operation, refused) if shown else ():
            create = self._creates.get(noun)
            if create is None or create.id == operation.id or not self._allowed(create):
                continue
            value = self._made_of(create, shown)
            if not isinstance(value, Missing):
                yield put_at(refused, subject, fitted(operation, subject, value))

    def _is_about(self, operation: Operation, arguments: Arguments, made: Made) -> bool:
        """Whether the path of an operation leads to something that the run made."""
        return any(
            str(arguments.get(need.subject)) == str(made.identity.get(need.field))
            for need in self._ledger.addresses.needs(operation)
            if need.subject.startswith("path.") and need.resource == made.resource.name
        )

    def _made_of(self, create: Operation, shown: Mapping[str, JSON]) -> JSON | Missing:
        """Make one that belongs to what is shown; returns its id, `MISSING` where nothing says what it belongs to."""
        arguments = self._find(create)
        owners = {
            subject: shown[noun]
            for subject, noun in (_named(create, arguments) if arguments is not None else ())
            if noun in shown
        }
        if arguments is None or not owners:
            return MISSING
        for subject, value in owners.items():
            arguments = put_at(arguments, subject, fitted(create, subject, value))
        try:
            exchange = self._ask(create, arguments, "one that belongs to the same thing")
        except NotSent:
            return MISSING
        if exchange.response is None or not exchange.ok:
            return MISSING
        return identity_of(parsed(exchange.response.body), "id", collection_noun(create.path))


def _speaks_of(said: str, field: str) -> bool:
    """Whether a refusal speaks of a thing or of what it belongs to: of the shift, where `shifts/{}/turns/{}` was named."""
    return not {singular(each) for each in field.split("/")}.isdisjoint(map(singular, words(said)))


def _named(operation: Operation, arguments: Arguments) -> Iterator[tuple[str, str]]:
    """Yield the subjects of path and body that name a thing, each with its noun: `lesson` of `/lessons/{id}` and `lesson_id`."""
    for step in steps(operation.path):
        yield f"path.{step.name}", step.noun
    for name in members_of(arguments):
        noun = referred_noun(name)
        if noun:
            yield f"body/{escape(name)}", noun


def _keys_in(made: Made) -> dict[str, JSON]:
    """What the answer to a create says that the thing belongs to, by the nouns of its members: 7 for `course_id: 7`."""
    return {
        noun: value
        for name, value in shown_members(made).items()
        if (noun := referred_noun(name)) and isinstance(value, (str, int)) and not isinstance(value, bool)
    }
