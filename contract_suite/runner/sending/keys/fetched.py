"""Keys that are fetched: what the options say becomes a command, grants of OAuth 2 and a login.

The rule that must not be broken: no secret goes to an address that only the document names. Where a document's token
URL is not at the endpoint, the user has to name it too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from contract_suite.contract.operation import KEY_VARIABLE, Contract
from contract_suite.contract.requests import build
from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN, without_user_info
from contract_suite.model.exchange import GrantKind, Identity, NoResponse, Request, Response
from contract_suite.model.json import JSON, Raw
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.transport.asgi import AsgiTransport
from contract_suite.transport.authentication.cookie_session import CookieSession
from contract_suite.transport.authentication.key_sources import KeySource
from contract_suite.transport.authentication.login import Login
from contract_suite.transport.authentication.oauth_grant import OAuthGrant, TwoParts
from contract_suite.transport.authentication.renewing import Renewing
from contract_suite.transport.authentication.token_command import TokenCommand
from contract_suite.transport.authentication.user_headers import may_be_credential
from contract_suite.transport.fetching import origin
from contract_suite.transport.http import HttpTransport
from contract_suite.transport.transport import Transport

_FLOWS: Final = {
    GrantKind.CLIENT_CREDENTIALS: ("clientCredentials",),
    GrantKind.PASSWORD: ("password",),
    GrantKind.REFRESH: ("authorizationCode", "password", "clientCredentials"),
}
"""The flows of a document that a grant takes its addresses from, the best first."""
Held = Callable[[str, str], str]
"""Returns what a variable holds that an option names, by the option and the variable."""


def fetched_keys(
    contract: Contract, options: RunOptions, held: Held, transport: Transport
) -> tuple[Renewing, CookieSession | None]:
    """Return what fetches keys, and the session of cookies that belongs to it; nothing is asked yet.

    `UsageError` where it can't work.
    """
    if options.token_command and options.token_env:
        raise UsageError("--token-command and --token-env exclude each other")
    sources: list[tuple[str, KeySource]] = []
    if options.token_command:
        sources.append(("", TokenCommand(command=options.token_command, variable=contract.token_env or KEY_VARIABLE)))
    sources += [
        (scheme, _grant(contract, options, held, transport, scheme=scheme, key=key))
        for scheme, key in options.auth
        if ":" in key
    ]
    session = None
    if options.login is not None or options.csrf:
        secure = transport.loopback or transport.base_url.startswith("https:")
        session = CookieSession(csrf=options.csrf, secure=secure)
    if options.login is not None and session is not None:
        sources.append(("", _login(contract, options, held, transport, session)))
    return Renewing(sources, logs_in=options.login is not None), session


_METHOD_AND_PATH: Final = re.compile(r"([A-Za-z]+) (/\S*)\Z")


def _grant(
    contract: Contract, options: RunOptions, held: Held, transport: Transport, *, scheme: str, key: str
) -> OAuthGrant:
    name, _, variable = key.partition(":")
    kind = GrantKind(name)
    flows = next(each.flows for each in contract.security_schemes if each.id == scheme)
    flow = next((each for wanted in _FLOWS[kind] for each in flows if each.kind == wanted), None)
    stated = (flow.refresh_url if kind is GrantKind.REFRESH else "") or flow.token_url if flow is not None else ""
    url = options.token_url or stated
    if not url:
        raise UsageError(f"the security scheme {scheme!r} has no token URL for {kind}; name it with --token-url")
    try:
        url = urljoin(f"{transport.base_url}/", url)
    except ValueError:
        shown = without_user_info(url)
        raise UsageError(f"the token URL {shown!r} of {scheme!r} is no URL; name another with --token-url") from None
    if not options.token_url and origin(url) != origin(transport.base_url):
        where = origin(url) or without_user_info(url)
        raise UsageError(
            f"the document names {where} for tokens of {scheme!r}, which is not the endpoint; "
            "to allow it, give the URL with --token-url"
        )
    client = None
    if options.oauth_client_env and kind is not GrantKind.CLIENT_CREDENTIALS:
        client = TwoParts.of(held("--oauth-client-env", options.oauth_client_env))
    secret = held("--auth", variable)
    hidden = (secret, secret.partition(":")[2], *((client.secret,) if client else ()))
    KNOWN.add({text: f"${variable}" for text in hidden if text})
    return OAuthGrant(
        kind=kind,
        url=url,
        variable=f"{re.sub('[^A-Za-z0-9]', '_', scheme).upper()}_TOKEN",
        given=secret,
        ask=partial(_ask, transport, options.timeout),
        client=client,
        scopes=flow.scopes if flow is not None and kind is not GrantKind.REFRESH else (),
    )


def _login(contract: Contract, options: RunOptions, held: Held, transport: Transport, session: CookieSession) -> Login:
    named, variable = options.login or ("", "")
    text = held("--login", variable)
    body = _parsed(text)
    KNOWN.add(dict.fromkeys({text, *_secrets_of(body, text)}, f"${variable}"))
    operation = next((each for each in contract.operations if each.id == named and not each.problem), None)
    free = _METHOD_AND_PATH.match(named)
    if operation is not None:
        arguments = {
            each.subject: contract.values[each.name] for each in operation.parameters if each.name in contract.values
        }
        try:
            request = build(operation, {**arguments, "body": body}, identity=Identity.NOBODY)
        except ValueError as error:
            raise UsageError(f"--login can't be sent: {error}; give it with --set") from None
    elif free is not None:
        kind = "application/json" if isinstance(body, dict) else "application/x-www-form-urlencoded"
        headers = (("Content-Type", kind), ("Accept", "application/json, */*"))
        request = Request(
            method=free[1].upper(), target=free[2], headers=headers, body=text.encode(), identity=Identity.NOBODY
        )
    else:
        raise UsageError(f"--login names {named!r}, which is neither an operation of {contract.name} nor METHOD /path")
    pages = dict.fromkeys((request.target.partition("?")[0], "/"))
    return Login(
        request=request,
        session=session,
        send=partial(_send, transport),
        variable=contract.token_env or KEY_VARIABLE,
        pages=tuple(Request(method="GET", target=each, identity=Identity.NOBODY) for each in pages),
        pages_first=bool(options.csrf),
    )


def _parsed(text: str) -> JSON:
    """JSON where it is some, as a JSON object; else the text, as a raw body."""
    try:
        parsed: JSON = json.loads(text)
    except (ValueError, RecursionError):
        return Raw(text)
    return parsed if isinstance(parsed, dict) else Raw(text)


def _secrets_of(body: JSON, text: str) -> set[str]:
    """Every text of a login's body that is named like a secret, so that none is shown wherever it turns up."""
    members = body.items() if isinstance(body, dict) else parse_qsl(text)
    return {str(value) for name, value in members if value and may_be_credential(name)}


def _send(transport: Transport, request: Request) -> Response | NoResponse:
    """Send over a connection of its own, since another request may be on its way."""
    own = transport.clone()
    try:
        return own.send(request)[0]
    finally:
        own.close()


def _ask(transport: Transport, timeout: float, url: str, request: Request) -> Response | NoResponse:
    """Send to an address: below the endpoint's base URL, at its root, or elsewhere."""
    base = transport.base_url
    if url.startswith(f"{base}/"):
        return _send(transport, replace(request, target=url.removeprefix(base)))
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    own = transport.clone() if isinstance(transport, AsgiTransport) and origin(url) == origin(base) else None
    if own is not None:
        own.mount("")
    other = own or HttpTransport(f"{parts.scheme}://{parts.netloc}", timeout=timeout)
    try:
        return other.send(replace(request, target=target))[0]
    finally:
        other.close()
