"""Addresses elsewhere in what a document shows as values: a server may fetch what it is given, so none is sent.

The host gives way to one that nobody has: `.invalid` is reserved and never resolves (RFC 2606). The rest of the address
stays as it is. Addresses of this machine, and hosts without a dot, stay too.
"""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.outside import NOWHERE
from contract_suite.contract.schemas.schema import Schema
from contract_suite.model.json import JSON


def kept_in(value: JSON, schema: Schema | None) -> JSON:
    """Return a value whose addresses lead nowhere outside this machine; as it is where its schema allows no other."""
    kept = _kept_in(value)
    return value if schema is not None and schema.is_valid(value) and not schema.is_valid(kept) else kept


def _kept_in(value: JSON) -> JSON:
    if isinstance(value, str):
        return _ADDRESS.sub(_without_host, value) if "://" in value else value
    if isinstance(value, list):
        return [_kept_in(each) for each in value]
    return {name: _kept_in(each) for name, each in value.items()} if isinstance(value, dict) else value


def _without_host(match: re.Match[str]) -> str:
    host = match["host"].lower()
    local = "." not in host or _LOCAL.fullmatch(host) is not None
    return match[0] if local else f"{match['scheme']}{NOWHERE}{match['port'] or ''}"


_ADDRESS: Final = re.compile(
    r"\A(?P<scheme>(?:https?|ftps?|wss?)://)(?:[^/\s?#@]*@)?(?P<host>[^/\s?#@:\[\]]+)(?P<port>:[0-9]+)?(?=[/?#]|\Z)",
    re.IGNORECASE,
)
_LOCAL: Final = re.compile(r"127(\.[0-9]{1,3}){3}|.*\.(invalid|localhost)")
