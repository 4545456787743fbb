"""The options about keys: what is sent with requests so that they are served, and where it comes from.

No value of them stands in a record, so that a replay is given them again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contract_suite.runner.options import option_readers as readers
from contract_suite.runner.options.option import Option
from contract_suite.runner.options.run_options import RunOptions

_KEY: Final = "Environment variable that holds the key (default: the family's)."
_OF_SCHEME: Final = (
    "Environment variable that holds the key of one security scheme. For OAuth 2, GRANT:VARIABLE fetches a token "
    "(client-credentials, password, refresh). May be repeated."
)
_COMMAND: Final = "Command that prints the key; run again when the key expires or is refused."
_LOGIN: Final = (
    "Log in first, by an operation or 'METHOD /path', with the body in this environment variable; use the cookies and the "
    "token of the response."
)
_CLIENT: Final = "Environment variable that holds CLIENT_ID:CLIENT_SECRET, for the grants password and refresh."
_ADDRESS: Final = "URL of OAuth 2 tokens, instead of the one in the document."
_CSRF: Final = "Copy this cookie into this header of every write. May be repeated."

KEY_OPTIONS: Final = (
    Option(
        name="header",
        per_family=True,
        field="headers",
        read=readers.header,
        metavar="'NAME: VALUE'",
        short="-H",
        repeated=True,
        help="Send this header with every request. May be repeated.",
        replay_help="Send this header too; a record keeps no values of them.",
    ),
    Option(
        name="token-env",
        per_family=True,
        field="token_env",
        read=readers.environment_variable,
        metavar="NAME",
        help=_KEY,
        replay_help=_KEY,
        recorded=False,
    ),
    Option(
        name="readonly-token-env",
        per_family=True,
        field="readonly_token_env",
        read=readers.environment_variable,
        metavar="NAME",
        help="Environment variable of a key that may not write, for the 403 clauses.",
        replay_help="Environment variable of a key that may not write.",
        recorded=False,
    ),
    Option(
        name="revoked-token-env",
        per_family=True,
        field="revoked_token_env",
        read=readers.environment_variable,
        metavar="NAME",
        help="Environment variable of a key that is no longer valid, for the 401 clauses.",
        replay_help="Environment variable of a key that is no longer valid.",
        recorded=False,
    ),
    Option(
        name="auth",
        per_family=True,
        field="auth",
        read=readers.scheme_key,
        metavar="SCHEME=VARIABLE",
        repeated=True,
        help=_OF_SCHEME,
        replay_help=_OF_SCHEME,
        recorded=False,
    ),
    Option(
        name="oauth-client-env",
        per_family=True,
        field="oauth_client_env",
        read=readers.environment_variable,
        metavar="NAME",
        help=_CLIENT,
        replay_help=_CLIENT,
        recorded=False,
    ),
    Option(
        name="token-url",
        per_family=True,
        field="token_url",
        read=readers.address,
        metavar="URL",
        help=_ADDRESS,
        replay_help=_ADDRESS,
        recorded=False,
    ),
    Option(
        name="token-command",
        per_family=True,
        named_only="it is a command that the run executes",
        field="token_command",
        read=readers.text,
        metavar="COMMAND",
        help=_COMMAND,
        replay_help=_COMMAND,
        recorded=False,
    ),
    Option(
        name="login",
        per_family=True,
        field="login",
        read=readers.named_variable,
        metavar="OPERATION=VARIABLE",
        help=_LOGIN,
        replay_help=_LOGIN,
        recorded=False,
    ),
    Option(
        name="csrf",
        per_family=True,
        field="csrf",
        read=readers.cookie_and_header,
        metavar="COOKIE=HEADER",
        repeated=True,
        help=_CSRF,
        replay_help=_CSRF,
        recorded=False,
    ),
)
"""In the order in which they are listed."""


def with_keys_of(options: RunOptions, given: RunOptions) -> RunOptions:
    """Return options with what others say about keys, as a record keeps nothing of it."""
    return replace(options, **{each.field: getattr(given, each.field) for each in KEY_OPTIONS})
