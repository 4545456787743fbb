"""Things that one request names and that must fit together: a plan in the customer's currency, a student who is enrolled.

No schema says so. What ties two things is made where a create names both (`POST /courses/{id}/enrolments` with a `studentId`),
and a thing is made anew with a member like that of another where a refusal names the member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

from contract_suite.behaviours.behaviour import Made, NotSent
from contract_suite.contract.naming.names import words
from contract_suite.contract.naming.outside import acts_outside
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.fresh_values import put_at, value_at
from contract_suite.generate.live_ids import fitted
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Arguments, Missing
from contract_suite.runner.session.ledger.ledger import Ledger
from contract_suite.runner.session.making.own_things import members_of, shown_members

_MOST: Final = 3
"""So many ties are made for one request, and so many things anew."""


class ThingsThatAgree:
    """Makes what a refused request names fit together."""

    def __init__(
        self,
        contract: Contract,
        ledger: Ledger,
        accepted: dict[str, Arguments],
        *,
        allowed: Callable[[Operation], bool],
        make: Callable[..., Made | None],
        find: Callable[[Operation], Arguments | None],
        ask: Callable[[Operation, Arguments, str], Exchange],
    ) -> None:
        """Nothing is made yet; `accepted` has what creates are given, those after a thing that was made anew like that one."""
        self._contract = contract
        self._ledger = ledger
        self._allowed = allowed
        self._make = make
        self._find = find
        self._ask = ask
        self._accepted = accepted
        self._tied: set[tuple[str, tuple[str, ...]]] = set()

    def tied(self, operation: Operation, refused: Arguments) -> Iterator[Arguments]:
        """Yield refused arguments again, each time after something was made that ties two of the things that they name."""
        direct = {made.resource.name: value for _, value, made in self._own(operation, refused)}
        known = {**self._owners(operation, refused), **direct}
        ties = (
            each for each in self._contract.operations if each.id != operation.id and self._ties(each, direct, known)
        )
        yield from islice((refused for each in ties if self._made(each, known)), _MOST)

    def agreeing(self, operation: Operation, refused: Arguments, said: str) -> Iterator[Arguments]:
        """Yield refused arguments with a thing made anew, that has the member which a refusal names as another thing has it."""
        own, told = list(self._own(operation, refused)), set(words(said))
        pairs = ((each, other[2]) for each in own for other in own if other[0] != each[0])
        for (subject, _, mine), theirs in islice(pairs, _MOST):
            sent = members_of(mine.arguments)
            values: dict[str, JSON] = {
                name: value
                for name, value in shown_members(theirs).items()
                if name in sent and sent[name] != value and _may_be_said_again(name, value) and set(words(name)) <= told
            }
            if values:
                yield from self._anew(operation, refused, (subject, mine), values)

    def _anew(
        self, operation: Operation, refused: Arguments, old: tuple[str, Made], values: Mapping[str, JSON]
    ) -> Iterator[Arguments]:
        subject, mine = old
        made, create = self._make(mine.resource, values, note="one that fits the other"), self._create_of(mine.resource)
        field = next((each for each in mine.identity if made is not None and each in made.identity), None)
        if made is not None and create is not None and field is not None:
            self._accepted[create.id] = made.arguments
            yield put_at(refused, subject, fitted(operation, subject, made.identity[field]))

    def _ties(self, create: Operation, direct: Mapping[str, JSON], known: Mapping[str, JSON]) -> bool:
        """Whether an operation makes something that names two of the things that are known, one as the refused request does."""
        if create.method != "POST" or create.problem or not self._allowed(create):
            return False
        kinds = {each.resource for each in self._ledger.addresses.needs(create)}
        return len(kinds & known.keys()) > 1 and bool(kinds & direct.keys())

    def _made(self, tie: Operation, known: Mapping[str, JSON]) -> bool:
        places = [each for each in self._ledger.addresses.needs(tie) if each.resource in known]
        key = (tie.id, tuple(str(known[each.resource]) for each in places))
        if key in self._tied:
            return False
        # Before it is looked for: of two that are refused, each would be made for the other without end.
        self._tied.add(key)
        arguments = self._find(tie)
        if arguments is None:
            return False
        for each in places:
            arguments = put_at(arguments, each.subject, fitted(tie, each.subject, known[each.resource]))
        try:
            return self._ask(tie, arguments, "what ties things that belong together").ok
        except NotSent:
            return False

    def _own(self, operation: Operation, arguments: Arguments) -> Iterator[tuple[str, JSON, Made]]:
        """Yield the subjects of arguments that name what the run made, with the value and the thing."""
        for need in self._ledger.addresses.needs(operation):
            value = value_at(arguments, need.subject)
            if isinstance(value, Missing):
                continue
            for made in reversed(self._ledger.made):
                if made.resource.name == need.resource and str(made.identity.get(need.field)) == str(value):
                    yield need.subject, value, made
                    break

    def _owners(self, operation: Operation, arguments: Arguments) -> dict[str, JSON]:
        """Return what the things belong to that a request names, by the kind: the course of an assignment."""
        found: dict[str, JSON] = {}
        for _, _, made in self._own(operation, arguments):
            create = self._create_of(made.resource)
            for need in self._ledger.addresses.needs(create) if create is not None else ():
                value = value_at(made.arguments, need.subject)
                if not isinstance(value, Missing):
                    found[need.resource] = value
        return found

    def _create_of(self, resource: Resource) -> Operation | None:
        return self._contract.by_id.get(resource.create.operation) if resource.create is not None else None


def _may_be_said_again(name: str, value: JSON) -> bool:
    """Whether a value that an answer shows may be sent: it is plain, and nobody is reached by it."""
    return isinstance(value, str | int) and not acts_outside(value, name)
