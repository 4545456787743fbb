"""The walk through all subschemas of a bundle that surely apply, each with the subject that clauses give it."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite import limits
from contract_suite.contract.schemas.bundling import Bundle
from contract_suite.model.json import JSON, escape


def visit(bundle: Bundle) -> Iterator[tuple[str, dict[str, JSON]]]:
    """Every subschema that surely applies, with its subject.

    Through properties, items, `allOf`, and the one branch of an `anyOf` or `oneOf` that is not `null`; outermost first,
    a recursion once. Of a schema that unfolds without measure, the first `limits.PLACES`.
    """
    left = limits.PLACES
    stack: list[tuple[str, JSON, tuple[int, ...]]] = [("", bundle.root, ())]
    while stack and left:
        subject, node, above = stack.pop()
        if not isinstance(node, dict) or id(node) in above or subject.count("/") > limits.LEVELS:
            continue
        above = (*above, id(node))
        left -= 1
        yield subject, node
        below: list[tuple[str, JSON, tuple[int, ...]]] = []
        reference = node.get("$ref")
        if isinstance(reference, str):
            below.append((subject, bundle.deref(reference), above))
        below.extend((subject, each, above) for each in _list(node.get("allOf")))
        for keyword in ("anyOf", "oneOf"):
            real = real_branch(bundle, node.get(keyword))
            if real is not None:
                below.append((subject, real, above))
        properties = node.get("properties")
        for name, each in (properties if isinstance(properties, dict) else {}).items():
            below.append((f"{subject}/{escape(name)}", each, above))
        below.extend((f"{subject}/*", node.get(keyword), above) for keyword in ("items", "additionalProperties"))
        patterns = node.get("patternProperties")
        below.extend(
            (f"{subject}/*", each, above) for each in (patterns if isinstance(patterns, dict) else {}).values()
        )
        stack.extend(reversed(below))


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
