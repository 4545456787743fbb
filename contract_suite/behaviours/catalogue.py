"""Every behaviour of the package, in the order in which they are driven.

Add your own by value: `(*BEHAVIOURS, mine)`.
"""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours import (
    agreement,
    creation,
    deletion,
    echo,
    envelopes,
    filtering,
    head_requests,
    idempotence,
    immutability,
    invariants,
    ordering,
    paging,
    rate_limits,
    refused_effect,
    response_limit,
    safe_methods,
    totals,
    uniqueness,
    unknown_resource,
    updates,
)
from contract_suite.behaviours.behaviour import Behaviour

BEHAVIOURS: Final[tuple[Behaviour, ...]] = (
    creation.BEHAVIOUR,
    updates.BEHAVIOUR,
    deletion.BEHAVIOUR,
    agreement.BEHAVIOUR,
    immutability.BEHAVIOUR,
    uniqueness.BEHAVIOUR,
    unknown_resource.BEHAVIOUR,
    invariants.BEHAVIOUR,
    paging.BEHAVIOUR,
    totals.BEHAVIOUR,
    ordering.BEHAVIOUR,
    filtering.BEHAVIOUR,
    echo.BEHAVIOUR,
    envelopes.BEHAVIOUR,
    response_limit.BEHAVIOUR,
    refused_effect.BEHAVIOUR,
    idempotence.BEHAVIOUR,
    safe_methods.BEHAVIOUR,
    head_requests.BEHAVIOUR,
    rate_limits.BEHAVIOUR,
)
