"""What a configuration file may not say that was only found: it may have come with a repository that somebody cloned.

The rule that must not be broken: such a file runs no code, names no address off this machine and no file outside its
folder, gives no leave, and gives nothing of the environment to an endpoint off this machine. A file that the user named
may do all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from contract_suite.errors import UsageError
from contract_suite.known_secrets import without_user_info
from contract_suite.runner.configuration.given import Given
from contract_suite.runner.options.option_readers import Names

_REMEDY: Final = "; to allow it, name the file: --config {file}, or CONTRACT_SUITE_CONFIG={file}"


def refuse(found: Sequence[Given], addresses: Iterable[str | None]) -> None:
    """Raise `UsageError` for the first thing that may not be said; requests go to `addresses`."""
    from contract_suite.transport.pacing import is_loopback  # noqa: PLC0415 - only where there is a configuration file

    for given in found:
        option, names = given.option, given.option.read.names if given.option.read is not None else Names.NOTHING
        if option.named_only and given.said is not False:
            raise _refusal(given, f"is not taken from a file that was only found, because {option.named_only}")
        for text in _values(given):
            is_url = names is Names.ADDRESS or (names is Names.DOCUMENT and "://" in text)
            if is_url and not is_loopback(text.partition("?")[0]):
                raise _refusal(given, "names another machine, which a file that was only found may not")
            if names is Names.FILE or (names is Names.DOCUMENT and not is_url and not _is_family(text)):
                _inside(given, text)
    away = next((each for each in addresses if each and not is_loopback(each)), None)
    for given in found if away is not None else ():
        if given.variables:
            what = ", ".join(f"${each.rpartition('=')[2].rpartition(':')[2]}" for each in given.variables)
            where = without_user_info(away or "")
            raise _refusal(given, f"would send {what} to {where}, and a file that was only found may not")


def is_address(given: Given) -> bool:
    """Whether an option says where requests go."""
    return given.option.read is not None and given.option.read.names is Names.ADDRESS


def _values(given: Given) -> list[str]:
    value = given.value()
    return [str(each) for each in (value if isinstance(value, tuple | frozenset) else (value,)) if each is not None]


def _is_family(text: str) -> bool:
    from contract_suite.contract.family import families  # noqa: PLC0415 - only where a found file names a contract

    return text in families()


def _inside(given: Given, text: str) -> None:
    folder = given.file.path.parent.resolve() if given.file is not None else Path()
    try:
        inside = Path(text).resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not inside:
        raise _refusal(given, "leads out of its folder, which a file that was only found may not")


def _refusal(given: Given, sentence: str) -> UsageError:
    file = given.file.shown if given.file is not None else ""
    return UsageError(f"{given.flag} {sentence}{_REMEDY.format(file=file)}")
