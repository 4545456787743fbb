"""Whatever is read from outside is read, or refused with a sentence: never with a traceback."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contract_suite.contract.forms.multipart import NoMultipartError, read_multipart
from contract_suite.contract.forms.xml_body import NoXmlError, read_xml
from contract_suite.contract.loading import parse
from contract_suite.contract.operation import essence, is_json
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.errors import ContractSuiteError
from contract_suite.gate.baseline_file import read_baseline
from contract_suite.history.store import read as read_history
from contract_suite.model.exchange import Response
from contract_suite.model.json import at, is_too_deep, parsed, tokens
from contract_suite.record.reader import read_run
from contract_suite.runner.documents import open_contract
from contract_suite.runner.leftovers.ledger_file import LedgerFile, Origin, Thing
from contract_suite.runner.options.option import Door
from contract_suite.runner.options.option_table import OPTIONS
from contract_suite.runner.sending.waiting import retry_after
from contract_suite.traffic.recording import read_traffic
from contract_suite.transport.authentication.cookie_session import CookieSession
from contract_suite.transport.authentication.key_sources import key_in_answer, secrets_in
from contract_suite.transport.base_url import parse as parse_url
from contract_suite.transport.fetching import origin
from tests.record.sample import write

FILES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ODD_NUMBERS = st.sampled_from(
    ["--5", "-", "\u0665", "\u00b2", "9" * 5_000, "1e9", "NaN", "+1", "0x1", "1_0", " 7 ", "inf"]
)
DATES = st.sampled_from(
    ["Fri, 99 Foo 99999 25:61:61 GMT", "0", "Thu, 01 Jan 1970", "Mon, 1 Jan 2024 00:00:00 -0000", ",", "a b c d e f g"]
)
FIELDS = st.text(max_size=40) | ODD_NUMBERS | DATES


@given(FIELDS)
def test_retry_after(value: str) -> None:
    seconds = retry_after(value)
    assert seconds is None or seconds >= 0


@given(st.lists(st.tuples(st.sampled_from(["a", "Max-Age", "Expires", "Secure", "", "Domain"]), FIELDS), max_size=5))
@example([("a", "b"), ("Max-Age", "--5")])
@example([("a", "b"), ("Max-Age", "9" * 5_000)])
@example([("a", "b"), ("Expires", ",")])
def test_cookies(parts: list[tuple[str, str]]) -> None:
    session = CookieSession()
    session.take(Response(status=200, reason="", headers=(("Set-Cookie", ";".join(map("=".join, parts))),), body=b""))
    assert set(session.cookies(trusted=True)) <= {name for name, _ in parts}


def test_of_many_cookies_the_last_are_kept() -> None:
    session = CookieSession()
    for at_once in range(200):
        fields = tuple(("Set-Cookie", f"c{at_once}-{number}=v") for number in range(20))
        session.take(
            Response(status=200, reason="", headers=(*fields, ("Set-Cookie", "long=" + "x" * 9_000)), body=b"")
        )
    kept = session.cookies(trusted=True)
    assert len(kept) == 50
    assert "c199-19" in kept


@given(st.text(max_size=60))
def test_media_types(value: str) -> None:
    assert isinstance(is_json(value), bool)
    assert ";" not in essence(value)


@given(st.text(max_size=60) | st.builds("http://{}:{}/{}".format, st.text(max_size=9), FIELDS, st.text(max_size=9)))
def test_addresses(value: str) -> None:
    assert isinstance(origin(value), str)
    refused(lambda: parse_url(value))


@given(st.text(max_size=30), VALUES)
def test_pointers(pointer: str, value: Any) -> None:
    at(value, pointer)
    assert isinstance(tokens(pointer), tuple)


@given(st.text(max_size=60) | st.binary(max_size=60))
@example("[" * 100_000)
@example("[" * 101 + "]" * 101)
@example("9" * 5_000)
def test_json(text: str | bytes) -> None:
    value = parsed(text)
    assert not is_too_deep(value, text) if isinstance(value, (dict, list)) else True


@given(st.binary(max_size=200))
def test_answers_that_may_hold_a_key(body: bytes) -> None:
    key_in_answer(body)
    list(secrets_in(body))


@given(st.binary(max_size=200), st.text(max_size=30).map("multipart/form-data; boundary={}".format))
@example(b"", "multipart/form-data; boundary=")
def test_multipart(body: bytes, content_type: str) -> None:
    with suppress(NoMultipartError):
        list(read_multipart(body, content_type))


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'x'>" + "".join(
    f"<!ENTITY {chr(98 + at)} '{f'&{chr(97 + at)};' * 10}'>" for at in range(9)
)


@given(st.binary(max_size=200))
@example(f"{LAUGHS}]><a>&j;</a>".encode())
@example(b"<a>" * 5_000 + b"</a>" * 5_000)
@example(b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")
def test_xml(body: bytes) -> None:
    try:
        found = read_xml(body, None, SchemaView({}, {}))
    except NoXmlError:
        return
    assert "root:" not in str(found)


@given(st.sampled_from([each for each in OPTIONS if each.read is not None]), FIELDS)
def test_options(option: Any, text: str) -> None:
    refused(lambda: option.read(option.flag(Door.RUN), text))


@FILES
@given(st.binary(max_size=300) | VALUES.map(lambda value: json.dumps({"openapi": "3.1.0", "paths": value}).encode()))
def test_documents(tmp_path: Path, content: bytes) -> None:
    refused(lambda: parse(content, "api.yaml"))
    path = tmp_path / "api.yaml"
    path.write_bytes(content)
    refused(lambda: open_contract(str(path)))


PLACES = (
    "parameters",
    "requestBody",
    "responses",
    "security",
    "tags",
    "x-contract",
    "servers",
    "operationId",
    "summary",
)


@pytest.mark.longer
@FILES
@given(
    st.dictionaries(st.sampled_from(PLACES), VALUES),
    st.dictionaries(st.sampled_from(("components", "security", "info", "servers", "x-contract")), VALUES),
)
def test_operations(tmp_path: Path, members: dict[str, Any], beside: dict[str, Any]) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps({"openapi": "3.1.0", "paths": {"/a/{b}": {"post": members}}, **beside}))
    refused(lambda: open_contract(str(path)))


@pytest.mark.parametrize(
    "read", [read_run, read_traffic, read_baseline, read_history], ids=["record", "traffic", "baseline", "history"]
)
@FILES
@given(
    content=st.binary(max_size=300)
    | VALUES.map(lambda value: json.dumps({"log": {"entries": value}}).encode())
    | st.text(max_size=200).map(str.encode)
)
@example(content=b"[" * 100_000)
@example(content=b'{"log": {"entries": ' + b"[" * 900 + b"]" * 900 + b"}}")
@example(content=b'{"log": {"version": ' + b"9" * 5_000 + b"}}")
def test_files(read: Callable[[Path], object], tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    refused(lambda: read(path))


ENTRY = {
    "request": {"method": "GET", "url": "http://a/b", "headers": [], "postData": {"text": "a", "params": []}, "queryString": []},
    "response": {"status": 200, "statusText": "", "headers": [], "content": {"text": "{}", "encoding": "base64", "mimeType": "a/b"}},
    "time": 1, "startedDateTime": "",
}  # fmt: skip


def spots(value: Any, place: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every place within a value."""
    below = (
        [spot for key, each in value.items() for spot in spots(each, (*place, key))] if isinstance(value, dict) else []
    )
    return [place, *below] if place else below


