"""Which keys a run has: from the environment, fetched, or made up for the mock and this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from contract_suite.contract.operation import KEY_VARIABLE, Contract
from contract_suite.errors import UsageError
from contract_suite.model.exchange import Identity
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.transport.authentication.credentials import Credentials
from contract_suite.transport.authentication.key_sources import Secret
from contract_suite.transport.authentication.renewing import Renewing
from contract_suite.transport.authentication.user_headers import UserHeaders, described_headers
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


def open_credentials(
    contract: Contract, options: RunOptions, environ: Mapping[str, str], transport: Transport, *, embedded: bool
) -> Credentials:
    """Return the keys that go to an endpoint. Nothing is fetched yet; `UsageError` where a variable holds nothing."""
    user_headers = UserHeaders(
        fields=options.headers,
        schemes=contract.security_schemes,
        described=described_headers(contract.operations),
    )
    _refuse_unknown_schemes(contract, options)
    variables = KeyVariables(environ)
    renewing, session = Renewing(), None
    if options.auth or options.token_command or options.login or options.csrf:
        from contract_suite.runner.sending.keys.fetched import fetched_keys  # noqa: PLC0415 - few runs fetch keys

        renewing, session = fetched_keys(contract, options, variables.of, transport)
    own = bool(user_headers.credentials or options.auth or renewing.possible)
    return Credentials(
        contract.security_schemes,
        _secrets(contract, options, variables, made_up=not own and (embedded or transport.loopback), embedded=embedded),
        user_headers,
        of_schemes={
            scheme: Secret(value=variables.of("--auth", key), name=key)
            for scheme, key in options.auth
            if ":" not in key
        },
        renewing=renewing,
        session=session,
    )


def _refuse_unknown_schemes(contract: Contract, options: RunOptions) -> None:
    known = {each.id for each in contract.security_schemes}
    unknown = next((scheme for scheme, _ in options.auth if scheme not in known), None)
    if unknown is not None:
        declared = f"it has {', '.join(sorted(known))}" if known else "it has none"
        raise UsageError(
            f"--auth names the security scheme {unknown!r}, which {contract.name} does not have; {declared}"
        )


class KeyVariables:
    """The environment variables that hold keys, asked for by name."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Ask for nothing yet."""
        self._environ = environ

    def of(self, option: str, name: str) -> str:
        """Return what the variable `name` holds; `UsageError` if that is nothing."""
        value = self.optional(name)
        if not value:
            named = f"${name}, which" if _is_name(name) else "a variable that"
            raise UsageError(f"{option} names {named} is not set")
        if len(value) > _LONGEST:
            raise UsageError(f"${name} holds more than {_LONGEST:,} characters; no server accepts a key that long")
        return value

    def optional(self, name: str) -> str:
        """Return what a variable holds, empty where nothing does."""
        return self._environ.get(name, "").strip() if name else ""


def _is_name(text: str) -> bool:
    """Whether a text is the name of a variable that holds a key; anything else may be the key itself, given by mistake."""
    words = text.split("_")
    if text.isupper() and text.isalpha() and len(text) <= _TOO_SHORT:
        return True
    return not _OF_KEYS.isdisjoint(words) and all(_WORD.fullmatch(each) for each in words)


_OF_KEYS: Final = frozenset(
    {
        "API",
        "AUTH",
        "BEARER",
        "CREDENTIAL",
        "CREDENTIALS",
        "JWT",
        "KEY",
        "PASS",
        "PASSWORD",
        "PAT",
        "PWD",
        "SECRET",
        "TOKEN",
    }
)
_LONGEST: Final = 16_384
_TOO_SHORT: Final = 4
"""A key has more characters."""
_WORD: Final = re.compile("[A-Z]{1,12}|[0-9]{1,2}")


def _secrets(
    contract: Contract, options: RunOptions, variables: KeyVariables, *, made_up: bool, embedded: bool
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
        if name:
            variables.of(option, name)
    secrets = {
        identity: Secret(value=value, name=name)
        for identity, name in names.items()
        if (value := variables.optional(name))
    }
    if made_up:
        for identity, value in MADE_UP.items():
            wanted = embedded or (identity is Identity.DEFAULT and names[identity])
            if wanted and (identity is not Identity.DEFAULT or names[identity] or contract.security_schemes):
                name = names[identity] or _SHOWN_AS[identity]
                secrets.setdefault(identity, Secret(value=value, name=name, made_up=True))
    return secrets
