"""Contracts that many tests hold something to: each is read once in a process, and nobody changes it."""

from __future__ import annotations

from functools import cache

from contract_suite.behaviours.behaviour import Behaviour
from contract_suite.contract.family import families
from contract_suite.contract.family import load as _load
from contract_suite.contract.operation import Contract


@cache
def load(name: str) -> Contract:
    """Return the contract of a family, or of a document at a path where nothing is written meanwhile."""
    return _load(name)


def families_that_promise(behaviour: Behaviour, kind: str) -> list[str]:
    """Return the families whose documents promise something that a behaviour tests by clauses of this kind."""
    return [
        name
        for name in families()
        if any(each.kind == kind and not each.inapplicable for each in behaviour.clauses(load(name)))
    ]
