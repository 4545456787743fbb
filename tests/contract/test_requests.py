"""Requests: every style there and back, routing, and what a request breaks under a strict and a forgiving reading."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contract_suite.checks.negative_rejected import CHECK
from contract_suite.contract.document import Library
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import route
from contract_suite.contract.reading import read_contract
from contract_suite.contract.request_reading import read
from contract_suite.contract.requests import build
from contract_suite.contract.violations import breaks, violations
from contract_suite.model.exchange import Request
from contract_suite.model.json import JSON, Raw


def contract(paths: dict[str, Any], **rest: Any) -> Contract:
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, **rest}
    return read_contract(Library().read(json.dumps(document).encode(), "inline.json"))


def operation(
    parameters: list[dict[str, Any]], *, path: str = "/x", method: str = "get", body: dict[str, Any] | None = None
) -> Operation:
    item: dict[str, Any] = {"operationId": "Op", "parameters": parameters, "responses": {"200": {"description": "ok"}}}
    if body is not None:
        item["requestBody"] = body
    return contract({path: {method: item}}).operations[0]


def one(where: str, schema: dict[str, Any], **more: Any) -> Operation:
    return _one(where, json.dumps(schema), json.dumps(more))


@lru_cache
def _one(where: str, schema_text: str, more_text: str) -> Operation:
    schema, more = json.loads(schema_text), json.loads(more_text)
    path = "/a/{p}/b" if where == "path" else "/x"
    return operation([{"name": "p", "in": where, "required": where == "path", "schema": schema, **more}], path=path)


def with_body(schema: dict[str, Any], media: str = "application/json", *, required: bool = True) -> Operation:
    return operation([], method="post", body={"required": required, "content": {media: {"schema": schema}}})


def keywords(subject: Operation, request: Request, *, lenient: bool = False) -> list[tuple[str, str]]:
    found = violations(subject, request, lenient=lenient)
    assert breaks(subject, request, lenient=lenient) == bool(found)
    return [(each.subject, each.keyword) for each in found]


def query(text: str) -> Request:
    return Request(method="GET", target=f"/x?{text}")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ascii_texts = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=",=%;"), min_size=1, max_size=8
)
integers = st.integers(-(2**40), 2**40)
numbers = st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: not value.is_integer())
STRING, INTEGER = {"type": "string"}, {"type": "integer"}
LIST = {"type": "array", "items": STRING}
OBJECT = {"type": "object", "properties": {"a": STRING, "b": INTEGER}}

ARRAY_STYLES = [
    ("path", "simple", False),
    ("path", "simple", True),
    ("path", "label", False),
    ("path", "label", True),
    ("path", "matrix", False),
    ("path", "matrix", True),
    ("query", "form", True),
    ("query", "form", False),
    ("query", "spaceDelimited", False),
    ("query", "pipeDelimited", False),
    ("header", "simple", False),
    ("cookie", "form", False),
]


@pytest.mark.parametrize(
    ("where", "style"),
    [("path", "simple"), ("path", "label"), ("path", "matrix"), ("query", "form"), ("cookie", "form")],
)
@given(value=texts)
@example(value=".")
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back(where: str, style: str, value: str) -> None:
    subject = one(where, STRING, style=style)
    request = build(subject, {f"{where}.p": value})
    assert request.target.isascii()
    assert "/../" not in request.target
    assert read(subject, request) == {f"{where}.p": value}
    assert violations(subject, request) == ()


@pytest.mark.parametrize(
    ("schema", "values"), [(INTEGER, integers), ({"type": "number"}, numbers), ({"type": "boolean"}, st.booleans())]
)
@pytest.mark.parametrize("where", ["path", "query", "header", "cookie"])
def test_scalars_come_back(where: str, schema: dict[str, Any], values: st.SearchStrategy[JSON]) -> None:
    subject = one(where, schema)

    @given(values)
    @settings(max_examples=25, deadline=None)
    def check(value: JSON) -> None:
        request = build(subject, {f"{where}.p": value})
        assert read(subject, request) == {f"{where}.p": value}
        assert violations(subject, request) == ()

    check()


@pytest.mark.parametrize(("where", "style", "explode"), ARRAY_STYLES)
@given(value=st.lists(ascii_texts.filter(lambda text: " " not in text and "|" not in text), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_arrays_come_back(where: str, style: str, explode: bool, value: list[JSON]) -> None:
    subject = one(where, LIST, style=style, explode=explode)
    request = build(subject, {f"{where}.p": value})
    assert read(subject, request) == {f"{where}.p": value}


@pytest.mark.parametrize(
    ("where", "style", "explode"),
    [each for each in ARRAY_STYLES if "Delimited" not in each[1]] + [("query", "deepObject", True)],
)
@given(a=ascii_texts, b=integers)
@settings(max_examples=25, deadline=None)
def test_objects_come_back(where: str, style: str, explode: bool, a: str, b: int) -> None:
    subject = one(where, OBJECT, style=style, explode=explode)
    request = build(subject, {f"{where}.p": {"a": a, "b": b}})
    assert read(subject, request) == {f"{where}.p": {"a": a, "b": b}}
    assert violations(subject, request) == ()


json_values = st.recursive(
    st.none() | st.booleans() | integers | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)


@given(json_values)
@settings(max_examples=60, deadline=None)
def test_json_bodies_and_content_parameters_come_back(value: JSON) -> None:
    posted = with_body({})
    assert read(posted, build(posted, {"body": value})) == {"body": value}
    parameter = operation([{"name": "p", "in": "query", "content": {"application/json": {"schema": {}}}}])
    assert read(parameter, build(parameter, {"query.p": value})) == {"query.p": value}


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "multipart/form-data"])
@given(
    a=texts,
    b=integers,
    c=st.lists(texts, min_size=1, max_size=3),
    d=st.dictionaries(texts, integers, min_size=1, max_size=2),
)
@settings(max_examples=30, deadline=None)
def test_form_bodies_come_back(media: str, a: str, b: int, c: list[JSON], d: dict[str, JSON]) -> None:
    schema = {"type": "object", "properties": {"a": STRING, "b": INTEGER, "c": LIST, "d": {"type": "object"}}}
    subject = with_body(schema, media)
    value: JSON = {"a": a, "b": b, "c": c, "d": d}
    request = build(subject, {"body": value})
    assert read(subject, request) == {"body": value}
    assert violations(subject, request) == ()
    assert build(subject, {"body": value}) == request


@given(
    json_values,
    st.sampled_from(["path", "query", "header", "cookie"]),
    st.sampled_from([STRING, INTEGER, LIST, OBJECT]),
)
@settings(max_examples=80, deadline=None)
def test_any_value_can_be_sent_and_judged(value: JSON, where: str, schema: dict[str, Any]) -> None:
    subject = one(where, schema)
    request = build(subject, {f"{where}.p": value})
    assert request.target.isascii()
    strict = violations(subject, request)
    assert len(violations(subject, request, lenient=True)) <= len(strict)


@given(st.binary(max_size=30), st.text(st.characters(max_codepoint=126, min_codepoint=33), max_size=20))
@settings(max_examples=80, deadline=None)
def test_any_bytes_can_be_judged(body: bytes, text: str) -> None:
    subject = with_body(OBJECT)
    for kind in ("application/json", "text/html", ""):
        request = Request(method="POST", target="/x?" + text, headers=(("Content-Type", kind),), body=body)
        assert len(violations(subject, request, lenient=True)) <= len(violations(subject, request))
    read(one("query", OBJECT, style="deepObject"), query(text))


def test_what_goes_out() -> None:
    assert build(one("query", {"type": "number"}), {"query.p": 5.0}).target == "/x?p=5"
    assert build(one("query", STRING), {"query.p": "a b&ü/+"}).target == "/x?p=a%20b%26%C3%BC%2F%2B"
    assert build(one("query", STRING, allowReserved=True), {"query.p": "a/b?&"}).target == "/x?p=a/b?%26"
    assert (
        build(one("query", OBJECT, style="deepObject"), {"query.p": {"a": "x", "b": 1}}).target
        == "/x?p%5Ba%5D=x&p%5Bb%5D=1"
    )
    assert build(one("path", STRING), {"path.p": ".."}).target == "/a/%2E%2E/b"
    assert build(one("path", LIST, style="label", explode=True), {"path.p": ["x", "y"]}).target == "/a/.x.y/b"
    assert build(one("path", LIST, style="matrix", explode=True), {"path.p": ["x", "y"]}).target == "/a/;p=x;p=y/b"
    assert build(one("path", STRING), {"path.p": Raw("%zz")}).target == "/a/%zz/b"
    assert build(one("header", STRING), {"header.p": "a\r\nB: c"}).headers == (("p", "a%0D%0AB: c"),)
    assert build(with_body({}), {"body": Raw('{"a":')}).body == b'{"a":'
    with pytest.raises(ValueError, match=r"path\.p"):
        build(one("path", STRING), {})


def test_an_undeclared_argument_goes_out() -> None:
    assert build(one("query", STRING), {"query.other": 1}).target == "/x?other=1"


@pytest.mark.parametrize("text", ["5", "%205", "%2B5", "05", "5.0", "5e0", "", "5&p=0", "0&p=5"])
def test_forgiven_integers(text: str) -> None:
    assert keywords(one("query", {"type": "integer", "minimum": 1}), query(f"p={text}"), lenient=True) == []


@pytest.mark.parametrize(
    ("text", "keyword"),
    [("0", "minimum"), ("11", "maximum"), ("abc", "type"), ("1.5", "type"), ("%2B0", "minimum"), ("true", "type")],
)
def test_proved_integers(text: str, keyword: str) -> None:
    subject = one("query", {"type": "integer", "minimum": 1, "maximum": 10})
    assert keywords(subject, query(f"p={text}"), lenient=True) == [("query.p", keyword)]


@pytest.mark.parametrize("text", ["TRUE", "1", "on", "no"])
def test_forgiven_booleans(text: str) -> None:
    subject = one("query", {"type": "boolean"})
    assert keywords(subject, query(f"p={text}")) == [("query.p", "type")]
    assert keywords(subject, query(f"p={text}"), lenient=True) == []


def test_int32_is_a_range() -> None:
    subject = one("query", {"type": "integer", "format": "int32"})
    assert keywords(subject, query("p=2147483647")) == []
    assert keywords(subject, query("p=2147483648"), lenient=True) == [("query.p", "format")]


def test_an_empty_value_may_be_none() -> None:
    optional, required = one("query", {"enum": ["a"]}), one("query", {"enum": ["a"]}, required=True)
    assert keywords(optional, query("p=")) == [("query.p", "enum")]
    assert keywords(optional, query("p="), lenient=True) == []
    assert keywords(required, query("p="), lenient=True) == [("query.p", "enum")]
    assert keywords(required, query(""), lenient=True) == [("query.p", "required")]


@pytest.mark.parametrize(
    ("text", "proved"),
    [
        ("f%5Brole%5D=", False),
        ("f%5Brole%5D=&f%5Bname%5D=x", False),
        ("f%5Brole%5D=b", True),
        ("f%5Brole%5D=b&f%5Bname%5D=", True),
    ],
)
def test_an_empty_member_may_be_none(text: str, *, proved: bool) -> None:
    """Many frameworks drop `filter[role]=` from a query, and serve what is left."""
    members = {"type": "object", "properties": {"role": {"enum": ["a"]}, "name": {"type": "string"}}}
    subject = one("query", members, name="f", style="deepObject", explode=True)
    assert keywords(subject, query(text)) != []
    assert (keywords(subject, query(text), lenient=True) != []) is proved


def test_header_names_know_no_case() -> None:
    subject = one("header", INTEGER, required=True)
    assert violations(subject, Request(method="GET", target="/x", headers=(("P", "5"),))) == ()


@pytest.mark.parametrize("sent", ["north ", " north", "north\t"])
def test_blanks_around_a_header_are_no_part_of_its_value(sent: str) -> None:
    subject = one("header", {"type": "string", "enum": ["north", "south"]})
    request = Request(method="GET", target="/x", headers=(("p", sent),))
    assert keywords(subject, request) == keywords(subject, request, lenient=True) == []
    cookie = Request(method="GET", target="/x", headers=(("cookie", f"p={sent}; q=1"),))
    assert keywords(one("cookie", {"type": "string", "enum": ["north", "south"]}), cookie) == []
    within = Request(method="GET", target="/x", headers=(("p", "no rth"),))
    assert [each[1] for each in keywords(subject, within, lenient=True)] == ["enum"]


@pytest.mark.parametrize(
    ("style", "explode", "text", "proved"),
    [
        ("form", False, "p=a%20", False),
        ("form", False, "p=a,%20b", False),
        ("pipeDelimited", False, "p=a%20%7Cb", False),
        ("form", False, "p=a%20c", True),
        ("form", True, "p=a%20", True),
    ],
)
def test_blanks_around_what_delimits_items_may_be_dropped(
    style: str, text: str, *, explode: bool, proved: bool
) -> None:
    items = {"type": "array", "items": {"enum": ["a", "b"]}}
    subject = one("query", items, style=style, explode=explode)
    assert keywords(subject, query(text)) != []
    assert (keywords(subject, query(text), lenient=True) != []) is proved
    assert keywords(one("query", {"enum": ["a", "b"]}), query("p=a%20"), lenient=True) == [("query.p", "enum")]


@pytest.mark.parametrize(
    ("name", "value", "proved"),
    [
        ("Prefer", "return=everything", False),
        ("accept-language", "xx", False),
        ("If-Modified-Since", "yesterday", False),
        ("traceparent", "00-0", False),
        ("X-Prefer", "return=everything", True),
        ("If-Match", "none", True),
    ],
)
def test_what_a_standard_lets_servers_disregard_in_a_header_proves_nothing(
    name: str, value: str, *, proved: bool
) -> None:
    parameter = {"name": name, "in": "header", "schema": {"type": "string", "enum": ["a"]}}
    whole = contract({"/x": {"get": {"parameters": [parameter], "responses": {"200": {"description": "ok"}}}}})
    [subject] = whole.operations
    request = Request(method="GET", target="/x", headers=((name, value),))
    assert keywords(subject, request) == [(f"header.{name}", "enum")]
    assert (keywords(subject, request, lenient=True) != []) is proved
    [clause] = [each for each in CHECK.clauses(whole) if each.kind == "enum-enforced"]
    assert bool(clause.inapplicable) is not proved


def test_a_path_value_that_leads_elsewhere_proves_nothing() -> None:
    subject = one("path", {"type": "string", "pattern": "^[a-z]+$"})
    for value in ("", ".", "..", "a/b"):
        request = build(subject, {"path.p": value})
        assert keywords(subject, request) == [("path.p", "pattern")]
        assert keywords(subject, request, lenient=True) == []
    assert keywords(subject, build(subject, {"path.p": "a-b"}), lenient=True) == [("path.p", "pattern")]
    assert keywords(subject, Request(method="GET", target="/elsewhere"), lenient=True) == []


BODY = {"type": "object", "required": ["a"], "properties": {"a": STRING, "b": INTEGER}}


@pytest.mark.parametrize(
    ("text", "strict", "lenient"),
    [
        ('{"a":"x","b":1}', [], []),
        ('{"a":"x","b":null}', [("body/b", "type")], []),
        ('{"a":null}', [("body/a", "type")], [("body/a", "type")]),
        ('{"a":5}', [("body/a", "type")], [("body/a", "type")]),
        ("{}", [("body/a", "required")], [("body/a", "required")]),
        ('{"a":"x","a":5}', [("body/a", "type")], []),
        ('{"a":5,"a":6}', [("body/a", "type")], [("body/a", "type")]),
        ('{"a":', [("body", "syntax")], [("body", "syntax")]),
        ('{"a":"x"} x', [("body", "syntax")], []),
        ("", [("body", "required")], [("body", "required")]),
        ("[]", [("body", "type")], [("body", "type")]),
    ],
)
def test_bodies(text: str, strict: list[tuple[str, str]], lenient: list[tuple[str, str]]) -> None:
    subject = with_body(BODY)
    request = Request(
        method="POST", target="/x", headers=(("content-type", "application/json; charset=utf-8"),), body=text.encode()
    )
    assert keywords(subject, request) == strict
    assert keywords(subject, request, lenient=True) == lenient


def test_a_wrong_content_type_is_forgiven_where_the_bytes_are_right() -> None:
    subject = with_body(BODY)
    request = build(subject, {"body": {"a": "x"}}, headers=(("Content-Type", "text/plain"),))
    assert keywords(subject, request) == [("body", "mediaType")]
    assert keywords(subject, request, lenient=True) == []


def test_an_empty_body_may_be_an_empty_object() -> None:
    subject = with_body({"type": "object"})
    assert keywords(subject, Request(method="POST", target="/x")) == [("body", "required")]
    assert keywords(subject, Request(method="POST", target="/x"), lenient=True) == []


def test_routing() -> None:
    get = {"responses": {"200": {"description": "ok"}}}
    paths = {
        "/a/{id}": {"get": {"operationId": "One", **get}, "delete": {"operationId": "Gone", **get}},
        "/a/new": {"get": {"operationId": "New", **get}},
        "/a/{id}:stop": {"post": {"operationId": "Stop", **get}},
    }
    known = contract(paths)
    found, values, allowed = route(known, "GET", "/a/x%2Fy%20z?q=1")
    assert found is not None
    assert (found.id, values, set(allowed)) == ("One", {"id": "x/y z"}, {"GET", "DELETE"})
    found, _, allowed = route(known, "GET", "/a/new")
    assert found is not None
    assert (found.id, allowed) == ("New", ("GET",))
    found, values, _ = route(known, "POST", "/a/7:stop")
    assert found is not None
    assert (found.id, values) == ("Stop", {"id": "7"})
    assert route(known, "GET", "/b") == (None, {}, ())
    assert route(known, "PUT", "/a/1")[0] is None


def test_a_path_with_a_query_is_of_requests_that_have_it() -> None:
    get = {"responses": {"200": {"description": "ok"}}}
    paths: dict[str, Any] = {
        "/a?cmd=stop": {"post": {"operationId": "Stop", **get}},
        "/a?page={page}": {"get": {"operationId": "Page", **get}},
        "/{id}": {"get": {"operationId": "One", **get}},
        "/a": {"post": {"operationId": "Make", **get}},
    }
    known = contract(paths)

    def found(method: str, target: str) -> tuple[str, dict[str, str]]:
        operation, values, _ = route(known, method, target)
        return operation.id if operation is not None else "", values

    assert found("POST", "/a?x=1&cmd=stop") == ("Stop", {})
    paths["/a?cmd=stop"]["post"]["parameters"] = [{"name": "x", "in": "query", "schema": {"type": "string"}}]
    assert build(contract(paths).operation("Stop"), {"query.x": "1"}).target == "/a?cmd=stop&x=1"
    assert found("POST", "/a?cmd=go") == ("Make", {})
    assert found("GET", "/a?page=2") == ("Page", {"page": "2"})
    assert found("GET", "/b?page=2") == ("One", {"id": "b"})


def test_a_key_that_is_written_down_as_a_parameter_too_is_the_key() -> None:
    parameters = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}} for name in ("key", "q")
    ]
    one = {"parameters": parameters, "responses": {"200": {"description": "ok"}}}
    schemes = {"k": {"type": "apiKey", "in": "query", "name": "key"}}
    paths = {"/a": {"get": {"operationId": "A", "security": [{"k": []}], **one}, "post": {"operationId": "B", **one}}}
    known = contract(paths, components={"securitySchemes": schemes})
    assert [[each.name for each in operation.parameters] for operation in known.operations] == [["q"], ["key", "q"]]


@pytest.mark.parametrize(
    ("schema", "value", "proved"),
    [
        ({"type": "object", "properties": {"n": {"type": "integer"}}}, {"n": True}, False),
        ({"type": "array", "items": {"type": ["number", "null"]}}, [False], False),
        ({"type": "object", "properties": {"n": {"type": "integer", "minimum": 2}}}, {"n": True}, True),
        ({"type": "object", "properties": {"n": {"type": "string"}}}, {"n": True}, True),
        (
            {"type": "object", "properties": {"n": {"type": "integer"}, "b": {"type": "boolean"}}},
            {"n": [], "b": True},
            True,
        ),
    ],
)
def test_a_truth_value_is_a_number_to_forgiving_servers(schema: dict[str, Any], value: JSON, *, proved: bool) -> None:
    """Pydantic, and most of what is written in Python, reads `true` as 1: correct servers were blamed for serving it."""
    subject = with_body(schema)
    request = build(subject, {"body": value})
    assert breaks(subject, request)
    assert breaks(subject, request, lenient=True) is proved
