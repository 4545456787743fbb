"""What commands print of lists and of the documentation's pages."""

from __future__ import annotations

import json

import pytest

from contract_suite.behaviours.catalogue import BEHAVIOURS
from contract_suite.checks.catalogue import CHECKS
from contract_suite.cli.pages import said_of
from contract_suite.cli.table import show, table_lines
from contract_suite.model.json import JSON


def test_a_cell_without_a_value_is_empty_and_never_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"name": None, "tags": [None, "x"], "count": 1, "text": "two\nlines"}], as_json=False, empty="none")
    assert capsys.readouterr().out == "\t, x\t1\ttwo lines\n"


def test_rows_as_json_are_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, JSON]] = [{"name": None, "tags": ["x"]}]
    show(rows, as_json=True, empty="none")
    assert json.loads(capsys.readouterr().out) == rows


def test_no_rows_are_said_beside_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    show([], as_json=False, empty="there are none")
    assert capsys.readouterr() == ("", "there are none\n")


@pytest.mark.parametrize("name", [*(each.name for each in CHECKS), *(each.name for each in BEHAVIOURS)])
def test_every_page_is_quoted_checks_and_behaviours_alike(name: str) -> None:
    assert said_of(name)[""]


NAMES = ["pai/page-begins-too-early", "notes/page-size-ignored"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_no_name_in_a_table_is_broken(width: int) -> None:
    rows = [["paging", name, "a page begins one item too early, whatever was asked for"] for name in NAMES]
    lines = list(table_lines(["theme", "fault", "sentence"], rows, width))
    assert all(any(name in line.split() for line in lines) for name in NAMES)
    widest = max(map(len, NAMES)) + len("sentence  ")
    assert max(map(len, lines)) <= max(width, widest)


def test_what_wraps_is_as_wide_as_the_terminal_leaves_room_for() -> None:
    text = "ab " * 66 + "ab"
    [_, *lines] = table_lines(["name", "sentence"], [["page", text]], len("page") + 2 + 41)
    assert [len(line) for line in lines] == [47, 47, 47, 47, 38]
    assert " ".join(" ".join(lines).split()) == f"page {text}"
