"""What holds for every test: no key of the user's environment is in reach, none of the last test is known, and slowness fails nothing.

`SHARE=K/N` in the environment leaves of the tests marked `matrix` only every Nth, the Kth of them; `FAST_SHARE=K/N` does
the same to the tests that aren't slow.
"""

from __future__ import annotations

import gc
import os
import zlib

import pytest
from hypothesis import HealthCheck, settings

from contract_suite.known_secrets import KNOWN

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("ci", settings.get_profile("suite"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "suite")

_KEY = "DASHSCOPE_API_KEY"
_OURS = "CONTRACT_SUITE_"
_KEPT = "CONTRACT_SUITE_TEST"  # of the mutation tests themselves


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take real keys and options out of the environment: a test must not be able to send the one or obey the other.

    What an earlier test in this process has named a secret is forgotten, since it would be hidden in the records of this one.
    """
    KNOWN.forget()
    for name in tuple(os.environ):
        if name == _KEY or (name.startswith(_OURS) and name != _KEPT):
            monkeypatch.delenv(name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Run one worker more than there are processors, since many tests wait: for time-outs, for slow servers."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave only a share of the large matrices or of the fast tests, where asked for; the same for every worker.

    What takes `longer` is slow too, so that `-m "not slow"` leaves it out; a row that is slow by itself is only that.
    """
    for item in items:
        names = {each.name for each in item.own_markers}
        if "longer" in names and names & {"slow", "matrix"}:
            item.own_markers[:] = [each for each in item.own_markers if each.name != "longer"]
        elif "longer" in names:
            item.add_marker("slow")
    dropped = [item for item in items if not (_is_in(item, "SHARE", "matrix") and _is_in(item, "FAST_SHARE", "fast"))]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        left_out = set(map(id, dropped))
        items[:] = [item for item in items if id(item) not in left_out]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no search for garbage need go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 10)


def _is_in(item: pytest.Item, variable: str, kind: str) -> bool:
    """Whether a test is in the share that a variable of the environment asks for, or not of the kind that it is about."""
    share, _, shares = os.environ.get(variable, "").partition("/")
    of_kind = item.get_closest_marker(kind) is not None if kind != "fast" else item.get_closest_marker("slow") is None
    if not of_kind or not (share.isdigit() and shares.isdigit() and int(shares)):
        return True
    return zlib.crc32(item.nodeid.encode()) % int(shares) == int(share) % int(shares)
