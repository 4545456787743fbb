"""Imports go in no circle: not even between a room and its own `__init__`, which the contracts of import-linter leave out."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

grimp = pytest.importorskip("grimp", reason="needs import-linter")


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports inside functions, for types alone and of a room's `__init__` count like any other."""
    graph = grimp.build_graph("contract_suite", cache_dir=None)
    try:
        TopologicalSorter({each: graph.find_modules_directly_imported_by(each) for each in graph.modules}).prepare()
    except CycleError as found:
        pytest.fail(f"move what both need into a module of its own: {' -> '.join(reversed(found.args[1]))}")
