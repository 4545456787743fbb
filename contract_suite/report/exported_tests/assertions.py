"""What must hold of a response once a finding is fixed, as lines of Python; none where one response can't show it.

The rule that must not be broken: an assertion is false of the recorded response. What can't be said of one response in
plain Python has none, and is left to `contract-suite replay`.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from contract_suite.model.clause_ids import parts
from contract_suite.model.exchange import Response
from contract_suite.model.finding import Finding
from contract_suite.model.json import JSON, Missing, at, parsed

RESPONSE: Final = "response"
"""What the last response is called in a test."""


def assertion(finding: Finding, response: Response) -> tuple[str, ...]:
    """Return lines that fail for the recorded response; none where there are none."""
    for make in (_by_status, _by_allow, _by_value):
        claim = make(finding, response)
        if claim:
            return (f"assert {claim}, {RESPONSE}",)
    return _by_schema(finding, response)


# What a status must be.

_STATUSES: Final = re.compile(r"(?:a |an )?\"?([1-5](?:[0-9]{2}|[xX]{2})(?:, [1-5](?:[0-9]{2}|[xX]{2}))*)\"?")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "a refusal": ("4xx",),
    "a status below 500": ("1xx", "2xx", "3xx", "4xx"),
}


def _by_status(finding: Finding, response: Response) -> str:
    """Where the verdict is about the status: it was one thing and must be another."""
    if finding.pointer or finding.actual.strip('"') != str(response.status):
        return ""
    match = _STATUSES.fullmatch(finding.expected)
    allowed = _WORDS.get(finding.expected) or (tuple(match[1].lower().split(", ")) if match else ())
    if not allowed or any(_fits(response.status, each) for each in allowed):
        return ""
    if len(allowed) == 1 and allowed[0].isdecimal():
        return f"{RESPONSE}.status == {allowed[0]}"
    if all(each.endswith("xx") for each in allowed) and len(allowed) > 1:
        return f"{RESPONSE}.status < {max(int(each[0]) for each in allowed) + 1}00"
    tests = [f"{RESPONSE}.status == {each}" for each in allowed if each.isdecimal()]
    tests += [f"{each[0]}00 <= {RESPONSE}.status < {int(each[0]) + 1}00" for each in allowed if not each.isdecimal()]
    return " or ".join(tests)


def _fits(status: int, allowed: str) -> bool:
    return str(status) == allowed or (allowed.endswith("xx") and str(status)[0] == allowed[0])


# What a header must be.


def _by_allow(finding: Finding, response: Response) -> str:
    if parts(finding.clause)[2] != "allow-header" or finding.problem not in {"missing", "incomplete"}:
        return ""
    wanted = sorted({each.strip() for each in finding.expected.split(",") if each.strip()})
    if not wanted or response.status != _NOT_ALLOWED:
        return ""
    return f"{{{', '.join(map(repr, wanted))}}} <= set({RESPONSE}.header('Allow').replace(' ', '').upper().split(','))"


_NOT_ALLOWED: Final = 405

# What a body must hold.


class _Test(NamedTuple):
    """What must hold of `value`, as source text and as a function."""

    source: str
    holds: Callable[[Any], bool]


def _is_number(value: JSON) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_NUMBER: Final = "isinstance(value, (int, float)) and not isinstance(value, bool)"
_TYPES: Final[Mapping[str, _Test]] = {
    "string": _Test("isinstance(value, str)", lambda value: isinstance(value, str)),
    "integer": _Test(f"{_NUMBER} and value == int(value)", lambda value: _is_number(value) and value == int(value)),
    "number": _Test(_NUMBER, _is_number),
    "boolean": _Test("isinstance(value, bool)", lambda value: isinstance(value, bool)),
    "array": _Test("isinstance(value, list)", lambda value: isinstance(value, list)),
    "object": _Test("isinstance(value, dict)", lambda value: isinstance(value, dict)),
    "null": _Test("value is None", lambda value: value is None),
}
_BOUNDS: Final[Mapping[str, tuple[str, str, Callable[[Any, Any], bool]]]] = {
    "minimum": ("value", ">=", operator.ge),
    "maximum": ("value", "<=", operator.le),
    "exclusive-minimum": ("value", ">", operator.gt),
    "exclusive-maximum": ("value", "<", operator.lt),
    "min-length": ("len(value)", ">=", operator.ge),
    "max-length": ("len(value)", "<=", operator.le),
    "min-items": ("len(value)", ">=", operator.ge),
    "max-items": ("len(value)", "<=", operator.le),
    "page-size-respected": ("len(value)", "<=", operator.le),
}


def _by_schema(finding: Finding, response: Response) -> tuple[str, ...]:
    """Where one keyword of a schema, or the size of a page, is broken by the value at the finding's place."""
    body = parsed(response.body)
    value = body if isinstance(body, Missing) else at(body, finding.pointer)
    test = None if isinstance(value, Missing) else _test_of(finding, value)
    if test is None or isinstance(value, Missing) or _holds(test, value):
        return ()
    everywhere = f"{RESPONSE}.values({_everywhere(finding.pointer)!r})"
    return f"wrong = [value for value in {everywhere} if not ({test.source})]", "assert not wrong, wrong[:3]"


