"""Descriptions that are long, by what they repeat, and a document that says one of them wherever a description may stand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any, Final

from tests.hostile.documents import ref

LENGTH: Final = 100_000
_OFTEN: Final = (
    "a the user can must not may be already on in only once at most one second attempt more than 409 conflict refused "
    "unique case lower upper or and total sum of all amount price quantity times minus number is equal less greater from "
    "to status open closed paid when after before deleted order orders customer name email"
)
_WORDS: Final = _OFTEN.split()
REPEATED: Final[Mapping[str, str]] = {
    "words": " ".join(islice(cycle(_WORDS[::7] + _WORDS[::5] + _WORDS), 400)) + " ",
    "two-letters": "a. ",
    "sentence": "The name is unique. ",
    "entries": "- the name is unique\n",
    "lines": "\n",
    "lines-of-one-space": "\n ",
    "spaces": " ",
    "indented": "\n" + " " * 300 + "a",
    "tabs": "\t.",
    "can": "can ",
    "must-not": "must not be ",
    "at-most": "at most ",
    "sum": "the sum of ",
    "only-once": "only once ",
    "quotes": "'",
    "quoted": '"a" and ',
    "letters": "a",
    "capitals": "A",
    "digits": "1,",
    "stops": ".",
    "semicolons": "; ",
    "commas": "a, ",
    "brackets": "(",
    "bracketed": "(a) ",
    "arrows": "a -> ",
    "dashes": "-",
    "stars": "*",
    "ticks": "`",
    "underscores": "_",
    "humps": "aB",
    "products": "amount * ",
    "differences": "amount - ",
    "table": "| name | sum |\n",
    "states": "from open to closed ",
    "choices": "open or ",
    "wrapped-choices": "open or\nclosed or\n",
    "ranges": "between 1 and ",
    "case": "without regard to case ",
    "accents": "a\u0301",
    "tags": "<b>a</b>",
    "links": "[a](b) ",
    "fences": "```\na\n",
    "dates": "2020-01-01 ",
    "sums": "total: sum of amount\n",
    "sorted": "sorted by name, ",
}
"""By name, what fills a description."""
PARTED: Final[Mapping[str, tuple[int, str]]] = {
    "at once": (LENGTH, ""),
    "in long sentences": (950, ". "),
    "in long lines": (900, "\n"),
    "in wrapped lines": (30, "\n"),
    "in short parts": (30, "; "),
}
"""How a text is parted: after so many characters, by what."""


def text(repeated: str, parted: str) -> str:
    """Return a long text of one kind."""
    size, end = PARTED[parted]
    part = (REPEATED[repeated] * (size // len(REPEATED[repeated]) + 1))[:size] + end
    return (part * (LENGTH // len(part) + 1))[:LENGTH]


def everywhere(said: str) -> dict[str, Any]:
    """A document of orders and customers that says the same everywhere."""
    described, string = {"description": said}, {"type": "string", "description": said}
    order = {
        "type": "object",
        "required": ["name", "amount"],
        **described,
        "properties": {
            "id": {"type": "string", "readOnly": True, **described},
            "name": string,
            "status": {"enum": ["open", "closed", "paid"], **described},
            "amount": {"type": "integer", "minimum": 1, **described},
            "price": {"type": "number", "minimum": 0},
            "total": {"type": "number", **described},
            "customerId": {"type": "string"},
            "createdAt": {"type": "string", "format": "date-time"},
        },
    }
    one = {"application/json": {"schema": ref("Order")}}
    page = {"items": {"type": "array", "items": ref("Order")}, "total": {"type": "integer", **described}}
    listed = {"application/json": {"schema": {"type": "object", "properties": page}}}
    shown = {"200": {"content": one, **described}, **dict.fromkeys(("400", "404", "409"), described)}
    body = {"required": True, "content": one, **described}
    queries = [
        {"name": name, "in": "query", "schema": schema, **described}
        for name, schema in {
            "limit": {"type": "integer", "minimum": 1, "maximum": 100},
            "sort": {"type": "string"},
            "status": {"enum": ["open", "closed"]},
            "q": {"type": "string"},
        }.items()
    ]
    named = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": string, **described}]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1", **described},
        "components": {"schemas": {"Order": order}},
        "paths": {
            "/orders": {
                "get": {"parameters": queries, "responses": {"200": {"content": listed, **described}}, **described},
                "post": {
                    "requestBody": body,
                    "responses": {"201": shown["200"], "400": described, "409": described},
                    **described,
                },
            },
            "/orders/{id}": {
                **named,
                "get": {"responses": shown, **described},
                "patch": {"requestBody": body, "responses": shown, **described},
                "delete": {"responses": {"204": described, "404": described, "409": described}, **described},
            },
            "/orders/{id}/ship": {**named, "post": {"responses": shown, **described}},
        },
    }
