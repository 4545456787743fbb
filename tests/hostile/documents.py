"""Documents that ask for too much, by class: schemas that stand in a request and in an answer, and whole documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final


def api(schema: Any, definitions: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A document whose only schema is required of a body, of a query and of an answer."""
    content = {"application/json": {"schema": schema}}
    done = {"description": "done", "content": content}
    query = {"name": "q", "in": "query", "required": True, "schema": schema}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "get": {"operationId": "listThings", "parameters": [query], "responses": {"200": done}},
                "post": {
                    "operationId": "createThing",
                    "requestBody": {"required": True, "content": content},
                    "responses": {"201": done, "400": {"description": "bad"}},
                },
            },
            "/health": {"get": {"operationId": "health", "responses": {"200": {"description": "well"}}}},
        },
        "components": {"schemas": dict(definitions or {})},
        **more,
    }


def resource(schema: Any, definitions: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A document of things that can be listed, made, read, changed and removed."""
    content = {"application/json": {"schema": schema}}
    shown, refused = {"description": "done", "content": content}, {"400": {"description": "bad"}}
    listed = {"description": "all", "content": {"application/json": {"schema": {"type": "array", "items": schema}}}}
    body, unknown = {"required": True, "content": content}, {"404": {"description": "none"}}
    named = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    document = api({}, definitions)
    document["paths"] = {
        "/things": {
            "get": {"responses": {"200": listed}},
            "post": {"requestBody": body, "responses": {"201": shown, **refused}},
        },
        "/things/{id}": {
            "parameters": [named],
            "get": {"responses": {"200": shown, **unknown}},
            "put": {"requestBody": body, "responses": {"200": shown, **refused, **unknown}},
            "delete": {"responses": {"204": {"description": "gone"}, **unknown}},
        },
    }
    return document


def ref(name: str) -> dict[str, Any]:
    """A reference to a definition."""
    return {"$ref": f"#/components/schemas/{name}"}


def thing(**members: Any) -> dict[str, Any]:
    """An object that requires all its members."""
    return {"type": "object", "required": list(members), "properties": members}


def nested(levels: int, wrap: Callable[[Any], Any], innermost: Any) -> Any:
    """A schema wrapped so many times."""
    for _ in range(levels):
        innermost = wrap(innermost)
    return innermost


def chain(count: int, link: Callable[[dict[str, Any]], Any], last: Any) -> dict[str, Any]:
    """Definitions `n0`, `n1`, … of which each is made of a reference to the next."""
    return {**{f"n{at}": link(ref(f"n{at + 1}")) for at in range(count)}, f"n{count}": last}


PATTERNS: Final[Mapping[str, str]] = {
    "plus-in-plus": "^(a+)+$",
    "plus-beside-plus": "(x+x+)+y",
    "counted-any": "^(.*a){25}$",
    "star-in-star": "^([a-zA-Z0-9]+)*@$",
    "same-alternatives": "^(a|aa)+$",
    "optional-alternative": "^(a|a?)+$",
    "star-then-other": "(a*)*b",
    "mixed-case": "^(([a-z])+.)+[A-Z]([a-z])+$",
    "domain-name": r"^([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$",
    "mail": r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
    "words": r"^(\w+\s?)*$",
    "digits-then-dash": r"^(\d+)*-$",
    "many-any": "^.*.*.*.*.*.*.*.*=.*$",
    "look-ahead": "^(?=(a+)+$)b?a*$",
    "negative-look-ahead": "^(?!(a+)+b).*$",
    "look-behind": "(?<=a)b+$",
    "password": r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{8,}$",
    "back-reference": r"^(a+)\1+$",
    "bounded-in-bounded": "^((a{1,100}){1,100}){1,100}$",
    "exact-in-exact": "^((a{300}){300}){300}$",
    "optional-thirty-times": "^(a?){30}a{30}$",
    "wide": "^[a-z]{1,1000}$|^[0-9]{1,1000}$",
    "broken": "(",
    "broken-class": "[z-a]",
    "unicode-property": r"^\p{L}+$",
    "possessive": "^a++b$",
    "python-group": "(?P<n>a)(?P=n)",
    "long": "a" * 50_000,
    "deep": "(" * 2_000 + "a" + ")" * 2_000,
    "nothing": "$a^",
}
"""Regular expressions: those that an engine with backtracking never ends with, and those that no engine likes."""

TOO_LARGE: Final[Mapping[str, Any]] = {
    "long-text": {"type": "string", "minLength": 10**9},
    "longer-than-an-integer": {"type": "string", "minLength": 10**18},
    "long-array": {"type": "array", "minItems": 10**7, "items": {"type": "integer"}},
    "long-unique-array": {"type": "array", "minItems": 10**9, "uniqueItems": True, "items": {"type": "string"}},
    "many-members": {"type": "object", "minProperties": 10**7},
    "many-contained": {"type": "array", "contains": {"const": 1}, "minContains": 10**8},
    "long-text-within": thing(name={"type": "string", "minLength": 10**9}),
    "long-text-by-all-of": {"allOf": [{"type": "string"}, {"minLength": 10**9}]},
    "long-in-each-choice": {"oneOf": [{"type": "string", "minLength": 10**9}, {"type": "array", "minItems": 10**9}]},
    "arrays-in-arrays": nested(
        8, lambda inner: {"type": "array", "minItems": 100, "items": inner}, {"type": "integer"}
    ),
    "itself": thing(self={"$ref": "#/components/schemas/itself"}),
    "itself-as-item": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/itself-as-item"}},
}
"""Schemas of which the smallest value is too large to be sent, or has no end."""


def _tree(depth: int) -> dict[str, Any]:
    return chain(depth, lambda below: thing(left=below, right=below), {"type": "integer"})


DEFINED: Final[Mapping[str, Mapping[str, Any]]] = {
    "required-tree": _tree(20),
    "each-other": {"n0": thing(other=ref("n1")), "n1": thing(other=ref("n0"))},
    "through-all-of": {"n0": {"allOf": [thing(a={"type": "integer"}), thing(other=ref("n0"))]}},
    "through-additional": {"n0": {"type": "object", "minProperties": 1, "additionalProperties": ref("n0")}},
    "required-chain": chain(150, lambda below: thing(next=below), {"type": "integer"}),
}
"""Definitions of which the smallest value of the first one, `n0`, is too large or has no end."""

DOUBLING: Final[Mapping[str, Mapping[str, Any]]] = {
    "all-of": chain(40, lambda below: {"allOf": [below, below]}, {"type": "object"}),
    "any-of": chain(40, lambda below: {"anyOf": [below, below]}, {"type": "object"}),
    "one-of": chain(16, lambda below: {"oneOf": [below, {"allOf": [below, {"type": "null"}]}]}, {"type": "object"}),
    "optional-members": chain(
        30, lambda below: {"type": "object", "properties": {"a": below, "b": below}}, {"type": "integer"}
    ),
    "items-and-members": chain(
        30,
        lambda below: {"type": "object", "properties": {"a": {"type": "array", "items": below}, "b": below}},
        {"type": "string"},
    ),
    "not": chain(40, lambda below: {"not": {"allOf": [below, below]}}, {"type": "object"}),
    "conditions": chain(25, lambda below: {"if": below, "then": below, "else": below}, {"type": "object"}),
    "references": chain(1_500, lambda below: below, {"type": "object"}),
    "chain-of-optional": chain(
        2_000, lambda below: {"type": "object", "properties": {"next": below}}, {"type": "integer"}
    ),
}
"""Definitions that are small as text, and large or deep where they are followed; `n0` is the first."""

_TEXT: Final = {"type": "string"}
RESOURCES: Final[Mapping[str, Mapping[str, Any]]] = {
    "fan-of-optional": {
        **{
            f"n{at}": {
                "type": "object",
                "required": ["id"] * (at == 0),
                "properties": {"id": _TEXT, **{f"m{of}": ref(f"n{at + 1}") for of in range(6)}},
            }
            for at in range(6)
        },
        "n6": thing(id=_TEXT),
    },
    "many-enumerations": {
        "n0": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": _TEXT,
                **{f"e{at}": {"enum": [f"v{each}" for each in range(200)]} for at in range(150)},
            },
        }
    },
    "six-hundred-required-texts": {
        "n0": thing(id=_TEXT, **{f"m{at}": {"type": "string", "maxLength": 20} for at in range(600)})
    },
    "negated-branches": {"n0": {"allOf": [thing(id=_TEXT), {"not": {"required": ["bad"]}}]}},
    "one-by-discriminator": {
        "n0": {"oneOf": [ref("n1"), ref("n2")], "discriminator": {"propertyName": "kind"}},
        **{f"n{at}": thing(id=_TEXT, kind=_TEXT) for at in (1, 2)},
    },
}
"""Definitions of a thing, `n0`, that can be made and read."""

_EXPRESSION: Final = {
    "n0": {"oneOf": [thing(left=ref("n0"), right=ref("n0")), ref("call"), {"type": "integer"}]},
    "call": thing(op={"enum": ["+", "-"]}, args={"type": "array", "minItems": 2, "items": ref("n0")}),
}
BRANCHING: Final[Mapping[str, Mapping[str, Any]]] = {
    "expression": _EXPRESSION,
    "expression-any-of": {**_EXPRESSION, "n0": {"anyOf": _EXPRESSION["n0"]["oneOf"]}},
    "each-other-first": {
        "n0": {"oneOf": [thing(a=ref("n1")), {"const": 0}]},
        "n1": {"oneOf": [thing(b=ref("n0"), c=ref("n0")), {"const": 1}]},
    },
    "through-items-first": {
        "n0": {"oneOf": [{"type": "array", "minItems": 3, "items": ref("n0")}, {"type": "null"}, thing()]}
    },
}
"""Definitions whose first branch holds another of its like, and so on; a later branch ends it. `n0` is the first."""

ODD: Final[Mapping[str, Any]] = {
    "two-thousand-parts": {
        "allOf": [{"type": "object", "properties": {f"p{at}": {"type": "integer"}}} for at in range(2_000)]
    },
    "nested-choices": nested(
        12, lambda inner: {"oneOf": [inner, {"type": "object", "required": ["x"], "not": inner}]}, {"type": "object"}
    ),
    "deep-members": nested(40, lambda inner: thing(a=inner), {"type": "integer"}),
    "twenty-thousand-required": {"type": "object", "required": [f"m{at}" for at in range(20_000)]},
    "hundred-thousand-values": {"enum": [f"v{at}" for at in range(100_000)]},
    "hundred-thousand-values-of-a-member": thing(
        a={"type": "string", "enum": [f"v{at}" for at in range(100_000)]}, b={"enum": [*range(20_000), 0.5, None]}
    ),
    "thirty-thousand-objects": {"enum": [{"a": at, "b": str(at)} for at in range(30_000)]},
    "ten-thousand-objects-of-a-member": thing(a={"enum": [{"a": at} for at in range(10_000)]}),
    "five-thousand-objects": {"enum": [{"a": at} for at in range(5_000)]},
    "two-thousand-members": {"type": "object", "properties": {f"m{at}": {"type": "string"} for at in range(2_000)}},
    "two-thousand-required": thing(**{f"m{at}": {"type": "integer", "minimum": 1} for at in range(2_000)}),
    "arrays-in-arrays-of-objects": nested(
        6, lambda inner: {"type": "array", "items": thing(**{f"m{at}": inner for at in range(4)})}, {"type": "string"}
    ),
    "wide-at-every-level": nested(
        3, lambda inner: {"type": "object", "properties": {f"m{at}": inner for at in range(12)}}, {"enum": ["a", "b"]}
    ),
    "five-thousand-in-front": {"type": "array", "prefixItems": [{"type": "integer"}] * 5_000, "minItems": 5_000},
    "nobody": {"not": {}},
    "contradiction": {"allOf": [{"type": "string"}, {"type": "integer"}]},
    "no-value": {"enum": []},
    "no-type": {"type": []},
    "odd-type": {"type": 7},
    "unknown-type": {"type": "file"},
    "odd-required": {"type": "object", "required": [1, None, {}]},
    "odd-properties": {"type": "object", "properties": []},
    "odd-items": {"type": "array", "items": 3},
    "negative-length": {"type": "string", "minLength": -1},
    "half-a-length": {"type": "string", "minLength": 1.5},
    "length-in-words": {"type": "string", "minLength": "a lot"},
    "upside-down": {"type": "string", "minLength": 9, "maxLength": 3},
    "upside-down-number": {"type": "number", "exclusiveMinimum": 5, "maximum": 5},
    "step-of-nothing": {"type": "number", "multipleOf": 0},
    "tiny-step": {"type": "number", "multipleOf": 1e-320, "minimum": 1e300},
    "bound-of-400-digits": thing(
        a={"type": "number", "minimum": -(10**400)}, b={"type": "integer", "maximum": 10**400}
    ),
    "odd-step": {"type": "integer", "multipleOf": 0.1, "minimum": 10**30},
    "huge-numbers": {"type": "integer", "minimum": 10**300, "maximum": 10**301},
    "huge-float": {"type": "number", "minimum": 1.7e308},
    "format-of-patterns": {"type": "string", "format": "regex"},
    "unknown-format": {"type": "string", "format": "\u202e"},
    "long-maximum": {"type": "string", "maxLength": 10**9},
    "long-maximum-of-items": {"type": "array", "maxItems": 10**9, "items": {"type": "string"}},
    "long-default": {"type": "string", "default": "x" * 2_000_000},
    "example-of-thousands": {"type": "object", "examples": [{f"m{at}": at for at in range(2_000)}]},
    "odd-names": thing(
        **{"": {"type": "string"}, "\n": {"type": "string"}, "a/b~c": {"type": "string"}, "é" * 500: {"type": "string"}}
    ),
    "half-a-pair": {"enum": ["\ud800"]},
    "pattern-of-names": {
        "type": "object",
        "minProperties": 2,
        "patternProperties": {"^(a+)+$": {"type": "integer"}},
        "additionalProperties": False,
    },
    "names-by-pattern": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^(a|aa)+$"}},
    "unevaluated": {"type": "object", "patternProperties": {"(x+x+)+y": True}, "unevaluatedProperties": False},
}
"""Schemas that are wrong, contradict themselves, or are merely odd."""


def changed(**members: Any) -> Callable[[], bytes]:
    """A document with other members."""
    return lambda: json.dumps({**api({}), **members}).encode()


def _get(**members: Any) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": "d"}}, **members}}


_LAUGHS: Final = "a0: &a0 [x]\n" + "".join(
    f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 12)
)
_ODD_PATHS: Final = ("", "no-slash", "/{", "/{}", "/a/{b}{c}", "//", "/a?b=c", "/a#b", "/%zz", "/\n")
_ODD_MEDIA: Final = {
    "requestBody": {"content": {"\n": {}, "": 3, "a/b/c;;": {"schema": 9}}},
    "responses": {
        "200": {"description": "d", "headers": {"\r\nX": {"schema": {"type": "string"}}, "": 3}, "content": []},
        "9XX": {},
        "abc": 3,
    },
}
DOCUMENTS: Final[Mapping[str, Callable[[], bytes]]] = {
    "empty": lambda: b"",
    "null": lambda: b"null",
    "a-number": lambda: b"7",
    "brackets": lambda: b"[" * 100_000,
    "braces": lambda: b'{"a":' * 100_000,
    "dashes": lambda: b"- " * 100_000,
    "no-utf-8": lambda: b'{"openapi": "3.1.0", "info": "\xff\xfe"}',
    "utf-16": lambda: json.dumps(api({})).encode("utf-16"),
    "zeros": lambda: b"\0" * 1_000,
    "billion-laughs": _LAUGHS.encode,
    "anchor-in-itself": lambda: b"openapi: 3.1.0\npaths: &p\n  /a: *p\n",
    "merge-in-itself": lambda: b"openapi: &o\n  <<: *o\n",
    "code": lambda: b"openapi: !!python/object/apply:os.system ['false']\n",
    "twice": lambda: b'{"openapi": "3.1.0", "openapi": "2", "info": {}, "paths": {}, "paths": 3}',
    "huge-number": lambda: b'{"openapi": 1e400, "paths": {}}',
    "many-digits": lambda: b'{"openapi": "3.1.0", "info": {"version": ' + b"9" * 100_000 + b'}, "paths": {}}',
    "too-long": lambda: b"#" * (17 * 1024 * 1024),
    "odd-paths": changed(paths={**{path: _get() for path in _ODD_PATHS}, "/x": 3, "/y": {"get": 3}}),
    "odd-parts": changed(
        servers=[3, {"url": "http://["}, {"url": "{x}{y}"}], security=[{"nobody": []}, 3, None], tags=7, components=[]
    ),
    "many-parameters": changed(
        paths={
            "/p": _get(
                parameters=[
                    {"name": f"p{at}", "in": "query", "required": True, "schema": {"type": "string"}}
                    for at in range(500)
                ]
            )
        }
    ),
    "many-enumerations": changed(
        paths={
            "/p": _get(
                parameters=[
                    {"name": f"p{at}", "in": "query", "schema": {"enum": [f"v{each}" for each in range(300)]}}
                    for at in range(300)
                ]
            )
        }
    ),
    "many-operations": changed(
        paths={
            f"/things{at}": _get(parameters=[{"name": "size", "in": "query", "schema": {"type": "integer"}}])
            for at in range(1_000)
        }
    ),
    "long-names": changed(paths={"/" + "a" * 60_000: _get(operationId="o" * 100_000, description="d" * 1_000_000)}),
    "odd-extension": changed(**{"x-contract": {"resources": [3, {"name": []}], "errors": 7}}),
    "odd-media": changed(paths={"/a": {"post": _ODD_MEDIA}}),
}
"""Whole documents, as bytes."""


def documents() -> dict[str, Callable[[], bytes]]:
    """Every document, by class and name."""

    def made(schema: Any, definitions: Mapping[str, Any] | None = None) -> Callable[[], bytes]:
        return lambda: json.dumps(api(schema, definitions)).encode()

    def named(name: str, schema: Any) -> Callable[[], bytes]:
        return made(ref(name), {name: schema})

    def kept(definitions: Mapping[str, Any]) -> Callable[[], bytes]:
        return lambda: json.dumps(resource(ref("n0"), definitions)).encode()

    return {
        **{f"pattern-{name}": made({"type": "string", "pattern": each}) for name, each in PATTERNS.items()},
        **{f"large-{name}": named(name, each) for name, each in TOO_LARGE.items()},
        **{f"large-{name}": made(ref("n0"), each) for name, each in DEFINED.items()},
        **{f"doubling-{name}": made(ref("n0"), each) for name, each in DOUBLING.items()},
        **{f"branching-{name}": made(ref("n0"), each) for name, each in BRANCHING.items()},
        **{f"resource-{name}": kept(each) for name, each in RESOURCES.items()},
        **{f"odd-{name}": made(each) for name, each in ODD.items()},
        **{f"text-{name}": each for name, each in DOCUMENTS.items()},
    }
