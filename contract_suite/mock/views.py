"""Operations prepared for serving: where the representation stands in a body, the items of a list, and the rest.

All of it is worked out once per operation, when that is first called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from contract_suite.contract.operation import Contract, MediaType, Operation, ResponseSpec
from contract_suite.contract.parts.compiling import compiled
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.mock.addresses import Above, Addresses
from contract_suite.mock.fields import Body, place_items, pointer, with_value, without
from contract_suite.mock.keys import challenges
from contract_suite.mock.state import links
from contract_suite.mock.values.documented import documented
from contract_suite.mock.values.header_values import required_headers
from contract_suite.mock.values.minimal import minimal, minimal_at
from contract_suite.mock.values.names import Names, defaults_of, first_array, kind_at, names_of, place_of
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, escape, unescape

What = Literal["create", "read", "list", "update", "put", "delete", "act", ""]

_OK: Final = 200
_CREATED: Final = 201
_NO_CONTENT: Final = 204
_UNAUTHENTICATED: Final = 401

_Roled = tuple[What, Resource | None, Role | None]
_NONE: Final[_Roled] = ("", None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One operation, prepared.

    `place` is where the representation stands in the 200 body (`None`: nowhere), `names` what of it is shown there;
    `items` and `item_names` the same for a list. `identity` and `scope` say in which arguments those values are found,
    `owner` in which the identity of what a list belongs to, `above` what else must be there; `fields` which field an
    argument or a member of the request body sets, `body_open` that any other member is one too, but for those that are
    `fixed`; `inside` is where these members stand in the request body. `subjects` are the arguments by the names of
    parameters. `fresh` are the pointers of values that are never repeated, with their types; `order` is how the members
    of the 200 body are written. `own` are members that every representation has here, whatever is kept of it.
    """

    operation: Operation
    what: What
    resource: Resource | None
    role: Role | None
    status: int
    spec: ResponseSpec | None
    media: MediaType | None
    skeleton: JSON
    place: str | None
    names: Names
    items: str | None
    item_names: Names
    identity: tuple[tuple[str, tuple[str, ...]], ...]
    scope: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    body_open: bool
    fixed: frozenset[str]
    inside: str
    defaults: Mapping[str, JSON]
    owner: tuple[tuple[str, str], ...]
    above: tuple[Above, ...]
    subjects: Mapping[str, str]
    parameter_defaults: Mapping[str, JSON]
    fresh: tuple[tuple[str, str], ...]
    order: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    own: Body = field(default_factory=dict)

    def with_representation(self, body: Body) -> JSON:
        """Return the 200 body with a representation in its place."""
        if self.place is None:
            return self.skeleton
        shown = {**self.names.shown(body), **self.own} if self.own else self.names.shown(body)
        if not self.place:
            return {**self.skeleton, **shown} if isinstance(self.skeleton, dict) else shown
        base = self.skeleton if isinstance(self.skeleton, dict) else {}
        inner = at(base, self.place)
        return with_value(base, self.place, {**inner, **shown} if isinstance(inner, dict) else shown)


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
            if any(each.status == str(_CREATED) for each in operation.responses):
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
            found += [(each.operation, ("act", resource, None)) for each in actions]
        return found

    def _add_written(self) -> None:
        """Give their roles to operations at the addresses of things, and take them from those that can't find them."""
        for operation in self.contract.operations:
            known = self._roles.get(operation.id)
            found = self.addresses.written(operation) if known is None else None
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
        spec, status = (operation.response(status), status) if status else success(operation)
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
            skeleton = _promised(operation, _with_room(operation, shown, schema), schema, status)
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
            names=names.get(place or "", Names()),
            items=items,
            item_names=names.get(f"{items}/*", Names()) if items is not None else Names(),
            identity=self._identity(operation, resource) if resource else (),
            scope=self._scope(operation, resource, subjects) if resource else (),
            fields=_fields(operation, resource, body_names, self.addresses, inside),
            inside=inside,
            body_open=body_names.open,
            fixed=body_names.read_only,
            above=self.addresses.above(operation),
            owner=self._owner(operation, resource) if resource is not None else (),
            subjects=subjects,
            parameter_defaults={each.name: each.default for each in parameters if _has_default(each.schema)},
            fresh=tuple((each.pointer, kind_at(names, each.pointer)) for each in operation.promises.fresh),
            order=names.get("", Names()).declared,
            defaults=defaults_of(body_schema, body_names, inside),
            headers=_headers(operation, spec, status),
        )

    def _identity(self, operation: Operation, resource: Resource) -> tuple[tuple[str, tuple[str, ...]], ...]:
        own = self.addresses.own_subject(operation, resource)
        return tuple((each, (own,) if own else _sources(operation, each, resource)) for each in resource.identity)

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


