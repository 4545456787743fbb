"""References to addresses that nobody follows, and types that don't exist, cost the part in which they stand, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.runner.right_servers import Answer, Node, found, judged
from tests.runner.test_slash_at_the_end import Things, document

ELSEWHERE = "https://schemas.invalid/parts.yaml#/components"


def test_a_document_whose_responses_stand_elsewhere_is_run(tmp_path: Path) -> None:
    described: Node = document("")
    things, thing = described["paths"]["/things"], described["paths"]["/things/{id}"]
    things["get"]["parameters"] = [{"$ref": f"{ELSEWHERE}/parameters/Sort"}]
    things["get"]["responses"]["400"] = {"$ref": f"{ELSEWHERE}/responses/Bad"}
    thing["get"]["responses"]["200"] = {"$ref": f"{ELSEWHERE}/responses/Thing"}
    things["post"]["responses"]["201"]["links"] = {"it": {"$ref": f"{ELSEWHERE}/links/It"}}
    thing["put"]["responses"]["200"]["links"] = {"$ref": f"{ELSEWHERE}/links"}
    run = judged(described, Things(""), tmp_path)
    assert all(each.served for family in run.families for each in family.operations)
    assert {clause.rpartition("::")[2] for _, clause, _ in found(run)} <= {"allow-header", "part-usable", "usable"}


def test_a_parameter_whose_type_does_not_exist_may_be_a_number(tmp_path: Path) -> None:
    parameter: Node = {"name": "n", "in": "path", "required": True, "schema": {"type": "int"}}
    answers: Node = {"200": {"description": "so many"}, "404": {"description": "no number"}}
    described: Node = {
        "openapi": "3.1.0",
        "info": {"title": "Bytes", "version": "1"},
        "paths": {"/bytes/{n}": {"parameters": [parameter], "get": {"operationId": "bytes", "responses": answers}}},
    }

    def numbers(method: str, path: str, _query: dict[str, str], _headers: dict[str, str], _sent: Any) -> Answer:
        if method != "GET":
            return 405, None
        return (200, None) if path.rpartition("/")[2].isdecimal() else (404, None)

    run = judged(described, numbers, tmp_path)
    assert [each.served for family in run.families for each in family.operations] == [True]
