"""The compiled template of the page is kept between commands, and what is wrong with a kept one costs time alone."""

from __future__ import annotations

import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from contract_suite.record.reader import Run
from contract_suite.report.page import compiled
from contract_suite.report.page.template import page_template
from tests.report import runs
from tests.report.test_report_page import page_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the package's `__pycache__`."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "kept"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    page_template.cache_clear()
    return Path(cache_from_source(compiled.__file__)).parent


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run to make a page of."""
    return runs.clean(tmp_path / "run.ndjson")


def _page(run: Run) -> str:
    page_template.cache_clear()
    return page_of(run)


def test_a_kept_template_makes_the_same_page(folder: Path, run: Run) -> None:
    first = _page(run)
    (kept,) = folder.glob("template-*")
    written = kept.stat().st_mtime_ns
    assert _page(run) == first
    assert kept.stat().st_mtime_ns == written


@pytest.mark.longer
@pytest.mark.parametrize("damage", [b"", b"\0", b"garbage" * 99], ids=["empty", "one octet", "garbage"])
def test_a_damaged_template_is_compiled_anew(folder: Path, run: Run, damage: bytes) -> None:
    first = _page(run)
    (kept,) = folder.glob("template-*")
    whole = kept.read_bytes()
    for content in (damage, whole[: len(whole) // 2]):
        kept.write_bytes(content)
        assert _page(run) == first
        assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_made_costs_no_report(folder: Path, run: Run) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder would be")
    assert "<html" in _page(run)


def test_nothing_is_kept_where_python_keeps_nothing(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert "<html" in _page(run)
    assert not folder.exists()
