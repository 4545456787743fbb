"""Where a list says what its answer counts and names: totals and next pages, in the body or in header fields.

A token is the index of an item, written so that nobody takes it for a number.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from contract_suite.contract.trees.places import header_of, item_field_of
from contract_suite.contract.vocabulary import Page
from contract_suite.mock.fields import Body, text_of, with_value
from contract_suite.mock.pipeline import Call
from contract_suite.mock.refused import Refused
from contract_suite.model.json import JSON, Missing, at

_LINK: Final = "link"
_PARAMETER: Final = "page_token"
_MARK: Final = "from:"


def put(call: Call, body: JSON, place: str, value: JSON) -> JSON:
    """Put a value into a body, or into a header field of the answer; nothing goes into a header as nothing."""
    name = header_of(place)
    if not name:
        return with_value(body, place, value) if isinstance(body, dict) else body
    if value is not None:
        call.headers = (*call.headers, (name, written(name, value)))
    return body


def written(name: str, value: JSON) -> str:
    """Return the text of a header field: a link to the next page where it is for links."""
    return f'<{value}>; rel="next"' if name.lower() == _LINK else str(value)


def next_page(call: Call, page: Page, start: int | None) -> str | None:
    """Return what names the page that begins at an index: a token, or a link to the same list with it."""
    if start is None:
        return None
    token = base64.urlsafe_b64encode(f"{_MARK}{start}".encode()).decode().rstrip("=")
    if page.cursor:
        return token
    query = call.request.target.partition("?")[2]
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != _PARAMETER]
    return f"?{urlencode([*pairs, (_PARAMETER, token)], quote_via=quote)}"


def place_asked(call: Call, page: Page) -> int:
    """Return the index at which the page that a request names begins; a token that never was one is `Refused`."""
    query = dict(parse_qsl(call.request.target.partition("?")[2], keep_blank_values=True))
    token = query.get(page.cursor or _PARAMETER)
    if not token:
        return 0
    try:
        text = base64.urlsafe_b64decode(f"{token}{'=' * (-len(token) % 4)}").decode("ascii")
        return int(text.removeprefix(_MARK)) if text.startswith(_MARK) else _unknown(token)
    except (ValueError, binascii.Error):
        return _unknown(token)


def beside_item(call: Call, page: Page, items: list[Body], size: int | None) -> tuple[int, int | None]:
    """Return where the page behind (or before) the item that a request names begins, and how many items it holds."""
    query = dict(parse_qsl(call.request.target.partition("?")[2], keep_blank_values=True))
    after, before = query.get(page.cursor, ""), query.get(page.before, "") if page.before else ""
    if not after and not before:
        return 0, size
    shown = (at(each, item_field_of(page.next)) for each in items)
    texts = ["" if isinstance(value, Missing) else text_of(value) for value in shown]
    if (after or before) not in texts:
        _unknown(after or before)
    index = texts.index(after or before)
    if after:
        return index + 1, size
    start = 0 if size is None else max(0, index - size)
    return start, index - start


def _unknown(token: str) -> int:
    raise Refused("invalid", f"{token}: no page has this token.")
