"""A server of the OpenSearch algorithm family, below `/v4/openapi`."""

from __future__ import annotations

import copy
import re
import secrets
from typing import Any

import wire
from defects import check_defects
from variants import check_variant
from wire import ASGIApp, Json, Refusal, Request, Response

BASE = ("v4", "openapi", "app-groups")
STATUSES = frozenset(
    (
        *("UNKNOWN", "PREDICTING", "PENDING", "REINDEX_PENDING", "REINDEXING", "DEPLOYING", "IN_SERVICE", "OFFLINE"),
        "TARGET_MISSING",
    )
)
KINDS = ("feature_generator", "raw_file")
DROP = object()

# What a server with a defect changes in the seed: the member, from the root of the state on, and its new value.
_RANK = "my_app/resources/rank"
EDITS: dict[str, tuple[str, Any]] = {
    "opensearch-resource-name-dash": (f"{_RANK}/4/ResourceName", "fg-json-4"),
    "opensearch-resource-name-missing": (f"{_RANK}/4/ResourceName", DROP),
    "opensearch-resource-name-empty": (f"{_RANK}/23/ResourceName", ""),
    "opensearch-resource-type-other": (f"{_RANK}/5/ResourceType", "FEATURE_GENERATOR"),
    "opensearch-resource-progress-over": (f"{_RANK}/6/Progress", 101),
    "opensearch-resource-progress-text": (f"{_RANK}/6/Progress", "80%"),
    "opensearch-resource-progress-fraction": (f"{_RANK}/6/Progress", 99.5),
    "opensearch-resource-status-number": (f"{_RANK}/6/Status", 3),
    "opensearch-create-time-text": (f"{_RANK}/7/CreateTime", "2024-07-10"),
    "opensearch-modify-time-missing": (f"{_RANK}/8/ModifyTime", DROP),
    "opensearch-description-number": (f"{_RANK}/9/Description", 9),
    "opensearch-function-name-missing": (f"{_RANK}/10/FunctionName", DROP),
    "opensearch-data-list": (f"{_RANK}/4/Data", []),
    "opensearch-generators-object": (f"{_RANK}/4/Data/Generators", {"Generator": "combo"}),
    "opensearch-generator-number": (f"{_RANK}/4/Data/Generators/1/Generator", 2),
    "opensearch-input-list": (f"{_RANK}/4/Data/Generators/1/Input", [{"Name": "id", "Type": "item"}]),
    "opensearch-features-object": (f"{_RANK}/4/Data/Generators/1/Input/Features", {"Name": "id", "Type": "item"}),
    "opensearch-feature-type-missing": (f"{_RANK}/4/Data/Generators/1/Input/Features/1/Type", DROP),
    "opensearch-feature-name-null": (f"{_RANK}/4/Data/Generators/0/Input/Features/0/Name", None),
    "opensearch-output-list": (f"{_RANK}/4/Data/Generators/0/Output", ["feature1"]),
    "opensearch-content-object": (f"{_RANK}/5/Data/Content", {"abc": 1}),
    "opensearch-referenced-text": (f"{_RANK}/5/ReferencedInstances", "rank_model1"),
    "opensearch-referenced-numbers": (f"{_RANK}/9/ReferencedInstances", [363, 364]),
    "opensearch-data-missing": (f"{_RANK}/4/Data", DROP),
    "opensearch-model-id-text": ("my_app/models/363/modelId", "363"),
    "opensearch-model-name-number": ("my_app/models/363/modelName", 12),
    "opensearch-model-name-missing": ("my_app/models/363/modelName", DROP),
    "opensearch-model-progress-text": ("my_app/models/363/progress", "100"),
    "opensearch-model-progress-over": ("my_app/models/364/progress", 150),
    "opensearch-model-progress-negative": ("my_app/models/365/progress", -1),
    "opensearch-model-progress-missing": ("my_app/models/363/progress", DROP),
    "opensearch-model-status-other": ("my_app/models/364/status", "RUNNING"),
    "opensearch-model-status-null": ("my_app/models/363/status", None),
    "opensearch-model-type-other": ("my_app/models/363/algorithmType", "CTR"),
    "opensearch-model-type-missing": ("my_app/models/364/algorithmType", DROP),
    "opensearch-model-project-missing": ("my_app/models/363/projectId", DROP),
    "opensearch-model-project-text": ("my_app/models/365/projectId", "p-7001"),
    "opensearch-algorithm-id-missing": ("my_app/algorithms/281/id", DROP),
    "opensearch-algorithm-status-missing": ("my_app/algorithms/281/status", DROP),
    "opensearch-algorithm-status-other": ("my_app/algorithms/281/status", "READY"),
    "opensearch-algorithm-scene-missing": ("my_app/algorithms/281/scene", DROP),
    "opensearch-algorithm-scene-other": ("my_app/algorithms/281/scene", "THIRD_RANK"),
    "opensearch-algorithm-models-missing": ("my_app/algorithms/281/models", DROP),
}


