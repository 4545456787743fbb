"""What holds for every test: no key of the user's environment is in reach, and property tests don't fail for being slow.

`SHARE=K/N` in the environment leaves of the tests marked `matrix` only every Nth, the Kth of them.
"""

from __future__ import annotations

import os
import zlib

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave only a share of the large matrices, where `SHARE` asks for one; the same for every worker."""
    share, _, shares = os.environ.get("SHARE", "").partition("/")
    if not (share.isdigit() and shares.isdigit() and int(shares)):
        return
    dropped = [
        item
        for item in items
        if item.get_closest_marker("matrix")
        and zlib.crc32(item.nodeid.encode()) % int(shares) != int(share) % int(shares)
    ]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        left_out = set(map(id, dropped))
        items[:] = [item for item in items if id(item) not in left_out]
