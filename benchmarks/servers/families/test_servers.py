"""Tests: the plain servers do what the contract says, and each defect and variant shows in its probe."""

from __future__ import annotations

import asyncio
import collections
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

# isort: split
import modelarts
import opensearch
import pai
from client import Answer, Observer, Step, send
from defects import DEFECTS, Defect
from probes import APP, PLUGIN, PROBES, READ_ONLY, SEEDED, STUDIO, Steps
from variants import VARIANTS, Variant
from wire import ASGIApp

Factory = Callable[[frozenset[str], str], ASGIApp]
FACTORIES: dict[str, Factory] = {
    "pai": pai.application,
    "modelarts": modelarts.application,
    "opensearch": opensearch.application,
}
SERVED = {
    "pai": (f"{STUDIO}/algorithms/{SEEDED}", f"{STUDIO}/ListAlgorithms", f"{PLUGIN}/ListAlgorithms"),
    "modelarts": ("/v2/p/algorithms", "/v2/p/algorithms?limit=2&offset=3&sort_by=name&order=asc"),
    "opensearch": (f"{APP}/functions/rank/resources", f"{APP}/algorithms/281", f"{APP}/models/363", f"{APP}/models"),
}
UNSEEN = {"pai-chunked", "modelarts-chunked", "modelarts-members-reversed", "opensearch-one-piece"}


def observed(app: ASGIApp, steps: Steps) -> list[Any]:
    """Return what the steps show of an application."""
    return asyncio.run(Observer(app).run(steps))


def plain(family: str) -> ASGIApp:
    """Return a new server without defects."""
    return FACTORIES[family](frozenset(), "")


class Talk:
    """A talk with one server, request by request."""

    def __init__(self, app: ASGIApp, base: str = "", authorization: str | None = "Bearer sk-xxxxxx") -> None:
        """Talk to the application below the base path."""
        self.app = app
        self.base = base
        self.authorization = authorization

    def __call__(self, method: str, target: str, body: Any = None, **more: Any) -> Answer:
        """Send a request."""
        more.setdefault("authorization", self.authorization)
        return asyncio.run(send(self.app, Step(method, self.base + target, body, **more)))

    def create(self, **fields: Any) -> str:
        """Create an algorithm and return its id, ready for a path."""
        answer = self("POST", "/CreateAlgorithm", fields)
        assert answer.status // 100 == 2, answer.body
        return quote(answer.json["AlgorithmId"], safe="")


@pytest.fixture
def studio() -> Talk:
    """Return a talk with a new PAI server."""
    return Talk(plain("pai"), STUDIO)


@pytest.fixture
def items() -> Talk:
    """Return a talk with a new ModelArts server."""
    return Talk(plain("modelarts"), "/v2/p/algorithms", None)


@pytest.fixture
def search() -> Talk:
    """Return a talk with a new OpenSearch server."""
    return Talk(plain("opensearch"), APP)


# Defects and variants


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_each_defect_shows(defect: Defect) -> None:
    """The probe of a defect sees something else than on the plain server, where it always sees the same."""
    steps = PROBES[defect.name]
    right = observed(plain(defect.family), steps)
    assert right == observed(plain(defect.family), steps)
    assert right != observed(FACTORIES[defect.family](frozenset({defect.name}), ""), steps)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_each_defect_leaves_the_rest(defect: Defect) -> None:
    """A server with a defect still serves what is asked for most."""
    app = FACTORIES[defect.family](frozenset({defect.name}), "")
    for target in SERVED[defect.family]:
        answer = asyncio.run(send(app, Step("GET", target)))
        assert answer.status == 200
        assert answer.json


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_each_variant_shows(variant: Variant) -> None:
    """The probe of a variant sees something else than on the plain server, unless JSON and HTTP hide it."""
    factory = FACTORIES[variant.family]
    if variant.name in UNSEEN:
        probe = Step("GET", SERVED[variant.family][0 if variant.family != "pai" else 1])
        right = asyncio.run(send(plain(variant.family), probe))
        other = asyncio.run(send(factory(frozenset(), variant.name), probe))
        assert (right.body, right.pieces) != (other.body, other.pieces)
        assert ("content-length" in other.headers) == (other.pieces == 1)
        assert observed(plain(variant.family), (probe,)) == observed(factory(frozenset(), variant.name), (probe,))
        return
    steps = PROBES[variant.name]
    assert observed(plain(variant.family), steps) != observed(factory(frozenset(), variant.name), steps)


