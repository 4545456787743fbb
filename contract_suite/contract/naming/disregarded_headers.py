"""Request headers of which a standard says that a server may or must disregard what it doesn't understand in them.

Serving a request with an odd value in one of them is right, whatever a document says of its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from contract_suite.contract.operation import Parameter
from contract_suite.contract.schemas.view import view

_SAID_IN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "prefer": "RFC 7240, 2",
        "accept": "RFC 9110, 12.5.1",
        "accept-charset": "RFC 9110, 12.5.2",
        "accept-encoding": "RFC 9110, 12.5.3",
        "accept-language": "RFC 9110, 12.5.4",
        "cache-control": "RFC 9111, 5.2.3",
        "expect": "RFC 9110, 10.1.1",
        "if-modified-since": "RFC 9110, 13.1.3",
        "if-range": "RFC 9110, 13.1.5",
        "if-unmodified-since": "RFC 9110, 13.1.4",
        "priority": "RFC 9218, 4",
        "range": "RFC 9110, 14.2",
        "traceparent": "W3C Trace Context",
        "tracestate": "W3C Trace Context",
        "upgrade": "RFC 9110, 7.8",
        "want-content-digest": "RFC 9530, 4",
        "want-repr-digest": "RFC 9530, 4",
    }
)
"""Where it is said, by header name."""


_CASELESS: Final = frozenset({"content-encoding", "content-language", "transfer-encoding", "te", "connection"})
"""Header fields whose values mean the same in capital letters (RFC 9110, 8.4.1, 8.5.1, 10.1.4 and 7.6.1)."""


def is_listed_in_other_letters(parameter: Parameter, text: str) -> bool:
    """Whether a header's enum has a value in whatever letters, and the header means the same by them."""
    if parameter.where != "header" or parameter.name.lower() not in _CASELESS:
        return False
    listed = view(parameter.schema).keyword("enum")
    texts = [each.casefold() for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    return text.casefold() in texts


def disregarded_by(parameter: Parameter) -> str:
    """Return the standard that says that a bad value of a header is disregarded, with its section; empty without one."""
    return _SAID_IN.get(parameter.name.lower(), "") if parameter.where == "header" else ""
