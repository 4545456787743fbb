"""Which places of an operation hold the identities of resources, so that only values of what exists succeed there.

What a document doesn't annotate is inferred from the shape of its paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from contract_suite.contract.addressing import field_of, owner_of, roles
from contract_suite.contract.document import Node
from contract_suite.contract.naming.names import plain_name, singular
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource
from contract_suite.errors import DocumentError
from contract_suite.generate.facts import Facts, facts_at, facts_of
from contract_suite.generate.likeness import KEYS, noun_and_key
from contract_suite.generate.resources.inferred_resources import PathStep, inferred, step_of, steps
from contract_suite.generate.resources.references import Reference, references_in, resources_referred_to
from contract_suite.model.json import JSON, escape

_TYPE: Final = "type"
_ID: Final = "id"
_LISTED_BY: Final = frozenset({"id", "uuid", "guid"})
_CREATED: Final = 201
_DEEPEST: Final = 5
_DIRECT: Final = frozenset({"read", "update", "delete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A place that must hold a live value (`path.Id`, `body/Id`), and the field of the resource it stands for."""

    subject: str
    resource: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One value that an OpenAPI link hands on: its runtime expression, and the parameter that takes it."""

    operation: str
    parameter: str
    expression: str


class Addresses:
    """The resources of a contract, and which operation names them where."""

    def __init__(self, contract: Contract) -> None:
        """Read what the contract says; infer resources from paths where it says nothing."""
        self.inferred = not contract.resources
        self.resources = contract.resources or tuple(inferred(contract))
        self._contract = contract
        self._steps = {each.name: step_of(each, contract) for each in self.resources} if self.inferred else {}
        self._by_field = {each.identity[-1]: each for each in self.resources} if self.inferred else {}
        self._known_steps = [
            (each, step) for each in self.resources if (step := self._steps.get(each.name)) is not None
        ]
        self._subject_by_field: dict[tuple[str, str], str] = {}
        self._needs = {operation.id: tuple(self._needs_of(operation)) for operation in contract.operations}
        self._named_in_lists = {
            each.id: frozenset(self._named_like_listed(each)) if self.inferred else frozenset()
            for each in contract.operations
        }
        self._shown = self._shown_by_others(contract) if self.inferred else {}
        self._links = {operation.id: tuple(_links(operation)) for operation in contract.operations}

    def needs(self, operation: Operation) -> tuple[Need, ...]:
        """Return the places of an operation that must hold live values of a resource."""
        return self._needs.get(operation.id, ())

    def shown_by(self, operation: Operation) -> tuple[Resource, ...]:
        """Return the resources that a success of an operation on something else shows: the job that it began."""
        return self._shown.get(operation.id, ())

    def makers(self, resource: Resource) -> tuple[str, ...]:
        """Return the ids of the operations on something else that make one of a resource which has no create."""
        found = (self._contract.by_id[name] for name, shown in self._shown.items() if resource in shown)
        return tuple(each.id for each in found if each.documents(_CREATED))

    def links(self, operation: Operation) -> tuple[Link, ...]:
        """Return what the links of an operation's successes hand on."""
        return self._links.get(operation.id, ())

    def subject_of(self, operation: Operation, field: str) -> str:
        """Return the subject under which an operation takes a field of a resource, or an empty text."""
        key = (operation.id, field)
        if key not in self._subject_by_field:
            self._subject_by_field[key] = _subject(operation, field)
        return self._subject_by_field[key]

    def subjects(self, operation: Operation) -> frozenset[str]:
        """Return the subjects whose value must be live for the operation to succeed, path parameters among them."""
        paths = {f"path.{name}" for name in names_in(operation.path)}
        named = self._named_in_lists.get(operation.id, frozenset())
        return frozenset(paths | {need.subject for need in self.needs(operation)}) | named

    def references_in(self, body: JSON, beside: str = "") -> tuple[Reference, ...]:
        """Return what a body names by its members, whether or not they must be given; nothing of annotated resources.

        `beside` is the path that the body is sent to.
        """
        return tuple(references_in(body, self._known_steps, beside))

    def referred_to(self, operation: Operation) -> tuple[str, ...]:
        """Return the names of the resources that members of an operation's body may name, required or not."""
        return resources_referred_to(operation, self._known_steps) if self._known_steps else ()

    def takes(self, resource: Resource, value: JSON) -> bool:
        """Whether every operation on one of an inferred resource takes a value for its identity."""
        return all(schema.is_valid(value) for schema in self._of_path.get(resource.identity[-1], ()))

    @cached_property
    def _of_path(self) -> dict[str, list[Schema]]:
        """The schemas of path parameters by the field that each stands for."""
        found: dict[str, list[Schema]] = {}
        for operation in self._contract.operations:
            for parameter in operation.parameters:
                if parameter.where == "path":
                    found.setdefault(field_of(operation, parameter.name), []).append(parameter.schema)
        return found

    def step(self, resource: Resource) -> PathStep | None:
        """Return the path parameter that addresses an inferred resource; `None` for an annotated one."""
        return self._steps.get(resource.name)

    def _shown_by_others(self, contract: Contract) -> dict[str, tuple[Resource, ...]]:
        """Which operations answer with the very schema that the read of another resource has: a checkout, with an order.

        They make one, or begin one, as the resource has no create and they don't address it.
        """
        read = {each.name: contract.by_id[each.read.operation] for each in self.resources if each.read is not None}
        posts: dict[str, list[Operation]] = {}
        for operation in contract.operations:
            if operation.method == "POST" and (name := _name_of_success(operation)):
                posts.setdefault(name, []).append(operation)
        shown: dict[str, list[Resource]] = {}
        for resource in self.resources:
            if resource.name not in read or resource.create is not None:
                continue
            for operation in posts.get(_name_of_success(read[resource.name]), ()):
                if not any(step.field == resource.identity[-1] for step in steps(operation.path)):
                    shown.setdefault(operation.id, []).append(resource)
        return {each: tuple(found) for each, found in shown.items()}

    def _named_like_listed(self, operation: Operation) -> Iterator[str]:
        """Required members that name one of `/students`, where no path leads to one: lists and creates alone show their ids."""
        addressed = {step.noun for _, step in self._known_steps}
        for subject, _, noun, key in _required_names(operation):
            if key in _LISTED_BY and noun not in addressed and noun in self._listed_nouns:
                yield subject

    @cached_property
    def _listed_nouns(self) -> frozenset[str]:
        return frozenset(collection_noun(each.path) for each in self._contract.operations) - {""}

    def _inferred_needs(self, operation: Operation) -> Iterator[Need]:
        """What the path of an operation addresses: the innermost resource, or its owner where the operation makes one."""
        fields = [step.field for step in steps(operation.path) if step.field in self._by_field]
        found = list(roles(self.resources, operation))
        created = next((each for each, role in found if role == "create"), None)
        if created is not None and fields and fields[-1] == created.identity[-1]:
            fields.pop()  # PUT makes what it names
        # What a call names in its query or body.
        fields += [each.identity[-1] for each, role in found if role in _DIRECT and each.identity[-1] not in fields]
        known = [each for each in self._known_steps if each[0] is not created]
        if fields:
            resource = self._by_field[fields[-1]]
            for name in (*resource.scope, *resource.identity):
                if subject := self.subject_of(operation, name):
                    yield Need(subject=subject, resource=resource.name, field=name)
        yield from self._elsewhere(operation)
        yield from _references(operation, known)

    def _elsewhere(self, operation: Operation) -> Iterator[Need]:
        """Owners that another part of the API makes: the namespace of `/apis/batch/namespaces/{name}/jobs`, of `/api/namespaces`."""
        for step in steps(operation.path):
            if step.field in self._by_field or not step.noun:
                continue
            fitting = self._without_owner.get(step.noun, ())
            if len(fitting) == 1:
                yield Need(subject=f"path.{step.name}", resource=fitting[0].name, field=fitting[0].identity[-1])

    @cached_property
    def _without_owner(self) -> dict[str, list[Resource]]:
        """The resources that stand below nothing, by their noun."""
        found: dict[str, list[Resource]] = {}
        for resource, step in self._known_steps:
            if len(resource.identity) == 1:
                found.setdefault(step.noun, []).append(resource)
        return found

    def _needs_of(self, operation: Operation) -> Iterator[Need]:
        if self.inferred:
            yield from self._inferred_needs(operation)
            return
        found = list(roles(self.resources, operation))
        for resource, role in found:
            names = resource.scope if role in {"create", "list"} else (*resource.scope, *resource.identity)
            for name in names:
                if subject := self.subject_of(operation, name):
                    yield Need(subject=subject, resource=resource.name, field=name)
        for resource, role in found:
            owner = owner_of(self.resources, resource)
            if owner is None or role not in {"create", "list"}:
                continue
            for name in (*owner.scope, *owner.identity):
                subject = self.subject_of(operation, name)
                if subject and _is_required(operation, subject):
                    yield Need(subject=subject, resource=owner.name, field=name)


