"""Requests as command lines, read back by shlex, by a real shell, and sent by a real curl where there is one."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contract_suite.model.exchange import Identity, Request
from contract_suite.record.curl import Credential, curl

BASE = "http://127.0.0.1:8080/api"
KEYS = {
    Identity.DEFAULT: (Credential(variable="DASHSCOPE_API_KEY"),),
    Identity.READONLY: (Credential(variable="READ_KEY"),),
}

methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PURGE"])
targets = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map(lambda text: "/" + text)
names = st.from_regex(r"\A[A-Za-z][A-Za-z0-9-]{0,8}\Z").filter(
    lambda name: name.lower() not in {"accept", "content-type", "expect", "authorization"}
)
values = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="".join(map(chr, range(127, 160)))),
    max_size=12,
)
plain_bodies = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.encode)
bodies = plain_bodies | st.text(max_size=20).map(str.encode) | st.binary(max_size=20)
requests = st.builds(
    Request,
    method=methods,
    target=targets,
    headers=st.lists(st.tuples(names, values), max_size=3).map(tuple),
    body=bodies,
)

STUB = """#!/bin/sh
for word in "$@"; do printf '%s\\0' "$word" >> "$SEEN"; done
case " $* " in *" @- "*) cat > "$SEEN.body";; esac
"""


def wanted_words(request: Request) -> list[str]:
    """What must stand among curl's arguments for the request's headers."""
    return [f"{name}: {value}" if value.strip() else f"{name};" for name, value in request.headers]


@pytest.mark.longer
@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Request,
        method=methods,
        target=targets,
        headers=st.lists(st.tuples(names, values.filter(str.isascii)), max_size=3).map(tuple),
        body=plain_bodies,
    )
)
@example(
    Request(
        method="POST", target="/it's?a=$HOME&b=`id`", headers=(("X-A", '"$(id)"'),), body=b'it\'s "$HOME" `id` \\ !x'
    )
)
def test_it_reads_back(request: Request) -> None:
    line = curl(request, BASE, KEYS)
    assert "\n" not in line
    command = line.rpartition(" | ")[2] if request.body.startswith(b"@") else line
    words = shlex.split(command)
    assert words[:2] == ["curl", "-i"]
    assert "--path-as-is" in words or "/." not in request.target
    if request.method in {"GET", "HEAD"} and not request.body:
        assert "-X" not in words
        assert ("--head" in words) is (request.method == "HEAD")
    else:
        assert words[words.index("-X") + 1] == request.method
    sent = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    assert sent[: len(request.headers)] == wanted_words(request)
    assert sent[-1] == "Authorization: Bearer $DASHSCOPE_API_KEY"
    if request.body and not request.body.startswith(b"@"):
        assert words[words.index("--data-binary") + 1].encode() == request.body
    if "--request-target" in words:
        assert words[words.index("--request-target") + 1] == "/api" + request.target
        assert words[-1] == BASE
    else:
        assert words[-1] == BASE + request.target


@pytest.mark.longer
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests)
@example(
    request=Request(
        method="POST", target="/", headers=(("X-A", "caf\xe9 %s \\n"),), body=b"-n %d\\n\n\x00'\xe2\x80\xae"
    )
)
@example(request=Request(method="POST", target="/", body=b"\xff\x00\n"))
@example(request=Request(method="POST", target="/", body=b"@/etc/hostname"))
@example(request=Request(method="POST", target="/", body=b"x" * 200_000))
def test_a_shell_passes_on_the_same_bytes(tmp_path: Path, request: Request) -> None:
    stub = tmp_path / "curl"
    stub.write_text(STUB)
    stub.chmod(0o755)
    seen = tmp_path / "seen"
    for old in (seen, tmp_path / "seen.body"):
        old.unlink(missing_ok=True)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "SEEN": str(seen),
        "DASHSCOPE_API_KEY": 'k"$x y',
        "LC_ALL": "C",
    }
    script = tmp_path / "script"
    script.write_text(curl(request, BASE, KEYS))
    subprocess.run(["/bin/sh", str(script)], env=environment, check=True, timeout=20)  # noqa: S603 - the very thing under test
    words = seen.read_bytes().split(b"\0")[:-1]
    sent = [words[at + 1] for at, word in enumerate(words) if word == b"-H"]
    assert sent[: len(request.headers)] == [word.encode("latin-1") for word in wanted_words(request)]
    assert sent[-1] == b'Authorization: Bearer k"$x y'
    if request.body:
        passed = words[words.index(b"--data-binary") + 1]
        assert ((tmp_path / "seen.body").read_bytes() if passed == b"@-" else passed) == request.body


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.parametrize(
    "request_",
    [
        Request(method="GET", target="/things/a%20b/../{x}[1]?q=%00&r='|^`"),
        Request(method="GET", target="/things#fragment?x=1"),
        Request(method="GET", target='/a b"<>\\'),
        Request(
            method="POST",
            target="/things",
            headers=(("Content-Type", "application/json"), ("X-Empty", ""), ("X-L", "caf\xe9")),
            body=b'{"a": "\xc3\xa9"}\n',
        ),
        Request(method="PUT", target="/things", body=b"\xff\x00\r\n"),
        Request(method="POST", target="/things"),
        Request(method="PUT", target="/things", body=b"y" * 150_000),
        Request(method="HEAD", target="/things"),
        Request(method="DELETE", target="/things", identity=Identity.NOBODY),
    ],
)
def test_a_real_curl_sends_the_same_request(tmp_path: Path, request_: Request) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        received: list[bytes] = []
        thread = threading.Thread(target=answer_one, args=(server, received))
        thread.start()
        script = tmp_path / "script"
        script.write_text(curl(request_, f"http://127.0.0.1:{server.getsockname()[1]}/api", KEYS))
        subprocess.run(  # noqa: S603 - the very thing under test
            ["/bin/sh", str(script)],
            env={"PATH": os.environ["PATH"], "DASHSCOPE_API_KEY": "made-up"},
            check=True,
            timeout=20,
            capture_output=True,
        )
        thread.join(10)
    head, _, body = received[0].partition(b"\r\n\r\n")
    first, *fields = head.split(b"\r\n")
    assert first == f"{request_.method} /api{request_.target} HTTP/1.1".encode()
    assert body == request_.body
    expected = {f"{name}: {value}".strip().encode("latin-1") for name, value in request_.headers}
    if request_.identity is Identity.DEFAULT:
        expected.add(b"Authorization: Bearer made-up")
    added = {field.strip() for field in fields} - expected
    assert expected <= {field.strip() for field in fields}
    assert {field.partition(b":")[0] for field in added} <= {b"Host", b"User-Agent", b"Content-Length"}


def answer_one(server: socket.socket, received: list[bytes]) -> None:
    server.settimeout(10)
    connection, _ = server.accept()
    with connection:
        connection.settimeout(10)
        data = b""
        while True:
            head, end, body = data.partition(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            if end and len(body) >= length:
                break
            data += connection.recv(65536)
        received.append(data)
        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")


def test_keys_are_named_where_they_travel() -> None:
    request = Request(method="GET", target="/a?b=1")
    assert curl(request, BASE, KEYS).endswith(
        "-H \"Authorization: Bearer $DASHSCOPE_API_KEY\" 'http://127.0.0.1:8080/api/a?b=1'"
    )
    header = {Identity.DEFAULT: (Credential(name="X-Auth-Token", prefix="", variable="TOKEN"),)}
    assert '-H "X-Auth-Token: $TOKEN"' in curl(request, BASE, header)
    query = {Identity.DEFAULT: (Credential(where="query", name="key", variable="TOKEN"),)}
    assert curl(request, BASE, query).endswith("'http://127.0.0.1:8080/api/a?b=1'\"&key=$TOKEN\"")
    cookie = {Identity.DEFAULT: (Credential(where="cookie", name="sid", variable="TOKEN"),)}
    assert '-H "Cookie: sid=$TOKEN"' in curl(request, BASE, cookie)
    both = Request(method="GET", target="/a", headers=(("Cookie", "theme=dark"),))
    assert '-H "Cookie: theme=dark; sid=$TOKEN"' in curl(both, BASE, cookie)
    basic = {Identity.DEFAULT: (Credential(where="user", variable="TOKEN"),)}
    assert ' -u "$TOKEN" ' in curl(request, BASE, basic)
    two = {Identity.DEFAULT: (*header[Identity.DEFAULT], *query[Identity.DEFAULT])}
    assert '-H "X-Auth-Token: $TOKEN"' in curl(request, BASE, two)
    assert curl(request, BASE, two).endswith('/a?b=1\'"&key=$TOKEN"')
    plain = {Identity.DEFAULT: (Credential(name="Accept-Language", prefix="en", variable=""),)}
    assert '-H "Accept-Language: en"' in curl(request, BASE, plain)
    assert "$" not in curl(Request(method="GET", target="/a", identity=Identity.NOBODY), BASE, KEYS)
    own = Request(method="GET", target="/a", headers=(("authorization", "Bearer made-up"),))
    assert "$" not in curl(own, BASE, KEYS)


@pytest.mark.parametrize(
    ("where", "given", "wanted"),
    [
        ("header", {}, "Authorization: Bearer sk-made-up"),
        ("header", {"KEY": "own"}, "Authorization: Bearer own"),
        ("query", {}, f"{BASE}/a?KEY=sk-made-up"),
        ("cookie", {}, "Cookie: KEY=sk-made-up"),
        ("user", {}, "sk-made-up"),
    ],
)
def test_a_line_with_a_made_up_key_is_sent_as_it_stands(
    tmp_path: Path, where: Literal["header", "query", "cookie", "user"], given: dict[str, str], wanted: str
) -> None:
    """It named a variable that nobody had set, and the server answered 401."""
    name = {"header": "Authorization"}.get(where, "KEY")
    prefix = "Bearer " if where == "header" else ""
    key = Credential(where=where, name=name, prefix=prefix, variable="KEY", made_up="sk-made-up")
    line = curl(Request(method="GET", target="/a"), BASE, {Identity.DEFAULT: (key,)})
    script = tmp_path / "script"
    script.write_text(line.replace("curl", "printf '%s\\n'", 1))
    shell, env = ["/bin/sh", "-u", str(script)], {"PATH": os.environ["PATH"], **given}
    shown = subprocess.check_output(shell, env=env, text=True, timeout=20)  # noqa: S603 - as above
    assert wanted in shown.splitlines()
