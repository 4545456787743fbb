"""Runs against services that want a key: what is sent, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_suite.contract.family import load
from contract_suite.errors import UsageError
from contract_suite.runner.options.run_options import RunOptions
from contract_suite.runner.replaying import Answer, replay
from contract_suite.runner.sending.keys.opening import KeyVariables
from tests.runner.small_app import Asked, Reply, hold

BEARER = {"type": "http", "scheme": "bearer"}
API_KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
COOKIE = {"type": "apiKey", "in": "cookie", "name": "sid"}


def document(*schemes: dict[str, str]) -> dict[str, Any]:
    named = {f"scheme{index}": scheme for index, scheme in enumerate(schemes)}
    done = {"description": "done", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "components": {"securitySchemes": named},
        "security": [{name: [] for name in named}],
        "paths": {
            "/things": {"get": {"operationId": "listThings", "responses": {"200": done, "401": {"description": "no"}}}}
        },
    }


def wanting(name: str, value: str) -> Callable[[Asked], Reply]:
    """A service that wants a header to hold exactly this."""

    def reply(asked: Asked) -> Reply:
        if asked.headers.get(name) != value:
            return 401, None, {"www-authenticate": "Bearer"}
        return (200, {}) if asked.method == "GET" else (405, None, {"allow": "GET"})

    return reply


@pytest.mark.parametrize(
    ("scheme", "given", "wanted"),
    [
        (BEARER, ("Authorization", "Bearer right-one"), ("authorization", "Bearer right-one")),
        (API_KEY, ("X-Key", "right-one"), ("x-key", "right-one")),
        (COOKIE, ("Cookie", "sid=right-one"), ("cookie", "sid=right-one")),
    ],
)
def test_the_users_own_header_wins(
    scheme: dict[str, str],
    given: tuple[str, str],
    wanted: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On loopback an invented key stood in its place, and every request was refused."""
    held = hold(wanting(*wanted), document(scheme), tmp_path, monkeypatch, headers=(given,))
    assert held.record.findings == ()
    served = {each.clause for each in held.record.conformance if each.outcome == "passed"}
    assert any("200" in clause for clause in served)
    assert any("auth" in clause for clause in served)  # a request without a key leaves the header out
    assert "right-one" not in held.text()
    assert not any("contract-suite-default" in text for each in held.app.asked for text in each.headers.values())


def test_a_replay_shows_no_key_that_the_server_gives_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence of a replay held what the server said, and the key with it."""
    described = document(API_KEY)
    operation = described["paths"]["/things"]["get"]
    schema = {"type": "object", "properties": {"who": {"enum": ["somebody"]}}}
    operation["responses"]["200"]["content"]["application/json"]["schema"] = schema

    def reply(asked: Asked) -> Reply:
        return (200, {"who": asked.headers["x-key"]}) if "x-key" in asked.headers else (401, None)

    given = (("X-Key", "right-one-9"),)
    held = hold(reply, described, tmp_path, monkeypatch, headers=given)
    found = next(each for each in held.record.findings if "who" in each.clause + each.pointer)
    options = RunOptions(app="small:app", headers=given, fuzz_time=0, timeout=2)
    answered = replay(held.record, found, load(str(tmp_path / "service.json")), options, environ={})
    assert answered.answer is Answer.STILL_FAILS
    assert "right-one-9" not in answered.reason
    assert "right-one-9" not in held.text()


@pytest.mark.parametrize("name", ["AKIAIOSFODNN7EXAMPLE", "JBSWY3DPEHPK3PXP", "HUNTERTWO", "sk-secret", "A_B_C9F8E7D6"])
def test_a_key_in_the_place_of_a_variables_name_is_not_repeated(name: str) -> None:
    with pytest.raises(UsageError) as error:
        KeyVariables({}).of("--token-env", name)
    assert name not in str(error.value)


@pytest.mark.parametrize("name", ["API_KEY", "MY_TOKEN_2", "CONTRACT_SUITE_TOKEN", "T"])
def test_the_name_of_a_variable_that_is_not_set_is_said(name: str) -> None:
    with pytest.raises(UsageError, match=rf"\${name}, which is not set"):
        KeyVariables({}).of("--token-env", name)


def test_a_key_that_the_run_made_up_stands_in_the_line_that_shows_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line named a variable that nobody had set. What the server gives back of the key hides nothing of it."""

    def reply(asked: Asked) -> Reply:
        return (200, [asked.headers["authorization"]]) if "authorization" in asked.headers else (401, None)

    held = hold(reply, document(BEARER), tmp_path, monkeypatch)
    [found] = [each for each in held.record.findings if each.clause.endswith("200::type")]
    assert '-H "Authorization: Bearer ${CONTRACT_SUITE_TOKEN:-sk-contract-suite-default}"' in found.curl


def test_a_key_of_the_users_stands_in_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"MY_OWN_KEY": "right-one-9"}
    held = hold(
        lambda _asked: (200, []), document(BEARER), tmp_path, monkeypatch, environ=given, token_env="MY_OWN_KEY"
    )
    assert any('"Authorization: Bearer $MY_OWN_KEY"' in each.curl for each in held.record.findings)
    assert "right-one-9" not in held.text()