def test_names_are_known_and_unique() -> None:
    """Each name stands once, in its family, with a probe; another one is refused."""
    named: tuple[Defect | Variant, ...] = (*DEFECTS, *VARIANTS)
    names = [one.name for one in named]
    assert len(names) == len(set(names))
    assert set(PROBES) == set(names) - UNSEEN
    assert all(one.name.startswith(f"{one.family}-") for one in named)
    assert {defect.source for defect in DEFECTS} == {"documented", "example", "inferred", "sdk", "standard"}
    for factory in FACTORIES.values():
        with pytest.raises(ValueError, match="no defects"):
            factory(frozenset({"no-such"}), "")
        with pytest.raises(ValueError, match="no variant"):
            factory(frozenset(), "no-such")


def test_most_defects_break_what_is_written() -> None:
    """At least 120 defects, and seven of ten go against a documented fact or an example."""
    levels = collections.Counter(defect.source for defect in DEFECTS)
    assert len(DEFECTS) >= 120
    assert levels["documented"] + levels["example"] >= 0.7 * len(DEFECTS)


# What every variant keeps


@pytest.mark.parametrize("name", ["", *(one.name for one in VARIANTS if one.family == "pai")])
def test_pai_core(name: str) -> None:
    """Every right PAI server keeps what is documented of an algorithm's life."""
    talk = Talk(pai.application(variant=name), STUDIO)
    sent = {"WorkspaceId": "77", "AlgorithmName": "größe", "DisplayName": "", "AlgorithmDescription": "a\n🚀"}
    key = talk.create(**sent)
    other = talk.create(**{**sent, "WorkspaceId": "78"})
    shown = talk("GET", f"/algorithms/{key}").json
    assert {field: shown[field] for field in sent} == sent
    assert talk("POST", "/CreateAlgorithm", sent).status in (400, 409)
    assert talk("PUT", f"/algorithms/{key}", {"DisplayName": "new"}).status == 200
    named = talk("PUT", f"/algorithms/{key}", {"DisplayName": "new", "AlgorithmName": "x"})
    assert named.status in (200, 400)
    listed = talk("GET", "/ListAlgorithms?WorkspaceId=77").json
    assert [one["AlgorithmName"] for one in listed["Algorithms"]] == ["größe"]
    assert listed["Algorithms"][0]["DisplayName"] == "new"
    assert listed["TotalCount"] == 1
    found = [
        one["AlgorithmId"]
        for page in (1, 2, 3)
        for one in talk("GET", f"/ListAlgorithms?PageSize=10&PageNumber={page}").json["Algorithms"]
    ]
    assert len(found) == len(set(found)) == 27
    assert talk("GET", f"/algorithms/{key}", authorization=None).status == 401
    assert talk("DELETE", f"/algorithms/{key}").status == 200
    assert talk("GET", f"/algorithms/{key}").status == 404
    assert talk("GET", f"/algorithms/{other}").status == 200
    gone = talk("GET", "/ListAlgorithms?WorkspaceId=77")
    assert gone.status == 404 or gone.json["Algorithms"] == []


@pytest.mark.parametrize("name", ["", *(one.name for one in VARIANTS if one.family == "modelarts")])
def test_modelarts_core(name: str) -> None:
    """Every right ModelArts server keeps what is documented of the list."""
    talk = Talk(modelarts.application(variant=name), "/v2/p/algorithms", None)
    token = {"headers": {"x-auth-token": "t"}}
    found = []
    for offset in (0, 50, 100):
        body = talk("GET", f"?limit=50&offset={offset}", **token).json
        assert (body["limit"], body["offset"], body["order"], body["group_by"]) == (50, offset, "desc", "")
        assert len(body["items"]) <= body["count"] <= body["total"]
        found += [item["metadata"]["id"] for item in body["items"]]
    assert len(found) == len(set(found)) == 137
    for query in ("limit=0", "limit=51", "limit=x", "offset=-1", "order=up"):
        assert talk("GET", f"?{query}", **token).status == 400
    hit = talk("GET", "?limit=1&searches=name%3AModelArtsalgorithm", **token).json
    assert [item["metadata"]["name"] for item in hit["items"]] == ["TestModelArtsalgorithm"]


