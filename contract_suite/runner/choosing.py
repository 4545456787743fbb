"""What the user's words about operations and parameters come to, once the contracts are known: patterns and declared values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract
from contract_suite.contract.schemas.schema import Schema
from contract_suite.errors import DocumentError, UsageError
from contract_suite.model.json import JSON, MISSING, parsed
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.plan import selects


def choose(contracts: Sequence[Contract], options: RunOptions) -> tuple[Contract, ...]:
    """Return the contracts of which the patterns leave something, with the user's values typed as the contract has them.

    A pattern that matches nothing anywhere, and a value for a parameter that doesn't exist, is a `UsageError`.
    """
    own = [(contract, options.of(contract.name)) for contract in contracts]
    patterns = [
        (option, each) for option in ("include", "exclude") for _, mine in own for each in getattr(mine, option)
    ]
    for option, pattern in dict.fromkeys(patterns):
        asked = [each for contract, mine in own if pattern in getattr(mine, option) for each in contract.operations]
        if not any(selects(operation, (pattern,), ()) for operation in asked):
            hint = did_you_mean(pattern.strip("*"), (operation.id for operation in asked))
            raise UsageError(f"--{option} {pattern!r} matches no operation{hint}")
    left = [
        contract
        for contract, mine in own
        if any(selects(each, mine.include, mine.exclude) for each in contract.operations)
    ]
    if any(contract.operations for contract in contracts) and not left:
        raise UsageError("the patterns leave no operation")
    for name in dict.fromkeys(name for _, mine in own for name in mine.values):
        names = {each for contract, mine in own if name in mine.values for each, _ in _named(contract)}
        if name not in names:
            raise UsageError(f"--set {name}: no operation takes a parameter of this name{did_you_mean(name, names)}")
    return tuple(
        replace(contract, values={**contract.values, **_typed(contract, options.of(contract.name).values)})
        for contract in left or contracts
    )


def _typed(contract: Contract, values: Mapping[str, JSON]) -> dict[str, JSON]:
    typed: dict[str, JSON] = {}
    for name, text in values.items():
        schemas = [schema for each, schema in _named(contract) if each == name]
        if schemas:
            typed[name] = next(
                (value for value in _readings(text) if all(_fits(schema, value) for schema in schemas)), text
            )
    return typed


def _readings(text: JSON) -> Iterable[JSON]:
    """Return what a text can mean: itself, and what it is as JSON."""
    yield text
    if isinstance(text, str):
        value = parsed(text)
        if value is not MISSING:
            yield value


def _fits(schema: Schema, value: JSON) -> bool:
    try:
        return schema.is_valid(value)
    except DocumentError:
        return True


def _named(contract: Contract) -> Iterable[tuple[str, Schema]]:
    """Yield every parameter, and every property at the top of a request body, with its schema."""
    for operation in contract.operations:
        for parameter in operation.parameters:
            yield parameter.name, parameter.schema
        for media in operation.body.media_types if operation.body else ():
            properties = media.schema.node.resolve().get("properties") if media.schema is not None else None
            for name, node in properties.items() if properties is not None else ():
                yield name, Schema(node, openapi_30=contract.openapi.startswith("3.0"))
