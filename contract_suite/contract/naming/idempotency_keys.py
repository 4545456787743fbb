"""Which parameter is an idempotency key, by its name and by what a document says of it (draft-ietf-httpapi-idempotency-key-header).

An id of the request (`requestId`, AIP-155) or a token of the client is one where its description says so; else it may
only be there to find the request in a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.contract.naming.sentences import sentences, statements
from contract_suite.contract.naming.told import paragraphs_on
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.model.json import Arguments, escape

_KEYS: Final = re.compile(r"(?:\w*)idempoten(?:cy|ce|t)(?:key|token|id)")
"""`Idempotency-Key`, `X-Idempotency-Key`, `Idempotence-Key`, `acme-idempotency-token`."""
_IDS: Final = frozenset(
    {"requestid", "xrequestid", "clientrequestid", "xclientrequestid", "clienttoken", "requesttoken"}
)
_SAYS_KEY: Final = re.compile(r"\bidempoten\w*[- _](?:key|token|id)", re.IGNORECASE)
_SAYS_IDEMPOTENT: Final = re.compile(r"\bidempoten", re.IGNORECASE)
_SAYS: Final = re.compile(r"same key|sent again|only once|\bretr(y|ies|ied)|repeat|replay|duplicate", re.IGNORECASE)
_SAYS_ANSWER: Final = re.compile(
    r"\b(?:first|same|original|stored|saved|cached|earlier|previous|initial|identical) (?:\w+ ){0,2}(?:answer|response|result|outcome|status)"
    r"|\b(?:gets?|gives?|returns?|returned|receives?|answers?|answered|replay(?:s|ed)?)\b[^.]{0,60}"
    r"\b(?:first|same|original|stored|saved|cached|earlier|previous|initial|existing|already|again|200|201)\b",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"\bkeys?\b[^.]{0,120}\b(?:different|another|other|changed|modified) (?!keys?\b|header)\w+", re.IGNORECASE
)
_REFUSED: Final = re.compile(
    r"\bconflict|\b4\d\d\b|\brefus|\breject|\berror\b|\bfails?\b|\b(not|isn't) (allowed|accepted)\b", re.IGNORECASE
)
"""A sentence that has both says that a key is not taken again for something else."""
_CONFLICTS: Final = frozenset({"409", "422"})


def key_of(operation: Operation) -> Parameter | None:
    """Return the one parameter of an operation that is an idempotency key; `None` for none or several."""
    keys = [each for each in operation.parameters if _is_key(each)]
    return keys[0] if len(keys) == 1 else None


def told_of_keys(contract: Contract) -> tuple[str, ...]:
    """Return what the description of the whole API says of idempotency keys: "Any POST may carry an `Idempotency-Key`"."""
    return paragraphs_on(contract, _SAYS_KEY)


def is_explained(operation: Operation, key: Parameter, more: Sequence[str] = ()) -> bool:
    """Whether a description says what a key is for: its own, that of the operation, or `more` about all keys of the API."""
    told = any(says.search(key.description) for says in (_SAYS, _SAYS_IDEMPOTENT))
    return told or any(_SAYS.search(each) for each in (operation.description, *more))


def promises_first_answer(operation: Operation, key: Parameter, more: Sequence[str] = ()) -> bool:
    """Whether a sentence says that a request which is sent again is answered with what was done before, not only that nothing is."""
    texts = (operation.description, key.description, *more)
    return any(
        _SAYS.search(each) and _SAYS_ANSWER.search(each) and not _REFUSED.search(each)
        for text in texts
        for each in statements(text)
    )


def is_kept(operation: Operation, key: Parameter, more: Sequence[str] = ()) -> bool:
    """Whether a sentence says that a key which was sent with one body is refused with another."""
    conflicts = [spec for spec in operation.responses if spec.status in _CONFLICTS]
    texts = (operation.description, key.description, *more, *(spec.description for spec in conflicts))
    said = any(_OTHER.search(each) and _REFUSED.search(each) for text in texts for each in sentences(text))
    return bool(conflicts) and (said or any(_OTHER.search(spec.description) for spec in conflicts))


def keys_in(operation: Operation, arguments: Arguments) -> Iterator[str]:
    """Yield the subjects of arguments that hold idempotency keys: a parameter, or a member of the body that is named so."""
    parameters = {
        each.subject
        for each in operation.parameters
        if each.where != "path" and (_is_key(each) or _KEYS.fullmatch(plain_name(each.name)))
    }
    promise = operation.promises.idempotency
    promised = operation.parameter(promise.key) if promise is not None else None
    if promised is not None and promised.where != "path":
        parameters.add(promised.subject)
    yield from (subject for subject in arguments if subject in parameters or is_header_key(subject))
    body = arguments.get("body")
    for name in body if isinstance(body, dict) else ():
        if _KEYS.fullmatch(plain_name(name)):
            yield f"body/{escape(name)}"


def is_header_key(subject: str) -> bool:
    """Whether the subject of a header field (`header.Idempotency-Key`) says by its name that it holds a key."""
    return subject.startswith("header.") and _KEYS.fullmatch(plain_name(subject.removeprefix("header."))) is not None


def _is_key(parameter: Parameter) -> bool:
    name = plain_name(parameter.name)
    named = _KEYS.fullmatch(name) is not None
    if parameter.where == "header" and named:
        return True
    told = _SAYS_IDEMPOTENT.search(parameter.description) is not None
    return parameter.where in {"header", "query"} and (named or name in _IDS) and told