@pytest.mark.parametrize("name", ["", *(one.name for one in VARIANTS if one.family == "opensearch")])
def test_opensearch_core(name: str) -> None:
    """Every right OpenSearch server keeps what is documented of resources, models and algorithms."""
    talk = Talk(opensearch.application(variant=name), APP)
    found = []
    for page in (1, 2, 3):
        body = talk("GET", f"/functions/rank/resources?pageNumber={page}").json
        assert (body["Status"], body["HttpCode"], body["TotalCount"]) == ("OK", 200, 27)
        assert not body.get("Code")
        found += [one["ResourceName"] for one in body["Result"]]
    assert len(found) == len(set(found)) == 27
    refused = talk("GET", "/functions/rank/resources?resourceType=model")
    assert refused.status == refused.json["HttpCode"] != 200
    assert refused.json["Code"]
    assert talk("GET", "/models", authorization=None).status in (401, 403)
    assert str(talk("GET", "/algorithms/281").json["id"]) == "281"
    assert talk("GET", "/models/363").json["algorithmType"] == "POP"


# PAI


@pytest.mark.parametrize(
    "authorization",
    [
        *(None, "", "Bearer", "Bearer ", "sk-xxxxxx", "Basic sk-xxxxxx", "Bearer other", "Bearer sk-", "Bearer sk-a b"),
        *("Bearer sk-wrong-1", "Bearer sk-revoked"),
    ],
)
def test_pai_refuses_bad_keys(studio: Talk, authorization: str | None) -> None:
    """A missing, malformed or wrong key is answered with 401 on every operation but the plugin's list."""
    requests: list[tuple[str, str, Any]] = [
        ("POST", "/CreateAlgorithm", {}),
        ("GET", "/ListAlgorithms", None),
        ("GET", f"/algorithms/{SEEDED}", None),
        ("PUT", f"/algorithms/{SEEDED}", {}),
        ("DELETE", f"/algorithms/{SEEDED}", None),
        ("POST", "/CreateAlgorithmVersion", {}),
        ("GET", f"/ListAlgorithmVersions?AlgorithmId={SEEDED}", None),
        ("GET", "/GetAlgorithmVersion", None),
        ("PUT", "/UpdateAlgorithmVersion", {}),
        ("DELETE", "/DeleteAlgorithmVersion", None),
    ]
    for method, target, body in requests:
        answer = studio(method, target, body, authorization=authorization)
        assert answer.status == 401
        assert set(answer.json) == {"RequestId", "Code", "Message"}


def test_pai_keys(studio: Talk) -> None:
    """Any key serves, the plugin's list needs none, and a key may lack the permission to write."""
    assert studio("GET", f"/algorithms/{SEEDED}", authorization="bearer sk-another_1").status == 200
    plugin = Talk(studio.app, PLUGIN, None)
    assert plugin("GET", "/ListAlgorithms").json["TotalCount"] == 25
    assert studio("GET", f"/algorithms/{SEEDED}", authorization=READ_ONLY).status == 200
    assert studio("POST", "/CreateAlgorithm", {}, authorization=READ_ONLY).status == 403
    assert studio("DELETE", f"/algorithms/{SEEDED}", authorization=READ_ONLY).status == 403


