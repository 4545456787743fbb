"""How a parameter says which way a list is sorted: by `asc` and `desc`, or by yes and no under a name such as `descending`."""

from __future__ import annotations

from typing import Final, Literal

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Parameter
from contract_suite.contract.schemas.view import view
from contract_suite.model.json import JSON

Way = Literal["asc", "desc"]
_SWITCHES: Final = frozenset(
    f"{before}{word}" for before in ("", "is", "sort", "order", "orderby", "sortby") for word in ("desc", "descending")
)
_RISING: Final = frozenset(
    f"{before}{word}" for before in ("", "is", "sort", "order", "orderby", "sortby") for word in ("asc", "ascending")
)


def is_switch(parameter: Parameter) -> bool:
    """Whether a parameter says by yes or no that a list is sorted descending, or ascending."""
    named = plain_name(parameter.name) in _SWITCHES | _RISING
    return named and view(parameter.schema).types() - {"null"} == {"boolean"}


def direction_value(parameter: Parameter, way: str) -> JSON:
    """Return what a parameter takes for a direction."""
    return (way == "asc") == (plain_name(parameter.name) in _RISING) if is_switch(parameter) else way


def way_of(parameter: Parameter | None, value: object) -> Way | None:
    """Return the direction that a value asks for; `None` for any other value."""
    ways: tuple[Way, ...] = ("asc", "desc")
    return next((way for way in ways if parameter is not None and direction_value(parameter, way) == value), None)
