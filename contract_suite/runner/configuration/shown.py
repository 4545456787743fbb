"""What counts for a command and where it comes from, as a TOML text without a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from contract_suite.known_secrets import REDACTED, without_user_info
from contract_suite.runner.configuration.given import VARIABLE, Given
from contract_suite.runner.configuration.settings import Settings
from contract_suite.runner.options.choice_options import CHOICE
from contract_suite.runner.options.option import Option
from contract_suite.runner.options.option_readers import Names
from contract_suite.runner.options.option_table import OPTIONS, default_of

_PREFIX: Final = "CONTRACT_SUITE_"
_ALIKE: Final = 0.93
"""As much as a slip of the finger leaves alike, beside the prefix that all have."""
_ORIGIN: Final = 40
"""The column at which the origins begin, where the values leave room."""


def shown(settings: Settings, defaults: Mapping[str, object], environ: Mapping[str, str]) -> str:
    """Return each option with its value and its origin; `defaults`, by option name, are those of the command.

    Variables of the environment that look like options and are none are named too.
    """
    file = settings.configuration.file if settings.configuration is not None else None
    named = "named" if file is not None and file.named else "found"
    lines = [f"# {file.shown} ({named})" if file is not None else "# no configuration file"]
    for option in settings.options:
        given = settings.main.get(option.field)
        if given is not None:
            lines.append(_line(option, _value(given), given.origin))
        else:
            default = defaults.get(option.name, default_of(option))
            lines.append(_line(option, None if _is_empty(default) else _toml(_plain(default)), "default"))
    for family, own in settings.families.items():
        lines += ["", f"[family.{_key(family)}]", *_family(settings, own)]
    return "\n".join([*lines, *_strangers(environ)])


def _strangers(environ: Mapping[str, str]) -> Iterator[str]:
    known = {each.variable for each in (*OPTIONS, *CHOICE)}
    for name in sorted(environ):
        close = get_close_matches(name, known, n=1, cutoff=_ALIKE) if name.startswith(_PREFIX) else []
        if close and name not in known:
            yield f"# ${name} is not an option; did you mean ${close[0]}?"


def _family(settings: Settings, own: Mapping[str, Given]) -> Iterator[str]:
    for option in settings.options:
        if option.field in own:
            yield _line(option, _value(own[option.field]), own[option.field].origin)


def _line(option: Option, value: str | None, origin: str) -> str:
    said = f"# {option.name} is not set" if value is None else f"{option.name} = {value}"
    return f"{said:<{_ORIGIN}}  # {origin}" if value is not None else f"{said:<{_ORIGIN}}  {origin}"


def _value(given: Given) -> str:
    option = given.option
    given.value()  # what can't be read is said here too
    if option.read is None:
        return _toml(given.said)
    texts = [_hidden(given, text) for text in given.texts]
    number = option.read.schema["type"] in {"number", "integer"}
    if option.repeated or len(texts) > 1:
        return _toml(texts)
    return texts[-1] if number and not VARIABLE.search(texts[-1]) else _toml(texts[-1])


def _hidden(given: Given, text: str) -> str:
    """Return a text without what may be a secret: a variable stays as it is written, and tells nothing."""
    option = given.option
    if option.field == "token_command":
        return REDACTED
    if option.read is not None and option.read.names in {Names.ADDRESS, Names.DOCUMENT} and "://" in text:
        return without_user_info(text)
    joint = option.read.joint if option.read is not None else ""
    if not joint or option.field in _PLAIN:
        return text
    name, _, value = text.partition(joint.strip())
    tells_nothing = _SCHEME.fullmatch(VARIABLE.sub("", value)) is not None
    return text if tells_nothing or _is_plain(option, name) else f"{name}{joint}{REDACTED}"


_SCHEME: Final = re.compile(r"\s*([A-Za-z]{0,9}\s+)?")
"""What may stand before a variable: `Bearer`."""
_PLAIN: Final = frozenset({"auth", "csrf"})
"""Pairs of names, by field."""


def _is_plain(option: Option, name: str) -> bool:
    from contract_suite.transport.authentication.user_headers import (  # noqa: PLC0415 - only for headers and values
        is_harmless,
        may_be_credential,
    )

    return is_harmless(name) if option.field == "headers" else not may_be_credential(name)


def _is_empty(value: object) -> bool:
    return not value and not isinstance(value, bool | int | float)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a default of any option
    return value if isinstance(value, bool | int | float) else str(value)


def _toml(value: object) -> str:
    """Write a value as TOML, of which a text of JSON is one."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else _toml(name)
