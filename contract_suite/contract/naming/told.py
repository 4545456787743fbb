"""What a document tells of one of its names beside the place where it stands: in the description of the whole API.

Paging, metadata and the like are often explained once, for all operations: "`has_more` tells whether more follow".
"""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.operation import Contract
from contract_suite.contract.prose import readable

_SENTENCE: Final = re.compile(r"(?<=[.!])\s+|\n{2,}|\n(?=\s*[-*#])")
_HEADING: Final = re.compile(r"^(#+[^\n]*)\n+", re.MULTILINE)
_PARAGRAPH: Final = re.compile(r"\n\s*\n|\n(?=\s*[-*#] )")
_WORD: Final = re.compile(r"[A-Za-z]+")


def told_of(contract: Contract, name: str) -> tuple[str, ...]:
    """Return the sentences of the API's own description that speak of a name.

    A name that is a word of the language too (`after`) counts only where it stands in backticks.
    """
    text = own_description(contract)
    if not text or not name:
        return ()
    own = re.escape(name)
    marked = rf"`{own}\b[^`]*`"
    wanted = re.compile(marked if _WORD.fullmatch(name) else rf"{marked}|(?<![\w.]){own}(?!\w)")
    return tuple(" ".join(each.split()) for each in _SENTENCE.split(text) if wanted.search(each))


def paragraphs_on(contract: Contract, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Return the paragraphs of the API's own description in which a pattern is found, a heading with what stands below it."""
    text = _HEADING.sub(r"\1 ", own_description(contract))
    return tuple(" ".join(each.split()) for each in _PARAGRAPH.split(text) if pattern.search(each))


def own_description(contract: Contract) -> str:
    """Return what is read of the API's own description; empty for none."""
    root = contract.root.value if contract.root is not None else None
    info = root.get("info") if isinstance(root, dict) else None
    text = info.get("description") if isinstance(info, dict) else None
    return readable(text) if isinstance(text, str) else ""
