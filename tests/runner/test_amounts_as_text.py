"""A service that shows amounts as text is held to them as to any number: each fault is found, and a right one stays unaccused."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.runner.right_servers import Answer, Node, as_json, found, judged

TAKEN: Node = {"type": "string", "pattern": r"^\d{1,6}(\.\d{1,2})?$"}
SHOWN: Node = {"type": "string", "pattern": r"^\d+\.\d{2}$"}
LABEL: Node = {"type": "string", "minLength": 1, "maxLength": 40}
QUANTITY: Node = {"type": "integer", "minimum": 1, "maximum": 99, "default": 1}
LINES = "The total is the sum of the amounts of the lines, and the amount of a line is quantity times unit price."


def body(**properties: Node) -> Node:
    required = [each for each, schema in properties.items() if "default" not in schema]
    return {"type": "object", "required": required, "properties": properties}


LINE = body(label=LABEL, quantity=QUANTITY, unit_price=TAKEN)
TITLED = body(customer_id={"type": "integer"}, lines={"type": "array", "minItems": 1, "maxItems": 9, "items": LINE})
CHANGES = body(lines=TITLED["properties"]["lines"])
CUSTOMER = body(
    id={"type": "integer"},
    name=LABEL,
    total_quoted={**SHOWN, "description": "Sum of the totals of all quotes of the customer."},
)
QUOTE = body(
    id={"type": "integer"},
    customer_id={"type": "integer"},
    lines={"type": "array", "items": body(label=LABEL, quantity=QUANTITY, unit_price=SHOWN, amount=SHOWN)},
    total=SHOWN,
)
MISSING = {"description": "unknown"}
REFUSED = {"description": "invalid"}


def listed(schema: Node) -> Node:
    return as_json(body(items={"type": "array", "items": schema}, total_count={"type": "integer"}))


def query(**schemas: tuple[Node, str]) -> list[Node]:
    return [
        {"name": name, "in": "query", "schema": schema, "description": text} for name, (schema, text) in schemas.items()
    ]


PAGES = query(
    offset=({"type": "integer", "minimum": 0, "default": 0}, "How many to skip."),
    limit=({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "How many to return at most."),
)
FILTERS = query(
    customer_id=({"type": "integer"}, "Only quotes of this customer."),
    min_total=(TAKEN, "A total of at least this."),
    max_total=(TAKEN, "A total of at most this."),
    sort=({"type": "string", "enum": ["id", "total", "-total"]}, "By total, upwards or (with a minus) downwards."),
)
KEY = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]


def operation(name: str, answers: dict[str, Node], *, takes: Node | None = None, **more: Any) -> Node:
    sent = {"requestBody": {"required": True, **as_json(takes)}} if takes is not None else {}
    return {"operationId": name, "responses": {**answers, "422": REFUSED}, **sent, **more}


DOCUMENT: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Quotes", "version": "1"},
    "paths": {
        "/customers": {
            "get": operation("listCustomers", {"200": listed(CUSTOMER)}, parameters=PAGES),
            "post": operation("addCustomer", {"201": as_json(CUSTOMER)}, takes=body(name=LABEL)),
        },
        "/customers/{id}": {
            "get": operation("getCustomer", {"200": as_json(CUSTOMER), "404": MISSING}, parameters=KEY)
        },
        "/quotes": {
            "get": operation("listQuotes", {"200": listed(QUOTE)}, parameters=[*FILTERS, *PAGES]),
            "post": operation("addQuote", {"201": as_json(QUOTE)}, takes=TITLED, description=LINES),
        },
        "/quotes/{id}": {
            "get": operation("getQuote", {"200": as_json(QUOTE), "404": MISSING}, parameters=KEY),
            "patch": operation("changeQuote", {"200": as_json(QUOTE), "404": MISSING}, takes=CHANGES, parameters=KEY),
            "delete": operation("deleteQuote", {"204": {"description": "gone"}, "404": MISSING}, parameters=KEY),
        },
    },
}


class Quotes:
    """Answers as the document says; a flaw is a word."""

    def __init__(self, flaw: str = "") -> None:
        self.flaw = flaw
        self.numbers = count(1)
        self.customers: dict[int, Node] = {}
        self.quotes: dict[int, Node] = {}
        self.gone: list[Node] = []
        for name, prices in (("Ada", ("25.00", "100.00")), ("Bo", ("9.50",)), ("Cy", ())):
            _, made = self.customer({"name": name})
            for price in prices:
                self.quote({"customer_id": made["id"], "lines": [{"label": "a", "unit_price": price}]})

    def __call__(self, method: str, path: str, query: dict[str, str], _headers: dict[str, str], sent: Any) -> Answer:
        kind, _, key = path.strip("/").partition("/")
        if method.lower() not in DOCUMENT["paths"][f"/{kind}/{{id}}" if key else f"/{kind}"]:
            return 405, None
        things = {"customers": self.customers, "quotes": self.quotes}[kind]
        if isinstance(sent, ValueError) or (method in {"POST", "PATCH"} and not isinstance(sent, dict)):
            return 422, None
        if not key:
            return self.listed(kind, query) if method == "GET" else getattr(self, kind[:-1])(sent)
        if not key.isdigit() or int(key) not in things:
            return 404, None
        if method == "DELETE":
            gone = things.pop(int(key))
            self.gone += [gone] if self.flaw == "deleted-counts" else []
            return 204, None
        thing = things[int(key)]
        if method == "GET":
            return 200, self.shown(thing)
        lines = _lines(sent.get("lines"))
        if lines is None:
            return 422, None
        thing["lines"] = lines
        thing["total"] = thing["total"] if self.flaw == "total-stays" else self.sum(lines)
        return 200, self.shown(thing)

    def customer(self, sent: Node) -> Answer:
        if not isinstance(sent.get("name"), str) or not 1 <= len(sent["name"]) <= 40:
            return 422, None
        made: Node = {"id": next(self.numbers), "name": sent["name"]}
        self.customers[made["id"]] = made
        return 201, self.shown(made)

    def quote(self, sent: Node) -> Answer:
        lines = _lines(sent.get("lines"))
        owner = sent.get("customer_id")
        if lines is None or type(owner) is not int or owner not in self.customers:
            return 422, None
        made: Node = {"id": next(self.numbers), "customer_id": owner, "lines": lines, "total": self.sum(lines)}
        self.quotes[made["id"]] = made
        return 201, self.shown(made)

    def sum(self, lines: list[Node]) -> Decimal:
        return sum(
            (each["unit_price"] * (1 if self.flaw == "ignores-quantity" else each["quantity"]) for each in lines),
            Decimal(0),
        )

    def shown(self, thing: Node) -> Node:
        if "name" in thing:
            counted = [*self.quotes.values(), *self.gone]
            total = sum((each["total"] for each in counted if each["customer_id"] == thing["id"]), Decimal(0))
            return {**thing, "total_quoted": f"{total:.2f}"}
        lines = [
            {
                **each,
                "unit_price": f"{each['unit_price']:.2f}",
                "amount": f"{each['unit_price'] * each['quantity']:.2f}",
            }
            for each in thing["lines"]
        ]
        return {**thing, "lines": lines, "total": f"{thing['total']:.2f}"}

    def listed(self, kind: str, query: dict[str, str]) -> Answer:
        try:
            offset, limit = int(query.get("offset", "0")), int(query.get("limit", "20"))
        except ValueError:
            return 422, None
        bounds = [query[each] for each in ("min_total", "max_total") if each in query]
        amounts = all(re.fullmatch(r"\d{1,6}(\.\d{1,2})?", each) for each in bounds)
        if (
            offset < 0
            or not 1 <= limit <= 100
            or not amounts
            or query.get("sort", "id") not in {"id", "total", "-total"}
        ):
            return 422, None
        items = list({"customers": self.customers, "quotes": self.quotes}[kind].values())
        if kind == "quotes":
            if not query.get("customer_id", "0").lstrip("-").isdigit():
                return 422, None
            read: Callable[[Any], Any] = str if self.flaw == "bound-as-text" else Decimal
            low, high = read(query.get("min_total", "0")), read(query.get("max_total", "9999999999"))
            items = [each for each in items if low <= read(f"{each['total']:.2f}") <= high]
            if "customer_id" in query:
                items = [each for each in items if str(each["customer_id"]) == query["customer_id"]]
            if query.get("sort", "id") != "id":
                by: Callable[[Node], Any] = lambda each: (  # noqa: E731 - as short as it gets
                    str(each["total"]) if self.flaw == "order-as-text" else each["total"]
                )
                items.sort(key=by, reverse=query["sort"][0] == "-")
        page = [self.shown(each) for each in items[offset : offset + limit]]
        return 200, {"items": page, "total_count": len(items)}


def _lines(sent: Any) -> list[Node] | None:
    """The lines that were sent, with their amounts as decimals; `None` for wrong ones."""
    if not isinstance(sent, list) or not 1 <= len(sent) <= 9:
        return None
    lines = []
    for each in sent:
        price = each.get("unit_price") if isinstance(each, dict) else None
        quantity = each.get("quantity", 1) if isinstance(each, dict) else 0
        label = each.get("label") if isinstance(each, dict) else None
        if not isinstance(price, str) or re.fullmatch(r"\d{1,6}(\.\d{1,2})?", price) is None:
            return None
        if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= 99:
            return None
        if not isinstance(label, str) or not 1 <= len(label) <= 40:
            return None
        lines.append({"label": label, "quantity": quantity, "unit_price": Decimal(price)})
    return lines


@pytest.mark.longer
def test_a_right_service_stays_unaccused(tmp_path: Path) -> None:
    others = [each for each in found(judged(DOCUMENT, Quotes(), tmp_path)) if not each[1].endswith("allow-header")]
    assert others == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flaw", "kind"),
    [
        ("ignores-quantity", "addQuote::201/total::computed-as-said"),
        ("total-stays", "changeQuote::computed::sums-follow-update"),
        ("order-as-text", "listQuotes::order/total::"),
        ("bound-as-text", "listQuotes::query.min_total::"),
        ("deleted-counts", "getCustomer::200/total_quoted::aggregate-exact"),
    ],
)
def test_each_fault_is_found(flaw: str, kind: str, tmp_path: Path) -> None:
    """None of these was, as all numbers of the service are texts."""
    clauses = {clause for _, clause, _ in found(judged(DOCUMENT, Quotes(flaw), tmp_path))}
    assert [each for each in clauses if each.startswith(kind)], clauses
