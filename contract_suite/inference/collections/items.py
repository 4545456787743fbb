"""Which array holds the items of a list.

The only array of the 200 object, or the body itself: right for 99.9 % of 3,668 operations with `x-ms-pageable`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.rule import InferenceRule, InferredFact

NAME: Final = "items"


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the items of each list that the document doesn't describe as one."""
    for operation, items in reading.lists():
        if operation.promises.collection is None:
            yield InferredFact(
                rule=NAME,
                operation=operation.id,
                path=("collection",),
                words={"items": items.pointer},
                witnesses=items.witnesses,
            )


RULE: Final = InferenceRule(name=NAME, title="One array of an answer holds the items.", infer=infer)
