"""Operations on things that are made below others are served, on the run's own ones alone."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, judged

Node = dict[str, Any]
FREE: Node = {"content": {"application/json": {"schema": {"type": "object"}}}}
ISSUE: Node = {"type": "object", "required": ["id", "project", "state"], "properties": {"id": {"type": "integer"}}}
THEIRS = {1, 2}


def document() -> Node:
    def operation(name: str, path: str, *, body: Node | None = None) -> Node:
        answer = {"description": "", **FREE}
        described: Node = {
            "operationId": name,
            "parameters": [
                {"name": part.split("}")[0], "in": "path", "required": True, "schema": {"type": "integer"}}
                for part in path.split("{")[1:]
            ],
            "responses": {"200": answer, "201": answer, "404": answer, "409": answer, "422": answer},
        }
        return {**described, "requestBody": {"required": True, **body}} if body is not None else described

    def taking(**members: str) -> Node:
        properties = {name: {"type": kind, "minLength": 1} for name, kind in members.items()}
        schema = {"type": "object", "required": list(members), "properties": properties}
        return {"content": {"application/json": {"schema": schema}}}

    project, issues = "/projects/{project_id}", "/projects/{project_id}/issues"
    issue, loans = f"{issues}/{{id}}", f"{project}/loans"
    return {
        "openapi": "3.1.0",
        "info": {"title": "tracker", "version": "1"},
        "paths": {
            "/projects": {
                "get": operation("projects", "/projects"),
                "post": operation("add_project", "/projects", body=taking(name="string")),
            },
            project: {"get": operation("project", project), "delete": operation("drop_project", project)},
            issues: {
                "get": operation("issues", issues),
                "post": operation("add_issue", issues, body=taking(title="string")),
            },
            issue: {"get": operation("issue", issue), "patch": operation("change_issue", issue, body=FREE)},
            f"{issue}/close": {"post": operation("close_issue", f"{issue}/close")},
            loans: {"post": operation("lend", loans, body=taking(note="string"))},
            "/loans/{loan_id}": {"get": operation("loan", "/loans/{loan_id}")},
            "/loans/{loan_id}/return": {"post": operation("give_back", "/loans/{loan_id}/return")},
        },
    }


class Tracker:
    """Projects with issues, and loans that are addressed by themselves; ids are counted apart."""

    def __init__(self) -> None:
        self.ids = {kind: itertools.count(1) for kind in ("project", "issue", "loan")}
        self.things: dict[str, dict[int, Node]] = {kind: {} for kind in self.ids}
        self.written: set[tuple[str, int]] = set()
        for _ in range(2):
            self.add("project", name="theirs")
        for _ in range(7):
            self.add("issue", project=1, state="open")

    def add(self, kind: str, **members: Any) -> Node:
        number = next(self.ids[kind])
        self.things[kind][number] = {"id": number, **members}
        return self.things[kind][number]

    def __call__(self, method: str, path: str, _query: Node, _headers: Node, sent: Any) -> Answer:
        parts = [int(each) if each.isdecimal() else each for each in path.strip("/").split("/")]
        kinds = {"projects": "project", "issues": "issue", "loans": "loan"}
        if method == "POST" and parts[-1] in kinds:
            needed = {"project": "name", "issue": "title", "loan": "note"}[kinds[parts[-1]]]
            if not isinstance(sent, dict) or not isinstance(sent.get(needed), str) or not sent[needed]:
                return 422, {"error": f"{needed} is missing"}
        if parts == ["projects"]:
            shown = (200, list(self.things["project"].values()))
            return shown if method == "GET" else (201, self.add("project")) if method == "POST" else (405, {})
        if parts[0] == "projects" and parts[1] in self.things["project"]:
            return self.below(method, int(parts[1]), parts[2:])
        if parts[0] == "loans" and len(parts) > 1 and parts[1] in self.things["loan"]:
            if len(parts) == 2:
                return (200, self.things["loan"][int(parts[1])]) if method == "GET" else (405, {})
            return (200, self.things["loan"][int(parts[1])]) if method == "POST" else (405, {})
        return 404, {"error": "unknown"}

    def below(self, method: str, project: int, rest: list[Any]) -> Answer:
        if method != "GET":
            self.written.add((rest[0] if rest else "project", project))
        if not rest:
            if method == "DELETE":
                del self.things["project"][project]
            return (200, self.things["project"].get(project, {})) if method in {"GET", "DELETE"} else (405, {})
        if rest == ["loans"]:
            return (201, self.add("loan", project=project)) if method == "POST" else (405, {})
        mine = {number: each for number, each in self.things["issue"].items() if each["project"] == project}
        if rest == ["issues"]:
            if method == "POST":
                return 201, self.add("issue", project=project, state="open")
            return (200, list(mine.values())) if method == "GET" else (405, {})
        if rest[1] not in mine:
            return 404, {"error": "unknown"}
        allowed = "POST" if rest[2:] == ["close"] else "GET PATCH"
        return (200, mine[rest[1]]) if method in allowed.split() else (405, {})


@pytest.mark.longer
def test_every_operation_is_served_on_what_the_run_made(tmp_path: Path) -> None:
    tracker = Tracker()
    record = judged(document(), tracker, tmp_path)
    served = {each.operation for family in record.families for each in family.operations if each.served}
    assert served == {each["operationId"] for item in document()["paths"].values() for each in item.values()}
    assert not {project for _, project in tracker.written} & THEIRS


def payments() -> Node:
    """Payments that are refunded once they were captured, and users that are put into teams and taken out of them."""

    def operation(name: str, *path: str, sent: Node | None = None, status: str = "200") -> Node:
        free = {"description": "", **FREE}
        described: Node = {
            "operationId": name,
            "parameters": [
                {"name": each, "in": "path", "required": True, "schema": {"type": "integer"}} for each in path
            ],
            "responses": {status: free if status != "204" else {"description": ""}, "404": free, "409": free},
        }
        if sent is not None:
            schema = {"type": "object", "required": list(sent), "properties": sent}
            described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        return described

    amount = {"amount": {"type": "integer", "minimum": 1, "maximum": 9}}
    member = "/payments/{payment}/owners/{user}"
    return {
        "openapi": "3.1.0",
        "info": {"title": "payments", "version": "1"},
        "paths": {
            "/payments": {"post": operation("pay", sent=amount, status="201"), "get": operation("list")},
            "/payments/{payment}": {
                "get": operation("read", "payment"),
                "delete": operation("drop", "payment", status="204"),
            },
            "/payments/{payment}/refund": {"post": operation("refund", "payment", sent=amount)},
            "/payments/{payment}/capture": {"post": operation("capture", "payment")},
            member: {
                "put": operation("tie", "payment", "user", status="204"),
                "delete": operation("untie", "payment", "user", status="204"),
            },
        },
    }


class Payments:
    """Payments by number; a captured one can't be deleted."""

    def __init__(self) -> None:
        self.things: dict[int, Node] = {}
        self.owners: set[tuple[int, str]] = set()

    def __call__(self, method: str, path: str, _query: Node, _headers: Node, sent: Any) -> Answer:
        _, *below = path.strip("/").split("/")
        amount = sent.get("amount") if isinstance(sent, dict) else None
        if not below:
            if method == "GET":
                return 200, list(self.things.values())
            if method != "POST" or not isinstance(amount, int):
                return (400 if method == "POST" else 405), {}
            number = len(self.things) + 1
            self.things[number] = {"id": number, "amount": amount, "state": "open"}
            return 201, self.things[number]
        payment = self.things.get(int(below[0])) if below[0].isdecimal() else None
        if payment is None or payment["state"] == "gone":
            return 404, {}
        return self.act(method, payment, below[1:], amount)

    def act(self, method: str, payment: Node, below: list[str], amount: Any) -> Answer:
        if len(below) == 2 and method in {"PUT", "DELETE"}:
            tie = (payment["id"], below[1])
            known = tie in self.owners
            self.owners = self.owners | {tie} if method == "PUT" else self.owners - {tie}
            return (204, None) if known or method == "PUT" else (404, {})
        if not below and method == "DELETE":
            left = payment["state"] != "open"
            payment["state"] = payment["state"] if left else "gone"
            return (409, {"error": "it was captured"}) if left else (204, None)
        if not below:
            return (200, payment) if method == "GET" else (405, {})
        if method != "POST":
            return 405, {}
        if below == ["capture"]:
            if payment["state"] != "open":
                return 409, {"error": "it was captured before"}
            payment["state"] = "captured"
            return 200, payment
        if not isinstance(amount, int):
            return 400, {}
        return (200, payment) if payment["state"] == "captured" else (409, {"error": "not captured"})


