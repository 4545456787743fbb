"""Generated cases as parameters of a test: `@contract_suite.cases("pai", operations=["ListAlgorithms"])`.

The rule that must not be broken: decorating reads no document. Cases are made when the test is collected, the same ones
in every worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from contract_suite.contract.operation import Contract, Operation
    from contract_suite.model.case import Case

_LONGEST_ID: Final = 60
_TERMS: Final[dict[str, Any]] = {"operations": (), "intent": "", "limit": None, "argument": "case"}
"""What the marker takes beside its contract, and what holds where it says nothing."""


def cases(
    contract: str, *, operations: Iterable[str] = (), intent: str = "", limit: int | None = None, argument: str = "case"
) -> pytest.MarkDecorator:
    """Parametrise a test with generated cases of a family (`pai`) or of an OpenAPI document by its path.

    `operations` are patterns as for `--contract-include` (none: all); `intent` is `positive`, `negative` or `unknown`
    (empty: all of them); `limit` is how many cases an operation gives at most. The test gets a `Case` as `argument`,
    and sends it with `contract.call(case)` or as it likes.
    """
    return pytest.mark.contract_cases(contract, operations=operations, intent=intent, limit=limit, argument=argument)


def parametrize(metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
    """Make the cases that a marker asks for."""
    from contract_suite.contract.naming.suggestion import did_you_mean
    from contract_suite.model.case import Intent
    from contract_suite.pytest_plugin.contract_selection import named, refusal
    from contract_suite.runner.plan import selects

    for name in marker.kwargs:
        if name not in _TERMS:
            raise refusal(f"@pytest.mark.contract_cases takes no {name!r}{did_you_mean(name, _TERMS)}")
    if len(marker.args) != 1:
        raise refusal(f"@pytest.mark.contract_cases takes one contract, not {len(marker.args)}")
    terms = {**_TERMS, **marker.kwargs}
    argument, intent, limit = terms["argument"], terms["intent"], terms["limit"]
    operations = (terms["operations"],) if isinstance(terms["operations"], str) else tuple(terms["operations"])
    if intent and intent not in set(Intent):
        raise refusal(f"a case is {', '.join(Intent)}, never {intent!r}")
    contract = named(marker.args[0])
    chosen = [each for each in contract.operations if selects(each, operations, ()) and not each.problem]
    if not chosen:
        raise refusal(
            f"{contract.name}: no operation matches; there are {', '.join(each.id for each in contract.operations)}"
        )
    made = [case for operation in chosen for case in islice(_cases(contract, operation, intent), limit)]
    metafunc.parametrize(argument, made, ids=_ids(made))


def _cases(contract: Contract, operation: Operation, intent: str) -> Iterator[Case]:
    from contract_suite.generate.boundaries.boundaries import boundaries
    from contract_suite.generate.examples import examples
    from contract_suite.generate.proof import key_of
    from contract_suite.generate.templates import candidates, templates
    from contract_suite.runner.session.ledger.ledger import Ledger

    pool = Ledger(contract)
    names = (f"case-{number}" for number in range(1_000_000))

    def fresh(_field: str) -> str:
        return next(names)

    template = next(templates(contract, operation, pool, fresh=fresh), None) or next(
        candidates(contract, operation), {}
    )
    seen = set()
    every = (
        *examples(contract, operation, pool, fresh=fresh),
        *boundaries(contract, operation, template, addressing=pool.addressing(operation), fresh=fresh),
    )
    for case in every:
        key = key_of(case.request)
        if key not in seen and intent in {"", case.intent}:
            seen.add(key)
            yield case


def _ids(made: Sequence[Case]) -> list[str]:
    """Readable ids; two cases with one note get numbers."""
    found: list[str] = []
    counts: dict[str, int] = {}
    for case in made:
        note = re.sub(r"[^A-Za-z0-9.]+", "-", case.note).strip("-")[:_LONGEST_ID]
        name = f"{case.operation}-{case.intent}-{note or 'plain'}"
        counts[name] = counts.get(name, 0) + 1
        found.append(name if counts[name] == 1 else f"{name}-{counts[name]}")
    return found
