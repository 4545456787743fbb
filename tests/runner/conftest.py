"""The small documents of the generators' tests, for what learns from answers to them."""

from __future__ import annotations

from tests.generate.conftest import contract, plain_contract

__all__ = ["contract", "plain_contract"]
