"""Rate limits are kept, whatever the order of the requests."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from hypothesis import given
from hypothesis import strategies as st

from contract_suite.model.exchange import Identity, NoResponse, Request, Response
from contract_suite.transport.pacing import Allowance, Paced
from contract_suite.transport.transport import Transport


class _Clock:
    """A clock that only sleeping and the server's work move."""

    def __init__(self) -> None:
        self.now = 0.0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class _Noting:
    base_url = "https://api.example"
    loopback = False

    def __init__(self, clock: _Clock, sent: list[tuple[float, Request]]) -> None:
        self._clock = clock
        self._sent = sent

    def send(self, request: Request) -> tuple[Response | NoResponse, float]:
        self._sent.append((self._clock.now, request))
        self._clock.now += 0.003
        return Response(status=200), 0.003

    def clone(self) -> Transport:
        return _Noting(self._clock, self._sent)

    def close(self) -> None:
        self._sent.append((-1.0, Request(method="CLOSE", target="/")))


_ALL = Allowance(requests=20)
_WRITES = Allowance(requests=3, seconds=0.5)


def _limits(request: Request) -> Iterable[tuple[Hashable, Allowance]]:
    yield ("user", request.identity), _ALL
    if request.method == "POST":
        yield ("writes", request.identity), _WRITES


@given(st.lists(st.tuples(st.sampled_from(["GET", "POST"]), st.sampled_from([Identity.DEFAULT, Identity.READONLY]), st.booleans()), max_size=120))
def test_no_stretch_of_time_holds_more_than_its_allowance(calls: list[tuple[str, Identity, bool]]) -> None:
    clock, sent = _Clock(), list[tuple[float, Request]]()
    paced = Paced(_Noting(clock, sent), _limits, clock=clock.read, sleep=clock.sleep)
    other = paced.clone()
    for method, identity, cloned in calls:
        (other if cloned else paced).send(Request(method=method, target="/", identity=identity))
    assert len(sent) == len(calls)
    counted: dict[Hashable, list[float]] = {}
    allowances: dict[Hashable, Allowance] = {}
    for moment, request in sent:
        for key, allowance in _limits(request):
            counted.setdefault(key, []).append(moment)
            allowances[key] = allowance
    for key, moments in counted.items():
        allowance = allowances[key]
        for first, last in zip(moments, moments[allowance.requests :], strict=False):
            assert last - first > allowance.seconds


def test_nothing_waits_without_need() -> None:
    clock, sent = _Clock(), list[tuple[float, Request]]()
    paced = Paced(_Noting(clock, sent), _limits, clock=clock.read, sleep=clock.sleep)
    for _ in range(20):
        paced.send(Request(method="GET", target="/"))
    assert clock.now < 0.1
    assert (paced.base_url, paced.loopback) == ("https://api.example", False)
    paced.close()
    assert sent[-1][0] == -1.0
