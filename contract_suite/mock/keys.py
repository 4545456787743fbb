"""Which keys the mock takes: any that fits its scheme, in the roles that its name tells.

`sk-revoked…`, `not-a-key…` and the user `nobody` are refused, `sk-readonly…` may read. No message repeats a key.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import unquote_plus

from contract_suite.contract.operation import Operation, SecurityScheme
from contract_suite.contract.styles import query_pairs
from contract_suite.mock.refused import Refused
from contract_suite.model.exchange import Request

_REVOKED: Final = "sk-revoked"
_READONLY: Final = "sk-readonly"
_READ: Final = "read"
_UNKNOWN_USER: Final = "nobody"
_UNKNOWN_KEY: Final = "not-a-key"


def authenticate(operation: Operation, request: Request) -> str:
    """Return the key that the request comes with, or an empty text where none is needed; refuse it where one is."""
    troubles: list[str] = []
    for alternative in _to_be_sent(operation):
        keys = [_key(scheme, request) for scheme in alternative]
        if keys and all(trouble == "" for _, trouble in keys):
            return keys[0][0]
        troubles += [trouble for _, trouble in keys if trouble]
    if not operation.needs_key:
        return ""
    raise Refused(
        "unauthenticated",
        troubles[0] if troubles else "No API key was given.",
        headers=(("WWW-Authenticate", challenges(operation)),),
    )


def _to_be_sent(operation: Operation) -> list[tuple[SecurityScheme, ...]]:
    """Return what a request may come with; a client certificate, which no request shows, only where there is no other way."""
    certain = [each for each in operation.security if any(scheme.type != "mutualTLS" for scheme in each)]
    return certain or list(operation.security)


def challenges(operation: Operation) -> str:
    """Return the WWW-Authenticate of an operation's 401: a challenge for each scheme (RFC 9110, 15.5.2)."""
    schemes = (scheme for alternative in operation.security for scheme in alternative)
    return ", ".join(dict.fromkeys(map(_challenge, schemes))) or "Bearer"


def permit(operation: Operation, credential: str) -> None:
    """Refuse a key that may only read where the operation asks for more."""
    permission = operation.promises.permission
    if permission is not None and permission.name != _READ and credential.startswith(_READONLY):
        raise Refused("forbidden", f"The API key lacks the permission to {permission.name}.")


def _key(scheme: SecurityScheme, request: Request) -> tuple[str, str]:
    """The key and what is wrong with it."""
    if scheme.type == "mutualTLS":
        return "", ""
    sent = _sent(scheme, request)
    if not sent:
        return "", "No API key was given."
    if len(sent) > 1:
        return "", "More than one API key was given."
    key = sent[0].strip(" \t")
    if scheme.type != "apiKey":
        wanted = scheme.scheme.lower() if scheme.type == "http" else "bearer"
        kind, _, key = key.partition(" ")
        key = key.strip(" ")
        if kind.lower() != wanted:
            return "", f"The Authorization header is not of the scheme {wanted}."
        if wanted == "basic":
            key = _password(key)
    trouble = _wrong_with(key)
    if trouble:
        return "", trouble
    if key.startswith(_REVOKED):
        return "", "The API key is not valid."
    return key, ""


def _sent(scheme: SecurityScheme, request: Request) -> list[str]:
    name = scheme.name if scheme.type == "apiKey" else "Authorization"
    where = scheme.where if scheme.type == "apiKey" else "header"
    if where == "query":
        return [unquote_plus(value) for key, value in query_pairs(request.target) if unquote_plus(key) == name]
    if where == "cookie":
        cookies = [
            piece.partition("=")
            for key, value in request.headers
            if key.lower() == "cookie"
            for piece in value.split(";")
        ]
        return [value.strip() for key, _, value in cookies if key.strip() == name]
    return [value for key, value in request.headers if key.lower() == name.lower()]


def _wrong_with(key: str) -> str:
    if not key or any(character in key for character in "\r\n\0"):
        return "The API key is malformed."
    return "The API key is not valid." if key.startswith(_UNKNOWN_KEY) else ""


def _password(encoded: str) -> str:
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    if user == _UNKNOWN_USER:
        return ""
    return user if _wrong_with(password) else password


def _challenge(scheme: SecurityScheme) -> str:
    if scheme.type == "apiKey":
        return "ApiKey"
    return {"basic": 'Basic realm="api"', "bearer": "Bearer"}.get(
        scheme.scheme.lower() or "bearer", scheme.scheme or "Bearer"
    )
