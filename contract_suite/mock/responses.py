"""Bodies written as HTTP responses: completed with what every response has, encoded, with their header fields."""

from __future__ import annotations

import json
from http import HTTPStatus
from random import Random
from typing import Final

from contract_suite.contract.operation import is_json
from contract_suite.mock.fields import with_value
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.refusals import Envelopes
from contract_suite.mock.refused import Refused
from contract_suite.mock.views.view import View
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON

JSON_TYPE: Final = "application/json"

ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
"""Writes JSON as the mock sends it; `ValueError` for what JSON can't carry."""

_OF_RANGES: Final = {"text": "text/plain", "image": "image/png", "audio": "audio/mpeg", "video": "video/mp4"}
_NO_BODY: Final = frozenset({204, 205, 304})


class Responses:
    """Writes the responses of one server. `seed` decides the ids of requests."""

    def __init__(self, pipeline: Pipeline, envelopes: Envelopes, *, seed: int) -> None:
        """Begin with the first id."""
        self.pipeline = pipeline
        self._envelopes = envelopes
        self._random = Random(f"requests/{seed}")  # noqa: S311 - ids of requests are no secret

    def success(self, call: Call, body: JSON) -> Response:
        """Return the response of a served request."""
        view, own = call.view, {name.lower() for name, _ in call.headers}
        headers = (*call.headers, *(pair for pair in (view.headers if view else ()) if pair[0].lower() not in own))
        if view is None or view.media is None or view.status in _NO_BODY:
            return self.respond(view.status if view else 200, None, "", headers, call)
        return self.respond(view.status, self.complete(call, view, body), view.media.name, headers, call)

    def complete(self, call: Call, view: View, body: JSON, *, request_id: str = "") -> JSON:
        """Put in what every response of the operation has: fresh values, and its members in the documented order."""
        if not isinstance(body, dict):
            return body
        for place, kind in view.fresh:
            body = with_value(
                body,
                place,
                call.number
                if kind in {"integer", "number"}
                else request_id or self.pipeline.fresh(call, self._new_id()),
            )
        return {**{name: body[name] for name in view.order if name in body}, **body}

    def refuse(self, call: Call, refusal: Refused) -> Response:
        """Return the response of a refused request."""
        operation = call.operation
        status = self.pipeline.refused_with(call, refusal, self._envelopes.status(operation, refusal))
        body, media, headers = self._envelopes.write(
            operation, status, refusal, str(self.pipeline.fresh(call, self._new_id()))
        )
        given = {name.lower() for name, _ in refusal.headers}
        return self.respond(
            status, body, media, (*refusal.headers, *(pair for pair in headers if pair[0].lower() not in given)), call
        )

    def respond(
        self, status: int, body: JSON, media: str, headers: tuple[tuple[str, str], ...], call: Call | None = None
    ) -> Response:
        """Return a response with a body of this media type; an empty one for no body, and to a HEAD."""
        content = b""
        if media:
            if call is not None:
                body = self.pipeline.finished(call, status, body)
            sent = _sent_as(media)
            content = _encoded(body) if is_json(sent) or not isinstance(body, str) else body.encode("utf-8", "replace")
            headers = (("Content-Type", sent), *headers)
        is_head = call is not None and call.request.method == "HEAD"
        # A HEAD may leave out the length; it may not name another one than GET has (RFC 9110, 8.6).
        if status not in _NO_BODY and (content or not is_head):
            headers = (*headers, ("Content-Length", str(len(content))))
        return Response(status=status, reason=_phrase(status), headers=headers, body=b"" if is_head else content)

    def _new_id(self) -> str:
        digits = f"{self._random.getrandbits(128):032X}"
        variant = "89AB"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def _sent_as(media: str) -> str:
    """Return the content type for a documented media type; for a range, one that is in it."""
    if "*" not in media:
        return media
    return _OF_RANGES.get(media.partition("/")[0].lower(), JSON_TYPE)


def _encoded(body: JSON) -> bytes:
    try:
        return ENCODE(body).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
