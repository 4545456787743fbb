"""Every behaviour of the package, in the order in which they are driven.

Add your own by value: `(*BEHAVIOURS, mine)`.
"""

from __future__ import annotations

from typing import Final

from contract_suite.behaviours.actions import (
    action_answers,
    action_sums,
    action_values,
    jobs,
    keyed_requests,
    restorations,
    said_refusals,
    said_transitions,
    state_times,
)
from contract_suite.behaviours.actions.effects_on_others import effects_on_others
from contract_suite.behaviours.actions.refused_deletes import refused_deletes
from contract_suite.behaviours.answers import envelopes, head_requests, rate_limits, related_numbers
from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.behaviours.collections import bounds, echo, page_claims, totals
from contract_suite.behaviours.collections.aggregates import aggregates
from contract_suite.behaviours.collections.filter_expressions import filter_expressions
from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.behaviours.collections.link_next import link_next
from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.behaviours.collections.paging import paging
from contract_suite.behaviours.collections.summaries import summaries
from contract_suite.behaviours.relations import (
    attachments,
    counts_below,
    items_below,
    lists_below,
    positions,
    singletons,
    sums_below,
    unknown_references,
)
from contract_suite.behaviours.relations.overlaps import overlaps
from contract_suite.behaviours.relations.said_limits import said_limits
from contract_suite.behaviours.resources import (
    agreement,
    computed_owners,
    computed_updates,
    creation,
    flags,
    idempotence,
    idempotency_keys,
    invariants,
    member_defaults,
    modification_times,
    recreation,
    response_limit,
    safe_methods,
    simultaneous_writes,
    state_changes,
    version_members,
)
from contract_suite.behaviours.resources.deletion import deletion
from contract_suite.behaviours.resources.immutability import immutability
from contract_suite.behaviours.resources.refused_effect import refused_effect
from contract_suite.behaviours.resources.uniqueness import uniqueness
from contract_suite.behaviours.resources.unknown_resource import unknown_resource
from contract_suite.behaviours.resources.updates import updates
from contract_suite.behaviours.standards import (
    bytes_stored,
    location_leads,
    merge_patch,
    put_replaces,
    range_requests,
    update_masks,
)
from contract_suite.behaviours.standards.conditional_requests import conditional_requests

BEHAVIOURS: Final[tuple[Behaviour, ...]] = (
    creation.BEHAVIOUR,
    member_defaults.BEHAVIOUR,
    updates.BEHAVIOUR,
    computed_updates.BEHAVIOUR,
    computed_owners.BEHAVIOUR,
    deletion.BEHAVIOUR,
    recreation.BEHAVIOUR,
    agreement.BEHAVIOUR,
    immutability.BEHAVIOUR,
    uniqueness.BEHAVIOUR,
    unknown_resource.BEHAVIOUR,
    invariants.BEHAVIOUR,
    paging.BEHAVIOUR,
    totals.BEHAVIOUR,
    page_claims.BEHAVIOUR,
    ordering.BEHAVIOUR,
    filtering.BEHAVIOUR,
    filter_expressions.BEHAVIOUR,
    bounds.BEHAVIOUR,
    echo.BEHAVIOUR,
    aggregates.BEHAVIOUR,
    summaries.BEHAVIOUR,
    envelopes.BEHAVIOUR,
    response_limit.BEHAVIOUR,
    refused_effect.BEHAVIOUR,
    idempotence.BEHAVIOUR,
    idempotency_keys.BEHAVIOUR,
    state_changes.BEHAVIOUR,
    flags.BEHAVIOUR,
    simultaneous_writes.BEHAVIOUR,
    safe_methods.BEHAVIOUR,
    head_requests.BEHAVIOUR,
    location_leads.BEHAVIOUR,
    lists_below.BEHAVIOUR,
    items_below.BEHAVIOUR,
    counts_below.BEHAVIOUR,
    sums_below.BEHAVIOUR,
    positions.BEHAVIOUR,
    attachments.BEHAVIOUR,
    refused_deletes.BEHAVIOUR,
    singletons.BEHAVIOUR,
    restorations.BEHAVIOUR,
    said_limits.BEHAVIOUR,
    overlaps.BEHAVIOUR,
    action_values.BEHAVIOUR,
    action_sums.BEHAVIOUR,
    action_answers.BEHAVIOUR,
    said_refusals.BEHAVIOUR,
    said_transitions.BEHAVIOUR,
    state_times.BEHAVIOUR,
    effects_on_others.BEHAVIOUR,
    keyed_requests.BEHAVIOUR,
    jobs.BEHAVIOUR,
    unknown_references.BEHAVIOUR,
    bytes_stored.BEHAVIOUR,
    link_next.BEHAVIOUR,
    put_replaces.BEHAVIOUR,
    merge_patch.BEHAVIOUR,
    update_masks.BEHAVIOUR,
    range_requests.BEHAVIOUR,
    conditional_requests.BEHAVIOUR,
    modification_times.BEHAVIOUR,
    version_members.BEHAVIOUR,
    related_numbers.BEHAVIOUR,
    rate_limits.BEHAVIOUR,
)
