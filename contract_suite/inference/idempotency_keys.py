"""Creates that take an idempotency key, by the name of its header field (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.idempotency_keys import is_explained, is_kept, key_of, told_of_keys
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact

NAME: Final = "idempotency-keys"


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the key of each create that takes one."""
    more = told_of_keys(reading.contract)
    for kind in reading.kinds:
        create = kind.create
        if create is None or create.promises.idempotency is not None:
            continue
        key = key_of(create)
        if key is None:
            continue
        said = [Witness(text=f"{key.name} is named after idempotency keys", location=key.location)]
        if is_explained(create, key, more):
            said.append(Witness(text=f"a description says what {key.name} is for", location=key.location))
        yield InferredFact(
            rule=NAME,
            operation=create.id,
            path=("idempotency",),
            words={"key": key.name, **({"other": "refused"} if is_kept(create, key, more) else {})},
            witnesses=tuple(said),
        )


RULE: Final = InferenceRule(name=NAME, title="A key makes a create that is sent again do nothing more.", infer=infer)