def replaced(value: Any, place: tuple[str, ...], other: Any) -> Any:
    """A value with another one at a place."""
    return {**value, place[0]: replaced(value[place[0]], place[1:], other)} if place else other


@FILES
@given(st.sampled_from(spots(ENTRY)), VALUES)
def test_archives(tmp_path: Path, place: tuple[str, ...], value: Any) -> None:
    path = tmp_path / "one.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": [replaced(ENTRY, place, value)]}}))
    refused(lambda: read_traffic(path))


@FILES
@given(st.integers(0, 40), st.data())
def test_records(tmp_path: Path, line: int, data: st.DataObject) -> None:
    """One value of one line of a whole record is another one."""
    path = tmp_path / "run.ndjson"
    path.unlink(missing_ok=True)
    write(path)
    lines = path.read_text("utf-8").splitlines()
    line %= len(lines)
    whole = json.loads(lines[line])
    lines[line] = json.dumps(replaced(whole, data.draw(st.sampled_from(spots(whole))), data.draw(VALUES)))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    refused(lambda: list(read_run(path).exchanges()))


COLUMNS = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=9)
    | st.binary(max_size=9)
    | VALUES.map(json.dumps)
)


@pytest.mark.longer
@FILES
@given(st.data())
def test_ledgers(tmp_path: Path, data: st.DataObject) -> None:
    """One value of one row of a whole ledger is another one; or the file is none."""
    path = tmp_path / "run-1.ledger"
    path.unlink(missing_ok=True)
    origin_ = Origin(target="t", version="1", started="s", seed=1, options={})
    with LedgerFile(path, origin_) as ledger:
        ledger.expect([Thing(family="f", resource="r", operation="o", prefix="p", sent={"a": 1}, scope={})])
    assert path.exists()
    database = sqlite3.connect(path)
    tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
    table = data.draw(st.sampled_from(tables))
    names = [row[1] for row in database.execute(f"pragma table_info({table})")]
    column = data.draw(st.sampled_from(names))
    with suppress(sqlite3.Error, OverflowError):
        database.execute(f"update {table} set {column} = ?", (data.draw(COLUMNS),))  # noqa: S608 - our own names
        database.commit()
    database.close()
    with LedgerFile(path) as ledger:
        refused(ledger.read)


def refused(read: Callable[[], object]) -> None:
    """Read; only a trouble with a sentence may come of it."""
    with suppress(ContractSuiteError):
        read()
