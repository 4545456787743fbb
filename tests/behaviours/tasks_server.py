"""A server of projects, their tasks, settings and a profile, which can be given flaws; its document is `tasks.yaml`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response

TASKS: Final = str(Path(__file__).with_name("tasks.yaml"))
Thing = dict[str, Any]
Answer = tuple[int, Any]
UNKNOWN: Final[Answer] = (404, {"error": "unknown"})
CONFLICT: Final[Answer] = (409, {"error": "conflict"})


def tasks() -> Contract:
    """The document of the server."""
    return read_contract(Library().read(Path(TASKS).read_bytes(), "tasks.yaml"))


class TasksServer:
    """What tests drive instead of the mock: `handle` answers one request. A flaw is a word, such as `task-of-any`."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.contract = tasks()
        self.projects: dict[str, Thing] = {}
        self.bin: dict[str, Thing] = {}
        self.tasks: dict[str, Thing] = {}
        self.teams: dict[str, Thing] = {}
        self.seats: dict[str, str] = {}
        self.shares: dict[str, int] = {}
        self.votes: set[str] = set()
        self.settings: Thing = {"theme": "light", "language": "en", "page_size": 20, "notifications": True}
        self.profile: Thing = {"display_name": "Ann", "email": "ann@example.com"}
        self.clock = 0
        for name in ("First", "Second"):
            self.create_project({"name": name, "tags": ["seed"]})

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def handle(self, request: Request) -> Response:
        """Answer one request: what breaks its schema is 422, what isn't there 404."""
        self.clock += 1
        target, _, query = request.target.partition("?")
        operation, found, _ = route(self.contract, request.method, target)
        if operation is None:
            elsewhere = route(self.contract, "GET", target)[0] is not None
            return _answer(405 if elsewhere else 404, {"error": "unknown"}, ("Allow", "GET"))
        media = operation.body.json if operation.body else None
        try:
            body = json.loads(request.body) if request.body else None
        except ValueError:
            return _answer(422, {"error": "invalid"})
        if media is not None and media.schema is not None and not media.schema.is_valid(body):
            return _answer(422, {"error": "invalid"})
        names = {"projectId": "project", "taskId": "task", "teamId": "team", "seatId": "seat"}
        given: dict[str, Any] = {names[name]: str(value) for name, value in found.items()}
        asked = dict(parse_qsl(query))
        beside: dict[str, dict[str, Any]] = {
            "listProjects": {"query": asked},
            "patchProject": {"mask": asked.get("updateMask", "")},
        }
        given |= beside.get(operation.id, {})
        serve: Callable[..., Answer] = getattr(self, _snake(operation.id))
        project = given.get("project", "")
        if project and project not in self.projects and operation.id != "restoreProject":
            outlive = self.bad("tasks-outlive") and project in self.bin and operation.id in {"getTask", "listTasks"}
            if not outlive:
                return _answer(*UNKNOWN)
        if "team" in given and given["team"] not in self.teams:
            return _answer(*UNKNOWN)
        task = given.get("task", "")
        if task:
            known = self.tasks.get(task)
            through = self.bad("task-of-any") and operation.method == "GET"
            through |= self.bad("write-of-any") and operation.method != "GET"
            if known is None or (known["project_id"] != project and not through):
                return _answer(*UNKNOWN)
        return _answer(*(serve(body, **given) if media is not None else serve(**given)))

    # Teams

    def create_team(self, body: Thing) -> Answer:
        key = f"team{self.clock}"
        self.teams[key] = {"id": key, "quota": 100, "full": False, "size": 5, "seat_cost": 0, **body}
        return 201, self.teams[key]

    def get_team(self, team: str) -> Answer:
        return 200, self.teams[team]

    def delete_team(self, team: str) -> Answer:
        if team in self.seats.values() and not self.bad("seats-go-along"):
            if self.bad("refused-and-gone"):
                del self.teams[team]
            return CONFLICT
        del self.teams[team]
        return 204, None

    def resize_team(self, body: Thing, team: str) -> Answer:
        size = self.teams[team]["size"] + body["by"] * (2 if self.bad("resize-in-pairs") else 1)
        if 0 <= size <= 40 or self.bad("resize-clamps"):
            self.teams[team]["size"] = min(max(size, 0), 40)
            return 200, self.teams[team]
        if self.bad("resize-refuses-late"):
            self.teams[team]["size"] = 0
        return CONFLICT

    def create_seat(self, body: Thing, team: str) -> Answer:
        self.seats[f"seat{self.clock}"] = team
        self.teams[team]["seat_cost"] += 5
        return 201, {"id": f"seat{self.clock}", **body}

    def create_share(self, body: Thing, team: str) -> Answer:
        taken = 0 if self.bad("shares-alone") else self.shares.get(team, 0)
        if taken + body["quota"] > self.teams[team]["quota"] and not self.bad("shares-unlimited"):
            return CONFLICT
        self.shares[team] = taken + body["quota"]
        whole = body["quota"] if self.bad("full-at-once-alone") else self.shares[team]
        self.teams[team]["full"] = whole == self.teams[team]["quota"]
        return 201, None

    def create_vote(self, body: Thing, project: str) -> Answer:  # noqa: ARG002 - only counted
        if project in self.votes and not self.bad("vote-twice"):
            return CONFLICT
        self.votes.add(project)
        return 201, None

    def delete_seat(self, team: str, seat: str) -> Answer:
        if self.seats.get(seat) != team:
            return UNKNOWN
        del self.seats[seat]
        self.teams[team]["seat_cost"] -= 0 if self.bad("seat-cost-stays") else 5
        return 204, None

    # Projects

    def list_projects(self, query: dict[str, str]) -> Answer:
        start = int(query.get("offset", 0))
        return 200, list(self.projects.values())[start : start + int(query.get("limit", 50))]

    def create_project(self, body: Thing) -> Answer:
        key = f"p{len(self.projects) + len(self.bin) + 1}"
        if self.bad("create-keeps-three-tags") and "tags" in body:
            body["tags"] = body["tags"][:3]
        if self.bad("create-keeps-one-of-a-map"):
            body["meta"] = dict(list(body.get("meta", {}).items())[:1])
        now = f"2024-01-01T00:00:{self.clock % 60:02}Z"
        self.projects[key] = {
            "id": key, "priority": "low", **body, "archived": False, "starred": False, "created_at": now, "updated_at": now,
            "version": 1, "task_count": 0,
        }  # fmt: skip
        return 201, self.projects[key]

    def get_project(self, project: str) -> Answer:
        return 200, self.projects[project]

    def patch_project(self, body: Thing, project: str, mask: str) -> Answer:
        found = self.projects[project]
        if mask:
            body = self._masked(found, body, mask.split(","))
        if self.bad("patch-clears-tags") and "budget" in body and "tags" not in body:
            found.pop("tags", None)
        if self.bad("patch-resets-public") and "description" in body and "public" not in body:
            found["public"] = False
        if self.bad("name-makes-description") and "name" in body and "description" not in body:
            found["description"] = f"about {body['name']}"
        if self.bad("patch-resets-priority") and "priority" not in body:
            found["priority"] = "low"
        if self.bad("patch-merges-meta") and "meta" in body:
            body["meta"] = {**found.get("meta", {}), **body["meta"]}
        if self.bad("patch-keeps-one-of-a-map"):
            body["meta"] = dict(list((body.get("meta") or found.get("meta") or {}).items())[:1])
        found.update({name: each for name, each in body.items() if each is not None or not self.bad("null-kept")})
        if self.bad("patch-creates-again"):
            found["created_at"] = f"2024-01-02T00:00:{self.clock % 60:02}Z"
        found["version"] += 0 if self.bad("version-stays") else 1
        return 200, found

    def _masked(self, found: Thing, body: Thing, names: list[str]) -> Thing:
        """What an update changes by its mask; what the mask names and the body lacks is taken away."""
        for name in names:
            if name not in body and name != "name" and not self.bad("mask-keeps"):
                found.pop(name, None)
            elif name == "meta" and name in body and self.bad("mask-merges"):
                body["meta"] = {**found.get("meta", {}), **body["meta"]}
        return body if self.bad("mask-ignored") else {name: body[name] for name in names if name in body}

    def delete_project(self, project: str) -> Answer:
        self.bin[project] = self.projects.pop(project)
        return 204, None

    def restore_project(self, project: str) -> Answer:
        if project in self.projects:
            return CONFLICT
        if project not in self.bin:
            return UNKNOWN
        if self.bad("restore-nothing"):
            return 200, self.bin[project]
        found = self.projects[project] = self.bin.pop(project)
        if self.bad("restore-loses-tags"):
            found.pop("tags", None)
        if self.bad("restore-resets-priority"):
            found["priority"] = "low"
        return 200, found

    def archive_project(self, project: str) -> Answer:
        return self._archived(project, archived=True)

    def unarchive_project(self, project: str) -> Answer:
        return self._archived(project, archived=False)

    def _archived(self, project: str, *, archived: bool) -> Answer:
        found = self.projects[project]
        if found["archived"] is archived:
            return CONFLICT
        found["archived"] = archived
        return 200, found

    def star_project(self, project: str) -> Answer:
        self.projects[project]["starred"] = True
        return 204, None

    def unstar_project(self, project: str) -> Answer:
        self.projects[project]["starred"] = False
        return 204, None

    # Tasks

    def list_tasks(self, project: str) -> Answer:
        return 200, [each for each in self.tasks.values() if each["project_id"] == project]

    def create_task(self, body: Thing, project: str) -> Answer:
        key = f"t{self.clock}"
        self.tasks[key] = {"id": key, "project_id": project, **body, "status": "open", "assignee": None}
        if not self.bad("count-stays"):
            self.projects[project]["task_count"] += 1
        shown = {"project_id": "p1"} if self.bad("first-owner") else {}
        return 201, {**self.tasks[key], **shown}

    def get_task(self, project: str, task: str) -> Answer:  # noqa: ARG002 - looked at by `handle`
        return 200, self.tasks[task]

    def put_task(self, body: Thing, project: str, task: str) -> Answer:  # noqa: ARG002 - as above
        former = self.tasks[task]
        kept = {name: former[name] for name in ("id", "project_id", "status", "assignee")}
        for name in ("labels", "due"):
            if self.bad(f"put-keeps-{name}") and name in former:
                kept[name] = former[name]
        self.tasks[task] = {**kept, **body}
        return 200, self.tasks[task]

    def delete_task(self, project: str, task: str) -> Answer:  # noqa: ARG002 - as above
        owner = self.tasks.pop(task)["project_id"]
        self.projects[owner]["task_count"] -= 1
        return 204, None

    def close_task(self, project: str, task: str) -> Answer:  # noqa: ARG002 - as above
        return self._moved(task, "closed")

    def cancel_task(self, body: Thing, project: str, task: str) -> Answer:  # noqa: ARG002 - as above
        self.tasks[task]["cancellation"] = None if self.bad("reason-not-stored") else body
        return 200, self.tasks[task]

    def reopen_task(self, project: str, task: str) -> Answer:  # noqa: ARG002 - as above
        return self._moved(task, "open")

    def _moved(self, task: str, status: str) -> Answer:
        if self.tasks[task]["status"] == status:
            return CONFLICT
        if self.bad("close-not-stored"):
            return 200, {**self.tasks[task], "status": status}
        self.tasks[task]["status"] = status
        return 200, self.tasks[task]

    def assign_task(self, body: Thing, project: str, task: str) -> Answer:  # noqa: ARG002 - as above
        if self.bad("assign-not-stored"):
            return 200, {**self.tasks[task], **body}
        self.tasks[task].update(body)
        return 200, self.tasks[task]

    # What there is one of

    def get_settings(self) -> Answer:
        return 200, self.settings

    def put_settings(self, body: Thing) -> Answer:
        if not self.bad("settings-not-stored"):
            self.settings = {**body, **({"language": self.settings["language"]} if self.bad("language-stays") else {})}
            if self.bad("theme-changes-size") and body["theme"] == "dark":
                self.settings["page_size"] = 50
        return 200, body

    def get_profile(self) -> Answer:
        return 200, self.profile

    def patch_profile(self, body: Thing) -> Answer:
        if self.bad("profile-clears") and "bio" not in body:
            self.profile.pop("bio", None)
        self.profile.update(body)
        return 200, self.profile


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def _answer(status: int, body: Any, *headers: tuple[str, str]) -> Response:
    if body is None:
        return Response(status=status, headers=headers, body=b"")
    return Response(
        status=status, headers=(("Content-Type", "application/json"), *headers), body=json.dumps(body).encode()
    )