def collection_noun(path: str) -> str:
    """Return what the things of a collection are called, `student` of `/students`; empty for a path to anything else."""
    last = path.rstrip("/").rpartition("/")[2]
    return "" if names_in(last) else singular(last)


def _subject(operation: Operation, name: str) -> str:
    """Return where an operation takes a field of a resource: a parameter, a property of its body, or nowhere (empty)."""
    bound = {target: source for source, target in operation.promises.bind.items()}
    wanted = bound.get(name, bound.get("/" + name, name)).lstrip("/")
    parameter = operation.parameter(wanted)
    if parameter is not None:
        return parameter.subject
    media = operation.body.of_members if operation.body else None
    if media is not None and media.schema is not None and wanted in facts_of(view(media.schema)).properties:
        return f"body/{wanted}"
    return ""


def _references(operation: Operation, steps_by_resource: Sequence[tuple[Resource, PathStep]]) -> Iterator[Need]:
    """Members of the body and parameters of the query that are required and named after one inferred resource.

    `room_id`, `room` and `room: {id}` name one of `/rooms/{id}`: noun and key both fit, and no other resource does. So does
    the `product_id` by which a line of `/carts/{id}/lines/{product_id}` is known. `isbn` names one of `/books/{isbn}`.
    """
    own = {plain_name(each) for each in names_in(operation.path)}
    for subject, name, noun, key in _required_names(operation):
        bound = operation.promises.bind.get(name)
        if bound is not None and not any(
            resource.identity[-1] == bound and step.noun != noun for resource, step in steps_by_resource
        ):
            continue
        fitting = [
            resource
            for resource, step in steps_by_resource
            if (step.noun == noun and (not key or noun_and_key(step.name)[1] in {key, "", "id"}))
            or (not key and noun not in own and noun == plain_name(step.name) and not noun_and_key(step.name)[1])
        ]
        if len(fitting) == 1:
            yield Need(subject=subject, resource=fitting[0].name, field=fitting[0].identity[-1])
    media = operation.body.of_members if operation.body else None
    if media is not None and media.schema is not None:
        yield from _typed_references(facts_of(view(media.schema)), "body", steps_by_resource)


