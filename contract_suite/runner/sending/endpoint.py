"""What a run talks to: the embedded mock, an ASGI app in process, or a URL, with the keys that go there.

A key goes nowhere but to the endpoint that the user named; a made-up one only to loopback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contract_suite.contract.family import is_url
from contract_suite.contract.operation import KEY_VARIABLE, Contract
from contract_suite.errors import UsageError
from contract_suite.model.exchange import Identity, Request
from contract_suite.record.curl import Credential
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.sending.clock import seconds_now
from contract_suite.transport.authentication.credentials import OTHER_SCHEME, Credentials, Secret
from contract_suite.transport.authentication.user_headers import UserHeaders, is_harmless, variable_of
from contract_suite.transport.transport import Transport

MADE_UP: Final[Mapping[Identity, str]] = {
    Identity.DEFAULT: "sk-contract-suite-default",
    Identity.READONLY: "sk-readonly-contract-suite",
    Identity.REVOKED: "sk-revoked-contract-suite",
}
"""Keys for the mock, which takes any well-formed one; the last two in their roles."""
_SHOWN_AS: Final[Mapping[Identity, str]] = {
    Identity.DEFAULT: KEY_VARIABLE,
    Identity.READONLY: "CONTRACT_SUITE_READONLY_TOKEN",
    Identity.REVOKED: "CONTRACT_SUITE_REVOKED_TOKEN",
}
"""How made-up keys are written for which the user names no variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where one contract's requests go.

    `described` is for reports, `writable` says whether unsafe methods may be sent, `destructive` whether also to what
    the run did not make.
    """

    transport: Transport
    credentials: Credentials
    described: str
    writable: bool
    destructive: bool = False
    embedded: bool = False
    shown_as: Mapping[Identity, tuple[Credential, ...]] = field(default_factory=dict)

    def keyed(self, request: Request) -> Request:
        """Return the request as it goes on the wire: with its credential and the user's headers."""
        return self.credentials.apply(request)


def open_endpoint(contract: Contract, options: RunOptions, environ: Mapping[str, str]) -> Endpoint:
    """Open the way to the endpoint that `options` name for `contract`."""
    if options.url and options.app:
        raise UsageError("--url and --app exclude each other")
    if is_url(contract.file) and not options.url and not options.app:
        raise UsageError(
            f"the document comes from {contract.file}, and nothing says what is to be tested: name the endpoint with "
            "--url; to test the embedded mock, save the document to a file"
        )
    if options.url:
        from contract_suite.transport.http import HttpTransport  # noqa: PLC0415 - only where there is a network

        transport: Transport = HttpTransport(options.url, timeout=options.timeout, max_bytes=options.max_bytes)
        described = transport.base_url
    else:
        transport, described = _in_process(contract, options)
    embedded = not options.url and not options.app
    user_headers = UserHeaders(fields=options.headers, schemes=contract.security_schemes)
    made_up = not user_headers.credentials and (embedded or transport.loopback)
    secrets = _secrets(contract, options, environ, made_up=made_up, embedded=embedded)
    endpoint = Endpoint(
        transport=transport,
        credentials=Credentials(contract.security_schemes, secrets, user_headers),
        shown_as=_all_shown(contract, secrets, user_headers),
        described=described,
        writable=options.allow_writes or transport.loopback,
        destructive=options.allow_destructive or embedded,
        embedded=embedded,
    )
    if options.app:
        from contract_suite.runner.sending.mounting import mount  # noqa: PLC0415 - only where there is an app

        mount(transport, contract)  # last, since it starts the application
    return endpoint


def _in_process(contract: Contract, options: RunOptions) -> tuple[Transport, str]:
    from contract_suite.transport.asgi import AsgiTransport  # noqa: PLC0415 - only where there is an app

    if options.app:
        from contract_suite.transport.app_loading import load_app  # noqa: PLC0415 - as above

        return AsgiTransport(load_app(options.app), timeout=options.timeout, max_bytes=options.max_bytes), options.app
    from contract_suite.mock.asgi import MockApp  # noqa: PLC0415 - as above
    from contract_suite.mock.server import MockServer  # noqa: PLC0415 - as above

    app = MockApp(MockServer(contract, seed=options.seed, clock=seconds_now))
    return AsgiTransport(
        app, base_path=contract.base_path, timeout=options.timeout, max_bytes=options.max_bytes
    ), "embedded mock"


def _secrets(
    contract: Contract, options: RunOptions, environ: Mapping[str, str], *, made_up: bool, embedded: bool
) -> dict[Identity, Secret]:
    names = {
        Identity.DEFAULT: options.token_env or contract.token_env,
        Identity.READONLY: options.readonly_token_env,
        Identity.REVOKED: options.revoked_token_env,
    }
    for option, name in (
        ("--token-env", options.token_env),
        ("--readonly-token-env", options.readonly_token_env),
        ("--revoked-token-env", options.revoked_token_env),
    ):
        if name and not environ.get(name, "").strip():
            raise UsageError(f"{option} names ${name}, which is not set")
    secrets = {
        identity: Secret(value=value, name=name)
        for identity, name in names.items()
        if name and (value := environ.get(name, "").strip())
    }
    if made_up:
        for identity, value in MADE_UP.items():
            wanted = embedded or (identity is Identity.DEFAULT and names[identity])
            if wanted and (identity is not Identity.DEFAULT or names[identity] or contract.security_schemes):
                secrets.setdefault(identity, Secret(value=value, name=names[identity] or _SHOWN_AS[identity]))
    return secrets


def _all_shown(
    contract: Contract, secrets: Mapping[Identity, Secret], user_headers: UserHeaders
) -> dict[Identity, tuple[Credential, ...]]:
    """How `curl` lines write what each identity sends beside a request: the user's headers, and its key."""
    own = {name.lower() for name in user_headers.credentials}
    shown = {
        identity: tuple(
            _shown_header(name, value)
            for name, value in user_headers.fields
            if identity is Identity.DEFAULT or name.lower() not in own
        )
        for identity in Identity
    }
    if not contract.security_schemes:
        return shown
    for identity, secret in secrets.items():
        key = _shown(contract, secret.name)
        if not (identity is Identity.DEFAULT and key.where == "header" and key.name.lower() in own):
            shown[identity] = (*shown[identity], key)
    if Identity.DEFAULT in secrets:
        other = Credential(variable=secrets[Identity.DEFAULT].name, prefix=f"{OTHER_SCHEME} ")
        shown[Identity.OTHER_SCHEME] = (*shown[Identity.OTHER_SCHEME], other)
    return shown


def _shown_header(name: str, value: str) -> Credential:
    """How a `curl` line writes a header of the user's: as it is only where it is known to be no secret."""
    return Credential(
        name=name,
        prefix=value if is_harmless(name) else "",
        variable="" if is_harmless(name) else variable_of(name),
    )


def _shown(contract: Contract, variable: str) -> Credential:
    """How a `curl` line writes a key: by the first scheme, which is the one that requests use."""
    scheme = contract.security_schemes[0]
    if scheme.type == "apiKey":
        where = scheme.where if scheme.where in {"header", "query", "cookie"} else "header"
        return Credential(variable=variable, name=scheme.name, prefix="", where=where)  # type: ignore[arg-type]  # looked at just now
    if scheme.type == "http" and scheme.scheme.lower() == "basic":
        return Credential(variable=variable, where="user")
    return Credential(variable=variable)
