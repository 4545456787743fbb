"""Keys as real services want them: one for each scheme, fetched, renewed, kept in cookies, repeated against CSRF."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contract_suite.errors import EndpointError, UsageError
from tests.runner.key_services import (
    CLIENT,
    USER,
    SessionService,
    TokenService,
    basic,
    document,
    oauth,
    serving,
    wanting,
)
from tests.runner.small_app import Asked, Held, Reply, hold

BEARER = {"type": "http", "scheme": "bearer"}
BASIC = {"type": "http", "scheme": "basic"}
HEADER = {"type": "apiKey", "in": "header", "name": "X-Key"}
CHALLENGE = {"www-authenticate": "Bearer"}
READS = ("one", "two", "three", "four")


def served(held: Held) -> set[str]:
    return {each.operation for family in held.record.families for each in family.operations if each.served}


def read(asked: Asked) -> Reply:
    return (200, {}) if asked.method == "GET" else (405, None, {"allow": "GET"})


def reads(scheme: str) -> dict[str, list[str]]:
    return {name: [scheme] for name in READS}


def assert_kept_secret(held: Held, *secrets: str) -> None:
    assert [each for each in secrets if each in held.text()] == []


def test_each_scheme_has_a_key_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = wanting(
        bearer={"authorization": "Bearer token-of-ada"},
        basic={"authorization": basic(USER)},
        both={"authorization": basic(USER), "x-key": "key-of-ada"},
    )
    described = document(
        {"Bearer": BEARER, "Basic": BASIC, "Key": HEADER},
        {"bearer": ["Bearer"], "basic": ["Basic"], "both": ["Basic", "Key"]},
    )
    environ = {"TOKEN": "token-of-ada", "USER_OF_SHOP": USER, "KEY": "key-of-ada"}
    auth = (("Bearer", "TOKEN"), ("Basic", "USER_OF_SHOP"), ("Key", "KEY"))
    held = hold(service, described, tmp_path, monkeypatch, environ=environ, auth=auth)
    assert held.record.findings == ()
    assert served(held) == {"bearer", "basic", "both"}
    assert_kept_secret(held, *environ.values(), "pa55-of-ada", basic(USER))


@pytest.mark.parametrize(("scheme", "shown"), [("Bearer", "Authorization: Bearer $TOKEN"), ("Key", "X-Key: $KEY")])
def test_a_curl_line_names_the_key_of_its_operation(
    scheme: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = document({"Bearer": BEARER, "Key": HEADER}, {"one": [scheme]})
    environ = {"TOKEN": "token-of-ada", "KEY": "key-of-ada"}
    auth = (("Bearer", "TOKEN"), ("Key", "KEY"))
    held = hold(lambda _asked: (500, None), described, tmp_path, monkeypatch, environ=environ, auth=auth)
    carried = re.findall(r'(?:Authorization|X-Key): [^"]*', held.record.findings[0].curl)
    assert carried == [shown]


def test_an_operation_without_a_key_is_named_with_its_scheme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = wanting(one={"authorization": "Bearer token-of-ada"}, two={"x-key": "key-of-ada"}, three={"x-key": "k"})
    described = document({"Bearer": BEARER, "Key": HEADER}, {"one": ["Bearer"], "two": ["Key"], "three": ["Key"]})
    held = hold(service, described, tmp_path, monkeypatch, environ={"T": "token-of-ada"}, auth=(("Bearer", "T"),))
    said = "two, three never succeeded (no key was given for the security scheme 'Key': --auth Key=VARIABLE)"
    assert said in held.outcome.reason
    assert "one never" not in held.outcome.reason


def test_the_only_key_of_a_document_is_named_by_its_variable_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = document({"Key": HEADER}, {"one": ["Key"], "two": ["Key"]})
    service = wanting(one={"x-key": "key-of-ada"}, two={"x-key": "key-of-ada"})
    held = hold(service, described, tmp_path, monkeypatch)
    said = "no key was given for the security scheme 'Key': set CONTRACT_SUITE_TOKEN, or give --auth Key=VARIABLE"
    assert held.outcome.reason.count(said) == 1
    assert "one, two never succeeded" in held.outcome.reason


def test_where_a_token_is_given_for_a_password_the_option_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = document({"OAuth": oauth(password="/login"), "Key": HEADER}, {"one": ["OAuth"], "two": ["Key"]})
    service = wanting(one={"authorization": "Bearer of-ada"}, two={"x-key": "key"})
    held = hold(service, described, tmp_path, monkeypatch, environ={"K": "key"}, auth=(("Key", "K"),))
    assert "--auth OAuth=password:VARIABLE" in held.outcome.reason


@pytest.mark.parametrize(
    ("auth", "environ", "said"),
    [
        ((("Nobody", "T"),), {"T": "t"}, "names the security scheme 'Nobody', which .* does not have; it has OAuth"),
        ((("OAuth", "T"),), {}, r"--auth names \$T, which is not set"),
        (
            (("OAuth", "client-credentials:T"),),
            {"T": CLIENT},
            "names https://login.example.com for tokens of 'OAuth', which is not the",
        ),
        ((("OAuth", "password:T"),), {"T": USER}, "has no token URL for password; name it with --token-url"),
    ],
)
def test_what_can_not_work_is_said_before_anything_is_sent(
    auth: Any, environ: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = TokenService()
    url = "https://login.example.com/token"
    described = document({"OAuth": oauth(clientCredentials=url, authorizationCode=url)}, reads("OAuth"))
    with pytest.raises(UsageError, match=said):
        hold(service, described, tmp_path, monkeypatch, environ=environ, auth=auth)
    assert service.asked == []


def test_the_endpoint_may_be_spelt_otherwise_in_a_token_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = TokenService()
    described = document({"OAuth": oauth(clientCredentials="http://LOCALHOST:80/oauth/token")}, reads("OAuth"))
    auth = (("OAuth", "client-credentials:CLIENT"),)
    held = hold(service, described, tmp_path, monkeypatch, environ={"CLIENT": CLIENT}, auth=auth)
    assert held.outcome.exit_code == 0, held.outcome.reason
    assert served(held) == set(READS)


@pytest.mark.parametrize("in_form", [False, True])
@pytest.mark.parametrize("scopes", [{"read", "write"}, {"read"}])
def test_client_credentials_are_fetched_anew_when_they_end(
    in_form: bool, scopes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = TokenService(in_form=in_form, scopes=frozenset(scopes))
    described = document({"OAuth": oauth(clientCredentials="oauth/token")}, reads("OAuth"))
    auth = (("OAuth", "client-credentials:CLIENT"),)
    held = hold(service, described, tmp_path, monkeypatch, environ={"CLIENT": CLIENT}, auth=auth)
    assert held.record.findings == ()
    assert held.outcome.exit_code == 0, held.outcome.reason
    assert served(held) == set(READS)
    assert len(service.tokens) > 2
    assert_kept_secret(held, *service.tokens, CLIENT, CLIENT.partition(":")[2])


@pytest.mark.longer
@pytest.mark.parametrize("latency", [0.0, 0.021])
def test_no_request_is_lost_where_several_are_on_their_way_as_a_key_ends(
    latency: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = TokenService(good_for=30)
    names = [f"read{number}" for number in range(30)]
    described = document({"OAuth": oauth(clientCredentials="/oauth/token")}, {name: ["OAuth"] for name in names})
    auth = (("OAuth", "client-credentials:CLIENT"),)
    with serving(service, latency=latency) as url:
        held = hold(service, described, tmp_path, monkeypatch, environ={"CLIENT": CLIENT}, auth=auth, url=url, app=None)
    assert held.record.findings == ()
    assert held.outcome.exit_code == 0, held.outcome.reason
    assert served(held) == set(names)
    assert len(service.tokens) > 2


@pytest.mark.longer
def test_a_password_grant_goes_on_with_its_refresh_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = TokenService()
    described = document({"OAuth": oauth(password="/oauth/token")}, reads("OAuth"))
    environ = {"USER_OF_SHOP": USER, "CLIENT": CLIENT}
    auth = (("OAuth", "password:USER_OF_SHOP"),)
    held = hold(service, described, tmp_path, monkeypatch, environ=environ, auth=auth, oauth_client_env="CLIENT")
    assert held.record.findings == ()
    assert [each["grant_type"] for each in service.asked[:3]] == ["password", "refresh_token", "refresh_token"]
    assert_kept_secret(held, *service.tokens, USER, "pa55-of-ada", CLIENT, "refresh-1-of-this-service")


def test_a_token_that_can_not_be_had_ends_the_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = document({"OAuth": oauth(clientCredentials="/oauth/token")}, {"one": ["OAuth"]})
    auth = (("OAuth", "client-credentials:CLIENT"),)
    with pytest.raises(EndpointError, match=r"no access token .*/oauth/token answered 401, 'invalid_client'") as raised:
        hold(TokenService(), described, tmp_path, monkeypatch, environ={"CLIENT": "shop:wr0ng-secret"}, auth=auth)
    assert "wr0ng-secret" not in str(raised.value)


@pytest.mark.longer
@pytest.mark.parametrize("form", ["{}", '{{"access_token": "{}", "expires_in": 3600}}'])
def test_a_command_prints_the_key_and_is_run_again(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count, script = tmp_path / "count", tmp_path / "print_token.py"
    script.write_text(
        f"open({str(count)!r}, 'a').write('x')\n"
        f"print({form!r}.format('token-%d-of-the-command' % len(open({str(count)!r}).read())))\n"
    )
    uses: Counter[str] = Counter()

    def reply(asked: Asked) -> Reply:
        good = f"Bearer token-{count.stat().st_size}-of-the-command"
        uses[good] += asked.headers.get("authorization") == good
        return (401, None, CHALLENGE) if uses[good] > 5 or asked.headers.get("authorization") != good else read(asked)

    described = document({"Bearer": BEARER}, reads("Bearer"))
    held = hold(reply, described, tmp_path, monkeypatch, token_command=f"'{sys.executable}' '{script}'")
    assert held.record.findings == ()
    assert held.outcome.exit_code == 0, held.outcome.reason
    assert len(uses) > 1
    assert_kept_secret(held, "token-1-of-the-command", "token-2-of-the-command")


@pytest.mark.longer
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-command-anywhere", "can't be started"),
        (f"'{sys.executable}' -c 'raise SystemExit(3)'", "ended with exit code 3 and gave no key"),
        (f"'{sys.executable}' -c 'print(1); print(2)'", "printed 2 lines"),
        (f"'{sys.executable}' -c 'while True: print(1)'", "printed more than 1,000,000 bytes"),
    ],
)
def test_a_command_that_prints_no_key_is_named(
    command: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = document({"Bearer": BEARER}, {"one": ["Bearer"]})
    with pytest.raises(EndpointError, match=said):
        hold(TokenService(), described, tmp_path, monkeypatch, token_command=command)


@pytest.mark.longer
@pytest.mark.parametrize("how", ["login", "POST /login"])
def test_a_login_opens_a_session_whose_cookies_are_sent_and_repeated(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = SessionService()
    refused = {"401": {"description": "who are you?"}, "403": {"description": "no"}}
    note = {
        "post": {
            "operationId": "writeNote",
            "security": [{"Session": []}],
            "responses": {"201": {"description": "made"}, **refused},
        }
    }
    login = {
        "post": {
            "operationId": "login",
            "security": [],
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
            "responses": {"200": {"description": "welcome"}, **refused},
        }
    }
    described = document(
        {"Session": {"type": "apiKey", "in": "cookie", "name": "sid"}},
        reads("Session"),
        **{"/notes": note, "/login": login},
    )
    body = json.dumps({"user": "ada", "password": "pa55-of-ada"})
    held = hold(
        service,
        described,
        tmp_path,
        monkeypatch,
        environ={"LOGIN": body},
        login=(how, "LOGIN"),
        csrf=(("echo", "X-Csrf-Echo"),),
    )
    assert served(held) >= {*READS, "writeNote"}, held.outcome.reason
    assert service.logins > 1
    assert service.written
    assert [(each.clause, each.message) for each in held.record.findings if each.operation != "login"] == []
    assert_kept_secret(held, "pa55-of-ada", "session-1-of-this-service", "session-2-of-this-service")


def test_a_login_that_brings_a_token_is_a_bearer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(asked: Asked) -> Reply:
        if asked.path == "/sessions":
            right = asked.headers["content-type"] == "application/x-www-form-urlencoded" and b"pa55" in asked.body
            return (200, {"data": {"token": "token-of-the-login"}}) if right else (401, None)
        return service(asked)

    service = wanting(one={"authorization": "Bearer token-of-the-login"})
    described = document({"Bearer": BEARER}, {"one": ["Bearer"]})
    environ = {"LOGIN": "user=ada&password=pa55-of-ada"}
    held = hold(reply, described, tmp_path, monkeypatch, environ=environ, login=("POST /sessions", "LOGIN"))
    assert held.record.findings == ()
    assert served(held) == {"one"}
    assert_kept_secret(held, "token-of-the-login", "pa55-of-ada")


@pytest.mark.parametrize("ends", ["DELETE /users/me", "POST /keys/current/disable"])
def test_the_request_that_ended_the_own_access_is_named(
    ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = False

    def reply(asked: Asked) -> Reply:
        nonlocal gone
        if gone or "authorization" not in asked.headers:
            return 401, None, CHALLENGE
        if f"{asked.method} {asked.path}" == ends:
            gone = True
            return 204, None
        return read(asked)

    method, path = ends.split()
    bad = {
        method.lower(): {
            "operationId": "endsAccess",
            "security": [{"Bearer": []}],
            "responses": {"204": {"description": "done"}, "401": {"description": "who are you?"}},
        }
    }
    described = document({"Bearer": BEARER}, reads("Bearer"), **{path: bad})
    held = hold(
        reply, described, tmp_path, monkeypatch, environ={"T": "key-of-ada"}, token_env="T", allow_destructive=True
    )
    assert held.outcome.exit_code == 3
    assert "the key is not accepted any more" in held.outcome.reason
    assert f"before that, {ends} was answered 204 (endsAccess, exchange " in held.outcome.reason
    assert held.record.findings == ()
    named = int(held.outcome.reason.rpartition("exchange ")[2].rstrip(")"))
    assert held.record.exchange(named).operation == "endsAccess"
    assert held.record.footer is not None
