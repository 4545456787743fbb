"""Rate limits are kept, whatever the order of the requests."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from hypothesis import given
from hypothesis import strategies as st

from contract_suite.transport.pacing import Allowance, Pace


class _Clock:
    """A clock that only sleeping and the server's work move."""

    def __init__(self) -> None:
        self.now = 0.0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


_ALL = Allowance(requests=20)
_WRITES = Allowance(requests=3, seconds=0.5)


def _limits(method: str, user: str) -> Iterable[tuple[Hashable, Allowance]]:
    yield ("user", user), _ALL
    if method == "POST":
        yield ("writes", user), _WRITES


@given(st.lists(st.tuples(st.sampled_from(["GET", "POST"]), st.sampled_from(["one", "two"])), max_size=120))
def test_no_stretch_of_time_holds_more_than_its_allowance(calls: list[tuple[str, str]]) -> None:
    clock = _Clock()
    pace = Pace(clock.read)
    counted: dict[Hashable, list[float]] = {}
    allowances: dict[Hashable, Allowance] = {}
    for method, user in calls:
        pause = pace.reserve(_limits(method, user))
        if pause > 0:
            clock.sleep(pause)
        for key, allowance in _limits(method, user):
            counted.setdefault(key, []).append(clock.now)
            allowances[key] = allowance
        clock.now += 0.003
    for key, moments in counted.items():
        allowance = allowances[key]
        for first, last in zip(moments, moments[allowance.requests :], strict=False):
            assert last - first > allowance.seconds


def test_nothing_waits_without_need() -> None:
    pace = Pace(_Clock().read)
    assert [pace.reserve(_limits("GET", "one")) for _ in range(20)] == [0.0] * 20
