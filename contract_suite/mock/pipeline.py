"""The way of a request through the mock, step by step, each step a value that a planted fault replaces.

What happens to a request, in this order (`server.py` and `lists.py` call the steps; a step may refuse, and then the
rest is skipped and the state is as it was):

1. `handle` has the whole rest done, and may do it twice, with another request, or not at all.
2. `routed`: the operation, by path and method. Refused: an unknown path, a method that the path hasn't.
3. `authenticate`: the key. Then the rate limit, where limits are enforced. Then `permit`: what the key may do.
4. `find_violations`: the form of the request, read strictly against the document.
5. `well_known`: the container that the request speaks of. `replayed`: the answer to a create whose key was sent before.
6. What the operation does to its resource:
   - create: `draft` (which may find a duplicate, by `compared_by`), `too_large`, `put`, `shown`;
   - read: `find`, `shown`;
   - update: `find`, `updated`, `revise` (a duplicate again), `too_large`, `put`, `shown`;
   - delete: `find`, `shown`, `remove`;
   - an action that changes a state (in which `begun` puts what is new): `find`, `acted`, `revise`, `put`, `shown`;
   - one that sets a flag or takes it back: `find`, `flagged`, `revise`, `put`, `shown`;
   - list: `all`, `shown` of each, `owner_exists` where it names an owner, `matches` (by `same`) for each filter,
     `within` for each bound, `arrange` (by `sort_key`), `paginate`, `following` where pages name the next one, `item_shown` of each, `more`,
     `page_count`, `total`, `count`, `echoed`;
   - anything else: the document's own example.
7. `fresh`: the values that are never repeated, such as the id of the request. `refused_with`: the status of a refusal.
8. `finished`: the body as it will be sent; then it is written, and `sent`: the response as it goes out.

Each step gets the call it works for first, but for those of the state, which get the state. The defaults are what a
contract asks for; nothing here knows an operation by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from contract_suite.contract.bounds import lies_within
from contract_suite.contract.filters import passes_value
from contract_suite.contract.operation import Operation
from contract_suite.contract.violations import Violation, violations
from contract_suite.contract.vocabulary import Action, Bound, Echo, Filter, Flag, Resource, Role, States
from contract_suite.mock import keys
from contract_suite.mock.fields import Body, getter, text_of, unique_key, with_value, without
from contract_suite.mock.refused import Refused
from contract_suite.mock.state import Record, State, moment
from contract_suite.mock.views.view import View
from contract_suite.model.exchange import Pairs, Request, Response
from contract_suite.model.json import JSON, Arguments, Missing, at

SortKey = Callable[["Call", JSON | Missing], tuple[int, float | int | str]]
"""What a field's value is sorted by."""

