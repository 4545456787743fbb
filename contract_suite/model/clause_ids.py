"""Names of the clauses that a single case can target: the agreement between what makes cases and what judges them.

The rule that must not be broken: both sides build and read these ids with the functions below and never by hand, so
that a case and the check that judges it can't miss each other.
"""

from __future__ import annotations

import re
from typing import Final

ADDRESS: Final = "address"
AUTH: Final = "auth"
BODY: Final = "body"
METHOD: Final = "method"
RATE: Final = "rate"
REQUEST: Final = "request"

MISSING: Final = "missing-refused"
EMPTY: Final = "empty-refused"
WRONG_SCHEME: Final = "wrong-scheme-refused"
GARBAGE: Final = "garbage-refused"
REVOKED: Final = "revoked-refused"
READONLY: Final = "readonly-forbidden"
OPTIONAL: Final = "optional-served"

AUTH_KINDS: Final = (MISSING, EMPTY, WRONG_SCHEME, GARBAGE, REVOKED, READONLY, OPTIONAL)
"""What `auth` takes.

The first five are answered 401, `READONLY` 403; `OPTIONAL` is a call without a key that must be served.
"""

SYNTAX: Final = "syntax"
MEDIA_TYPE: Final = "mediaType"
"""Two faults of a request body that are no schema keyword.

Text that is no JSON, and a content type that isn't declared.
"""


def enforced(operation: str, subject: str, keyword: str) -> str:
    """Return the clause that a request breaking `keyword` at `subject` is refused.

    `subject` is as in arguments and constraints (`query.PageSize`, `body`, `body/Items/*/Name`, `path.Id`,
    `header.X-Y`). What is missing is `required` of its own subject. `keyword` is the schema's keyword as written
    (`minLength`), or `SYNTAX` or `MEDIA_TYPE` of `body`.
    """
    return f"{operation}::{subject}::{kebab(keyword)}-enforced"


def refused(operation: str) -> str:
    """Return the clause that a request is refused whose fault no clause of its own names. no case targets it."""
    return f"{operation}::{REQUEST}::refused"


def accepted(operation: str, subject: str = REQUEST) -> str:
    """Return the clause that a valid value of `subject` is accepted; without a subject, that a valid request is."""
    return f"{operation}::{subject}::accepted"


def auth(operation: str, kind: str) -> str:
    """Return the clause about one way to come with a wrong key, or none; `kind` is one of `AUTH_KINDS`."""
    if kind not in AUTH_KINDS:
        raise ValueError(kind)
    return f"{operation}::{AUTH}::{kind}"


def method_refused(operation: str, method: str) -> str:
    """Return the clause that `method`, which the path doesn't declare, is refused.

    `operation` is the first one declared on that path.
    """
    return f"{operation}::{METHOD}::{method}-refused"


def refusal_status(operation: str, subject: str = REQUEST) -> str:
    """Return the clause that says which 4xx refuses a bad `subject`.

    no case targets it: it is judged beside `enforced`.
    """
    return f"{operation}::{subject}::refusal-status"


def refusal_code(operation: str, subject: str) -> str:
    """Return the clause that says which error code refuses a bad `subject`.

    no case targets it: it is judged beside `enforced`.
    """
    return f"{operation}::{subject}::refusal-code"


def served(operation: str) -> str:
    """Return the clause that the operation is found at its address.

    no case targets it: a 404 where ids are live decides it.
    """
    return f"{operation}::{ADDRESS}::served"


def parts(clause: str) -> tuple[str, str, str]:
    """Return operation, subject and kind of a clause id; empty strings for what isn't there."""
    operation, _, rest = clause.partition("::")
    subject, _, kind = rest.rpartition("::")
    return operation, subject, kind


def kebab(keyword: str) -> str:
    """Return a schema keyword as it stands in a clause id: `minLength` becomes `min-length`."""
    return _HUMP.sub(lambda match: "-" + match.group(0).lower(), keyword)


_HUMP: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")
