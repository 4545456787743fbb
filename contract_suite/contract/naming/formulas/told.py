"""What the description of an operation says of the numbers that it answers: "The total is the sum of the amounts of the lines".

Such a text says much else. A number is left alone where another sentence speaks of it, or of a discount, a tax or the like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from contract_suite.contract.naming.formulas.formula import Formula
from contract_suite.contract.naming.formulas.reading import formula_said
from contract_suite.contract.naming.formulas.scopes import Scope, arrays_in, name_words, phrase_of
from contract_suite.contract.naming.formulas.texts import is_container, is_likely
from contract_suite.contract.naming.names import singular, words
from contract_suite.contract.naming.sentences import statements
from contract_suite.contract.schemas.view import SchemaView
from contract_suite.contract.schemas.ways import EACH, Steps

_SUBJECT: Final = r"(?:the|its|an?|each|every)\s+(?:[\w'-]+\s+){1,6}?(?:is|equals)\s"
_APART: Final = re.compile(rf",\s+(?:(?:and|while|where)\s+)?(?={_SUBJECT})|\s+and\s+(?={_SUBJECT})", re.IGNORECASE)
"""Where a sentence goes on with another number."""
_TELLS: Final = re.compile(
    r"^(?:the|its|each|every|an?)\s+(?P<number>[\w'-]+(?:\s+[\w'-]+){0,2}?)"
    r"(?:\s+of\s+(?:the|its|each|every|an?|this)\s+(?P<owner>[\w-]+(?:\s+[\w-]+)?))?"
    r"\s+(?:is|equals)\s+(?:always\s+)?(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ADJUSTS: Final = frozenset(
    {
        *("discount", "discounted", "tax", "vat", "gst", "fee", "shipping", "surcharge", "coupon", "voucher", "promotion", "rebate"),
        *("tip", "deposit", "credit", "refund", "adjustment", "adjusted", "flat", "free", "deducted", "waived", "override"),
    }
)  # fmt: skip
"""Words in the singular of what may be why a number is another one than one sentence alone says."""
_CONDITIONS: Final = frozenset(
    {
        *("if", "unless", "when", "whenever", "except", "otherwise", "usually", "may", "can", "whether", "depending"),
        *("only", "once"),
    }
)
"""Words of sentences that are not so for every number."""


def told_formulas(place: SchemaView, text: str, nouns: Collection[str]) -> Iterator[tuple[Steps, Formula]]:
    """Yield the ways to the numbers of an object, and of the items of its arrays, of which a text says how they are made.

    `nouns` are what the object is called, in the singular.
    """
    parts = [part for sentence in statements(text) for part in _parts(sentence)]
    found = {each: told for each in parts if is_likely(each) and (told := _told(place, each, nouns)) is not None}
    rest = {singular(word) for each in parts if each not in found for word in words(each)}
    if not _ADJUSTS.isdisjoint(rest):
        return
    seen: set[Steps] = set()
    for steps, formula in found.values():
        if steps not in seen and rest.isdisjoint(name_words(steps[-1])[-1:]):
            seen.add(steps)
            yield steps, formula


def _parts(sentence: str) -> list[str]:
    """Return what a sentence says of one number after the other; all of it where it begins otherwise, or makes a condition."""
    parts = [each.strip(" .;") for each in _APART.split(sentence)]
    is_plain = _CONDITIONS.isdisjoint(words(sentence)) and all(map(_TELLS.match, parts))
    return parts if is_plain else [sentence]


def _told(place: SchemaView, text: str, nouns: Collection[str]) -> tuple[Steps, Formula] | None:
    """Return the way to the number that a sentence is about, with what it is made of."""
    tells = _TELLS.match(" ".join(text.split()))
    if tells is None:
        return None
    owner = phrase_of(tuple(singular(each) for each in words(tells["owner"] or "")))
    names = tuple(place.property_names())
    arrays = arrays_in(Scope(place, names)) if owner else []
    called = [each for each in arrays if each.is_called(owner, alone=len(arrays) == 1)]
    is_whole = not owner or owner[-1] in nouns or is_container(owner[-1])
    if len(called) == 1:
        return _said(called[0].element, tells, (called[0].name, EACH))
    return _said(place, tells, ()) if is_whole else None


def _said(place: SchemaView, tells: re.Match[str], way: Steps) -> tuple[Steps, Formula] | None:
    number = phrase_of(tuple(singular(each) for each in words(tells["number"])))
    name = Scope(place, tuple(place.property_names())).named(number)
    formula = formula_said(place, name, tells["rest"]) if name else None
    said = place.member(name).keyword("description") if name else None
    is_other = isinstance(said, str) and not _ADJUSTS.isdisjoint(singular(each) for each in words(said))
    return None if formula is None or is_other else ((*way, name), formula)
