"""Filtering: what comes matches, what matches comes, a value is compared as documented, and all of that before paging.

The rule that must not be broken: an item is judged by what the list itself shows of it, and only an item that the list has shown can be missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from contract_suite.behaviours.answering import nothing, obstacle, refused, served, shown, unpromised
from contract_suite.behaviours.answering import promise as promise_clause
from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.cast import declares, request_body
from contract_suite.behaviours.listing import (
    Answer,
    Listing,
    collection_of,
    collections,
    container_values,
    creatable,
    has_container,
    open_listing,
    settable,
)
from contract_suite.behaviours.settling import Unusable, Verdicts, all_untested, failed, passed, settle, untested, why_not
from contract_suite.behaviours.sifting import Scalar, choices, is_near, is_sendable, part_of, passes, sent_value, text_of, value_in
from contract_suite.behaviours.sorting import differ, disorder
from contract_suite.contract.operation import Contract, Operation, Parameter
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.case import Intent
from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON, Arguments, at
from contract_suite.model.source import Source
from contract_suite.model.verdict import Outcome, Verdict

NAME: Final = "filtering"
SUBJECT: Final = "filters"
SOUND: Final = "filter-sound"
COMPLETE: Final = "filter-complete"
MATCH: Final = "match-as-documented"
CASE: Final = "case-as-documented"
PREFIX: Final = "prefix-understood"
BARE: Final = "bare-value-searched"
NOTHING: Final = "no-match-empty"
REFUSED: Final = "unknown-refused"
FIRST: Final = "filtered-before-paging"
TOGETHER: Final = "filters-combined"
SORTED: Final = "filtered-in-order"
_ENOUGH: Final = 4
_MOST_PAIRS: Final = 6
_MOST_TRIED: Final = 40
_SAMPLE: Final = 200
_GONE: Final = "what should have come is not there any more"
_ODD: Final = " ä木🌷 'q' \"d\" 100%+&=#/?"
_UNLIKELY: Final = 987_654_321
_Look = Callable[[str], Verdict]
_LookAll = Callable[[], Verdicts]


def clauses(contract: Contract) -> Iterator[Clause]:
    """What each filter promises, and what all of an operation do together."""
    found = False
    for operation in collections(contract):
        found = True
        filters = operation.promises.filters
        if not filters:
            yield nothing(NAME, SUBJECT, SOUND, "the operation promises no filter", operation.location, operation)
        for promise in filters:
            parameter = operation.parameter(promise.parameter)
            if parameter is not None:
                yield from _clauses(operation, promise, parameter).values()
        yield from _common(operation).values()
    if not found:
        yield from unpromised(contract, NAME, SUBJECT, "no operation promises a collection")


def drive(session: Session) -> Iterator[Verdict]:
    """Ask for values that some items have and others don't, alone and together."""
    for operation in collections(session.contract):
        if not operation.promises.filters:
            continue
        ids = {
            promise.parameter: {kind: clause.id for kind, clause in _clauses(operation, promise, parameter).items()}
            for promise in operation.promises.filters
            if (parameter := operation.parameter(promise.parameter)) is not None
        }
        common = {kind: clause.id for kind, clause in _common(operation).items() if not clause.inapplicable}
        wanted = {clause for group in (*ids.values(), common) for clause in group.values() if session.wanted(clause)}
        if not wanted:
            continue
        try:
            sieve = _Sieve(session, open_listing(session, operation, at_least=_ENOUGH))
        except Unusable as reason:
            yield from all_untested(sorted(wanted), reason.reason, reason.exchanges).values()
            continue
        for verdict in sieve.verdicts(ids, common, wanted):
            if verdict.clause in wanted:
                yield verdict


BEHAVIOUR: Final = Behaviour(name=NAME, title="Filters keep what matches, all of it and nothing else", clauses=clauses, drive=drive)


def _clauses(operation: Operation, promise: Filter, parameter: Parameter) -> dict[str, Clause]:
    name = parameter.name
    equals = promise.match == "equals"
    texts: list[tuple[str, str, Source]] = [
        (SOUND, f"Every item that comes with {name} matches it.", promise.source),
        (COMPLETE, f"Every item that matches {name} comes.", promise.source),
        (
            MATCH,
            f"{name} matches a value that is equal to it, not one that holds it."
            if equals
            else f"{name} matches a value that holds it, wherever it is.",
            promise.source_of("match"),
        ),
        (CASE, f"{name} {'takes' if promise.case == 'ignored' else 'does not take'} upper and lower case for the same.", promise.source_of("case")),
        (FIRST, f"{name} applies before the list is cut into pages.", promise.source),
    ]
    if promise.prefix:
        texts.append((PREFIX, f"{name} takes a value behind {promise.prefix!r}.", promise.source_of("prefix")))
        if promise.bare:
            texts.append((BARE, f"{name} takes a value without {promise.prefix!r} too.", promise.source_of("bare")))
    if promise.unknown == "refused":
        texts.append((REFUSED, f"A {name} that nothing has is refused as unknown.", promise.source_of("unknown")))
    else:
        texts.append((NOTHING, f"With a {name} that nothing has, the list is empty.", promise.source))
    return {
        kind: replace(
            promise_clause(NAME, operation, parameter.subject, kind, text, rests_on=promise, source=source),
            inapplicable=_inapplicable(operation, promise, parameter, kind),
        )
        for kind, text, source in texts
    }