Equal = Callable[["Call", JSON, JSON], bool]
"""Whether the value of a filter equals that of a field."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One request on its way through the server; what is not known yet is empty. `number` counts the calls from 1."""

    number: int
    request: Request
    now: float
    state: State = field(default_factory=lambda: State(()))
    view: View | None = None
    head: Operation | None = None
    """The HEAD that is answered as the GET of its path, whose `view` this is."""
    arguments: Arguments = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    credential: str = ""
    headers: Pairs = ()
    """Header fields of the answer that this call alone has."""

    @property
    def operation(self) -> Operation | None:
        """The operation that the request goes to, once it is routed."""
        return self.head or (self.view.operation if self.view else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a request with an idempotency key was answered with, and the body that it had."""

    body: JSON
    response: Response
    strict: bool


def handle(call: Call, serve: Callable[[Call], Response]) -> Response:
    """Have a request answered by `serve`, which may be called with another request, twice, or not at all."""
    return serve(call)


def routed(_call: Call, operation: Operation | None, _allowed: tuple[str, ...]) -> Operation | None:
    """Return the operation that a request goes to, or nothing where its method is not `allowed` or its path unknown."""
    return operation


def replayed(_call: Call, first: Answered | None, body: JSON) -> Response | None:
    """Return the answer to a request whose key was sent before; `None` where it is new."""
    if first is not None and first.strict and first.body != body:
        raise Refused("invalid", "The key was sent with another body.")
    return first.response if first is not None else None


def well_known(_call: Call, _scope: tuple[str, ...], *, known: bool) -> bool:
    """Whether a container exists for the caller."""
    return known


def too_large(_call: Call, size: int, limit: int) -> bool:
    """Whether a body of this size breaks the promised limit."""
    return size > limit


def refused_with(_call: Call, _refusal: Refused, status: int) -> int:
    """Return the status that a refusal is answered with."""
    return status


def find_violations(call: Call) -> tuple[Violation, ...]:
    """Return what the request breaks, read strictly."""
    return violations(call.operation, call.request) if call.operation else ()


def same(_call: Call, wanted: JSON, found: JSON) -> bool:
    """Whether a filter's value equals a field's: of one type and equal, or digits and their number."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if type(wanted) is type(found) or (isinstance(wanted, (int, float)) and isinstance(found, (int, float))):
        return wanted == found
    return (
        found is not None
        and wanted is not None
        and not isinstance(found, (dict, list))
        and text_of(wanted) == text_of(found)
    )


def matches(call: Call, promise: Filter, wanted: JSON, body: Body, equal: Equal) -> bool:
    """Whether a representation passes a filter."""
    if promise.separator and isinstance(wanted, str) and promise.separator in wanted:
        wanted = [*wanted.split(promise.separator)]
    if promise.prefix and isinstance(wanted, str):
        if wanted.startswith(promise.prefix):
            wanted = wanted[len(promise.prefix) :]
        elif not promise.bare:
            return True
    if promise.fields:
        one = [replace(promise, field=name, fields=(), prefix="") for name in promise.fields]
        return any(matches(call, each, wanted, body, equal) for each in one)
    found = getter(promise.field)(body)
    if isinstance(found, Missing):
        return False
    if isinstance(wanted, list):
        passed = (_matches_one(call, promise, each, found, equal) for each in wanted)
        return all(passed) if promise.several == "all" or promise.match == "differs" else any(passed)
    return _matches_one(call, promise, wanted, found, equal)


def _matches_one(call: Call, promise: Filter, wanted: JSON, found: JSON, equal: Equal) -> bool:
    if promise.match == "differs":
        return not _matches_one(call, replace(promise, match="equals"), wanted, found, equal)
    if isinstance(found, list) and not isinstance(wanted, list):
        return any(_matches_one(call, promise, wanted, each, equal) for each in found)
    if promise.folds_case:
        wanted = wanted.casefold() if isinstance(wanted, str) else wanted
        found = found.casefold() if isinstance(found, str) else found
    if promise.match == "equals":
        return equal(call, wanted, found)
    if not isinstance(found, (str, int, float)) or not isinstance(wanted, (str, int, float)):
        return False
    return passes_value(promise, found, wanted)


def within(_call: Call, bound: Bound, wanted: JSON, body: Body) -> bool:
    """Whether a representation lies on the right side of a bound; one at an edge that is left open comes."""
    found = getter(bound.field)(body)
    return not isinstance(found, Missing) and found is not None and lies_within(bound, body, wanted) is not False


def sort_key(_call: Call, value: JSON | Missing) -> tuple[int, float | int | str]:
    """Return what a field is sorted by: nothing before truth values before numbers, as numbers, before texts."""
    if isinstance(value, Missing) or value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, int(value)
    if isinstance(value, (int, float)):
        return 2, value
    return 3, text_of(value)


def arrange(
    call: Call,
    items: list[Body],
    name: str,
    direction: str,
    key: SortKey,
) -> list[Body]:
    """Sort a list by a field; equal ones stay in the order of their making."""
    read = getter(name)
    values = [read(body) for body in items]
    plain = key is sort_key and {type(value) for value in values} in ({int}, {str})
    ranks: list[Any] = values if plain else [key(call, value) for value in values]
    return [items[index] for index in sorted(range(len(items)), key=ranks.__getitem__, reverse=direction == "desc")]


def paginate(_call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
    """Cut one page out of a list."""
    return items[start:] if size is None else items[start : start + size]


def following(_call: Call, items: list[Body], start: int, size: int | None) -> int | None:
    """Return where the page after this one begins, `None` if there is none."""
    end = start + (len(items) if size is None else size)
    return end if size and end < len(items) else None


def more(_call: Call, items: list[Body], start: int, size: int | None) -> bool:
    """Return whether more follows a page."""
    return start + (len(items) if size is None else size) < len(items)


def page_count(_call: Call, items: list[Body], size: int | None) -> int:
    """Return how many pages there are."""
    return -(-len(items) // size) if size else 1


def begun(_call: Call, states: States) -> str:
    """Return the state of what is new."""
    return states.initial


def acted(_call: Call, state: str, action: Action) -> str:
    """Return the state after an action; where it is not allowed it is `Refused`."""
    if state not in action.origins:
        raise Refused("duplicate", f"It is {state}.")
    return action.to


def check_state(pipeline: Pipeline, call: Call, resource: Resource, body: Body) -> None:
    """Refuse an update or a delete of what is in a state in which it is not allowed."""
    states = resource.states
    own = call.operation.id if call.operation else ""
    limit = next((each for each in states.actions if each.operation == own and not each.to), None) if states else None
    if states is not None and limit is not None:
        known = at(body, states.field)
        pipeline.acted(call, "" if isinstance(known, Missing) else text_of(known), limit)


def flagged(call: Call, body: Body, flags: tuple[Flag, ...]) -> Body:
    """Return what an operation makes of a representation whose flags it sets or takes back."""
    operation = call.operation.id if call.operation else ""
    for flag in flags:
        if operation == flag.set:
            body = with_value(body, flag.field, moment(call.now, "string") if flag.time else flag.values[0])
        elif operation == flag.unset:
            body = with_value(body, flag.field, None if flag.time else flag.values[1])
    return body


def count_all(_call: Call, matching: list[Body], _page: list[Body]) -> int:
    """Return how many match on all pages."""
    return len(matching)


def echoed(_call: Call, _promise: Echo, applied: JSON) -> JSON:
    """Return the value of a parameter that comes back."""
    return applied


def fresh(_call: Call, value: JSON) -> JSON:
    """Return a value that has never been sent."""
    return value


def item_shown(call: Call, body: Body) -> Body:
    """Return what a list shows of a representation."""
    return call.view.item_names.shown(body) if call.view else body


def updated(_call: Call, record: Record, given: Body, role: Role, mutable: tuple[str, ...], *, reset: bool) -> Body:
    """Return the representation after an update: only mutable fields change; `reset` drops those that are not given."""
    body = record.body
    for name in role.mutable or mutable:
        value = getter(name)(given)
        if not isinstance(value, Missing):
            body = with_value(body, name, value)
        elif reset:
            body = without(body, name)
    return body


def finished(_call: Call, _status: int, body: JSON) -> JSON:
    """Return the body as it is sent."""
    return body


def sent(_call: Call, response: Response) -> Response:
    """Return the response as it goes out."""
    return response


Arrange = Callable[[Call, list[Body], str, str, SortKey], list[Body]]
"""Sorts the items of a list: by which field, in which direction (`asc`, `desc`), and what values are sorted by."""


class WellKnown(Protocol):
    """Whether a container exists for the caller; `known` is what the seed data say."""

    def __call__(self, call: Call, scope: tuple[str, ...], /, *, known: bool) -> bool:
        """Return whether it exists."""


class Updated(Protocol):
    """What an update makes of a record.

    `given` are the fields that the request sets, `mutable` those that may change where the role lists none; `reset`
    says that those not given go back to nothing.
    """

    def __call__(
        self, call: Call, record: Record, given: Body, role: Role, mutable: tuple[str, ...], /, *, reset: bool
    ) -> Body:
        """Return the new representation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Every step that can be replaced. `find` to `shown` are the state's own, called with the state first."""

    handle: Callable[[Call, Callable[[Call], Response]], Response] = handle
    routed: Callable[[Call, Operation | None, tuple[str, ...]], Operation | None] = routed
    authenticate: Callable[[Operation, Request], str] = keys.authenticate
    permit: Callable[[Operation, str], None] = keys.permit
    find_violations: Callable[[Call], tuple[Violation, ...]] = find_violations
    replayed: Callable[[Call, Answered | None, JSON], Response | None] = replayed
    well_known: WellKnown = well_known
    too_large: Callable[[Call, int, int], bool] = too_large
    refused_with: Callable[[Call, Refused, int], int] = refused_with
    same: Equal = same
    matches: Callable[[Call, Filter, JSON, Body, Equal], bool] = matches
    within: Callable[[Call, Bound, JSON, Body], bool] = within
    sort_key: SortKey = sort_key
    arrange: Arrange = arrange
    paginate: Callable[[Call, list[Body], int, int | None], list[Body]] = paginate
    begun: Callable[[Call, States], str] = begun
    acted: Callable[[Call, str, Action], str] = acted
    flagged: Callable[[Call, Body, tuple[Flag, ...]], Body] = flagged
    following: Callable[[Call, list[Body], int, int | None], int | None] = following
    more: Callable[[Call, list[Body], int, int | None], bool] = more
    page_count: Callable[[Call, list[Body], int | None], int] = page_count
    total: Callable[[Call, list[Body], list[Body]], int] = count_all
    count: Callable[[Call, list[Body], list[Body]], int] = count_all
    echoed: Callable[[Call, Echo, JSON], JSON] = echoed
    fresh: Callable[[Call, JSON], JSON] = fresh
    item_shown: Callable[[Call, Body], Body] = item_shown
    updated: Updated = updated
    finished: Callable[[Call, int, JSON], JSON] = finished
    sent: Callable[[Call, Response], Response] = sent
    compared_by: Callable[[JSON], object] = unique_key
    find: Callable[[State, str, tuple[str, ...], tuple[str, ...]], Record | None] = State.find
    all: Callable[[State, str, tuple[str, ...]], list[Record]] = State.all
    draft: Callable[[State, str, tuple[str, ...], Body, float], Record] = State.draft
    revise: Callable[[State, Record, Body, float], Record] = State.revise
    put: Callable[[State, Record], None] = State.put
    remove: Callable[[State, Record], None] = State.remove
    owner_exists: Callable[[State, str, tuple[str, ...], str, JSON], bool] = State.owner_exists
    shown: Callable[[State, Record], Body] = State.shown
