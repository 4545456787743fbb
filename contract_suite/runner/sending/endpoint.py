"""What a run talks to: the embedded mock, an ASGI app in process, or a URL, with the keys that go there.

A key goes nowhere but to the endpoint that the user named; a made-up one only to loopback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from contract_suite.contract.family import is_url
from contract_suite.contract.operation import Contract, Operation
from contract_suite.errors import UsageError
from contract_suite.model.exchange import Identity, Request
from contract_suite.model.run import EMBEDDED_MOCK
from contract_suite.record.curl import Credential
from contract_suite.runner.options.run_options import Inference, RunOptions
from contract_suite.runner.sending.clock import seconds_now
from contract_suite.runner.sending.keys.opening import open_credentials
from contract_suite.runner.sending.keys.shown import shown_keys
from contract_suite.transport.authentication.credentials import Credentials
from contract_suite.transport.transport import Transport

Shown = Mapping[Identity, tuple[Credential, ...]]


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
    shown_as: Callable[[Operation | None], Shown] = lambda _operation: {}
    """Returns how a `curl` line for an operation writes what each identity sends beside a request."""

    def keyed(self, request: Request, operation: Operation | None = None) -> Request:
        """Return the request as it goes on the wire: with the credential for its operation and the user's headers."""
        return self.credentials.apply(request, operation)


def open_endpoint(contract: Contract, options: RunOptions, environ: Mapping[str, str]) -> Endpoint:
    """Open the way to the endpoint that `options` name for `contract`."""
    options = options.of(contract.name)
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
    try:
        return _opened(contract, options, environ, transport, described)
    except BaseException:
        transport.close()
        raise


def _opened(
    contract: Contract, options: RunOptions, environ: Mapping[str, str], transport: Transport, described: str
) -> Endpoint:
    embedded = not options.url and not options.app
    if options.app:
        from contract_suite.runner.sending.mounting import mount  # noqa: PLC0415 - only where there is an app

        mount(transport, contract)
    credentials = open_credentials(contract, options, environ, transport, embedded=embedded)
    credentials.fetch()
    return Endpoint(
        transport=transport,
        credentials=credentials,
        shown_as=partial(shown_keys, contract, credentials),
        described=described,
        writable=options.allow_writes or transport.loopback,
        destructive=options.allow_destructive or embedded,
        embedded=embedded,
    )


def _in_process(contract: Contract, options: RunOptions) -> tuple[Transport, str]:
    from contract_suite.transport.asgi import AsgiTransport  # noqa: PLC0415 - only where there is an app

    if options.app:
        from contract_suite.transport.app_loading import load_app  # noqa: PLC0415 - as above

        return AsgiTransport(load_app(options.app), timeout=options.timeout, max_bytes=options.max_bytes), options.app
    from contract_suite.inference.inferring import with_guesses  # noqa: PLC0415 - as above
    from contract_suite.mock.asgi import MockApp  # noqa: PLC0415 - as above
    from contract_suite.mock.server import MockServer  # noqa: PLC0415 - as above

    known = contract if options.of(contract.name).infer is Inference.OFF else with_guesses(contract)
    app = MockApp(MockServer(known, seed=options.seed, clock=seconds_now))
    return AsgiTransport(
        app, base_path=contract.base_path, timeout=options.timeout, max_bytes=options.max_bytes
    ), EMBEDDED_MOCK
