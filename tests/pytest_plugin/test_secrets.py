"""A session of pytest whose endpoint gives the key back: no output of pytest shows it."""

from __future__ import annotations

import base64

import pytest

from contract_suite.known_secrets import KNOWN
from tests.pytest_plugin.conftest import Run

pytest_plugins = ["pytester"]

KEY = "Q3+very/secret&key=="
APP = f"""
import json
KEY = {KEY!r}

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    given = dict(scope["headers"]).get(b"authorization", b"").decode()
    ok = given == "Bearer " + KEY
    value = {{"items": [{{"id": "1", "name": KEY, "colour": KEY}}], "total": 1}} if ok else {{"message": "no " + given}}
    body = json.dumps(value).encode()
    headers = [(b"content-type", b"application/json"), (b"x-key", KEY.encode()), (b"content-length", str(len(body)).encode())]
    await send({{"type": "http.response.start", "status": 200 if ok else 401, "headers": headers}})
    await send({{"type": "http.response.body", "body": body}})
"""
TESTS = """
import contract_suite, pytest, warnings

@pytest.mark.contract("shop.yaml")
def test_compares(contract, capsys):
    answer = contract.send("ListItems")
    key = answer.json["items"][0]["name"]
    print("the server said", key)
    assert answer.json == {"items": [], "total": 0}

@pytest.mark.contract("shop.yaml")
def test_calls(contract):
    contract.call("ListItems")

@pytest.mark.contract("shop.yaml")
def test_raises(contract):
    answer = contract.send("ListItems")
    raise ValueError(f"{answer!r} {answer.exchange!r}")
"""


@pytest.fixture(autouse=True)
def _known_afterwards() -> None:
    KNOWN.forget()


@pytest.mark.longer
def test_pytest_shows_no_secret(shop: pytest.Pytester, session: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing assertion, -l and junit.xml showed what the server gave back."""
    monkeypatch.setenv("SHOP_KEY", KEY)
    shop.makepyfile(leaky=APP, test_leaks=TESTS)
    given = (
        "--contract=shop.yaml",
        "--contract-app=leaky:app",
        "--contract-token-env=SHOP_KEY",
        "--contract-report=report",
    )
    shown = ("-l", "-rA", "--junitxml=junit.xml", "-p", "no:cacheprovider", "--contract-include=ListItems")
    result = session(*given, *shown, "test_leaks.py")
    texts = {"output": result.stdout.str() + result.stderr.str()}
    texts |= {
        each.name: each.read_text("utf-8") for each in (*shop.path.glob("junit.xml"), *shop.path.glob("report/*"))
    }
    assert "test_compares" in texts["output"]
    assert "$SHOP_KEY" in texts["output"]
    assert {"junit.xml", "run.ndjson"} <= texts.keys()
    for where, text in texts.items():
        for form in (KEY, KEY.replace("&", "&amp;"), base64.b64encode(KEY.encode()).decode()):
            assert form not in text, where


def test_a_password_in_an_address_is_not_shown(session: Run) -> None:
    result = session(
        "--contract=shop.yaml", "--contract-url=http://me:pass-word-9@127.0.0.1:1", "--contract-include=ListItems"
    )
    assert "pass-word-9" not in result.stdout.str() + result.stderr.str()
    assert result.ret
