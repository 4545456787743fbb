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
_OF_ALL: Final = re.compile(
    r"\b(fields|members|properties|attributes|values|everything|anything|whatever|what)\b|\bpartial|\bonly (the )?(given|sent|provided)",
    re.IGNORECASE,
)
_SAYS_ONLY_SENT: Final = re.compile(
    r"\bonly (the )?(fields|members|properties|attributes|values) (that (are|were) |which (are|were) )?"
    r"(given|sent|provided|supplied|specified|present|included) (are|is|will be|get) (changed|updated|modified)",
    re.IGNORECASE,
)
_SAYS_RESET: Final = re.compile(
    r"\b(default|except|unless|but|reset|replac|fall|fell|null|clear|remov|delet|eras|drop|lost|empt)", re.IGNORECASE
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


def keeps_all(update: Operation) -> bool:
    """Whether an update surely keeps whatever it leaves out: a sentence speaks of all members, and none of a reset or an exception."""
    media = update.body.json if update.body else None
    said = view(media.schema).keyword("description") if media is not None and media.schema else ""
    names = view(media.schema).property_names() if media is not None and media.schema else ()
    told = [
        each
        for text in (update.summary, update.description, said if isinstance(said, str) else "")
        for each in sentences(text)
    ]
    kept = [each for each in told if (_says_kept(each) and _OF_ALL.search(each)) or _SAYS_ONLY_SENT.search(each)]
    named = any(re.search(rf"\b{re.escape(name)}\b", each) for each in kept for name in names)
    return bool(kept) and not named and not any(_SAYS_RESET.search(each) for each in told)


def says_stays(description: str) -> bool:
    """Whether the description of a member says that it stays as it was where a PUT leaves it out, or for ever."""
    return any(_says_kept(each) or _SAYS_ONCE.search(each) for each in sentences(description))


def _says_kept(sentence: str) -> bool:
    return bool(_SAYS_KEPT.search(sentence) and _LEFT_OUT.search(sentence))