def _test_of(finding: Finding, value: JSON) -> _Test | None:
    kind, expected = parts(finding.clause)[2], parsed(finding.expected)
    if kind == "required":
        return _required(finding, value)
    return None if isinstance(expected, Missing) else _test(kind, expected)


def _test(kind: str, expected: Any) -> _Test | None:  # noqa: ANN401 - parsed JSON
    if kind == "type" and isinstance(expected, str):
        tests = [_TYPES.get(each) for each in expected.split(" or ")]
        known = [each for each in tests if each is not None]
        source = " or ".join(f"({each.source})" if len(known) > 1 else each.source for each in known)
        return (
            _Test(source, lambda value: any(each.holds(value) for each in known)) if len(known) == len(tests) else None
        )
    if kind == "enum" and isinstance(expected, list):
        return _Test(f"value in {expected!r}", lambda value: value in expected)
    if kind == "const":
        return _Test(f"value == {expected!r}", lambda value: bool(value == expected))
    if kind in _BOUNDS and _is_number(expected):
        measured, sign, compare = _BOUNDS[kind]
        measure = len if measured == "len(value)" else _itself
        return _Test(f"{measured} {sign} {expected!r}", lambda value: compare(measure(value), expected))
    return None


def _itself(value: Any) -> Any:  # noqa: ANN401 - parsed JSON
    return value


def _holds(test: _Test, value: JSON) -> bool:
    try:
        return test.holds(value)
    except (TypeError, ValueError, OverflowError):  # of another type: the test breaks off there, as it must
        return False


def _required(finding: Finding, holder: JSON) -> _Test | None:
    if not isinstance(holder, dict):
        return None
    own = parts(finding.clause)[1].rpartition("/")[2]
    names = [own, *re.findall(r"'([^']+)'", finding.message)]
    missing = next((each for each in names if each not in holder), None)
    return None if missing is None else _Test(f"{missing!r} in value", lambda value: missing in value)


_VALUES: Final = frozenset({"update-read-back", "values-read-back", "unnamed-kept", "update-others-kept", "echoed"})
"""Kinds where the value at a place must be the expected one."""


def _by_value(finding: Finding, response: Response) -> str:
    """Where the last response must show a value that was sent, or that was there before."""
    kind, body = parts(finding.clause)[2], parsed(response.body)
    expected = parsed(finding.expected)
    if kind not in _VALUES or not finding.pointer or isinstance(body, Missing) or isinstance(expected, Missing):
        return ""
    value = at(body, finding.pointer)
    if not isinstance(value, Missing) and json.dumps(value) == json.dumps(expected):
        return ""
    return f"{RESPONSE}.values({finding.pointer!r}) == [{expected!r}]"


def _everywhere(pointer: str) -> str:
    """The pointer with every index spelt `*`: what is broken in one item must hold in all."""
    return "/".join("*" if token.isdecimal() else token for token in pointer.split("/"))
