"""Contracts that many tests hold something to: each is read once in a process, and nobody changes it."""

from __future__ import annotations

from functools import cache

from contract_suite.contract.family import load as _load
from contract_suite.contract.operation import Contract


@cache
def load(name: str) -> Contract:
    """Return the contract of a family, or of a document at a path where nothing is written meanwhile."""
    return _load(name)
