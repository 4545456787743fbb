"""Every security requirement names a declared scheme, and every operation says whether it needs a key."""

from __future__ import annotations

from collections.abc import Iterator

from contract_suite.contract.document import Node
from contract_suite.contract.family import node_of
from contract_suite.contract.naming.suggestion import did_you_mean
from contract_suite.contract.operation import Contract
from contract_suite.model.source import Level
from contract_suite.rules.rule import LintProblem, Rule


def _judge(contract: Contract) -> Iterator[LintProblem]:
    root = node_of(contract)
    known = [scheme.id for scheme in contract.security_schemes]
    shared = root.child("security")
    if shared is not None:
        yield from _requirements(shared, known)
    for operation in contract.operations:
        own = operation.node.child("security") if operation.node is not None else None
        if own is not None:
            yield from _requirements(own, known)
        elif shared is None and known:
            yield LintProblem(
                message=f"{operation.id} does not say whether it needs a key, though schemes are declared",
                location=operation.location,
                level=Level.ADVISORY,
                cause="no security",
            )


def _requirements(security: Node, known: list[str]) -> Iterator[LintProblem]:
    for alternative in security.elements():
        for name, node in alternative.items():
            if name not in known:
                yield LintProblem(
                    message=f"the security scheme {name!r} is not declared{did_you_mean(name, known)}",
                    location=node.location,
                    cause=f"unknown scheme {name}",
                )


RULE = Rule(name="security-declared", title="Every security requirement names a declared scheme.", judge=_judge)
