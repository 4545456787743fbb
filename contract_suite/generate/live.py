"""Live values: what a server has shown that exists, put where an operation asks for it.

The rule that must not be broken: a value is live only after a 2xx answer showed it, and no longer once it was deleted
or answered 404.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from contract_suite.contract.operation import Contract, Operation, is_json
from contract_suite.contract.routing import names_in
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.generate.facts import Facts
from contract_suite.model.exchange import Exchange, is_success
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, at, unescape

_MAX_RECORDS: Final = 200
_MAX_SEEN: Final = 20
_GONE: Final = frozenset({404, 410})
_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]")


@dataclass(slots=True)
class _Record:
    """One thing that exists: its known fields, the scope parameters among them."""

    fields: dict[str, JSON]
    made: bool = False


@dataclass(frozen=True, slots=True)
class _Need:
    """A place of an operation that must hold a live value: the argument or body property, and the field of the resource it stands for."""

    subject: str
    resource: str
    field: str


@dataclass(slots=True)
class _Links:
    """OpenAPI links of one operation: (target operation, argument, runtime expression)."""

    rules: list[tuple[str, str, str]] = field(default_factory=list)


class _Unread(Enum):
    UNREAD = "unread"


_UNREAD: Final = _Unread.UNREAD


class Pool:
    """The live values of one contract at one endpoint.

    Feed it every exchange; what a run made is preferred to what was there before.
    """

    def __init__(self, contract: Contract) -> None:
        """Read from the contract which operations show, ask for and remove which resources; infer it where the contract doesn't say."""
        self.contract = contract
        self.resources = contract.resources or tuple(_inferred(contract))
        self._records: dict[str, dict[tuple[str | int, ...], _Record]] = {
            resource.name: {} for resource in self.resources
        }
        self._seen: dict[str, list[JSON]] = {}
        self._linked: dict[str, dict[str, JSON]] = {}
        self._needs = {operation.id: tuple(self._find_needs(operation)) for operation in contract.operations}
        self._links = {operation.id: _links(operation) for operation in contract.operations}

    def addressing(self, operation: Operation) -> frozenset[str]:
        """Return the subjects (`path.Id`, `query.Id`, `body/Id`) whose value must be live for the operation to succeed."""
        paths = {f"path.{name}" for name in names_in(operation.path)}
        return frozenset(paths | {need.subject for need in self._needs.get(operation.id, ())})

    def live(self, operation: Operation, *, skip: int = 0) -> dict[str, JSON] | None:
        """Return live values for the operation by subject; `None` if it needs a resource and none is known.

        `skip` passes over that many of the resources that would fit.
        """
        values: dict[str, JSON] = {}
        needs = self._needs.get(operation.id, ())
        for resource in dict.fromkeys(need.resource for need in needs):
            wanted = [need for need in needs if need.resource == resource]
            found = [record for record in self._sorted(resource) if all(need.field in record.fields for need in wanted)]
            if skip < len(found):
                values |= {
                    need.subject: found[skip].fields[need.field] for need in wanted if need.subject not in values
                }
            elif wanted:
                scope = self._scope(resource, wanted)
                if scope is None:
                    return None
                values |= scope
        for subject in self.addressing(operation):
            if subject not in values:
                fallback = self._fallback(operation, subject)
                if not isinstance(fallback, Missing):
                    values[subject] = fallback
        return values

    def arguments(self, operation: Operation, base: Arguments, *, skip: int = 0) -> Arguments | None:
        """Return `base` with live values in their places; `None` if a needed one is not known."""
        values = self.live(operation, skip=skip)
        if values is None:
            return None
        filled = place(base, values)
        return filled if all(f"path.{name}" in filled for name in names_in(operation.path)) else None

    def learn(
        self,
        operation: Operation,
        arguments: Arguments,
        exchange: Exchange,
        *,
        body: JSON | Missing | _Unread = _UNREAD,
    ) -> None:
        """Take in an exchange: a 2xx shows what exists or removes it, a 404 tells what is gone.

        `body` is its parsed body, where somebody has it.
        """
        status = exchange.status
        if status in _GONE:
            self._forget(operation, arguments)
        elif is_success(status):
            body = _body(exchange) if isinstance(body, _Unread) else body
            self._take(operation, arguments, body)
            if not isinstance(body, Missing):
                self._remember(body)
                self._follow(operation, arguments, body)

    def known(self, resource: str) -> int:
        """Return how many of a resource are known to exist."""
        return len(self._records.get(resource, ()))

    def _take(self, operation: Operation, arguments: Arguments, body: JSON | Missing) -> None:
        for resource in self.resources:
            sent = self._fields_sent(operation, resource, arguments)
            if _is(resource.delete, operation):
                self._remove(resource, {**sent})
            elif _is(resource.create, operation) or _is(resource.read, operation) or _is(resource.update, operation):
                shown = _fields(resource, body)
                fields = {**shown, **sent} if not _is(resource.create, operation) else {**sent, **shown}
                self._keep(resource, fields, made=_is(resource.create, operation))
            elif operation.id in resource.lists and not isinstance(body, Missing):
                scope = {name: value for name, value in sent.items() if name in resource.scope}
                for item in _items(operation, body)[:_MAX_RECORDS]:
                    self._keep(resource, {**scope, **_fields(resource, item)}, made=False)

    def _keep(self, resource: Resource, fields: dict[str, JSON], *, made: bool) -> None:
        keys = (*resource.scope, *resource.identity)
        if not all(isinstance(fields.get(name), (str, int)) for name in keys):
            return
        records = self._records[resource.name]
        key = tuple(fields[name] for name in keys)
        record = records.get(key)  # type: ignore[arg-type]  # only text and numbers came through
        if record is not None:
            record.fields |= fields
            record.made = record.made or made
        elif len(records) < _MAX_RECORDS or made:
            plain: dict[str, JSON] = {}
            plain |= {name: value for name, value in fields.items() if isinstance(value, (str, int, float))}
            records[key] = _Record(plain, made)  # type: ignore[index]  # as above

    def _remove(self, resource: Resource, key: Mapping[str, JSON]) -> None:
        """Forget a resource by its key, and what it owns."""
        names = [name for name in (*resource.scope, *resource.identity) if name in key]
        if not all(name in key for name in resource.identity):
            return
        self._drop(resource.name, key, names)
        for owned in self.resources:
            if owned.name in resource.owns and owned.name != resource.name:
                shared = [name for name in names if name in owned.identity or name in owned.scope]
                if shared:
                    self._drop(owned.name, key, shared)

    def _drop(self, resource: str, key: Mapping[str, JSON], names: list[str]) -> None:
        """Forget the records that have the key's values under `names`."""
        records = self._records[resource]
        for identity in [
            identity
            for identity, record in records.items()
            if all(record.fields.get(name) == key[name] for name in names)
        ]:
            del records[identity]

    def _forget(self, operation: Operation, arguments: Arguments) -> None:
        self._linked.pop(operation.id, None)
        for resource in self.resources:
            if any(_is(role, operation) for role in (resource.read, resource.update, resource.delete)):
                self._remove(resource, self._fields_sent(operation, resource, arguments))
        for resource in self._owners(operation):
            self._remove(resource, self._fields_sent(operation, resource, arguments))

    def _owners(self, operation: Operation) -> Iterator[Resource]:
        """Resources whose existence a create or list of what they own takes for granted."""
        for resource in self.resources:
            if _is(resource.create, operation) or operation.id in resource.lists:
                yield from (
                    owner for owner in self.resources if resource.name in owner.owns and owner.name != resource.name
                )

    def _find_needs(self, operation: Operation) -> Iterator[_Need]:
        for resource in self.resources:
            if any(_is(role, operation) for role in (resource.read, resource.update, resource.delete)):
                names = (*resource.scope, *resource.identity)
            elif _is(resource.create, operation) or operation.id in resource.lists:
                names = resource.scope
            else:
                continue
            yield from (_Need(subject, resource.name, name) for name in names if (subject := _subject(operation, name)))
        for owner in self._owners(operation):
            required = [(name, _subject(operation, name)) for name in (*owner.scope, *owner.identity)]
            yield from (
                _Need(subject, owner.name, name)
                for name, subject in required
                if subject and _is_required(operation, subject)
            )

    def _fields_sent(self, operation: Operation, resource: Resource, arguments: Arguments) -> dict[str, JSON]:
        sent: dict[str, JSON] = {}
        for name in (*resource.scope, *resource.identity):
            subject = _subject(operation, name)
            value = value_of(arguments, subject) if subject else MISSING
            if not isinstance(value, Missing):
                sent[name] = value
        return sent

    def _sorted(self, resource: str) -> list[_Record]:
        """What the run made last first, then what was there, oldest first."""
        records = list(self._records.get(resource, {}).values())
        return [record for record in reversed(records) if record.made] + [
            record for record in records if not record.made
        ]

    def _scope(self, name: str, wanted: list[_Need]) -> dict[str, JSON] | None:
        """Values without a record: declared ones, else nothing."""
        resource = next(each for each in self.resources if each.name == name)
        found: dict[str, JSON] = {}
        for need in wanted:
            bare = need.subject.partition(".")[2] or need.subject.rpartition("/")[2]
            if bare in self.contract.values and (need.field in resource.scope or not self._records[name]):
                found[need.subject] = self.contract.values[bare]
            else:
                others = [
                    record.fields[need.field]
                    for records in self._records.values()
                    for record in records.values()
                    if need.field in record.fields
                ]
                if need.field not in resource.scope:
                    return None
                if not others:
                    continue  # what the document shows for it stays in its place
                found[need.subject] = others[0]
        return found

    def _fallback(self, operation: Operation, subject: str) -> JSON | Missing:
        linked = self._linked.get(operation.id, {})
        if subject in linked:
            return linked[subject]
        name = subject.partition(".")[2] or subject.rpartition("/")[2]
        if name in self.contract.values:
            return self.contract.values[name]
        seen = self._seen.get(_plain(name), [])
        return seen[-1] if seen else MISSING

    def _remember(self, body: JSON) -> None:
        """Keep the fields of an answer by name, for parameters of the same name that nothing else explains."""
        for item in [body, *_objects(body)]:
            for name, value in item.items() if isinstance(item, dict) else ():
                if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                    values = self._seen.setdefault(_plain(name), [])
                    if value not in values:
                        values.append(value)
                        del values[:-_MAX_SEEN]

    def _follow(self, operation: Operation, arguments: Arguments, body: JSON) -> None:
        for target, subject, expression in self._links[operation.id].rules:
            value = _evaluate(expression, arguments, body)
            known = next((each for each in self.contract.operations if each.id == target), None)
            parameter = known.parameter(subject) if known else None
            if parameter is not None and isinstance(value, (str, int)):
                self._linked.setdefault(target, {})[parameter.subject] = value