def success(operation: Operation) -> tuple[ResponseSpec | None, int]:
    """Return the response that a served request gets, with its status.

    Without a documented success that is a redirect, or 200 and no body: whoever lists nothing but refusals has left the
    success unsaid, and doesn't refuse everybody.
    """
    exact = sorted(
        each.status for each in operation.responses if each.status.isdecimal() and each.status.startswith("2")
    )
    if exact:
        return operation.response(int(exact[0])), int(exact[0])
    other = operation.response(_OK)
    milder = sorted(each.status for each in operation.responses if each.status[0] in "31")
    if other is not None or not milder:
        return other, _OK
    status = int(min(milder, key=lambda each: "31".index(each[0])).upper().replace("X", "0"))
    return operation.response(status), status


def _headers(operation: Operation, spec: ResponseSpec | None, status: int) -> tuple[tuple[str, str], ...]:
    found = required_headers(spec)
    named = {name.lower() for name, _ in found}
    if status == _UNAUTHENTICATED and "www-authenticate" not in named:
        return (*found, ("WWW-Authenticate", challenges(operation)))
    return found


def argument(arguments: Arguments, subject: str) -> JSON | Missing:
    """Return what an argument or a member of one (`body/Name`, `query.page/size`) is, or `MISSING`."""
    owner, _, member = subject.partition("/")
    return arguments.get(subject, at(arguments.get(owner), f"/{member}") if member else MISSING)


def _has_default(schema: Schema) -> bool:
    return isinstance(schema.root, dict) and "default" in schema.root


def _with_room(operation: Operation, body: JSON, schema: Schema | None) -> JSON:
    """Put in the objects that hold what is promised of a list, so that nothing else that they need is missing."""
    collection = operation.promises.collection
    page = collection.page if collection is not None else None
    promised = (collection.items, collection.total, collection.count, page.next if page else "") if collection else ()
    for place in (*promised, *(each.pointer for each in operation.promises.echo)):
        parent = place.rpartition("/")[0] if place.startswith("/") else ""
        if parent and schema is not None and isinstance(body, dict) and isinstance(at(body, parent), Missing):
            body = with_value(body, parent, minimal_at(schema, parent))
    return body


def _promised(operation: Operation, skeleton: JSON, schema: Schema | None, status: int) -> JSON:
    """Put in what is promised of every 200 body and never varies: the status, and the marks of a success."""
    promises = operation.promises
    if not isinstance(skeleton, dict):
        return skeleton
    body: dict[str, JSON] = skeleton
    if promises.repeats_status is not None:
        body = with_value(body, promises.repeats_status.pointer, status)
    if promises.success is not None:
        body = with_value(body, promises.success.field, promises.success.value)
        for name in promises.success.empty:
            bare = without(body, name)
            body = bare if schema is None or schema.is_valid(bare) else with_value(body, name, "")
    return body


def _sources(operation: Operation, name: str, resource: Resource | None) -> tuple[str, ...]:
    """Where the arguments hold an identity field: bound or of its name, the path before the query before the body."""
    last = name.rpartition("/")[2]
    bind = operation.promises.bind
    parameters = sorted(operation.parameters, key=lambda each: ("path", "query", "header", "cookie").index(each.where))
    exact = [each.subject for each in parameters if bind.get(each.name, each.name) in {name, last}]
    alike = [each.subject for each in parameters if each.name.lower() == last.lower()]
    taken = resource.scope if resource else ()
    only = [each.subject for each in parameters if each.where == "path" and each.name not in taken]
    in_body = [f"body/{escape(member)}" for member, target in bind.items() if target == name]
    guess = only if len(only) == 1 and resource is not None and len(resource.identity) == 1 else []
    in_body += [f"body{resource.representation}{pointer(name)}"] if resource is not None else []
    return tuple(dict.fromkeys((*exact, *alike, *guess, *in_body, f"body{pointer(name)}")))


def _fields(
    operation: Operation, resource: Resource | None, names: Names, addresses: Addresses, inside: str
) -> tuple[tuple[str, str], ...]:
    """Which field each member of the request body, and each parameter that is no container, sets."""
    if resource is None:
        return ()
    bind = operation.promises.bind
    known = {
        pointer(each).split("/")[1]
        for each in (
            *resource.identity,
            *(name for unique in resource.unique for name in (*unique.fields, *unique.within)),
        )
    }
    found = [
        (each.subject, bind.get(each.name, each.name))
        for each in operation.parameters
        if (each.name not in resource.scope or each.name in bind)
        and not (each.where == "path" and addresses.reaches_by_path(resource))
    ]
    found = [(subject, target) for subject, target in found if target in known or subject.partition(".")[2] in bind]
    own = (name for name in names.declared if name not in names.read_only)
    return (*found, *((f"body{inside}/{escape(name)}", bind.get(name, name)) for name in own))
