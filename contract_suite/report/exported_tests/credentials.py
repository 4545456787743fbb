"""Which keys the requests of a run carried, as its `curl` lines name them; the record itself holds none.

The rule that must not be broken: what a line says in a way that is not understood here is not guessed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from contract_suite.model.exchange import Identity
from contract_suite.record.reader import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A header that carries a key: what stands before it, and the environment variable that holds it.

    `made_up` is the key where the variable holds none, empty if there is no such key.
    """

    header: str
    prefix: str
    variable: str
    basic: bool = False
    made_up: str = ""


Keys = Mapping[tuple[str, Identity], tuple[Key, ...]]
"""The keys of a family's requests by identity. What is not there is not known."""

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_KEY: Final = rf"\$(?:(?P<variable>{_NAME})|\{{(?P<named>{_NAME}):-(?P<made_up>[^}}]*)\}})"
_HEADER: Final = re.compile(rf"(?P<header>[A-Za-z0-9_-]+): (?P<prefix>[^$]*){_KEY}")
_VARIABLE: Final = re.compile(_KEY)


def keys_of(run: Run) -> Keys:
    """Return what the findings' `curl` lines say."""
    known: dict[tuple[str, Identity], tuple[Key, ...]] = {
        (family.name, Identity.NOBODY): () for family in run.header.families
    }
    for finding in run.findings:
        last = finding.exchanges[-1] if finding.exchanges else 0
        if last not in run.exchange_offsets or not finding.curl:
            continue
        request = run.exchange(last).exchange.request
        told = _keys(finding.curl, {name.lower() for name, _ in request.headers})
        place = finding.family, request.identity
        if told is not None and (told or place not in known):
            known[place] = told
    return known


def _keys(curl: str, own: set[str]) -> tuple[Key, ...] | None:
    """The keys of one line, `None` where they are not understood; `own` are the headers that the request has itself."""
    try:
        words = shlex.split(curl)
    except ValueError:
        return None
    found: list[Key] = []
    for option, word in pairwise(words):
        if option == "-u":
            user = _VARIABLE.fullmatch(word)
            if user is None:
                return None
            found.append(_key(user, "Authorization", "Basic ", basic=True))
        elif option == "-H" and "$" in word and word.partition(":")[0].lower() not in own:
            header = _HEADER.fullmatch(word)
            if header is None:
                return None
            found.append(_key(header, header["header"], header["prefix"]))
    in_url = bool(words) and re.search(r"[?&][^=&]+=\$[{A-Za-z_]", words[-1]) is not None
    in_cookie = "cookie" in own and any(word.startswith("Cookie: ") and "$" in word for word in words)
    return None if in_url or in_cookie else tuple(found)


def _key(match: re.Match[str], header: str, prefix: str, *, basic: bool = False) -> Key:
    variable = match["variable"] or match["named"]
    return Key(header=header, prefix=prefix, variable=variable, basic=basic, made_up=match["made_up"] or "")
