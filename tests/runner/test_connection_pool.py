from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.case import Stage
from contract_suite.model.exchange import NoResponse
from contract_suite.model.verdict import Outcome
from contract_suite.record.reader import Run, read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from contract_suite.transport.transport import CachedResponse
from tests.runner.notes_app import DOCUMENT, Notes
from tests.runner.notes_server import Traffic, serving

SLOW = 0.025
QUICK = 0.0
PROBE = "are several connections answered at the same time?"
CONTROL = "is it still served?"
RACERS = 4
RACE = "delete the Note and create its namesake"
RACED = "::created-despite-delete"


def hold(
    folder: Path, service: Notes, *, latency: float, one_at_a_time: bool = False, **options: Any
) -> tuple[Run, Traffic]:
    document = folder / "notes.yaml"
    document.write_text(DOCUMENT)
    with serving(service, latency=latency, one_at_a_time=one_at_a_time) as (url, traffic):
        asked = RunOptions(
            contracts=(str(document),), url=url, fuzz_time=0, report=folder / "report", strict=True, **options
        )
        return read_run(run(asked, environ={}).record), traffic


def asked_for(record: Run) -> list[tuple[str, str, bytes]]:
    """What was asked for, but for what depends on who wins a race, which is the server's choice."""
    found: list[tuple[str, str, bytes]] = []
    before = ""
    for each in record.exchanges():
        if each.note == CONTROL:  # which is due after so many requests, wherever that is
            continue
        after_a_race = before == RACE and each.note.startswith("read ")
        if each.note != PROBE and each.stage is not Stage.CLEANUP and not after_a_race:
            request = each.exchange.request
            found.append((request.method, re.sub(r"/n[0-9]+", "/n", request.target), request.body))
        before = each.note
    return found


def decided(record: Run) -> list[tuple[str, Outcome]]:
    """What became of each clause, but for the one that takes a create to win its race."""
    return [(each.clause, each.outcome) for each in record.conformance if not each.clause.endswith(RACED)]


def lanes(record: Run) -> int:
    """How many connections were opened at once; two are, to find out whether creates can race."""
    return sum(1 for each in record.exchanges() if each.note == PROBE)


@pytest.mark.longer
def test_a_distant_endpoint_is_asked_several_things_at_a_time(tmp_path: Path) -> None:
    service = Notes()
    record, traffic = hold(tmp_path, service, latency=SLOW)
    assert record.findings == ()
    assert lanes(record) == 6
    assert 4 < traffic.most <= 6
    assert service.notes == {}


@pytest.mark.longer
def test_an_answer_is_waited_for_without_asking_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six requests on their way were looked at each 2 ms: before a distant endpoint a run took twice the CPU."""
    looks = [0]
    ready = CachedResponse.ready

    def counted(self: CachedResponse) -> bool:
        looks[0] += 1
        return ready(self)

    monkeypatch.setattr(CachedResponse, "ready", counted)
    record, traffic = hold(tmp_path, Notes(), latency=4 * SLOW)
    assert traffic.most > 4
    assert looks[0] < 8 * len(record.exchange_offsets)


@pytest.mark.longer
def test_one_worker_asks_one_thing_after_the_other_and_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "six").mkdir()
    one, traffic = hold(tmp_path / "one", Notes(), latency=SLOW, workers=1)
    six, _ = hold(tmp_path / "six", Notes(), latency=SLOW)
    assert lanes(one) <= 2
    assert traffic.most <= RACERS
    assert asked_for(one) == asked_for(six)
    assert decided(one) == decided(six)


@pytest.mark.longer
def test_a_quick_endpoint_is_asked_one_thing_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A machine that is busy with other things answers late too.
    monkeypatch.setattr("contract_suite.runner.sending.connection_pool._DISTANT", 2.0)
    record, _ = hold(tmp_path, Notes(), latency=QUICK)
    assert record.findings == ()
    assert lanes(record) <= 2


@pytest.mark.longer
@pytest.mark.parametrize("latency", [QUICK, SLOW])
def test_a_server_of_one_connection_at_a_time_is_no_finding(tmp_path: Path, latency: float) -> None:
    """Requests that raced over two connections waited for each other until they timed out, which was reported as a defect."""
    record, traffic = hold(tmp_path, Notes(), latency=latency, one_at_a_time=True, timeout=5)
    assert record.findings == ()
    assert traffic.most == 1
    lost = [each for each in record.exchanges() if isinstance(each.exchange.answer, NoResponse)]
    assert {each.note for each in lost} == {PROBE}


@pytest.mark.longer
def test_findings_are_the_same_whatever_the_distance(tmp_path: Path) -> None:
    found = []
    for name, latency in (("near", QUICK), ("far", SLOW)):
        (tmp_path / name).mkdir()
        record, _ = hold(tmp_path / name, Notes("any-stars"), latency=latency)
        found.append([(each.clause, each.flaky) for each in record.findings])
    assert found[0] == found[1]
    assert ("CreateNote::body/stars::minimum-enforced", False) in found[0]
