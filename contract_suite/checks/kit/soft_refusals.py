"""Answers of success that say that nothing was done: `200 {"ok": false, "error": "name_taken"}`.

Many services that are called by verbs answer so. Such an answer makes, changes and deletes nothing, and shows neither
that an invalid request was taken nor that a valid one can't be.
"""

from __future__ import annotations

from typing import Final

from contract_suite.contract.operation import is_json
from contract_suite.model.exchange import Exchange
from contract_suite.model.json import JSON, Missing, parsed

_FLAGS: Final = ("ok", "success", "succeeded", "isSuccess")
_REASONS: Final = (
    "error",
    "errors",
    "message",
    "msg",
    "reason",
    "code",
    "error_code",
    "errorCode",
    "detail",
    "details",
)
_FAILED: Final = frozenset({"error", "fail", "failed", "failure"})
_LOOKED_THROUGH: Final = 16 * 1024


def is_soft_refusal(body: JSON | Missing) -> bool:
    """Whether a body says that the call failed, and why.

    By a flag that is false (`ok`, `success`), by `status: error` with a message (JSend), or by an `error` without a
    result (JSON-RPC, GraphQL).
    """
    if not isinstance(body, dict):
        return False
    reasons = [body[name] for name in _REASONS if body.get(name)]
    if any(body.get(name) is False for name in _FLAGS):
        return bool(reasons)
    if isinstance(body.get("status"), str) and str(body["status"]).lower() in _FAILED:
        return isinstance(body.get("message"), str) and "id" not in body
    if isinstance(body.get("error"), dict) and body.get("jsonrpc"):
        return body.get("result") is None
    return isinstance(body.get("errors"), list) and bool(body["errors"]) and "data" in body and body["data"] is None


def refuses_softly(exchange: Exchange) -> bool:
    """Whether an exchange's answer is a success by its status, and says in its body that the call failed."""
    response = exchange.response
    if response is None or not response.ok or not 0 < len(response.body) <= _LOOKED_THROUGH:
        return False
    if not is_json(response.header("content-type") or ""):
        return False
    return is_soft_refusal(parsed(response.body))
