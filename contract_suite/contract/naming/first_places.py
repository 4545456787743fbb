"""Where counting begins: pages at 1 for most services and at 0 for many of Spring's, offsets at 0 but for SCIM's (RFC 7644)."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.operation import Parameter
from contract_suite.contract.schemas.view import view
from contract_suite.model.json import JSON, Missing

_SAYS_ZERO: Final = re.compile(
    r"\b(zero|0)[- ]?(based|indexed)\b|\b(starts?|starting|begins?|beginning|counted|counting) (at|from|with) (0|zero)\b"
    r"|\b0\.\.N\b",
    re.IGNORECASE,
)

_SAYS_ONE: Final = re.compile(
    r"\b(one|1)[- ]?(based|indexed)\b|\b(starts?|starting|begins?|beginning|counted|counting) (at|from|with) (1|one)\b",
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


def first_offset(offset: Parameter | None) -> int:
    """Return the offset of the first item: 1 where the document says that it is counted from 1, else 0."""
    if offset is None:
        return 0
    counts = _is_one(offset.default) or _is_one(view(offset.schema).keyword("minimum"))
    return int(counts or _SAYS_ONE.search(offset.description) is not None)


def _is_one(value: JSON | Missing) -> bool:
    return value == 1 and not isinstance(value, bool)
