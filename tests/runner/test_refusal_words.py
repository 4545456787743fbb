"""Why nothing was served: the last status, and what the server itself said of it."""

from __future__ import annotations

import pytest

from contract_suite.model.exchange import Exchange, NoResponse, Request, Response, Trouble
from contract_suite.runner.session.refusal_words import server_message, why_refused


def refused(body: bytes, status: int = 401) -> Exchange:
    return Exchange(
        number=1, request=Request(method="GET", target="/a"), answer=Response(status=status, body=body), seconds=0.1
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"Code": "X", "Message": "The API key is malformed."}', "The API key is malformed."),
        (b'{"error": {"message": "no such key"}}', "no such key"),
        (b'{"error": {"type": "conflict", "message": "no such key"}}', "no such key"),
        (b'{"error_msg": "expired"}', "expired"),
        (b'{"detail": [{"loc": []}], "title": "Unprocessable"}', "Unprocessable"),
        (b'{"errors": {"base": ["The ticket is closed"]}}', "The ticket is closed"),
        (b'{"errors": {"email": ["is taken"]}}', "email is taken"),
        (b'{"detail": [{"loc": ["body", "age"], "msg": "too young"}]}', "too young"),
        (b'{"message": ["name must be a string"], "statusCode": 400}', "name must be a string"),
        (b'{"errors": {"email": []}}', ""),
        (b'{"error": 7}', ""),
        (b"[1]", ""),
        (b"<html>", ""),
        (b"[" * 5000, ""),
        (b'{"message": "' + b"a" * 400 + b'"}', "a" * 160 + "\N{HORIZONTAL ELLIPSIS}"),
    ],
)
def test_the_sentence_of_a_refusal_is_found_in_its_body(body: bytes, said: str) -> None:
    assert server_message(refused(body)) == said


def test_a_refusal_for_the_key_says_so_and_quotes_the_server() -> None:
    assert why_refused(refused(b'{"Message": "The API key is malformed."}')).endswith(
        'the last one was answered 401, "The API key is malformed."; check the key'
    )
    silent = Exchange(
        number=1,
        request=Request(method="GET", target="/a"),
        answer=NoResponse(trouble=Trouble.GARBAGE, message="x"),
        seconds=0.1,
    )
    assert why_refused(silent).endswith("got no response")
