"""Each format is one file with one value, one line in the catalogue, a heading on its page, a test and a sample."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from contract_suite.report.catalogue import FORMATS
from contract_suite.report.format import Format
from tests.parity import assert_each

ROOT = Path(__file__).parents[2]
FORMATS_ROOM = ROOT / "contract_suite" / "report" / "formats"
PAGE = (ROOT / "docs" / "reports.md").read_text("utf-8")
TESTS = "".join(
    path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name
)


def test_each_file_has_its_value_and_each_value_its_line() -> None:
    files = {path.stem for path in FORMATS_ROOM.glob("*.py")} - {"__init__"}
    values = [import_module(f"contract_suite.report.formats.{name}").FORMAT for name in sorted(files)]
    names = {each.name for each in values}
    assert names == {name.removesuffix("_report") for name in files}, "a format is called after its module"
    listed = [each.name for each in FORMATS]
    assert_each(listed, names, lacks="report/catalogue.py lacks the value of", beyond="a format without a module")
    assert len(listed) == len(names)


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_each_format_has_a_line_and_a_heading_on_its_page(each: Format) -> None:
    row = f"| `{each.name}` | {f'`{each.file_name}`' if each.file_name else 'standard output'} |"
    assert PAGE.count(row) == 1, f"docs/reports.md lacks the row {row}"
    assert PAGE.count(f"\n## {each.name}\n") == 1, f"docs/reports.md lacks the heading {each.name}"


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_each_format_has_a_test_of_its_own_and_a_sample(each: Format) -> None:
    module = each.write.__module__.rpartition(".")[2]
    tested = bool(re.search(rf"\b{module}\.(write|show|block)", TESTS)) or f'"{each.name}"' in TESTS
    assert tested, f"no test in tests/report calls {module}.write or names the format"
    sample = ROOT / "reports" / (each.file_name or f"{each.name}.txt")
    assert sample.is_file(), f"no sample {sample.name}: run `make reports`"
