"""Creates that take an idempotency key, by the name of its header field (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact

NAME: Final = "idempotency-keys"
_KEYS: Final = frozenset({"idempotencykey", "xidempotencykey", "idempotentkey"})
_SAYS: Final = re.compile(r"same key|sent again|only once|\bretr(y|ies|ied)|repeat|replay|duplicate", re.IGNORECASE)


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the key of each create that takes one."""
    for kind in reading.kinds:
        create = kind.create
        if create is None or create.promises.idempotency is not None:
            continue
        keys = [each for each in create.parameters if each.where == "header" and plain_name(each.name) in _KEYS]
        if len(keys) != 1:
            continue
        said = [Witness(text=f"{keys[0].name} is named after idempotency keys", location=keys[0].location)]
        if _SAYS.search(keys[0].description) or _SAYS.search(create.description):
            said.append(Witness(text=f"a description says what {keys[0].name} is for", location=keys[0].location))
        yield InferredFact(
            rule=NAME,
            operation=create.id,
            path=("idempotency",),
            words={"key": keys[0].name},
            witnesses=tuple(said),
        )


RULE: Final = InferenceRule(name=NAME, title="A header makes a create that is sent again do nothing more.", infer=infer)
