"""What the names of members tell of how numbers are made: `lineTotal` beside `quantity` and `unitPrice`, `total` beside `lines`.

Names alone are a guess: whoever uses it must have seen that it is so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.formulas.formula import Calculation, Formula, Item, Member, Over
from contract_suite.contract.naming.formulas.scopes import ItemArray, Scope, arrays_in, name_words, unitless
from contract_suite.contract.naming.formulas.texts import is_container
from contract_suite.contract.schemas.numeric import is_number
from contract_suite.contract.schemas.view import SchemaView

_COUNTS: Final = frozenset({"quantity", "qty"})
_PRICES: Final = frozenset(
    {("unit", "price"), ("price", "per", "unit"), ("unit", "cost"), ("unit", "amount"), ("price",), ("price", "each")}
)
_TOTALS: Final = frozenset({"total", "subtotal", "amount", "sum"})
_AROUND: Final = frozenset(
    {"line", "item", "row", "position", "entry", "grand", "price", "cost", "extended", "sub", "overall"}
)
"""Words that may stand beside one of `_TOTALS` in the name of a number that is nothing else."""
_NUMBERS: Final = frozenset(
    {("count",), ("number",), ("number", "of"), ("num",), ("num", "of"), ("total",), ("no", "of")}
)


def implied_formulas(place: SchemaView) -> Iterator[tuple[str, Formula]]:
    """Yield the numbers of an object that its names say are made of others, each with how; none where two fit."""
    names = {name: unitless(name_words(name)) for name in place.property_names() if is_number(place.member(name))}
    quantities = [name for name, said in names.items() if len(said) == 1 and said[0] in _COUNTS]
    prices = [name for name, said in names.items() if said in _PRICES]
    unit_prices = [name for name in prices if len(names[name]) > 1] or prices
    arrays = arrays_in(Scope(place, tuple(place.property_names()))) if names else []
    for name, said in names.items():
        if len(quantities) == len(unit_prices) == 1 and _is_total(said) and name not in {*quantities, *prices}:
            factors = (("*", Member(quantities[0])), ("*", Member(unit_prices[0])))
            yield name, Formula((Calculation(factors),))
            continue
        counted = [array for array in arrays if _counts(said, array, alone=len(arrays) == 1)]
        if len(counted) == 1:
            yield name, Formula((Over("number", counted[0].name, Item()),))
        elif _is_total(said):
            sums = [Over("sum", array.name, Member(each)) for array in arrays for each in _totals_of(array)]
            if len(sums) == 1:
                yield name, Formula((sums[0],))


def _is_total(said: tuple[str, ...]) -> bool:
    rest = [each for each in said if each not in _TOTALS | _AROUND and not is_container(each)]
    return not rest and not _TOTALS.isdisjoint(said)


def _totals_of(array: ItemArray) -> list[str]:
    """Return the one number of an array's items that is a total by its name, or the one of a line where there are several."""
    element = array.element
    found = [
        name
        for name in element.property_names()
        if is_number(element.member(name)) and _is_total(unitless(name_words(name)))
    ]
    of_lines = [name for name in found if not {"line", "item", *array.noun}.isdisjoint(name_words(name))]
    return of_lines if len(of_lines) == 1 else found


def _counts(said: tuple[str, ...], array: ItemArray, *, alone: bool) -> bool:
    """Whether a name says that it counts the items of an array: `lineCount`, `numberOfLines`, `totalItems`."""
    for size in range(1, len(said)):
        if (said[size:] == ("count",) and array.is_called(said[:size], alone=alone)) or (
            said[:size] in _NUMBERS and array.is_called(said[size:], alone=alone)
        ):
            return True
    return False
