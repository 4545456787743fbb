"""Forms, multipart and XML bodies, read back by parsers that are not ours, and by ours."""

from __future__ import annotations

import email
import email.policy
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.contract.operation import Operation
from contract_suite.contract.request_reading import read
from contract_suite.contract.requests import build
from contract_suite.contract.violations import violations
from contract_suite.model.exchange import Request
from tests.contract.test_requests import contract

FORM, MULTIPART, XML = "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=10)
words = st.text("abcäö01 &=+%", min_size=1, max_size=6).filter(lambda text: text.strip() == text)
integers = st.integers(-(2**40), 2**40)


def operation(media: str, schema: dict[str, Any], **more: Any) -> Operation:
    body = {"required": True, "content": {media: {"schema": schema, **more}}}
    components = {
        "schemas": {
            "Tag": {"type": "object", "properties": {"id": {**NUMBER, "xml": {"attribute": True}}, "label": TEXT}},
        }
    }
    item = {"operationId": "Op", "requestBody": body, "responses": {"200": {"description": "ok"}}}
    return contract({"/x": {"post": item}}, components=components).operations[0]


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def body_of(**members: Any) -> dict[str, Any]:
    return {"body": members}


def pairs(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(request.body))


def parts(request: Request) -> list[EmailMessage]:
    kind = dict(request.headers)["Content-Type"]
    message = email.message_from_bytes(
        f"Content-Type: {kind}\r\n\r\n".encode() + request.body, policy=email.policy.HTTP
    )
    assert message.is_multipart()
    assert not message.defects
    return [each for each in message.iter_parts() if isinstance(each, EmailMessage)]


