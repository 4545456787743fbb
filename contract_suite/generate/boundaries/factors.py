"""The optional arguments of an operation, each with a few valid values, for combining them in pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.generate.attempts.moments import is_moment
from contract_suite.generate.linked_values import LinkedValues
from contract_suite.generate.opaque import is_opaque, may_be_refused
from contract_suite.generate.templates import uniques
from contract_suite.generate.values import example, valid
from contract_suite.model.json import JSON, MISSING, Arguments, Missing, escape, unescape

_MOST_VALUES: Final = 3
"""So few values a factor keep the rows few."""
_MOST_TRIED: Final = 12
"""So many values a member are looked at: where none of them may stand alone, the hundreds of an enum that follow may not either."""
_MOST_VARIANTS: Final = 10_000
"""So many are looked at in all; only those of the outermost members count, and these come early."""
_MOST_MEMBERS: Final = 100
"""So many members of a body are combined; each value of each is validated with the whole body."""


def factors_of(
    contract: Contract, operation: Operation, template: Arguments, addressing: frozenset[str]
) -> Iterator[tuple[str, list[JSON | Missing]]]:
    """Yield the subject of each argument that may vary, with its values; `MISSING` stands for leaving it out."""
    unique = {f"body/{name.lstrip('/')}" for promise in uniques(contract, operation) for name in promise.fields}
    for parameter in operation.parameters:
        if (
            parameter.subject not in addressing
            and parameter.where != "path"
            and not is_opaque(contract, operation, parameter.subject)
            and (contract.sourced or not is_moment(operation, parameter.subject))
        ):
            base = example(parameter.schema, full=True)
            values = (
                []
                if isinstance(base, Missing)
                else [
                    variant.value
                    for variant in islice(valid(parameter.schema, base), 3)
                    if variant.value is not None and not may_be_refused(contract, operation, parameter.subject, variant)
                ]
            )
            options: list[JSON | Missing] = [*values] if parameter.required else [MISSING, *values]
            if options:
                yield parameter.subject, options
    media = operation.body.json if operation.body else None
    body = template.get("body")
    if media is None or media.schema is None or not isinstance(body, dict):
        return
    members: dict[str, list[JSON | Missing]] = {}
    tried: Counter[str] = Counter()
    linked = None if contract.sourced else LinkedValues(body, operation, refers=refers(contract, operation, body))
    fixed = addressing | unique

    def varies(name: str) -> bool:
        return (
            name.count("/") == 1
            and len(members.get(name, ())) < _MOST_VALUES
            and tried[name] < _MOST_TRIED
            and (name in members or len(members) < _MOST_MEMBERS)
            and f"body{name}" not in fixed
            and not is_opaque(contract, operation, f"body{name}")
            and (contract.sourced or not is_moment(operation, f"body{name}"))
        )

    for variant in valid(media.schema, body, wanted=varies, most=_MOST_VARIANTS):
        name = variant.subject
        tried[name] += 1
        if linked is None or not linked.broken_by(variant.value, name):
            value = member_of(variant.value, f"body{name}")
            if value not in members.setdefault(name, []):
                members[name].append(value)
    yield from ((f"body{name}", values) for name, values in members.items() if values)


def refers(contract: Contract, operation: Operation, body: JSON) -> bool:
    """Whether a body names other things, one by a member: the authors that a book lists set no limits to its numbers."""
    return isinstance(body, dict) and any(
        is_opaque(contract, operation, f"body/{escape(name)}")
        for name, value in body.items()
        if not isinstance(value, list)
    )


def member_of(body: JSON, subject: str) -> JSON | Missing:
    """Return the member of a body that a subject (`body/Name`) names."""
    name = unescape(subject.removeprefix("body/"))
    return body.get(name, MISSING) if isinstance(body, dict) else MISSING
