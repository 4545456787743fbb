"""How descriptions say what a number is made of: "quantity * unitPrice", "Sum over all lines of quantity * unitPrice".

A text is read in every way that it may mean, with the names beside the member and in the arrays there; what has a word that
is not understood has no reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from contract_suite.contract.naming.formulas.formula import Calculation, Constant, Formula, Item, Member, Node, Over
from contract_suite.contract.naming.formulas.scopes import (
    FILLERS,
    ItemArray,
    Scope,
    arrays_in,
    name_words,
    phrase_of,
    unitless,
)
from contract_suite.contract.naming.formulas.texts import Token, Tokens, formula_texts, is_container, is_likely
from contract_suite.contract.naming.names import words
from contract_suite.contract.schemas.numeric import is_number
from contract_suite.contract.schemas.view import SchemaView

_MOST_READINGS: Final = 4
_AMOUNTS: Final = frozenset({"amount"})
"""What one thing adds to a sum of things whose description names no member of them."""
_RATES: Final = frozenset({"rate", "percent", "percentage", "pct", "ratio"})
_OF_EACH: Final = frozenset(
    {
        *(
            "price",
            "cost",
            "fee",
            "weight",
            "mass",
            "volume",
            "duration",
            "points",
            "calories",
            "kcal",
            "energy",
            "size",
        ),
        *("length", "area", "hours", "minutes", "credits", "emissions"),
    }
)
"""Words of what one piece has, so that an item may count as often as its quantity says."""
_TOTALS: Final = frozenset({"total", "line", "subtotal", "sum", "extended", "overall"})
_COUNTS: Final = frozenset({"quantity", "qty"})
_TAXES: Final = frozenset(
    {"tax", "vat", "gst", "sale", "service", "charge", "surcharge", "fee", "discount", "markup", "margin", "tip", "off"}
)
_HOW: Final = {
    "sum": "sum", "average": "average", "mean": "average", "avg": "average", "lowest": "lowest", "smallest": "lowest",
    "minimum": "lowest", "highest": "highest", "largest": "highest", "greatest": "highest", "maximum": "highest",
    "total": "sum", "combined": "sum", "overall": "sum", "aggregate": "sum",
}  # fmt: skip
_AMONG: Final = frozenset({"of", "over", "across", "in", "on", "for", "from", "per", "within", "among"})
_PLACES: Final = (
    ("in",),
    ("of",),
    ("on",),
    ("it", "ha"),
    ("it", "has"),
    ("it", "contain"),
    ("it", "hold"),
    ("there", "are"),
)
_HUNDREDTHS: Final = (Constant(0.01), Constant(0.0001))
"""What a rate in percent, or in basis points, is multiplied by besides."""


def formula_of(place: SchemaView, name: str) -> Formula | None:
    """Return what a member of an object is made of, as its description says; `None` where it says nothing of the kind."""
    text = place.member(name).keyword("description")
    return formula_said(place, name, text) if isinstance(text, str) else None


def formula_said(place: SchemaView, name: str, text: str) -> Formula | None:
    """Return what a member of an object is made of, as a text about it says."""
    if not is_likely(text) or not is_number(place.member(name)):
        return None
    texts, rounded = formula_texts(text, name)
    scope = Scope(place, tuple(each for each in place.property_names() if each != name))
    for each in texts:
        readings = tuple(dict.fromkeys(_read(each, scope)))
        if readings and len(readings) <= _MOST_READINGS:
            return Formula(readings, rounded)
    return None


def _read(tokens: Tokens, scope: Scope) -> Iterator[Node]:
    """Yield every reading of an expression."""
    tokens = _bare(tokens)
    if not tokens:
        return
    if not scope.noun:
        yield from _aggregated(tokens, scope)
    yield from _percented(tokens, scope)
    signs = [index for index in _outermost(tokens) if tokens[index].kind == "sign"]
    added = [index for index in signs if tokens[index].text in "+-"]
    multiplied = [index for index in signs if tokens[index].text in "*/"]
    if added and multiplied and multiplied[-1] > added[0] and not all(tokens[each].symbol for each in signs):
        return  # "net plus tax times quantity" has no order that all readers take
    if added or multiplied:
        yield from _joined(tokens, added or multiplied, scope)
    elif all(each.kind == "word" for each in tokens):
        yield from _named(tuple(each.text for each in tokens), scope)


def _named(said: tuple[str, ...], scope: Scope) -> Iterator[Node]:
    name = scope.named(said) or scope.named(phrase_of(said))
    if name:
        yield Member(name)


def _joined(tokens: Tokens, cuts: list[int], scope: Scope) -> Iterator[Node]:
    begins, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(tokens)]
    parts = [list(_read(tokens[begin:end], scope)) for begin, end in zip(begins, ends, strict=True)]
    signs = [tokens[cut].text for cut in cuts]
    for nodes in product(*parts):
        if len(set(nodes)) < len(nodes):
            continue
        if signs[0] in "+-":
            yield Calculation(tuple(zip(("+", *signs), nodes, strict=True)))
        else:
            yield from _multiplied(nodes, signs)


def _multiplied(nodes: tuple[Node, ...], signs: list[str]) -> Iterator[Node]:
    """Yield a product; one with a rate also as if that were written as a percentage."""
    terms = tuple(zip(("*", *signs), nodes, strict=True))
    yield Calculation(terms)
    if any(isinstance(each, Member) and not _RATES.isdisjoint(words(each.name)) for each in nodes):
        yield from (Calculation((*terms, ("*", each))) for each in _HUNDREDTHS)


def _percented(tokens: Tokens, scope: Scope) -> Iterator[Node]:
    """Yield "20 % of the price", and "price with 20 % tax"."""
    at = next((index for index, each in enumerate(tokens) if each.text == "%" and index), 0)
    if not at or tokens[at - 1].kind != "number" or sum(each.text == "%" for each in tokens) > 1:
        return
    share, after, before = float(tokens[at - 1].text) / 100, tokens[at + 1 :], tokens[: at - 1]
    if before and all(each.text in _TAXES for each in after):
        sign = _joining(before)
        rest = before[:-2] if [each.text for each in before[-2:]] == ["inclusive", "of"] else before[:-1]
        less = 1 - share if sign == "-" else 1 + share
        if sign:
            yield from (Calculation((("*", each), ("*", Constant(less)))) for each in _read(rest, scope))
    elif not before:
        cut = next((index for index, each in enumerate(after) if each.text in {"of", "on"}), -1)
        if cut >= 0 and all(each.text in _TAXES for each in after[:cut]):
            whole = _read(after[cut + 1 :], scope)
            yield from (Calculation((("*", each), ("*", Constant(share)))) for each in whole)


def _joining(before: Tokens) -> str:
    """Return the sign before a percentage: that of "plus", "with" and "including", or of "minus"; empty for none."""
    last = before[-1]
    if last.kind == "sign" and last.text in "+-":
        return last.text
    inclusive = [each.text for each in before[-2:]] == ["inclusive", "of"]
    return "+" if inclusive or last.text in {"with", "including", "and"} else ""


def _aggregated(tokens: Tokens, scope: Scope) -> Iterator[Node]:
    """Yield sums, counts and averages over arrays, and sums and products of what is listed: "sum of net, tax and shipping"."""
    while len(tokens) > 1 and tokens[0].text in FILLERS:
        tokens = tokens[1:]
    texts = [each.text for each in tokens]
    arrays = arrays_in(scope)
    if texts[:2] == ["product", "of"]:
        yield from _listed(tokens[2:], scope, "*")
    if texts[:1] == ["difference"] and texts[1:2] in (["between"], ["of"]):
        yield from _listed(tokens[2:], scope, "-")
    counted = texts[1:] if texts[:1] in (["total"], ["overall"]) else texts
    for start in (["number", "of"], ["count", "of"], ["how", "many"]):
        if counted[:2] == start and all(each.kind == "word" for each in tokens):
            yield from _counted(tuple(counted[2:]), arrays)
    how = _HOW.get(texts[0], "")
    if how and len(tokens) > 1:
        rest = tokens[2:] if texts[1] == "of" else tokens[1:]
        is_whole = texts[1] == "of" or texts[0] == "sum"
        if how == "sum" and is_whole:
            yield from _listed(rest, scope, "+")
        yield from _over(how, rest, arrays, whole=is_whole or how != "sum")


def _listed(tokens: Tokens, scope: Scope, sign: str) -> Iterator[Node]:
    """Yield what joins members that a text lists, with commas and "and"."""
    parts: list[list[Token]] = [[]]
    for each in tokens:
        if each.text in {",", "and", "&"}:
            parts.append([])
        else:
            parts[-1].append(each)
    parts = [each for each in parts if each]
    names = [scope.named(phrase_of(tuple(each.text for each in part))) for part in parts]
    if len(names) > 1 and "" not in names and len(set(names)) == len(names):
        nodes = tuple(Member(each) for each in names)
        if sign == "*":
            yield from _multiplied(nodes, ["*"] * (len(nodes) - 1))
        elif sign == "-":
            ways = (nodes, nodes[::-1]) if len(nodes) == 2 else ()  # noqa: PLR2004 - which is the greater one, nobody says
            yield from (Calculation((("+", one), ("-", other))) for one, other in ways)
        else:
            yield Calculation(tuple(("+", each) for each in nodes))


def _counted(said: tuple[str, ...], arrays: list[ItemArray]) -> Iterator[Node]:
    """Yield the number of items of the one array that is named; where items have a quantity, also the sum of that."""
    phrase = phrase_of(_without_place(said))
    found = [each for each in arrays if each.is_called(phrase, alone=len(arrays) == 1)]
    if len(found) == 1:
        yield Over("number", found[0].name, Item())
        for name in found[0].scope.names:
            if name_words(name)[-1:] and name_words(name)[-1] in _COUNTS:
                yield Over("sum", found[0].name, Member(name))


def _without_place(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is counted without where: "lines in the order", "lines of this quote", "tags it has"."""
    if said[-2:] == ("at", "present") or said[-1:] in {("now",), ("currently",)}:
        said = said[: -2 if said[-1] == "present" else -1]
    holds = len(said) > 3 and said[-1] in {"ha", "has", "contain", "hold"}  # noqa: PLR2004 - what is counted, "the order has"
    if holds and (said[-3] in {"this", "thi"} or (said[-3] == "the" and is_container(said[-2]))):
        return said[:-3]
    for size in (4, 3, 2, 1):
        tail = said[-size:]
        for place in _PLACES if len(said) > size else ():
            after = tail[len(place) :]
            if tail[: len(place)] != place:
                continue
            of_this = len(after) == 2 and after[0] in {"this", "thi"}  # noqa: PLR2004 - a word and its noun
            of_the = len(after) == 2 and after[0] in {"the", "an", "a"} and is_container(after[1])  # noqa: PLR2004
            if of_this or of_the or (not after and len(place) > 1) or after == ("total",):
                return said[:-size]
    return said