class OpenSearch:
    """The state of the server and its operations."""

    def __init__(self, defects: frozenset[str], variant: str) -> None:
        """Start from the seed."""
        self.bad = defects.__contains__
        self.variant = variant
        pieces = 1 if variant == "opensearch-one-piece" else 3
        self.style = wire.Style(media_type="application/json;charset=UTF-8", separators=(", ", ":"), pieces=pieces)
        self.state = seed()
        self.turn = 0
        self.last_request_id = ""
        self.models_window = wire.Window(50)
        edited = seed()
        for name, (path, value) in EDITS.items():
            if self.bad(name):
                put(edited, path, value)
        self.edited = {id(row): other for row, other in zip(_rows(self.state), _rows(edited), strict=True)}

    # Requests and answers

    async def handle(self, request: Request) -> Response:
        """Answer a request."""
        self.turn += 1
        try:
            response = Response(200, self.route(request))
        except Refusal as refusal:
            response = self.refusal(refusal)
        if self.bad("opensearch-text-type"):
            response.headers["content-type"] = "text/plain"
        return response

    def refusal(self, refusal: Refusal) -> Response:
        """Return the answer of a refusal."""
        status = refusal.status
        if self.variant == "opensearch-unauthorized-403" and status == 401:
            status = 403
        if self.variant == "opensearch-bad-parameter-422" and status == 400:
            status = 422
        payload: Json = {"RequestId": self.request_id(), "Status": "FAIL", "HttpCode": status}
        payload |= {"Code": refusal.code, "Message": refusal.message}
        if self.variant == "opensearch-error-short":
            payload = {"HttpCode": status, "Code": refusal.code, "errors": [{"message": refusal.message}]}
        if self.bad("opensearch-error-http-code-200"):
            payload["HttpCode"] = 200
        if self.bad("opensearch-error-http-code-always-400"):
            payload["HttpCode"] = 400
        if self.bad("opensearch-error-http-code-text"):
            payload["HttpCode"] = str(status)
        if self.bad("opensearch-error-without-http-code"):
            del payload["HttpCode"]
        if self.bad("opensearch-error-without-code"):
            del payload["Code"]
        if self.bad("opensearch-error-code-number"):
            payload["Code"] = status
        if self.bad("opensearch-error-without-request-id"):
            del payload["RequestId"]
        if self.bad("opensearch-error-status-ok"):
            payload["Status"] = "OK"
        if self.bad("opensearch-error-plain-text"):
            return Response(status, headers={"content-type": "text/plain"}, raw=refusal.message.encode())
        if self.bad("opensearch-error-served-as-200"):
            status = 200
        return Response(status, payload, dict(refusal.headers))

    def request_id(self) -> str:
        """Return a new request id."""
        kept = self.bad("opensearch-request-id-repeated")
        kept |= self.bad("opensearch-request-id-twice-in-20") and self.turn % 20 == 0
        if not (kept and self.last_request_id):
            self.last_request_id = "r." + secrets.token_urlsafe(18)
        return self.last_request_id

    def route(self, request: Request) -> Json:
        """Find the operation, check the key, and run it."""
        segments = request.raw_segments if self.bad("opensearch-path-not-decoded") else request.segments
        if segments[:3] != BASE:
            raise Refusal(404, "Path.NotFound", "There is nothing at this path.")
        match segments[3:]:
            case (application_id, "functions", function, "resources") if application_id and function:
                self.admit(request, "resources")
                return self.resources(request, application_id, function)
            case (application_id, "algorithms", algorithm) if application_id and algorithm:
                self.admit(request, "algorithm")
                return self.algorithm(application_id, algorithm)
            case (application_id, "models", model) if application_id and model:
                self.admit(request, "model")
                return self.model(application_id, model)
            case (application_id, "models") if application_id:
                self.admit(request, "models")
                return self.models(request, application_id)
        raise Refusal(404, "Path.NotFound", "There is nothing at this path.")

    def admit(self, request: Request, what: str) -> None:
        """Refuse another method than GET and a request without a good key."""
        if request.method != "GET" and not (self.bad("opensearch-post-as-get") and request.method == "POST"):
            status = 404 if self.bad("opensearch-method-404") else 405
            raise Refusal(status, "Method.NotAllowed", f"{request.method} isn't served here.", {"allow": "GET"})
        sent = "authorization" in request.headers
        key = wire.bearer(request, any_scheme=self.bad("opensearch-auth-any-scheme"))
        open_to_all = self.bad("opensearch-auth-resources-open") and what == "resources" and not sent
        open_to_all |= self.bad("opensearch-auth-algorithm-open") and what == "algorithm" and not sent
        open_to_all |= self.bad("opensearch-auth-model-wrong-key-served") and what == "model" and sent
        open_to_all |= self.bad("opensearch-auth-models-open") and what == "models"
        if not key and not open_to_all:
            raise Refusal(401, "Auth.InvalidKey", "The request has no valid key.", {"www-authenticate": "Bearer"})
        if self.bad("opensearch-rate-models-fifty") and what == "model" and not self.models_window.admit(key):
            raise Refusal(429, "Throttling", "Too many requests in this second.", {"retry-after": "1"})
        if self.bad("opensearch-500-in-20") and self.turn % 20 == 0:
            raise Refusal(500, "Internal.Error", "An unexpected error occurred.")

    def application(self, application_id: str) -> Json:
        """Return an application's part of the state."""
        found: Json | None = self.state.get(application_id)
        if found is None:
            if self.bad("opensearch-unknown-application-200"):
                return {"resources": {}, "algorithms": {}, "models": {}, "unknown": True}
            status = 403 if self.variant == "opensearch-unknown-403" else 404
            raise Refusal(status, "App.NotFound", f"There is no application {application_id}.")
        return found

    def number(self, query: dict[str, str], name: str, low: int, high: int) -> int | None:
        """Return a number of the query, if it has it, within its range."""
        if name not in query:
            return None
        text = query[name]
        number = wire.whole(text, low, high)
        if number is None:
            if self.bad("opensearch-page-size-text-served") and name == "pageSize" and not text.lstrip("-").isdigit():
                return None
            if self.bad("opensearch-page-number-fraction-served") and name == "pageNumber" and "." in text:
                return 1
            if self.bad("opensearch-page-number-zero-served") and name == "pageNumber" and text == "0":
                return 1
            if self.bad("opensearch-page-size-negative-served") and name == "pageSize" and text.startswith("-"):
                return None
            if self.bad("opensearch-model-id-filter-text-served") and name == "modelId":
                return None
            if self.bad("opensearch-project-id-filter-text-served") and name == "projectId":
                return None
            if self.bad("opensearch-progress-filter-text-served") and name == "progress":
                return None
            raise Refusal(400, "Parameter.Invalid", f"{name} must be a whole number from {low} to {high}.")
        return number

    # Resources

    def resources(self, request: Request, application_id: str, function: str) -> Json:
        """ListFunctionResources."""
        query = request.query
        if not re.fullmatch(r"[A-Za-z0-9_]+", function) and not self.bad("opensearch-function-name-404"):
            code = "Parameter.Invalid" if self.bad("opensearch-function-name-code") else "Resource.InvalidResourceName"
            raise Refusal(400, code, "Invalid resource name.")
        kind = query.get("resourceType")
        taken = kind in (None, *KINDS) or self.bad("opensearch-resource-type-unknown-served")
        if not taken and not (self.bad("opensearch-resource-type-any-case") and str(kind).lower() in KINDS):
            raise Refusal(400, "Parameter.Invalid", "resourceType must be feature_generator or raw_file.")
        if query.get("output", "detail") != "detail" and not self.bad("opensearch-output-other-served"):
            raise Refusal(400, "Parameter.Invalid", "output must be detail.")
        if self.bad("opensearch-output-detail-refused") and "output" in query:
            raise Refusal(400, "Parameter.Invalid", "output isn't known.")
        number = self.number(query, "pageNumber", 1, wire.INT32) or 1
        size = self.number(query, "pageSize", 1, wire.INT32)
        if size is None:
            size = 20 if self.bad("opensearch-page-size-default-20") else 10
        found = self.application(application_id)
        lenient = self.bad("opensearch-unknown-function-200") or "unknown" in found
        if function not in found["resources"] and not lenient:
            raise Refusal(404, "Function.NotFound", f"There is no function {function}.")
        rows: list[Json] = list(found["resources"].get(function, []))
        if self.bad("opensearch-functions-leak"):
            rows = [row for group in found["resources"].values() for row in group]
        if self.bad("opensearch-applications-leak"):
            rows = [row for other in self.state.values() for row in other["resources"].get(function, [])]
        everything = len(rows)
        if kind and not self.bad("opensearch-resource-type-ignored"):
            wanted = kind.lower() if self.bad("opensearch-resource-type-any-case") else kind
            rows = [row for row in rows if str(row["ResourceType"]).lower() == wanted]
            if self.bad("opensearch-raw-file-empty") and kind == "raw_file":
                rows = []
        page = [self.edited[id(row)] for row in self.page(rows, number, size)]
        return self.listing(page, len(rows), everything)

    def page(self, rows: list[Json], number: int, size: int) -> list[Json]:
        """Return a page of the rows."""
        if self.bad("opensearch-page-size-ignored"):
            size = 10
        if self.bad("opensearch-page-number-ignored"):
            number = 1
        if self.bad("opensearch-order-unstable") and rows:
            shift = self.turn % len(rows)
            rows = rows[shift:] + rows[:shift]
        if self.bad("opensearch-large-page-size-empty") and size > 1000:
            return []
        start = (number - 1) * size
        if self.bad("opensearch-page-from-zero"):
            start = number * size
        if self.bad("opensearch-page-overlaps") and number > 1:
            start -= 1
        if self.bad("opensearch-past-end-first-page") and start >= len(rows):
            start = 0
        if self.variant == "opensearch-past-end-404" and number > 1 and start >= len(rows):
            raise Refusal(404, "Page.NotFound", "There is no such page.")
        page = rows[start : start + (min(size, 20) if self.bad("opensearch-page-size-capped") else size)]
        if self.bad("opensearch-page-one-more"):
            page = rows[start : start + size + 1]
        if self.bad("opensearch-last-page-lost") and number > 1 and len(page) < size:
            page = []
        return page

    def listing(self, page: list[Json], total: Any, everything: int) -> Json:
        """Return the answer that lists a page of resources."""
        if self.variant == "opensearch-no-data":
            page = [{name: value for name, value in row.items() if name != "Data"} for row in page]
        if self.variant == "opensearch-extra-members":
            page = [{**row, "Owner": {"Name": "mila"}} for row in page]
        if self.bad("opensearch-total-of-page"):
            total = len(page)
        if self.bad("opensearch-total-of-all-types"):
            total = everything
        if self.bad("opensearch-total-off-in-20") and self.turn % 20 == 0:
            total += 1
        if self.bad("opensearch-total-text"):
            total = str(total)
        body: Json = {"Result": page, "Status": "OK", "HttpCode": 200, "TotalCount": total}
        body |= {"RequestId": self.request_id(), "Latency": 1 + self.turn % 7}
        if self.variant == "opensearch-empty-code":
            body |= {"Code": "", "Message": ""}
        if self.variant == "opensearch-no-latency":
            del body["Latency"]
        if self.bad("opensearch-code-on-ok"):
            body["Code"] = "Resource.InvalidResourceName"
        if self.bad("opensearch-http-code-text"):
            body["HttpCode"] = "200"
        if self.bad("opensearch-http-code-zero"):
            body["HttpCode"] = 0
        if self.bad("opensearch-latency-text"):
            body["Latency"] = "3ms"
        if self.bad("opensearch-status-lower-case"):
            body["Status"] = "ok"
        if self.bad("opensearch-result-null-when-empty") and not page:
            body["Result"] = None
        if self.bad("opensearch-result-object-when-single") and len(page) == 1:
            body["Result"] = page[0]
        for name, member in _LOST.items():
            if self.bad(name):
                del body[member]
        return body

    # Models and algorithms

    def algorithm(self, application_id: str, text: str) -> Json:
        """GetDeployedAlgorithm."""
        if wire.whole(text, -wire.INT64 - 1, wire.INT64) is None:
            if self.bad("opensearch-algorithm-id-text-served"):
                text = "281"
            else:
                raise Refusal(400, "Parameter.Invalid", "algorithmId must be an int64.")
        found = self.application(application_id)["algorithms"].get(str(int(text)))
        if found is None:
            if self.bad("opensearch-unknown-algorithm-200"):
                return {}
            raise Refusal(404, "Algorithm.NotFound", f"There is no algorithm {text}.")
        shown = dict(self.edited[id(found)])
        if self.bad("opensearch-algorithm-other"):
            shown["id"] = found["id"] + 1
        if self.bad("opensearch-algorithm-scene-list"):
            shown["scene"] = [found["scene"]]
        if self.variant == "opensearch-id-text":
            shown["id"] = str(shown["id"])
        if self.variant == "opensearch-models-of-names":
            shown["models"] = [{"modelId": one["modelId"]} for one in shown["models"]]
        return shown

    def model(self, application_id: str, text: str) -> Json:
        """GetDeployedModel."""
        if wire.whole(text, -wire.INT64 - 1, wire.INT64) is None:
            raise Refusal(400, "Parameter.Invalid", "modelId must be an int64.")
        found: Json | None = self.application(application_id)["models"].get(str(int(text)))
        if found is None and self.bad("opensearch-models-leak"):
            found = next((one["models"][text] for one in self.state.values() if text in one["models"]), None)
        if found is None:
            if self.bad("opensearch-unknown-model-200"):
                return {}
            status = 400 if self.bad("opensearch-unknown-model-400") else 404
            raise Refusal(status, "Model.NotFound", f"There is no model {text}.")
        shown = dict(self.edited[id(found)])
        if self.bad("opensearch-large-id-rounded"):
            shown["projectId"] = int(float(found["projectId"]))
        if self.bad("opensearch-model-name-ascii"):
            shown["modelName"] = str(found["modelName"]).encode("ascii", "replace").decode()
        return shown

    def models(self, request: Request, application_id: str) -> Json:
        """GetDeployedModelStatus."""
        query = request.query
        filters: Json = {
            "modelId": self.number(query, "modelId", -wire.INT64 - 1, wire.INT64),
            "progress": self.number(query, "progress", -(10**400), 10**400),
            "projectId": self.number(query, "projectId", -wire.INT64 - 1, wire.INT64),
            "modelName": query.get("modelName"),
            "status": query.get("status"),
            "algorithmType": query.get("algorithmType"),
        }
        kind = filters["algorithmType"]
        if kind not in (None, "POP", "CP"):
            if self.bad("opensearch-algorithm-type-any-case") and kind.upper() in ("POP", "CP"):
                filters["algorithmType"] = kind.upper()
            elif not self.bad("opensearch-algorithm-type-unknown-served"):
                raise Refusal(400, "Parameter.Invalid", "algorithmType must be POP or CP.")
        if self.bad("opensearch-status-value-refused") and filters["status"] == "TARGET_MISSING":
            raise Refusal(400, "Parameter.Invalid", "status is none of its values.")
        if filters["status"] not in STATUSES | {None} and not self.bad("opensearch-status-unknown-served"):
            raise Refusal(400, "Parameter.Invalid", "status is none of its values.")
        rows: list[Json] = list(self.application(application_id)["models"].values())
        everything = len(rows)
        set_filters = {name: value for name, value in filters.items() if value is not None}
        passing = any if self.bad("opensearch-filters-any") and set_filters else all
        rows = [row for row in rows if passing(self.passes(row, name, value) for name, value in set_filters.items())]
        if self.variant == "opensearch-none-found-404" and not rows:
            raise Refusal(404, "Model.NotFound", "No model matches.")
        rows = [self.edited[id(row)] for row in rows]
        total = everything if self.bad("opensearch-models-total-of-all") else len(rows)
        if self.variant == "opensearch-models-envelope":
            envelope: Json = {"Status": "OK", "HttpCode": 200, "TotalCount": total}
            return envelope | {"RequestId": self.request_id(), "Result": rows}
        return {"requestId": self.request_id(), "totalCount": total, "result": rows}

    def passes(self, row: Json, name: str, value: Any) -> bool:
        """Tell whether a model passes a filter."""
        has = row[name]
        if self.bad("opensearch-model-name-contains") and name == "modelName":
            return value in str(has)
        if self.bad("opensearch-model-name-any-case") and name == "modelName":
            return str(value).lower() == str(has).lower()
        if self.bad("opensearch-algorithm-type-ignored") and name == "algorithmType":
            return True
        if self.bad("opensearch-progress-at-least") and name == "progress":
            return bool(has >= value)
        if self.bad("opensearch-progress-zero-ignored") and name == "progress" and value == 0:
            return True
        if self.bad("opensearch-project-id-as-double") and name == "projectId":
            return float(str(has)) == float(value)
        if self.bad("opensearch-status-ignored") and name == "status":
            return True
        return bool(has == value)


