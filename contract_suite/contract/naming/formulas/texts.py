"""The part of a description that is a formula, as tokens: words in the singular, numbers, signs and parentheses.

What stands around it is left away only where it can be no exception: a title, a unit, who calculates it, and when again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import singular, words

LONGEST: Final = 240
"""A longer description is an explanation, and no formula."""
_MOST_TOKENS: Final = 40

_LIKELY: Final = re.compile(
    r"[*+/=%\u00d7\u00b7\u00f7\u03a3\u2211]|\s[-\u2013\u2212x]\s|\b(?:times|multipl\w+|divided|plus|minus|less|reduced|sum|sums|summed|added|adding|total"
    r"|combined|number of|how many|count of|average|mean|avg|lowest|smallest|highest|largest|greatest|minimum|maximum"
    r"|subtract\w+|deduct\w+|product of|difference|per ?cent)\b",
    re.IGNORECASE,
)
_NEVER_BELOW: Final = (
    r"never (?:negative|(?:below|less than) (?:0|zero))|(?:not (?:below|less than)|at least) (?:0|zero)"
    r"|or (?:0|zero) if (?:that is |this is )?negative"
)
_REWORDED: Final = tuple(
    (re.compile(text, re.IGNORECASE), instead)
    for text, instead in (
        (r"\*\*|__|[`\"\u201c\u201d\u2018]", ""),
        (r"(?<=\w)['\u2019]s?(?=\W|$)|(?<=\W)['\u2019]", ""),
        (r"\b(?:i\.\s?e\.|that is(?: to say)?|in other words),?", "\N{IDENTICAL TO}"),
        (r"\bincl\.", "including"),
        (r"(?<=[a-z])-(?=[a-z])", " "),
        (r"\[\*?\]|(?<=[\w)])\.\*(?=\.)", ""),
        (r"\bsum\(", "sum of ("),
        (r"[\u03a3\u2211]\s*", "sum of "),
        (r"\bmultiplying (.+?) (?:by|with) (?=\w)", r"\1 times "),
        (r"\b(?:subtracting|deducting) (.+?) from (.+)", r"\2 minus \1"),
        (r"\bmultiplied (?:by|with) ", "times "),
        (r"\bdivided by ", "\N{DIVISION SIGN} "),
        (r",? after (?:subtracting|deducting|deduction of) ", " minus "),
        (r",? (?:reduced by|less) ", " minus "),
        (r"\badding (?:up )?(?=.+ (?:and|to) )(.+?) (?:and|to) ", r"sum of \1 and "),
        (r"\badding up ", "sum of "),
        (r",\s+(?=(?:plus|minus|times) )", " "),
        (
            r"(?<=\w)(?:, which)?,? (?:equals|(?:is )?(?:equal to|computed as|calculated as)|is(?= the (?:sum|product|number|average)\b))(?= )",
            ": ",
        ),
        (r"\bper cent\b|\bpercent\b", "%"),
        (rf",? \(?(?:but )?(?:{_NEVER_BELOW})\)?(?=[\s.,;)]|$)", ""),
    )
)
"""What is written in many ways, as one. That a number never falls below zero is known without being said."""
_SUMMED: Final = re.compile(
    r"^(?P<each>.+?),? (?:summed|added|totall?ed)(?: up| together)?(?P<over> (?:over|across|for) .+)?$", re.IGNORECASE
)
_SENTENCE: Final = re.compile(r"(?<=[.!;])\s+|\n+|;\s*")
_TOKEN: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*|\d+(?:\.\d+)?|[^\s\w]")
_SIGNS: Final = {
    "*": "*", "\N{MULTIPLICATION SIGN}": "*", "\N{MIDDLE DOT}": "*", "x": "*", "times": "*",
    "/": "/", "\N{DIVISION SIGN}": "/",
    "+": "+", "plus": "+",
    "-": "-", "\N{EN DASH}": "-", "\N{MINUS SIGN}": "-", "minus": "-",
}  # fmt: skip
_AROUND: Final = re.compile(
    r"^(?:(?:it|this|which|value)\s+)?(?:=|equals|equal to|is (?:always )?(?:equal to )?|always|is)\s+"
    r"|^(?:computed|calculated|derived|defined|obtained)(?: (?:on|by) the (?:server|api))?(?: as(?: follows)?:?| by|:| =)\s+",
    re.IGNORECASE,
)
_TITLED: Final = re.compile(r"^(?P<title>[^:=()\u2261\u2014]+?)\s*(?:[:=\u2014]|,?\s*\u2261)\s*(?P<rest>\S.*)$")
_IN_PARENTHESES: Final = re.compile(r"^(?P<title>[^()]+?)\s*\((?P<rest>.+)\)$")
_TAIL: Final = re.compile(
    r"^(?P<rest>.+?)(?:,\s*(?P<tail>[^,()]+)|\s*\((?P<inside>[^()]+)\)|\s+(?P<unit>in \w+(?: \w+)?))$"
)
_EXCEPTS: Final = frozenset(
    {
        *("if", "unless", "when", "except", "only", "usually", "typically", "approximately", "about"),
        *("example", "default", "initial", "initially", "estimated", "may", "can", "should", "or", "least", "most"),
        *("not", "otherwise", "until", "while", "where", "g", "maximum", "minimum", "planned", "expected", "former", "previous"),
        *("first", "last", "requested", "other"),
    }
)  # fmt: skip
"""Words that may make what they stand with an exception, or another thing than the number."""
_HARMLESS: Final = frozenset(
    {
        *("read", "only", "readonly", "computed", "calculated", "recalculated", "recomputed", "derived", "server", "by", "the"),
        *("automatically", "auto", "generated", "in", "cent", "cents", "minor", "unit", "units", "currency", "integer", "set"),
        *("maintained", "kept", "is", "are", "this", "value", "field", "up", "to", "date", "and", "euro", "euros", "eur", "usd"),
        *("dollar", "dollars", "pence", "gbp", "whole", "of", "a", "an", "it", "on", "side", "api", "service", "our", "system"),
        *("amount", "as", "number", "smallest", "always", "you", "cannot", "be", "can", "t", "written", "sent", "changed"),
    }
)  # fmt: skip
_ROUNDING: Final = frozenset(
    {
        *("rounded", "rounding", "half", "even", "up", "down", "two", "three", "2", "3", "decimal", "decimals", "place", "places"),
        *("commercially", "nearest", "one", "1", "off", "away", "from", "zero"),
    }
)  # fmt: skip
_AGAIN: Final = re.compile(
    r"^(?:it |this |and )?(?:is |gets )?(?:always )?(?:automatically )?(?:re)?(?:calculated|computed|updated|adjusted)"
    r"(?: automatically| anew| again)? (?:whenever|when|every time|each time|after|on|with)\b"
    r".*\b(?:change|update|edit|add|remove|insert|delete|modif|write)\w*(?: or \w+)?\.?$",
    re.IGNORECASE,
)
_CONTAINERS: Final = frozenset(
    {
        *("order", "invoice", "cart", "basket", "list", "document", "quote", "bill", "receipt", "purchase", "sale", "offer"),
        *("playlist", "shipment", "delivery", "booking", "reservation", "request", "report", "recipe", "project", "estimate"),
    }
)  # fmt: skip
"""What has lines or items, so that `orderLines` and "lines of the order" are its lines."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word in the singular, a number, a sign, or another character; `symbol` for a sign that is no word."""

    kind: str
    text: str
    symbol: bool = False


