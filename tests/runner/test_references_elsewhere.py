"""References to addresses that nobody follows cost the part in which they stand, and no more."""

from __future__ import annotations

from pathlib import Path

from tests.runner.right_servers import Node, found, judged
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
