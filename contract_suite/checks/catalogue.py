"""Every check of the package, in the order in which verdicts are read best.

Add your own by value: `(*CHECKS, mine)`.
"""

from __future__ import annotations

from typing import Final

from contract_suite.checks import (
    auth_enforced,
    complete,
    content_type,
    header_fields,
    in_time,
    negative_rejected,
    no_server_error,
    positive_accepted,
    response_headers,
    status_documented,
    undeclared_method,
)
from contract_suite.checks.bodies import (
    computed_members,
    identity_shown,
    included_once,
    kept_to_request,
    response_schema,
    undocumented_fields,
    write_only,
)
from contract_suite.checks.check import Check
from contract_suite.checks.errors import error_envelope, error_internals, problem_details

CHECKS: Final[tuple[Check, ...]] = (
    no_server_error.CHECK,
    complete.CHECK,
    in_time.CHECK,
    status_documented.CHECK,
    content_type.CHECK,
    response_headers.CHECK,
    header_fields.CHECK,
    response_schema.CHECK,
    write_only.CHECK,
    computed_members.CHECK,
    included_once.CHECK,
    identity_shown.CHECK,
    kept_to_request.CHECK,
    error_envelope.CHECK,
    error_internals.CHECK,
    problem_details.CHECK,
    undocumented_fields.CHECK,
    negative_rejected.CHECK,
    positive_accepted.CHECK,
    auth_enforced.CHECK,
    undeclared_method.CHECK,
)
