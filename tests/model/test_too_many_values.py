"""JSON texts that hold more than may be read, told without reading them."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.model.json import MISSING, has_too_many_values, parsed
from tests.hostile.documents import api
from tests.runner.small_app import hold

VALUES = 20_000
TINY = {
    "objects": "[" + ",".join(["{}"] * (VALUES + 1)) + "]",
    "lists": "[" + ",".join(["[]"] * (VALUES + 1)) + "]",
    "texts": "[" + ",".join(['""'] * (VALUES + 1)) + "]",
    "members": "{" + ",".join(f'"{number:x}":1' for number in range(VALUES + 1)) + "}",
    "levels": "[" * (VALUES + 1),
}


@pytest.mark.parametrize("name", TINY)
def test_too_many_values_are_not_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """10 MB of empty objects took 660 MB."""
    monkeypatch.setattr("contract_suite.model.json.VALUES", VALUES)
    text = TINY[name].encode()
    tracemalloc.start()
    assert parsed(text) is MISSING
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * len(text)
    assert has_too_many_values(TINY[name])


@pytest.mark.parametrize("text", ["a," * VALUES, '\\",[' * VALUES, "{[" * VALUES])
def test_marks_within_a_text_are_no_values(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_suite.model.json.VALUES", VALUES)
    assert parsed(f'["{text}"]') != MISSING
    assert parsed(f'["{text}"]'.encode()) != MISSING


@pytest.mark.longer
@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda each: st.lists(each) | st.dictionaries(st.text(), each))
)
def test_nothing_small_has_too_many(value: Any) -> None:
    assert not has_too_many_values(json.dumps(value))


def test_such_an_answer_is_neither_right_nor_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = api({"type": "string"})
    get = document["paths"]["/health"]["get"]
    things = {"type": "array", "items": {"type": "object"}}
    get["responses"]["200"]["content"] = {"application/json": {"schema": things}}
    document["paths"] = {"/health": {"get": get}}
    monkeypatch.setattr("contract_suite.model.json.VALUES", 1_000)
    many: list[Any] = [{}] * 1_001
    held = hold(lambda _: (200, many), document, tmp_path, monkeypatch)
    assert held.outcome.exit_code == 4, held.outcome.reason
    assert held.record.findings == ()


@pytest.mark.parametrize("before", range(0, 40, 3))
def test_a_number_that_no_double_holds_is_not_read_wherever_it_stands(before: int) -> None:
    """Python can't compare such a one to a fraction, and a run ended."""
    for number in ("9" * 309, f"-{'9' * 308}"):
        text = f"[{' ' * before}{number}]"
        assert parsed(text) is parsed(text.encode()) is MISSING
    assert parsed(f'["{"9" * 999}", {"9" * 308}]') == ["9" * 999, int("9" * 308)]
