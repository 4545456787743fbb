"""Whether a filter takes upper and lower case for the same, by its description."""

from __future__ import annotations

from contract_suite.contract.naming.sentences import SAYS_CASE_COUNTS, SAYS_CASE_IGNORED
from contract_suite.contract.operation import Parameter


def case_is_said(parameter: Parameter) -> bool:
    """Whether a description says that case counts, or that it does not; of both at once, nobody knows what is meant."""
    text = parameter.description
    return bool(SAYS_CASE_COUNTS.search(text)) != bool(SAYS_CASE_IGNORED.search(text))


def case_is_ignored(parameter: Parameter, *, unsaid: bool) -> bool:
    """Whether case is ignored; `unsaid` where nobody says so, and an item that differs in it alone may come."""
    if not case_is_said(parameter):
        return unsaid
    return SAYS_CASE_IGNORED.search(parameter.description) is not None
