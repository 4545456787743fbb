"""What a document says of the members that a PUT leaves out: it replaces the whole (RFC 9110, 9.3.4) but where it says otherwise."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.sentences import sentences
from contract_suite.contract.operation import Operation
from contract_suite.contract.schemas.view import view

_SAYS_KEPT: Final = re.compile(
    r"\b(keep|keeps|kept|remains?|stays?|retains?|unchanged|untouched|not (be )?(changed|touched|modified|affected))\b"
    r"|\bpartial|\bonly (the )?(given|sent|provided|supplied|specified|present)\b|\b(merges?|merged)\b",
    re.IGNORECASE,
)
_LEFT_OUT: Final = re.compile(
    r"\bnot (given|sent|provided|supplied|specified|present|set|included|named|mentioned)\b|\b(omitted|missing|absent)\b"
    r"|\bleft out\b|\b(given|sent|provided|supplied|specified) (fields?|members?|propert|values?|attributes?)|\bpartial",
    re.IGNORECASE,
)
_SAYS_ONCE: Final = re.compile(
    r"\b(immutable|write[- ]once|fixed once)\b|\b(cannot|can't|can not|may not|must not|never) (be )?(changed?|updated?|modified|edited)\b"
    r"|\bset (only )?(once|(on|at|by|during) creat)|\bonly (on|at|during) creat|\bonly when (it is )?created\b",
    re.IGNORECASE,
)
"""Words of a member that is written when a thing is created, and not after."""


def replaces(operation: Operation) -> bool:
    """Whether an operation puts what it brings in the place of what was there: a PUT of which nothing else is said."""
    return operation.method == "PUT" and not keeps_what_is_left_out(operation)


def keeps_what_is_left_out(put: Operation) -> bool:
    """Whether the description of a PUT says that what it leaves out stays as it was."""
    media = put.body.json if put.body else None
    said = view(media.schema).keyword("description") if media is not None and media.schema else ""
    texts = (put.summary, put.description, said if isinstance(said, str) else "")
    return any(_says_kept(each) for text in texts for each in sentences(text))


def says_stays(description: str) -> bool:
    """Whether the description of a member says that it stays as it was where a PUT leaves it out, or for ever."""
    return any(_says_kept(each) or _SAYS_ONCE.search(each) for each in sentences(description))


def _says_kept(sentence: str) -> bool:
    return bool(_SAYS_KEPT.search(sentence) and _LEFT_OUT.search(sentence))
