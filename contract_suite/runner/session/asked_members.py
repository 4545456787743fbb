"""Arguments that a refusal asks for though the document leaves them optional: "Key 'name' not present", "kind is required"."""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.names import plain_name
from contract_suite.model.json import JSON, Arguments
from contract_suite.runner.session.refusal_words import texts_in

_LACKING: Final = re.compile(
    r"\b(?:required|requires?|missing|mandatory|undefined|lacks?|absent|needs?|needed|expect(?:s|ed)?|provide|specify|supply)\b"
    r"|(?:\b(?:not|nor|never|without|no|cannot)|n't)\s+(?:been\s+|be\s+)?"
    r"(?:present|set|given|provided|specified|supplied|defined|found|passed|sent|null|none|empty|blank)\b"
    r"|\bmust\s+(?:be\s+(?:present|set|given|provided|specified|supplied|defined)|have|contain|include)\b",
    re.IGNORECASE,
)
"""Words that say that something is not there."""
_WORD: Final = re.compile(r"[A-Za-z_$@][\w$@-]*")
_MOST: Final = 6


def asked_for(arguments: Arguments, full: Arguments, refusal: bytes) -> Arguments | None:
    """Return arguments with what the body of a refusal says is missing, taken from the `full` ones.

    `None` where it names nothing more.
    """
    text = " \n ".join(texts_in(refusal, names=True))
    if not _LACKING.search(text):
        return None
    said = {plain_name(word) for word in _WORD.findall(text)}
    parameters = {
        subject: value
        for subject, value in full.items()
        if subject not in arguments and subject != "body" and plain_name(subject.partition(".")[2]) in said
    }
    body, whole = arguments.get("body", {}), full.get("body")
    members: dict[str, JSON] = {}
    if isinstance(body, dict) and isinstance(whole, dict):
        members = {name: value for name, value in whole.items() if name not in body and plain_name(name) in said}
    if not 0 < len(parameters) + len(members) <= _MOST:
        return None
    with_members = {"body": {**body, **members}} if isinstance(body, dict) and members else {}
    return {**arguments, **parameters, **with_members}