def test_what_takes_another_state_is_served_once_that_is_reached(tmp_path: Path) -> None:
    """No payment was ever refunded, and no tie untied; what can't be deleted any more made the run incomplete."""
    record = judged(payments(), Payments(), tmp_path)
    served = {each.operation for family in record.families for each in family.operations if each.served}
    assert served == {each["operationId"] for item in payments()["paths"].values() for each in item.values()}
    assert record.footer is not None
    assert record.footer.complete


def jobs() -> Node:
    """Reports that are made, and built by jobs, which nothing makes or lists by itself."""

    def answer(status: str, name: str) -> Node:
        shown = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {status: {"description": "", "content": shown}, "404": {"description": "", **FREE}}

    def operation(name: str, responses: Node, *path: str) -> Node:
        keys = [{"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in path]
        return {"operationId": name, "parameters": keys, "responses": responses}

    thing = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "jobs", "version": "1"},
        "components": {"schemas": {"Report": thing, "Job": thing}},
        "paths": {
            "/reports": {"post": operation("make", answer("201", "Report"))},
            "/reports/{report_id}": {"get": operation("read", answer("200", "Report"), "report_id")},
            "/reports/{report_id}/builds": {"post": operation("build", answer("202", "Job"), "report_id")},
            "/jobs/{job_id}": {"get": operation("watch", answer("200", "Job"), "job_id")},
        },
    }