def place(arguments: Arguments, values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return arguments with values put at their subjects: `query.Id`, or `body/Id` for a member of the body."""
    filled = dict(arguments)
    for subject, value in values.items():
        if subject.startswith("body/"):
            body = filled.get("body", {})
            if isinstance(body, dict):
                filled["body"] = {**body, unescape(subject[5:]): value}
        else:
            filled[subject] = value
    return filled


def value_of(arguments: Arguments, subject: str) -> JSON | Missing:
    """Return what stands at a subject of arguments, or `MISSING`."""
    if subject.startswith("body/"):
        return at(arguments.get("body"), subject[4:])
    return arguments.get(subject, MISSING)


def _inferred(contract: Contract) -> Iterator[Resource]:
    """Resources by the shape of the paths: `/pets/{petId}` beside `/pets`."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in contract.operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    for path, item in by_path.items():
        parent, _, last = path.rpartition("/")
        names = names_in(last)
        if not parent or len(names) != 1 or last != f"{{{names[0]}}}":
            continue
        above = by_path.get(parent) or by_path.get(parent + "/") or {}
        roles = {
            kind: _role(item, *methods)
            for kind, methods in (("read", ("GET",)), ("update", ("PUT", "PATCH")), ("delete", ("DELETE",)))
        }
        listed = above.get("GET")
        yield Resource(
            name=path,
            identity=(names[0],),
            scope=names_in(parent),
            create=_role(above, "POST"),
            read=roles["read"],
            update=roles["update"],
            delete=roles["delete"],
            lists=(listed.id,) if listed else (),
            owns=tuple(other for other in by_path if other.startswith(path + "/") and other.endswith("}")),
            location=next(iter(item.values())).location,
        )


def _role(item: Mapping[str, Operation], *methods: str) -> Role | None:
    operation = next((item[method] for method in methods if method in item), None)
    return Role(operation=operation.id, location=operation.location) if operation else None


def _is(role: Role | None, operation: Operation) -> bool:
    return role is not None and role.operation == operation.id


def _subject(operation: Operation, name: str) -> str:
    """Return where an operation takes a field of a resource: a parameter, a property of its body, or nowhere (empty)."""
    bound = {target: source for source, target in operation.promises.bind.items()}
    wanted = bound.get(name, bound.get("/" + name, name)).lstrip("/")
    parameter = operation.parameter(wanted)
    if parameter is not None:
        return parameter.subject
    media = operation.body.json if operation.body else None
    if media is not None and media.schema is not None and wanted in Facts(view(media.schema)).properties:
        return f"body/{wanted}"
    return ""


def _is_required(operation: Operation, subject: str) -> bool:
    if subject.startswith("body/"):
        media = operation.body.json if operation.body else None
        return bool(media and media.schema and subject[5:] in Facts(view(media.schema)).required)
    parameter = operation.parameter(subject)
    return parameter is not None and parameter.required


def _fields(resource: Resource, value: JSON | Missing) -> dict[str, JSON]:
    """Return the key fields of a resource as a representation shows them, by careful likeness where the exact name is absent."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, JSON] = {}
    for name in (*resource.identity, *resource.scope):
        member = at(value, name)
        if isinstance(member, Missing) and name in resource.identity and resource.name.startswith("/"):
            alike = {_plain(key): each for key, each in value.items()}
            member = alike.get(_plain(name), alike.get("id", MISSING))
        if not isinstance(member, Missing) and not isinstance(member, (dict, list, bool)) and member is not None:
            found[name] = member
    return found


def _items(operation: Operation, body: JSON) -> list[JSON]:
    collection = operation.promises.collection
    items = at(body, collection.items) if collection else body
    if isinstance(items, dict) and collection is None:
        items = next(
            (value for value in items.values() if isinstance(value, list) and value and isinstance(value[0], dict)), []
        )
    return items if isinstance(items, list) else []


def _objects(body: JSON) -> list[JSON]:
    lists = body.values() if isinstance(body, dict) else [body]
    return [item for value in lists if isinstance(value, list) for item in value[:_MAX_SEEN] if isinstance(item, dict)]


def _links(operation: Operation) -> _Links:
    """Read the `links` of the 2xx responses; whatever is malformed is passed over."""
    found = _Links()
    responses = operation.node.get("responses") if operation.node else None
    for status, reference in responses.items() if responses else ():
        links = reference.resolve().get("links") if status.startswith("2") else None
        for _, link in links.items() if links else ():
            value = link.resolve().value
            if (
                isinstance(value, dict)
                and isinstance(target := value.get("operationId"), str)
                and isinstance(rules := value.get("parameters"), dict)
            ):
                found.rules += [(target, subject, rule) for subject, rule in rules.items() if isinstance(rule, str)]
    return found


def _evaluate(expression: str, arguments: Arguments, body: JSON) -> JSON | Missing:
    """Evaluate the runtime expressions that name a value of the exchange; `MISSING` for any other."""
    if expression.startswith("$response.body#"):
        return at(body, expression.removeprefix("$response.body#"))
    if expression.startswith("$request.body#"):
        return at(arguments.get("body"), expression.removeprefix("$request.body#"))
    if expression.startswith("$request."):
        return arguments.get(expression.removeprefix("$request."), MISSING)
    return MISSING if expression.startswith("$") else expression


def _body(exchange: Exchange) -> JSON | Missing:
    response = exchange.response
    if (
        response is None
        or response.truncated
        or not response.body
        or not is_json(response.header("content-type") or "application/json")
    ):
        return MISSING
    try:
        value: JSON = json.loads(response.body)
    except (ValueError, RecursionError):
        return MISSING
    return value


def _plain(name: str) -> str:
    return _NOT_ALNUM.sub("", name.lower())
