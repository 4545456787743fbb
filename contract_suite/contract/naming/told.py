"""What a document tells of one of its names beside the place where it stands: in the description of the whole API.

Paging, metadata and the like are often explained once, for all operations: "`has_more` tells whether more follow".
"""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.operation import Contract

_SENTENCE: Final = re.compile(r"(?<=[.!])\s+|\n{2,}|\n(?=\s*[-*#])")
_WORD: Final = re.compile(r"[A-Za-z]+")


def told_of(contract: Contract, name: str) -> tuple[str, ...]:
    """Return the sentences of the API's own description that speak of a name.

    A name that is a word of the language too (`after`) counts only where it stands in backticks.
    """
    info = (
        contract.root.value.get("info") if contract.root is not None and isinstance(contract.root.value, dict) else None
    )
    text = info.get("description") if isinstance(info, dict) else None
    if not isinstance(text, str) or not name:
        return ()
    own = re.escape(name)
    marked = rf"`{own}\b[^`]*`"
    wanted = re.compile(marked if _WORD.fullmatch(name) else rf"{marked}|(?<![\w.]){own}(?!\w)")
    return tuple(" ".join(each.split()) for each in _SENTENCE.split(text) if wanted.search(each))
