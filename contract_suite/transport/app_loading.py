"""Finds the application that the user named: `module:attribute`, or `module:factory()`."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, cast

from contract_suite.errors import UsageError
from contract_suite.garbage import note_code_of_others

Message = MutableMapping[str, Any]
"""An ASGI scope or event; its values are the ASGI specification's, so nothing narrower holds."""

AsgiApp = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
"""An ASGI 3 application."""


def load_app(name: str) -> AsgiApp:
    """Import the application named `module:attribute`; a `()` at the end calls it first.

    The current folder is importable.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise UsageError(f"An application is named module:attribute, such as my_service.main:app, but {name!r} isn't.")
    module_name, attribute, call = match.groups()
    note_code_of_others(name)
    found: object = _module(module_name)
    for step in attribute.split("."):
        if not hasattr(found, step):
            raise UsageError(f"{module_name!r} was imported, but it has no {attribute!r}.")
        found = getattr(found, step)
    if call:
        found = _called(found, name)
    _inspect(found, name)
    return cast("AsgiApp", found)


_NAME = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*):([^\W\d]\w*(?:\.[^\W\d]\w*)*)(\(\))?")
_WSGI_PARAMETERS = 2


def _module(name: str) -> object:
    here = str(Path.cwd())
    if not {here, ""} & set(sys.path):
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise UsageError(
                f"There is no module {error.name!r}, neither in the current folder nor on Python's path."
            ) from error
        raise UsageError(f"Importing {name!r} failed: {error}.") from error
    except (Exception, SystemExit) as error:
        raise UsageError(f"Importing {name!r} failed: {_worded(error)}") from error


def _called(factory: object, name: str) -> object:
    if not callable(factory):
        raise UsageError(f"{name!r} can't be called; leave the brackets out if it is the application itself.")
    try:
        return factory()
    except (Exception, SystemExit) as error:
        raise UsageError(f"Calling {name!r} failed: {_worded(error)}") from error


def _inspect(app: object, name: str) -> None:
    if not callable(app):
        raise UsageError(f"{name!r} is no ASGI application: it is {type(app).__name__!r} and can't be called.")
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return
    needed = [
        each
        for each in parameters
        if each.default is each.empty and each.kind in {each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD}
    ]
    if hasattr(app, "wsgi_app") or len(needed) == _WSGI_PARAMETERS:
        raise UsageError(
            f"{name!r} looks like a WSGI application; wrap it into an ASGI one first, for example with a2wsgi."
        )
    if not needed and not any(each.kind is each.VAR_POSITIONAL for each in parameters):
        raise UsageError(f"{name!r} takes no arguments; write {name}() if it is a factory.")


def _worded(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else f"{type(error).__name__}."
