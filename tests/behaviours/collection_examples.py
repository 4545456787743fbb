"""The contracts and behaviours that the tests of collections drive."""

from __future__ import annotations

from contract_suite.behaviours.answers import envelopes, rate_limits
from contract_suite.behaviours.collections import echo, totals
from contract_suite.behaviours.collections.filtering import filtering
from contract_suite.behaviours.collections.ordering import ordering
from contract_suite.behaviours.collections.paging import paging
from contract_suite.behaviours.resources import response_limit
from tests.contracts import load

MINE = tuple(
    each.BEHAVIOUR for each in (paging, totals, ordering, filtering, echo, envelopes, response_limit, rate_limits)
)
COLLECTIONS = MINE[:4]
contract = load
LISTS = {
    "pai": ("ListAlgorithms", "ListAlgorithmVersions", "PluginListAlgorithms"),
    "modelarts": ("ListAlgorithms",),
    "opensearch": ("ListFunctionResources",),
}
