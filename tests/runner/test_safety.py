"""What a run leaves alone on a service that is not its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.model.run import TO_BE_SAFE
from tests.runner.fragile_app import HARMFUL, HARMLESS, Fragile, document
from tests.runner.small_app import hold


@pytest.mark.parametrize("fuzz_time", [0.0, pytest.param(3.0, marks=pytest.mark.slow)])
def test_a_run_harms_nothing_that_it_did_not_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fuzz_time: float
) -> None:
    service = Fragile()
    before = service.foreign()
    held = hold(service, document(), tmp_path, monkeypatch, fuzz_time=fuzz_time)
    assert service.harm == []
    assert service.foreign() == before
    assert not [row for row in service.data["things"].values() if row["id"] >= 10]  # its own it cleaned up
    called = {f"{each.request.method}" for each in (one.exchange for one in held.record.exchanges())}
    assert {"GET", "POST", "PUT", "DELETE"} <= called
    reasons: dict[str, set[str]] = {}
    for result in held.record.conformance:
        reasons.setdefault(result.clause.partition("::")[0], set()).add(result.reason)
    for operation in HARMFUL.values():
        name = operation["operationId"]
        assert any(reason.startswith(TO_BE_SAFE) for reason in reasons[name]), name
    passed = {each.clause.partition("::")[0] for each in held.record.conformance if each.outcome == "passed"}
    assert {each["operationId"] for each in HARMLESS.values()} <= passed
    assert held.record.findings == ()
    assert any("nowhere.invalid" in text for text in service.addresses)
    assert not any("elsewhere.io" in text for text in service.addresses)


@pytest.mark.longer
def test_the_user_may_let_it_do_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Fragile()
    hold(service, document(), tmp_path, monkeypatch, allow_destructive=True)
    assert {f"{method} {path}" for method, path in map(str.split, service.harm)} >= {
        "DELETE /things",
        "POST /__flush__",
        "POST /admin/shutdown",
        "GET /auth/logout",
    }
