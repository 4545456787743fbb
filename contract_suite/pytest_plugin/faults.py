"""Faults that a test plants in the mock for a client to meet: refusals, silence, and answers that break their schema.

The rule that must not be broken: a refused or lost request changes nothing in the mock; an altered answer is the real
one with one thing wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from contract_suite.contract.naming.suggestion import did_you_mean, followed_by
from contract_suite.contract.operation import Contract, Operation, is_json
from contract_suite.contract.schemas.constraints import Constraint, constraints
from contract_suite.mock.refused import Kind, Refused
from contract_suite.model.exchange import Pairs, Response
from contract_suite.model.json import JSON, MISSING, Missing, at, escape, unescape
from contract_suite.pytest_plugin.contract_selection import refusal

ANYTHING: Final = "unheard-of"
"""A value that no documented enum has."""


class NoAnswer(Exception):  # noqa: N818 - what a client meets, not an error of ours
    """Nothing comes back."""


@dataclass(slots=True, kw_only=True)
class Planted:
    """One fault of one test.

    `operation` is empty for all, `left` is `None` for ever; `count` is how often it struck.
    """

    name: str
    operation: str = ""
    left: int | None = None
    status: int = 0
    retry_after: int | None = None
    at: str = ""
    value: JSON | Missing = MISSING
    count: int = 0

    @property
    def refuses(self) -> bool:
        """Whether it stands in the place of the real answer."""
        return bool(self.status) or self.name == "timeout"

    def wants(self, operation: Operation | None) -> bool:
        """Whether it strikes at a call of this operation."""
        return self.left != 0 and (not self.operation or (operation is not None and operation.id == self.operation))

    def strike(self) -> None:
        """Count one."""
        self.count += 1
        if self.left is not None:
            self.left -= 1

    def refused(self) -> Refused:
        """Return the refusal that the mock shall answer with; `NoAnswer` is raised where it shall not."""
        if self.name == "timeout":
            raise NoAnswer
        phrase = HTTPStatus(self.status).phrase
        headers: Pairs = (("Retry-After", str(self.retry_after)),) if self.retry_after is not None else ()
        if self.status == HTTPStatus.UNAUTHORIZED:
            headers += (("WWW-Authenticate", "Bearer"),)
        code = phrase.title().replace(" ", "").replace("-", "")
        kind: Kind = "too_many" if self.status == HTTPStatus.TOO_MANY_REQUESTS else "invalid"
        return Refused(
            kind,
            f"{phrase}: planted by the test.",
            status=self.status,
            code="" if kind == "too_many" else code,
            headers=headers,
        )

    def altered(self, operation: Operation, response: Response) -> Response | None:
        """Return the answer with one thing wrong, or `None` where it has nothing that could be."""
        if not response.ok:
            return None
        if self.name == "not-json":
            return _with_body(response, response.body[: max(1, len(response.body) // 2)])
        if not is_json(response.header("content-type") or ""):
            return None
        body: JSON = json.loads(response.body)
        for pointer in self._places(operation, response, body):
            value = at(body, pointer)
            if not isinstance(value, Missing):
                changed = _ALTERATIONS[self.name](value) if isinstance(self.value, Missing) else self.value
                return _with_body(response, json.dumps(_put(body, pointer, changed), ensure_ascii=False).encode())
        return None

    def _places(self, operation: Operation, response: Response, body: JSON) -> Iterator[str]:
        if self.at:
            yield self.at
            return
        for each in _eligible(operation, self.name, response.status):
            yield from _resolved(each.subject, body)


_STATUSES: Final = {
    "bad-request": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not-found": 404,
    "too-many-requests": 429,
    "server-error": 500,
    "unavailable": 503,
}
_KEYWORDS: Final = {"wrong-type": "type", "unknown-enum-value": "enum", "missing-field": "required"}
FAULTS: Final = (*_STATUSES, "timeout", *_KEYWORDS, "not-json")
"""Every name that `fail_with` takes; a status as a number is as good."""


@dataclass(slots=True)
class Faults:
    """What a test has planted so far."""

    contract: Contract
    planted: list[Planted] = field(default_factory=list)

    def plant(
        self,
        fault: str | int,
        *,
        operation: str = "",
        times: int | None = None,
        retry_after: int | None = None,
        at: str = "",
        value: JSON | Missing = MISSING,
    ) -> Planted:
        """Plant one; a mistake fails the test in one sentence."""
        known = {each.id: each for each in self.contract.operations}
        if operation and operation not in known:
            raise refusal(f"{self.contract.name} has no operation {operation!r}{did_you_mean(operation, known)}")
        if times is not None and times < 1:
            raise refusal(f"times counts from 1, so it can't be {times}")
        name = str(fault).strip().lower().replace("_", "-").replace(" ", "-")
        status = int(name) if name.isdecimal() and 400 <= int(name) < 600 else _STATUSES.get(name, 0)  # noqa: PLR2004 - HTTP's refusals
        if status and status not in set(HTTPStatus):
            raise refusal(f"{status} is no HTTP status")
        if not status and name not in FAULTS:
            raise refusal(
                followed_by(
                    f"there is no fault {fault!r}{did_you_mean(name, FAULTS)}", "a status may be given as a number"
                )
            )
        if status == HTTPStatus.TOO_MANY_REQUESTS and retry_after is None:
            retry_after = 1
        if name in _KEYWORDS and not at:
            chosen = [known[operation]] if operation else list(known.values())
            if not any(True for each in chosen for _ in _eligible(each, name, 0)):
                where = f"an answer of {operation}" if operation else f"any answer of {self.contract.name}"
                raise refusal(f"nothing in {where} can get {name}; name a place with at='/…'")
        planted = Planted(
            name=name, operation=operation, left=times, status=status, retry_after=retry_after, at=at, value=value
        )
        self.planted.append(planted)
        return planted

    def due(self, operation: Operation | None, *, refusing: bool) -> list[Planted]:
        """Return what strikes at a call: what stands in the place of the answer, or what changes it."""
        return [each for each in self.planted if each.refuses is refusing and each.wants(operation)]


_EASIEST: Final = {"integer": 0, "number": 0, "boolean": 1, "string": 2, "array": 3, "object": 4}


def _eligible(operation: Operation, name: str, status: int) -> list[Constraint]:
    """Constraints of the 2xx answers that a fault can break: numbers before texts, and texts before containers."""
    keyword = _KEYWORDS[name]
    specs = [
        spec
        for spec in operation.responses
        if spec.status.startswith("2") and (not status or operation.response(status) is spec)
    ]
    schemas = [spec.json.schema for spec in specs if spec.json is not None and spec.json.schema is not None]
    found = [each for schema in schemas for each in constraints(schema) if each.keyword == keyword and each.subject]
    return sorted(found, key=lambda each: _rank(each.value)) if name == "wrong-type" else found


def _rank(types: JSON) -> int:
    names = types if isinstance(types, list) else [types]
    return min((_EASIEST.get(str(name), 5) for name in names if name != "null"), default=5)


def _resolved(subject: str, body: JSON, pointer: str = "") -> Iterator[str]:
    """Places in a body that a subject with `*` speaks of; of a list or a map only the first."""
    segment, _, rest = subject.removeprefix("/").partition("/")
    if not subject:
        yield pointer
    elif segment != "*":
        name = unescape(segment)
        if isinstance(body, dict) and name in body:
            yield from _resolved(f"/{rest}" if rest else "", body[name], f"{pointer}/{segment}")
    elif isinstance(body, list) and body:
        yield from _resolved(f"/{rest}" if rest else "", body[0], f"{pointer}/0")
    elif isinstance(body, dict) and body:
        first = next(iter(body))
        yield from _resolved(f"/{rest}" if rest else "", body[first], f"{pointer}/{escape(first)}")


def _put(body: JSON, pointer: str, value: JSON | Missing) -> JSON:
    """Return a copy with one place changed, or without it."""
    segment, _, rest = pointer.removeprefix("/").partition("/")
    below = f"/{rest}" if rest else ""
    if isinstance(body, list):
        index = int(segment)
        changed = _put(body[index], below, value) if below else value
        return [*body[:index], *([] if isinstance(changed, Missing) else [changed]), *body[index + 1 :]]
    if not isinstance(body, dict):
        return body
    name = unescape(segment)
    changed = _put(body[name], below, value) if below else value
    if isinstance(changed, Missing):
        return {key: each for key, each in body.items() if key != name}
    return {**body, name: changed}


def _other_type(value: JSON) -> JSON:
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, str):
        return [value]
    return None if value is None else json.dumps(value)


_ALTERATIONS: Final[dict[str, Callable[[JSON], JSON | Missing]]] = {
    "wrong-type": _other_type,
    "unknown-enum-value": lambda _: ANYTHING,
    "missing-field": lambda _: MISSING,
}


def _with_body(response: Response, body: bytes) -> Response:
    headers = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in response.headers
    )
    return Response(status=response.status, reason=response.reason, headers=headers, body=body)
