"""Faults in creates that take an idempotency key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.operation import Contract, Operation
from contract_suite.mock.faults import sites
from contract_suite.mock.faults.fault import FaultKind, FaultSite, at_first, site_of
from contract_suite.mock.faults.planting import replaces
from contract_suite.mock.pipeline import Answered, Call, Pipeline
from contract_suite.model.exchange import Response
from contract_suite.model.json import JSON


def _keyed(contract: Contract) -> Iterator[Operation]:
    for _, roles in sites.written(contract):
        if roles["create"].promises.idempotency is not None:
            yield roles["create"]


@at_first(_keyed)
def _ignored(_contract: Contract, create: Operation) -> FaultSite | None:
    promise = create.promises.idempotency
    if promise is None:
        return None

    @replaces(create)
    def replayed(_pipeline: Pipeline, _call: Call, _first: Answered | None, _body: JSON) -> Response | None:
        return None

    subject = f"header.{promise.key}"
    return site_of(
        create,
        f"{subject}::same-key-same-result",
        field=promise.key,
        plant=replayed,
    )


@at_first(_keyed)
def _other_body(_contract: Contract, create: Operation) -> FaultSite | None:
    promise = create.promises.idempotency
    if promise is None or promise.other != "refused":
        return None

    @replaces(create)
    def replayed(_pipeline: Pipeline, _call: Call, first: Answered | None, _body: JSON) -> Response | None:
        return first.response if first is not None else None

    return site_of(create, f"header.{promise.key}::key-of-other-body-refused", field=promise.key, plant=replayed)


IDEMPOTENCY: Final = (
    FaultKind(
        name="idempotency-key-ignored",
        sentence="a create that is repeated with the same key creates another resource",
        site=_ignored(),
    ),
    FaultKind(
        name="idempotency-key-ignores-body",
        sentence="a key that is reused with another body is answered like the first request",
        site=_other_body(),
    ),
)