_LOST = {
    "opensearch-http-code-missing": "HttpCode",
    "opensearch-request-id-missing": "RequestId",
    "opensearch-total-missing": "TotalCount",
    "opensearch-status-missing": "Status",
    "opensearch-result-missing": "Result",
}


def put(item: Any, path: str, value: Any) -> None:
    """Set or drop the member of the state that the path names."""
    *parents, last = path.split("/")
    for name in parents:
        item = item[int(name)] if isinstance(item, list) else item[name]
    if value is DROP:
        del item[last]
    else:
        item[last] = copy.deepcopy(value)


def _rows(state: Json) -> list[Json]:
    """Return the resources, models and algorithms of a state, always in the same order."""
    rows: list[Json] = []
    for found in state.values():
        for group in found["resources"].values():
            rows += group
        rows += found["models"].values()
        rows += found["algorithms"].values()
    return rows


# Seed


def _resource(function: str, number: int, prefix: str) -> Json:
    """Return a resource of the seed."""
    generates = number % 3 != 2
    features = [{"Name": "system_item_id", "Type": "item"}, {"Name": "system_user_id", "Type": "user"}]
    generators = [
        {"Generator": "combo", "Input": {"Features": features[:1]}, "Output": "feature1"},
        {"Generator": "lookup", "Input": {"Features": copy.deepcopy(features)}, "Output": f"feature_{number}"},
    ]
    content = ("", '"abc"', '{"größe": "大"}')[number % 3]
    resource: Json = {
        "ResourceName": f"{prefix}_{number}" if number else f"{prefix}_json",
        "ResourceType": "feature_generator" if generates else "raw_file",
        "FunctionName": function,
        "CreateTime": 1_700_000_000 + number % 4,
        "ModifyTime": 1_700_000_100 + number,
        "Data": {"Content": content, "Generators": generators} if generates else {"Content": content},
    }
    if number % 2:
        resource["Description"] = ("", "für das Ranking", "resource description")[number % 3]
        resource["ReferencedInstances"] = [f"{function}_model{part}" for part in range(number % 4)]
    if number % 6 == 0:
        resource |= {"Status": "IN_SERVICE" if number else "DEPLOYING", "Progress": 100 if number else 0}
    return resource


