"""`test_findings.py`: every finding as a test that fails until it is fixed, for whoever fixes the server.

Most tests need nothing but Python and pytest. Where several responses must be compared to judge, contract-suite itself
sends the requests again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TextIO

from contract_suite.record.reader import Run
from contract_suite.report.errata import decision, errata_of
from contract_suite.report.exported_tests.credentials import Key, Keys, keys_of
from contract_suite.report.exported_tests.source import key_name, plain_test, replayed_test, usual_key
from contract_suite.report.exported_tests.steps import StepFinder
from contract_suite.report.exported_tests.support import REPLAY, SUPPORT
from contract_suite.report.format import Format
from contract_suite.report.plain import visible
from contract_suite.report.summary import summarise

_MADE_UP: Final = "sk-made-up-key"
"""A key for servers that take any, where the variable is not set."""


def write(run: Run, stream: TextIO) -> None:
    """Write the file."""
    findings = summarise(run).findings
    # At an application in process or the embedded mock, there is nothing that an ordinary client could ask.
    reachable = run.header.target.startswith(("http://", "https://"))
    keys, story = keys_of(run), StepFinder(run) if reachable else None
    notes = {each.id: [f"Erratum {decision(one)}" for one in errata_of(run, each)] for each in findings}
    plain = {each.id: plain_test(each, story.steps(each), keys, notes[each.id]) if story else "" for each in findings}
    tests = [plain[each.id] or replayed_test(each, notes[each.id]) for each in findings]
    stream.writelines(f"{line}\n" for line in _head(run, keys, any(plain.values()), not all(plain.values())))
    stream.writelines(f"\n\n{each}" for each in tests)


def _head(run: Run, keys: Keys, plain: bool, replayed: bool) -> Iterator[str]:
    count = len(run.findings)
    yield f'"""{count} finding{"s" * (count != 1)} of {_documented(run.header.tool)} at {_documented(run.header.target)}."""'
    yield "# Each test fails until its finding is fixed. CONTRACT_SUITE_URL names another server to test."
    for variable in sorted({each.variable for several in keys.values() for each in several}):
        yield f"# The environment variable {variable} holds a key."
    if not count:
        return
    yield ""
    modules = [*(["json"] if plain else []), "os", *(["subprocess", "sys"] if replayed else [])]
    yield from (f"import {each}" for each in (*(["base64"] if _basic(keys) and plain else []), *modules))
    if plain:
        yield "from http.client import HTTPConnection, HTTPSConnection"
        yield "from urllib.parse import quote, urlsplit"
    if replayed:
        yield from ("", "import pytest")
    yield ""
    if not plain:
        yield f'BASE = os.environ.get("CONTRACT_SUITE_URL", {run.header.target!r})'
        yield f'RECORD = os.environ.get("CONTRACT_SUITE_RECORD", {str(run.path)!r})'
        yield from REPLAY.splitlines()
        return
    yield from _keys(keys)
    yield from SUPPORT.format(
        base=repr(run.header.target), record=repr(str(run.path)), default_key=repr(usual_key(keys))
    ).splitlines()
    if replayed:
        yield from REPLAY.splitlines()


def _keys(keys: Keys) -> Iterator[str]:
    yield "KEYS = {"
    for (family, identity), several in keys.items():
        yield f"    {key_name(family, identity, keys)!r}: [{', '.join(map(_header, several))}],"
    yield "}"


def _header(key: Key) -> str:
    value = f"os.environ.get({key.variable!r}, {key.made_up or _MADE_UP!r})"
    if key.basic:
        value = f"base64.b64encode({value}.encode()).decode()"
    return f"({key.header!r}, {key.prefix!r} + {value})"


def _basic(keys: Keys) -> bool:
    return any(each.basic for several in keys.values() for each in several)


def _documented(text: str) -> str:
    """A text inside a docstring."""
    return visible(text, limit=200).replace("\\", "\\\\").replace('"', "'")


FORMAT: Final = Format(
    name="pytest",
    file_name="test_findings.py",
    title="Each finding as a test that fails until it is fixed",
    write=write,
)
