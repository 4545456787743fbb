"""What only inference knows, once more: its finding is replayed by asking about the guess and driving its behaviour."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.cli.entry import execute
from tests.inference.widgets import document, widgets
from tests.runner.small_app import SmallApp, hold

FAULTS = {
    "kind-ignored": "listWidgets::query.kind::",
    "sort-ignored": "listWidgets::order",
    "create-lowers-names": "createWidget::Widget::values-read-back",
    "delete-keeps": "getWidget::Widget::deleted-unknown",
}


@pytest.mark.longer
@pytest.mark.parametrize("fault", FAULTS)
def test_a_finding_that_rests_on_a_guess_is_replayed(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = hold(widgets(fault), document(), tmp_path, monkeypatch)
    finding = next(each for each in found.record.findings if each.clause.startswith(FAULTS[fault]))
    assert finding.guesses
    assert "x-contract" not in finding.document.pointer, "the document has no such words"
    probed = {each for each in finding.exchanges if "is it the" in found.record.exchange(each).note}
    assert not probed, "a request that confirmed the guess is no step of the finding"

    def replayed(server: str) -> int:
        app = SmallApp(widgets(server))
        monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: app)
        return execute(["replay", finding.id, "--run", str(tmp_path / "report")])

    capsys.readouterr()
    assert replayed(fault) == 1, capsys.readouterr().out
    assert "still fails: " in capsys.readouterr().out
    assert replayed("") == 0, capsys.readouterr().out
    assert "fails no longer: " in capsys.readouterr().out
