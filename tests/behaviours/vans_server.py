"""A server of vans whose lists take expressions in five languages, which can be given flaws; its document is `vans.yaml`."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from contract_suite.model.exchange import Request, Response

VANS: Final = str(Path(__file__).with_name("vans.yaml"))
Van = dict[str, Any]
Test = Callable[[Van], bool]
_SINGLE: Final = r"'(?:[^']|'')*'|[^\s()']+"
_DOUBLE: Final = r'"(?:[^"\\]|\\.)*"|[^\s;,()"]+'
_LANGUAGES: Final = {  # comparison, and, or, not
    "odata": (rf"(?P<f>[\w/]+) (?P<o>[a-z]{{2}}) (?P<v>{_SINGLE})|(?P<fn>\w+)\((?P<g>[\w/]+),(?P<w>{_SINGLE})\)", " and ", " or ", "not ("),
    "scim": (rf"(?P<f>[\w.]+) (?:(?P<o>eq|ne|gt|ge|lt|le|co|sw) (?P<v>{_DOUBLE})|(?P<pr>pr))", " and ", " or ", "not ("),
    "rsql": (rf"(?P<f>[\w.]+)(?P<o>==|!=|=\w\w=)(?P<v>{_DOUBLE})", ";", ",", "!("),
    "google": (rf"(?P<f>[\w.]+) (?P<o>!=|[<>]?=|[<>]) (?P<v>{_DOUBLE})", " AND ", " OR ", "NOT "),
}  # fmt: skip
_NAMES: Final = {"==": "eq", "=": "eq", "!=": "ne", ">": "gt", ">=": "ge", "<": "lt", "<=": "le", "neq": "ne", "gte": "ge", "lte": "le"}  # fmt: skip
_SIDES: Final = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}


class VansServer:
    """What tests drive instead of the mock; a flaw is a word, such as `and-as-or`."""

    def __init__(self, *flaws: str) -> None:
        self.flaws = frozenset(flaws)
        self.numbers = count(1)
        self.vans: list[Van] = []
        for index, seats in enumerate((2, 9, 12, 30, 100, 9, 2)):
            self.add({"name": ("Otto", "Otto Max", "otto", "Ida")[index % 4], "size": ("small", "large")[seats > 9], "seats": seats})  # fmt: skip

    def bad(self, flaw: str) -> bool:
        return flaw in self.flaws

    def add(self, given: Van) -> Van:
        number = next(self.numbers)
        more = {"note": "old" if number % 2 else None, "bought": f"2024-0{1 + number % 9}-01T10:00:00Z"}
        van = {"id": f"v{number}", "electric": number % 3 == 0, **more, "maker": {"town": ("Ulm", "Köln")[number % 2]}}
        self.vans.append({**van, **given})
        return self.vans[-1]

    def handle(self, request: Request) -> Response:
        """Answer one request: an expression that can't be read is 400."""
        path, _, query = request.target.partition("?")
        if request.method == "POST":
            return _answer(201, self.add(json.loads(request.body)))
        if request.method == "DELETE":
            self.vans = [each for each in self.vans if each["id"] != path.rpartition("/")[2]]
            return _answer(204)
        asked = dict(parse_qsl(query, keep_blank_values=True))
        start, size = int(asked.pop("offset", 0)), int(asked.pop("limit", 10))
        vans = self.vans[start : start + size] if self.bad("page-first") else self.vans
        key = asked.pop("sort", "")
        try:
            tests = self.tests(path.split("/")[1], asked)
        except (ValueError, KeyError, AttributeError, TypeError):
            return _answer(400)
        found = [each for each in vans if all(test(each) for test in tests)]
        found = self.vans if tests and not found and self.bad("all-for-nobody") else found
        if key and not (tests and self.bad("unsorted")):
            found = sorted(found, key=lambda each: int(each[key]))
        total = len(self.vans) if self.bad("total-unfiltered") else len(found)
        return _answer(200, {"vans": found if self.bad("page-first") else found[start : start + size], "total": total})

    def tests(self, language: str, asked: dict[str, str]) -> list[Test]:
        if self.bad("unaware"):
            return []
        if language != "rows":
            return [self.read(language, text) for text in asked.values()]
        either = asked.pop("or", "").strip("()")
        tests = [self.row(field, text) for field, text in asked.items()]
        parts = [self.row(*each.split(".", 1)) for each in either.split(",") if each]
        return [*tests, *([_any(parts)] if parts else [])]

    def row(self, field: str, text: str) -> Test:
        if text.startswith("not."):
            inner = self.row(field, text[4:])
            return inner if self.bad("not-forgotten") else lambda van: van[field] is not None and not inner(van)
        if text == "is.null":
            return lambda van: van[field] is None
        sign, _, value = text.partition(".")
        if sign == "in":
            parts = [self.row(field, f"eq.{each}") for each in value.strip("()").split(",")]
            return _any(parts[:1] if self.bad("last-unheard") else parts)
        if sign == "like":
            return self.compare(field, "co" if value[0] == "*" else "sw", value.strip("*"))
        return self.compare(field, _NAMES.get(sign, sign), int(value) if field == "seats" else value)

    def read(self, language: str, text: str) -> Test:
        form, both, either, negated = _LANGUAGES[language]
        if text.startswith(negated):
            inner = self.read(language, text.removeprefix(negated).removesuffix(")" if negated.endswith("(") else ""))
            return inner if self.bad("not-forgotten") else lambda van: not inner(van)
        tests: list[Test] = []
        word = both
        while True:
            match = re.compile(form).match(text)
            if match is None:
                raise ValueError(text)
            tests.append(self.one(match.groupdict()))
            rest = text[match.end() :]
            if not rest:
                break
            word = both if rest.startswith(both) else either
            if not rest.startswith(word):
                raise ValueError(text)
            text = rest.removeprefix(word)
        alternatives = (word == either) is not self.bad("and-as-or")
        return _any(tests) if alternatives and len(tests) > 1 else lambda van: all(test(van) for test in tests)

    def one(self, parts: dict[str, str | None]) -> Test:
        field = str(parts.get("f") or parts.get("g"))
        if parts.get("pr"):
            return lambda van: _at(van, field) is not None
        word = parts.get("fn") or parts.get("o") or ""
        sign = {"contains": "co", "startswith": "sw"}.get(word, _NAMES.get(word, word.strip("=")))
        text = str(parts.get("v") or parts.get("w"))
        if text[0] in "'\"":
            if self.bad("quote-breaks") and re.search(r"''|\\\"", text[1:-1]):
                raise ValueError(text)
            value: Any = text[1:-1].replace("''", "'") if text[0] == "'" else re.sub(r"\\(.)", r"\1", text[1:-1])
        else:
            value = {"true": True, "false": False, "null": None}.get(text, int(text) if text.isdigit() else text)
        return self.compare(field, sign, value)

    def compare(self, field: str, sign: str, wanted: Any) -> Test:
        if self.bad("size-refused") and field == "size":
            raise KeyError(field)
        if field.replace("/", ".").split(".")[0] not in self.vans[0]:
            raise KeyError(field)

        def test(van: Van) -> bool:
            found = _at(van, field)
            if self.bad("field-unheard") and field == "seats" and sign == "eq":
                return True
            if sign in {"eq", "ne"}:
                same = found == wanted
                if self.bad("prefix") and isinstance(found, str):
                    same = found.startswith(str(wanted))
                return same is (sign == "eq")
            if found is None:
                return False
            if sign in {"co", "sw"}:
                return wanted in found if sign == "co" else bool(found.startswith(wanted))
            as_text = self.bad("as-text") or isinstance(wanted, str)
            return bool(_SIDES[sign](str(found), str(wanted)) if as_text else _SIDES[sign](found, wanted))

        return test


def _any(tests: list[Test]) -> Test:
    return lambda van: any(test(van) for test in tests)


def _at(van: Van, field: str) -> Any:
    for step in re.split(r"[./]", field):
        van = van[step]
    return van


def _answer(status: int, body: Any = None) -> Response:
    text = b"" if body is None else json.dumps(body).encode()
    return Response(status=status, headers=(("Content-Type", "application/json"),) if text else (), body=text)
