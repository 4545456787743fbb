"""Plain documents read, and what one rule says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.reading import read_contract
from contract_suite.inference.inferring import infer
from contract_suite.model.json import JSON
from tests.inference.widgets import query
from tests.runner.test_stripped_documents import stripped

ROOT = Path(__file__).resolve().parents[2]


LIST = ("paths", "/widgets", "get")


PARAMETERS = (*LIST, "parameters")


PAGE = ("components", "schemas", "Page", "properties")


DELIVERIES = (ROOT / "tests" / "mock" / "deliveries.yaml").read_text("utf-8").replace("X-Next-Page", "Link")


Change = Callable[[Any], None]


def read(value: Any) -> Contract:
    return read_contract(Library().read(json.dumps(value).encode(), "widgets.json"))


def said(value: Any, rule: str) -> dict[str, JSON]:
    return {fact.id: fact.words for fact in infer(read(value)) if fact.rule == rule}


def at(value: Any, *path: str | int) -> Any:
    for step in path:
        value = value[step]
    return value


def deliveries(plain: Any) -> None:
    plain.clear()
    plain.update(stripped(yaml.safe_load(DELIVERIES)))


def with_searches(plain: Any) -> None:
    widget = at(plain, "components", "schemas", "Widget", "properties")
    widget |= {"note": {"type": "string"}, "plant": {"type": "string", "format": "uuid"}}
    at(plain, *PARAMETERS)[4:] = [query("q", "Full text search.", type="string")]


def sized_by_count(plain: Any) -> None:
    [size] = [each for each in at(plain, *PARAMETERS) if each.get("name") == "per_page"]
    size["name"] = "count"
    at(plain, *PAGE)["count"] = {"type": "integer"}


def count_alone(plain: Any) -> None:
    at(plain, *PAGE)["count"] = at(plain, *PAGE).pop("total")
