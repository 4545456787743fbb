"""Which operation a request is for: the most literal path that takes it, found without a look at every path."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths import routing
from contract_suite.contract.paths.routing import path_values, route, values_in_name
from contract_suite.contract.reading import read_contract

SEGMENTS = ("a", "b", "{x}", "a-{x}", "")
PATHS = tuple(f"/{'/'.join(parts)}" for length in (1, 2, 3) for parts in product(SEGMENTS, repeat=length))
TARGETS = st.lists(st.sampled_from(["a", "b", "a-", "a-b", "c", "", "%2F"]), min_size=1, max_size=4).map("/".join)


def contract_of(paths: dict[str, tuple[str, ...]]) -> Contract:
    document: dict[str, Any] = {"openapi": "3.0.3", "info": {"title": "Paths", "version": "1"}}
    document["paths"] = {
        path: {method: {"responses": {"200": {"description": "so"}}} for method in methods}
        for path, methods in paths.items()
    }
    return read_contract(Library().read(json.dumps(document).encode(), "paths.json"))


def literalness(path: str) -> tuple[tuple[int, ...], str]:
    return tuple(2 if each == "{x}" else 1 if "{" in each else 0 for each in path.split("/")), path


@given(
    paths=st.dictionaries(st.sampled_from(PATHS), st.sampled_from([("get",), ("post", "get"), ("put",)]), max_size=12),
    target=TARGETS,
    query=st.sampled_from(["", "?a=/b", "#/"]),
)
def test_the_most_literal_path_that_takes_a_target_is_found(
    paths: dict[str, tuple[str, ...]], target: str, query: str
) -> None:
    contract = contract_of(paths)
    operation, values, methods = route(contract, "GET", f"/{target}{query}")
    taking = [path for path in paths if path_values(path, f"/{target}{query}") is not None]
    if not taking:
        assert (operation, values, methods) == (None, {}, ())
        return
    best = min(taking, key=literalness)
    assert set(methods) == {each.upper() for each in paths[best]}
    assert (operation.path if operation else None) == (best if "GET" in methods else None)


def test_paths_of_another_length_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = contract_of({f"/things{number}/{{x}}{'/more' * (number % 10)}": ("get",) for number in range(1000)})
    asked: list[str] = []

    def counted(path: str, target: str) -> dict[str, str] | None:
        asked.append(path)
        return path_values(path, target)

    monkeypatch.setattr(routing, "path_values", counted)
    operation, values, _ = route(contract, "GET", "/things12/one/more/more")
    assert operation is not None
    assert (operation.path, values) == ("/things12/{x}/more/more", {"x": "one"})
    assert len(asked) <= 100


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("fleets/a/vehicles/b", {"fleet": "a", "vehicle": "b"}),
        ("vehicles/b", {"vehicle": "b"}),
        ("/v1/fleets/a/vehicles/b", {"fleet": "a", "vehicle": "b"}),
        ("b", None),
        ("trucks/b", None),
        ("fleets/a/vehicles", None),
        ("fleets//vehicles/b", None),
        ("x/v1/fleets/a/vehicles/b", None),
        ("", None),
    ],
)
def test_a_resource_name_says_what_its_path_needs(name: str, values: dict[str, str] | None) -> None:
    assert values_in_name("/v1/fleets/{fleet}/vehicles/{vehicle}", name) == values