def test_what_an_answer_shows_of_another_kind_is_reached(tmp_path: Path) -> None:
    """A job that was begun was never read, as its id stands in the answer of what began it alone."""
    made: dict[str, list[str]] = {"reports": [], "jobs": []}

    def answer(method: str, path: str, _query: Node, _headers: Node, _sent: Any) -> Answer:
        kind, *below = path.strip("/").split("/")
        if (below and below[0] not in made.get(kind, [])) or kind not in made:
            return 404, {}
        new = "reports" if not below else "jobs" if below[1:] == ["builds"] else ""
        if method == "POST" and new and kind == "reports":
            made[new].append(f"{new}-{len(made[new])}x")
            return 202 if new == "jobs" else 201, {"id": made[new][-1]}
        return (200, {"id": below[0]}) if method == "GET" and len(below) == 1 else (405, {})

    record = judged(jobs(), answer, tmp_path)
    served = {each.operation for family in record.families for each in family.operations if each.served}
    assert served == {"make", "read", "build", "watch"}


@pytest.mark.longer
def test_a_location_that_can_be_none_of_its_kind_is_no_identity(tmp_path: Path) -> None:
    """A wrong Location was believed before the id in the body: nothing was read, and nothing that was made deleted."""
    document = payments()
    document["paths"] = {path: item for path, item in document["paths"].items() if path.count("/") < 3}
    record = judged(document, Payments(), tmp_path, location="/payments/x{id}")
    served = {each.operation for family in record.families for each in family.operations if each.served}
    assert served == {"pay", "list", "read", "drop"}


def test_what_goes_with_its_owner_is_not_left_over(tmp_path: Path) -> None:
    """Notes that nothing deletes were called left over although the boards that they were on had been deleted."""
    free = {"200": {"description": "", **FREE}, "404": {"description": "", **FREE}}
    made = {"201": {"description": "", **FREE}, "404": {"description": "", **FREE}}

    def operation(name: str, responses: Node, *path: str) -> Node:
        keys = [{"name": each, "in": "path", "required": True, "schema": {"type": "integer"}} for each in path]
        return {"operationId": name, "parameters": keys, "responses": responses}

    board = "/boards/{board_id}"
    document: Node = {
        "openapi": "3.1.0",
        "info": {"title": "boards", "version": "1"},
        "paths": {
            "/boards": {"post": operation("make", made)},
            board: {"get": operation("read", free, "board_id"), "delete": operation("drop", free, "board_id")},
            f"{board}/notes": {"post": operation("pin", made, "board_id")},
            f"{board}/notes/{{note_id}}": {"get": operation("show", free, "board_id", "note_id")},
        },
    }
    boards: dict[int, int] = {}

    def answer(method: str, path: str, _query: Node, _headers: Node, _sent: Any) -> Answer:
        numbers = [int(each) for each in path.split("/")[2::2] if each.isdecimal()]
        if path == "/boards" and method == "POST":
            boards[len(boards) + 1] = 0
            return 201, {"id": len(boards)}
        if not numbers or boards.get(numbers[0], -1) < 0:
            return 404, {}
        if path.endswith("/notes") and method == "POST":
            boards[numbers[0]] += 1
            return 201, {"id": boards[numbers[0]]}
        if len(numbers) == 1 and not path.endswith("/notes") and method in {"GET", "DELETE"}:
            boards[numbers[0]] = -1 if method == "DELETE" else boards[numbers[0]]
            return 200, {"id": numbers[0]}
        there = len(numbers) > 1 and 0 < numbers[1] <= boards[numbers[0]]
        return (200, {"id": numbers[1]}) if there and method == "GET" else (404, {})

    record = judged(document, answer, tmp_path)
    [family] = record.families
    assert [(each.left, each.reason) for each in family.stages if each.stage.value == "cleanup"] == [(0, "")]
    assert set(boards.values()) == {-1}
