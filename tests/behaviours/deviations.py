"""Deviations of a server from what its contract says of resources: pipelines of the mock with a step replaced."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from contract_suite.mock import pipeline as steps
from contract_suite.mock.fields import Body, with_value
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.server import MockServer
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Request, Response
from tests.behaviours.clock import CLOCK

DEFAULT_KEY: Final = ("Authorization", "Bearer sk-contract-suite-default")


def sent_body(call: Call) -> dict[str, Any]:
    try:
        body = json.loads(call.request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def is_of(call: Call, *names: str) -> bool:
    return call.operation is not None and call.operation.id in names


def everywhere(change: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, dict):
        return {key: everywhere(change, each) for key, each in value.items()}
    if isinstance(value, list):
        return [everywhere(change, each) for each in value]
    return change(value)


def storing(change: Callable[[Any], Any], *fields: str) -> Callable[[], Pipeline]:
    """A server that changes values before it keeps them."""

    def put(state: State, record: Record) -> None:
        body = {key: everywhere(change, value) if key in fields else value for key, value in record.body.items()}
        State.put(state, replace(record, body=body))

    return lambda: Pipeline(put=put)


def composed(value: Any) -> Any:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def forgetting_empty_names() -> Pipeline:
    def put(state: State, record: Record) -> None:
        State.put(
            state,
            replace(
                record, body={key: value for key, value in record.body.items() if (key, value) != ("DisplayName", "")}
            ),
        )

    return Pipeline(put=put)


def losing_a_deep_member() -> Pipeline:
    def lost(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: lost(each) for key, each in value.items() if key != "MaxLength"}
        return [lost(each) for each in value] if isinstance(value, list) else value

    def put(state: State, record: Record) -> None:
        State.put(state, replace(record, body={key: lost(value) for key, value in record.body.items()}))

    return Pipeline(put=put)


def updating(change: Callable[[Call, Record, Body], Body]) -> Callable[[], Pipeline]:
    """A server whose updates come out differently."""

    def updated(call: Call, record: Record, *given: Any, reset: bool) -> Body:
        return change(call, record, steps.updated(call, record, *given, reset=reset))

    return lambda: Pipeline(updated=updated)


def resetting() -> Pipeline:
    return Pipeline(updated=lambda *given, reset: steps.updated(*given, reset=reset or True))


def merged_spec(_call: Call, record: Record, body: Body) -> Body:
    former, now = record.body.get("AlgorithmSpec"), body.get("AlgorithmSpec")
    return {**body, "AlgorithmSpec": {**former, **now}} if isinstance(former, dict) and isinstance(now, dict) else body


def renamed(call: Call, _record: Record, body: Body) -> Body:
    return {**body, "AlgorithmName": sent_body(call)["AlgorithmName"]} if "AlgorithmName" in sent_body(call) else body


def moved(call: Call, _record: Record, body: Body) -> Body:
    return {**body, "WorkspaceId": sent_body(call)["WorkspaceId"]} if "WorkspaceId" in sent_body(call) else body


def growing(call: Call, record: Record, body: Body) -> Body:
    name = sent_body(call).get("DisplayName")
    return {**body, "DisplayName": f"{name}!"} if name and record.body.get("DisplayName") == name else body


def listing_the_first_name() -> Pipeline:
    first: dict[str, Any] = {}

    def shown(call: Call, body: Body) -> Body:
        body = steps.item_shown(call, body)
        if not is_of(call, "ListAlgorithms") or "DisplayName" not in body:
            return body
        return with_value(body, "DisplayName", first.setdefault(str(body["AlgorithmId"]), body["DisplayName"]))

    return Pipeline(item_shown=shown)


def hiding_from_the_plugin() -> Pipeline:
    def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        if is_of(call, "PluginListAlgorithms"):
            items = [each for each in items if not str(each.get("AlgorithmName", "")).startswith("cs-")]
        return steps.paginate(call, items, start, size)

    return Pipeline(paginate=paginate)


def third_item_wrong() -> Pipeline:
    def paginate(call: Call, items: list[Body], start: int, size: int | None) -> list[Body]:
        page = steps.paginate(call, items, start, size)
        wrong = [{**each, "AlgorithmProvider": "somebody"} if index == 2 else each for index, each in enumerate(page)]
        return wrong if is_of(call, "PluginListAlgorithms") else page

    return Pipeline(paginate=paginate)


def still_listing(resource: str) -> Callable[[], Pipeline]:
    def pipeline() -> Pipeline:
        gone: list[Record] = []

        def remove(state: State, record: Record) -> None:
            gone.append(record)
            State.remove(state, record)

        def everything(state: State, name: str, scope: tuple[str, ...]) -> list[Record]:
            return State.all(state, name, scope) + [
                each for each in gone if each.ref.resource == name == resource and each.ref.scope == scope
            ]

        return Pipeline(remove=remove, all=everything)

    return pipeline


def still_finding(resource: str) -> Callable[[], Pipeline]:
    def pipeline() -> Pipeline:
        gone: dict[tuple[str, ...], Record] = {}

        def remove(state: State, record: Record) -> None:
            if record.ref.resource == resource:
                gone[record.ref.key] = record
            State.remove(state, record)

        def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
            return State.find(state, name, scope, key) or (gone.get(key) if name == resource else None)

        return Pipeline(remove=remove, find=find)

    return pipeline


def deleting_what_begins_so() -> Pipeline:
    def remove(state: State, record: Record) -> None:
        State.remove(state, record)
        name = record.body.get("AlgorithmName")
        for each in State.all(state, record.ref.resource, record.ref.scope):
            if (
                record.ref.resource == "Algorithm"
                and name
                and str(each.body.get("AlgorithmName", "")).startswith(str(name))
            ):
                State.remove(state, each)

    return Pipeline(remove=remove)


def deleting_also(resource: str, chosen: Callable[[list[Record], Record], list[Record]]) -> Callable[[], Pipeline]:
    """A server whose deletions take others along, chosen among all that are there before it."""

    def remove(state: State, record: Record) -> None:
        others = chosen(State.all(state, resource, record.ref.scope), record) if record.ref.resource == resource else []
        for each in (record, *others):
            State.remove(state, each)

    return lambda: Pipeline(remove=remove)


def the_one_before(there: list[Record], gone: Record) -> list[Record]:
    place = there.index(gone)
    return there[max(0, place - 1) : place]


def orphaning() -> Pipeline:
    """Remove an owner alone: what it owns is put back without one."""

    def remove(state: State, record: Record) -> None:
        owned = [each for each in State.all(state, "AlgorithmVersion", ()) if each.owner == record.ref]
        State.remove(state, record)
        for each in owned:
            State.put(state, replace(each, owner=None))

    return Pipeline(remove=remove)


def answering(kind: str, operation: str, status: int) -> Callable[[], Pipeline]:
    return lambda: Pipeline(
        refused_with=lambda call, refusal, usual: status if refusal.kind == kind and is_of(call, operation) else usual
    )


def touching() -> Pipeline:
    """A server whose reads count as changes, to the second."""

    def find(state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]) -> Record | None:
        record = State.find(state, name, scope, key)
        if record is None or name != "Algorithm":
            return record
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(CLOCK.now))
        touched = replace(record, body={**record.body, "GmtModifiedTime": moment})
        State.put(state, touched)
        return touched

    return Pipeline(find=find)


def deleting_again_succeeds() -> Pipeline:
    gone: set[str] = set()

    def sent(call: Call, response: Response) -> Response:
        if is_of(call, "DeleteAlgorithm") and response.status == 404 and call.request.target in gone:
            return replace(response, status=200, body=b'{"RequestId":"a"}')
        if is_of(call, "DeleteAlgorithm") and response.status == 200:
            gone.add(call.request.target)
        return response

    return Pipeline(sent=sent)


def acting_although(
    method: str, refused: Callable[[Request], bool], repaired: Callable[[Request], Request] = lambda each: each
) -> Any:
    """A server that does what it then refuses."""

    def before(server: MockServer, request: Request) -> None:
        if request.method == method and "ersion" not in request.target.replace("2022", "") and refused(request):
            others = tuple(each for each in request.headers if each[0].lower() != "authorization")
            server.handle(repaired(replace(request, headers=(*others, DEFAULT_KEY))))

    return before


def keyless(request: Request) -> bool:
    return all(name.lower() != "authorization" for name, _ in request.headers)


def readonly(request: Request) -> bool:
    return any("sk-readonly" in value for _, value in request.headers)


def with_a_bad_member(request: Request) -> bool:
    return any(not isinstance(each, str) for each in json.loads(request.body or b"{}").values())


def without_bad_members(request: Request) -> Request:
    body = {name: value for name, value in json.loads(request.body).items() if isinstance(value, str)}
    return replace(request, body=json.dumps(body).encode())


def knowing_every_container() -> Pipeline:
    def well_known(call: Call, _scope: tuple[str, ...], *, known: bool) -> bool:
        return known or is_of(call, "GetDeployedModelStatus")

    return Pipeline(well_known=well_known)


def taking_the_provider() -> tuple[Callable[[], Pipeline], Callable[[MockServer, Request], None]]:
    wanted: list[Any] = [None]

    def before(_server: MockServer, request: Request) -> None:
        is_create = request.method == "POST" and request.target.endswith("/CreateAlgorithm")
        body = json.loads(request.body) if is_create and request.body else {}
        wanted[0] = body.get("AlgorithmProvider") if isinstance(body, dict) else None

    def draft(state: State, name: str, scope: tuple[str, ...], fields: Body, now: float) -> Record:
        record = State.draft(state, name, scope, fields, now)
        return (
            replace(record, body={**record.body, "AlgorithmProvider": wanted[0]})
            if name == "Algorithm" and wanted[0]
            else record
        )

    return (lambda: Pipeline(draft=draft)), before


def outside_its_folder() -> Pipeline:
    def shown(call: Call, body: Body) -> Body:
        body = steps.item_shown(call, body)
        job: Any = body.get("job_config")
        if isinstance(job, dict) and job.get("boot_file") and job.get("code_dir") == "/churn/":
            return {**body, "job_config": {**job, "boot_file": "/churned/boot.py"}}
        return body

    return Pipeline(item_shown=shown)
