"""The HTTP transport against servers that behave, and servers that don't."""

from __future__ import annotations

import select
import socket
import ssl
import subprocess
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from shutil import which
from threading import Event
from time import perf_counter, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_suite.errors import UsageError
from contract_suite.model.exchange import NoResponse, Request, Response, Trouble
from contract_suite.transport.connecting import Connection
from contract_suite.transport.http import HttpTransport
from tests.transport.servers import OK, Answer, always, once, request, reset, server

_GET = Request(method="GET", target="/x")
_POST = Request(method="POST", target="/x", body=b"{}")


def _send(
    base_url: str, sent: Request = _GET, *, timeout: float = 3.0, max_bytes: int = 10_000_000
) -> Response | NoResponse:
    transport = HttpTransport(base_url, timeout=timeout, max_bytes=max_bytes)
    try:
        return transport.send(sent)[0]
    finally:
        transport.close()


def _trouble(answer: Response | NoResponse) -> tuple[Trouble, str]:
    assert isinstance(answer, NoResponse), answer
    return answer.trouble, answer.message


def _recorder(seen: list[bytes]) -> Answer:
    def answer(client: socket.socket) -> None:
        while data := request(client):
            seen.append(data)
            client.sendall(OK)

    return answer


# What goes out


def test_a_request_goes_out_byte_for_byte_below_the_path_of_the_base_url() -> None:
    seen: list[bytes] = []
    with server(_recorder(seen)) as url:
        sent = Request(
            method="POST",
            target="/a%20b?x=1",
            headers=(("X-One", "1"), ("x-one", "é"), ("Accept", "text/plain")),
            body=b"{}",
        )
        assert isinstance(_send(f"{url}/api/", sent), Response)
    version = seen[0].partition(b"contract-suite/")[2].partition(b"\r\n")[0]
    assert seen == [
        b"POST /api/a%20b?x=1 HTTP/1.1\r\nHost: "
        + url.removeprefix("http://").encode()
        + b"\r\nUser-Agent: contract-suite/"
        + version
        + b"\r\nAccept-Encoding: identity\r\nX-One: 1\r\nx-one: \xe9\r\nAccept: text/plain\r\nContent-Length: 2\r\n\r\n{}"
    ]


@pytest.mark.parametrize(
    ("method", "length"),
    [
        ("GET", False),
        ("DELETE", False),
        ("POST", True),
        ("PUT", True),
        ("PATCH", True),
        ("QUERY", False),
        ("odd*method", False),
    ],
)
def test_a_length_of_zero_is_sent_where_a_body_belongs(method: str, length: bool) -> None:
    seen: list[bytes] = []
    with server(_recorder(seen)) as url:
        _send(url, Request(method=method, target="/"))
    assert seen[0].startswith(f"{method} / HTTP/1.1\r\n".encode())
    assert (b"\r\nContent-Length: 0\r\n" in seen[0]) is length


@given(target=st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=20))
@settings(max_examples=30, deadline=None)
def test_odd_targets_are_sent_as_they_are(target: str) -> None:
    seen: list[bytes] = []
    with server(_recorder(seen)) as url:
        _send(url, Request(method="GET", target=f"/{target}"))
    try:
        wanted = target.encode("latin-1")
    except UnicodeEncodeError:
        wanted = target.encode()
    assert seen[0].startswith(b"GET /" + wanted + b" HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "bad",
    [
        Request(method="GET /\r\nX", target="/"),
        Request(method="GET", target="/\r\nInjected: yes"),
        Request(method="GET", target="/\n"),
        Request(method="GET", target="/", headers=(("X", "a\r\nInjected: yes"),)),
        Request(method="GET", target="/", headers=(("X\r\nInjected", "yes"),)),
        Request(method="GET", target="/", headers=(("X", "a\rb"),)),
    ],
)
def test_no_line_break_slips_into_a_head(bad: Request) -> None:
    with pytest.raises(ValueError, match="line break"):
        HttpTransport("http://127.0.0.1:1").send(bad)


# What comes back


