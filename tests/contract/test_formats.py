"""The example texts of formats: valid ones are valid, invalid ones are not, for both validators."""

from __future__ import annotations

import json

import pytest

from contract_suite.contract.document import Library
from contract_suite.contract.schemas.formats import FORMATS, FormatTexts
from contract_suite.contract.schemas.schema import Schema


@pytest.mark.parametrize(("name", "texts"), FORMATS.items())
def test_texts_are_what_the_table_says(name: str, texts: FormatTexts) -> None:
    document = json.dumps({"type": "string", "format": name}).encode()
    schema = Schema(Library().read(document, "schema.json"))
    right = {texts.plain, *texts.valid, *(texts.distinct or ())}
    assert [text for text in right if not schema.is_valid(text)] == []
    assert [text for text in texts.invalid if schema.is_valid(text)] == []


@pytest.mark.parametrize("texts", [each for each in FORMATS.values() if each.distinct])
def test_distinct_texts_differ(texts: FormatTexts) -> None:
    assert texts.distinct is not None
    assert len(set(texts.distinct)) == 4
