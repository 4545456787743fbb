"""All kinds of planted faults, by theme, and the faults that they make of a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from contract_suite.contract.naming.suggestion import did_you_mean, see
from contract_suite.contract.operation import Contract
from contract_suite.errors import UsageError
from contract_suite.mock.faults.answers.auth import AUTH
from contract_suite.mock.faults.answers.bodies import BODIES
from contract_suite.mock.faults.answers.combinations import COMBINATIONS
from contract_suite.mock.faults.answers.envelopes import ENVELOPES
from contract_suite.mock.faults.answers.header_fields import HEADER_FIELDS
from contract_suite.mock.faults.answers.limits import LIMITS
from contract_suite.mock.faults.answers.methods import METHODS
from contract_suite.mock.faults.answers.refusals import REFUSALS
from contract_suite.mock.faults.answers.statuses import STATUSES
from contract_suite.mock.faults.answers.text import TEXT
from contract_suite.mock.faults.answers.validation import VALIDATION
from contract_suite.mock.faults.collections.aggregates import AGGREGATES
from contract_suite.mock.faults.collections.bounding import BOUNDING
from contract_suite.mock.faults.collections.choices import CHOICES
from contract_suite.mock.faults.collections.comparing import COMPARING
from contract_suite.mock.faults.collections.filtering import FILTERING
from contract_suite.mock.faults.collections.next_pages import BESIDE_ITEMS, NEXT_PAGES
from contract_suite.mock.faults.collections.ordering import ORDERING
from contract_suite.mock.faults.collections.page_claims import PAGE_CLAIMS
from contract_suite.mock.faults.collections.paging import PAGING
from contract_suite.mock.faults.collections.sort_values import SORT_VALUES
from contract_suite.mock.faults.collections.totals import TOTALS
from contract_suite.mock.faults.fault import Fault, FaultKind
from contract_suite.mock.faults.resources.agreement import AGREEMENT
from contract_suite.mock.faults.resources.creation import CREATION
from contract_suite.mock.faults.resources.deletion import DELETION
from contract_suite.mock.faults.resources.effects import EFFECTS
from contract_suite.mock.faults.resources.extremes import EXTREMES
from contract_suite.mock.faults.resources.flags import FLAGS
from contract_suite.mock.faults.resources.idempotency import IDEMPOTENCY
from contract_suite.mock.faults.resources.immutability import IMMUTABILITY
from contract_suite.mock.faults.resources.keeping import KEEPING
from contract_suite.mock.faults.resources.states import STATES
from contract_suite.mock.faults.resources.uniqueness import UNIQUENESS
from contract_suite.mock.faults.resources.unknown import UNKNOWN
from contract_suite.mock.faults.resources.updated_values import UPDATED_VALUES
from contract_suite.mock.faults.resources.updates import UPDATES

THEMES: Final[Mapping[str, tuple[FaultKind, ...]]] = {
    "paging": (*PAGING, *NEXT_PAGES, *BESIDE_ITEMS),
    "ordering": (*ORDERING, *SORT_VALUES),
    "filtering": (*FILTERING, *CHOICES),
    "comparing": COMPARING,
    "bounding": BOUNDING,
    "totals": (*TOTALS, *PAGE_CLAIMS, *AGGREGATES),
    "creation": (*CREATION, *IDEMPOTENCY),
    "updates": (*UPDATES, *UPDATED_VALUES, *STATES, *FLAGS),
    "keeping": KEEPING,
    "deletion": DELETION,
    "agreement": AGREEMENT,
    "immutability": IMMUTABILITY,
    "uniqueness": UNIQUENESS,
    "effects": EFFECTS,
    "unknown": (*UNKNOWN, *EXTREMES),
    "auth": AUTH,
    "validation": VALIDATION,
    "statuses": STATUSES,
    "methods": METHODS,
    "headers": HEADER_FIELDS,
    "envelopes": ENVELOPES,
    "refusals": REFUSALS,
    "bodies": (*BODIES, *COMBINATIONS),
    "text": TEXT,
    "limits": LIMITS,
}
FAULTS: Final = tuple(replace(kind, theme=theme) for theme, kinds in THEMES.items() for kind in kinds)
"""Every kind of fault; `faults` makes faults of them."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Every fault that a contract has room for, by `family/kind`."""
    for kind in FAULTS:
        site = kind.site(contract)
        if site is not None:
            yield Fault(name=f"{contract.name}/{kind.name}", kind=kind, site=site)


def chosen(contracts: Iterable[Contract], names: Sequence[str]) -> list[tuple[Contract, Fault]]:
    """Return the faults of `names` in their order, each with its contract.

    Raises `UsageError` for a name that none of the contracts has room for.

    A name without a family stands for that kind in every contract.
    """
    known = [(contract, each) for contract in contracts for each in faults(contract)]
    found: list[tuple[Contract, Fault]] = []
    for name in names:
        wanted = [
            (contract, each)
            for contract, each in known
            if name in {each.name, each.name.removeprefix(f"{contract.name}/")}
        ]
        if not wanted:
            near = did_you_mean(name, [each.name for _, each in known])
            raise UsageError(see(f"there is no fault {name!r} here{near}", "contract-suite list faults"))
        found += wanted
    return found
