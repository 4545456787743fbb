"""Faults in how identities at their extremes are answered, and addresses that are spelled otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from contract_suite.contract.addressing import field_of, names_by_text, plain
from contract_suite.contract.operation import Contract
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first
from contract_suite.mock.faults.planting import again, replace_handler, replaces
from contract_suite.mock.faults.resources.unknown import Readable, readable
from contract_suite.mock.pipeline import Call, Pipeline
from contract_suite.mock.state import Record, State
from contract_suite.model.exchange import Response

_LONG: Final = 100
_ENCODED_LETTER: Final = re.compile(r"%(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])")


@at_first(readable)
def _extreme(_contract: Contract, place: Readable, sample: str, pick: Callable[[str], bool]) -> FaultSite | None:
    """An identity like no other is answered with the first of all; `sample` is one that is picked."""
    resource, read = place

    @replaces()
    def find(
        pipeline: Pipeline, state: State, name: str, scope: tuple[str, ...], key: tuple[str, ...]
    ) -> Record | None:
        found = pipeline.find(state, name, scope, key)
        odd = found is None and name == resource.name and any(pick(part) for part in key)
        return next(iter(state.all(name, scope)), None) if odd else found

    identity = [each for each in read.parameters if field_of(read, each.name) in set(map(plain, resource.identity))]
    if not all(sites.free(each) and each.schema.is_valid(sample) for each in identity):
        return None
    return FaultSite(
        where=read.id,
        clauses=(f"{read.id}::{resource.name}::extreme-refused",),
        plant=find,
        also=("*::*-refused", "*::as-asked"),
    )


@at_first(readable)
def _undecoded(contract: Contract, place: Readable) -> FaultSite | None:
    """The percent-encoding of letters in a path is taken literally."""
    resource, read = place
    if not names_by_text(read):
        return None

    def serve(call: Call, go: Callable[[Call], Response]) -> Response:
        path, mark, query = call.request.target.partition("?")
        literal = _ENCODED_LETTER.sub(lambda found: f"%25{found.group()[1:]}", path)
        return go(again(call, target=literal + mark + query))

    return FaultSite(
        where=read.id,
        clauses=(f"{read.id}::{resource.name}::encoded-served",),
        plant=replace_handler(contract, read, serve),
    )


EXTREMES: Final = (
    FaultKind(
        name="long-id-answered-with-first",
        sentence="an id of more than a hundred characters is answered with the first one",
        site=_extreme("x" * (_LONG + 1), lambda part: len(part) > _LONG),
    ),
    FaultKind(
        name="negative-id-answered-with-first",
        sentence="the id -1 is answered with the first one",
        site=_extreme("-1", lambda part: part == "-1"),
    ),
    FaultKind(
        name="zero-id-answered-with-first",
        sentence="the id 0 is answered with the first one",
        site=_extreme("0", lambda part: part == "0"),
    ),
    FaultKind(
        name="foreign-id-answered-with-first",
        sentence="an id beyond ASCII is answered with the first one",
        site=_extreme("\u6a21\u578b", lambda part: not part.isascii()),
    ),
    FaultKind(
        name="id-with-slash-answered-with-first",
        sentence="an id with a slash is answered with the first one",
        site=_extreme("a/b", lambda part: "/" in part),
    ),
    FaultKind(
        name="encoded-letter-unknown",
        sentence="an address with a percent-encoded letter is unknown",
        site=_undecoded(),
    ),
)
