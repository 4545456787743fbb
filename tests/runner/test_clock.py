from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contract_suite.errors import UsageError
from contract_suite.runner.sending.clock import VARIABLE, now, seconds_now, wait


def test_the_time_is_the_systems_unless_it_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert abs((now() - datetime.now(UTC)).total_seconds()) < 5
    monkeypatch.setenv(VARIABLE, "1893456000")
    monkeypatch.setattr("contract_suite.runner.sending.clock._WAITED.seconds", 0.0)
    assert (seconds_now(), now().isoformat()) == (1893456000.0, "2030-01-01T00:00:00+00:00")


def test_a_fixed_time_moves_with_the_waits_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1893456000")
    before = seconds_now()
    wait(0.25)
    assert seconds_now() - before == 0.25
    monkeypatch.setattr("contract_suite.runner.sending.clock._WAITED.seconds", 0.0)
    assert seconds_now() == 1893456000.0


@pytest.mark.parametrize("value", ["soon", "-1", "1e3", "9" * 12])
def test_a_time_that_is_none_is_a_usage_error(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(UsageError, match=VARIABLE):
        now()
