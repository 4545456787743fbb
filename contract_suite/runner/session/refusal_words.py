"""What is a refusal and what leads on, and what a server says of it: the reason why nothing more could be tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.operation import Operation
from contract_suite.model.exchange import Exchange, is_success
from contract_suite.model.json import JSON, Missing, parsed

MALFORMED: Final = frozenset({400, 404, 422})
"""How a request is refused for its values; with 404 where one of them names what isn't there."""
_LOOKED_THROUGH: Final = 1 << 14
_MEMBERS: Final = (
    "message",
    "detail",
    "title",
    "errordescription",
    "errormsg",
    "errormessage",
    "msg",
    "error",
    "reason",
)
_OF_MEMBERS: Final = ("errors", "detail", "details", "violations", "error", "issues", "fielderrors", "message")
_OF_THE_WHOLE: Final = frozenset({"base", "nonfielderrors", "all", "general", "global", "root"})
"""What stands for no member, where refusals are told by member."""
_LONGEST: Final = 160
_BIGGEST: Final = 1 << 16
_NO_KEY: Final = 401


def why_refused(exchange: Exchange, *, failed: bool = False) -> str:
    """Return in a sentence that no request was served, with the last status and what the server said about it.

    `failed` says that a body tells of a failure under a status of success.
    """
    begin = "every attempt to get a successful response failed; the last one"
    if not exchange.status:
        return f"{begin} got no response"
    status = f"{exchange.status}{', saying that it failed' if failed else ''}"
    said = server_message(exchange)
    quoted = f', "{said}"' if said else ""
    key = "; check the key" if exchange.status == _NO_KEY else ""
    return f"{begin} was answered {status}{quoted}{key}"


def leads_on(operation: Operation, status: int) -> bool:
    """Whether a status is a redirect, and that is all the success which an operation documents."""
    listed = {each.status for each in operation.responses}
    return str(status).startswith("3") and str(status) in listed and not any(each.startswith("2") for each in listed)


def why_not_made(create: str, status: int) -> str:
    """Return in half a sentence why there is nothing to delete; `status` is that of a create's last refusal, or 0."""
    if create and status and not is_success(status):
        return f"nothing was made that it could delete: {create} was refused with {status}"
    return "nothing that the run made itself could be addressed"


def server_message(exchange: Exchange) -> str:
    """Return the sentence with which a JSON body explains a refusal; empty if there is none."""
    response = exchange.response
    if response is None or len(response.body) > _BIGGEST:
        return ""
    value = parsed(response.body)
    members = {plain_name(name): each for name, each in value.items()} if isinstance(value, dict) else {}
    inner = members.get("error")
    wrapped = {plain_name(name): each for name, each in inner.items()} if isinstance(inner, dict) else {}
    layers = [each for each in (members, wrapped) if each]
    told = (each.get(name) for each in layers for name in _MEMBERS)
    found = next((text for text in told if isinstance(text, str) and text.strip()), "")
    found = found or next(
        (text for each in layers for name in _OF_MEMBERS if (text := _of_members(each.get(name)))), ""
    )
    text = " ".join(found.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _of_members(value: JSON) -> str:
    """Return the first sentence of what is wrong by member: `{"email": ["is taken"]}` or `[{"loc": …, "msg": …}]`."""
    if isinstance(value, dict):
        for name, said in value.items():
            text = said[0] if isinstance(said, list) and said else said
            if isinstance(text, str) and text.strip():
                return text if plain_name(name) in {*_OF_THE_WHOLE, *_MEMBERS} else f"{name} {text}"
    first = value[0] if isinstance(value, list) and value else None
    if isinstance(first, str):
        return first
    members = {plain_name(name): each for name, each in first.items()} if isinstance(first, dict) else {}
    return next((text for name in _MEMBERS if isinstance(text := members.get(name), str) and text.strip()), "")


def texts_in(body: bytes, *, names: bool = False) -> Iterator[str]:
    """Yield the texts of a refusal: those of JSON, with the `names` of its members if asked for, or a plain one."""
    body = body[:_LOOKED_THROUGH]
    value = parsed(body)
    if isinstance(value, Missing):
        plain = body.decode("utf-8", "replace")
        if not plain.lstrip().startswith("<"):
            yield plain
        return
    waiting: list[JSON] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            yield from each if names else ()
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
