"""A server of the ModelArts algorithm list, below `/v2`."""

from __future__ import annotations

import copy
import hashlib
import random
import re
from typing import Any
from urllib.parse import unquote

import wire
from defects import check_defects
from variants import check_variant
from wire import ASGIApp, Json, Refusal, Request, Response

SORT_KEYS = frozenset(
    (
        *("id", "name", "description", "workspace_id", "ai_project", "user_name", "domain_id", "source", "api_version"),
        *("is_valid", "state", "version_num", "size", "create_time", "update_time"),
    )
)
DROP = object()
SOME = (17, 57, 97)
RARE = (57,)

# What a server with a defect changes in items of the seed: which items, the member, and its new value.
EDITS: dict[str, tuple[tuple[int, ...], str, Any]] = {
    "modelarts-id-number": (SOME, "metadata.id", 2554),
    "modelarts-id-missing": (RARE, "metadata.id", DROP),
    "modelarts-name-missing": (RARE, "metadata.name", DROP),
    "modelarts-metadata-missing": (RARE, "metadata", DROP),
    "modelarts-name-with-space": (RARE, "metadata.name", "gradient boosting"),
    "modelarts-name-empty": (RARE, "metadata.name", ""),
    "modelarts-name-of-65": (RARE, "metadata.name", "n" * 65),
    "modelarts-description-of-257": (RARE, "metadata.description", "d" * 257),
    "modelarts-is-valid-text": (SOME, "metadata.is_valid", "true"),
    "modelarts-version-num-text": (SOME, "metadata.version_num", "3"),
    "modelarts-create-time-text": (SOME, "metadata.create_time", "2021-11-11T03:18:41Z"),
    "modelarts-update-time-fraction": (RARE, "metadata.update_time", 1636600721742.5),
    "modelarts-size-null": (RARE, "metadata.size", None),
    "modelarts-tags-texts": (SOME, "metadata.tags", ["gpu", "team-a"]),
    "modelarts-tag-value-number": (RARE, "metadata.tags", [{"priority": 3}]),
    "modelarts-attr-list-text": (RARE, "metadata.attr_list", "a,b"),
    "modelarts-job-config-list": (RARE, "job_config", []),
    "modelarts-code-dir-missing": (SOME, "job_config.code_dir", DROP),
    "modelarts-boot-file-missing": (RARE, "job_config.boot_file", DROP),
    "modelarts-boot-file-outside": (SOME, "job_config.boot_file", "/algo-test/other/boot.py"),
    "modelarts-boot-file-beside": (RARE, "job_config.boot_file", "/algo-test/set-17/code-old/train.py"),
    "modelarts-command-null": (SOME, "job_config.command", None),
    "modelarts-code-tree-list": (SOME, "job_config.code_tree", [{"name": "code/"}]),
    "modelarts-children-object": (RARE, "job_config.code_tree.children.0.children", {"name": "deep.py"}),
    "modelarts-tree-name-number": (RARE, "job_config.code_tree.children.0.children.0.name", 7),
    "modelarts-parameter-value-number": (SOME, "job_config.parameters.0.value", 10),
    "modelarts-second-parameter-text": (RARE, "job_config.parameters.1", "epochs=3"),
    "modelarts-editable-text": (RARE, "job_config.parameters.1.constraint.editable", "true"),
    "modelarts-required-number": (RARE, "job_config.parameters.0.constraint.required", 0),
    "modelarts-valid-range-null": (RARE, "job_config.parameters.0.constraint.valid_range", None),
    "modelarts-valid-range-numbers": (RARE, "job_config.parameters.1.constraint.valid_range", [1, 100]),
    "modelarts-i18n-text": (RARE, "job_config.parameters.1.i18n_description", "Anzahl"),
    "modelarts-customization-number": (SOME, "job_config.parameters_customization", 1),
    "modelarts-inputs-object": (RARE, "job_config.inputs", {"name": "data_url"}),
    "modelarts-remote-attributes-object": (
        RARE,
        "job_config.inputs.0.remote_constraints.0.attributes",
        {"data_format": "Default"},
    ),
    "modelarts-output-name-null": (RARE, "job_config.outputs.0.name", None),
    "modelarts-engine-list": (SOME, "job_config.engine", []),
    "modelarts-engine-version-number": (RARE, "job_config.engine.engine_version", 1.3),
    "modelarts-flavor-lower-case": (SOME, "resource_requirements.0.value", ["cpu", "gpu"]),
    "modelarts-flavor-mixed-in": (RARE, "resource_requirements.0.value", ["GPU", "multiple"]),
    "modelarts-mode-with-flavors": (RARE, "resource_requirements.1.value", ["CPU", "GPU"]),
    "modelarts-host-mode-several": (RARE, "resource_requirements.2.value", ["several"]),
    "modelarts-resource-key-unknown": (RARE, "resource_requirements.2.key", "memory"),
    "modelarts-resource-value-text": (RARE, "resource_requirements.1.value", "multiple"),
    "modelarts-operator-equals": (SOME, "resource_requirements.0.operator", "="),
    "modelarts-advanced-config-text": (RARE, "advanced_config", "{}"),
    "modelarts-reward-mode-upper": (RARE, "advanced_config.auto_search.reward_attrs.0.mode", "MAX"),
    "modelarts-reward-regex-null": (RARE, "advanced_config.auto_search.reward_attrs.0.regex", None),
    "modelarts-param-type-integer": (RARE, "advanced_config.auto_search.search_params.0.param_type", "integer"),
    "modelarts-lower-bound-number": (RARE, "advanced_config.auto_search.search_params.0.lower_bound", 0.001),
    "modelarts-discrete-values-list": (
        RARE,
        "advanced_config.auto_search.search_params.1.discrete_values",
        ["16", "32"],
    ),
    "modelarts-algo-value-number": (RARE, "advanced_config.auto_search.algo_configs.0.params.0.value", 20),
    "modelarts-algo-params-object": (RARE, "advanced_config.auto_search.algo_configs.0.params", {"num_samples": "20"}),
    "modelarts-skip-params-list": (RARE, "advanced_config.auto_search.skip_search_params", ["lr"]),
}


class ModelArts:
    """The state of the server and its operation."""

    def __init__(self, defects: frozenset[str], variant: str) -> None:
        """Start from the seed."""
        self.bad = defects.__contains__
        self.variant = variant
        self.style = wire.Style(indent=1, separators=(", ", " : "), pieces=5 if variant == "modelarts-chunked" else 1)
        self.items = seed()
        self.turn = 0
        edited = seed()
        for name, (indices, path, value) in EDITS.items():
            for index in indices if self.bad(name) else ():
                put(edited[index], path, value)
        if self.bad("modelarts-items-share-id"):
            edited[58]["metadata"]["id"] = edited[57]["metadata"]["id"]
        self.edited = {item["metadata"]["id"]: other for item, other in zip(self.items, edited, strict=True)}

    async def handle(self, request: Request) -> Response:
        """Answer a request."""
        self.turn += 1
        try:
            response = Response(200, self.route(request))
        except Refusal as refusal:
            response = self.refusal(refusal)
        if self.bad("modelarts-html-type"):
            response.headers["content-type"] = "text/html"
        if self.variant == "modelarts-members-reversed":
            response.payload = _reversed(response.payload)
        return response

    def refusal(self, refusal: Refusal) -> Response:
        """Return the answer of a refusal."""
        status = refusal.status
        if self.bad("modelarts-refusal-500") and status == 400:
            status = 500
        if self.bad("modelarts-refusal-404") and status == 400:
            status = 404
        if self.bad("modelarts-refusal-200") and status == 400:
            status = 200
        payload: Json = {"error_msg": refusal.message, "error_code": refusal.code}
        if self.bad("modelarts-error-without-code"):
            del payload["error_code"]
        if self.variant == "modelarts-error-nested":
            payload = {"error": {"code": refusal.code, "reason": refusal.message}}
        if self.bad("modelarts-error-plain-text"):
            return Response(status, headers={"content-type": "text/plain"}, raw=refusal.message.encode())
        return Response(status, payload, dict(refusal.headers))

    def route(self, request: Request) -> Json:
        """Find the operation and run it."""
        if not _is_list(request.segments):
            raise Refusal(404, "ModelArts.0404", "There is nothing at this path.")
        if request.method != "GET" and not (self.bad("modelarts-post-as-get") and request.method == "POST"):
            status = 404 if self.bad("modelarts-method-404") else 405
            raise Refusal(status, "ModelArts.0405", f"{request.method} isn't served here.", {"allow": "GET"})
        if self.variant == "modelarts-needs-token" and not request.headers.get("x-auth-token"):
            raise Refusal(401, "ModelArts.0401", "X-Auth-Token is missing.")
        if self.bad("modelarts-500-in-20") and self.turn % 20 == 0:
            raise Refusal(500, "ModelArts.0500", "An unexpected error occurred.")
        return self.list_algorithms(request)

    def number(self, query: dict[str, str], name: str, low: int, high: int, default: int) -> int:
        """Return a number of the query, within its range."""
        if name not in query:
            return default
        text = query[name]
        number = wire.whole(text, low, high)
        if self.bad("modelarts-limit-50-refused") and name == "limit" and number == 50:
            number = None
        if self.bad("modelarts-limit-one-refused") and name == "limit" and number == 1:
            number = None
        if self.bad("modelarts-offset-zero-refused") and name == "offset" and number == 0:
            number = None
        if number is not None:
            return number
        far = wire.whole(text, -wire.INT64, wire.INT64)
        if far is not None:
            if self.bad("modelarts-limit-51-served") and name == "limit" and far > high:
                return high
            if self.bad("modelarts-limit-zero-served") and name == "limit" and far == 0:
                return default
            if self.bad("modelarts-limit-negative-served") and name == "limit" and far < 0:
                return default
            if self.bad("modelarts-offset-negative-served") and name == "offset" and far < 0:
                return 0
        else:
            if self.bad("modelarts-limit-text-served") and name == "limit":
                return default
            if self.bad("modelarts-offset-fraction-served") and name == "offset" and text.replace(".", "0").isdigit():
                return int(text.partition(".")[0] or "0")
        raise Refusal(400, "ModelArts.0104", f"{name} must be a whole number from {low} to {high}.")

    def list_algorithms(self, request: Request) -> Json:
        """ListAlgorithms."""
        query = request.query
        limit = self.number(query, "limit", 1, 50, 50)
        offset = self.number(query, "offset", 0, wire.INT32, 0)
        order = query.get("order", "desc")
        if order not in ("asc", "desc"):
            if self.bad("modelarts-order-unknown-served"):
                order = "desc"
            elif self.bad("modelarts-order-any-case-served") and order.lower() in ("asc", "desc"):
                order = order.lower()
            else:
                raise Refusal(400, "ModelArts.0105", "order must be asc or desc.")
        wanted = query.get("sort_by", "create_time")
        sort_by = wanted if wanted in SORT_KEYS else "create_time"
        if wanted not in SORT_KEYS:
            if self.variant == "modelarts-unknown-key-400" or self.bad("modelarts-unknown-key-500"):
                status = 500 if self.bad("modelarts-unknown-key-500") else 400
                raise Refusal(status, "ModelArts.0106", "sort_by names no known field.")
            if self.bad("modelarts-unknown-key-sorts-by-name"):
                sort_by = "name"
        rows = [item for item in self.items if self.matches(item, request)]
        rows = self.sort(rows, sort_by, order, "sort_by" in query)
        page = self.cut(rows, offset, limit)
        if self.bad("modelarts-sort-within-page"):
            page = self.sort(self.cut(self.sort(rows, "id", "asc", True), offset, limit), sort_by, order, True)
        page = [self.edited[item["metadata"]["id"]] for item in page]
        if self.variant == "modelarts-bare-items":
            page = [{"metadata": {name: item["metadata"][name] for name in ("id", "name")}} for item in page]
        if self.variant == "modelarts-extra-members":
            page = [{**item, "links": {"self": "#"}, "metadata": {**item["metadata"], "etag": 1}} for item in page]
        echo = wanted if self.variant == "modelarts-unknown-key-echoed" else sort_by
        body: Json = {"total": len(rows), "count": len(rows), "limit": limit, "offset": offset, "sort_by": echo}
        body |= {"order": order, "group_by": query.get("group_by", ""), "items": page}
        return self.spoiled(body, query)

    def matches(self, item: Json, request: Request) -> bool:
        """Tell whether an item passes the workspace and the search."""
        query = request.query
        metadata = item["metadata"]
        workspace = query.get("workspace_id")
        if workspace is not None and not self.bad("modelarts-workspace-ignored"):
            has = str(metadata.get("workspace_id"))
            if not (has.startswith(workspace) if self.bad("modelarts-workspace-prefix") else has == workspace):
                return False
        searches = query.get("searches")
        if searches is None or self.bad("modelarts-search-ignored"):
            return True
        if self.bad("modelarts-search-colon-literal") and "searches=name%3A" in request.raw_query:
            return False
        if self.bad("modelarts-search-decoded-twice"):
            searches = unquote(searches)
        prefixed = searches.startswith("name:")
        if not prefixed and self.bad("modelarts-search-without-name-empty"):
            return False
        wanted = searches.removeprefix("name:")
        name = str(metadata["name"])
        if self.bad("modelarts-search-case-sensitive"):
            return wanted in name
        wanted, name = wanted.lower(), name.lower()
        if self.bad("modelarts-search-prefix-only"):
            return name.startswith(wanted)
        if self.bad("modelarts-search-whole-name-only"):
            return name == wanted
        if self.bad("modelarts-search-underscore-wildcard"):
            return re.search(".".join(map(re.escape, wanted.split("_"))), name) is not None
        if self.bad("modelarts-search-in-description") and wanted in str(metadata.get("description")).lower():
            return True
        if self.bad("modelarts-search-first-word-only"):
            wanted = wanted.partition("-")[0]
        if self.bad("modelarts-search-one-letter-ignored") and len(wanted) == 1:
            return True
        return wanted in name

    def sort(self, rows: list[Json], key: str, order: str, explicit: bool) -> list[Json]:
        """Return the items in their order; ties stand by their ids."""
        down = order == "desc"
        if self.bad("modelarts-sort-name-ignored") and key == "name":
            key = "create_time"
        if self.bad("modelarts-sort-update-by-create-time") and key == "update_time":
            key = "create_time"
        if self.bad("modelarts-sort-size-ignored") and key == "size":
            key = "create_time"
        if self.bad("modelarts-sort-default-by-name") and not explicit:
            key = "name"
        if self.bad("modelarts-order-default-ascending") and not explicit:
            down = False
        if self.bad("modelarts-order-asc-ignored"):
            down = True
        if self.bad("modelarts-order-name-reversed") and key == "name":
            down = not down
        rows = sorted(rows, key=lambda item: str(item["metadata"]["id"]))
        if self.bad("modelarts-ties-unstable"):
            random.Random(self.turn).shuffle(rows)

        def rank(item: Json) -> tuple[Any, ...]:
            value = item["metadata"][key]
            if value is None:
                return (2 if self.variant == "modelarts-nulls-other-end" else 0,)
            if isinstance(value, str):
                return (1, value.casefold(), value) if self.variant == "modelarts-collation" else (1, value)
            if self.bad("modelarts-sort-numbers-as-text") and not isinstance(value, bool):
                return (1, str(value))
            if self.bad("modelarts-sort-create-time-coarse") and key == "create_time":
                return (1, value // 10_000_000)
            return (1, value)

        return sorted(rows, key=rank, reverse=down)

    def cut(self, rows: list[Json], offset: int, limit: int) -> list[Json]:
        """Return the page that starts at the offset."""
        if self.bad("modelarts-offset-one-early") and offset:
            offset -= 1
        if self.bad("modelarts-offset-one-late") and offset:
            offset += 1
        if self.bad("modelarts-offset-counts-pages"):
            offset *= limit
        if self.bad("modelarts-offset-ignored"):
            offset = 0
        if self.bad("modelarts-offset-in-tens") and offset > 100:
            offset = offset // 10 * 10
        if self.bad("modelarts-past-end-wraps") and offset >= len(rows):
            offset = 0
        if self.variant == "modelarts-past-end-404" and offset and offset >= len(rows):
            raise Refusal(404, "ModelArts.0404", "There is no such page.")
        size = limit
        if self.bad("modelarts-limit-one-more"):
            size = limit + 1
        if self.bad("modelarts-limit-ignored"):
            size = 50
        if self.bad("modelarts-limit-capped"):
            size = min(limit, 20)
        page = rows[offset : offset + size]
        if self.bad("modelarts-last-page-lost") and offset and len(page) < limit:
            page = []
        if self.bad("modelarts-last-item-lost") and offset + size >= len(rows):
            page = page[:-1]
        if self.bad("modelarts-item-lost-in-20") and self.turn % 20 == 0:
            page = page[:-1]
        return page

    def spoiled(self, body: Json, query: dict[str, str]) -> Json:
        """Return the answer, as a server with a defect would change it."""
        if self.variant == "modelarts-total-of-user":
            body["total"] = len(self.items)
        if self.variant == "modelarts-count-of-page":
            body["count"] = len(body["items"])
        if self.bad("modelarts-count-over-total"):
            body["count"] = body["total"] + 1
        if self.bad("modelarts-count-under-items"):
            body["count"] = max(0, len(body["items"]) - 1)
        if self.bad("modelarts-total-zero"):
            body["total"] = 0
        if self.bad("modelarts-total-text"):
            body["total"] = str(body["total"])
        if self.bad("modelarts-count-missing"):
            del body["count"]
        if self.bad("modelarts-limit-echo-default"):
            body["limit"] = 50
        if self.bad("modelarts-limit-echo-items"):
            body["limit"] = len(body["items"])
        if self.bad("modelarts-offset-echo-zero"):
            body["offset"] = 0
        if self.bad("modelarts-offset-echo-next"):
            body["offset"] += len(body["items"])
        if self.bad("modelarts-order-echo-missing") and "order" not in query:
            del body["order"]
        if self.bad("modelarts-order-echo-desc"):
            body["order"] = "desc"
        if self.bad("modelarts-sort-by-echo-blank") and "sort_by" not in query:
            body["sort_by"] = ""
        if self.bad("modelarts-sort-by-echo-default"):
            body["sort_by"] = "create_time"
        if self.bad("modelarts-group-by-missing") and "group_by" not in query:
            del body["group_by"]
        if self.bad("modelarts-group-by-null") and "group_by" not in query:
            body["group_by"] = None
        if self.bad("modelarts-group-by-echo-blank"):
            body["group_by"] = ""
        if self.bad("modelarts-items-null-when-empty") and not body["items"]:
            body["items"] = None
        if self.bad("modelarts-items-missing-when-empty") and not body["items"]:
            del body["items"]
        return body


def _is_list(segments: tuple[str, ...]) -> bool:
    """Tell whether the path is that of the list."""
    return len(segments) == 3 and segments[0] == "v2" and segments[1] != "" and segments[2] == "algorithms"


def _reversed(value: Any) -> Any:
    """Return a JSON value with the members of each object in the opposite order."""
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(one) for one in value] if isinstance(value, list) else value


def put(item: Any, path: str, value: Any) -> None:
    """Set or drop the member of a JSON value that the dotted path names."""
    *parents, last = path.split(".")
    for name in parents:
        item = item[int(name)] if isinstance(item, list) else item[name]
    if value is DROP:
        del item[last]
    elif isinstance(item, list):
        item[int(last)] = copy.deepcopy(value)
    else:
        item[last] = copy.deepcopy(value)


# Seed

_WORDS = ("resnet", "Bert", "yolo_v5", "kmeans", "TestModel", "rank", "als", "Seg-net", "gpt", "lda", "Algo", "x")


def _name(number: int) -> str:
    """Return the name of an item."""
    if number == 0:
        return "TestModelArtsalgorithm"
    if number in (63, 64):
        return ("z", "L" * 40 + "_" + "0" * 23)[number - 63]
    word = _WORDS[number % len(_WORDS)]
    return f"{word}-{number}" if number % 3 else f"my_{word.upper()}_{number}"


def _tree(number: int) -> Json:
    """Return the code tree of an item."""
    if number % 8 == 1:
        return {"name": "code/", "children": [{"name": "lib/", "children": [{"name": "io.py"}, {"name": "net.py"}]}]}
    return {"name": "code/", "children": [{"name": "train.py"}] if number % 3 else None}


def _job(number: int) -> Json:
    """Return the job configuration of an item."""
    if number % 10 == 4:
        return {"command": "python /home/ma-user/run.py --lr 0.1", "engine": {"image_url": "swr.example.com/a/b:1"}}
    code = f"/algo-test/set-{number % 20}/code/"
    constraint: Json = {"type": "String", "editable": True, "required": False, "sensitive": False}
    parameters: list[Json] = [
        {
            "name": "learning_rate",
            "description": "",
            "i18n_description": None,
            "value": "0.01",
            "constraint": {**constraint, "valid_type": "None", "valid_range": []},
        },
        {
            "name": "epochs",
            "description": "Durchläufe — 轮数",
            "i18n_description": {"language": "de", "description": "Anzahl der Durchläufe"},
            "value": "10",
            "constraint": {**constraint, "type": "Integer", "valid_type": "Range", "valid_range": ["1", "100"]},
        },
    ]
    remote: list[Json] = [
        {
            "data_type": "dataset",
            "attributes": [{"data_format": "Default", "data_segmentation": "segmented", "dataset_type": "0"}],
        }
    ]
    return {
        "code_dir": code,
        "boot_file": code + ("train.py" if number % 2 else "src/train.py"),
        "command": "",
        "parameters": parameters if number % 4 == 1 else parameters[: number % 2],
        "parameters_customization": number % 2 == 0,
        "inputs": [{"name": "data_url", "description": "", "remote_constraints": remote if number % 4 == 1 else None}],
        "outputs": [{"name": "train_url", "description": "where the model goes"}],
        "engine": {"engine_id": f"pytorch-{number % 6}", "engine_name": "PyTorch", "engine_version": "PyTorch-1.3.0"}
        | ({"image_url": None} if number % 7 == 0 else {}),
        "code_tree": _tree(number),
    }


