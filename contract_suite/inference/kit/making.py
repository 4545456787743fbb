"""Which of the operations on a path and above it makes one thing, and which one changes it."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.operation import Operation
from contract_suite.generate.resources.inferred_resources import PathStep
from contract_suite.inference.kit.bodies import request_of

_NOT_CREATES: Final = frozenset({"search", "query", "batch", "bulk", "import", "export", "filter", "login", "logout"})
_SAYS_UPDATE: Final = re.compile(r"^\s*(updates?|modif(y|ies)|edits?|changes?)\b", re.IGNORECASE | re.MULTILINE)


def create_of(step: PathStep, put: Operation | None, post: Operation | None) -> Operation | None:
    """Return what makes one: the POST above, else a PUT that documents 201, to a name that the client chooses."""
    if not step.noun:
        return None
    if post is not None and not _is_no_create(post):
        return post
    return put if put is not None and makes_what_it_names(put) else None


def makes_what_it_names(operation: Operation) -> bool:
    """Whether a PUT creates under the name that its path gives: it documents 201."""
    return operation.method == "PUT" and operation.documents(201)


def posted_update(post: Operation | None, create: Operation | None) -> Operation | None:
    """Return a POST on a thing that says that it changes the thing, and takes nothing that its create doesn't take."""
    sent, made = request_of(post), request_of(create)
    if post is None or sent is None or made is None or not _SAYS_UPDATE.search(f"{post.summary}\n{post.description}"):
        return None
    names = set(sent.property_names())
    return post if names and names <= set(made.property_names()) else None


def _is_no_create(operation: Operation) -> bool:
    """Whether an operation does something else than its path says; an export that is made at `/exports` is made."""
    made = singular(operation.path.rstrip("/").rpartition("/")[2])
    said = {each for each in words(operation.id) if each != made} if " " not in operation.id else set()
    return not _NOT_CREATES.isdisjoint(said) or operation.body is None
