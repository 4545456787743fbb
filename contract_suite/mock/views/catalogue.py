"""The prepared operations of a contract, and what its resources look like wherever they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from contract_suite.contract.operation import Contract, MediaType, Operation
from contract_suite.contract.parts.compiling import compiled
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.mock.fields import Body, place_items, pointer
from contract_suite.mock.state import links
from contract_suite.mock.values.documented import documented
from contract_suite.mock.values.minimal import minimal
from contract_suite.mock.values.names import Names, defaults_of, first_array, kind_at, names_of, place_in, place_of
from contract_suite.mock.views.addresses import Addresses
from contract_suite.mock.views.arguments import fields_of, has_default, sources_of
from contract_suite.mock.views.successes import headers_of, success_of, with_promised, with_room
from contract_suite.mock.views.view import View, What
from contract_suite.model.json import JSON, unescape

_CREATED: Final = 201
_NO_CONTENT: Final = 204

_Roled = tuple[What, Resource | None, Role | None]
_NONE: Final[_Roled] = ("", None, None)


class Catalogue:
    """The views of a contract, each made when first asked for."""

    def __init__(self, contract: Contract) -> None:
        """Keep the contract."""
        self.contract = contract
        self.resources = {each.name: each for each in contract.resources}
        self.addresses = Addresses(contract)
        self._views: dict[str, View] = {}
        self._kinds: dict[tuple[str, str], str] = {}
        self._names: dict[int, Mapping[str, Names]] = {}
        self._roles = dict(self._all_roles())
        self._add_written()
        self._operations: dict[str, list[Operation]] = {}
        for operation in contract.operations:
            resource = self._roles.get(operation.id, _NONE)[1]
            if resource is not None:
                self._operations.setdefault(resource.name, []).append(operation)

    def view(self, operation: Operation) -> View:
        """Return what is known of an operation."""
        view = self._views.get(operation.id)
        if view is None:
            view = self._views[operation.id] = self._make(operation if operation.problem else compiled(operation))
        return view

    def view_of_new(self, operation: Operation) -> View:
        """Return what is known of an operation that puts a thing where there was none: it answers 201 if it may."""
        name = f"{operation.id}#{_CREATED}"
        view = self._views.get(name)
        if view is None:
            view = self.view(operation)
            if operation.documents(_CREATED):
                view = self._make(view.operation, _CREATED)
            self._views[name] = view
        return view

    def operations_of(self, resource: Resource) -> list[Operation]:
        """Return the operations on a resource, in the document's order."""
        return self._operations.get(resource.name, [])

    def example(self, view: View) -> JSON:
        """Return what the document shows of an answer, or the least that it may be."""
        return self._example(view.media) if view.media is not None else None

    def kind_of(self, resource: str, name: str) -> str:
        """Return the format, else the type, of a resource's field; `string` where nothing says it."""
        kind = self._kinds.get((resource, name))
        if kind is None:
            parent, _, last = pointer(name).rpartition("/")
            token = unescape(last)
            found = (
                names.get(parent, Names()).kinds.get(token) for names in self._representations(self.resources[resource])
            )
            kind = self._kinds[resource, name] = next((each for each in found if each), "string")
        return kind

    def fits(self, resource: str, body: Body) -> bool:
        """Whether a representation can be shown wherever the resource is shown."""
        for operation in self._showing(self.resources[resource]):
            view = self.view(operation)
            if view.media is None or view.media.schema is None:
                continue
            if view.what == "list" and view.items is not None:
                shown: JSON = place_items(view.skeleton, view.items, [view.item_names.shown(body)])
            else:
                shown = view.with_representation(body)
            if not view.media.schema.is_valid(shown):
                return False
        return True

    @cached_property
    def problems(self) -> dict[str, str]:
        """Operations that can't be served because their part of the document can't be read, with the reason."""
        return {each.id: each.problem for each in self.contract.operations if each.problem}

    def names(self, schema: Schema | None) -> Mapping[str, Names]:
        """Return the declared members at each place of a schema."""
        if schema is None:
            return {}
        found = self._names.get(id(schema))
        if found is None:
            found = self._names[id(schema)] = names_of(schema)
        return found

    def _all_roles(self) -> list[tuple[str, _Roled]]:
        found: list[tuple[str, _Roled]] = []
        for resource in self.contract.resources:
            found += [(each, ("list", resource, None)) for each in resource.lists]
            roles: tuple[tuple[What, Role | None], ...] = (
                ("create", resource.create),
                ("read", resource.read),
                ("update", resource.update),
                ("delete", resource.delete),
            )
            found += [(role.operation, (what, resource, role)) for what, role in roles if role is not None]
            actions = resource.states.actions if resource.states is not None else ()
            found += [(each.operation, ("act", resource, None)) for each in actions if each.to]
            found += [(name, ("act", resource, None)) for each in resource.flags for name in (each.set, each.unset)]
        return found

    def _add_written(self) -> None:
        """Give their roles to operations at the addresses of things, and take them from those that can't find them."""
        for operation in self.contract.operations:
            known = self._roles.get(operation.id)
            names_itself = known is not None and known[0] == "create" and operation.method == "PUT"
            found = self.addresses.written(operation) if known is None or names_itself else None
            if found is not None:
                self._roles[operation.id] = (*found, Role(operation=operation.id, location=operation.location))
            if known is not None and not self.addresses.reaches(operation, known[1]):
                del self._roles[operation.id]

    def _showing(self, resource: Resource) -> list[Operation]:
        names = {*resource.lists, *([resource.read.operation] if resource.read else [])}
        return [each for each in self.contract.operations if each.id in names and not each.problem]

    def _representations(self, resource: Resource) -> list[Mapping[str, Names]]:
        """The members of the representation, once for each operation that shows it, keyed by pointers within it."""
        found: list[Mapping[str, Names]] = []
        for operation in self._showing(resource):
            view = self.view(operation)
            names = self.names(view.media.schema if view.media else None)
            prefix = f"{view.items}/*" if view.what == "list" else view.place
            if prefix is not None:
                found.append(
                    {path.removeprefix(prefix): each for path, each in names.items() if path.startswith(prefix)}
                )
        return found

    def _make(self, operation: Operation, status: int = 0) -> View:
        what, resource, role = self._roles.get(operation.id, _NONE)
        spec, status = (operation.response(status), status) if status else success_of(operation)
        media = spec.usual if spec and status != _NO_CONTENT else None
        schema = media.schema if media else None
        names = self.names(schema)
        collection = operation.promises.collection
        items = collection.items if collection else first_array(schema) if what == "list" else None
        place = place_of(resource, names) if resource is not None and what not in {"list", ""} else None
        body_schema = operation.body.json.schema if operation.body and operation.body.json else None
        sent_names = self.names(body_schema)
        inside = resource.representation if resource is not None and resource.representation in sent_names else ""
        body_names = sent_names.get(inside, Names())
        parameters = tuple(operation.all_parameters)
        subjects = {each.name: each.subject for each in parameters}
        skeleton: JSON = None
        if media is not None:
            made_up = schema is not None and (resource is not None or (collection is not None and not media.examples))
            shown = minimal(schema) if schema is not None and made_up else self._example(media)
            skeleton = with_promised(operation, with_room(operation, shown, schema), schema, status)
        if resource is not None and not place and not names and what not in {"list", ""}:
            place = place_in(resource, skeleton)  # a choice of answers declares no members
        return View(
            operation=operation,
            what=what,
            resource=resource,
            role=role,
            status=status,
            spec=spec,
            media=media,
            skeleton=skeleton,
            place=place,
            names=names.get(place or "", Names(write_only=body_names.write_only)),
            items=items,
            item_names=names.get(f"{items}/*", Names()) if items is not None else Names(),
            identity=self._identity(operation, resource) if resource else (),
            scope=self._scope(operation, resource, subjects) if resource else (),
            fields=fields_of(operation, resource, body_names, self.addresses, inside),
            inside=inside,
            body_open=body_names.open,
            fixed=body_names.read_only,
            above=self.addresses.above(operation),
            owner=self._owner(operation, resource) if resource is not None else (),
            subjects=subjects,
            parameter_defaults={each.name: each.default for each in parameters if has_default(each.schema)},
            fresh=tuple((each.pointer, kind_at(names, each.pointer)) for each in operation.promises.fresh),
            order=names.get("", Names()).declared,
            defaults=defaults_of(body_schema, body_names, inside),
            headers=headers_of(operation, spec, status),
        )

    def _identity(self, operation: Operation, resource: Resource) -> tuple[tuple[str, tuple[str, ...]], ...]:
        own = self.addresses.own_subject(operation, resource)
        return tuple((each, (own,) if own else sources_of(operation, each, resource)) for each in resource.identity)

    def _scope(self, operation: Operation, resource: Resource, subjects: Mapping[str, str]) -> tuple[str, ...]:
        found = self.addresses.scope(operation, resource)
        return tuple(subjects.get(name, "") for name in resource.scope) if found is None else found

    def _owner(self, operation: Operation, resource: Resource) -> tuple[tuple[str, str], ...]:
        """Which path parameters of a list say whose records are listed."""
        owner = next((each for each in self.contract.resources if resource.name in each.owns), None)
        bind = operation.promises.bind
        filtered = {each.parameter for each in operation.promises.filters}
        return tuple(
            (parameter.subject, name)
            for name in (links(owner, resource).values() if owner else ())
            for parameter in operation.parameters
            if parameter.where == "path"
            and parameter.name not in {*resource.scope, *filtered}
            and bind.get(parameter.name, parameter.name) == name
        )

    def _example(self, media: MediaType) -> JSON:
        for example in media.examples:
            if media.schema is None:
                return example.value
            if media.schema.is_valid(example.value):
                return documented(media.schema, example.value)
        return minimal(media.schema) if media.schema is not None else None