def _typed_references(
    facts: Facts, subject: str, steps_by_resource: Sequence[tuple[Resource, PathStep]], depth: int = 0
) -> Iterator[Need]:
    """Objects below required members that say of what kind a thing is, and which one: `{type: people, id}` (JSON:API)."""
    kinds = facts_of(facts.member(_TYPE)).choices if _TYPE in facts.properties else []
    if depth and len(kinds) == 1 and isinstance(kinds[0], str) and {_TYPE, _ID} <= facts.required:
        noun = singular(kinds[0])
        fitting = [resource for resource, step in steps_by_resource if step.noun == noun]
        if len(fitting) == 1 and _ID in facts.properties:
            yield Need(subject=f"{subject}/{_ID}", resource=fitting[0].name, field=fitting[0].identity[-1])
    for name in facts.properties if depth < _DEEPEST else ():
        member = facts_of(facts.member(name)) if name in facts.required else None
        if member is not None and member.types == {"object"}:
            yield from _typed_references(member, f"{subject}/{escape(name)}", steps_by_resource, depth + 1)


def _required_names(operation: Operation) -> Iterator[tuple[str, str, str, str]]:
    """What an operation requires in query and body, as subject, name, noun and key; a noun alone has no key."""
    for parameter in operation.parameters:
        if parameter.where == "query" and parameter.required:
            yield from _split(operation, parameter.subject, parameter.name)
    media = operation.body.of_members if operation.body else None
    if media is None or media.schema is None:
        return
    facts = facts_of(view(media.schema))
    for name in facts.properties:
        if name not in facts.required:
            continue
        member = facts_of(facts.member(name))
        if member.types != {"object"}:
            yield from _split(operation, f"body/{escape(name)}", name)
            continue
        keys = [each for each in member.properties if each in member.required and plain_name(each) in KEYS]
        if len(keys) == 1:
            yield f"body/{escape(name)}/{escape(keys[0])}", name, plain_name(name), plain_name(keys[0])


def _split(operation: Operation, subject: str, name: str) -> Iterator[tuple[str, str, str, str]]:
    noun, key = noun_and_key(name)
    facts = facts_at(operation, subject)
    if noun and key:
        yield subject, name, noun, key
    elif noun and facts is not None and facts.types <= {"string", "integer"} and not facts.choices:
        yield subject, name, noun, ""


def _name_of_success(operation: Operation) -> str:
    """The reference to the schema of an operation's first JSON success; empty if it has no schema with a name."""
    found = (each.json for each in operation.responses if each.status.startswith("2"))
    schema = next((media.schema for media in found if media is not None and media.schema is not None), None)
    reference = schema.bundle.root.get("$ref") if schema is not None and isinstance(schema.bundle.root, dict) else None
    return reference if isinstance(reference, str) else ""


def _is_required(operation: Operation, subject: str) -> bool:
    if subject.startswith("body/"):
        media = operation.body.of_members if operation.body else None
        return bool(media and media.schema and subject[5:] in facts_of(view(media.schema)).required)
    parameter = operation.parameter(subject)
    return parameter is not None and parameter.required


def _links(operation: Operation) -> Iterator[Link]:
    """Read the `links` of the 2xx responses; whatever is malformed, or can't be reached, is passed over."""
    responses = _reached(operation.node.child("responses")) if operation.node else None
    for status, stub in responses.items() if responses else ():
        response = _reached(stub) if status.startswith("2") else None
        links = _reached(response.child("links")) if response else None
        for _, link in links.items() if links else ():
            found = _reached(link)
            value = found.value if found else None
            if (
                isinstance(value, dict)
                and isinstance(target := value.get("operationId"), str)
                and isinstance(rules := value.get("parameters"), dict)
            ):
                for name, rule in rules.items():
                    if isinstance(rule, str):
                        yield Link(operation=target, parameter=name, expression=rule)


def _reached(node: Node | None) -> Node | None:
    """Follow the `$ref`s of a node; `None` where they lead nowhere."""
    try:
        return node.resolve() if node is not None else None
    except DocumentError:
        return None