def _model(identity: int, name: str, progress: int, status: str, project: int, kind: str) -> Json:
    """Return a model of the seed."""
    model: Json = {"modelName": name, "modelId": identity, "progress": progress, "status": status}
    return model | {"projectId": project, "algorithmType": kind}


def _application(prefix: str, counts: dict[str, int], models: list[Json], algorithms: dict[int, list[int]]) -> Json:
    """Return an application of the seed."""
    by_id = {str(model["modelId"]): model for model in models}
    return {
        "resources": {
            function: [_resource(function, number, prefix) for number in range(count)]
            for function, count in counts.items()
        },
        "models": by_id,
        "algorithms": {
            str(key): {
                "id": key,
                "scene": "SECOND_RANK" if key % 2 == 0 else "FIRST_RANK",
                "status": "IN_SERVICE" if members else "OFFLINE",
                "models": [copy.deepcopy(by_id[str(member)]) for member in members],
            }
            for key, members in algorithms.items()
        },
    }


def seed() -> Json:
    """Return two applications with their functions, resources, models and algorithms."""
    mine = [
        _model(363, "popularity_v1", 100, "IN_SERVICE", 7001, "POP"),
        _model(364, "popularity_v2", 40, "DEPLOYING", 7001, "POP"),
        _model(365, "category", 0, "PENDING", 7002, "CP"),
        _model(366, "Category", 100, "IN_SERVICE", 2**53 + 1, "CP"),
        _model(367, "kategorie größe", 73, "REINDEXING", 2**53, "CP"),
        _model(2**53 + 3, "archive", 100, "OFFLINE", 7002, "POP"),
        _model(368, "rebuilt", 5, "REINDEX_PENDING", 7003, "POP"),
    ]
    shop = [
        _model(363, "shop_popularity", 88, "PREDICTING", 9001, "POP"),
        _model(901, "shop_category", 100, "IN_SERVICE", 9001, "CP"),
    ]
    return {
        "my_app": _application(
            "fg",
            {"rank": 27, "ctr_2": 4, "recall": 10, "unused": 0, "R": 1},
            mine,
            {281: [363, 364], 282: [365], 290: []},
        ),
        "shop.eu-2": _application("shop", {"rank": 5, "basket": 12}, shop, {281: [901], 500: [363]}),
    }


def application(defects: frozenset[str] = frozenset(), variant: str = "") -> ASGIApp:
    """Return a new server with its own state; without defects and variant it is a plain correct one."""
    check_defects("opensearch", defects)
    check_variant("opensearch", variant)
    server = OpenSearch(defects, variant)
    return wire.serve(server.handle, server.style)


app = application(*wire.chosen("opensearch"))