def _inapplicable(operation: Operation, promise: Filter, parameter: Parameter, kind: str) -> str:
    """Why a clause can never be broken here."""
    root = parameter.schema.root
    enum = root.get("enum") if isinstance(root, dict) else None
    texts = [text_of(each) for each in enum if isinstance(each, (str, int, float))] if isinstance(enum, list) else None
    kinds = root.get("type", "string") if isinstance(root, dict) else "string"
    words = "string" in kinds if isinstance(kinds, (str, list)) else True
    if kind == FIRST and collection_of(operation).page is None:
        return "the collection has no pages"
    if kind == FIRST and parameter.required:
        return "the filter is always given"
    if kind == CASE and (not words or texts is not None):
        return "its values don't differ in case"
    if kind == MATCH and texts is not None and not any(part_of(texts, each) for each in texts):
        return "none of its values is a part of another"
    return "" if kind != BARE or promise.prefix else "there is no prefix"


def _common(operation: Operation) -> dict[str, Clause]:
    filters = operation.promises.filters
    if not filters:
        return {}
    source = next((each.source for each in filters if each.source.level is not filters[0].source.level), filters[0].source)
    few = "the operation promises one filter" if len(filters) < 2 else ""  # noqa: PLR2004 - it takes two
    unsorted = "" if operation.promises.order else "the collection promises no order"
    return {
        kind: Clause(
            operation=operation.id,
            subject=SUBJECT,
            kind=kind,
            judge=NAME,
            text=text,
            source=source,
            location=filters[0].location,
            inapplicable=reason,
        )
        for kind, text, reason in (
            (TOGETHER, "With two filters, every item that comes matches both, and every item that matches both comes.", few),
            (SORTED, "What a filter leaves is sorted as the whole list is.", unsorted),
        )
    }


@dataclass(slots=True)
class _Known:
    """The items that the list has shown, as it showed them last, with the exchange that did and what was asked for."""

    items: dict[str, JSON] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    asked: dict[str, tuple[int, int, Arguments]] = field(default_factory=dict)

    def learn(self, answer: Answer, index: int, extra: Arguments) -> None:
        for key, item in zip(answer.keys, answer.items, strict=True):
            self.items[key] = item
            self.numbers[key] = answer.number
            # A question that has shown an item without the filter in doubt is the better one to ask again.
            if key not in self.asked or not extra:
                self.asked[key] = (index, answer.size, extra)


