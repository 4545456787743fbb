"""Every behaviour of the package, in the order in which they are driven.

Add your own by value: `(*BEHAVIOURS, mine)`.
"""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.answers import envelopes, head_requests, rate_limits
from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.behaviours.collections import echo, ordering, paging, totals
from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.behaviours.resources import (
    agreement,
    creation,
    deletion,
    idempotence,
    immutability,
    invariants,
    refused_effect,
    response_limit,
    safe_methods,
    uniqueness,
    unknown_resource,
    updates,
)

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
