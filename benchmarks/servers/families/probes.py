"""The probes: for each defect and each variant the requests whose outcome differs from the plain server's."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import modelarts
import opensearch
from client import Step

Steps = tuple[Step, ...]

STUDIO = "/api/PaiStudio/2022-01-12"
PLUGIN = "/api/PaiPlugin/2022-01-12"
SEEDED = "algo-xsldfvu1334"
APP = "/v4/openapi/app-groups/my_app"
READ_ONLY = "Bearer sk-readonly-1"


def _create(workspace: str | None = "900", name: Any = "n", **more: Any) -> Step:
    body = {"AlgorithmName": name, **more}
    if workspace is not None:
        body["WorkspaceId"] = workspace
    return Step("POST", f"{STUDIO}/CreateAlgorithm", body)


def _get(key: str = "<0>", authorization: str | None = "Bearer sk-xxxxxx") -> Step:
    return Step("GET", f"{STUDIO}/algorithms/{key}", None, authorization)


def _update(key: str = "<0>", **fields: Any) -> Step:
    return Step("PUT", f"{STUDIO}/algorithms/{key}", fields)


def _delete(key: str = "<0>", authorization: str | None = "Bearer sk-xxxxxx") -> Step:
    return Step("DELETE", f"{STUDIO}/algorithms/{key}", None, authorization)


def _list(query: str = "PageSize=100") -> Step:
    return Step("GET", f"{STUDIO}/ListAlgorithms?{query}")


def _plugin(query: str = "PageSize=100", authorization: str | None = None) -> Step:
    return Step("GET", f"{PLUGIN}/ListAlgorithms?{query}", None, authorization)


def _version(version: Any = "v1", key: str = "<0>", **more: Any) -> Step:
    return Step("POST", f"{STUDIO}/CreateAlgorithmVersion", {"AlgorithmId": key, "AlgorithmVersion": version, **more})


def _get_version(version: str = "v1", key: str = "<0>") -> Step:
    return Step("GET", f"{STUDIO}/GetAlgorithmVersion?AlgorithmId={key}&AlgorithmVersion={version}")


def _update_version(version: str = "v1", key: str = "<0>", **more: Any) -> Step:
    return Step("PUT", f"{STUDIO}/UpdateAlgorithmVersion", {"AlgorithmId": key, "AlgorithmVersion": version, **more})


def _delete_version(version: str = "v1", key: str = "<0>") -> Step:
    return Step("DELETE", f"{STUDIO}/DeleteAlgorithmVersion?AlgorithmId={key}&AlgorithmVersion={version}")


def _versions(query: str = "AlgorithmId=<0>") -> Step:
    return Step("GET", f"{STUDIO}/ListAlgorithmVersions?{query}")


def _beside(first: Step, second: Step) -> Step:
    return Step(first.method, first.target, first.body, first.authorization, second)


def _pages(size: int, count: int) -> Steps:
    return tuple(_list(f"PageSize={size}&PageNumber={number}") for number in range(1, count + 1))


def _stored(**fields: Any) -> Steps:
    return (_create(**fields), _get())


def _spec(spec: Any) -> Steps:
    return (_create(), _version(AlgorithmSpec=spec), _get_version())


_MORE = {
    "HyperParameters": [
        {"Name": "z", "Type": "Int", "DefaultValue": 3, "Required": False, "Range": {"Enum": [1, 3]}},
        {"Name": "a", "Type": "String", "DefaultValue": "", "Required": True},
    ],
    "InputChannels": [{"Name": "train", "Properties": {"Kind": "oss"}}],
    "SupportedInstanceTypes": ["ecs.gn6e", "ecs.gn7"],
    "SupportsDistributedTraining": True,
    "X-Owner": {"Team": ["a", None]},
}
_LATE = tuple(_create("2048", f"late{number}") for number in range(3))

PAI: dict[str, Steps] = {
    "pai-rate-create-five": tuple(_create(name=f"n{number}") for number in range(9)),
    "pai-rate-reads-fifty": (_get(SEEDED),) * 90,
    "pai-success-as-text": (_get(SEEDED),),
    "pai-request-id-number": (_get(SEEDED),),
    "pai-request-id-missing-on-delete": (_create(), _delete()),
    "pai-request-id-repeated": (_get(SEEDED), _get(SEEDED)),
    "pai-request-id-twice-in-20": (_get(SEEDED),) * 25,
    "pai-error-html": (_get("none"),),
    "pai-error-without-request-id": (_get("none"),),
    "pai-error-request-id-null": (_versions(""),),
    "pai-missing-key-403": (_get(SEEDED, None),),
    "pai-forbidden-401": (_delete(SEEDED, READ_ONLY),),
    "pai-path-not-decoded": (_get("%61lgo%2Dxsldfvu1334"),),
    "pai-post-as-get": (Step("POST", f"{STUDIO}/algorithms/{SEEDED}", {}),),
    "pai-method-404": (Step("PATCH", f"{STUDIO}/algorithms/{SEEDED}", {}),),
    "pai-auth-any-scheme": (_get(SEEDED, "Basic sk-xxxxxx"), _get(SEEDED, "sk-xxxxxx")),
    "pai-auth-get-open": (_get(SEEDED, None),),
    "pai-auth-versions-open": (
        Step("GET", f"{STUDIO}/ListAlgorithmVersions?AlgorithmId={SEEDED}", None, None),
        Step("GET", f"{STUDIO}/ListAlgorithmVersions?AlgorithmId={SEEDED}", None, "Bearer sk-wrong-1"),
    ),
    "pai-auth-delete-open": (_create(), _delete(authorization=None), _get()),
    "pai-auth-wrong-key-served": (_get(SEEDED, "Bearer sk-wrong-1"), _get(SEEDED, "Bearer sk-revoked")),
    "pai-auth-empty-key-served": (_get(SEEDED, "Bearer"),),
    "pai-read-only-key-deletes": (_create(), _delete(authorization=READ_ONLY), _get()),
    "pai-read-only-key-updates-version": (
        Step(
            "PUT",
            f"{STUDIO}/UpdateAlgorithmVersion",
            {"AlgorithmId": SEEDED, "AlgorithmVersion": "v0.0.1", "AlgorithmSpec": {}},
            READ_ONLY,
        ),
        _get_version("v0.0.1", SEEDED),
    ),
    "pai-broken-json-served": (Step("POST", f"{STUDIO}/CreateAlgorithm", b'{"AlgorithmName": "x"'),),
    "pai-name-number-accepted": (_create(name=5),),
    "pai-display-name-list-accepted": (_create(DisplayName=["a"]),),
    "pai-workspace-number-accepted": (Step("POST", f"{STUDIO}/CreateAlgorithm", {"WorkspaceId": 5}),),
    "pai-version-number-accepted": (_create(), _version(1)),
    "pai-empty-version-accepted": (_create(), _version("")),
    "pai-missing-id-404": (_versions(""),),
    "pai-page-size-ignored": (_list("PageSize=3"),),
    "pai-plugin-page-size-ignored": (_plugin("PageSize=3"),),
    "pai-versions-page-number-ignored": (_versions(f"AlgorithmId={SEEDED}&PageSize=5&PageNumber=2"),),
    "pai-page-number-ignored": (_list("PageNumber=2"),),
    "pai-order-unstable": _pages(10, 3),
    "pai-page-overlaps": _pages(10, 3),
    "pai-page-skips": _pages(10, 3),
    "pai-past-end-last-page": (_list("PageNumber=9"),),
    "pai-page-size-over-100-refused": (_list("PageSize=101"),),
    "pai-page-size-capped": (_list("PageSize=24"), _list("PageSize=24&PageNumber=2")),
    "pai-page-one-more": (_list("PageSize=3"),),
    "pai-last-page-lost": _pages(10, 3),
    "pai-item-lost-in-20": (_list("PageSize=5"),) * 20,
    "pai-page-size-text-served": (_list("PageSize=ten"),),
    "pai-page-number-fraction-served": (_list("PageNumber=1.0"),),
    "pai-page-size-zero-served": (_list("PageSize=0"),),
    "pai-page-number-negative-served": (_list("PageNumber=-1"),),
    "pai-time-without-zone": (_get(SEEDED),),
    "pai-time-number": (_get(SEEDED),),
    "pai-provider-list": (_get(SEEDED),),
    "pai-size-in-characters": _stored(AlgorithmDescription="é" * 5000),
    "pai-no-size-limit": _stored(AlgorithmDescription="x" * 9000),
    "pai-size-limit-only-on-create": (_create(), _update(AlgorithmDescription="x" * 9000), _get()),
    "pai-name-of-deleted-kept": (_create(), _delete(), _create()),
    "pai-unique-across-workspaces": (_create("900"), _create("901")),
    "pai-unique-only-first-ten": (*_LATE, _LATE[1]),
    "pai-unique-ignores-empty": (_create(name=""), _create(name="")),
    "pai-duplicate-accepted": (_create(), _create()),
    "pai-duplicate-race": (_beside(_create(), _create()), _list("WorkspaceId=900")),
    "pai-id-shared-in-race": (_beside(_create(name="a"), _create(name="b")), _list("WorkspaceId=900")),
    "pai-create-lost-in-20": (*(_create(name=f"n{number}") for number in range(20)), _list("WorkspaceId=900")),
    "pai-create-without-id": (_create(),),
    "pai-create-id-null": (_create(),),
    "pai-description-lost": _stored(AlgorithmDescription="Trains."),
    "pai-display-name-trimmed": _stored(DisplayName="  two words "),
    "pai-unicode-lost": _stored(DisplayName="größer 词"),
    "pai-astral-lost": _stored(AlgorithmDescription="fast 🚀"),
    "pai-empty-text-lost": _stored(DisplayName=""),
    "pai-description-cut": _stored(AlgorithmDescription="x" * 3000),
    "pai-newlines-lost": _stored(AlgorithmDescription="one\ntwo\r\n"),
    "pai-name-lowercased": _stored(name="LLM"),
    "pai-display-name-defaults-to-name": _stored(DisplayName=""),
    "pai-html-escaped": _stored(AlgorithmDescription="a < b"),
    "pai-get-500-in-20": (_get(SEEDED),) * 20,
    "pai-deleted-readable": (_create(), _delete(), _get()),
    "pai-get-unknown-200": (_get("none"),),
    "pai-get-unknown-400": (_get("none"),),
    "pai-read-after-update-stale": (_create(), _update(DisplayName="new"), _get()),
    "pai-get-without-workspace": _stored(),
    "pai-get-without-id": _stored(),
    "pai-update-unknown-200": (_update("none", DisplayName="x"),),
    "pai-update-half-applied": (_create(), _update(DisplayName="x", AlgorithmDescription=5), _get()),
    "pai-update-wrong-type-500": (_create(), _update(DisplayName=5)),
    "pai-update-wrong-type-ignored": (_create(), _update(DisplayName=5)),
    "pai-update-description-ignored": (_create(), _update(AlgorithmDescription="x"), _get()),
    "pai-update-empty-ignored": (_create(DisplayName="x"), _update(DisplayName=""), _get()),
    "pai-update-changes-name": (_create(), _update(DisplayName="x", AlgorithmName="other"), _get()),
    "pai-update-changes-id": (_create(), _update(DisplayName="x", AlgorithmId="other"), _get()),
    "pai-update-changes-workspace": (_create(), _update(DisplayName="x", WorkspaceId="other"), _get()),
    "pai-update-clears-the-other": (
        _create(DisplayName="x", AlgorithmDescription="y"),
        _update(DisplayName="z"),
        _get(),
    ),
    "pai-update-lost-in-race": (
        _create(DisplayName="x", AlgorithmDescription="y"),
        _beside(_update(DisplayName="x2"), _update(AlgorithmDescription="y2")),
        _get(),
    ),
    "pai-update-touches-namesakes": (_create("900"), _create("901"), _update(DisplayName="x"), _get("<1>")),
    "pai-update-without-id": (_create(), _update(DisplayName="x")),
    "pai-delete-unknown-200": (_delete("none"),),
    "pai-delete-refused-with-versions": (_create(), _version(), _delete()),
    "pai-delete-takes-namesakes": (_create("900"), _create("901"), _delete(), _get("<1>")),
    "pai-deleted-listed": (_create(), _delete(), _list()),
    "pai-list-without-unscoped": (_create(None), _list()),
    "pai-total-of-page": (_list("PageSize=3"),),
    "pai-total-of-all": (_list("WorkspaceId=100"),),
    "pai-total-text": (_list(),),
    "pai-total-counts-deleted": (_create(), _delete(), _list()),
    "pai-total-capped": (_list(),),
    "pai-list-lags": (_create(), _list(), _list()),
    "pai-list-shows-old-names": (_create(DisplayName="x"), _update(DisplayName="y"), _list("WorkspaceId=900")),
    "pai-list-null-when-empty": (_list("AlgorithmName=none"),),
    "pai-plugin-without-total": (_plugin(),),
    "pai-list-key-lower": (_list(),),
    "pai-filter-name-prefix": (_list("AlgorithmName=l"),),
    "pai-filter-name-ignores-case": (_list("AlgorithmName=ranker"),),
    "pai-filter-provider-ignored": (_list("AlgorithmProvider=pai"),),
    "pai-filter-id-ignored": (_list(f"AlgorithmId={SEEDED}"),),
    "pai-filter-workspace-leaks": (_create(None), _list("WorkspaceId=ws_eu")),
    "pai-version-of-unknown": (_version(key="none"),),
    "pai-versions-unique-across-algorithms": (_create(), _version("v0.0.1")),
    "pai-duplicate-version-overwrites": (
        _create(),
        _version(AlgorithmSpec={"Image": "a"}),
        _version(AlgorithmSpec={"Image": "b"}),
        _get_version(),
    ),
    "pai-version-shares-spec": (
        _create(),
        _version("v1", AlgorithmSpec={"Image": "a"}),
        _version("v2", AlgorithmSpec={"Image": "b"}),
        _get_version("v1"),
    ),
    "pai-version-echo-stripped": (_create(), _version("v1")),
    "pai-version-echo-missing": (_create(), _version("v1")),
    "pai-spec-text-accepted": _spec("{}"),
    "pai-spec-list-accepted": _spec([]),
    "pai-hyperparameters-object-accepted": _spec({"HyperParameters": {"Name": "a", "Type": "Int"}}),
    "pai-hyperparameter-text-accepted": _spec({"HyperParameters": ["lr"]}),
    "pai-hyperparameter-required-text-accepted": _spec(
        {"HyperParameters": [{"Name": "a", "Type": "Int", "Required": "yes"}]}
    ),
    "pai-spec-default-as-text": _spec(_MORE),
    "pai-spec-false-required-lost": _spec(_MORE),
    "pai-spec-range-lost": _spec(_MORE),
    "pai-spec-empty-default-lost": _spec(_MORE),
    "pai-spec-parameters-sorted": _spec(_MORE),
    "pai-spec-one-parameter-kept": _spec(_MORE),
    "pai-spec-channel-properties-lost": _spec(_MORE),
    "pai-spec-instance-types-text": _spec(_MORE),
    "pai-spec-distributed-inverted": _spec(_MORE),
    "pai-spec-unknown-lost": _spec(_MORE),
    "pai-version-ignores-case": (_get_version("V0.0.1", SEEDED),),
    "pai-unknown-version-latest": (_get_version("v9", SEEDED),),
    "pai-unknown-version-400": (_get_version("v9", SEEDED),),
    "pai-version-optional": (Step("GET", f"{STUDIO}/GetAlgorithmVersion?AlgorithmId={SEEDED}"),),
    "pai-get-version-without-spec": (_get_version("v0.0.1", SEEDED),),
    "pai-versions-of-all-without-id": (_versions("PageSize=5"),),
    "pai-versions-of-unknown-empty": (_versions("AlgorithmId=none"),),
    "pai-versions-leak": (_versions("AlgorithmId=algo-sidjc8134hv&PageSize=50"),),
    "pai-new-version-not-listed": (_create(), _version("v1"), _version("v2"), _versions()),
    "pai-versions-total-of-all": (_versions(f"AlgorithmId={SEEDED}"),),
    "pai-versions-total-of-page": (_versions(f"AlgorithmId={SEEDED}&PageSize=5"),),
    "pai-version-element-without-version": (_versions(f"AlgorithmId={SEEDED}"),),
    "pai-update-version-merges": (
        _create(),
        _version(AlgorithmSpec={"Image": "a"}),
        _update_version(AlgorithmSpec={"JobType": "b"}),
        _get_version(),
    ),
    "pai-update-version-ignored": (
        _create(),
        _version(),
        _update_version(AlgorithmSpec={"Image": "b"}),
        _get_version(),
    ),
    "pai-update-version-clears-spec": (
        _create(),
        _version(AlgorithmSpec={"Image": "a"}),
        _update_version(),
        _get_version(),
    ),
    "pai-update-version-touches-siblings": (
        _create(),
        _version("v1"),
        _version("v2"),
        _update_version("v1", AlgorithmSpec={"Image": "a"}),
        _get_version("v2"),
    ),
    "pai-delete-version-takes-all": (_create(), _version("v1"), _version("v2"), _delete_version("v1"), _versions()),
    "pai-delete-version-noop": (_create(), _version(), _delete_version(), _get_version()),
    "pai-delete-version-takes-algorithm": (_create(), _version(), _delete_version(), _get()),
    "pai-created-201": (_create(), _version()),
    "pai-duplicate-409": (_create(), _create()),
    "pai-plugin-needs-key": (_plugin(),),
    "pai-unknown-workspace-404": (_list("WorkspaceId=none"),),
    "pai-error-nested": (_get("none"),),
    "pai-past-end-404": (_list("PageNumber=9"),),
    "pai-page-zero-served": (_list("PageNumber=0"),),
    "pai-extra-members": (_get(SEEDED),),
    "pai-update-strict": (_create(), _update(DisplayName="x", AlgorithmName="other"), _get()),
    "pai-no-times": (_get(SEEDED),),
    "pai-awkward-ids": (_create(), _get()),
    "pai-rate-limited": tuple(_create(name=f"n{number}") for number in range(13)),
    "pai-versions-survive": (_create(), _version(), _delete(), _get_version()),
    "pai-filter-name-contains": (_list("AlgorithmName=an"),),
    "pai-absent-names-collide": (
        Step("POST", f"{STUDIO}/CreateAlgorithm", {"WorkspaceId": "900"}),
        Step("POST", f"{STUDIO}/CreateAlgorithm", {"WorkspaceId": "900"}),
    ),
    "pai-no-workspace-is-one": (_create(None), _create(None)),
}


def _items(query: str = "", method: str = "GET") -> Step:
    return Step(method, f"/v2/project/algorithms?{query}", None, None)


_EVERY_ITEM = tuple(_items(f"limit=50&offset={offset}") for offset in (0, 50, 100))

MODELARTS: dict[str, Steps] = dict.fromkeys(modelarts.EDITS, _EVERY_ITEM) | {
    "modelarts-items-share-id": _EVERY_ITEM,
    "modelarts-html-type": (_items("limit=1"),),
    "modelarts-refusal-500": (_items("limit=51"),),
    "modelarts-refusal-404": (_items("limit=51"),),
    "modelarts-refusal-200": (_items("limit=51"),),
    "modelarts-error-without-code": (_items("limit=51"),),
    "modelarts-error-plain-text": (_items("limit=51"),),
    "modelarts-post-as-get": (_items("limit=1", "POST"),),
    "modelarts-method-404": (_items("limit=1", "PUT"),),
    "modelarts-500-in-20": (_items("limit=1"),) * 20,
    "modelarts-limit-51-served": (_items("limit=51"),),
    "modelarts-limit-zero-served": (_items("limit=0"),),
    "modelarts-limit-negative-served": (_items("limit=-1"),),
    "modelarts-offset-negative-served": (_items("offset=-1"),),
    "modelarts-limit-50-refused": (_items("limit=50"),),
    "modelarts-limit-one-refused": (_items("limit=1"),),
    "modelarts-offset-zero-refused": (_items("offset=0"),),
    "modelarts-limit-text-served": (_items("limit=many"),),
    "modelarts-offset-fraction-served": (_items("offset=1.5"),),
    "modelarts-order-unknown-served": (_items("order=sideways"),),
    "modelarts-order-any-case-served": (_items("order=ASC"),),
    "modelarts-unknown-key-500": (_items("sort_by=colour"),),
    "modelarts-unknown-key-sorts-by-name": (_items("sort_by=colour"),),
    "modelarts-sort-within-page": (_items("limit=10"),),
    "modelarts-workspace-ignored": (_items("workspace_id=1"),),
    "modelarts-workspace-prefix": (_items("workspace_id=1"),),
    "modelarts-search-ignored": (_items("searches=name:TestModelArts"),),
    "modelarts-search-colon-literal": (_items("searches=name%3ATestModelArts"),),
    "modelarts-search-decoded-twice": (_items("searches=name:%2541lgo"),),
    "modelarts-search-without-name-empty": (_items("searches=TestModelArts"),),
    "modelarts-search-case-sensitive": (_items("searches=name:testmodelARTS"),),
    "modelarts-search-prefix-only": (_items("searches=name:ModelArts"),),
    "modelarts-search-whole-name-only": (_items("searches=name:TestModelArts"),),
    "modelarts-search-underscore-wildcard": (_items("searches=name:bert_"),),
    "modelarts-search-in-description": (_items("searches=name:trains"),),
    "modelarts-search-first-word-only": (_items("searches=name:gpt-8"),),
    "modelarts-search-one-letter-ignored": (_items("searches=name:z"),),
    "modelarts-sort-name-ignored": (_items("sort_by=name"),),
    "modelarts-sort-update-by-create-time": (_items("sort_by=update_time"),),
    "modelarts-sort-size-ignored": (_items("sort_by=size"),),
    "modelarts-sort-default-by-name": (_items(),),
    "modelarts-order-default-ascending": (_items(),),
    "modelarts-order-asc-ignored": (_items("sort_by=name&order=asc"),),
    "modelarts-order-name-reversed": (_items("sort_by=name&order=asc"),),
    "modelarts-ties-unstable": tuple(_items(f"sort_by=size&limit=20&offset={start}") for start in range(0, 140, 20)),
    "modelarts-sort-numbers-as-text": (_items("sort_by=version_num&order=asc"),),
    "modelarts-sort-create-time-coarse": _EVERY_ITEM,
    "modelarts-offset-one-early": (_items("offset=3"),),
    "modelarts-offset-one-late": (_items("offset=3"),),
    "modelarts-offset-counts-pages": (_items("offset=2&limit=5"),),
    "modelarts-offset-ignored": (_items("offset=2&limit=5"),),
    "modelarts-offset-in-tens": (_items("offset=103&limit=5"),),
    "modelarts-past-end-wraps": (_items("offset=500"),),
    "modelarts-limit-one-more": (_items("limit=5"),),
    "modelarts-limit-ignored": (_items("limit=5"),),
    "modelarts-limit-capped": (_items("limit=50"),),
    "modelarts-last-page-lost": _EVERY_ITEM,
    "modelarts-last-item-lost": _EVERY_ITEM,
    "modelarts-item-lost-in-20": (_items("limit=5"),) * 20,
    "modelarts-count-over-total": (_items("limit=5"),),
    "modelarts-count-under-items": (_items("limit=5"),),
    "modelarts-total-zero": (_items("limit=5"),),
    "modelarts-total-text": (_items("limit=5"),),
    "modelarts-count-missing": (_items("limit=5"),),
    "modelarts-limit-echo-default": (_items("limit=5"),),
    "modelarts-limit-echo-items": (_items("limit=50&offset=100"),),
    "modelarts-offset-echo-zero": (_items("offset=5"),),
    "modelarts-offset-echo-next": (_items("limit=5"),),
    "modelarts-order-echo-missing": (_items("limit=5"),),
    "modelarts-order-echo-desc": (_items("order=asc"),),
    "modelarts-sort-by-echo-blank": (_items("limit=5"),),
    "modelarts-sort-by-echo-default": (_items("sort_by=name"),),
    "modelarts-group-by-missing": (_items("limit=5"),),
    "modelarts-group-by-null": (_items("limit=5"),),
    "modelarts-group-by-echo-blank": (_items("group_by=user_name"),),
    "modelarts-items-null-when-empty": (_items("searches=name:none-at-all"),),
    "modelarts-items-missing-when-empty": (_items("searches=name:none-at-all"),),
    "modelarts-total-of-user": (_items("searches=name:TestModelArts"),),
    "modelarts-count-of-page": (_items("limit=5"),),
    "modelarts-bare-items": (_items("limit=5"),),
    "modelarts-extra-members": (_items("limit=5"),),
    "modelarts-collation": (_items("sort_by=name"),),
    "modelarts-nulls-other-end": (_items("sort_by=description&order=asc"),),
    "modelarts-past-end-404": (_items("offset=500"),),
    "modelarts-needs-token": (_items("limit=5"),),
    "modelarts-error-nested": (_items("limit=51"),),
    "modelarts-unknown-key-400": (_items("sort_by=colour"),),
    "modelarts-unknown-key-echoed": (_items("sort_by=colour"),),
}


def _resources(query: str = "pageSize=50", function: str = "rank", authorization: str | None = "Bearer sk-1") -> Step:
    return Step("GET", f"{APP}/functions/{function}/resources?{query}", None, authorization)


def _deployed(path: str, authorization: str | None = "Bearer sk-1") -> Step:
    return Step("GET", f"{APP}/{path}", None, authorization)


_EVERYTHING = (
    _resources(),
    _deployed("models"),
    _deployed("algorithms/281"),
    *(_deployed(f"models/{identity}") for identity in (363, 364, 365)),
)
_NO_FUNCTION = _resources(function="none")

OPENSEARCH: dict[str, Steps] = dict.fromkeys(opensearch.EDITS, _EVERYTHING) | {
    "opensearch-text-type": (_resources(),),
    "opensearch-error-http-code-200": (_NO_FUNCTION,),
    "opensearch-error-http-code-always-400": (_NO_FUNCTION,),
    "opensearch-error-http-code-text": (_NO_FUNCTION,),
    "opensearch-error-without-http-code": (_NO_FUNCTION,),
    "opensearch-error-without-code": (_NO_FUNCTION,),
    "opensearch-error-code-number": (_NO_FUNCTION,),
    "opensearch-error-without-request-id": (_NO_FUNCTION,),
    "opensearch-error-status-ok": (_NO_FUNCTION,),
    "opensearch-error-plain-text": (_NO_FUNCTION,),
    "opensearch-error-served-as-200": (_NO_FUNCTION,),
    "opensearch-request-id-repeated": (_resources(), _resources()),
    "opensearch-request-id-twice-in-20": (_resources(),) * 20,
    "opensearch-path-not-decoded": (_resources(function="r%61nk"),),
    "opensearch-post-as-get": (Step("POST", f"{APP}/models/363"),),
    "opensearch-method-404": (Step("DELETE", f"{APP}/models/363"),),
    "opensearch-auth-any-scheme": (_resources(authorization="Token sk-1"), _resources(authorization="sk-1")),
    "opensearch-auth-resources-open": (_resources(authorization=None),),
    "opensearch-auth-algorithm-open": (_deployed("algorithms/281", None),),
    "opensearch-auth-model-wrong-key-served": (_deployed("models/363", "Bearer sk-wrong-1"),),
    "opensearch-auth-models-open": (_deployed("models", None), _deployed("models", "Bearer sk-wrong-1")),
    "opensearch-rate-models-fifty": (_deployed("models/363"),) * 90,
    "opensearch-500-in-20": (_resources(),) * 20,
    "opensearch-unknown-application-200": (
        Step("GET", "/v4/openapi/app-groups/none/functions/rank/resources"),
        Step("GET", "/v4/openapi/app-groups/none/models"),
    ),
    "opensearch-unknown-function-200": (_NO_FUNCTION,),
    "opensearch-page-size-text-served": (_resources("pageSize=ten"),),
    "opensearch-page-number-fraction-served": (_resources("pageNumber=1.5"),),
    "opensearch-page-number-zero-served": (_resources("pageNumber=0"),),
    "opensearch-page-size-negative-served": (_resources("pageSize=-1"),),
    "opensearch-model-id-filter-text-served": (_deployed("models?modelId=abc"),),
    "opensearch-project-id-filter-text-served": (_deployed("models?projectId=abc"),),
    "opensearch-progress-filter-text-served": (_deployed("models?progress=abc"),),
    "opensearch-function-name-404": (_resources(function="ra-nk"),),
    "opensearch-function-name-code": (_resources(function="ra%20nk"),),
    "opensearch-resource-type-unknown-served": (_resources("resourceType=model"),),
    "opensearch-resource-type-any-case": (_resources("resourceType=RAW_FILE"),),
    "opensearch-output-other-served": (_resources("output=simple"),),
    "opensearch-output-detail-refused": (_resources("output=detail"),),
    "opensearch-large-page-size-empty": (_resources("pageSize=2147483647"),),
    "opensearch-status-value-refused": (_deployed("models?status=TARGET_MISSING"),),
    "opensearch-page-size-default-20": (_resources(""),),
    "opensearch-functions-leak": (_resources(),),
    "opensearch-applications-leak": (_resources(),),
    "opensearch-resource-type-ignored": (_resources("resourceType=raw_file"),),
    "opensearch-raw-file-empty": (_resources("resourceType=raw_file"),),
    "opensearch-page-size-ignored": (_resources("pageSize=3"),),
    "opensearch-page-number-ignored": (_resources("pageNumber=2"),),
    "opensearch-order-unstable": tuple(_resources(f"pageNumber={number}") for number in (1, 2, 3)),
    "opensearch-page-from-zero": (_resources("pageNumber=1"),),
    "opensearch-page-overlaps": (_resources("pageNumber=2"),),
    "opensearch-past-end-first-page": (_resources("pageNumber=9"),),
    "opensearch-page-size-capped": (_resources("pageSize=26"), _resources("pageSize=26&pageNumber=2")),
    "opensearch-page-one-more": (_resources("pageSize=3"),),
    "opensearch-last-page-lost": (_resources("pageNumber=3"),),
    "opensearch-total-of-page": (_resources("pageSize=3"),),
    "opensearch-total-of-all-types": (_resources("resourceType=raw_file"),),
    "opensearch-total-off-in-20": (_resources("pageSize=1"),) * 20,
    "opensearch-total-text": (_resources(),),
    "opensearch-code-on-ok": (_resources(),),
    "opensearch-http-code-text": (_resources(),),
    "opensearch-http-code-zero": (_resources(),),
    "opensearch-latency-text": (_resources(),),
    "opensearch-status-lower-case": (_resources(),),
    "opensearch-result-null-when-empty": (_resources(function="unused"),),
    "opensearch-result-object-when-single": (_resources(function="R"),),
    "opensearch-http-code-missing": (_resources(),),
    "opensearch-request-id-missing": (_resources(),),
    "opensearch-total-missing": (_resources(),),
    "opensearch-status-missing": (_resources(),),
    "opensearch-result-missing": (_resources(),),
    "opensearch-algorithm-id-text-served": (_deployed("algorithms/abc"),),
    "opensearch-unknown-algorithm-200": (_deployed("algorithms/7"),),
    "opensearch-algorithm-other": (_deployed("algorithms/281"),),
    "opensearch-algorithm-scene-list": (_deployed("algorithms/281"),),
    "opensearch-models-leak": (_deployed("models/901"),),
    "opensearch-unknown-model-200": (_deployed("models/7"),),
    "opensearch-unknown-model-400": (_deployed("models/7"),),
    "opensearch-large-id-rounded": (_deployed("models/366"),),
    "opensearch-model-name-ascii": (_deployed("models/367"),),
    "opensearch-algorithm-type-any-case": (_deployed("models?algorithmType=pop"),),
    "opensearch-algorithm-type-unknown-served": (_deployed("models?algorithmType=CTR"),),
    "opensearch-status-unknown-served": (_deployed("models?status=RUNNING"),),
    "opensearch-filters-any": (_deployed("models?algorithmType=POP&progress=100"),),
    "opensearch-models-total-of-all": (_deployed("models?algorithmType=POP"),),
    "opensearch-model-name-contains": (_deployed("models?modelName=popularity"),),
    "opensearch-model-name-any-case": (_deployed("models?modelName=CATEGORY"),),
    "opensearch-algorithm-type-ignored": (_deployed("models?algorithmType=POP"),),
    "opensearch-progress-at-least": (_deployed("models?progress=40"),),
    "opensearch-progress-zero-ignored": (_deployed("models?progress=0"),),
    "opensearch-project-id-as-double": (_deployed(f"models?projectId={2**53}"),),
    "opensearch-status-ignored": (_deployed("models?status=IN_SERVICE"),),
    "opensearch-id-text": (_deployed("algorithms/281"),),
    "opensearch-empty-code": (_resources(),),
    "opensearch-unauthorized-403": (_resources(authorization=None),),
    "opensearch-models-envelope": (_deployed("models"),),
    "opensearch-past-end-404": (_resources("pageNumber=9"),),
    "opensearch-bad-parameter-422": (_resources("pageNumber=0"),),
    "opensearch-error-short": (_NO_FUNCTION,),
    "opensearch-none-found-404": (_deployed(f"models?modelName={quote('no such')}"),),
    "opensearch-unknown-403": (Step("GET", "/v4/openapi/app-groups/none/models"),),
    "opensearch-no-latency": (_resources(),),
    "opensearch-no-data": (_resources(),),
    "opensearch-models-of-names": (_deployed("algorithms/281"),),
    "opensearch-extra-members": (_resources(),),
}

PROBES: dict[str, Steps] = PAI | MODELARTS | OPENSEARCH