def root_of(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314 - written by us


def content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


@given(a=texts, many=st.lists(texts, min_size=1, max_size=3), n=integers)
@settings(max_examples=40, deadline=None)
def test_a_form_comes_back(a: str, many: list[str], n: int) -> None:
    subject = operation(FORM, fields(a=TEXT, many={"type": "array", "items": TEXT}, n=NUMBER))
    request = build(subject, body_of(a=a, many=many, n=n))
    assert pairs(request) == [("a", a), *(("many", each) for each in many), ("n", str(n))]
    assert read(subject, request) == {"body": {"a": a, "many": many, "n": n}}
    assert violations(subject, request) == ()


STYLES: dict[str, tuple[dict[str, Any], Callable[[list[str]], list[tuple[str, str]]]]] = {
    "form": ({"explode": False}, lambda value: [("x", ",".join(value))]),
    "spaceDelimited": ({"explode": False}, lambda value: [("x", " ".join(value))]),
    "pipeDelimited": ({"explode": False}, lambda value: [("x", "|".join(value))]),
    "exploded": ({"style": "form", "explode": True}, lambda value: [("x", each) for each in value]),
}


@pytest.mark.parametrize("style", STYLES)
@given(value=st.lists(st.text("abcäö01&=+%", min_size=1, max_size=5), min_size=1, max_size=3))
@settings(max_examples=20, deadline=None)
def test_a_list_is_sent_in_the_style_of_its_encoding(style: str, value: list[str]) -> None:
    stated, expected = STYLES[style]
    schema = fields(x={"type": "array", "items": TEXT}, other=TEXT)
    subject = operation(FORM, schema, encoding={"x": {"style": style, **stated}})
    request = build(subject, body_of(x=value, other="o"))
    assert pairs(request) == [*expected(value), ("other", "o")]
    assert read(subject, request) == {"body": {"x": value, "other": "o"}}


@given(a=words, n=integers)
@settings(max_examples=20, deadline=None)
def test_an_object_in_a_form_is_json_or_in_its_style(a: str, n: int) -> None:
    schema = fields(x=fields(a=TEXT, n=NUMBER), other=TEXT)
    value: Any = {"x": {"a": a, "n": n}, "other": "o"}
    plain = operation(FORM, schema)
    request = build(plain, {"body": value})
    assert json.loads(dict(pairs(request))["x"]) == value["x"]
    assert read(plain, request) == {"body": value}
    deep = operation(FORM, schema, encoding={"x": {"style": "deepObject"}})
    request = build(deep, {"body": value})
    assert pairs(request) == [("x[a]", a), ("x[n]", str(n)), ("other", "o")]
    assert read(deep, request) == {"body": value}
    spread = operation(FORM, schema, encoding={"x": {"style": "form"}})
    request = build(spread, {"body": value})
    assert pairs(request) == [("a", a), ("n", str(n)), ("other", "o")]
    assert read(spread, request) == {"body": value}


def test_a_text_said_to_be_json_is_quoted() -> None:
    subject = operation(FORM, fields(x=TEXT), encoding={"x": {"contentType": "application/json"}})
    request = build(subject, {"body": {"x": "5"}})
    assert pairs(request) == [("x", '"5"')]
    assert read(subject, request) == {"body": {"x": "5"}}


@given(a=texts, n=integers, data=texts, many=st.lists(texts, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_multipart_body_comes_back(a: str, n: int, data: str, many: list[str]) -> None:
    schema = fields(
        a=TEXT,
        n=NUMBER,
        tag=fields(label=TEXT),
        data={"type": "string", "format": "binary"},
        many={"type": "array", "items": {"type": "string", "format": "binary"}},
    )
    value: Any = {"a": a, "n": n, "tag": {"label": a}, "data": data, "many": many}
    subject = operation(MULTIPART, schema)
    request = build(subject, {"body": value})
    found = parts(request)
    assert [each.get_param("name", header="content-disposition") for each in found] == [
        *("a", "n", "tag", "data"),
        *("many" for _ in many),
    ]
    assert [content(each) for each in found] == [
        *(a.encode(), str(n).encode(), json.dumps({"label": a}, ensure_ascii=False, separators=(",", ":")).encode()),
        *(data.encode(), *(each.encode() for each in many)),
    ]
    assert [each.get_filename() for each in found] == [None, None, None, "data.bin", *("many.bin" for _ in many)]
    assert [each.get_content_type() for each in found[2:4]] == ["application/json", "application/octet-stream"]
    assert read(subject, request) == {"body": value}
    assert violations(subject, request) == ()


@pytest.mark.parametrize(
    ("schema", "encoding", "kind", "name"),
    [
        (TEXT, "image/png, image/jpeg", "image/png", "x.png"),
        (TEXT, "image/*", "image/png", "x.png"),
        (TEXT, "text/csv", "text/csv", None),
        ({"type": "string", "contentMediaType": "application/pdf"}, "", "application/pdf", "x.pdf"),
        ({"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}, "", "text/plain", None),
        ({"type": "object"}, "application/vnd.shop+json", "application/vnd.shop+json", None),
    ],
)
def test_a_part_has_the_content_type_that_the_document_says(
    schema: dict[str, Any], encoding: str, kind: str, name: str | None
) -> None:
    more = {"encoding": {"x": {"contentType": encoding}}} if encoding else {}
    subject = operation(MULTIPART, fields(x=schema), **more)
    (part,) = parts(build(subject, {"body": {"x": {} if schema["type"] == "object" else "text"}}))
    assert (part.get_content_type(), part.get_filename()) == (kind, name)


PET = fields(
    id={**NUMBER, "xml": {"attribute": True}},
    name={**TEXT, "xml": {"name": "called", "prefix": "p", "namespace": "urn:pets"}},
    tags={"type": "array", "xml": {"wrapped": True}, "items": {"$ref": "#/components/schemas/Tag"}},
    aliases={"type": "array", "items": {**TEXT, "xml": {"name": "alias"}}},
    photos={"type": "array", "xml": {"wrapped": True, "name": "pictures"}, "items": {**TEXT, "xml": {"name": "url"}}},
    owner=fields(name=TEXT),
) | {"xml": {"name": "pet", "namespace": "urn:shop"}}


def test_xml_is_written_as_the_document_describes_it() -> None:
    value: Any = {
        "id": 7,
        "name": "Rex & <co>",
        "tags": [{"id": 1, "label": "a"}, {"id": 2, "label": "b"}],
        "aliases": ["x", "y"],
        "photos": ["u1"],
        "owner": {"name": "Ada"},
    }
    request = build(operation(XML, PET), {"body": value})
    assert dict(request.headers)["Content-Type"] == XML
    pet = root_of(request.body)
    assert pet.tag == "{urn:shop}pet"
    assert pet.attrib == {"id": "7"}
    assert [each.text for each in pet.findall("{urn:pets}called")] == ["Rex & <co>"]
    tags = pet.findall("{urn:shop}tags/{urn:shop}tags")
    assert [(each.attrib, each.findtext("{urn:shop}label")) for each in tags] == [
        ({"id": "1"}, "a"),
        ({"id": "2"}, "b"),
    ]
    assert [each.text for each in pet.findall("{urn:shop}alias")] == ["x", "y"]
    assert [each.text for each in pet.findall("{urn:shop}pictures/{urn:shop}url")] == ["u1"]
    assert pet.findtext("{urn:shop}owner/{urn:shop}name") == "Ada"


@given(
    name=words,
    n=integers,
    labels=st.lists(words, min_size=1, max_size=3),
    aliases=st.lists(words, min_size=1, max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_xml_comes_back(name: str, n: int, labels: list[str], aliases: list[str]) -> None:
    value: Any = {
        "id": n,
        "name": name,
        "tags": [{"label": each} for each in labels],
        "aliases": aliases,
        "photos": [name],
    }
    subject = operation(XML, PET)
    request = build(subject, {"body": value})
    assert read(subject, request) == {"body": value}
    assert violations(subject, request) == ()


@pytest.mark.longer
@given(
    st.recursive(
        st.none() | st.booleans() | integers | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_sent_as_xml_is_xml(value: Any) -> None:
    subject = operation(XML, PET)
    if not isinstance(value, str):
        root_of(build(subject, {"body": value}).body)


def test_a_list_at_the_root_is_named_after_its_items() -> None:
    subject = operation(XML, {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}})
    root = root_of(build(subject, {"body": [{"label": "a"}]}).body)
    assert [root.tag, *(each.tag for each in root)] == ["root", "Tag"]


@pytest.mark.parametrize("body", [b"<pet", b"<!DOCTYPE pet [<!ENTITY a 'b'>]><pet>&a;</pet>", b"\x00", b"pet"])
def test_what_is_no_xml_breaks_the_syntax_and_a_wrong_element_proves_nothing(body: bytes) -> None:
    subject = operation(XML, PET)
    sent = Request(method="POST", target="/x", headers=(("Content-Type", XML),), body=body)
    assert [each.keyword for each in violations(subject, sent, lenient=True)] == ["syntax"]
    wrong = Request(method="POST", target="/x", headers=(("Content-Type", XML),), body=b'<pet id="no number"/>')
    assert [each.keyword for each in violations(subject, wrong)] == ["type"]
    assert violations(subject, wrong, lenient=True) == ()


@pytest.mark.parametrize("encoding", [{}, {"x": {"style": "deepObject"}}])
@pytest.mark.parametrize("kind", [{"type": "object"}, {"type": "array", "items": NUMBER}, NUMBER])
def test_nothing_behind_a_name_may_be_nothing_at_all(kind: dict[str, Any], encoding: dict[str, Any]) -> None:
    """A right server of another style ignores `metadata=`, and was accused of taking null for an object."""
    media = {"encoding": encoding} if kind["type"] == "object" else {}
    sent = Request(method="POST", target="/x", headers=(("Content-Type", FORM),), body=b"x=&other=a")
    optional = operation(FORM, fields(x=kind, other=TEXT), **media)
    assert violations(optional, sent)
    assert violations(optional, sent, lenient=True) == ()
    assert violations(operation(FORM, {**fields(x=NUMBER), "required": ["x"]}), sent, lenient=True)
