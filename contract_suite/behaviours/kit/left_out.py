"""What an answer leaves out, or still shows, because the document says so, so that nobody misses or accuses it.

Members that are shown only if a parameter asks for them (the `items` of an invoice, with `?include=items`), texts that are
shown in part, things that a list leaves out, and deleted ones that stay in it.
"""

from __future__ import annotations

import re
from typing import Final

from contract_suite.contract.naming.names import singular, speaks_of, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.model.json import JSON, Missing

_ASKING: Final = frozenset(
    {
        "include",
        "includes",
        "included",
        "expand",
        "expands",
        "embed",
        "embeds",
        "embedded",
        "populate",
        "relations",
    }
)
"""How the names of parameters end that ask for more of a thing: JSON:API's `include`, OData's `$expand`, `_embed`."""
_ALONE: Final = ("with",)
"""What is such a name only by itself: `name_ends_with` compares texts."""
_WORD: Final = re.compile(r"\w+")
_PARTS: Final = frozenset({"array", "object"})
_SHORTENED: Final = re.compile(
    r"\b(?:shortened|truncated|abbreviated|clipped|excerpts?|snippets?)\b|\b(?:cut|trimmed)\s+(?:off|short|to|at|after)\b"
    r"|\bfirst\s+(?:\d+|few)\s+(?:characters|letters|words|lines|sentences)\b",
    re.IGNORECASE,
)
_LEFT_OUT: Final = re.compile(
    r"(?:\b(?:not|never)|n['\u2019]t)\s+(?:be\s+)?(?:listed|shown|included|returned|visible|appear)\b"
    r"|\b(?:left out|leaves out|omit(?:s|ted)|exclude[sd]|hidden|hides)\b"
    r"|\b(?:listed|shown|included|returned|visible|appears?)\s+(?:here\s+)?(?:only\s+)?(?:once|after|when|as soon as)\b"
    r"|\bonly\s+(?:\w+\s+)?(?:approved|published|moderated|reviewed|confirmed|released)\b",
    re.IGNORECASE,
)
_OF_OTHERS: Final = re.compile(r"\bothers?\b|\b(?:someone|anyone|everyone) else\b", re.IGNORECASE)
"""Words of what is kept from a client because it belongs to another one."""
_NOT_YET: Final = re.compile(
    r"\b(?:once|until|after|as soon as|new|approv\w+|moderat\w+|review\w*|publish\w*|confirmed|released)\b",
    re.IGNORECASE,
)
_STAYS: Final = re.compile(
    r"\b(?:stays?|remains?|kept|keeps?|still|(?:is|are)\s+(?:shown|listed|returned|included))\b", re.IGNORECASE
)
_IN_SOME_CASES: Final = re.compile(r"\b(?:only|if|when|unless|until|with\s+`|parameters?)|=\s*`?true\b", re.IGNORECASE)
_STATES_LACK: Final = re.compile(r"\bwithout\b", re.IGNORECASE)
_DELETED: Final = re.compile(
    r"\b(?:deleted|removed|erased)\s+(\w+)|\b(\w+)\s+(?:that|which)\s+(?:was|were|is|are|has been|have been)\s+(?:deleted|removed|erased)\b"
)
_IN_A_LIST: Final = re.compile(
    r"\b(?:it|they)\s+(?:still\s+)?(?:stays?|remains?|appears?|(?:is|are)\s+(?:kept|still\s+(?:listed|shown)))\b.*\b(?:lists?|listed|shown)\b",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(r"\b(?:not|never|nor|without)\b|n['\u2019]t\b", re.IGNORECASE)


def is_on_demand(operation: Operation, place: SchemaView, name: str) -> bool:
    """Whether an answer of an operation, described at a place, may lack a member that exists, as nothing asked for it.

    The parameter names it, or names no part (an object or a list) that the answer has: then any that may be left out may be meant.
    """
    if name in place.required_names():
        return False
    for parameter in operation.parameters:
        if parameter.where != "query" or not _asks(parameter.name):
            continue
        named = _named_by(parameter) & place.property_names().keys()
        parts = [each for each in named if place.member(each).types() & _PARTS]
        if name in named or (not parts and place.member(name).types() & _PARTS):
            return True
    return False


def _asks(name: str) -> bool:
    return words(name) == _ALONE or bool(_ASKING & {*words(name)[-1:]})


def _named_by(parameter: Parameter) -> set[str]:
    """The words of what a parameter says of itself: its description, its examples, its choices."""
    place = view(parameter.schema)
    listed = [each for each in (place.keyword("enum"), place.element(0).keyword("enum")) if isinstance(each, list)]
    choices = [choice for each in listed for choice in each]
    texts = [parameter.description, *(str(each.value) for each in parameter.examples), *map(str, choices)]
    return {word for text in texts for word in _WORD.findall(text)}


def is_shortened(operation: Operation, place: SchemaView, name: str) -> bool:
    """Whether an answer of an operation, described at a place, says that it shows a text in part: "Titles are cut to 30 characters".

    A sentence of the operation is about the texts that it names, or about all.
    """
    member = place.member(name)
    if member.types() - {"null"} != {"string"} or isinstance(member.keyword("enum"), list):
        return False
    if _says_shortened(member.keyword("description")):
        return True
    for sentence in _says_shortened(f"{operation.summary}\n{operation.description}"):
        named = [each for each in place.property_names() if speaks_of(sentence, each)]
        if not named or name in named:
            return True
    return False


def _says_shortened(text: JSON | Missing) -> list[str]:
    """Return the sentences that say so."""
    return [each for each in statements(text) if _SHORTENED.search(each) and not _DENIED.search(each)]


def may_leave_out(listing: Operation, shown: JSON | Missing) -> bool:
    """Whether a list says that it leaves out such as a thing is, as it is shown, or such as are new: "Drafts are not listed"."""
    told = [
        each
        for each in statements(f"{listing.summary}\n{listing.description}")
        if _LEFT_OUT.search(each) and not _OF_OTHERS.search(each)
    ]
    return any(_NOT_YET.search(each) or _speaks_of_values(each, shown) for each in told)


def _speaks_of_values(sentence: str, shown: JSON | Missing) -> bool:
    """Whether a sentence names a state that a thing has, or a member of it that is true."""
    members = shown.items() if isinstance(shown, dict) else ()
    named = (name if value is True else value if isinstance(value, str) else "" for name, value in members)
    return any(each.replace("_", "").replace("-", "").isalpha() and speaks_of(sentence, each) for each in named)


def keeps_deleted(listing: Operation, delete: Operation | None) -> bool:
    """Whether a list or a delete says that the deleted stay in the list: "A deleted comment stays in the list without its text"."""
    noun = singular(listing.path.rstrip("/").rpartition("/")[2])
    texts = [
        listing.summary,
        listing.description,
        *([delete.summary, delete.description] if delete is not None else []),
    ]
    for sentence in (each for text in texts for each in statements(text)):
        if (
            not _STAYS.search(sentence)
            or _DENIED.search(_STATES_LACK.sub("", sentence))
            or _IN_SOME_CASES.search(sentence)
        ):
            continue
        told = {singular(each) for found in _DELETED.findall(sentence.lower()) for each in found}
        of_it = told & {noun, "one", "item", "entry"}
        if of_it or (delete is not None and sentence in statements(delete.description) and _IN_A_LIST.search(sentence)):
            return True
    return False
