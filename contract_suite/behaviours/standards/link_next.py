"""The next link leads on, from page to page, and comes to an end: `Link: rel="next"` (RFC 8288), or one in the body.

A link in the body is known by its name alone, so it is judged only of lists that inference found, and as inferred.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.behaviours.behaviour import Behaviour, Session
from contract_suite.behaviours.kit.clauses import clause_at, inapplicable_if_none
from contract_suite.behaviours.kit.following import link_at, next_place
from contract_suite.behaviours.kit.links import links_of
from contract_suite.behaviours.kit.references import target_of
from contract_suite.behaviours.kit.requests import answers_with
from contract_suite.behaviours.kit.responses import obstacle, served, why_not
from contract_suite.behaviours.kit.retrying import retry_until_stable, untested_if_unusable
from contract_suite.behaviours.kit.verdicts import Unusable, VerdictMap, Verdicts, failed, passed, untested
from contract_suite.contract.filters import Scalar, text_of, value_in
from contract_suite.contract.naming.names import CURSORS, PAGE_NUMBERS, PAGE_SIZES, plain_name
from contract_suite.contract.operation import Contract, Operation
from contract_suite.contract.paths.routing import route
from contract_suite.contract.vocabulary import Filter
from contract_suite.model.clause import Clause
from contract_suite.model.exchange import Exchange, Request
from contract_suite.model.json import JSON, Arguments, Missing, at
from contract_suite.model.source import Source
from contract_suite.model.verdict import Verdict

NAME: Final = "link-next"
_NEXT: Final = "next"
_PREV: Final = "prev"
_SENTENCES: Final = {
    _NEXT: ("next-leads-on", "the next link leads to further items, repeats none and comes to an end"),
    _PREV: ("prev-leads-back", "the prev link of the second page leads to the first"),
}
_SIZES: Final = PAGE_SIZES | {"count"}
_MOST_PAGES: Final = 3
_SMALL: Final = 2
_FILTERS: Final = 3
_LARGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One page: its exchange, its items, and where its next link leads (`None`: it has none)."""

    exchange: Exchange
    items: tuple[str, ...]
    following: str | None


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every GET that answers with links, as the document says."""
    found = (clause for each in contract.operations for clause in clauses_of(each).values())
    yield from inapplicable_if_none(found, contract, NAME, "link", "the document shows no Link header")


def clauses_of(operation: Operation) -> dict[str, Clause]:
    """Return the clauses of one operation by short keys."""
    if operation.problem or operation.method != "GET":
        return {}
    if not answers_with(operation, "Link"):
        return _clauses_of_body(operation)
    return {
        key: clause_at(NAME, operation, "link", kind, f"{sentence} (RFC 8288).", source=Source.STANDARD)
        for key, (kind, sentence) in _SENTENCES.items()
    }


def _clauses_of_body(operation: Operation) -> dict[str, Clause]:
    """The clause of a list whose body has a link to the next page, unless that is how its pages are known to be found."""
    collection = operation.promises.collection
    if collection is None or collection.source is not Source.INFERRED or not next_place(operation):
        return {}
    if collection.page is not None and collection.page.next:
        return {}
    if any(each.where == "query" and plain_name(each.name) in CURSORS for each in operation.parameters):
        return {}
    kind, sentence = _SENTENCES[_NEXT]
    return {_NEXT: clause_at(NAME, operation, "link", kind, f"{sentence}.")}


def drive(session: Session) -> Iterator[Verdict]:
    """Follow the links of small pages, and those after the last item of a large one."""
    for operation in session.contract.operations:
        keyed = clauses_of(operation)
        verdicts = Verdicts(session, keyed)
        if not verdicts.any_wanted:
            continue
        arguments = session.accepted(operation)
        if arguments is not None:
            ids = {key: clause.id for key, clause in keyed.items() if verdicts.is_wanted(key)}
            walk = _Walk(session, operation, arguments, ids)
            found = retry_until_stable(untested_if_unusable(ids.values(), walk.observe))
            yield from verdicts.report(found.values())
        yield from verdicts.leave_untested(f"no successful request of {operation.id} is known")


@dataclass(frozen=True, slots=True)
class _Walk:
    """Going from page to page of one list."""

    session: Session
    operation: Operation
    arguments: Arguments
    ids: dict[str, str]

    def observe(self) -> VerdictMap:
        """Walk anew and judge what came."""
        size = _parameter(self.operation, _SIZES)
        small: dict[str, JSON] = dict(self.arguments)
        if size is not None and _allowed(self.operation, size, _SMALL):
            small[size] = _SMALL
        first = self._page(self.session.call(self.operation, small, note="the first page"))
        if first.following is None:
            raise Unusable("the list has no next link", first.exchange)
        found: VerdictMap = {}
        if _NEXT in self.ids:
            found[self.ids[_NEXT]] = self._next(first, small, size)
        if _PREV in self.ids:
            found[self.ids[_PREV]] = self._prev(first)
        return found

    def _next(self, first: _Page, arguments: Arguments, size: str | None) -> Verdict:
        clause, pages = self.ids[_NEXT], [first]
        seen = {first.exchange.request.target}
        while pages[-1].following is not None and len(pages) < _MOST_PAGES:
            target = pages[-1].following
            numbers = [each.exchange.number for each in pages]
            if target in seen:
                message = f"the next link leads to a page that was there before, {target}"
                return failed(clause, message, numbers, problem="loop", actual=target)
            seen.add(target)
            exchange = self._follow(target)
            numbers.append(exchange.number)
            if obstacle(exchange) or not served(exchange):
                if exchange.refused and not obstacle(exchange):
                    message = f"the next link must lead to the next page; {target} is answered {exchange.status}"
                    return failed(clause, message, numbers, problem="nowhere", actual=exchange.status)
                return untested(clause, why_not(exchange), numbers)
            page = self._page(exchange)
            again = next((item for each in pages for item in each.items if item in page.items), None)
            if again is not None and all(_distinct(each) for each in (*pages, page)):
                message = f"the next link repeats an item: {again[:80]}"
                return failed(clause, message, numbers, problem="repeats", actual=again[:200])
            pages.append(page)
        verdict = self._by_number(first, pages[1], arguments) or self._filtered(arguments) or self._end(size)
        return verdict or passed(clause, [each.exchange.number for each in pages], "the links lead on")

    def _by_number(self, first: _Page, second: _Page, arguments: Arguments) -> Verdict | None:
        """Hold the second page to what its number gives, where the first one is what the number 1 gives."""
        name = _parameter(self.operation, PAGE_NUMBERS)
        if name is None or not first.items or not _allowed(self.operation, name, _SMALL):
            return None
        one, two = (
            self.session.call(self.operation, {**arguments, name: number}, note=f"page {number}") for number in (1, 2)
        )
        if not served(one) or not served(two) or self._page(one).items != first.items:
            return None
        wanted = self._page(two).items
        if wanted in {second.items, first.items} or not wanted:
            return None  # the same, or a number that chooses nothing
        numbers = (first.exchange.number, two.number, second.exchange.number)
        message = f"the next link of page 1 must lead to page 2; it leads to {second.exchange.request.target}"
        return failed(self.ids[_NEXT], message, numbers, problem="skips", actual=second.exchange.request.target)

    def _filtered(self, arguments: Arguments) -> Verdict | None:
        """Follow the link of a filtered page: what it leads to passes the filter too, unless the link forgot it."""
        for promise in self.operation.promises.filters[:_FILTERS]:
            parameter = self.operation.parameter(promise.parameter)
            if parameter is None or parameter.required or promise.prefix or parameter.subject in arguments:
                continue
            value = self._usual(promise, arguments) if promise.match == "equals" and not promise.several else None
            if value is None:
                continue
            call = self.session.call(self.operation, {**arguments, parameter.subject: value}, note="a filtered page")
            if not served(call) or self._stranger(promise, call, value) is not None:
                continue
            target = self._page(call).following
            exchange = self._follow(target) if target is not None else call
            found = self._stranger(promise, exchange, value) if served(exchange) else None
            if found is not None:
                message = f"the next link of the page with {parameter.name}={value} leads to an item with {found}"
                numbers = (call.number, exchange.number)
                return failed(
                    self.ids[_NEXT], message, numbers, problem="filter-dropped", expected=value, actual=str(found)
                )
        return None

    def _usual(self, promise: Filter, arguments: Arguments) -> Scalar | None:
        """The value that most items have on the pages seen here, where it makes several pages and others have another."""
        size = _parameter(self.operation, _SIZES)
        large = {size: _LARGE} if size is not None and _allowed(self.operation, size, _LARGE) else {}
        call = self.session.call(self.operation, {**arguments, **large}, note="what can be filtered?")
        values = [value for item in self._raw(call) if (value := value_in(promise, item)) is not None]
        counted = Counter(text_of(value) for value in values)
        text, times = max(counted.items(), key=lambda pair: pair[1], default=("", 0))
        if times <= _SMALL or len(counted) == 1:
            return None
        return next(value for value in values if text_of(value) == text)

    def _stranger(self, promise: Filter, exchange: Exchange, value: Scalar) -> Scalar | None:
        """What an item shows that has nothing to do with the value asked for; `None` if there is no such item."""
        wanted = text_of(value).casefold()
        shown = [found for item in self._raw(exchange) if (found := value_in(promise, item)) is not None]
        return next((found for found in shown if wanted not in text_of(found).casefold()), None)

    def _raw(self, exchange: Exchange) -> list[JSON]:
        collection, body = self.operation.promises.collection, self.session.json(exchange) if served(exchange) else None
        found = at(body, collection.items) if collection is not None and not isinstance(body, Missing) else None
        return found if isinstance(found, list) else []

    def _end(self, size: str | None) -> Verdict | None:
        """Ask for all items at once: after their last page there may be an empty one, but no further."""
        if size is None or not _allowed(self.operation, size, _LARGE):
            return None
        pages = [self._page(self.session.call(self.operation, {**self.arguments, size: _LARGE}, note="a large page"))]
        while pages[-1].following is not None and len(pages) < _MOST_PAGES:
            exchange = self._follow(pages[-1].following)
            if not served(exchange):
                return None
            pages.append(self._page(exchange))
        if len(pages) == _MOST_PAGES and pages[-1].following and not pages[-1].items and not pages[-2].items:
            message = "the next links don't end: two empty pages follow each other, and the second has a next link"
            return failed(self.ids[_NEXT], message, [each.exchange.number for each in pages], problem="endless")
        return None

    def _prev(self, first: _Page) -> Verdict:
        clause = self.ids[_PREV]
        second = self._follow(first.following or "")
        back = links_of(second).get("prev") or links_of(second).get("previous")
        target = target_of(self.session.base_url, second.request.target, back) if back else None
        numbers = [first.exchange.number, second.number]
        if not served(second) or target is None:
            return untested(clause, "the second page has no prev link within the API", numbers)
        exchange = self._follow(target)
        numbers.append(exchange.number)
        if not served(exchange):
            return untested(clause, why_not(exchange), numbers)
        page = self._page(exchange)
        if page.items == first.items:
            return passed(clause, numbers, "the prev link leads back")
        message = f"the prev link of the second page must lead to the first; {target} shows other items"
        return failed(clause, message, numbers, problem="other-page", actual=target)

    def _follow(self, target: str) -> Exchange:
        request = Request(method="GET", target=target, headers=self._headers())
        return self.session.send(request, note="where the link leads")

    def _headers(self) -> tuple[tuple[str, str], ...]:
        """The header fields of the first page: a link is asked as what it stands in was asked."""
        made = [each.request for each in self.session.history if each.request.method == "GET"]
        mine = [each for each in made if route(self.session.contract, "GET", each.target)[0] is self.operation]
        return mine[-1].headers if mine else ()

    def _page(self, exchange: Exchange) -> _Page:
        if not served(exchange):
            raise Unusable(why_not(exchange), exchange)
        body, place = self.session.json(exchange), next_place(self.operation)
        following = links_of(exchange).get("next")
        if not answers_with(self.operation, "Link") and place and not isinstance(body, Missing):
            following = link_at(body, place)
        target = target_of(self.session.base_url, exchange.request.target, following) if following else None
        items = self._raw(exchange) if self.operation.promises.collection is not None else body
        return _Page(exchange=exchange, items=_items(items), following=target)


def _items(value: object) -> tuple[str, ...]:
    """The items of a page as texts to compare: the body itself, or the one array in it."""
    lists = [value] if isinstance(value, list) else []
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list)]
    return tuple(json.dumps(each, sort_keys=True) for each in lists[0]) if len(lists) == 1 else ()


def _distinct(page: _Page) -> bool:
    """Whether the items of a page are objects, no two of them alike: only then does a repeated one mean anything."""
    return len(set(page.items)) == len(page.items) and all(item.startswith("{") for item in page.items)


def _parameter(operation: Operation, names: frozenset[str]) -> str | None:
    for each in operation.parameters:
        if each.where == "query" and plain_name(each.name) in names:
            return each.subject
    return None


def _allowed(operation: Operation, subject: str, value: int) -> bool:
    parameter = operation.parameter(subject)
    return parameter is not None and parameter.schema.is_valid(value)


BEHAVIOUR = Behaviour(
    name=NAME,
    title="Next links lead to further items, and come to an end.",
    clauses=clauses,
    drive=drive,
)