def _over(how: str, tokens: Tokens, arrays: list[ItemArray], *, whole: bool) -> Iterator[Node]:
    """Yield aggregates over arrays: of what an expression says of each item, with the array before, behind or within it.

    Without `whole` the array must be named: "total weight of all parcels".
    """
    tokens = _bare(tokens)
    found: list[Node] = []
    for each, inner in _split(tokens, arrays):
        found += [Over(how, each.name, node) for node in _read(inner, each.scope)]
        phrase = phrase_of(tuple(token.text for token in inner))
        if is_number(each.element) and each.is_called(phrase, alone=False):
            found.append(Over(how, each.name, Item()))
    if not found and whole:
        for each in arrays:
            found += [Over(how, each.name, node) for node in _read(tokens, each.scope)]
            phrase = phrase_of(tuple(token.text for token in tokens))
            if all(token.kind == "word" for token in tokens) and each.is_called(phrase, alone=False):
                found += [Over(how, each.name, node) for node in _amount(each)]
    names = {each.array for each in found if isinstance(each, Over)}
    if len(names) == 1:
        yield from (
            other
            for each in found
            if isinstance(each, Over)
            for array in arrays
            if array.name == each.array
            for other in _with_quantity(each, array)
        )


def _split(tokens: Tokens, arrays: list[ItemArray]) -> Iterator[tuple[ItemArray, Tokens]]:
    """Yield what a text says of each item of an array: "over all lines of EACH", "for each line EACH", "EACH of all lines"."""
    for index, token in enumerate(tokens):
        if token.text not in _AMONG and not (token.text in {",", ":"} and index):
            continue
        for named, inner in ((tokens[index + 1 :], tokens[:index]), (tokens[:index], tokens[index + 1 :])):
            if named and named[0].text in _AMONG:
                named = named[1:]  # noqa: PLW2901 - "over all lines" of "sum over all lines of …"
            phrase = phrase_of(tuple(each.text for each in named))
            if inner and named and all(each.kind == "word" for each in named):
                called = [each for each in arrays if each.is_called(phrase, alone=len(arrays) == 1)]
                if len(called) == 1:
                    yield called[0], inner


