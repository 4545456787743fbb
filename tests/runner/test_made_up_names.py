"""Names that a run makes up: nobody has used them before, not even an earlier run with the same seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_suite.record.reader import Run, read_run
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.run import run
from tests.runner.notes_app import DOCUMENT, Notes, Reply
from tests.runner.notes_server import serving


class Kept(Notes):
    """Notes that remember every title they were given."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: list[str] = []

    def create(self, body: bytes) -> Reply:
        status, note = super().create(body)
        if status == 201 and isinstance(note, dict):
            self.titles.append(note["title"])
        return status, note


def held(service: Kept, folder: Path) -> Run:
    folder.mkdir()
    document = folder / "notes.yaml"
    document.write_text(DOCUMENT)
    with serving(service, latency=0.0) as (url, _):
        return read_run(run(RunOptions(contracts=(str(document),), url=url, fuzz_time=0, report=folder)).record)


@pytest.mark.longer
def test_no_name_is_one_that_an_earlier_run_left(tmp_path: Path) -> None:
    """Names depended on the seed alone: after a killed run, creates of the next one were refused as duplicates."""
    first, second = Kept(), Kept()
    assert not held(first, tmp_path / "first").findings
    for title in first.titles[:3]:
        second.create(f'{{"title": "{title}"}}'.encode())
    left = list(second.titles)
    again = held(second, tmp_path / "again")
    assert again.footer is not None
    assert (again.footer.reason, again.footer.exit_code) == ("nothing found", 0)
    assert [note["title"] for note in second.notes.values()] == left
    assert not set(second.titles[3:]) & set(first.titles) - {"First"}
    assert len({title for title in second.titles if title.startswith("cs-")}) > 10
