"""What only the resources of a document tell, and its paths don't, is cleaned up, and named where it can't be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_suite.model.case import Stage
from tests.runner.right_servers import Answer, Node, judged
from tests.runner.test_replay_with_own_thing import Notes, _document


def _made_elsewhere() -> Node:
    document = _document()
    document["paths"]["/admin/new"] = document["paths"].pop("/notes")
    return document


class Elsewhere(Notes):
    """Notes are made at an address that says nothing of where they are."""

    def __init__(self, *, keeps: bool) -> None:
        super().__init__()
        self.keeps = keeps

    def __call__(self, method: str, path: str, query: Node, headers: Node, sent: Any) -> Answer:
        if path == "/notes":
            return 404, {}
        if method == "DELETE" and self.keeps:
            return 500, {}
        return super().__call__(method, "/notes" if path == "/admin/new" else path, query, headers, sent)


@pytest.mark.longer
@pytest.mark.parametrize("keeps", [False, True])
def test_what_is_left_of_what_only_the_document_knows_is_said(keeps: bool, tmp_path: Path) -> None:
    """The run said that nothing was left, while all of it was."""
    service = Elsewhere(keeps=keeps)
    record = judged(_made_elsewhere(), service, tmp_path)
    cleanup = next(each for each in record.families[0].stages if each.stage is Stage.CLEANUP)
    assert cleanup.left == len(service.notes)
    assert (cleanup.left > 9) == keeps
    assert record.footer is not None
    said = f"{cleanup.left} of what the run made could not be deleted: Note 1"
    assert (said in record.footer.reason) == keeps


@pytest.mark.longer
def test_what_the_resources_of_a_document_delete_is_not_called_left(tmp_path: Path) -> None:
    """Its paths show no way to delete it."""
    document = _document()
    below = document["paths"]["/notes/{id}"]
    removing = {"parameters": below["parameters"], "post": below.pop("delete")}
    document["paths"]["/notes/{id}/removal"] = removing

    class Removing(Notes):
        def __call__(self, method: str, path: str, query: Node, headers: Node, sent: Any) -> Answer:
            if path.endswith("/removal") and method == "POST":
                return super().__call__("DELETE", path.removesuffix("/removal"), query, headers, sent)
            return (405, {}) if method == "DELETE" else super().__call__(method, path, query, headers, sent)

    service = Removing()
    record = judged(document, service, tmp_path)
    cleanup = next(each for each in record.families[0].stages if each.stage is Stage.CLEANUP)
    assert cleanup.exchanges > 9
    assert (cleanup.left, cleanup.reason, service.notes) == (0, "", {})
