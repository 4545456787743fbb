"""A fault as a value: its kind, and the place of a contract where it is planted.

The rule that must not be broken: a fault is a mechanism that is given an operation and a field by the contract; none
knows a family by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.pipeline import Pipeline

Plant = Callable[[Pipeline], Pipeline]
"""Replaces steps. Called once for each server, so that what a fault remembers is that server's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSite:
    """A place of a contract where a kind of fault can be planted.

    `clauses` are patterns of the clauses of which one must find it, `also` of those that it breaks as well: nothing
    else may be found. `limits` says that it shows only where rate limits are enforced and checked, `patience` after how
    many seconds a response counts as late, `fuzz` that it takes fuzzing, `flaky` that it comes and goes. `include`
    narrows a run down to what is needed to see it.
    """

    where: str
    clauses: tuple[str, ...]
    plant: Plant
    also: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    limits: bool = False
    patience: float = 0.0
    fuzz: float = 0.0
    flaky: bool = False


FindSite = Callable[[Contract], FaultSite | None]
"""Finds where a contract has room for a kind of fault; `None` if it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """A kind of fault: its name, what it does, and where a contract has room for it."""

    name: str
    sentence: str
    site: FindSite
    theme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault at its place in one contract: `family/kind`."""

    name: str
    kind: FaultKind
    site: FaultSite

    @property
    def sentence(self) -> str:
        """What it does, and where."""
        return f"{self.kind.sentence} ({self.site.where})"


def site_of(
    operation: Operation,
    *clauses: str,
    plant: Plant,
    field: str = "",
    also: Iterable[str] = (),
    elsewhere: Iterable[str] = (),
    include: tuple[str, ...] = (),
    limits: bool = False,
    patience: float = 0.0,
    flaky: bool = False,
) -> FaultSite:
    """Return a site in an operation, at one of its fields.

    `clauses` and `also` are given without the operation's id; `elsewhere` are those that break too in any operation.
    """
    return FaultSite(
        where=f"{operation.id}, {field}" if field else operation.id,
        clauses=tuple(f"{operation.id}::{each}" for each in clauses),
        also=(*(f"{operation.id}::{each}" for each in also), *(f"*::{each}" for each in elsewhere)),
        plant=plant,
        include=include,
        limits=limits,
        patience=patience,
        flaky=flaky,
    )


_Place = TypeVar("_Place")
_Options = ParamSpec("_Options")


def at_first(
    places: Callable[[Contract], Iterable[_Place]],
) -> Callable[[Callable[Concatenate[Contract, _Place, _Options], FaultSite | None]], Callable[_Options, FindSite]]:
    """Plant at the first of some places of a contract that has room for the fault.

    Decorates a function that makes a site of one place, or `None` if there is no room. What comes of it takes the
    function's other arguments, and returns what a `FaultKind` needs to find its site.
    """

    def decorated(
        make: Callable[Concatenate[Contract, _Place, _Options], FaultSite | None],
    ) -> Callable[_Options, FindSite]:
        @wraps(make)
        def with_options(*args: _Options.args, **kwargs: _Options.kwargs) -> FindSite:
            def find(contract: Contract) -> FaultSite | None:
                made = (make(contract, place, *args, **kwargs) for place in places(contract))
                return next((site for site in made if site is not None), None)

            return find

        return with_options

    return decorated