def test_pai_seed(studio: Talk) -> None:
    """The examples of the source find what they name."""
    shown = studio("GET", f"/algorithms/{SEEDED}").json
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", shown["GmtCreateTime"])
    version = studio("GET", f"/GetAlgorithmVersion?AlgorithmId={SEEDED}&AlgorithmVersion=v0.0.1").json
    assert version["AlgorithmName"] == shown["AlgorithmName"]
    assert version["AlgorithmSpec"]["HyperParameters"][0]["Name"] == "lr"
    listed = studio("GET", "/ListAlgorithmVersions?AlgorithmId=algo-sidjc8134hv&PageSize=10&PageNumber=1").json
    assert [one["AlgorithmVersion"] for one in listed["AlgorithmVersions"]] == ["v0.0.3", "v0.0.2", "v0.0.1"]
    assert listed["TotalCount"] == 3
    example = {"WorkspaceId": "12345", "AlgorithmName": "llm_training", "DisplayName": "Large Language Model Training"}
    assert studio("POST", "/CreateAlgorithm", example).status == 200


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", "/CreateAlgorithm", {"AlgorithmName": None}),
        ("POST", "/CreateAlgorithm", {"WorkspaceId": 5}),
        ("POST", "/CreateAlgorithm", []),
        ("POST", "/CreateAlgorithm", b""),
        ("POST", "/CreateAlgorithm", b"{"),
        ("POST", "/CreateAlgorithm", b'{"DisplayName": NaN}'),
        ("POST", "/CreateAlgorithm", b'{"DisplayName": "\xff"}'),
        ("POST", "/CreateAlgorithm", b"[" * 100_000),
        ("PUT", f"/algorithms/{SEEDED}", {"DisplayName": {}}),
        ("POST", "/CreateAlgorithmVersion", {"AlgorithmId": SEEDED}),
        ("POST", "/CreateAlgorithmVersion", {"AlgorithmVersion": "v1"}),
        ("POST", "/CreateAlgorithmVersion", {"AlgorithmId": SEEDED, "AlgorithmVersion": ""}),
        ("POST", "/CreateAlgorithmVersion", {"AlgorithmId": SEEDED, "AlgorithmVersion": "v0.0.1"}),
        ("POST", "/CreateAlgorithmVersion", {"AlgorithmId": SEEDED, "AlgorithmVersion": "n", "AlgorithmSpec": "{}"}),
        ("PUT", "/UpdateAlgorithmVersion", {"AlgorithmId": SEEDED, "AlgorithmVersion": "v0.0.1", "AlgorithmSpec": 5}),
        ("GET", "/GetAlgorithmVersion?AlgorithmVersion=v0.0.1", None),
        ("GET", f"/GetAlgorithmVersion?AlgorithmId={SEEDED}", None),
        ("GET", "/ListAlgorithmVersions", None),
        ("DELETE", f"/DeleteAlgorithmVersion?AlgorithmId={SEEDED}", None),
        ("GET", "/ListAlgorithms?PageSize=0", None),
        ("GET", "/ListAlgorithms?PageSize=2147483648", None),
        ("GET", "/ListAlgorithms?PageNumber=-1", None),
        ("GET", "/ListAlgorithms?PageNumber=1.0", None),
        ("GET", "/ListAlgorithms?PageNumber=", None),
    ],
)
def test_pai_refuses_with_400(studio: Talk, method: str, target: str, body: Any) -> None:
    """A wrong type, a missing field or a value out of range is answered with 400."""
    answer = studio(method, target, body)
    assert answer.status == 400
    assert answer.json["RequestId"]


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", "/algorithms/none", None),
        ("PUT", "/algorithms/none", {}),
        ("DELETE", "/algorithms/none", None),
        ("POST", "/CreateAlgorithmVersion", {"AlgorithmId": "none", "AlgorithmVersion": "v1"}),
        ("GET", "/ListAlgorithmVersions?AlgorithmId=none", None),
        ("GET", f"/GetAlgorithmVersion?AlgorithmId={SEEDED}&AlgorithmVersion=none", None),
        ("PUT", "/UpdateAlgorithmVersion", {"AlgorithmId": SEEDED, "AlgorithmVersion": "none"}),
        ("DELETE", f"/DeleteAlgorithmVersion?AlgorithmId={SEEDED}&AlgorithmVersion=none", None),
    ],
)
def test_pai_unknown_is_404(studio: Talk, method: str, target: str, body: Any) -> None:
    """An unknown algorithm or version is answered with 404."""
    assert studio(method, target, body).status == 404


def test_pai_other_methods(studio: Talk) -> None:
    """Another method on a known path is answered with 405 and what is allowed."""
    answer = studio("PATCH", f"/algorithms/{SEEDED}", {})
    assert (answer.status, answer.headers["allow"]) == (405, "DELETE, GET, PUT")
    assert studio("GET", "/CreateAlgorithm").status == 405