def _search() -> Json:
    """Return a policy of hyperparameter search."""
    return {
        "skip_search_params": "",
        "reward_attrs": [{"name": "accuracy", "mode": "max", "regex": "a=([0-9.]+)"}, {"name": "loss", "mode": "min"}],
        "search_params": [
            {"name": "lr", "param_type": "continuous", "lower_bound": "0.001", "upper_bound": "0.1"}
            | {"discrete_points_num": "", "discrete_values": ""},
            {"name": "batch", "param_type": "discrete", "discrete_values": "16,32,64"},
        ],
        "algo_configs": [
            {"name": "bayes_opt_search", "params": [{"key": "num_samples", "value": "20", "type": "Integer"}]}
        ],
    }


def _item(number: int) -> Json:
    """Return an item of the seed."""
    digest = hashlib.sha256(f"item {number}".encode()).hexdigest()
    metadata: Json = {
        "id": f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}",
        "name": _name(number),
        "description": (None, "", f"Trains a {_WORDS[number * 5 % 12]} model", "é" * 256)[number % 4],
        "create_time": 1636600721742 + (number * 37 % 45) * 7_200_000,
        "workspace_id": ("0", "1", "10", "0")[number % 4],
        "ai_project": "default-ai-project",
        "user_name": ("", "mila", "Ärne")[number % 3],
        "domain_id": "0a" * 16,
        "source": "custom" if number % 5 else "market",
        "api_version": "v2" if number % 2 else "",
        "is_valid": number % 9 != 0,
        "state": "",
        "size": (0, 9, 80, 700, 4791, 100_000, 2**40)[number % 7],
        "tags": [{"team": "a"}, {"cost-centre": "12"}] if number % 6 == 5 else None,
        "attr_list": ["gpu", ""] if number % 6 == 4 else None,
        "version_num": number * 7 % 13,
        "update_time": 0 if number % 4 == 0 else 1636700000000 + number * 53 % 30 * 3_600_000,
    }
    requirements: list[Json] = [
        {"key": "flavor_type", "value": ["CPU", "GPU"][number % 3 // 2 :], "operator": "in"},
        {"key": "device_distributed_mode", "value": ["multiple", "singular"], "operator": "in"},
        {"key": "host_distributed_mode", "value": ["singular"], "operator": "in"},
    ]
    item: Json = {"metadata": metadata, "job_config": _job(number)}
    if number % 4 == 1:
        item["resource_requirements"] = requirements
        item["advanced_config"] = {"auto_search": _search()}
    elif number % 4 == 2:
        item["resource_requirements"] = requirements[:1]
        item["advanced_config"] = {"auto_search": None}
    elif number % 4 == 3:
        item["resource_requirements"] = None
        item["advanced_config"] = {}
    return item


def seed() -> list[Json]:
    """Return the 137 algorithms."""
    return [_item(number) for number in range(137)]


def application(defects: frozenset[str] = frozenset(), variant: str = "") -> ASGIApp:
    """Return a new server with its own state; without defects and variant it is a plain correct one."""
    check_defects("modelarts", defects)
    check_variant("modelarts", variant)
    server = ModelArts(defects, variant)
    return wire.serve(server.handle, server.style)


app = application(*wire.chosen("modelarts"))
