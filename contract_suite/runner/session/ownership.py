"""What a run may change: only what it made itself, unless the user lets it do more or the embedded mock answers.

Two looks are taken. `left_out` looks at an operation as a whole, before anything is sent; `refusal` at one request, at
the ids that stand in it. A read is always sent, unless its name says that it does harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from contract_suite.behaviours.behaviour import NotSent
from contract_suite.contract.addressing import field_of, identity_in, named_values, roles
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.paths.routing import names_in, path_values, shape
from contract_suite.contract.vocabulary import Resource, Role
from contract_suite.generate.harmful_operations import CHANGES_SHARED, harm, only_asks, thing_paths
from contract_suite.generate.resources.inferred_resources import makes_below_another, steps
from contract_suite.model.case import Case
from contract_suite.model.json import JSON
from contract_suite.model.run import TO_BE_SAFE
from contract_suite.runner.session.ledger.ledger import Ledger

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_DIRECT: Final = frozenset({"update", "delete"})
_UNDECLARED: Final = "an undeclared method might change data that the run did not create"
_SEVERAL: Final = re.compile(r"[\s./\\*,;]*|.*[*,;].*", re.DOTALL)
"""Texts in the place of an id that a server may read as no id, or as several."""
_BEGINS_WHOLE: Final = re.compile(r"\s*[+-]?\d{1,40}(?!\d)")
"""What a server reads of a text that takes its first digits for the number."""


class Ownership:
    """Which operations and requests of a run are sent, by what they would change."""

    def __init__(self, ledger: Ledger, *, prefix: str, everything: bool) -> None:
        """`prefix` stands in every name that the run makes up; with `everything`, nothing is held back."""
        self.refused: dict[str, str] = {}
        """Why clauses were left out because the request for them was not sent, by clause id."""
        self.absent: set[str] = set()
        """Ids that the run drew at random, so that nothing can have them."""
        self._ledger = ledger
        self._prefix = prefix
        self.everything = everything
        by_path = {path: (resource, fields) for path, resource, fields in _by_path(ledger)}
        self._resources = {path: resource for path, (resource, _) in by_path.items()}
        self._fields = {path: fields for path, (_, fields) in by_path.items()}
        self._own = frozenset(
            path
            for path, resource in self._resources.items()
            if resource.create is not None or ledger.addresses.makers(resource)
        )
        self._called = _not_by_path(ledger)
        self._harms: dict[str, str] = {}

    def left_out(self, operation: Operation) -> str:
        """Return why no request of an operation is sent, or nothing."""
        if self.everything:
            return ""
        if operation.id not in self._harms:
            why = harm(operation, self._ledger.resources, self._own)
            self._harms[operation.id] = f"{TO_BE_SAFE}{why}" if why else ""
        return self._harms[operation.id]

    def refusal(self, operation: Operation | None, case: Case) -> str:
        """Return why a request is not sent, or nothing: it would change what the run did not make."""
        request = case.request
        if self.everything or operation is None or request.method in _SAFE:
            return ""
        declared = request.method == operation.method
        if declared and self.adds_or_shows(operation):
            return ""
        why = ""
        if not self._is_own(operation, case, declared=declared):
            why = f"{TO_BE_SAFE}{CHANGES_SHARED if declared else _UNDECLARED}"
            if case.target_clause:
                self.refused.setdefault(case.target_clause, why)
        return why

    def adds_or_shows(self, operation: Operation) -> bool:
        """Whether an operation only shows things, or makes one that changes nothing else."""
        return only_asks(operation) or any(
            role in {"list", "read"}
            or (
                role == "create"
                and (not makes_below_another(resource, operation) or self._is_undone(resource, operation))
            )
            for resource, role in roles(self._ledger.resources, operation)
        )

    def _is_undone(self, resource: Resource, operation: Operation) -> bool:
        """Whether what is added to something can be deleted again, and nobody makes what it is added to.

        A review of what a catalogue has is one's own, as what is listed below a thing is.
        """
        return resource.delete is not None and self.maker(operation) is None

    def hold_back(self, operation: Operation | None, case: Case) -> None:
        """Raise `NotSent` for a request that is not sent."""
        why = self.refusal(operation, case)
        if why:
            raise NotSent(why)

    def maker(self, operation: Operation) -> tuple[str, Resource] | None:
        """Return the path of the innermost thing that an operation acts on and that the run can make, and its kind."""
        found = [path for path in thing_paths(operation.path) if shape(path) in self._own]
        return (found[-1], self._resources[shape(found[-1])]) if found else None

    def _is_own(self, operation: Operation, case: Case, *, declared: bool) -> bool:
        if declared:
            said = self._is_said_own(operation, case)
            if said is not None:
                return said
        values = path_values(operation.written_path, case.request.target)
        if not values:
            return declared and not names_in(operation.path)
        texts = {name: unquote(text, errors="replace") for name, text in values.items()}
        if any(_says_several(text) for text in texts.values()):
            return False
        named: dict[str, JSON] = {
            key: text for name, text in texts.items() for key in (name, field_of(operation, name))
        }
        for path in thing_paths(operation.path):
            name, resource = names_in(path)[-1], self._resources.get(shape(path))
            if self._can_not_be(texts[name], _parameter(operation, name)):
                return True
            if resource is None:
                continue
            # Its own path tells what each place stands for: the review's `bookId` is the `id` of `/books/{bookId}`.
            placed = zip(self._fields[shape(path)], (texts[each] for each in names_in(path)), strict=False)
            if self._is_known(resource, named) or self._is_known(resource, {**named, **dict(placed)}):
                return True
        return False

    def _is_said_own(self, operation: Operation, case: Case) -> bool | None:
        """Whether what annotations or the names of calls say an operation is about is the run's own; `None` if nothing."""
        named = named_values(operation, case.arguments)
        for resource in (each for each, role in roles(self._called, operation) if role in _DIRECT):
            value = named.get(resource.identity[-1])
            if _says_several(value):
                return False
            return self._can_not_be(value, _naming(operation, resource)) or self._is_known(resource, named)
        direct = [each for each, role in roles(self._ledger.contract.resources, operation) if role in _DIRECT]
        for resource in direct:
            identity = identity_in(resource, named)
            if identity is None or any(_says_several(value) for value in identity.values()):
                return identity is None
            if self._is_known(resource, named) or any(
                self._can_not_be(value, _parameter(operation, name)) for name, value in identity.items()
            ):
                return True
        return False if direct else None

    def _is_known(self, resource: Resource, named: Mapping[str, JSON]) -> bool:
        """Whether values by field name what the run made, or what is known not to be there, owners included."""
        identity = identity_in(resource, dict(named))
        scope = {name: named[name] for name in resource.scope if name in named}
        return identity is not None and self._ledger.is_own_or_gone(resource, identity, scope)

    def _can_not_be(self, value: JSON, parameter: Parameter | None) -> bool:
        """Whether nothing can have a value for its id: the run made it up, or its schema forbids it."""
        text = str(value)
        if self._prefix in text or text in self.absent:
            return True
        if parameter is None or parameter.schema.is_valid(text):
            return False
        return not any(parameter.schema.is_valid(each) for each in _numbers(text))


