"""What careless searches find beside what was asked for: a word of a neighbouring member, and all there is for a letter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from contract_suite.behaviours.collections.filtering.one_filter import OneFilter
from contract_suite.behaviours.collections.kit.filter_values import accepts, sent_value
from contract_suite.behaviours.kit.verdicts import failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import passes, text_of, value_in
from contract_suite.model.json import JSON, at
from contract_suite.model.source import Level
from contract_suite.model.verdict import Verdict

_WORD: Final = re.compile(r"[A-Za-z]{4,}")
_LETTER: Final = re.compile(r"[A-Za-z]")
_MOST_MEMBERS: Final = 3
_SAMPLE: Final = 200


def strangers(one: OneFilter, clause: str) -> Verdict:
    """Search for words of the members beside the filter's own, those with the longest texts first, and for one letter.

    Nothing is said where no document says how the search compares: it may know several members, or take only longer texts.
    """
    promise = one.promise
    if promise.match != "contains" or promise.source_of("match").level is not Level.FAILURE:
        return untested(clause, "the document does not say how the search compares")
    numbers: list[int] = []
    for word, where in _tempting(one):
        answer = one.probe.ask(one.argument(word), note=where, aim=clause)
        numbers.append(answer.number)
        for index, item in enumerate(answer.items):
            if passes(promise, item, word) is False:
                came = shown(at(item, promise.field))
                message = f"{one.parameter.name}={shown(sent_value(promise, word))} returned an item with {came}"
                place = f"{one.listing.collection.items}/{index}"
                return failed(clause, message, numbers, pointer=place, expected=word, actual=came)
    return passed(clause, numbers) if numbers else untested(clause, "no member has a word to search for")


def _tempting(one: OneFilter) -> Iterator[tuple[str, str]]:
    """Yield what to search for, which not every known item has where the filter looks, and what it is."""
    promise, items = one.promise, one.probe.items()[:_SAMPLE]

    def kept(text: str) -> int:
        return sum(passes(promise, item, text) is True for item in items)

    found: dict[str, list[tuple[int, str]]] = {}
    for name, text, item in _neighbours(promise.field, items):
        words = (each for each in _WORD.findall(text) if accepts(promise, one.parameter, each))
        absent = [(len(text), word) for word in words if passes(promise, item, word) is False]
        if absent:
            found.setdefault(name, []).extend(absent)
    for name in sorted(found, key=lambda name: (-max(found[name])[0], name))[:_MOST_MEMBERS]:
        # Few items have it in the right place, so that one which has it elsewhere stands on the first page.
        yield min(sorted({word for _, word in found[name]})[:_SAMPLE], key=kept), f"a word of {name}"
    texts = [text_of(value) for item in items if (value := value_in(promise, item)) is not None]
    letters = Counter(letter for text in texts for letter in set(_LETTER.findall(text)))
    usable = (each for each in letters if accepts(promise, one.parameter, each))
    rarest = sorted(usable, key=lambda each: (letters[each], each))
    yield from ((each, "a single letter") for each in rarest[:1] if kept(each) < len(texts))


def _neighbours(field: str, items: Sequence[JSON]) -> Iterator[tuple[str, str, JSON]]:
    """Yield the texts that stand beside a member, each with its name and its item."""
    parent, _, own = (field if field.startswith("/") else f"/{field}").rpartition("/")
    for item in items:
        beside = at(item, parent)
        if isinstance(beside, dict):
            yield from ((name, text, item) for name, text in beside.items() if isinstance(text, str) and name != own)
