"""The walk through all subschemas of a bundle that surely apply, each with the subject that clauses give it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from contract_suite import limits
from contract_suite.contract.schemas.bundling import Bundle
from contract_suite.model.json import JSON, escape


def visit(bundle: Bundle) -> Sequence[tuple[str, dict[str, JSON]]]:
    """Return every subschema that surely applies, with its subject.

    Through properties, items, `allOf`, and the one branch of an `anyOf` or `oneOf` that is not `null`; outermost first,
    a recursion once. Schemas that refer to each other describe places without number: of those that have more than the
    bundle may have, the outermost are taken, and what lies deeper belongs to the place above it.
    """
    if not bundle.walked:
        places = tuple(islice(_walk(bundle, deque.pop), bundle.most_places + 1))
        if len(places) > bundle.most_places:
            places = tuple(islice(_walk(bundle, deque.popleft), bundle.most_places))
        bundle.walked = places
    return bundle.walked


_Waiting = deque[tuple[str, JSON, tuple[int, ...]]]


def _walk(
    bundle: Bundle, take: Callable[[_Waiting], tuple[str, JSON, tuple[int, ...]]]
) -> Iterator[tuple[str, dict[str, JSON]]]:
    """Walk in depth where the last one is taken, in breadth where the first one is."""
    waiting: _Waiting = deque([("", bundle.root, ())])
    while waiting:
        subject, node, above = take(waiting)
        if not isinstance(node, dict) or id(node) in above or subject.count("/") > limits.LEVELS:
            continue
        above = (*above, id(node))
        yield subject, node
        below = [(name, each, above) for name, each in _below(bundle, subject, node)]
        waiting.extend(reversed(below) if take is deque.pop else below)


def _below(bundle: Bundle, subject: str, node: dict[str, JSON]) -> Iterator[tuple[str, JSON]]:
    reference = node.get("$ref")
    if isinstance(reference, str):
        yield subject, bundle.deref(reference)
    for each in _list(node.get("allOf")):
        yield subject, each
    for keyword in ("anyOf", "oneOf"):
        real = real_branch(bundle, node.get(keyword))
        if real is not None:
            yield subject, real
    properties = node.get("properties")
    for name, each in (properties if isinstance(properties, dict) else {}).items():
        yield f"{subject}/{escape(name)}", each
    for keyword in ("items", "additionalProperties"):
        yield f"{subject}/*", node.get(keyword)
    patterns = node.get("patternProperties")
    for each in (patterns if isinstance(patterns, dict) else {}).values():
        yield f"{subject}/*", each


def real_branch(bundle: Bundle, branches: JSON) -> JSON:
    """Return the only branch of an `anyOf`/`oneOf` that is not `null`.

    `None` if there are several, or no null one.
    """
    if not isinstance(branches, list):
        return None
    real = [branch for branch in branches if not is_null(bundle, branch)]
    return real[0] if len(real) == 1 and len(branches) > 1 else None


def is_null(bundle: Bundle, branch: JSON) -> bool:
    """Whether a branch allows nothing but `null`, by itself or by what it refers to."""
    if isinstance(branch, dict) and isinstance(reference := branch.get("$ref"), str):
        branch = bundle.deref(reference)
    return isinstance(branch, dict) and branch.get("type") == "null"


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []
