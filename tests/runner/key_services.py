"""Small services that want a key, each in another way, and hold to it; their documents."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs

from tests.runner.small_app import Asked, Reply

CLIENT = "shop-client:s3cr3t-of-the-client"
USER = "ada:pa55-of-ada"


def document(schemes: Mapping[str, Any], operations: Mapping[str, list[str]], **more: Any) -> dict[str, Any]:
    """Reads of `/{name}`, each with the schemes that it wants together; `more` are further paths."""
    done = {"description": "done", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "components": {"securitySchemes": dict(schemes)},
        "paths": {
            f"/{name}": {
                "get": {
                    "operationId": name,
                    "security": [{scheme: [] for scheme in wanted}],
                    "responses": {"200": done, "401": {"description": "who are you?"}},
                }
            }
            for name, wanted in operations.items()
        }
        | more,
    }


def oauth(**flows: str) -> dict[str, Any]:
    """A scheme of OAuth 2, with a token URL for each flow."""
    return {
        "type": "oauth2",
        "flows": {kind: {"tokenUrl": url, "scopes": {"read": "", "write": ""}} for kind, url in flows.items()},
    }


def basic(text: str) -> str:
    """A field of HTTP basic."""
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@dataclass(slots=True)
class TokenService:
    """Gives out tokens of OAuth 2, each good for a few requests, and wants one of them.

    The client is believed in the form only if `in_form`.
    """

    good_for: int = 4
    in_form: bool = False
    scopes: frozenset[str] = frozenset({"read", "write"})
    asked: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    _left: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __call__(self, asked: Asked) -> Reply:
        """Answer one request."""
        if asked.path == "/oauth/token":
            return self._token(asked)
        good = bool(self.tokens) and asked.headers.get("authorization") == f"Bearer {self.tokens[-1]}"
        if not good or self._left <= 0:
            return 401, None, {"www-authenticate": "Bearer"}
        self._left -= 1
        return (200, {}) if asked.method == "GET" else (405, None, {"allow": "GET"})

    def _token(self, asked: Asked) -> Reply:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        self.asked.append(form)
        client = ":".join((form.get("client_id", ""), form.get("client_secret", "")))
        known = client == CLIENT if self.in_form else asked.headers.get("authorization") == basic(CLIENT)
        if not known:
            return 401, {"error": "invalid_client"}
        if not set(form.get("scope", "").split()) <= self.scopes:
            return 400, {"error": "invalid_scope"}
        refresh = form["grant_type"] == "refresh_token"
        if refresh and form["refresh_token"] != f"refresh-{len(self.tokens)}-of-this-service":
            return 400, {"error": "invalid_grant"}
        if form["grant_type"] == "password" and f"{form['username']}:{form['password']}" != USER:
            return 400, {"error": "invalid_grant"}
        self.tokens.append(f"token-{next(self._numbers)}-of-this-service")
        self._left = self.good_for
        answer = {"access_token": self.tokens[-1], "token_type": "bearer"}
        if form["grant_type"] != "client_credentials":
            answer["refresh_token"] = f"refresh-{len(self.tokens)}-of-this-service"
        return 200, answer


@dataclass(slots=True)
class SessionService:
    """Logs in by a form or JSON, and keeps a session in a cookie; writes have to repeat another cookie in a header."""

    csrf: str = "X-Csrf-Echo"
    good_for: int = 12
    logins: int = 0
    written: int = 0
    _left: int = 0

    def __call__(self, asked: Asked) -> Reply:
        """Answer one request."""
        cookies = dict(each.strip().partition("=")[::2] for each in asked.headers.get("cookie", "").split(";"))
        unsafe = asked.method not in {"GET", "HEAD", "OPTIONS"}
        if unsafe and (not cookies.get("echo") or asked.headers.get(self.csrf.lower()) != cookies["echo"]):
            return 403, {"detail": "CSRF"}
        if asked.path == "/login":
            return self._login(asked)
        if cookies.get("sid") != f"session-{self.logins}-of-this-service" or self._left <= 0:
            return 401, None, {"www-authenticate": "Cookie"}
        self._left -= 1
        if asked.path == "/notes" and asked.method == "POST":
            self.written += 1
            return 201, None
        return (200, {}) if asked.method == "GET" else (405, None, {"allow": "GET"})

    def _login(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            return 200, {}, {"set-cookie": "echo=echo-of-this-service; Path=/"}
        if asked.json != {"user": "ada", "password": "pa55-of-ada"}:
            return 401, None, {"www-authenticate": "Cookie"}
        self.logins += 1
        self._left = self.good_for
        return 200, {}, {"set-cookie": f"sid=session-{self.logins}-of-this-service; Path=/; HttpOnly"}


def wanting(**wanted: Mapping[str, str]) -> Callable[[Asked], Reply]:
    """A service whose reads want exactly these fields, and no credential beside them."""

    def reply(asked: Asked) -> Reply:
        fields = wanted.get(asked.path[1:])
        if fields is None:
            return 404, None
        sent = {name: asked.headers[name] for name in ("authorization", "x-key", "cookie") if name in asked.headers}
        if sent != dict(fields):
            return 401, None, {"www-authenticate": "Bearer"}
        return (200, {}) if asked.method == "GET" else (405, None, {"allow": "GET"})

    return reply


@contextmanager
def serving(reply: Callable[[Asked], Reply], *, latency: float) -> Iterator[str]:
    """Serve over a port, answering late; yields the base URL."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            time.sleep(latency)
            with lock:
                status, value, *more = reply(Asked(self.command, path, query, headers, body))
            payload = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            fields = {"content-type": "application/json"} if payload else {}
            for name, text in {**fields, "content-length": str(len(payload)), **(more[0] if more else {})}.items():
                self.send_header(name, text)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(payload)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815 - the names that the library looks for

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.server_address[1]}"
        finally:
            listener.shutdown()