def test_a_connection_is_kept_and_its_clone_has_another() -> None:
    connections: list[int] = []

    def answer(client: socket.socket) -> None:
        connections.append(1)
        always(OK)(client)

    with server(answer) as url:
        transport = HttpTransport(url)
        other = transport.clone()
        for each in (transport, transport, other, other, transport):
            assert transport.base_url == url
            assert isinstance(each.send(_GET)[0], Response)
        transport.close()
        other.close()
    assert len(connections) == 2


def test_no_redirect_is_followed() -> None:
    with server(always(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")) as url:
        answer = _send(url)
    assert isinstance(answer, Response)
    assert (answer.status, answer.header("location")) == (302, "/")


@pytest.mark.parametrize(("sent", "most"), [(_GET, [Trouble.STALE]), (_POST, [])])
def test_a_connection_may_end_after_each_response_without_notice(sent: Request, most: list[Trouble]) -> None:
    with server(once(OK)) as url:
        transport = HttpTransport(url)
        answers = [transport.send(sent)[0] for _ in range(20)]
        # At most one harmless request crosses the end of a connection: afterwards none is used twice.
        assert [answer.trouble for answer in answers if isinstance(answer, NoResponse)] in ([], most)
        transport.close()


@pytest.mark.parametrize("sent", [_GET, _POST])
@pytest.mark.parametrize("ending", ["close", "reset"])
def test_a_request_that_a_kept_connection_ends_under_is_not_sent_twice(sent: Request, ending: str) -> None:
    arrived: list[bytes] = []

    def stale(client: socket.socket) -> None:
        for _ in range(2):
            arrived.append(request(client))
            client.sendall(OK)
        arrived.append(request(client))  # the third request crosses the end of the connection
        if ending == "reset":
            reset(client)

    with server(stale, _recorder(arrived)) as url:
        transport = HttpTransport(url)
        for _ in range(2):
            assert isinstance(transport.send(_GET)[0], Response)
        trouble, message = _trouble(transport.send(sent)[0])
        assert trouble is Trouble.STALE
        assert message.endswith(", on a connection that had served before.")
        assert isinstance(transport.send(sent)[0], Response)
        transport.close()
    assert len(arrived) == 4


def test_after_a_lost_connection_none_is_used_twice() -> None:
    def twice(client: socket.socket) -> None:
        request(client)
        client.sendall(OK)
        request(client)

    with server(twice) as url:
        transport = HttpTransport(url)
        answers = [transport.send(_GET)[0] for _ in range(6)]
        clone = transport.clone()
        answers += [clone.send(_GET)[0] for _ in range(3)]
        transport.close()
        clone.close()
    assert [each.trouble for each in answers if isinstance(each, NoResponse)] == [Trouble.STALE]


@contextmanager
def _counting(serve: Callable[[socket.socket], None]) -> Iterator[tuple[HttpTransport, list[int]]]:
    """A transport, and a list that grows with each connection of it."""
    opened: list[int] = []

    def counted(client: socket.socket) -> None:
        opened.append(1)
        serve(client)

    with server(counted) as url:
        transport = HttpTransport(url)
        yield transport, opened
        transport.close()


@pytest.mark.parametrize(("sent", "connections"), [(_GET, 1), (_POST, 2)])
def test_what_may_have_an_effect_takes_no_connection_that_was_idle(
    sent: Request, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _counting(always(OK)) as (transport, opened):
        for each in (_GET, _GET, sent):
            transport.send(each)
        assert len(opened) == 1
        monkeypatch.setattr("contract_suite.transport.http.IDLE", 0.01)
        sleep(0.05)
        assert isinstance(transport.send(sent)[0], Response)
        assert len(opened) == connections


def test_what_may_have_an_effect_waits_until_a_harmless_request_has_shown_that_connections_are_kept() -> None:
    """A server that closed after each answer, a moment late and without a word, lost the first create of every run."""
    with _counting(always(OK)) as (transport, opened):
        transport.send(_GET)
        transport.send(_POST)
        assert len(opened) == 2
        transport.send(_GET)  # the second request over a connection
        clone = transport.clone()
        transport.send(_POST)
        assert len(opened) == 2
        for _ in range(2):
            clone.send(_POST)  # what one has shown, all know
        clone.close()
        assert len(opened) == 3


@pytest.mark.parametrize(("sent", "connections"), [(_GET, 2), (_POST, 4)])
def test_what_may_have_an_effect_takes_no_kept_connection_of_a_server_that_closed_one_without_a_word(
    sent: Request, connections: int
) -> None:
    served: list[int] = []
    closed = Event()

    def third_is_the_last(client: socket.socket) -> None:
        while request(client):
            served.append(1)
            client.sendall(OK)
            if len(served) == 3:
                client.shutdown(socket.SHUT_RDWR)
                closed.set()

    with _counting(third_is_the_last) as (transport, opened):
        for _ in range(3):
            transport.send(_GET)
        assert closed.wait(5)
        for _ in range(3):
            assert isinstance(transport.send(sent)[0], Response)
        assert len(opened) == connections


@pytest.mark.longer
def test_a_request_is_waited_for_no_longer_than_it_is_given() -> None:
    def silent(client: socket.socket) -> None:
        request(client)
        sleep(1)

    with server(silent) as url:
        transport = HttpTransport(url, timeout=5)
        start = perf_counter()
        answer, _ = transport.begin(_GET, within=0.2).finish()
        assert perf_counter() - start < 0.9
        assert _trouble(answer) == (Trouble.TIMEOUT, "No response within 0.2 s.")
        transport.close()


def test_a_server_that_closes_new_connections_too_is_reported() -> None:
    def silent(client: socket.socket) -> None:
        request(client)

    with server(once(OK), silent) as url:
        transport = HttpTransport(url)
        transport.send(_GET)
        transport.close()
        assert _trouble(transport.send(_GET)[0]) == (
            Trouble.CLOSED,
            "The server closed the connection without an answer.",
        )
        transport.close()


def test_bytes_that_nobody_asked_for_never_become_the_next_answer() -> None:
    sent_more = Event()

    def junk(client: socket.socket) -> None:
        request(client)
        client.sendall(OK)
        sleep(0.05)
        client.sendall(b"HTTP/1.1 500 Junk\r\nContent-Length: 0\r\n\r\n")
        sent_more.set()
        client.recv(1)

    with server(junk, always(OK)) as url:
        transport = HttpTransport(url)
        transport.send(_GET)
        assert sent_more.wait(3)
        sleep(0.05)
        answer, _ = transport.send(_GET)
        assert isinstance(answer, Response)
        assert answer.status == 200
        transport.close()


@pytest.mark.parametrize("data", [OK + b"junk", OK + OK, b"HTTP/1.1 204 No Content\r\n\r\n{}"])
def test_left_over_bytes_cost_the_connection_and_nothing_else(data: bytes) -> None:
    with server(always(data)) as url:
        transport = HttpTransport(url)
        assert {type(transport.send(_GET)[0]) for _ in range(3)} == {Response}
        transport.close()


# What doesn't come back


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", Trouble.CLOSED),
        (b"HTTP/1.1 200 OK\r\nContent-", Trouble.CLOSED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Trouble.CLOSED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Trouble.GARBAGE),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Trouble.GARBAGE),
        (b"\x00\xff garbage", Trouble.GARBAGE),
    ],
)
def test_a_broken_answer_is_named_and_kept(data: bytes, trouble: Trouble) -> None:
    with server(once(data)) as url:
        answer = _send(url)
    assert isinstance(answer, NoResponse)
    assert (answer.trouble, answer.received) == (trouble, data)


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\n\r\nhalf"])
def test_a_reset_is_a_reset(data: bytes) -> None:
    def answer(client: socket.socket) -> None:
        request(client)
        if data:
            client.sendall(data)
            sleep(0.1)
        reset(client)

    with server(answer) as url:
        answered = _send(url)
    assert isinstance(answered, NoResponse)
    assert (answered.trouble, answered.received) == (Trouble.RESET, data)