def _by_path(ledger: Ledger) -> Iterator[tuple[str, Resource, tuple[str, ...]]]:
    """The resources by the shape of the path of one of them, with the fields that its places stand for.

    `/things/{id}/parts` is below `/things/{thingId}` too. Where nothing is served at the path of a thing that can be made,
    what acts on it (`POST /things/{id}/send`) says where it is.
    """
    operations = {each.id: each for each in ledger.contract.operations}
    for resource in ledger.resources:
        roles_of_one = (resource.read, resource.update, resource.delete)
        at_it = [
            (each, each.path.rstrip("/")) for role in roles_of_one if role and (each := operations[role.operation])
        ]
        if not any(roles_of_one) and resource.create is not None and ledger.addresses.inferred:
            acting = ((each, path) for each in operations.values() for path in thing_paths(each.path))
            at_it = [(each, path) for each, path in acting if shape(path) == resource.identity[-1]][:1]
        for operation, path in at_it:
            if names_in(path.rpartition("/")[2]):
                yield shape(path), resource, tuple(field_of(operation, name) for name in names_in(path))


def _not_by_path(ledger: Ledger) -> tuple[Resource, ...]:
    """Inferred resources of which the query or body of a call names one; their roles are those of such calls alone."""
    paths = {each.id: {step.field for step in steps(each.path)} for each in ledger.contract.operations}

    def called(role: Role | None, field: str) -> Role | None:
        return role if role is not None and field not in paths.get(role.operation, ()) else None

    if not ledger.addresses.inferred:
        return ()
    return tuple(
        replace(each, update=called(each.update, each.identity[-1]), delete=called(each.delete, each.identity[-1]))
        for each in ledger.resources
    )


def _naming(operation: Operation, resource: Resource) -> Parameter | None:
    """The parameter of a call that names one of a resource, if no member of the body does."""
    bound = (name for name, field in operation.promises.bind.items() if field == resource.identity[-1])
    return _parameter(operation, next(bound, ""))


def _parameter(operation: Operation, name: str) -> Parameter | None:
    return next((each for each in operation.parameters if name in {each.name, each.subject}), None)


def _says_several(value: JSON) -> bool:
    return not isinstance(value, str | int) or _SEVERAL.fullmatch(str(value)) is not None


def _numbers(text: str) -> tuple[int | float, ...]:
    """Return the numbers that a lenient server may read in a text: 2.0 is 2, 1.5 may be cut to 1 or rounded to 2, "1x" cut to 1."""
    begins = _BEGINS_WHOLE.match(text)
    cut = int(begins[0]) if begins is not None else None
    try:
        number = float(text)
    except ValueError:
        return () if cut is None else (cut,)
    if number.is_integer():
        return (int(number),)
    away = -1 if number < 0 else 1
    return (number,) if cut is None else (number, cut, cut + away)