def test_pai_absent_fields_stay_absent(studio: Talk) -> None:
    """An algorithm without any field is one, and so is a second."""
    key = studio.create()
    assert studio.create() != key
    assert set(studio("GET", f"/algorithms/{key}").json) == {
        *("RequestId", "AlgorithmId", "AlgorithmProvider", "GmtCreateTime", "GmtModifiedTime")
    }


def test_pai_names(studio: Talk) -> None:
    """A name is unique within its workspace, an empty one too, and free again after the deletion."""
    key = studio.create(WorkspaceId="w", AlgorithmName="")
    assert studio("POST", "/CreateAlgorithm", {"WorkspaceId": "w", "AlgorithmName": ""}).status == 400
    assert studio("DELETE", f"/algorithms/{key}").status == 200
    studio.create(WorkspaceId="w", AlgorithmName="")
    studio.create(WorkspaceId="w", AlgorithmName="A")
    studio.create(WorkspaceId="w", AlgorithmName="a")


def test_pai_update(studio: Talk) -> None:
    """An update leaves the other field as it was; a refused one changes nothing."""
    key = studio.create(AlgorithmName="n", DisplayName="d", AlgorithmDescription="x")
    assert studio("PUT", f"/algorithms/{key}", {"AlgorithmDescription": ""}).status == 200
    assert studio("PUT", f"/algorithms/{key}", {"DisplayName": "e", "AlgorithmDescription": 1}).status == 400
    assert studio("PUT", f"/algorithms/{key}", {"AlgorithmName": "m", "AlgorithmId": "i"}).status == 200
    shown = studio("GET", f"/algorithms/{key}").json
    assert (shown["AlgorithmName"], shown["DisplayName"], shown["AlgorithmDescription"]) == ("n", "d", "")


def test_pai_filters(studio: Talk) -> None:
    """The filters hold by equality, together."""
    for query, total in {
        "": 25,
        "WorkspaceId=100": 10,
        "WorkspaceId=2048&AlgorithmProvider=pai": 3,
        "AlgorithmName=llm_tuning": 2,
        "AlgorithmName=llm": 0,
        f"AlgorithmId={SEEDED}": 1,
        "WorkspaceId=none": 0,
        "PageNumber=99": 25,
    }.items():
        body = studio("GET", f"/ListAlgorithms?{query}").json
        assert body["TotalCount"] == total
        assert len(body["Algorithms"]) == (0 if "99" in query else min(total, 10))


def test_pai_versions(studio: Talk) -> None:
    """A version is read back as sent, changes alone, and goes alone or with its algorithm."""
    key = studio.create(AlgorithmName="n")
    spec = {"HyperParameters": [{"Name": "a", "Type": "Float", "DefaultValue": 1.5}], "More": {"é": [None, 2**70]}}
    for version in ("v1", "é/2 %"):
        body = {"AlgorithmId": key, "AlgorithmVersion": version, "AlgorithmSpec": spec}
        created = studio("POST", "/CreateAlgorithmVersion", body).json
        assert (created["AlgorithmId"], created["AlgorithmVersion"]) == (key, version)
    second = f"AlgorithmId={key}&AlgorithmVersion={quote('é/2 %', safe='')}"
    assert studio("GET", f"/GetAlgorithmVersion?{second}").json["AlgorithmSpec"] == spec
    change = {"AlgorithmId": key, "AlgorithmVersion": "v1", "AlgorithmSpec": {}}
    assert studio("PUT", "/UpdateAlgorithmVersion", change).status == 200
    assert studio("GET", f"/GetAlgorithmVersion?AlgorithmId={key}&AlgorithmVersion=v1").json["AlgorithmSpec"] == {}
    assert studio("GET", f"/GetAlgorithmVersion?{second}").json["AlgorithmSpec"] == spec
    assert studio("DELETE", f"/DeleteAlgorithmVersion?AlgorithmId={key}&AlgorithmVersion=v1").status == 200
    listed = studio("GET", f"/ListAlgorithmVersions?AlgorithmId={key}").json
    assert [one["AlgorithmVersion"] for one in listed["AlgorithmVersions"]] == ["é/2 %"]
    assert studio("DELETE", f"/algorithms/{key}").status == 200
    assert studio("GET", f"/GetAlgorithmVersion?{second}").status == 404
    assert studio("GET", f"/ListAlgorithmVersions?AlgorithmId={key}").status == 404


