from __future__ import annotations

import pytest

from contract_suite.checks.complete import CHECK
from contract_suite.model.exchange import NoResponse, Pairs, Trouble
from tests.checks.toys import Ask

CLAUSE = "ListToys::response::complete"


@pytest.mark.parametrize(
    ("headers", "body", "status", "method", "outcome"),
    [
        ((("Content-Length", "2"),), b"{}", 200, "GET", "passed"),
        ((("Content-Length", "002"),), b"{}", 200, "GET", "passed"),
        ((("Content-Length", "0"),), b"", 200, "GET", "passed"),
        ((("Content-Length", "3"),), b"{}", 200, "GET", "failed"),
        ((("Content-Length", "1"),), b"{}", 200, "GET", "failed"),
        ((("Content-Length", "3"),), b"", 200, "HEAD", "passed"),
        ((("Content-Length", "3"),), b"", 304, "GET", "passed"),
        ((("Content-Length", "3"), ("Content-Encoding", "gzip")), b"{}", 200, "GET", "passed"),
        ((("Content-Length", "x"),), b"{}", 200, "GET", "passed"),
        ((), b"{}", 200, "GET", "passed"),
    ],
)
def test_length(ask: Ask, *, headers: Pairs, body: bytes, status: int, method: str, outcome: str) -> None:
    assert ask(CHECK, headers=headers, body=body, status=status, method=method).outcome(CLAUSE) == outcome


def test_a_body_without_end(ask: Ask) -> None:
    assert ask(CHECK, body=b"[1", truncated=True).problem == "endless"
    assert (
        ask(CHECK, body=b"xx", truncated=True, content_type="application/octet-stream").outcome(CLAUSE) == "cannot-tell"
    )


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(b'{"a":1}\n{"a":2}\n', "cannot-tell"), (b'{"a":1}\n{"a":', "cannot-tell"), (b'[\n{"a":1},\n', "failed")],
)
def test_json_texts_one_after_the_other_are_a_stream(ask: Ask, body: bytes, outcome: str) -> None:
    assert ask(CHECK, body=body, truncated=True).outcome(CLAUSE) == outcome


def test_a_connection_that_ends_half_way(ask: Ask) -> None:
    begun = NoResponse(
        trouble=Trouble.RESET, message="reset", received=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"
    )
    assert ask(CHECK, answer=begun).problem == "broken-off"
    assert not ask(CHECK, answer=NoResponse(trouble=Trouble.RESET, message="reset")).verdicts
