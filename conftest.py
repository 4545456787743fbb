"""What holds for every test: no key of the user's environment is in reach, and property tests don't fail for being slow."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("ci", settings.get_profile("suite"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "suite")

_KEYS = ("DASHSCOPE_API_KEY", "CONTRACT_SUITE_TOKEN", "CONTRACT_SUITE_TRACEBACK")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take real keys out of the environment: a test must not be able to send one."""
    for name in _KEYS:
        monkeypatch.delenv(name, raising=False)