def _drip(client: socket.socket) -> None:
    request(client)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 100:
        client.sendall(bytes([byte]))
        sleep(0.05)


def _mute(client: socket.socket) -> None:
    client.recv(65_536)
    client.recv(65_536)


def _deaf(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    select.select([], [], [], 1.0)


@pytest.mark.longer
@pytest.mark.parametrize(
    ("answer", "sent", "sentence"),
    [
        (_drip, _GET, "The answer did not end within 0.4 s."),
        (_mute, _GET, "No response within 0.4 s."),
        (_deaf, Request(method="POST", target="/", body=b"x" * 20_000_000), "No response within 0.4 s."),
    ],
)
def test_one_deadline_holds_for_the_whole_exchange(answer: Answer, sent: Request, sentence: str) -> None:
    with server(answer) as url:
        start = perf_counter()
        assert _trouble(_send(url, sent, timeout=0.4)) == (Trouble.TIMEOUT, sentence)
        assert perf_counter() - start < 1.5


@pytest.mark.longer
def test_a_slow_answer_within_the_deadline_is_an_answer() -> None:
    def slow(client: socket.socket) -> None:
        while request(client):
            sleep(0.3)
            client.sendall(OK)

    with server(slow) as url:
        transport = HttpTransport(url, timeout=0.5)
        assert [type(transport.send(_GET)[0]) for _ in range(3)] == [Response] * 3
        transport.close()


@pytest.mark.parametrize(
    "head", [b"Content-Length: 1000000000\r\n\r\n", b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n3b9aca00\r\n"]
)
def test_an_endless_body_is_cut_in_bounded_memory(head: bytes) -> None:
    def flood(client: socket.socket) -> None:
        request(client)
        client.sendall(b"HTTP/1.1 200 OK\r\n" + head)
        for piece in repeat(b"x" * 65_536, 15_000):
            client.sendall(piece)

    with server(flood) as url:
        tracemalloc.start()
        answer = _send(url, timeout=8, max_bytes=2_000_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert isinstance(answer, Response)
    assert (len(answer.body), answer.truncated) == (2_000_000, True)
    assert peak < 8_000_000


def test_a_flood_of_headers_is_refused() -> None:
    def flood(client: socket.socket) -> None:
        request(client)
        client.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(1_000_000):
            client.sendall(b"X-%d: y\r\n" % number)

    with server(flood) as url:
        assert _trouble(_send(url)) == (Trouble.GARBAGE, "The headers are longer than 65,536 bytes.")


def test_a_refusal_that_comes_before_the_body_was_sent_is_read() -> None:
    def early(client: socket.socket) -> None:
        client.recv(1000)
        client.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        while client.recv(65_536):
            pass

    with server(early) as url:
        answer = _send(url, Request(method="POST", target="/", body=b"x" * 1_000_000))
    assert isinstance(answer, Response)
    assert answer.status == 413


# What there is no connection to


def test_a_closed_port_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    trouble, message = _trouble(_send(f"http://127.0.0.1:{port}"))
    assert (trouble, message) == (Trouble.REFUSED, f"Nothing listens at 127.0.0.1:{port}: the connection was refused.")


def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    trouble, message = _trouble(_send("http://no-such-name.invalid"))
    assert trouble in {Trouble.UNREACHABLE, Trouble.TIMEOUT}
    assert "'no-such-name.invalid'" in message


def test_every_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = listener.getsockname()[1]
    with server(always(OK)) as url:
        port = int(url.rpartition(":")[2])

        def look_up(*_: object, **__: object) -> list[tuple[object, ...]]:
            return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", dead)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        assert isinstance(_send(f"http://several.test:{port}"), Response)


def test_ipv6_works_where_the_machine_has_it() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with listener:
        transport = HttpTransport(f"http://[::1]:{listener.getsockname()[1]}", timeout=0.2)
        assert transport.loopback
        assert _trouble(transport.send(_GET)[0])[0] is Trouble.TIMEOUT
        transport.close()


def test_https_to_a_server_without_tls_says_so() -> None:
    def plain(client: socket.socket) -> None:
        client.recv(65_536)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with server(plain) as url:
        trouble, message = _trouble(_send(url.replace("http:", "https:")))
    assert trouble is Trouble.GARBAGE
    assert "does not speak TLS" in message


def test_a_silent_server_times_the_handshake_out() -> None:
    with server(_mute) as url:
        assert _trouble(_send(url.replace("http:", "https:"), timeout=0.3))[0] is Trouble.TIMEOUT


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    both = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([openssl, *words.split(), *both], check=True, capture_output=True, timeout=20)  # noqa: S603 - words of our own
    return folder


def _over_tls(folder: Path, answer: Answer) -> Callable[[socket.socket], None]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")

    def secured(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as wrapped:
            answer(wrapped)

    return secured


def test_https_works_with_a_trusted_certificate(certificate: Path) -> None:
    with server(_over_tls(certificate, always(OK))) as url:
        trust = ssl.create_default_context(cafile=str(certificate / "certificate.pem"))
        transport = HttpTransport(url.replace("http:", "https:"), tls=trust)
        assert [type(transport.send(_GET)[0]) for _ in range(3)] == [Response] * 3
        transport.close()


def test_https_refuses_a_certificate_that_nobody_vouches_for(certificate: Path) -> None:
    with server(_over_tls(certificate, always(OK))) as url:
        trouble, message = _trouble(_send(url.replace("http:", "https:")))
    assert trouble is Trouble.UNREACHABLE
    assert "is not trusted: self" in message


def test_a_url_that_is_none_is_the_users_trouble() -> None:
    with pytest.raises(UsageError):
        HttpTransport("ftp://example.org")


def test_a_deadline_that_passed_before_anything_was_sent_is_a_timeout_and_no_crash() -> None:
    with server(always(OK)) as url:
        transport = HttpTransport(url)
        try:
            assert isinstance(transport.send(_GET)[0], Response)
            transport.timeout = 0.0  # the next request has a connection, and no time left
            assert _trouble(transport.send(_GET)[0])[0] is Trouble.TIMEOUT
        finally:
            transport.close()


def test_what_came_in_time_is_read_however_late_it_is_asked_for() -> None:
    def answer(client: socket.socket) -> None:
        request(client)
        client.sendall(OK)

    with server(answer) as url:
        transport = HttpTransport(url, timeout=0.2)
        pending = transport.begin(Request(method="GET", target="/"))
        time.sleep(0.4)  # while another answer was waited for
        came, _ = pending.finish()
        transport.close()
    assert isinstance(came, Response)
    assert came.body == b"ok"


def test_an_answer_that_never_came_is_ready_to_be_given_up() -> None:
    def silent(client: socket.socket) -> None:
        request(client)
        client.recv(1)

    with server(silent) as url:
        transport = HttpTransport(url, timeout=0.1)
        pending = transport.begin(Request(method="GET", target="/"))
        assert not pending.ready()
        time.sleep(0.2)
        assert pending.ready()
        came, _ = pending.finish()
        transport.close()
    assert isinstance(came, NoResponse)
    assert came.trouble is Trouble.TIMEOUT


@pytest.mark.parametrize("reads", [1, 2, 3], ids=["before it", "within its head", "within its body"])
def test_an_interrupted_answer_can_still_be_waited_for(reads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection was closed under it: of a create that was on its way nobody learnt what it had made."""

    def in_pieces(client: socket.socket) -> None:
        request(client)
        for piece in (b"HTTP/1.1 201 Cre", b"ated\r\nContent-Length: 4\r\n\r\nab", b"cd"):
            sleep(0.05)
            client.sendall(piece)

    receive, calls = Connection.receive, iter(range(1, 100))

    def interrupted(connection: Connection) -> bytes:
        if next(calls) == reads:
            raise KeyboardInterrupt
        return receive(connection)

    monkeypatch.setattr(Connection, "receive", interrupted)
    with server(in_pieces) as url:
        transport = HttpTransport(url, timeout=5.0)
        begun = transport.begin(_POST)
        with pytest.raises(KeyboardInterrupt):
            begun.finish()
        answer, _ = begun.finish()
        transport.close()
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (201, b"abcd")
