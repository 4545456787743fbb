"""What can be asked of an operation although no request is known that its server accepts.

A refusal proves little there, but a server error, an answer that breaks its own schema, a body that is no body and yet
served, and a served request without a key are wrong whatever the valid request would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.generate.boundaries.boundaries import boundaries
from contract_suite.generate.probes import keys, malformed, methods
from contract_suite.generate.templates import Fresh
from contract_suite.model.case import Case, Intent
from contract_suite.model.json import Arguments

MOST_BOUNDARIES: Final = 24
"""Enough to see every member and parameter of a usual operation once."""
_ABOUT_THE_KEY: Final = frozenset({401, 403})
_ABSENT: Final = frozenset({404, 405})


def unproved_probes(
    contract: Contract, operation: Operation, template: Arguments, *, refused_with: int, fresh: Fresh | None = None
) -> Iterator[Case]:
    """Probes on arguments that were refused with a status: wrong keys, malformed bodies, undeclared methods.

    Where the good key was refused a wrong one says nothing, and where the path may not exist no method does.
    """
    if refused_with not in _ABOUT_THE_KEY:
        wrong = keys(contract, operation, template, fresh=fresh)
        yield from (case for case in wrong if case.intent is Intent.NEGATIVE)
    yield from malformed(contract, operation, template, fresh=fresh)
    if "{" not in operation.path and refused_with not in _ABSENT:
        yield from methods(contract, operation, template)


def unproved_boundaries(
    contract: Contract,
    operation: Operation,
    template: Arguments,
    *,
    addressing: frozenset[str],
    fresh: Fresh | None = None,
    understood: bool = False,
) -> Iterator[Case]:
    """The first boundary cases on arguments that were refused, with intent unknown: they can prove no constraint.

    Where the arguments are `understood`, as they name something that doesn't exist, the invalid ones prove theirs if
    they are refused otherwise.
    """
    cases = boundaries(contract, operation, template, addressing=addressing, fresh=fresh)
    if understood:
        yield from (case for case in cases if case.intent is Intent.NEGATIVE)
        return
    yield from (replace(case, intent=Intent.UNKNOWN, target_clause="") for case in islice(cases, MOST_BOUNDARIES))
