"""What the run made is deleted once, though it is known by the paths and by the resources that a document names."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from contract_suite.model.case import Stage
from contract_suite.record.reader import read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.runner.notes_app import DOCUMENT, Notes
from tests.runner.notes_server import serving


@pytest.mark.longer
def test_no_delete_of_cleaning_up_is_sent_again(tmp_path: Path) -> None:
    """Each was sent by both sessions of the run, the second time to be answered 404."""
    document = tmp_path / "notes.yaml"
    document.write_text(DOCUMENT)
    service = Notes()
    with serving(service, latency=0.0) as (url, _):
        asked = RunOptions(contracts=(str(document),), url=url, report=tmp_path / "report", fuzz_time=0)
        record = read_run(run(asked, environ={}).record)
    sent = Counter(
        each.exchange.request.target
        for each in record.exchanges()
        if each.stage is Stage.CLEANUP and each.exchange.request.method == "DELETE"
    )
    assert len(sent) > 9
    assert set(sent.values()) == {1}
    assert service.notes == {}
