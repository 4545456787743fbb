"""Arguments with what the run made in them: the owner of what is created or listed, the thing that is acted on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from contract_suite.behaviours.behaviour import Made
from contract_suite.contract.addressing import address, field_of, named_values, owner_of, plain, roles, with_body
from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Operation
from contract_suite.contract.paths.routing import names_in
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Resource
from contract_suite.generate.facts import facts_of
from contract_suite.generate.harmful_operations import thing_paths
from contract_suite.generate.resources.inferred_resources import steps
from contract_suite.model.json import JSON, MISSING, Arguments, parsed
from contract_suite.runner.session.ownership import Ownership

_STEM: Final = 4
"""So many letters an action and a member that decides about it have in common: `capture`, `captured`."""


class OwnThings:
    """What a session keeps for its own use, put where arguments name something of its kind."""

    def __init__(
        self, resources: tuple[Resource, ...], ownership: Ownership, fixture: Callable[[Resource], Made | None]
    ) -> None:
        """`fixture` gives the one of a resource that the session keeps, made when first asked for."""
        self._resources = resources
        self._ownership = ownership
        self._fixture = fixture

    def with_owner(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Put the identity of the session's own owner into the arguments of an operation on something owned."""
        for resource, role in roles(self._resources, operation):
            owner = owner_of(self._resources, resource)
            if owner is None or role not in {"create", "list"} or owner.create is None:
                continue
            made = self._fixture(owner)
            if made is not None:
                given = address(operation, made.identity, made.scope, only_required=True)
                merged = {**arguments, **given}
                body = {**members_of(arguments), **members_of(given)}
                return {**merged, "body": body} if body else merged
        return arguments

    def on_own_thing(self, operation: Operation, arguments: Arguments) -> Arguments:
        """Put something that the run made into the arguments of an operation that acts on one such thing."""
        found = None if operation.safe or self._ownership.adds_or_shows(operation) else self._ownership.maker(operation)
        made = self._fixture(found[1]) if found is not None else None
        return arguments if found is None or made is None else _placed(found[0], made, arguments)


def _placed(path: str, made: Made, arguments: Arguments) -> Arguments:
    """Return arguments in which the innermost place of a path, and those before it, lead to something that was made."""
    *outer, innermost = (names_in(each)[-1] for each in thing_paths(path))
    placed = {key: made.arguments[key] for name in outer if (key := f"path.{name}") in made.arguments}
    shown = {f"path.{step.name}": made.identity[step.field] for step in steps(path) if step.field in made.identity}
    identity = made.identity.get(made.resource.identity[-1], next(iter(made.identity.values())))
    return {**arguments, **placed, f"path.{innermost}": identity, **shown}


def below_a_new_one(
    ownership: Ownership, operation: Operation, arguments: Arguments, make: Callable[[Resource], Made | None]
) -> Arguments | None:
    """Return a create's arguments below something made for it; `None` where its path leads to nothing that can be made."""
    found = ownership.maker(operation)
    made = make(found[1]) if found is not None else None
    return None if found is None or made is None else _placed(found[0], made, arguments)


def as_made(operation: Operation, arguments: Arguments, made: Made) -> Arguments | None:
    """Return an update's arguments with what its thing was made of, which was accepted once; `None` if they share nothing."""
    body, own = members_of(arguments), members_of(made.arguments)
    same = {name: own[name] for name in body if name in own and field_of(operation, name) == name}
    return with_body(arguments, same) if same else None


def made_otherwise(create: Operation | None, action: Operation, said: str = "") -> Iterator[dict[str, JSON]]:
    """Yield what else a create may be given that decides about an action: `capture: false` leaves something to capture.

    So does a flag that a refusal of the action names: "Course is not published" where a course has `published`, and a
    choice that it names: "Only published products can be reviewed" where `status` may be `published`. `AUTHORIZE` is the
    choice for `POST /orders/{id}/authorize`.
    """
    verb = plain_name(action.path.rstrip("/").rpartition("/")[2])[:_STEM]
    media = create.body.of_members if create is not None and create.body is not None else None
    if media is None or media.schema is None:
        return
    place, told = view(media.schema), set(words(said))
    for name in place.property_names():
        member = place.member(name)
        if member.types() - {"null"} != {"boolean"}:
            usual = member.keyword("default")
            yield from ({name: each} for each in facts_of(member).choices if each != usual and _fits(each, verb, told))
            continue
        named = len(verb) == _STEM and any(word.startswith(verb) for word in words(name))
        if named or not told.isdisjoint(words(name)[-1:]):
            usual = member.keyword("default")
            choices: tuple[JSON, ...] = (False, True)
            yield from ({name: value} for value in choices if value is not usual)


def _fits(choice: JSON, verb: str, told: Collection[str]) -> bool:
    """Whether a choice is called like an action, of which `verb` is the stem, or all its words are among those that were told."""
    if not isinstance(choice, str) or len(choice) < _STEM:
        return False
    return (len(verb) == _STEM and plain_name(choice).startswith(verb)) or set(words(choice)) <= set(told)


def members_of(arguments: Arguments) -> dict[str, JSON]:
    """Return the members of the body of arguments; none where it is no object."""
    body = arguments.get("body")
    return body if isinstance(body, dict) else {}


def shown_members(made: Made) -> dict[str, JSON]:
    """Return the members that the answer to a create shows, those below `data` or the like behind its own."""
    response = made.exchange.response
    body = parsed(response.body) if response is not None else MISSING
    layers = [body, *(body.values() if isinstance(body, dict) else ())]
    return {name: value for layer in reversed(layers) if isinstance(layer, dict) for name, value in layer.items()}


def made_with(
    listing: Operation, made: Made, operations: Mapping[str, Operation], needed: Sequence[str]
) -> dict[str, JSON]:
    """Return what a list can't be asked without, as something was made with it: the project whose tasks it lists."""
    create = operations.get(made.resource.create.operation) if made.resource.create is not None else None
    own = named_values(create, made.arguments) if create is not None else {}
    fields = {
        each.parameter: plain(each.field)
        for each in listing.promises.filters
        if each.match == "equals" and not each.several
    }
    found: dict[str, JSON] = {}
    for parameter in listing.parameters:
        value = own.get(fields.get(parameter.name) or field_of(listing, parameter.name))
        if parameter.subject in needed and isinstance(value, (str, int, float, bool)):
            found[parameter.subject] = value
    return found
