"""What a refused request is answered with: the status that the operation declares, and a body by its error schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from http import HTTPStatus
from typing import Final

from contract_suite.contract.addressing import roles
from contract_suite.contract.operation import Contract, MediaType, Operation, ResponseSpec
from contract_suite.contract.schemas.schema import Schema
from contract_suite.contract.schemas.view import view
from contract_suite.contract.vocabulary import Errors
from contract_suite.errors import DocumentError
from contract_suite.mock.fields import pointer, with_value
from contract_suite.mock.refused import Kind, Refused
from contract_suite.mock.values.header_values import required_headers
from contract_suite.mock.values.minimal import minimal
from contract_suite.model.json import JSON, tokens
from contract_suite.model.source import Source

_STATUS: Final[dict[Kind, tuple[int, ...]]] = {
    "invalid": (400, 422),
    "unauthenticated": (401,),
    "forbidden": (403,),
    "unknown": (404,),
    "deleted": (410, 404),
    "duplicate": (409, 400, 422),
    "too_large": (400, 413, 422),
    "too_many": (429,),
    "unrouted": (404,),
    "method": (405,),
}
_OF_ACCESS: Final = frozenset({401, 403, 405, 407, 429})
_SENTENCES: Final = (
    "message",
    "Message",
    "error_msg",
    "errorMessage",
    "detail",
    "title",
    "description",
    "reason",
    "error",
)
_JSON: Final = "application/json"


class Envelopes:
    """Writes refusals in the words of a contract."""

    def __init__(self, contract: Contract) -> None:
        """Look up the error schema."""
        self.contract = contract
        self._errors = contract.errors
        self._schema = self._declared()
        self._skeletons: dict[int, JSON] = {}

    def status(self, operation: Operation | None, refusal: Refused) -> int:
        """Return the status of a refusal."""
        if refusal.status:
            return refusal.status
        wanted = self._wanted(refusal.kind)
        if operation is None:
            return wanted[0]
        if refusal.kind == "duplicate":
            rules = [rule for each, _ in roles(self.contract.resources, operation) for rule in each.unique]
            wanted = (*(rule.status for rule in rules if rule.status), *wanted)
        declared = next((each for each in wanted if operation.response(each) is not None), 0)
        if declared or refusal.kind in {"unauthenticated", "forbidden", "too_many"}:
            return declared or wanted[0]
        if self.contract.annotated and refusal.kind in {"unrouted", "method"}:
            return wanted[0]
        return _nearest(operation, wanted[0]) or wanted[0]

    def _wanted(self, kind: Kind) -> tuple[int, ...]:
        """The statuses that fit a kind of refusal, the one that the document says of all operations first."""
        promised = self._errors.status.get(kind) if self._errors else None
        return ((promised,) if promised else ()) + _STATUS[kind]

    def declares(self, operation: Operation, kind: Kind) -> bool:
        """Whether an operation says that it answers this kind of refusal, so that the mock makes it."""
        if self._errors is not None and kind not in self._errors.status:
            return False
        if self.contract.annotated:
            return any(operation.response(each) is not None for each in self._wanted(kind))
        return operation.response(self.status(operation, Refused(kind, ""))) is not None

    def write(
        self, operation: Operation | None, status: int, refusal: Refused, request_id: str
    ) -> tuple[JSON, str, tuple[tuple[str, str], ...]]:
        """Return body, content type and further headers of a refusal."""
        spec = operation.response(status) if operation else None
        media = spec.usual if spec else None
        schema = (media.schema if media else None) or (self._schema if media is None else None)
        if operation is None and schema is None:
            schema = self._usual
        name = media.name if media else _JSON
        headers = required_headers(spec) if spec else ()
        if operation is not None and media is None and schema is None:
            return None, "", headers  # the document shows no body here
        if schema is None:
            example = next((each.value for each in media.examples), None) if media else None
            return (
                example if example is not None else {"code": self._code(refusal, status), "message": refusal.message},
                name,
                headers,
            )
        body = self._skeleton(schema, spec)
        for place, value in self._values(body, refusal, status, request_id):
            if not isinstance(body, dict):
                break
            filled = with_value(body, pointer(place), value)
            if schema.is_valid(filled) or not schema.is_valid(body):
                body = filled
        return body, name, headers

    def _values(self, body: JSON, refusal: Refused, status: int, request_id: str) -> Iterator[tuple[str, JSON]]:
        """Where which value of this refusal goes; without promises about error bodies, only the sentence for people."""
        if self._errors is not None:
            by_role: dict[str, JSON] = {
                "status": status,
                "code": self._code(refusal, status),
                "message": refusal.message,
                "request_id": request_id,
            }
            yield from ((place, by_role[role]) for role, place in self._errors.fields.items() if role in by_role)
        elif isinstance(body, dict):
            if isinstance(body.get("status"), int):
                yield "status", status
            texts = [name for name in _SENTENCES if isinstance(body.get(name), str)]
            yield from ((name, refusal.message) for name in texts[:1])

    def _code(self, refusal: Refused, status: int) -> str:
        if refusal.code:
            return refusal.code
        promised = self._errors.codes.get(refusal.kind) if self._errors else None
        return promised or HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")

    def _skeleton(self, schema: Schema, spec: ResponseSpec | None) -> JSON:
        body = self._skeletons.get(id(schema))
        if body is None:
            media = spec.usual if spec else None
            examples = media.examples if media and self._errors is None else ()
            body = next((each.value for each in examples if schema.is_valid(each.value)), None)
            body = self._skeletons[id(schema)] = minimal(schema) if body is None else body
        return body

    @cached_property
    def _usual(self) -> Schema | None:
        """The schema of a documented refusal, where all of them look alike: for requests to no operation."""
        if self._errors is None or self._errors.source is not Source.INFERRED:
            return None
        specs = (spec for operation in self.contract.operations for spec in operation.responses)
        found = (spec.json for spec in specs if spec.status.startswith("4"))
        return next((media.schema for media in found if media is not None and _holds(media, self._errors)), None)

    def _declared(self) -> Schema | None:
        root = self.contract.root
        if self._errors is None or not self._errors.schema or root is None:
            return None
        try:
            schema = Schema(
                root.library.lookup(root, self._errors.schema), openapi_30=self.contract.openapi.startswith("3.0")
            )
            schema.compile()
        except DocumentError:
            return None
        return schema


def _holds(media: MediaType, errors: Errors) -> bool:
    """Whether a refusal has the members that refusals have."""
    names = view(media.schema).property_names() if media.schema is not None else {}
    return bool(errors.fields) and all(tokens(pointer(place))[0] in names for place in errors.fields.values())


def _nearest(operation: Operation, wanted: int) -> int:
    """Return the refusal that an operation declares and that is nearest to a status; one of keys or limits is none."""
    declared = {int(spec.status) for spec in operation.responses if re.fullmatch(r"4[0-9][0-9]", spec.status)}
    return min(declared - _OF_ACCESS, key=lambda each: (abs(each - wanted), each), default=0)
