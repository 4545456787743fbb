"""What a kept thing looks like, so that every operation that shows it answers what its schema asks for.

One body serves all of them: what each needs, put together. Where two want the same member to be different things, the
one that comes later shows its own; where that is no help either, the resource can't be kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.vocabulary import Resource
from contract_suite.mock.fields import Body, place_items, pointer, text_of, with_value, without
from contract_suite.mock.kept.identities import FORMS
from contract_suite.mock.values.minimal import minimal_at, optional_at
from contract_suite.mock.views.catalogue import Catalogue
from contract_suite.mock.views.view import View
from contract_suite.model.json import JSON, MISSING, Missing, at, parsed

_FIRST = "read", "create", "put", "update", "list"
_SEEN = "read", "list"
_OTHERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one resource is kept.

    `base` is the least that can be shown, its identity included; `own` are the members that an operation shows as
    nothing but itself would have them, by operation. `read` are the parameters that take the identity.
    """

    resource: Resource
    base: Body
    views: tuple[View, ...]
    own: Mapping[str, Body]
    read: tuple[Parameter, ...]

    def fits(self, body: Body) -> bool:
        """Whether every operation that shows the resource can show this one."""
        return all(_is_valid(view, body, self.own.get(view.operation.id, {})) for view in self.views)

    def fitted(self, body: Body, given: Body) -> Body:
        """Return a representation with what is given, as far as it can be shown."""
        whole = {**body, **given}
        if self.fits(whole):
            return whole
        for name, value in given.items():
            more = {**body, name: value}
            if self.fits(more):
                body = more
        return body

    def full(self) -> Body:
        """Return a representation with every member that it may have, as far as all of them can be shown together."""
        members: Body = {}
        for view in self.views:
            schema = view.media.schema if view.media is not None and view.what in _SEEN else None
            members = {**(optional_at(schema, _place(view)) if schema is not None else {}), **members}
        return self.fitted(self.base, {name: value for name, value in members.items() if name not in self.base})

    def named(self, body: Body, value: JSON) -> Body | None:
        """Return a representation with an identity that stood in a path; `None` where it can't have that one."""
        (name,) = self.resource.identity
        text = text_of(value)
        read = parsed(text)
        for candidate in (value, text, read):
            if not isinstance(candidate, (Missing, dict, list)):
                made = with_value(body, name, candidate)
                if self.fits(made):
                    return made
        return None

    def within(self, body: Body, scope: tuple[str, ...]) -> Body:
        """Return a representation with the identities of what it belongs to, where it shows them by the same names."""
        for name, text in zip(self.resource.scope, scope, strict=True):
            if any(name in (view.item_names if view.what == "list" else view.names).declared for view in self.views):
                made = ({**body, name: each} for each in (text, parsed(text)) if not isinstance(each, Missing))
                body = next(filter(self.fits, made), body)
        return body

    def new_identities(self, seed: str) -> Iterator[JSON]:
        """Yield identities that can be shown and asked for, of the first form that can, without end or none at all."""
        (name,) = self.resource.identity
        shown = at(self.base, name)
        model = None if isinstance(shown, Missing) else shown
        for form in FORMS:
            made = [form(model, number, seed) for number in range(_OTHERS)]
            if all(each is not None and self._is_identity(name, each) for each in made):
                number = 0
                while True:
                    yield form(model, number, seed)
                    number += 1

    def _is_identity(self, name: str, value: JSON) -> bool:
        text = text_of(value)
        read = [each for each in (value, text, parsed(text)) if not isinstance(each, Missing)]
        return all(any(parameter.schema.is_valid(each) for each in read) for parameter in self.read) and self.fits(
            with_value(self.base, name, value)
        )


class Shapes:
    """The shapes of a contract's resources, each made when first asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Keep the catalogue."""
        self.catalogue = catalogue
        self.of = cache(self._of)

    def _of(self, name: str) -> Shape | None:
        """Return how a resource is kept, by its name; `None` where it can't be."""
        resource = self.catalogue.resources[name]
        views = sorted(filter(_shows, self._views(resource)), key=lambda each: _FIRST.index(each.what))
        base: Body = {}
        for view in views:
            base = {**_least(view), **base}
        base = _with_identity(resource, views, base)
        identity = at(base, resource.identity[0])
        if len(resource.identity) != 1 or isinstance(identity, Missing | dict | list) or identity is None:
            return None
        own: dict[str, Body] = {}
        able: list[View] = []
        for view in views:
            differs = _differing(resource, view, base)
            if differs is not None:
                own[view.operation.id] = differs
                able.append(view)
        if not any(view.what in _SEEN for view in able) or len(able) < sum(view.what == "read" for view in views):
            return None
        read = tuple(
            parameter
            for view in self._views(resource)
            if self.catalogue.addresses.is_own(view.operation, resource)
            for parameter in _last_of_path(view.operation)
        )
        return Shape(resource=resource, base=base, views=tuple(able), own=own, read=read)

    def _views(self, resource: Resource) -> list[View]:
        return [self.catalogue.view(each) for each in self.catalogue.operations_of(resource)]


def _with_identity(resource: Resource, views: list[View], base: Body) -> Body:
    """Return a representation with an identity, also where no schema demands one."""
    name = resource.identity[0]
    for view in views:
        schema = view.media.schema if view.media is not None else None
        if schema is not None and isinstance(at(base, name), Missing):
            made = minimal_at(schema, f"{_place(view)}{pointer(name)}")
            base = with_value(base, name, made) if isinstance(made, (str, int, float)) else base
    return base


def _differing(resource: Resource, view: View, base: Body) -> Body | None:
    """Return the members that an operation must show otherwise than the others; `None` if it can't show one at all."""
    schema = view.media.schema if view.media is not None and view.what == "list" else None
    if schema is not None and not schema.is_valid(place_items(view.skeleton, view.items or "", [])):
        return None
    if _is_valid(view, base, {}):
        return {}
    least = _least(view)
    differs = {key: value for key, value in least.items() if value != base.get(key, MISSING)}
    differs.pop(pointer(resource.identity[0]).split("/")[1], None)
    return _needed(view, base, differs) if _is_valid(view, base, differs) else None


def _needed(view: View, base: Body, differs: Body) -> Body:
    """Return no more of what differs than must, so that the rest can be what somebody sent."""
    for name in list(differs):
        less = without(differs, pointer(name))
        if _is_valid(view, base, less):
            differs = less
    return differs


def _shows(view: View) -> bool:
    if view.media is None or view.media.schema is None or view.what not in _FIRST:
        return False
    if view.what == "list":
        return view.items is not None and (bool(view.item_names.declared) or view.item_names.open)
    return view.place is not None


def _place(view: View) -> str:
    """Where a thing stands in an answer, as a JSON Pointer with `*` for an item."""
    return f"{view.items}/*" if view.what == "list" else view.place or ""


def _least(view: View) -> Body:
    """Return the least that an operation may show of a thing."""
    schema = view.media.schema if view.media is not None else None
    found = minimal_at(schema, _place(view)) if schema is not None else None
    return found if isinstance(found, dict) else {}


def _is_valid(view: View, body: Body, own: Body) -> bool:
    schema = view.media.schema if view.media is not None else None
    if schema is None:
        return True
    body = {**body, **own}
    if view.what == "list":
        return schema.is_valid(place_items(view.skeleton, view.items or "", [view.item_names.shown(body)]))
    return schema.is_valid(view.with_representation(body))


def _last_of_path(operation: Operation) -> list[Parameter]:
    name = names_in(operation.path)[-1]
    return [each for each in operation.parameters if each.where == "path" and each.name == name]
