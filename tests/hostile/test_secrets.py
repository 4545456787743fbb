"""The canary: a server that gives the key back in every form, and every byte that any command writes about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from contract_suite.cli.entry import execute
from contract_suite.record.redaction import Redactor
from tests.hostile.secrets import FORMS, SECRETS
from tests.runner.small_app import Asked, Reply, SmallApp

SHORT = 6
NOT_OF_SHORT_ONES = {form for form in FORMS if form.startswith(("base64", "base32", "base85"))} | {"ascii85"}
NOT_OF_SHORT_ONES -= {"base64", "base64-url", "base64-bare"}
NOT_OF_SHORT_ONES |= {"spaced", "dashed", "listed", "quoted-list", "reversed-and-spaced", "in-groups", "wrapped"}
NOT_OF_SHORT_ONES |= {"hex-dump", "hex-colons", "hex-0x", "numbers", "quoted-printable-all", "soft-hyphens"}
SURROUNDED = ("{}", 'before "{}" after', "x={}&y=1", "<p>{}</p>", "{}, {}")


@pytest.mark.parametrize("kind", SECRETS)
def test_no_form_of_a_secret_is_left_in_a_text(kind: str) -> None:
    """HTML entities, JSON escapes, base64 in base64, percent in percent and UTF-16 went through as they were."""
    secret = SECRETS[kind]
    redactor = Redactor({secret: "$KEY"})
    for form, write in FORMS.items():
        written = write(secret)
        if len(secret) < SHORT and form in NOT_OF_SHORT_ONES:
            continue  # a few bytes within others leave no trace that could be told from other text
        for around in SURROUNDED:
            text = around.replace("{}", written)
            assert_gone(secret, written, redactor.text(text), f"{form}: {text!r}")
            assert_gone(secret, written, redactor.data(text.encode()).decode(), form)
            for encoding in ("latin-1", "utf-8"):
                with suppress(UnicodeEncodeError):
                    other = redactor.data(text.encode(encoding) + b"\xff").decode("latin-1")
                    assert_gone(secret, written, other, form)


def assert_gone(secret: str, written: str, cleaned: str, what: str) -> None:
    assert secret not in cleaned, what
    assert written not in cleaned, what
    assert "$KEY" in cleaned or "[redacted]" in cleaned, what


@pytest.mark.parametrize("kind", [each for each in SECRETS if len(SECRETS[each]) < SHORT])
def test_a_short_secret_stands_in_no_other_word(kind: str) -> None:
    secret = SECRETS[kind]
    text = f"a{secret} {secret}b x{secret}y"
    assert Redactor({secret: "$KEY"}).text(text) == text


def document() -> dict[str, Any]:
    """Two operations; the names look like secrets, and the answers are due to be something else than they are."""
    done = {
        "description": "done",
        "content": {"application/json": {"schema": {"type": "object", "properties": {"plain": {"enum": ["other"]}}}}},
    }
    refused = {"401": {"description": "no"}}
    login = {
        "operationId": "apps/create-access-token",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["name", "password"],
                        "properties": {
                            "name": {"type": "string", "minLength": 2},
                            "password": {"type": "string", "minLength": 12, "pattern": "^[a-z0-9]+$"},
                        },
                    }
                }
            },
        },
        "responses": {"200": done, "400": {"description": "bad"}, **refused},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Keys", "version": "1"},
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
        "security": [{"key": []}],
        "paths": {
            "/things": {"get": {"operationId": "listThings", "responses": {"200": done, **refused}}},
            "/tokens": {"post": login},
        },
    }


def echo(secret: str) -> SmallApp:
    """A service that wants the key and says it again in all its answers, in every form and place."""
    forms = {name: form(secret) for name, form in FORMS.items()}

    def reply(asked: Asked) -> Reply:
        if asked.headers.get("x-key") != secret:
            return 401, {"message": "no"}
        if asked.method == "POST":
            body = asked.json
            if not isinstance(body, dict) or not isinstance(body.get("password"), str) or len(body["password"]) < 12:
                return 400, {"message": "no"}
        value = {**forms, secret: secret, f"/{secret}": [secret]}
        return 200, value, {"x-echo": secret, "set-cookie": f"sid={secret}", "location": f"/a?k={secret}"}

    return SmallApp(reply)


def commands(folder: Path, given: str) -> Iterator[list[str]]:
    """Every command that works with a run, the run first."""
    report = str(folder / "report")
    kept = ["--history", str(folder / "history.sqlite"), "--baseline", str(folder / "known.toml"), "--update-baseline"]
    asked = ["run", str(folder / "service.json"), "--app", "small:app", "-H", given, "--fuzz-time", "0.2"]
    yield [*asked, "--report", report, *kept]
    for name in (
        "terminal",
        "html",
        "json",
        "ndjson",
        "junit",
        "markdown",
        "sarif",
        "github",
        "gitlab",
        "ctrf",
        "har",
        "pytest",
    ):
        yield ["report", report, "--format", name]
    record = json.loads((folder / "report" / "report.json").read_text("utf-8"))
    finding = record["findings"][0]["id"]
    yield ["explain", finding, "--run", report]
    yield ["replay", finding, "--run", report, "-H", given]
    yield ["history", str(folder / "history.sqlite")]
    yield [
        "check",
        str(folder / "report" / "run.ndjson"),
        str(folder / "service.json"),
        "--report",
        str(folder / "checked"),
    ]
    yield [
        "run",
        str(folder / "service.json"),
        "--url",
        "http://127.0.0.1:1",
        "-H",
        given,
        "--report",
        str(folder / "none"),
    ]


KINDS = [
    pytest.param(kind, marks=() if kind == "base64" else (pytest.mark.slow, pytest.mark.matrix)) for kind in SECRETS
]


@pytest.mark.longer
@pytest.mark.parametrize("kind", KINDS)
def test_no_command_writes_a_secret_anywhere(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = SECRETS[kind]
    app = echo(secret)
    (tmp_path / "service.json").write_text(json.dumps(document()))
    monkeypatch.setattr("contract_suite.transport.app_loading.load_app", lambda _name: app)
    monkeypatch.chdir(tmp_path)
    said: dict[str, str] = {}
    for arguments in commands(tmp_path, f"X-Key: {secret}"):
        code = execute(arguments)
        out, err = capfd.readouterr()
        said[" ".join(arguments[:1] + arguments[-2:])] = out + err
        assert "unexpected trouble" not in err, err
        assert code in {0, 1, 3, 4}, (arguments, out, err)
    assert len(app.asked) > 20
    assert any(each.headers.get("x-key") == secret for each in app.asked)
    outputs = {
        **said,
        **{str(path): path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()},
    }
    assert len(outputs) > 20
    for where, text in outputs.items():
        for name, form in FORMS.items():
            written = form(secret)
            if len(secret) < SHORT and (name.startswith(("base64", "hex")) or not stands(written, text)):
                continue
            assert written not in text, f"{name} in {where}"
    # What the run made up, and what the document names, is as it was.
    record = (tmp_path / "report" / "run.ndjson").read_text("utf-8")
    assert "apps/create-access-token" in record
    assert "[redacted]" not in "".join(line for line in record.splitlines() if '"path":"/tokens"' in line)
    sent = [json.loads(line) for line in record.splitlines() if '"type":"exchange"' in line]
    bodies = [
        json.loads(each["request"]["body"]["text"])
        for each in sent
        if each["request"]["body"].get("text", "").startswith('{"name"')
    ]
    assert any(
        isinstance(body, dict) and isinstance(body.get("password"), str) and len(body["password"]) > 11
        for body in bodies
    )


def stands(written: str, text: str) -> bool:
    """Whether a short text stands as a value."""
    return any(f"{mark}{written}{mark}" in text for mark in ('"', "'"))
