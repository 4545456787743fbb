"""What a client sees of the mock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from contract_suite.contract.operation import Contract
from contract_suite.contract.paths.routing import route
from contract_suite.mock.server import MockServer
from contract_suite.model.exchange import Request, Response
from tests.contracts import load

KEY = "sk-abcdef-_123"


class Client:
    """Sends requests to a server and reads JSON answers."""

    def __init__(self, contract: Contract, **options: Any) -> None:
        self.now = 1_700_000_000.0
        self.server = MockServer(contract, clock=lambda: self.now, **options)
        self.contract = contract

    def send(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        key: str | None = KEY,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Response:
        fields = dict(headers or {})
        if key is not None:
            fields.setdefault("X-Key", key)
            fields.setdefault("Authorization", f"Bearer {key}")
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if content:
            fields.setdefault("Content-Type", "application/json")
        response = self.server.handle(
            Request(method=method, target=target, headers=tuple(fields.items()), body=content)
        )
        self.check(method, target, response)
        return response

    def check(self, method: str, target: str, response: Response) -> None:
        """Whatever is answered has the documented form."""
        operation, _, _ = route(self.contract, method, target)
        assert int(response.header("content-length") or 0) == len(response.body)
        spec = operation.response(response.status) if operation else None
        if spec is not None and spec.json is not None and spec.json.schema is not None:
            assert spec.json.schema.problems(json.loads(response.body)) == []

    def json(self, *arguments: Any, **named: Any) -> Any:
        return json.loads(self.send(*arguments, **named).body)


@pytest.fixture
def shop(library: Contract) -> Client:
    return Client(library)


def test_a_record_lives_from_its_creation_to_its_deletion(shop: Client) -> None:
    made = shop.send("POST", "/north/books", {"title": "New", "tags": ["x"], "shelf": "mine", "unknown": 1})
    book = json.loads(made.body)
    assert made.status == 201
    assert book == {
        "meta": {"id": book["meta"]["id"], "made": 1_700_000_000_000, "changed": 1_700_000_000_000},
        "title": "New",
        "shelf": "new",
        "pages": 100,
        "tags": ["x"],
    }
    address = f"/north/books/{book['meta']['id']}"
    assert shop.json("GET", address) == book
    assert book in shop.json("GET", "/north/books?take=100")["data"]
    shop.now += 5
    changed = shop.json("PUT", address, {"title": "Newer", "meta": {"rank": 7, "id": 1, "made": 1}, "pages": 3})
    assert changed == {**book, "title": "Newer", "meta": {**book["meta"], "rank": 7, "changed": 1_700_000_005_000}}
    assert shop.json("GET", address) == changed
    gone = shop.send("DELETE", address)
    assert (gone.status, gone.body, gone.header("content-type")) == (204, b"", None)
    assert [shop.send(method, address).status for method in ("GET", "DELETE")] == [404, 404]
    assert shop.send("PUT", address, {}).status == 404
    assert shop.json("POST", "/north/books", {"title": "Newer"})["meta"]["id"] != book["meta"]["id"]


def test_an_update_resets_what_it_omits_only_where_the_contract_says_so(shop: Client) -> None:
    before = shop.json("GET", "/north/books/1")
    after = shop.json("PUT", "/north/books/1", {"title": "Only"})
    assert "rank" in before["meta"]
    assert "rank" not in after["meta"]
    assert after["pages"] == before["pages"]


def test_an_update_that_changes_nothing_leaves_the_time_of_modification_alone(shop: Client) -> None:
    body = {"title": "Same", "meta": {"rank": 1}}
    first = shop.json("PUT", "/north/books/1", body)
    shop.now += 60
    assert shop.json("PUT", "/north/books/1", body) == first


def test_a_title_is_unique_within_its_branch_and_free_after_a_deletion(shop: Client) -> None:
    assert shop.send("POST", "/north/books", {"title": "Emma"}).status == 409
    assert shop.send("PUT", "/north/books/2", {"title": "Emma"}).status == 409
    assert shop.send("PUT", "/north/books/1", {"title": "Emma"}).status == 200
    assert shop.send("POST", "/empty/books", {"title": "Emma"}).status == 201
    assert shop.send("DELETE", "/north/books/1").status == 204
    assert shop.send("POST", "/north/books", {"title": "Emma"}).status == 201


def test_what_is_owned_needs_its_owner_shows_its_fields_and_goes_with_it(shop: Client) -> None:
    assert shop.json("GET", "/north/books/1/loans") == [{"book": 1, "number": 1, "to": "Ann", "title": "Emma"}]
    assert shop.json("POST", "/north/books/1/loans", {"number": 2}) == {"book": 1, "number": 2, "title": "Emma"}
    assert shop.send("POST", "/north/books/1/loans", {"number": 2}).status == 409
    assert shop.send("POST", "/north/books/99/loans", {"number": 2}).status == 404
    shop.send("PUT", "/north/books/1", {"title": "Emma II"})
    assert {loan["title"] for loan in shop.json("GET", "/north/books/1/loans")} == {"Emma II"}
    assert shop.send("DELETE", "/north/books/1/loans/2").status == 204
    assert shop.send("DELETE", "/north/books/1").status == 204
    assert shop.send("GET", "/north/books/1/loans").status == 404
    assert shop.send("DELETE", "/north/books/1/loans/1").status == 404
    assert shop.json("GET", "/north/books/2/loans")[0]["number"] == 1


def test_pages_together_are_the_list(shop: Client) -> None:
    whole = shop.json("GET", "/north/books?take=100")["data"]
    pages = [shop.json("GET", f"/north/books?skip={skip}") for skip in (0, 3, 6, 9)]
    assert [book for page in pages for book in page["data"]] == whole
    assert [len(page["data"]) for page in pages] == [3, 3, 1, 0]
    assert {page["found"]["all"] for page in pages} == {7}
    assert pages[0]["applied"] == {"by": "made", "way": "desc", "take": 3}
    assert pages[0]["status"] == 200


@pytest.mark.parametrize(("by", "field"), [("pages", "pages"), ("title", "title"), ("nonsense", "made"), ("", "made")])
@pytest.mark.parametrize("way", ["asc", "desc"])
def test_a_list_is_sorted_by_the_type_of_its_key(shop: Client, by: str, field: str, way: str) -> None:
    answer = shop.json("GET", f"/north/books?take=100&by={by}&way={way}")
    values = [book[field] if field != "made" else book["meta"]["made"] for book in answer["data"]]
    assert values == sorted(values, reverse=way == "desc")
    assert answer["applied"]["by"] == field


def test_missing_values_come_before_all_others(shop: Client) -> None:
    ranks = [book["meta"].get("rank") for book in shop.json("GET", "/north/books?take=100&by=rank&way=asc")["data"]]
    present = [rank for rank in ranks if rank is not None]
    assert ranks == [None] * (len(ranks) - len(present)) + sorted(present)


@pytest.mark.parametrize(
    ("query", "titles"),
    [("q=EMMA", 5), ("q=title:manu", 2), ("q=title:", 7), ("q=", 7), ("q=%C3%BCber", 2), ("q=zz", 0), ("pages=10", 1)],
)
def test_filters_apply_before_paging(shop: Client, query: str, titles: int) -> None:
    answer = shop.json("GET", f"/north/books?take=1&{query}")
    assert answer["found"] == {"all": titles, "here": titles}
    assert len(answer["data"]) == min(1, titles)


def test_a_known_container_may_be_empty_and_an_unknown_one_is_refused(shop: Client) -> None:
    assert shop.json("GET", "/empty/books")["data"] == []
    refused = shop.send("GET", "/nowhere/books")
    assert (refused.status, json.loads(refused.body)["error"]["kind"]) == (404, "not_here")
    assert shop.send("GET", "/empty/books/1").status == 404


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (None, 401),
        ("", 401),
        ("secret", 201),
        ("sk-abcdefg!", 201),
        ("not-a-key-at-all", 401),
        ("sk-revoked123", 401),
        ("sk-readonly", 403),
        (KEY, 201),
    ],
)
def test_keys_have_roles(shop: Client, key: str | None, status: int) -> None:
    response = shop.send("POST", "/north/books", {"title": "Key"}, key=key)
    assert response.status == status
    assert (response.header("www-authenticate") is not None) == (status == 401)
    assert (key or "sk-") not in response.body.decode()
    assert shop.json("GET", "/north/books?q=title:Key", key="sk-readonly1")["found"]["all"] == (status == 201)


def test_refusals_come_in_their_order(shop: Client) -> None:
    assert shop.send("GET", "/north/nothing", key=None).status == 404
    assert shop.send("PATCH", "/north/books", key=None).status == 405
    assert shop.send("PATCH", "/north/books").header("allow") == "GET, POST"
    assert shop.send("POST", "/nowhere/books", {"title": ""}, key=None).status == 401
    assert shop.send("POST", "/nowhere/books", {"title": ""}, key="sk-readonly1").status == 403
    assert shop.send("PUT", "/north/books/99", {"title": 1}).status == 422
    assert shop.send("PUT", "/north/books/99", {"title": "Emma"}).status == 404


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"{", "application/json"),
        (b'{"title":NaN}', "application/json"),
        (b"\xff", "application/json"),
        (b'{"title":"x"}', "text/plain"),
        (b'{"title":1}', "application/json"),
        (b'{"title":null}', "application/json"),
        (b"{}", "application/json"),
        (b'{"title":"\\ud800"}', "application/json"),
        (b'{"title":"x","pages":1e999}', "application/json"),
        (b'{"title":"x","more":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json"),
    ],
)
def test_a_body_that_is_not_what_is_documented_is_refused_and_changes_nothing(
    shop: Client, raw: bytes, kind: str
) -> None:
    response = shop.send("POST", "/north/books", raw=raw, headers={"content-type": kind})
    assert response.status == 422
    assert json.loads(response.body)["error"]["kind"] == "bad_input"
    assert shop.json("GET", "/north/books")["found"]["all"] == 7


@pytest.mark.parametrize(
    "query",
    [
        "take=0",
        "take=101",
        "take=1.0",
        "take=x",
        "take=",
        "take=1&take=2",
        "way=up",
        "q=%",
        "q=%zz",
        "q=%ff",
        "other=%c3",
    ],
)
def test_a_query_that_is_not_what_is_documented_is_refused(shop: Client, query: str) -> None:
    assert shop.send("GET", f"/north/books?{query}").status == 422


@pytest.mark.parametrize(
    "target",
    ["/n%6Frth/bo%6fks?take=2", "/north/books?take=2&unknown=1", "/north/books?take=%32&", "/north/books?&&take=2&x"],
)
def test_odd_and_legal_addresses_are_served(shop: Client, target: str) -> None:
    assert (
        len(
            json.loads(shop.server.handle(Request(method="GET", target=target, headers=(("x-KEY", KEY),))).body)["data"]
        )
        == 2
    )


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;charset=UTF-8"]
)
def test_content_types_are_compared_as_http_says(shop: Client, kind: str) -> None:
    assert shop.send("POST", "/north/books", {"title": "T"}, headers={"content-type": kind}).status == 201


def test_request_ids_are_never_repeated_and_are_the_same_for_a_seed(library: Contract) -> None:
    def ids(seed: int) -> list[str]:
        client = Client(library, seed=seed)
        return [client.json("GET", "/north/books")["request"] for _ in range(20)]

    assert len(set(ids(1))) == 20
    assert ids(1) == ids(1)
    assert not set(ids(1)) & set(ids(2))


def test_rate_limits_hold_per_key_only_when_enforced_and_pass(library: Contract) -> None:
    client = Client(library, enforce_limits=True)
    statuses = [client.send("POST", "/north/books", {"title": f"t{number}"}).status for number in range(5)]
    assert statuses == [201, 201, 201, 429, 429]
    refused = client.send("POST", "/north/books", {"title": "t"})
    assert refused.header("retry-after") == "2"
    assert client.send("POST", "/north/books", {"title": "t"}, key="sk-somebody-else").status == 201
    client.now += 2
    assert client.send("POST", "/north/books", {"title": "u"}).status == 201
    free = Client(library)
    assert {free.send("POST", "/north/books", {"title": f"t{number}"}).status for number in range(9)} == {201}


def test_without_seed_data_every_container_is_known_and_empty(unseeded_library: Contract) -> None:
    client = Client(unseeded_library)
    assert client.json("GET", "/anywhere/books")["data"] == []
    made = client.json("POST", "/anywhere/books", {"title": "T"})
    assert client.json("GET", f"/anywhere/books/{made['meta']['id']}") == made


def test_reset_goes_back_to_the_beginning(shop: Client) -> None:
    before = shop.json("GET", "/north/books?take=100")
    shop.send("DELETE", "/north/books/1")
    shop.server.reset()
    assert shop.json("GET", "/north/books?take=100") == before


def test_a_plain_document_is_served_from_its_examples_and_schemas(plain: Contract) -> None:
    client = Client(plain)
    assert client.json("GET", "/things") == ["one", "two"]
    made = client.send("POST", "/things", {"name": None})
    assert made.status == 201
    assert made.header("x-id") == "00000000-0000-4000-8000-000000000000"
    assert client.send("DELETE", "/things/x").status == 204
    text = client.send("GET", "/things/x")
    assert (text.body, text.header("content-type")) == (b"hello", "text/plain")


def test_a_plain_document_refuses_with_the_status_it_declares(plain: Contract) -> None:
    client = Client(plain)
    refused = client.send("GET", "/things?size=0")
    assert refused.status == 422
    assert "minimum" in json.loads(refused.body)["detail"]
    assert client.send("POST", "/things", {}).status == 400
    assert client.send("PUT", "/things", {}).header("allow") == "GET, POST"


def test_a_read_is_never_larger_than_promised() -> None:
    client = Client(load("pai"))
    base = "/PaiStudio/2022-01-12"
    made = client.json("POST", f"{base}/CreateAlgorithm", {"WorkspaceId": "1"})
    address = f"{base}/algorithms/{made['AlgorithmId']}"
    room = 8192 - len(client.send("GET", address).body) - len(',"AlgorithmDescription":""')
    full = "é" * (room // 2) + "x" * (room % 2)
    assert client.send("PUT", address, {"AlgorithmDescription": full}).status == 200
    assert len(client.send("GET", address).body) == 8192
    refused = client.send("PUT", address, {"AlgorithmDescription": full + "x"})
    assert (refused.status, json.loads(refused.body)["Code"]) == (400, "AlgorithmTooLarge")
    assert len(client.send("GET", address).body) == 8192
    assert client.send("POST", f"{base}/CreateAlgorithm", {"AlgorithmDescription": "x" * 8192}).status == 400


def test_a_parameter_has_its_own_refusal_code() -> None:
    client = Client(load("opensearch"))
    refused = client.send("GET", "/app-groups/my_app/functions/ra-nk/resources")
    assert (refused.status, json.loads(refused.body)["Code"]) == (400, "Resource.InvalidResourceName")


def test_optional_security_is_served_with_any_key_or_none() -> None:
    client = Client(load("pai"))
    target = "/PaiPlugin/2022-01-12/ListAlgorithms"
    assert [client.send("GET", target, key=key).status for key in (None, "x", "sk-revoked123", KEY)] == [200] * 4