def test_pai_size(studio: Talk) -> None:
    """The largest algorithm that is served answers GetAlgorithm with 8,192 bytes; one byte more is refused."""
    key = studio.create(AlgorithmDescription="")
    spare = 8192 - len(studio("GET", f"/algorithms/{key}").body)
    assert studio("PUT", f"/algorithms/{key}", {"AlgorithmDescription": "x" * spare}).status == 200
    assert len(studio("GET", f"/algorithms/{key}").body) == 8192
    assert studio("PUT", f"/algorithms/{key}", {"AlgorithmDescription": "x" * (spare + 1)}).status == 400
    assert studio("POST", "/CreateAlgorithm", {"AlgorithmDescription": "é" * 4200}).status == 400
    assert len(studio("GET", f"/algorithms/{key}").body) == 8192


def test_pai_odd_text(studio: Talk) -> None:
    """A lone surrogate is kept as it was sent."""
    answer = studio("POST", "/CreateAlgorithm", b'{"DisplayName": "\\ud800"}')
    assert studio("GET", f"/algorithms/{answer.json['AlgorithmId']}").json["DisplayName"] == "\ud800"


def test_pai_request_ids(studio: Talk) -> None:
    """Every request id is new."""
    found = [studio("GET", target).json["RequestId"] for target in ("/algorithms/none", f"/algorithms/{SEEDED}") * 15]
    assert len(set(found)) == 30


# ModelArts


def _all(talk: Talk, query: str) -> list[dict[str, Any]]:
    """Return the metadata of all items, in pages of 17."""
    pages = [talk("GET", f"?limit=17&offset={offset}&{query}").json["items"] for offset in range(0, 137, 17)]
    return [item["metadata"] for page in pages for item in page]


@pytest.mark.parametrize("key", sorted(modelarts.SORT_KEYS))
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_modelarts_sorts(items: Talk, key: str, order: str) -> None:
    """Every scalar field sorts, and the pages hold each item once."""
    found = _all(items, f"sort_by={key}&order={order}")
    assert len({one["id"] for one in found}) == 137
    values = [(one[key] is not None, one[key] or (0 if isinstance(one[key], int) else "")) for one in found]
    assert values == sorted(values, reverse=order == "desc")


def test_modelarts_answers(items: Talk) -> None:
    """The parameters come back as applied, an unknown key leaves the default, and nothing is past the end."""
    body = items("GET", "", authorization="nonsense").json
    assert (body["limit"], body["offset"], body["sort_by"], body["order"]) == (50, 0, "create_time", "desc")
    times = [item["metadata"]["create_time"] for item in body["items"]]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) < len(times)
    other = items("GET", "?sort_by=colour&group_by=user_name&more=1").json
    assert (other["sort_by"], other["group_by"], other["items"]) == ("create_time", "user_name", body["items"])
    assert items("GET", "?offset=137").json["items"] == []
    assert items("GET", "?offset=2147483647&limit=1").json["total"] == 137


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=51", "limit=-1", "limit=", "limit=1.0", "offset=-1", "offset=x", "order=DESC", "order="),
        *("offset=2147483648", "limit=%EF%BC%95"),
    ],
)
def test_modelarts_refuses_with_400(items: Talk, query: str) -> None:
    """A parameter out of range or of the wrong type is answered with 400."""
    answer = items("GET", f"?{query}")
    assert answer.status == 400
    assert set(answer.json) == {"error_code", "error_msg"}


