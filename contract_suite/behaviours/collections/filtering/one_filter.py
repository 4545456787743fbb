"""One filter and the plain question about it: what comes with a value, and what doesn't.

The value of an item that should not have come decides which clause it breaks, so that one cause makes one finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from contract_suite.behaviours.collections.filtering.clauses import CASE, COMPLETE, FIRST, MATCH, PREFIX, SOUND
from contract_suite.behaviours.collections.filtering.filter_probe import FilterProbe
from contract_suite.behaviours.collections.kit.filter_values import (
    accepts,
    listed_choices,
    selective_values,
    sent_value,
)
from contract_suite.behaviours.kit.comparing import EXACT_IN_DOUBLES
from contract_suite.behaviours.kit.listing import ListPage
from contract_suite.behaviours.kit.verdicts import VerdictMap, all_untested, failed, passed, untested
from contract_suite.behaviours.kit.wording import shown
from contract_suite.contract.filters import Scalar, passes, text_of, value_in, values_in
from contract_suite.contract.operation import Parameter
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.counting import counted
from contract_suite.model.json import JSON, at
from contract_suite.model.verdict import Outcome, Verdict

_CHOICES: Final = 8
_SEVERAL: Final = 2


def _is_plain(text: str) -> bool:
    """Whether a text is one that every search takes as it is."""
    return text.isascii() and text.isprintable() and text.strip() == text != ""


class OneFilter:
    """One filter of a collection, and its clauses by kind."""

    def __init__(self, probe: FilterProbe, promise: Filter, parameter: Parameter, ids: Mapping[str, str]) -> None:
        """`ids` are the clauses by kind."""
        self.probe = probe
        self.promise = promise
        self.parameter = parameter
        self.ids = ids
        self.listing = probe.listing

    def argument(self, value: Scalar, *, bare: bool = False) -> dict[str, JSON]:
        """Return the argument that asks for a value."""
        return {self.parameter.subject: sent_value(self.promise, value, bare=bare)}

    def _value(self) -> Scalar | None:
        """The value to ask for: one that items of this run share, or one that some items have and others don't."""
        made = self.probe.made.get(self.promise.parameter)
        if self.parameter.required:
            base = self.listing.base.get(self.parameter.subject)
            return base if isinstance(base, (str, int, float, bool)) else None
        items, promise = self.probe.items(), self.promise
        if (
            made is not None
            and promise.match != "mentions"
            and any(passes(promise, item, made) for item in items)
            and accepts(promise, self.parameter, made)
        ):
            return made
        return next(iter(selective_values(promise, self.parameter, items)), None)

    def plain(self) -> VerdictMap:
        """Ask for one value, and judge what came and what did not."""
        ids, promise = self.ids, self.promise
        value = self._value()
        if value is None:
            return all_untested([ids[SOUND], ids[COMPLETE]], f"it takes two items that differ in {promise.field}")
        before = dict(self.probe.seen.items)
        answer = self.probe.ask(self.argument(value), note=f"filter by {self.parameter.name}", aim=ids[SOUND])
        verdicts = self._judge(answer, value, before)
        complete = verdicts[ids[COMPLETE]]
        if complete.outcome is Outcome.FAILED and promise.prefix and promise.bare and not answer.items:
            bare = self.probe.ask(self.argument(value, bare=True), note="the same without the prefix")
            if bare.items:
                verdicts[ids[COMPLETE]] = untested(ids[COMPLETE], "the prefix is not understood", [answer.number])
                message = f"{shown(sent_value(promise, value))} finds nothing, {shown(value)} does"
                verdicts[ids[PREFIX]] = failed(
                    ids[PREFIX], message, [bare.number, answer.number], expected=len(bare.items), actual=0
                )
                return verdicts
        if PREFIX in ids and answer.items and complete.outcome is Outcome.PASSED:
            verdicts[ids[PREFIX]] = passed(ids[PREFIX], [answer.number])
        if complete.outcome is Outcome.FAILED and FIRST in ids and not self.parameter.required:
            verdicts |= self._cut_first(answer, value, complete)
        elif complete.outcome is Outcome.PASSED and verdicts[ids[SOUND]].outcome is not Outcome.FAILED:
            self.probe.usable[promise.parameter] = value
            lost = self._other_script(ids[COMPLETE]) or self._other_fields(ids[COMPLETE])
            more = self._large_number() | self._other_choices(value)
            return verdicts | more | ({ids[COMPLETE]: lost} if lost is not None else {})
        return verdicts

    def _other_choices(self, asked: Scalar) -> VerdictMap:
        """Each other one of a few values that the schema lists and some item has: `false` as well as `true`."""
        promise, probe = self.promise, self.probe
        choices = [each for each in listed_choices(self.parameter) if each != asked]
        if promise.match not in {"equals", "differs"} or len(choices) > _CHOICES:
            return {}
        found: VerdictMap = {}
        for value in choices:
            known = any(text_of(value) == text_of(had) for item in probe.items() for had in values_in(promise, item))
            if not known or not accepts(promise, self.parameter, value):
                continue
            before = dict(probe.seen.items)
            answer = probe.ask(self.argument(value), note="each value that is listed", aim=self.ids[SOUND])
            judged = self._judge(answer, value, before)
            found |= {key: each for key, each in judged.items() if each.outcome is Outcome.FAILED}
            if found:
                break
        return found

    def _other_script(self, clause: str) -> Verdict | None:
        """A value beyond ASCII, which is easily lost on its way through an address."""
        promise, probe = self.promise, self.probe
        texts = [
            value for item in probe.items() if isinstance(value := value_in(promise, item), str) and not value.isascii()
        ]
        text = next((each for each in texts if accepts(promise, self.parameter, each)), None)
        if text is None or self.parameter.required:
            return None
        answer = probe.ask(self.argument(text), note="a value beyond ASCII", aim=clause)
        missing = probe.missing(answer, ((replace(promise, case="exact"), text),))
        if missing is None:
            return None
        message = f"{self.parameter.name}={shown(sent_value(promise, text))} left out the item {missing}, which matches"
        numbers = [probe.seen.numbers.get(missing, answer.number), answer.number]
        return failed(clause, message, numbers, expected=missing, actual=counted(len(answer.items), "item"))

    def _other_fields(self, clause: str) -> Verdict | None:
        """A text that one field alone has, for each of those that are searched: a server may look into the first one only."""
        promise, probe = self.promise, self.probe
        if promise.match != "contains" or len(promise.fields) < _SEVERAL or self.parameter.required:
            return None
        for name in promise.fields:
            alone = replace(promise, field=name, fields=())
            others = replace(promise, fields=tuple(each for each in promise.fields if each != name))
            texts = Counter(
                text
                for item in probe.items()
                if isinstance(text := value_in(alone, item), str)
                and _is_plain(text)
                and passes(others, item, text) is False
            )
            text = next(
                (each for each, _ in reversed(texts.most_common()) if accepts(promise, self.parameter, each)), None
            )
            if text is None:
                continue
            answer = probe.ask(self.argument(text), note=f"a text that {name} alone has", aim=clause)
            missing = probe.missing(answer, ((replace(promise, case="exact"), text),))
            if missing is not None:
                message = f"{self.parameter.name}={shown(text)} left out the item {missing}, whose {name} has it"
                numbers = [probe.seen.numbers.get(missing, answer.number), answer.number]
                return failed(clause, message, numbers, expected=missing, actual=counted(len(answer.items), "item"))
        return None

    def _large_number(self) -> VerdictMap:
        """A whole number that many programs round, and take for its neighbour."""
        promise, probe = self.promise, self.probe
        values = [
            value
            for item in probe.items()
            if isinstance(value := value_in(promise, item), int) and abs(value) > EXACT_IN_DOUBLES
        ]
        values = [each for each in values if accepts(promise, self.parameter, each)]
        if not values or self.parameter.required:
            return {}
        number = max(values, key=lambda value: sum(float(each) == float(value) and each != value for each in values))
        before = dict(probe.seen.items)
        answer = probe.ask(self.argument(number), note="a number that no double holds exactly", aim=self.ids[SOUND])
        found = self._judge(answer, number, before)
        return {key: each for key, each in found.items() if each.outcome is Outcome.FAILED}

    def _judge(self, answer: ListPage, value: Scalar, before: Mapping[str, JSON]) -> VerdictMap:
        ids, promise = self.ids, self.promise
        numbers = [answer.number]
        words = f"{self.parameter.name}={shown(sent_value(promise, value))}"
        verdicts: VerdictMap = {}
        for index, item in enumerate(answer.items):
            if passes(promise, item, value) is not False:
                continue
            kind = self._wrong_kind(item, value)
            came = shown(at(item, promise.field))
            verdicts.setdefault(
                ids[kind],
                failed(
                    ids[kind],
                    f"{words} returned an item with {came}",
                    numbers,
                    pointer=f"{self.listing.collection.items}/{index}",
                    expected=text_of(value),
                    actual=came,
                ),
            )
        if ids[SOUND] in verdicts:
            verdicts = all_untested(
                [ids[MATCH], ids[CASE]], "the filter lets through what has nothing to do with it", numbers
            ) | {ids[SOUND]: verdicts[ids[SOUND]]}
        strangers = [item for item in before.values() if passes(promise, item, value) is False]
        far = [item for item in strangers if self._wrong_kind(item, value) == SOUND]
        if ids[SOUND] not in verdicts:
            verdicts[ids[SOUND]] = (
                passed(ids[SOUND], numbers)
                if far
                else untested(ids[SOUND], "it takes an item that does not match", numbers)
            )
        for kind in (MATCH, CASE):
            near = any(self._wrong_kind(item, value) == kind for item in strangers)
            if near and ids[kind] not in verdicts and answer.items:
                verdicts[ids[kind]] = passed(ids[kind], numbers)
        return verdicts | self._came(answer, value, before)

    def _came(self, answer: ListPage, value: Scalar, before: Mapping[str, JSON]) -> VerdictMap:
        """Judge whether everything that is known to match came; what differs in case alone is for another clause."""
        ids, promise, probe = self.ids, self.promise, self.probe
        numbers = [answer.number]
        verdicts: VerdictMap = {}
        exactly = replace(promise, case="exact")
        words = f"{self.parameter.name}={shown(sent_value(promise, value))}"
        missing = probe.missing(answer, ((exactly, value),))
        other = probe.missing(answer, ((promise, value),)) if promise.case == "ignored" and missing is None else None
        if other is not None and answer.items:
            message = f"{words} left out the item {other}, which differs in case alone"
            verdicts[ids[CASE]] = failed(
                ids[CASE], message, [probe.seen.numbers.get(other, answer.number), answer.number]
            )
        if missing is not None:
            message = f"{words} left out the item {missing}, which matches"
            numbers = [probe.seen.numbers.get(missing, answer.number), answer.number]
            verdicts[ids[COMPLETE]] = failed(
                ids[COMPLETE], message, numbers, expected=missing, actual=counted(len(answer.items), "item")
            )
        elif any(key in before and passes(promise, before[key], value) for key in answer.keys):
            verdicts[ids[COMPLETE]] = passed(ids[COMPLETE], numbers)
        else:
            verdicts[ids[COMPLETE]] = untested(ids[COMPLETE], "it takes an item that is known to match", numbers)
        return verdicts

    def _wrong_kind(self, item: JSON, wanted: Scalar) -> str:
        """Which clause an item breaks that comes with this value though it doesn't match."""
        found, right = [text_of(each) for each in values_in(self.promise, item)], text_of(wanted)
        if self.promise.match == "differs":
            return SOUND
        if any(left.casefold() == right.casefold() for left in found):
            return CASE
        whole = self.promise.match in {"equals", "begins"}
        return MATCH if whole and right and any(right in left for left in found) else SOUND

    def _cut_first(self, answer: ListPage, value: Scalar, complete: Verdict) -> VerdictMap:
        """Whether what is missing comes on a later page: then the pages were cut before they were filtered."""
        ids = self.ids
        for index in (1, 2, 3):
            page = self.probe.ask(self.argument(value), index=index, note="does it come later?")
            if page.items and any(key not in answer.keys for key in page.keys):
                message = (
                    f"page 1 holds {len(answer.items)} of {answer.size} items, "
                    f"and more that match are on page {index + 1}"
                )
                return {
                    ids[FIRST]: failed(ids[FIRST], message, [page.number, answer.number]),
                    ids[COMPLETE]: untested(
                        ids[COMPLETE], "the list is cut into pages before it is filtered", complete.exchanges
                    ),
                }
        return {}