Tokens = tuple[Token, ...]


def is_container(word: str) -> bool:
    """Whether a word in the singular names what has lines or items."""
    return word in _CONTAINERS


def is_likely(text: str) -> bool:
    """Whether a text may be a formula: most descriptions are none, and say so at a glance."""
    return len(text) <= LONGEST and _LIKELY.search(text) is not None


def formula_texts(description: str, name: str) -> tuple[list[Tokens], bool]:
    """Return what may be the formula of a member's description, the most of it first, and whether what comes out is rounded.

    Nothing where it has a second sentence that is not known to be harmless.
    """
    text = description.strip()
    for pattern, instead in _REWORDED:
        text = pattern.sub(instead, text)
    own = {singular(each) for each in words(name)}
    telling: list[str] = []
    rounded = False
    for sentence in (each.strip(" .!;") for each in _SENTENCE.split(text)):
        said = set(words(sentence))
        rounded = rounded or "rounded" in said
        if said and not _is_harmless(sentence):
            telling.append(sentence)
    if len(telling) > 1:
        telling = [each for each in telling if not _is_title(each, own)]
    if len(telling) != 1:
        return [], rounded
    return [tokens for each in _forms(telling[0]) if (tokens := _tokens(each))], rounded


def _forms(sentence: str) -> Iterator[str]:
    """Yield a sentence, then what is left of it without a title before it or a harmless end."""
    pending, seen = [sentence], set[str]()
    while pending:
        text = _AROUND.sub("", pending.pop(0)).strip(" .,:\N{IDENTICAL TO}")
        summed = _SUMMED.match(text)
        if summed:
            text = f"sum of {summed['each']}{summed['over'] or ''}"
        if text in seen or not text:
            continue
        seen.add(text)
        yield text
        tail = _TAIL.match(text)
        if tail and _is_harmless(tail["tail"] or tail["inside"] or tail["unit"]):
            pending.append(tail["rest"])
        titles = (_TITLED.match(text), _IN_PARENTHESES.match(text))
        pending += [each["rest"] for each in titles if each and _EXCEPTS.isdisjoint(words(each["title"]))]


def _is_harmless(text: str) -> bool:
    said = set(words(text))
    again = _AGAIN.match(text) is not None and _EXCEPTS.isdisjoint(said - {"when", "or"})
    return said <= _HARMLESS | (_ROUNDING if "rounded" in said else frozenset()) or again


def _is_title(sentence: str, own: set[str]) -> bool:
    """Whether a sentence only names the member again: "The total of the order.", no "The total of the lines."."""
    said = {singular(each) for each in words(sentence)} - {singular(each) for each in _HARMLESS}
    return said <= own | _CONTAINERS


def _tokens(text: str) -> Tokens:
    found: list[Token] = []
    pieces = [(each.group(), each.start(), each.end()) for each in _TOKEN.finditer(text)]
    for piece, start, end in pieces:
        apart = text[start - 1 : start] in {" ", ")"} and text[end : end + 1] in {" ", "("}
        if piece.lower() in _SIGNS and (apart or piece in "*\u00d7\u00b7+/\u00f7"):
            found.append(Token("sign", _SIGNS[piece.lower()], symbol=not piece.isalpha() or piece == "x"))
        elif piece[0].isdigit():
            found.append(Token("number", piece))
        elif piece[0].isalpha() or piece[0] == "_":
            found += [Token("word", singular(each)) for each in words(piece)]
        else:
            found.append(Token("other", piece))
    return tuple(found) if len(found) <= _MOST_TOKENS else ()
