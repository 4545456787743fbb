"""Templates: arguments that a server should accept, the most telling first, with live values in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from contract_suite.contract.addressing import ANY_STATE, IF_MATCH, any_state
from contract_suite.contract.operation import Contract, Example, Operation, Parameter
from contract_suite.contract.schemas.view import ANY_TYPE, view
from contract_suite.contract.vocabulary import Unique
from contract_suite.generate.changes.difference import text_key
from contract_suite.generate.facts import facts_of
from contract_suite.generate.fresh_values import freshened
from contract_suite.generate.live_ids import LiveIds, value_of
from contract_suite.generate.opaque import holds_a_thing, is_language, is_opaque, without_opaque
from contract_suite.generate.outside_addresses import kept_in
from contract_suite.generate.values import example
from contract_suite.model.json import JSON, MISSING, Arguments, Missing

_A_NUMBER: Final = 1

Fresh = Callable[[str], JSON]
"""Gives a value for a field that must be unique; its argument is the field's name."""


def templates(
    contract: Contract, operation: Operation, live: LiveIds, *, fresh: Fresh | None = None
) -> Iterator[Arguments]:
    """Candidates for an operation: the document's examples, then the required arguments only, with a body, then all of them.

    A candidate that needs a live value which is not known is left out.
    """
    seen: set[str] = set()
    for candidate in candidates(contract, operation):
        filled = live.arguments(operation, candidate)
        if filled is None:
            continue
        filled = filled if contract.sourced else _as_the_path_says(operation, filled)
        renewed = renew(contract, operation, filled, fresh)
        key = text_key(dict(sorted(filled.items())))
        if key not in seen:
            seen.add(key)
            yield renewed


def candidates(contract: Contract, operation: Operation) -> Iterator[Arguments]:
    """Arguments from the document alone, without live values."""
    bodies = _body_examples(operation)
    for name in dict.fromkeys(
        [each.name for each in bodies]
        + [each.name for parameter in operation.parameters for each in parameter.examples]
    ):
        yield _arguments(contract, operation, bodies, name=name, full=False)
    yield _arguments(contract, operation, (), name="", full=False)
    if operation.body is not None and not operation.body.required:  # many servers need the body all the same
        yield _arguments(contract, operation, (), name="", full=False, with_body=True)
    yield full_arguments(contract, operation)
    untold = [each.subject for each in operation.parameters if each.where == "path" and _is_untold(contract, each)]
    if untold and not contract.sourced:  # a text was sent, and may not have been understood
        yield {**_arguments(contract, operation, (), name="", full=False), **dict.fromkeys(untold, _A_NUMBER)}


def full_arguments(contract: Contract, operation: Operation) -> Arguments:
    """Every argument that an operation takes, from the document alone, without live values."""
    return _arguments(contract, operation, (), name="", full=True)


def _is_untold(contract: Contract, parameter: Parameter) -> bool:
    """Whether nothing is known of the values of a parameter: neither a type, nor one that the document or the user gives."""
    facts = facts_of(view(parameter.schema))
    return facts.types == ANY_TYPE and not (facts.choices or parameter.examples or parameter.name in contract.values)


def renew(
    contract: Contract, operation: Operation, arguments: Arguments, fresh: Fresh | None, *, but: str = ""
) -> Arguments:
    """Return arguments with fresh values in the fields that must be unique, except at the subject `but`."""
    if fresh is None:
        return arguments
    renewed = arguments
    for promise in uniques(contract, operation):
        for name in promise.fields:
            subject = f"body/{name.lstrip('/')}"
            if subject != but and isinstance(value_of(arguments, subject), str):
                renewed = freshened(operation, renewed, subject, str(fresh(name)))
    return renewed


def uniques(contract: Contract, operation: Operation) -> tuple[Unique, ...]:
    """Return the promises of uniqueness that a call of this operation can break."""
    found: list[Unique] = []
    for resource in contract.resources:
        if resource.create is not None and resource.create.operation == operation.id:
            found += resource.unique
        elif resource.update is not None and resource.update.operation == operation.id:
            found += [
                promise for promise in resource.unique if not set(promise.fields) & set(resource.identity)
            ]  # those say which one to update
    return tuple(found)


def _as_the_path_says(operation: Operation, arguments: Arguments) -> Arguments:
    """Return arguments whose body says the same as the path where both have a member of one name, in an envelope too."""
    body = arguments.get("body")
    if not isinstance(body, dict):
        return arguments
    said = {each.name: arguments.get(each.subject) for each in operation.parameters if each.where == "path"}
    known = {name: value for name, value in said.items() if value is not None}
    return {**arguments, "body": _saying(body, known)} if known else arguments


def _saying(body: Mapping[str, JSON], said: Mapping[str, JSON]) -> dict[str, JSON]:
    return {
        name: said[name]
        if name in said
        else _saying(value, said)
        if isinstance(value, dict) and holds_a_thing(name)
        else value
        for name, value in body.items()
    }


def _arguments(
    contract: Contract,
    operation: Operation,
    bodies: tuple[Example, ...],
    *,
    name: str,
    full: bool,
    with_body: bool = False,
) -> Arguments:
    arguments: dict[str, JSON] = {}
    for parameter in operation.parameters:
        shown = bool(parameter.examples) and is_language(operation, parameter)
        opaque = (
            is_opaque(contract, operation, parameter.subject) and not shown and parameter.name not in contract.values
        )
        value = _value(contract.values, parameter, name=name, full=full and not opaque)
        if not isinstance(value, Missing):
            given = parameter.name in contract.values
            arguments[parameter.subject] = value if given else kept_in(value, parameter.schema)
    arguments |= {subject: value for subject, value in any_state(operation).items() if subject not in arguments}
    body = operation.body
    if body is not None and (body.required or full or bodies or with_body):
        named = next((each.value for each in bodies if each.name == name), bodies[0].value if bodies else MISSING)
        media = body.usual
        if isinstance(named, Missing) and media is not None and media.schema is not None:
            named = example(media.schema, full=full)
            if not isinstance(named, Missing) and not contract.sourced:
                pruned = without_opaque(contract, operation, named)
                named = pruned if media.schema.is_valid(pruned) else named
        if not isinstance(named, Missing):
            arguments["body"] = kept_in(named, media.schema if media is not None else None)
    return arguments


def _value(values: Mapping[str, JSON], parameter: Parameter, *, name: str, full: bool) -> JSON | Missing:
    if parameter.name in values and parameter.required:
        return values[parameter.name]
    named = next((each.value for each in parameter.examples if each.name == name), MISSING) if name else MISSING
    if not isinstance(named, Missing):
        return named
    if not parameter.required and not full:
        return MISSING
    if parameter.name in values:
        return values[parameter.name]
    for each in parameter.examples:
        if parameter.schema.is_valid(each.value):
            return each.value
    if parameter.default is not None and parameter.schema.is_valid(parameter.default):
        return parameter.default
    if parameter.where == "header" and parameter.name.lower() == IF_MATCH and parameter.schema.is_valid(ANY_STATE):
        return ANY_STATE
    least = example(parameter.schema)
    return example(parameter.schema, full=True) if least == [] else least  # `?ids=` may be refused


def _body_examples(operation: Operation) -> tuple[Example, ...]:
    media = operation.body.usual if operation.body else None
    if media is None:
        return ()
    return tuple(each for each in media.examples if media.schema is None or media.schema.is_valid(each.value))