def _amount(array: ItemArray) -> Iterator[Node]:
    """Yield what each item adds where no member is named: its `amount`, or itself if it is a number."""
    if is_number(array.element):
        yield Item()
        return
    for name in array.scope.names:
        if "".join(unitless(name_words(name))) in _AMOUNTS and is_number(array.element.member(name)):
            yield Member(name)


def _with_quantity(over: Over, array: ItemArray) -> Iterator[Node]:
    """Yield a sum; one of prices, weights and the like also with each of them as often as the item's quantity says."""
    yield over
    name = over.each.name if isinstance(over.each, Member) else ""
    said = {*words(name)}
    if over.how == "sum" and said & _OF_EACH and not said & _TOTALS:
        for other in array.scope.names:
            if name_words(other)[-1:] and name_words(other)[-1] in _COUNTS and is_number(array.element.member(other)):
                yield Over("sum", over.array, Calculation((("*", Member(other)), ("*", over.each))))


def _outermost(tokens: Tokens) -> list[int]:
    """Where tokens stand in no parentheses."""
    depth, found = 0, []
    for index, each in enumerate(tokens):
        depth += (each.text == "(") - (each.text == ")")
        if depth == 0 and each.text != ")":
            found.append(index)
    return found


def _bare(tokens: Tokens) -> Tokens:
    """Return an expression without parentheses around all of it."""
    while tokens and tokens[0].text == "(" and tokens[-1].text == ")" and not _outermost(tokens):
        tokens = tokens[1:-1]
    return tokens
