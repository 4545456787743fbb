"""Every rule of inference, the document's own extensions first: what an earlier rule says, a later one leaves alone."""

from __future__ import annotations

from typing import Final

from contract_suite.inference import (
    assigned,
    error_fields,
    flags,
    idempotency_keys,
    request_ids,
    resources,
    states,
    uniqueness,
    unknown_status,
)
from contract_suite.inference.collections import (
    bounds,
    echo,
    filters,
    items,
    next_pages,
    order,
    page_claims,
    pages,
    searches,
    totals,
)
from contract_suite.inference.rule import InferenceRule
from contract_suite.inference.vendors import pageable, speakeasy_pagination

RULES: Final[tuple[InferenceRule, ...]] = (
    pageable.RULE,
    speakeasy_pagination.RULE,
    resources.RULE,
    assigned.RULE,
    uniqueness.RULE,
    states.RULE,
    flags.RULE,
    error_fields.RULE,
    unknown_status.RULE,
    items.RULE,
    pages.RULE,
    next_pages.RULE,
    totals.RULE,
    page_claims.RULE,
    order.RULE,
    filters.RULE,
    searches.RULE,
    bounds.RULE,
    echo.RULE,
    request_ids.RULE,
    idempotency_keys.RULE,
)
