"""The number of the first page of a list: 1 for most services, 0 for many of Spring's."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.operation import Parameter
from contract_suite.contract.schemas.view import view

_SAYS_ZERO: Final = re.compile(
    r"\b(zero|0)[- ]?(based|indexed)\b|\b(starts?|starting|begins?|beginning|counted|counting) (at|from|with) (0|zero)\b"
    r"|\b0\.\.N\b",
    re.IGNORECASE,
)


def first_page(number: Parameter | None) -> int:
    """Return the number of the first page: the parameter's default, 0 where the document lets it be that, else 1."""
    if number is None:
        return 1
    if isinstance(number.default, int) and not isinstance(number.default, bool):
        return number.default
    least = view(number.schema).keyword("minimum")
    return 0 if (least == 0 and least is not False) or _SAYS_ZERO.search(number.description) else 1