def test_modelarts_searches(items: Talk) -> None:
    """A search finds what names contain, in any case; a workspace filters by equality."""
    for query, contained in {"name:el-1": "el-1", "EL-1": "el-1", "name%3Ayolo_V5": "yolo_v5", "name:": ""}.items():
        body = items("GET", f"?searches={query}").json
        names = [one["name"] for one in _all(items, f"searches={query}")]
        assert names
        assert all(contained in name.lower() for name in names)
        assert body["count"] == len(names)
    assert items("GET", "?searches=name:a.c").json["count"] == 0
    assert {one["workspace_id"] for one in _all(items, "workspace_id=1")} == {"1"}
    assert items("GET", "?workspace_id=").json["items"] == []


def test_modelarts_items(items: Talk) -> None:
    """Items keep what the tables and the example say of their members."""
    for page in (0, 50, 100):
        for item in items("GET", f"?offset={page}").json["items"]:
            metadata = item["metadata"]
            assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", metadata["name"])
            assert len(metadata["description"] or "") <= 256
            assert isinstance(metadata["is_valid"], bool)
            job = item["job_config"]
            assert ("code_dir" in job) == ("boot_file" in job)
            assert job.get("boot_file", "").startswith(job.get("code_dir", ""))
            values = {"flavor_type": {"CPU", "GPU"}}
            for one in item.get("resource_requirements") or []:
                assert set(one["value"]) <= values.get(one["key"], {"multiple", "singular"})
                assert one["operator"] == "in"


def test_modelarts_other_paths(items: Talk) -> None:
    """Other methods and paths aren't served."""
    assert items("POST", "", {}).status == 405
    other = Talk(items.app, "/v2", None)
    for target in ("/p", "//algorithms", "/p/algorithms/1", "/p/algorithms/"):
        assert other("GET", target).status == 404


# OpenSearch


@pytest.mark.parametrize("authorization", [None, "Bearer", "sk-1", "Bearer key", "Bearer sk-wrong", "Basic sk-1"])
def test_opensearch_refuses_bad_keys(search: Talk, authorization: str | None) -> None:
    """A missing, malformed or wrong key is answered with 401."""
    for target in ("/functions/rank/resources", "/algorithms/281", "/models/363", "/models"):
        answer = search("GET", target, authorization=authorization)
        assert answer.status == answer.json["HttpCode"] == 401
        assert set(answer.json) == {"Status", "HttpCode", "RequestId", "Code", "Message"}


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/functions/ra-nk/resources", 400, "Resource.InvalidResourceName"),
        ("/functions/r%20k/resources", 400, "Resource.InvalidResourceName"),
        ("/functions/none/resources", 404, "Function.NotFound"),
        ("/functions/rank/resources?resourceType=", 400, "Parameter.Invalid"),
        ("/functions/rank/resources?output=normal", 400, "Parameter.Invalid"),
        ("/functions/rank/resources?pageSize=0", 400, "Parameter.Invalid"),
        ("/functions/rank/resources?pageNumber=x", 400, "Parameter.Invalid"),
        ("/algorithms/7", 404, "Algorithm.NotFound"),
        ("/algorithms/x", 400, "Parameter.Invalid"),
        ("/algorithms/9223372036854775808", 400, "Parameter.Invalid"),
        ("/models/901", 404, "Model.NotFound"),
        ("/models?modelId=x", 400, "Parameter.Invalid"),
        ("/models?projectId=1.5", 400, "Parameter.Invalid"),
        ("/models?progress=half", 400, "Parameter.Invalid"),
        ("/models?status=in_service", 400, "Parameter.Invalid"),
        ("/models?algorithmType=cp", 400, "Parameter.Invalid"),
    ],
)
def test_opensearch_refuses(search: Talk, target: str, status: int, code: str) -> None:
    """A value outside its type, range or enum is answered with 400, what isn't known with 404."""
    answer = search("GET", target)
    assert (answer.status, answer.json["HttpCode"], answer.json["Code"]) == (status, status, code)
    assert answer.json["Status"] == "FAIL"


def test_opensearch_unknown_application(search: Talk) -> None:
    """An unknown application is answered with 404 everywhere."""
    other = Talk(search.app, "/v4/openapi/app-groups/none")
    for target in ("/functions/rank/resources", "/algorithms/281", "/models/363", "/models"):
        assert other("GET", target).status == 404
    assert search("POST", "/models").status == 405