class _Sieve:
    """One filtered collection with what is known of its items."""

    def __init__(self, session: Session, listing: Listing) -> None:
        self.session = session
        self.listing = listing
        self.operation = listing.operation
        self.known = _Known()
        self.made: dict[str, Scalar] = {}
        """By filter parameter: the value that items of this run's own share."""
        self.other_base: Arguments | None = None
        self.usable: dict[str, Scalar] = {}

    def verdicts(self, ids: Mapping[str, Mapping[str, str]], common: Mapping[str, str], wanted: set[str]) -> Iterator[Verdict]:
        """Judge every filter by itself, then all together."""
        self._make()
        try:
            whole = self.ask({}, note="the list without a filter")
        except Unusable as reason:
            yield from all_untested(sorted(wanted), reason.reason, reason.exchanges).values()
            return
        total = whole.total or 0
        for part in (1, 2) if whole.size and total > 2 * len(whole.items) else ():
            self.ask({}, index=total * part // 3 // whole.size, note="further into the list")
        self._show_made()
        for promise in self.operation.promises.filters:
            parameter = self.operation.parameter(promise.parameter)
            group = ids.get(promise.parameter, {})
            if parameter is not None and wanted & {*group.values(), *common.values()}:
                yield from _Filter(self, promise, parameter, group).verdicts()
        for kind, look in ((TOGETHER, self._together), (SORTED, self._in_order)):
            if kind in common and common[kind] in wanted:
                yield from settle(_Guarded(common[kind], look)).values()

    def items(self) -> list[JSON]:
        """What is known of the list."""
        return list(self.known.items.values())

    def ask(self, extra: Arguments, *, note: str, aim: str = "", size: int = 0, index: int = 0) -> Answer:
        """Ask, and keep what comes."""
        answer = self.listing.page(index, size or self.listing.biggest, extra, note=note, aim=aim)
        self.known.learn(answer, index, extra)
        return answer

    def still(self, key: str, promises: Iterable[tuple[Filter, Scalar]]) -> bool:
        """Whether an item that did not come is still there and still matches, by a new look at where it was seen."""
        index, size, extra = self.known.asked.get(key, (0, 0, {}))
        del self.known.items[key]
        self.ask(extra, index=index, size=size, note="is it still there?")
        item = self.known.items.get(key)
        return item is not None and all(passes(promise, item, value) for promise, value in promises)

    def _make(self) -> None:
        """Make a few items that share values, and some that almost do: a longer value, another case, odd characters."""
        listing, resource = self.listing, self.listing.resource
        create = creatable(self.session, resource)
        if resource is None or create is None:
            return
        if has_container(resource, self.operation):
            self._make_elsewhere()
            return
        settables: dict[str, Filter] = {}
        for promise in self.operation.promises.filters:
            name = settable(create, promise.field)
            parameter = self.operation.parameter(promise.parameter)
            if name and parameter and not parameter.required and declares(request_body(create), name):
                settables.setdefault(name, promise)
        values = {name: value for name in settables if (value := self._made_up(create, name)) is not None}
        base = container_values(self.session, resource, self.operation, listing.base)
        if not values or self.session.make(resource, {**base, **values}, note="an item to filter") is None:
            return
        self.made = {settables[name].parameter: value for name, value in values.items()}
        for name, value in values.items():
            for near in _nearly(value):
                if _fits(create, name, near):
                    self.session.make(resource, {**base, **values, name: near}, note="an item that almost matches")

    def _make_elsewhere(self) -> None:
        """Make an item in another container, which the filter has to leave out."""
        resource = self.listing.resource
        owner = next((each for each in self.session.contract.resources if resource and resource.name in each.owns), None)
        made = self.session.make(owner, note="another container") if owner else None
        if resource is None or made is None:
            return
        create = creatable(self.session, resource)
        values: dict[str, JSON] = {}
        for owned, value in made.identity.items():
            name = settable(create, owned) if create else None
            if name:
                values[name] = value
        item = self.session.make(resource, values, note="an item in another container")
        located = self.session.locate(self.operation, item) if item else None
        required = {parameter.subject for parameter in self.operation.parameters if parameter.required}
        if located is not None:
            self.other_base = {subject: value for subject, value in located.items() if subject in required}

    def _made_up(self, create: Operation, name: str) -> Scalar | None:
        text = f"{self.session.prefix}f{self.session.random.randrange(16**6):06x}"
        number = self.session.random.randrange(10_000, 99_999)
        return next((value for value in (text, number) if _fits(create, name, value)), None)

    def _show_made(self) -> None:
        """Have the list show what was made, where it is too long to show everything."""
        for parameter, value in self.made.items():
            promise = next(each for each in self.operation.promises.filters if each.parameter == parameter)
            declared = self.operation.parameter(parameter)
            if declared is not None and is_sendable(promise, declared, value) and not any(passes(promise, item, value) for item in self.items()):
                self.ask({declared.subject: sent_value(promise, value)}, note="look for what was made")
        if self.other_base is not None:
            with_other = Listing(self.session, self.operation, self.other_base)
            # Only strangers come of this: an item of another container is never missed in this one.
            answer = with_other.all(note="the list of another container")
            self.known.items |= dict(zip(answer.keys, answer.items, strict=True))

    def _together(self, clause: str) -> Verdict:
        """Pairs of filters with an item that matches both and others that match one alone."""
        filters = [(each, parameter) for each in self.operation.promises.filters if (parameter := self.operation.parameter(each.parameter))]
        usable = [(promise, parameter) for promise, parameter in filters if not parameter.required and promise.parameter in self.usable]
        numbers: list[int] = []
        for (one, first), (two, second) in combinations(usable, 2):
            pair = self._pair(one, first, two, second) if len(numbers) < _MOST_PAIRS else None
            if pair is None:
                continue
            left, right = pair
            extra = {first.subject: sent_value(one, left), second.subject: sent_value(two, right)}
            answer = self.ask(extra, note=f"{first.name} and {second.name}", aim=clause)
            numbers.append(answer.number)
            words = f"{first.name}={shown(left)} and {second.name}={shown(right)}"
            for index, item in enumerate(answer.items):
                if any(passes(promise, item, value) is False and not is_near(promise, item, value) for promise, value in ((one, left), (two, right))):
                    message = f"with {words} came the item {answer.keys[index]}, which does not match both"
                    return failed(clause, message, numbers, problem="unsound", pointer=f"{self.listing.collection.items}/{index}")
            missing = self.missing(answer, ((replace(one, case="exact"), left), (replace(two, case="exact"), right)))
            if missing is not None:
                message = f"with {words} the item {missing} did not come, which matches both"
                return failed(clause, message, [self.known.numbers.get(missing, numbers[0]), *numbers], problem="incomplete")
            if not answer.items:
                numbers.pop()  # what matched both is gone, so this showed nothing
        return passed(clause, numbers) if numbers else untested(clause, "it takes an item that matches two filters, and one that matches one alone")

    def _pair(self, one: Filter, first: Parameter, two: Filter, second: Parameter) -> tuple[Scalar, Scalar] | None:
        everything = self.items()
        mine = [item for item in everything if passes(one, item, self.usable[one.parameter]) or passes(two, item, self.usable[two.parameter])]
        items = [*mine[:_SAMPLE], *everything[:: max(1, len(everything) // _SAMPLE)]]
        for left in [self.usable[one.parameter], *choices(one, first, items, words=True)][:_MOST_TRIED]:
            hits = [item for item in items if passes(one, item, left)]
            for right in [self.usable[two.parameter], *choices(two, second, hits, words=True)][:_MOST_PAIRS]:
                both = sum(1 for item in hits if passes(two, item, right))
                alone = sum(1 for item in items if passes(two, item, right)) - both
                if both and len(hits) > both and (alone or len(items) > len(hits)):
                    return left, right
        return None

    def missing(self, answer: Answer, promises: tuple[tuple[Filter, Scalar], ...]) -> str | None:
        """An item that should have come, is not behind the end of a full page, and is still there."""
        if len(answer.items) >= answer.size > 0:
            return None
        came = set(answer.keys)
        for key, item in list(self.known.items.items()):
            if key not in came and all(passes(promise, item, value) for promise, value in promises) and self.still(key, promises):
                return key
        return None

    def _in_order(self, clause: str) -> Verdict:
        order = self.operation.promises.order
        if order is None:
            return untested(clause, "the collection promises no order")
        direction = self.operation.parameter(order.direction) if order.direction else None
        numbers: list[int] = []
        for promise in self.operation.promises.filters:
            parameter = self.operation.parameter(promise.parameter)
            if parameter is None or parameter.required or promise.parameter not in self.usable:
                continue
            for way in ("asc", "desc") if direction else (order.default_direction,):
                extra: dict[str, JSON] = {parameter.subject: sent_value(promise, self.usable[promise.parameter])}
                if direction is not None:
                    extra[direction.subject] = way
                answer = self.ask(extra, note=f"{parameter.name}, {way}", aim=clause)
                values = [at(item, order.keys.get(order.default_by, order.default_by)) for item in answer.items]
                wrong = disorder(values, way)
                if wrong is not None:
                    whole = self.listing.all({direction.subject: way} if direction else {}, note="without the filter")
                    if disorder([at(item, order.keys.get(order.default_by, order.default_by)) for item in whole.items], way) is not None:
                        return untested(clause, "the whole list is not sorted either", [whole.number, answer.number])
                    message = f"with {parameter.name} the list is not sorted: {shown(values[wrong[0]])} stands before {shown(values[wrong[1]])}"
                    return failed(clause, message, [answer.number], expected=way)
                if differ(values):
                    numbers.append(answer.number)
        return passed(clause, numbers) if numbers else untested(clause, f"it takes a filter that leaves items which differ in {order.default_by}")


class _Filter:
    """One filter: what comes with it, and what doesn't."""

    def __init__(self, sieve: _Sieve, promise: Filter, parameter: Parameter, ids: Mapping[str, str]) -> None:
        self.sieve = sieve
        self.promise = promise
        self.parameter = parameter
        self.ids = ids
        self.listing = sieve.listing

    def verdicts(self) -> Iterator[Verdict]:
        """Judge the plain question first; what it breaks hides the rest."""
        ids = self.ids
        first = settle(_GuardedAll(tuple(ids[kind] for kind in (SOUND, COMPLETE, MATCH, CASE, PREFIX, FIRST) if kind in ids), self._plain))
        broken = [kind for kind in (SOUND, COMPLETE, PREFIX) if kind in ids and ids[kind] in first and first[ids[kind]].outcome is Outcome.FAILED]
        looks: list[tuple[str, _Look]] = [
            (MATCH, self._match), (CASE, self._case), (BARE, self._bare), (FIRST, self._before_paging),
            (NOTHING, self._nothing), (REFUSED, self._refused),
        ]  # fmt: skip
        for kind, look in looks:
            clause = ids.get(kind)
            if clause is None or (clause in first and first[clause].outcome in {Outcome.FAILED, Outcome.PASSED}):
                continue
            if not self.sieve.session.wanted(clause):
                continue
            if broken and kind != REFUSED:
                first[clause] = untested(clause, "the filter is broken already", first[ids[broken[0]]].exchanges)
            else:
                first |= settle(_Guarded(clause, look))
        if any(first[ids[kind]].outcome is Outcome.FAILED for kind in (MATCH, CASE) if kind in ids and ids[kind] in first):
            self.sieve.usable.pop(self.promise.parameter, None)  # together with others it would break for the same cause
        yield from first.values()

    def _argument(self, value: Scalar, *, bare: bool = False) -> dict[str, JSON]:
        return {self.parameter.subject: sent_value(self.promise, value, bare=bare)}

    def _value(self) -> Scalar | None:
        """The value to ask for: one that items of this run share, or one that some items have and others don't."""
        made = self.sieve.made.get(self.promise.parameter)
        if self.parameter.required:
            base = self.listing.base.get(self.parameter.subject)
            return base if isinstance(base, (str, int, float, bool)) else None
        items = self.sieve.items()
        if made is not None and any(passes(self.promise, item, made) for item in items) and is_sendable(self.promise, self.parameter, made):
            return made
        return next(iter(choices(self.promise, self.parameter, items)), None)

    def _plain(self) -> Verdicts:
        """One value. What came wrongly tells by its own value which clause it breaks."""
        ids, promise = self.ids, self.promise
        value = self._value()
        if value is None:
            return all_untested([ids[SOUND], ids[COMPLETE]], f"it takes two items that differ in {promise.field}")
        before = dict(self.sieve.known.items)
        answer = self.sieve.ask(self._argument(value), note=f"filter by {self.parameter.name}", aim=ids[SOUND])
        verdicts = self._judge(answer, value, before)
        complete = verdicts[ids[COMPLETE]]
        if complete.outcome is Outcome.FAILED and promise.prefix and promise.bare and not answer.items:
            bare = self.sieve.ask(self._argument(value, bare=True), note="the same without the prefix")
            if bare.items:
                verdicts[ids[COMPLETE]] = untested(ids[COMPLETE], "the prefix is not understood", [answer.number])
                message = f"{shown(sent_value(promise, value))} finds nothing, {shown(value)} does"
                verdicts[ids[PREFIX]] = failed(ids[PREFIX], message, [bare.number, answer.number], expected=len(bare.items), actual=0)
                return verdicts
        if PREFIX in ids and answer.items and complete.outcome is Outcome.PASSED:
            verdicts[ids[PREFIX]] = passed(ids[PREFIX], [answer.number])
        if complete.outcome is Outcome.FAILED and FIRST in ids and not self.parameter.required:
            verdicts |= self._cut_first(answer, value, complete)
        elif complete.outcome is Outcome.PASSED and verdicts[ids[SOUND]].outcome is not Outcome.FAILED:
            self.sieve.usable[promise.parameter] = value
            lost = self._other_script(ids[COMPLETE])
            return verdicts | ({ids[COMPLETE]: lost} if lost is not None else {})
        return verdicts

    def _other_script(self, clause: str) -> Verdict | None:
        """A value beyond ASCII, which is easily lost on its way through an address."""
        promise, sieve = self.promise, self.sieve
        texts = [value for item in sieve.items() if isinstance(value := value_in(promise, item), str) and not value.isascii()]
        text = next((each for each in texts if is_sendable(promise, self.parameter, each)), None)
        if text is None or self.parameter.required:
            return None
        answer = sieve.ask(self._argument(text), note="a value beyond ASCII", aim=clause)
        missing = sieve.missing(answer, ((replace(promise, case="exact"), text),))
        if missing is None:
            return None
        message = f"with {self.parameter.name}={shown(sent_value(promise, text))} the item {missing} did not come, which matches"
        numbers = [sieve.known.numbers.get(missing, answer.number), answer.number]
        return failed(clause, message, numbers, expected=missing, actual=f"{len(answer.items)} items")

    def _judge(self, answer: Answer, value: Scalar, before: Mapping[str, JSON]) -> Verdicts:
        ids, promise = self.ids, self.promise
        numbers = [answer.number]
        words = f"{self.parameter.name}={shown(sent_value(promise, value))}"
        verdicts: Verdicts = {}
        for index, item in enumerate(answer.items):
            if passes(promise, item, value) is not False:
                continue
            kind = self._wrong_kind(value_in(promise, item), value)
            came = shown(at(item, promise.field))
            verdicts.setdefault(
                ids[kind],
                failed(
                    ids[kind], f"with {words} came an item with {came}", numbers, pointer=f"{self.listing.collection.items}/{index}",
                    expected=text_of(value), actual=came,
                ),
            )  # fmt: skip
        if ids[SOUND] in verdicts:
            verdicts = all_untested([ids[MATCH], ids[CASE]], "the filter lets through what has nothing to do with it", numbers) | {
                ids[SOUND]: verdicts[ids[SOUND]]
            }
        strangers = [item for item in before.values() if passes(promise, item, value) is False]
        far = [item for item in strangers if self._wrong_kind(value_in(promise, item), value) == SOUND]
        if ids[SOUND] not in verdicts:
            verdicts[ids[SOUND]] = passed(ids[SOUND], numbers) if far else untested(ids[SOUND], "it takes an item that does not match", numbers)
        for kind in (MATCH, CASE):
            near = any(self._wrong_kind(value_in(promise, item), value) == kind for item in strangers)
            if near and ids[kind] not in verdicts and answer.items:
                verdicts[ids[kind]] = passed(ids[kind], numbers)
        return verdicts | self._came(answer, value, before)

    def _came(self, answer: Answer, value: Scalar, before: Mapping[str, JSON]) -> Verdicts:
        """Whether everything that is known to match came; what differs in case alone is the matter of another clause."""
        ids, promise, sieve = self.ids, self.promise, self.sieve
        numbers = [answer.number]
        verdicts: Verdicts = {}
        exactly = replace(promise, case="exact")
        words = f"{self.parameter.name}={shown(sent_value(promise, value))}"
        missing = sieve.missing(answer, ((exactly, value),))
        other = sieve.missing(answer, ((promise, value),)) if promise.case == "ignored" and missing is None else None
        if other is not None and answer.items:
            message = f"with {words} the item {other} did not come, which differs in case alone"
            verdicts[ids[CASE]] = failed(ids[CASE], message, [sieve.known.numbers.get(other, answer.number), answer.number])
        if missing is not None:
            message = f"with {words} the item {missing} did not come, which matches"
            numbers = [sieve.known.numbers.get(missing, answer.number), answer.number]
            verdicts[ids[COMPLETE]] = failed(ids[COMPLETE], message, numbers, expected=missing, actual=f"{len(answer.items)} items")
        elif any(key in before and passes(promise, before[key], value) for key in answer.keys):
            verdicts[ids[COMPLETE]] = passed(ids[COMPLETE], numbers)
        else:
            verdicts[ids[COMPLETE]] = untested(ids[COMPLETE], "it takes an item that is known to match", numbers)
        return verdicts

    def _wrong_kind(self, found: Scalar | None, wanted: Scalar) -> str:
        """Which clause an item breaks that comes with this value though it doesn't match."""
        if found is None:
            return SOUND
        left, right = text_of(found), text_of(wanted)
        if left.casefold() == right.casefold():
            return CASE
        return MATCH if self.promise.match == "equals" and right and right in left else SOUND

    def _cut_first(self, answer: Answer, value: Scalar, complete: Verdict) -> Verdicts:
        """Whether what is missing comes on a later page: then the pages were cut before they were filtered."""
        ids = self.ids
        for index in (1, 2, 3):
            page = self.sieve.ask(self._argument(value), index=index, note="does it come later?")
            if page.items and any(key not in answer.keys for key in page.keys):
                message = f"page 1 holds {len(answer.items)} of {answer.size} items, and more that match come on page {index + 1}"
                return {
                    ids[FIRST]: failed(ids[FIRST], message, [page.number, answer.number]),
                    ids[COMPLETE]: untested(ids[COMPLETE], "the list is cut into pages before it is filtered", complete.exchanges),
                }
        return {}

    def _match(self, clause: str) -> Verdict:
        """Equality: a part of a value finds nothing. Otherwise: a part from the middle finds it."""
        promise, sieve = self.promise, self.sieve
        items = sieve.items()
        sample = [*items[:: max(1, len(items) // _SAMPLE)], *items[-_SAMPLE:]]  # what was made is learnt last
        texts = {text_of(value) for item in sample if (value := value_in(promise, item)) is not None}
        for text in sorted(texts) if promise.match == "equals" and not self.parameter.required else ():
            value = _typed(text, self.parameter, promise)
            if value is not None and text and part_of(texts, text):
                found = self._part(clause, sieve.ask(self._argument(value), note="a value that is a part of another", aim=clause), value)
                if found.outcome is Outcome.FAILED:
                    return found
                break  # it may be any part of the other, and the beginning of a value is what comes next
        for text in sorted(texts, key=lambda each: (-len(each), each)):
            part = text[1:-1] if promise.match == "contains" else text[:-1]
            value = _typed(part, self.parameter, promise)
            if value is None or len(part) < (2 if promise.match == "contains" else 1) or part in texts or part != part.strip():
                continue
            if promise.match == "contains" and not any(passes(promise, item, value) is False for item in sieve.items()):
                continue
            if self.parameter.required:
                return self._near(clause, value, "a part of a value")
            answer = sieve.ask(self._argument(value), note="a part of a value", aim=clause)
            return self._part(clause, answer, value)
        return untested(clause, "it takes a value of which a part is a value too")

    def _part(self, clause: str, answer: Answer, value: Scalar) -> Verdict:
        promise = self.promise
        words = f"{self.parameter.name}={shown(sent_value(promise, value))}"
        if promise.match == "contains":
            missing = self.sieve.missing(answer, ((promise, value),))
            if missing is None:
                return passed(clause, [answer.number]) if answer.items else untested(clause, _GONE, [answer.number])
            if not self._findable(missing):
                return untested(clause, f"the item {missing} is not found by its whole value either", [answer.number])
            message = f"with {words} the item {missing} did not come, whose value holds it"
            return failed(clause, message, [self.sieve.known.numbers.get(missing, answer.number), answer.number], problem="part-not-found")
        for index, item in enumerate(answer.items):
            if passes(promise, item, value) is False:
                message = f"with {words} came an item with {shown(at(item, promise.field))}"
                return failed(clause, message, [answer.number], pointer=f"{self.listing.collection.items}/{index}")
        return passed(clause, [answer.number])

    def _case(self, clause: str) -> Verdict:
        promise, sieve = self.promise, self.sieve
        texts = [value for item in sieve.items() if isinstance(value := value_in(promise, item), str) and value.isascii()]
        for text in dict.fromkeys(texts):
            swapped = text.swapcase()
            if swapped == text or not is_sendable(promise, self.parameter, swapped):
                continue
            if self.parameter.required and promise.case == "exact":
                return self._near(clause, swapped, "upper and lower case swapped")
            answer = sieve.ask(self._argument(swapped), note="upper and lower case swapped", aim=clause)
            words = f"{self.parameter.name}={shown(sent_value(promise, swapped))}"
            if promise.case == "ignored":
                missing = sieve.missing(answer, ((promise, swapped),))
                if missing is None:
                    return passed(clause, [answer.number]) if answer.items else untested(clause, _GONE, [answer.number])
                if not self._findable(missing):
                    return untested(clause, f"the item {missing} is not found in its own case either", [answer.number])
                return failed(clause, f"with {words} the item {missing} did not come, which differs in case alone", [answer.number])
            for index, item in enumerate(answer.items):
                if value_in(promise, item) != swapped and passes(promise, item, text):
                    message = f"with {words} came an item with {shown(at(item, promise.field))}"
                    return failed(clause, message, [answer.number], pointer=f"{self.listing.collection.items}/{index}")
            return passed(clause, [answer.number])
        return untested(clause, "it takes a value with letters that the parameter takes in another case")

    def _findable(self, key: str) -> bool:
        """Whether an item comes when it is asked for by its whole value."""
        value = value_in(self.promise, self.sieve.known.items.get(key))
        return value is not None and key in self.sieve.ask(self._argument(value), note="the whole value").keys

    def _near(self, clause: str, value: Scalar, note: str) -> Verdict:
        """Ask an always given filter for a value that almost is one: it is unknown, or its list holds nothing else."""
        exchange = self.listing.call(self._argument(value), note=note, aim=clause, intent=Intent.UNKNOWN)
        if refused(exchange):
            return passed(clause, [exchange.number])
        for index, item in enumerate(self.listing.read(exchange).items):
            if passes(self.promise, item, value) is False:
                message = f"with {self.parameter.name}={shown(value)} came an item with {shown(at(item, self.promise.field))}"
                return failed(clause, message, [exchange.number], pointer=f"{self.listing.collection.items}/{index}")
        return passed(clause, [exchange.number])

    def _bare(self, clause: str) -> Verdict:
        value = self.sieve.usable.get(self.promise.parameter)
        if value is None:
            return untested(clause, "there is no value that the filter finds with its prefix")
        answer = self.sieve.ask(self._argument(value, bare=True), note="without the prefix", aim=clause)
        for index, item in enumerate(answer.items):
            if passes(self.promise, item, value) is False:
                message = f"with {self.parameter.name}={shown(value)} came an item with {shown(at(item, self.promise.field))}"
                return failed(clause, message, [answer.number], problem="unsound", pointer=f"{self.listing.collection.items}/{index}")
        missing = self.sieve.missing(answer, ((replace(self.promise, case="exact"), value),))
        if missing is not None:
            message = f"with {self.parameter.name}={shown(value)} the item {missing} did not come"
            return failed(clause, message, [answer.number], problem="incomplete")
        return passed(clause, [answer.number]) if answer.items else untested(clause, _GONE, [answer.number])

    def _before_paging(self, clause: str) -> Verdict:
        """Short pages of what matches: each full, all different, together everything."""
        value = self.sieve.usable.get(self.promise.parameter)
        if value is None or self.parameter.required:
            return untested(clause, "it takes a filter that keeps some items and not others")
        extra = self._argument(value)
        whole = self.sieve.ask(extra, note="everything that matches")
        if not whole.items or len(whole.items) >= len(self.sieve.known.items):
            return untested(clause, "it takes a filter that keeps some items and not others", [whole.number])
        size = 1 if len(whole.items) < 3 else 2  # noqa: PLR2004 - so that there is a second page
        numbers = [whole.number]
        for index in range(min(3, -(-len(whole.items) // size))):
            page = self.sieve.ask(extra, index=index, size=size, note="a short page of what matches", aim=clause)
            numbers.append(page.number)
            wanted = whole.keys[index * size : (index + 1) * size]
            wrong = next(
                (
                    item
                    for key, item in zip(page.keys, page.items, strict=True)
                    if key not in whole.keys and passes(self.promise, item, value) is False
                ),
                None,
            )
            if wrong is not None:
                message = f"page {index + 1} of {size} holds an item with {shown(at(wrong, self.promise.field))}"
                return self._unless_moved(clause, whole, extra, failed(clause, message, numbers, problem="unfiltered-page"))
            if len(page.items) < len(wanted):
                message = f"{len(whole.items)} items match, and page {index + 1} of {size} holds {len(page.items)} of them instead of {len(wanted)}"
                verdict = failed(clause, message, numbers, problem="short-page", expected=len(wanted), actual=len(page.items))
                return self._unless_moved(clause, whole, extra, verdict)
        return passed(clause, numbers)

    def _unless_moved(self, clause: str, whole: Answer, extra: Arguments, verdict: Verdict) -> Verdict:
        again = self.sieve.ask(extra, note="has the list moved?")
        if again.keys != whole.keys:
            return untested(clause, "other clients changed the list meanwhile", [again.number])
        # Without the filter, the same pages must be right: what is wrong with them anyway is not the filter's fault.
        plain = self.listing.all(note="the same without the filter")
        for index in range(3):
            page = self.listing.page(index, 2, note="the same without the filter")
            if page.keys != plain.keys[index * 2 : index * 2 + 2]:
                return untested(clause, "the pages are not right without the filter either", [plain.number, page.number])
        return verdict

    def _nothing(self, clause: str) -> Verdict:
        value = self._nobody()
        if value is None:
            return untested(clause, "every value that the parameter takes is one that something has")
        extra = {**self._argument(value), **self.listing.arguments(0, self.listing.biggest)}
        exchange = self.listing.call(extra, note="a value that nothing has", aim=clause, intent=Intent.UNKNOWN)
        words = f"{self.parameter.name}={shown(sent_value(self.promise, value))}"
        if not served(exchange):
            if obstacle(exchange):
                return untested(clause, why_not(exchange), [exchange.number])
            message = f"{words}, which nothing has, was answered {exchange.status} instead of an empty list"
            return failed(clause, message, [exchange.number], problem="refused", expected=200, actual=exchange.status)
        answer = self.listing.read(exchange)
        wrong = next((index for index, item in enumerate(answer.items) if passes(self.promise, item, value) is False), None)
        if wrong is not None:
            message = f"{words}, which nothing has, found {len(answer.items)} items"
            return failed(clause, message, [exchange.number], problem="items", pointer=f"{self.listing.collection.items}/{wrong}")
        return passed(clause, [exchange.number])

    def _refused(self, clause: str) -> Verdict:
        value = self._nobody()
        errors = self.sieve.session.contract.errors
        wanted = errors.status.get("unknown", 0) if errors else 0
        if value is None or not wanted:
            return untested(clause, "there is no value that nothing has" if wanted else "the document names no status for what is unknown")
        exchange = self.listing.call(self._argument(value), note="a value that nothing has", aim=clause, intent=Intent.UNKNOWN)
        if exchange.status != wanted and obstacle(exchange):
            return untested(clause, why_not(exchange), [exchange.number])
        if exchange.status == wanted:
            return passed(clause, [exchange.number])
        message = f"{self.parameter.name}={shown(value)}, which nothing has, was answered {exchange.status} instead of {wanted}"
        return failed(clause, message, [exchange.number], expected=wanted, actual=exchange.status)

    def _nobody(self) -> Scalar | None:
        """A value that the parameter takes and that nothing is known to have: like a real one, and yet not."""
        sieve, promise = self.sieve, self.promise
        has = {text_of(value) for item in sieve.items() if (value := value_in(promise, item)) is not None}
        base = self.listing.base.get(self.parameter.subject)
        like = base if isinstance(base, (str, int)) else next(iter(sorted(has)), "")
        token = f"{sieve.session.random.randrange(16**8):08x}"
        root = self.parameter.schema.root
        choice = root.get("enum") if isinstance(root, dict) else None
        options: list[JSON] = list(choice) if isinstance(choice, list) else []
        root_type = root.get("type") if isinstance(root, dict) else None
        if root_type in {"integer", "number"}:
            options += [_UNLIKELY, *(number for number in range(100, -1, -1))]
        elif not options:
            options += [f"{text_of(like)[:40]}{token}", f"{sieve.session.prefix}{token}", token]
        return next(
            (
                each
                for each in options
                if isinstance(each, (str, int, float)) and text_of(each) not in has and is_sendable(promise, self.parameter, each)
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A look at one clause that leaves it untested where nothing can be seen."""

    clause: str
    look: _Look

    def __call__(self) -> Verdicts:
        try:
            return {self.clause: self.look(self.clause)}
        except Unusable as reason:
            return {self.clause: untested(self.clause, reason.reason, reason.exchanges)}


@dataclass(frozen=True, slots=True)
class _GuardedAll:
    """The same for several clauses at once."""

    clauses: tuple[str, ...]
    look: _LookAll

    def __call__(self) -> Verdicts:
        try:
            return self.look()
        except Unusable as reason:
            return all_untested(self.clauses, reason.reason, reason.exchanges)


def _typed(text: str, parameter: Parameter, promise: Filter) -> Scalar | None:
    """A text as the parameter takes it, or `None`."""
    number: list[Scalar] = [int(text)] if text.isdecimal() and text.isascii() and str(int(text)) == text else []
    return next((value for value in [text, *number] if is_sendable(promise, parameter, value)), None)


def _nearly(value: Scalar) -> list[Scalar]:
    """Values that a careless comparison takes for the same."""
    if isinstance(value, str):
        return [f"{value}x", value.swapcase(), f"{value}{_ODD}"]
    return [int(value) * 10]


def _fits(create: Operation, name: str, value: Scalar) -> bool:
    """Whether a create takes the value for a body property or parameter."""
    parameter = create.parameter(name)
    if parameter is not None:
        return parameter.schema.is_valid(value)
    media = create.body.json if create.body else None
    if media is None or media.schema is None:
        return False
    return not any(problem.path == f"/{name}" for problem in media.schema.problems({name: value}))
