"""Creates that take an idempotency key, by the name of its header field (draft-ietf-httpapi-idempotency-key-header).

An id of the request (`requestId`, AIP-155) or a token of the client is one where its description says so; else it may
only be there to find the request in a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact

NAME: Final = "idempotency-keys"
_KEYS: Final = frozenset({"idempotencykey", "xidempotencykey", "idempotentkey"})
_IDS: Final = frozenset({"requestid", "clientrequestid", "clienttoken", "requesttoken", "idempotencytoken"})
_SAYS_IDEMPOTENT: Final = re.compile(r"\bidempoten", re.IGNORECASE)
_SAYS: Final = re.compile(r"same key|sent again|only once|\bretr(y|ies|ied)|repeat|replay|duplicate", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"\bkeys?\b[^.;]{0,60}\b(different|another|other|changed|modified)\b[^.;]{0,30}"
    r"\b(body|bodies|payloads?|requests?|parameters|contents?)\b",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(
    r"\bconflict|\b4\d\d\b|\brefus|\breject|\berror\b|\bfails?\b|\b(not|isn't) (allowed|accepted)\b", re.IGNORECASE
)
"""A sentence that has both says that a key is not taken again for something else."""
_CONFLICTS: Final = frozenset({"409", "422"})


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the key of each create that takes one."""
    for kind in reading.kinds:
        create = kind.create
        if create is None or create.promises.idempotency is not None:
            continue
        keys = [each for each in create.parameters if _is_key(each)]
        if len(keys) != 1:
            continue
        said = [Witness(text=f"{keys[0].name} is named after idempotency keys", location=keys[0].location)]
        if any(says.search(keys[0].description) for says in (_SAYS, _SAYS_IDEMPOTENT)) or _SAYS.search(
            create.description
        ):
            said.append(Witness(text=f"a description says what {keys[0].name} is for", location=keys[0].location))
        yield InferredFact(
            rule=NAME,
            operation=create.id,
            path=("idempotency",),
            words={"key": keys[0].name, **({"other": "refused"} if _is_kept(create, keys[0]) else {})},
            witnesses=tuple(said),
        )


def _is_kept(create: Operation, key: Parameter) -> bool:
    """Whether a sentence says that a key which was sent with one body is refused with another."""
    conflicts = [spec for spec in create.responses if spec.status in _CONFLICTS]
    texts = (create.description, key.description, *(spec.description for spec in conflicts))
    said = any(_OTHER.search(each) and _REFUSED.search(each) for text in texts for each in sentences(text))
    return bool(conflicts) and (said or any(_OTHER.search(spec.description) for spec in conflicts))


def _is_key(parameter: Parameter) -> bool:
    """Whether a parameter is an idempotency key by its name, or by its name and its description."""
    name = plain_name(parameter.name)
    if parameter.where == "header" and name in _KEYS:
        return True
    told = _SAYS_IDEMPOTENT.search(parameter.description) is not None
    return parameter.where in {"header", "query"} and name in _IDS | _KEYS and told


RULE: Final = InferenceRule(name=NAME, title="A key makes a create that is sent again do nothing more.", infer=infer)