def test_opensearch_resources(search: Talk) -> None:
    """Resources are filtered by their type and paged, application by application."""
    for query, total, length in (
        ("", 27, 10),
        ("pageSize=100", 27, 27),
        ("pageNumber=3&output=detail", 27, 7),
        ("pageNumber=4", 27, 0),
        ("resourceType=raw_file", 9, 9),
        ("resourceType=feature_generator&pageSize=7&pageNumber=3", 18, 4),
    ):
        body = search("GET", f"/functions/rank/resources?{query}").json
        assert (body["TotalCount"], len(body["Result"])) == (total, length)
        assert all(re.fullmatch(r"\w+", one["ResourceName"], re.ASCII) for one in body["Result"])
    assert search("GET", "/functions/unused/resources").json["Result"] == []
    other = Talk(search.app, "/v4/openapi/app-groups/shop.eu-2")
    assert other("GET", "/functions/rank/resources").json["TotalCount"] == 5


def test_opensearch_models(search: Talk) -> None:
    """The filters of the models hold by equality, together; the ids are exact."""
    for query, identities in {
        "": [363, 364, 365, 366, 367, 9007199254740995, 368],
        "modelName=category": [365],
        "modelId=9007199254740995": [9007199254740995],
        "progress=100&algorithmType=POP": [363, 9007199254740995],
        "progress=101": [],
        "progress=-1": [],
        "status=REINDEXING": [367],
        "projectId=9007199254740993": [366],
        "modelId=901": [],
        f"modelName={quote('kategorie größe')}": [367],
    }.items():
        body = search("GET", f"/models?{query}").json
        assert [one["modelId"] for one in body["result"]] == identities
        assert body["totalCount"] == len(identities)
    assert search("GET", "/algorithms/290").json["models"] == []
    assert search("GET", "/models/363").json == search("GET", "/models?modelId=363").json["result"][0]


# Anything


def test_nothing_is_answered_with_500() -> None:
    """Whatever is sent, the plain servers answer it with what it deserves."""
    chance = random.Random(7)
    odd = [
        "",
        "0",
        "-1",
        "9" * 30,
        "9" * 5000,
        "1e3",
        "é",
        "%00",
        "%",
        "%FF",
        "a/b",
        "..",
        "null",
        "name:",
        "desc",
        "+",
        " ",
    ]
    paths = {
        "pai": [step.target.partition("?")[0] for name, steps in PROBES.items() if name[:3] == "pai" for step in steps],
        "modelarts": ["/v2/p/algorithms", "/v2/%FF/algorithms", "/v2", "/", ""],
        "opensearch": [f"{APP}/{rest}" for rest in ("models", "models/1", "models/é", "functions/%00/resources", "x")],
    }
    names = ["PageSize", "PageNumber", "AlgorithmId", "AlgorithmVersion", "WorkspaceId", "limit", "offset", "sort_by"]
    names += ["order", "searches", "workspace_id", "pageSize", "resourceType", "modelId", "progress", "status", "é", ""]
    bodies: list[Any] = [None, {}, [], 5, "x", b"\x00", b'{"AlgorithmName": 1e999}', b"9" * 5000, {"DisplayName": "\0"}]
    bodies += [
        {"AlgorithmId": SEEDED, "AlgorithmVersion": "v0.0.1", "AlgorithmSpec": odd_spec} for odd_spec in _ODD_SPECS
    ]
    for family, targets in paths.items():
        app = plain(family)
        for _ in range(400):
            query = "&".join(f"{chance.choice(names)}={chance.choice(odd)}" for _ in range(chance.randrange(4)))
            method = chance.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
            step = Step(method, f"{chance.choice(targets)}?{query}", chance.choice(bodies))
            answer = asyncio.run(send(app, step))
            assert answer.status < 500
            assert isinstance(answer.json, dict)


_ODD_SPECS: list[Any] = [
    {"HyperParameters": None},
    {"HyperParameters": [None]},
    {"HyperParameters": [{"Name": "a", "Type": "b", "Range": [], "DefaultValue": {}}]},
    {"InputChannels": {}},
    {"OutputChannels": [{"Name": 5}]},
    {"Image": 5},
    {"SupportsDistributedTraining": "yes"},
    {"": {"": [[]]}},
]
