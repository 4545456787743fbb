"""What the ledger of a run takes for alive, for its own and for gone once things are deleted and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from contract_suite.model.exchange import Identity
from contract_suite.model.json import Arguments
from contract_suite.runner.session.ledger.ledger import Ledger
from tests.generate.conftest import read
from tests.runner.test_ledger import told

ID = {"type": "integer"}
LINE = {"type": "object", "required": ["id"], "properties": {"id": ID}}
ORDER = {"type": "object", "properties": {"id": ID, "lines": {"type": "array", "items": LINE}}}
SHOWN = {"200": {"description": "done", "content": {"application/json": {"schema": ORDER}}}}
BODY = {"content": {"application/json": {"schema": ORDER}}}


def key(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": ID}


def orders(*, shops: bool = False, **more: Any) -> Ledger:
    """Orders of shops, which can be read or not, with lines that only an order shows, and notes that are made below one."""
    own, line = [key("shopId"), key("orderId")], [key("shopId"), key("orderId"), key("lineId")]

    def takes(name: str, parameters: Any, **others: Any) -> dict[str, Any]:
        return {"operationId": name, "parameters": parameters, "responses": SHOWN, **others}

    one = "/shops/{shopId}/orders/{orderId}"
    everything = [key("shopId"), {"name": "state", "in": "query", "schema": {"type": "string"}}]
    return Ledger(
        read(
            {
                "openapi": "3.1.0",
                "info": {"title": "orders", "version": "1"},
                "paths": {
                    "/shops/{shopId}/orders": {
                        "get": takes("all", [key("shopId")]),
                        "post": takes("order", [key("shopId")], requestBody=BODY, **more),
                        "delete": takes("clear", everything),
                    },
                    one: {
                        "get": takes("read", [*own, {"name": "tenant", "in": "query", "schema": {"type": "string"}}]),
                        "put": takes("put", own, requestBody=BODY),
                        "delete": takes("drop", own),
                    },
                    f"{one}/restore": {"post": takes("restore", own)},
                    f"{one}/purge": {"post": takes("purge", own)},
                    f"{one}/notes": {"post": takes("note", own, requestBody=BODY)},
                    f"{one}/lines/{{lineId}}": {"patch": takes("line", line, requestBody=BODY)},
                    **({"/shops/{shopId}": {"get": takes("shop", [key("shopId")])}} if shops else {}),
                },
            }
        )
    )


def of(order: int, shop: int = 1) -> Arguments:
    return {"path.shopId": shop, "path.orderId": order}


def made(ledger: Ledger) -> list[tuple[str, ...]]:
    return [tuple(str(value) for value in {**each.scope, **each.identity}.values()) for each in ledger.made]


@pytest.fixture(params=[False, True])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Order 7 was made and deleted in two shops."""
    found = orders(shops=request.param)
    for shop in (1, 2):
        told(found, "order", {"path.shopId": shop, "body": {}}, 201, {"id": 7})
        told(found, "drop", of(7, shop), 204)
    assert made(found) == []
    return found


def test_a_restore_brings_back_only_what_it_names(ledger: Ledger) -> None:
    """An order of another shop with the same number is not there again."""
    told(ledger, "restore", of(7, 2), 200, {"id": 7})
    assert made(ledger) == [("2", "7")]
    assert ledger.is_there(ledger.made[0])


@pytest.mark.parametrize("action", ["note", "purge"])
def test_what_is_made_below_or_purged_is_not_brought_back(ledger: Ledger, action: str) -> None:
    """A note of a deleted order was taken for a restore of the order, and so was whatever else is done to it."""
    told(ledger, action, {**of(7), "body": {}}, 201, {"id": 7})
    assert made(ledger) == []
    assert not ledger.alive(ledger.contract.operation("read"), of(7))


def test_what_is_created_again_is_made_once(ledger: Ledger) -> None:
    """A restore of it later named it twice, so that it was deleted twice."""
    told(ledger, "order", {"path.shopId": 1, "body": {}}, 201, {"id": 7})
    told(ledger, "restore", of(7), 200, {"id": 7})
    assert made(ledger) == [("1", "7")]


def test_what_a_put_is_served_at_is_there_to_clean_up(ledger: Ledger) -> None:
    """A PUT that makes what is not there may answer 200."""
    told(ledger, "put", {**of(7), "body": {}}, 200, {"id": 7})
    assert made(ledger) == [("1", "7")]


