"""A server of exports that take a while, which can be given flaws; its document is `jobs.yaml`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.model.exchange import Request, Response
from tests.behaviours.clock import CLOCK

JOBS: Final = str(Path(__file__).with_name("jobs.yaml"))
UNKNOWN: Final = (404, {"error": "unknown"})
WORKING: Final = frozenset({"pending", "running"})
Export = dict[str, Any]


def jobs() -> Contract:
    """The document of the server."""
    return read_contract(Library().read(Path(JOBS).read_bytes(), "jobs.yaml"))


class JobsServer:
    """What tests drive instead of the mock. A flaw is a word, such as `result-early`; work takes `seconds`."""

    def __init__(self, *flaws: str, seconds: float = 1.0, ends: str = "succeeded") -> None:
        self.flaws = frozenset(flaws)
        self.seconds = seconds
        self.ends = ends
        self.contract = jobs()
        self.exports: dict[str, Export] = {}
        self.gone: dict[str, Export] = {}
        self.made = 1
        self.exports["e0"] = {
            "id": "e0",
            "name": "seed",
            "begun": CLOCK.now - 100,
            "end": "failed",
            "canceled": CLOCK.now,
        }

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def handle(self, request: Request) -> Response:
        """Answer one request: what breaks its schema is 422, what isn't there 404."""
        operation, found, _ = route(self.contract, request.method, request.target.partition("?")[0])
        key = str(found.get("id", ""))
        if operation is None or (key and key not in self.exports):
            return answer_with(*UNKNOWN)
        if operation.id == "beginExport":
            return self._begin(request)
        if operation.id == "listExports":
            return answer_with(200, [self._shown(each) for each in [*self.exports.values(), *self.gone.values()]])
        export = self.exports[key]
        state = self._state(export)
        actions = {"deleteExport": self._delete, "cancelExport": self._cancel, "getResult": self._result}
        if operation.id in actions:
            return actions[operation.id](export, state)
        return answer_with(200, self._shown(export))

    def _delete(self, export: Export, state: str) -> Response:
        if state in WORKING:
            return answer_with(409, {"error": "is at work"})
        gone = self.exports.pop(export["id"])
        if self.bad("deleted-listed"):
            self.gone[gone["id"]] = gone
        return Response(status=204, headers=(), body=b"")

    def _cancel(self, export: Export, state: str) -> Response:
        if state not in WORKING and not self.bad("cancel-late"):
            return answer_with(409, {"error": "has ended"})
        answer = {**self._shown(export), "status": "canceled"}
        if not self.bad("cancel-not-stored"):
            export |= {"end": "canceled", "canceled": CLOCK.now}
        return answer_with(200, answer)

    def _result(self, export: Export, state: str) -> Response:  # noqa: ARG002 - as the others
        early = (self.bad("result-early") and state in WORKING) or (self.bad("result-of-failed") and state == "failed")
        late = self.bad("result-never") and state == "succeeded"
        if late or not (early or state == "succeeded"):
            return answer_with(409, {"error": f"is {state}"})
        return answer_with(200, {"rows": 3})

    def _begin(self, request: Request) -> Response:
        try:
            body = json.loads(request.body or b"")
        except ValueError:
            return answer_with(422, {"error": "invalid"})
        if not isinstance(body, dict) or not isinstance(body.get("name"), str) or body.keys() != {"name"}:
            return answer_with(422, {"error": "invalid"})
        self.made += 1
        key = f"e{self.made}"
        self.exports[key] = {"id": key, "name": body["name"], "begun": CLOCK.now}
        leads = f"e{self.made - 1}" if self.bad("location-before") and self.made > 2 else key
        return answer_with(202, self._shown(self.exports[key]), ("Location", f"/exports/{leads}"))

    def _state(self, export: Export) -> str:
        age = CLOCK.now - export["begun"]
        if export.get("end") and not (self.bad("cancelled-goes-on") and CLOCK.now - export["canceled"] > self.seconds):
            return str(export["end"])
        if age < self.seconds:
            return "pending" if age < self.seconds / 2 else "running"
        return "running" if self.bad("begins-again") and age > 2 * self.seconds else self.ends

    def _shown(self, export: Export) -> dict[str, Any]:
        return {"id": export["id"], "name": export["name"], "status": self._state(export)}


def answer_with(status: int, body: Any, *headers: tuple[str, str]) -> Response:
    return Response(
        status=status, headers=(("Content-Type", "application/json"), *headers), body=json.dumps(body).encode()
    )
