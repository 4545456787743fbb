"""Whether a document lets a server keep a text in letters of another case: a code that is stored in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from contract_suite.behaviours.kit.comparing import Difference
from contract_suite.behaviours.kit.resource_operations import ResourceOperations, representation, request_body
from contract_suite.contract.naming.sentences import case_said, sentences
from contract_suite.model.json import tokens

_SAYS_CHANGED: Final = re.compile(
    r"\b(lower|upper)[- ]?cased?\b|\b(small|capital) letters?\b|\bcapitals\b", re.IGNORECASE
)


def may_change_case(ops: ResourceOperations, lost: Difference) -> bool:
    """Whether what came differs from what was sent in its case alone, and the document says that case counts for nothing there."""
    sent, came = lost.expected, lost.actual
    if not isinstance(sent, str) or not isinstance(came, str) or sent.casefold() != came.casefold():
        return False
    names = tokens(lost.pointer)
    texts = _texts(ops, names[0]) if names else ()
    said = (sentence for text in texts for sentence in sentences(text))
    return any(case_said(each) == "ignored" or _SAYS_CHANGED.search(each) for each in said)


def _texts(ops: ResourceOperations, name: str) -> Iterator[str]:
    for operation in (ops.create, ops.update, ops.read):
        if operation is not None:
            yield from (operation.summary, operation.description)
            for place in (request_body(operation), representation(operation)):
                described = place.member(name).keyword("description") if place is not None else None
                yield from [described] if isinstance(described, str) else []