@pytest.mark.parametrize(("status", "left"), [(202, [("1", "8")]), (207, [("1", "8")]), (204, [])])
def test_what_is_shown_after_a_delete_that_was_accepted_is_cleaned_up(status: int, left: list[Any]) -> None:
    """A delete that goes on later, or was done in part, may fail; one that was done shows what is kept as deleted."""
    ledger = orders()
    told(ledger, "order", {"path.shopId": 1, "body": {}}, 201, {"id": 8})
    told(ledger, "drop", of(8), status)
    assert made(ledger) == []
    told(ledger, "read", of(8), 200, {"id": 8})
    assert made(ledger) == left


def live(ledger: Ledger) -> Any:
    return ledger.live(ledger.contract.operation("line"))


@pytest.mark.parametrize("shops", [False, True])
def test_the_parts_that_an_order_of_a_shop_shows_are_alive(*, shops: bool) -> None:
    ledger = orders(shops=shops)
    told(ledger, "read", of(3), 200, {"id": 3, "lines": [{"id": 5}]})
    assert live(ledger) == {"path.shopId": 1, "path.orderId": 3, "path.lineId": 5}


@pytest.mark.parametrize("shops", [False, True])
def test_the_parts_that_the_answer_of_a_delete_shows_are_gone(*, shops: bool) -> None:
    """Many deletes answer with what was deleted."""
    ledger = orders(shops=shops)
    told(ledger, "read", of(3), 200, {"id": 3, "lines": [{"id": 5}]})
    told(ledger, "drop", of(3), 200, {"id": 3, "lines": [{"id": 5}]})
    assert not live(ledger)


def test_a_delete_of_all_of_one_shop_leaves_those_of_others_to_clean_up() -> None:
    ledger = orders()
    for shop in (1, 2):
        told(ledger, "order", {"path.shopId": shop, "body": {}}, 201, {"id": 7})
    told(ledger, "clear", {"path.shopId": 1}, 204)
    assert made(ledger) == [("2", "7")]


def test_a_delete_of_some_leaves_all_to_clean_up() -> None:
    """Those in another state are there still."""
    ledger = orders()
    told(ledger, "order", {"path.shopId": 1, "body": {}}, 201, {"id": 7})
    told(ledger, "clear", {"path.shopId": 1, "query.state": "paid"}, 204)
    assert made(ledger) == [("1", "7")]


def is_own_or_gone(ledger: Ledger, order: int) -> bool:
    resource = next(each for each in ledger.resources if each.read is not None and each.read.operation == "read")
    return ledger.is_own_or_gone(resource, {resource.identity[-1]: order}, {resource.scope[0]: 1})


@pytest.mark.parametrize(
    ("more", "identity", "gone"),
    [
        ({}, Identity.DEFAULT, True),
        ({"query.tenant": "b"}, Identity.DEFAULT, False),
        ({}, Identity.NOBODY, False),
        ({}, Identity.READONLY, False),
    ],
)
def test_what_somebody_else_or_another_tenant_is_not_shown_may_be_there(
    more: Arguments, identity: Identity, *, gone: bool
) -> None:
    """A write to it was sent, as to what is not there."""
    ledger = orders()
    told(ledger, "read", {**of(3), **more}, 404, identity=identity)
    assert is_own_or_gone(ledger, 3) is gone


@pytest.mark.parametrize(
    ("statuses", "status", "left"),
    [
        (("200", "201"), 200, []),
        (("200", "201"), 201, [("1", "3")]),
        (("200",), 200, [("1", "3")]),
        (("201",), 200, [("1", "3")]),
    ],
)
def test_what_a_create_gives_back_by_a_documented_200_is_not_cleaned_up(
    statuses: tuple[str, ...], status: int, left: list[Any]
) -> None:
    """It was there before, although nothing had shown it, and it was changed and deleted."""
    ledger = orders(responses=dict.fromkeys(statuses, SHOWN["200"]))
    told(ledger, "order", {"path.shopId": 1, "body": {}}, status, {"id": 3})
    assert made(ledger) == left
    assert is_own_or_gone(ledger, 3) is bool(left)


def test_what_the_run_made_stays_its_own_when_a_create_gives_it_back() -> None:
    ledger = orders(responses={"200": SHOWN["200"], "201": SHOWN["200"]})
    for status in (201, 200):
        told(ledger, "order", {"path.shopId": 1, "body": {}}, status, {"id": 3})
    assert made(ledger) == [("1", "3")]
