"""The things of a plain document as its mock keeps them: begun with when first asked for, made, changed and replaced.

The rule that must not be broken: whatever is kept can be shown by every operation that shows it; what somebody sent and
no answer could show is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contract_suite.contract.naming.replacing import replaces
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.fields import Body, getter, pointer, text_of, with_value
from contract_suite.mock.kept.shapes import Shape, Shapes
from contract_suite.mock.seeding import shown_in_examples
from contract_suite.mock.state import Record, Ref, State
from contract_suite.mock.views.addresses import Above
from contract_suite.mock.views.arguments import argument
from contract_suite.mock.views.catalogue import Catalogue
from contract_suite.mock.views.view import View
from contract_suite.model.json import JSON, Arguments, Missing

_SHOWING: Final = frozenset({"read", "create", "put", "update"})
_BEGUN_WITH: Final = 3
_MOST_PLACES: Final = 1000
_TRIES: Final = 200


class Things:
    """The kept things of one server; `seed` decides the ids, `records` how many of each there are in the beginning."""

    def __init__(self, catalogue: Catalogue, *, seed: int, records: int | None, empty: bool) -> None:
        """Nothing is kept yet."""
        self.catalogue = catalogue
        self.shapes = Shapes(catalogue)
        self._seed = seed
        self._records = 0 if empty else records
        self._begun: set[tuple[str, tuple[str, ...]]] = set()
        self._made: set[Ref] = set()
        self._gone: set[Ref] = set()
        self._views: dict[tuple[str, int], View] = {}
        self._numbers: dict[str, Iterator[JSON]] = {}

    def shape(self, resource: Resource | None) -> Shape | None:
        """Return how a resource is kept; `None` for one that isn't."""
        return self.shapes.of(resource.name) if resource is not None else None

    def view(self, view: View) -> View:
        """Return an operation as it is served: by what is kept, or where its resource isn't, by what the document shows."""
        found = self._views.get((view.operation.id, view.status))
        if found is None:
            shape = self.shape(view.resource)
            if shape is not None and (view.what != "list" or view.operation.id in shape.own):
                shown = view.place if view.operation.id in shape.own or view.what not in _SHOWING else None
                found = replace(view, own=shape.own.get(view.operation.id, {}), place=shown)
            else:
                example = self.catalogue.example(view)
                found = replace(view, what="", resource=None, role=None, skeleton=example)
            self._views[view.operation.id, view.status] = found
        return found

    def missing(self, state: State, view: View, arguments: Arguments) -> str:
        """Return what an operation needs and isn't there, in words; empty where all is."""
        for above in view.above:
            shape = self.shape(above.resource)
            if shape is None:
                continue
            ref = _ref(above, arguments)
            if self.find(state, shape, ref, self._owner(view.above, ref, arguments)) is None:
                return f"There is no {ref.resource} {ref.key[0]}."
        return ""

    def owner(self, view: View, scope: tuple[str, ...], arguments: Arguments) -> Ref | None:
        """Return what a thing in this scope goes with."""
        return self._owner(view.above, Ref("", scope, ()), arguments)

    def find(self, state: State, shape: Shape, ref: Ref, owner: Ref | None) -> Record | None:
        """Return a thing by its identity; one that nothing lists and nothing makes is there until it is removed."""
        self.begin(state, shape, ref.scope, owner)
        record = state.find(*ref)
        if record is not None or ref in self._gone or self._can_be_known(shape.resource):
            return record
        model = next((each for each in self._models(shape)), None)
        model = shape.full() if model is None else model
        body = shape.named(model, ref.key[0])  # or else the path names it by something that it doesn't show
        return Record(ref=ref, body=model if body is None else body, owner=owner)

    def begin(self, state: State, shape: Shape, scope: tuple[str, ...], owner: Ref | None) -> None:
        """Put in what there is in the beginning, once for each place; nothing below what a request made."""
        resource = shape.resource
        place = (resource.name, scope)
        if place in self._begun or len(self._begun) > _MOST_PLACES:
            return
        self._begun.add(place)
        if any((*each.scope, *each.key) == scope[: len(each.scope) + 1] for each in self._made):
            return
        wanted = _BEGUN_WITH if self._records is None else self._records
        for body in self._first(shape, scope):
            if wanted <= 0:
                return
            record = state.record(resource.name, scope, shape.within(body, scope))
            if state.find(*record.ref) is None and not state.clashes(record):
                state.put(replace(record, owner=owner))
                wanted -= 1

    def made(self, state: State, shape: Shape, scope: tuple[str, ...], given: Body) -> Body:
        """Return the representation of a new thing: what is given, and an identity if none is."""
        resource = shape.resource
        name = resource.identity[0]
        body = shape.fitted(shape.within(shape.base, scope), given)
        if isinstance(getter(name)(given), Missing) or getter(name)(body) != getter(name)(given):
            identity = self._new_identity(state, shape, scope)
            body = with_value(body, name, identity) if identity is not None else body
        return body

    def changed(self, shape: Shape, record: Record, given: Body, view: View) -> tuple[Record, Body]:
        """Return a thing as it stands before a change, and what the change gives it that it can have.

        What is put in the place of a thing leaves nothing of it but what no request sets.
        """
        fixed = {pointer(shape.resource.identity[0]).split("/")[1], *(each.field for each in shape.resource.assigned)}
        body = record.body
        if view.what == "put" or replaces(view.operation):
            sets = {target for _, target in view.fields} - fixed
            body = {name: value for name, value in body.items() if name not in sets or name in given}
            body = {**{name: value for name, value in shape.base.items() if name in sets}, **body}
        given = {name: value for name, value in given.items() if name not in fixed}
        fitted = shape.fitted(body, given)
        return replace(record, body=body), {name: value for name, value in fitted.items() if name in given}

    def remember(self, record: Record) -> None:
        """Know that a request made a thing, so that nothing is below it yet."""
        self._made.add(record.ref)

    def forget(self, record: Record) -> None:
        """Know that a thing is gone."""
        self._gone.add(record.ref)
        self._made.discard(record.ref)
        below = (*record.ref.scope, *record.ref.key)
        self._begun = {each for each in self._begun if each[1][: len(below)] != below}
        self._made.add(record.ref)

    def _owner(self, above: tuple[Above, ...], ref: Ref, arguments: Arguments) -> Ref | None:
        refs = [_ref(each, arguments) for each in above if self.shape(each.resource) is not None]
        return next((each for each in reversed(refs) if (*each.scope, *each.key) == ref.scope), None)

    def _can_be_known(self, resource: Resource) -> bool:
        operations = self.catalogue.operations_of(resource)
        return any(self.catalogue.view(each).what in {"list", "create", "put"} for each in operations)

    def _new_identity(self, state: State, shape: Shape, scope: tuple[str, ...]) -> JSON:
        name = shape.resource.name
        numbers = self._numbers.setdefault(name, shape.new_identities(f"{self._seed}/{name}"))
        for _ in range(_TRIES):
            found = next(numbers, None)
            if found is None or state.find(name, scope, (text_of(found),)) is None:
                return found
        return None

    def _first(self, shape: Shape, scope: tuple[str, ...]) -> Iterator[Body]:
        """Yield what the document shows of a resource, then as many more as are wanted."""
        name = shape.resource.identity[0]
        models = list(self._models(shape))
        yield from models
        model = models[-1] if models else shape.full()
        identities = shape.new_identities(f"{self._seed}/{shape.resource.name}/{scope}")
        for identity, _ in zip(identities, range(_TRIES), strict=False):
            yield with_value(model, name, identity)

    def _models(self, shape: Shape) -> Iterator[Body]:
        """Yield what examples show of a resource, as far as every operation could show it."""
        for operation in self.catalogue.operations_of(shape.resource):
            view = self.catalogue.view(operation)
            for body in shown_in_examples(view) if view.what in {"list", "read"} else ():
                whole = {**shape.base, **body}
                if shape.fits(whole):
                    yield whole


def _ref(above: Above, arguments: Arguments) -> Ref:
    scope = tuple(_text(arguments, each) for each in above.scope)
    return Ref(above.resource.name, scope, (_text(arguments, above.identity),))


def _text(arguments: Arguments, subject: str) -> str:
    value = argument(arguments, subject)
    return "" if isinstance(value, Missing) else text_of(value)
