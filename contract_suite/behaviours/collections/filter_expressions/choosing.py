"""Which expressions are worth asking: those that hold for some of the known items and not for others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from contract_suite.behaviours.collections.filter_expressions.asking import AskedList
from contract_suite.behaviours.collections.filter_expressions.expressions import (
    Comparison,
    Expression,
    Field,
    Join,
    Joined,
    Negated,
    Operator,
    holds,
    is_null,
    number_of,
    values_of,
)
from contract_suite.contract.filters import Scalar, text_of

_LONGEST: Final = 120
_VALUES: Final = 3
_MOST_CUT: Final = 6
_MOST_PAIRS: Final = 60
_SAMPLE: Final = 60
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+(?: [A-Za-z0-9_-]+)*")
_ONE_WORD: Final = re.compile(r"[A-Za-z0-9_.-]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_MARKS: Final = re.compile(r"['\"\\()*]")
_ODD: Final = tuple(re.compile(each) for each in (r"'", r'"', r"\s", r"[^\x00-\x7f]", r"[&+%#]", r"[,;()]"))
_WORD: Final = re.compile(r"[A-Za-z]{4,}")
_SHORTEST: Final = 4
_FAR: Final = 987_654


def equalities(asked: AskedList, field: Field) -> list[Comparison]:
    """Return comparisons with values that some items have and others don't, plain ones first."""
    if field.kind == "time":
        return []
    counted = Counter(value for item in asked.items for value in values_of(field, item) if _usable(asked, value))
    ranked = sorted(counted, key=lambda each: (not _is_plain(each), abs(counted[each] - _VALUES), text_of(each)))
    made = (Comparison(field=field, operator="eq", value=each) for each in ranked[:_SAMPLE])
    found = [each for each in made if asked.divides(each)]
    return found[: _VALUES if field.kind in {"choice", "truth"} else 1]


def oddest(asked: AskedList, known: Sequence[Comparison]) -> list[Comparison]:
    """Return comparisons with texts that are hard to quote: quotes, blanks, other scripts; none that is known."""
    fields = [each.field for each in known]
    found: list[tuple[int, Comparison]] = []
    for field in (each for each in fields if each.kind == "text"):
        values = {each for item in asked.items for each in values_of(field, item) if _usable(asked, each)}
        odd = ((_oddness(text_of(each)), each) for each in values)
        found += [(marks, Comparison(field=field, operator="eq", value=each)) for marks, each in odd if marks]
    ranked = sorted(found, key=lambda each: (-each[0], text_of(each[1].value)))
    return [each for _, each in ranked if each not in known][:2]


def beginnings(asked: AskedList, fields: Sequence[Field]) -> list[Comparison]:
    """Return comparisons with beginnings of texts and numbers that nothing has as a whole."""
    found: list[Comparison] = []
    for field in fields:
        if field.kind not in {"text", "number"}:
            continue
        texts = sorted(
            {text_of(each) for item in asked.items for each in values_of(field, item)}, key=len, reverse=True
        )
        cut = (_cut(each, field) for each in texts[:_SAMPLE])
        made = (Comparison(field=field, operator="eq", value=each) for each in cut if each is not None)
        found += [each for each in made if _usable(asked, each.value) and not asked.count(each)[0]][:1]
    return found[:_MOST_CUT]


def other_cases(asked: AskedList, comparisons: Sequence[Comparison]) -> Iterator[Comparison]:
    """Yield comparisons with values in the other case, where the document says what that means."""
    for each in comparisons:
        if each.field.case and isinstance(each.value, str) and each.value.swapcase() != each.value:
            other = Comparison(field=each.field, operator="eq", value=each.value.swapcase())
            if any(asked.count(other)) and (each.field.case == "ignored" or not asked.count(other)[0]):
                yield other


def ranges(asked: AskedList) -> Iterator[Comparison]:
    """Yield comparisons for more and less than a value, of numbers such as no comparison of texts could answer."""
    numbers = [each for each in asked.found.fields if each.kind == "number"]
    numbers.sort(key=lambda each: (each.written == "id", -len(_values(asked, each))))
    for field in (*numbers, *(each for each in asked.found.fields if each.kind in {"time", "date"})):
        bound = _bound(_values(asked, field), field)
        every: tuple[Operator, ...] = ("gt", "le", "ge", "lt")
        for operator in every if field in numbers[:1] else ("gt", "ge") if field.kind == "date" else every[:2]:
            made = Comparison(field=field, operator=operator, value=bound)
            if bound != "" and _can(asked, operator) and asked.divides(made):
                yield made


def others(asked: AskedList, comparisons: Sequence[Comparison]) -> Iterator[Comparison]:
    """Yield what is no equality: inequality, null, presence, parts and beginnings of texts."""
    for each in [each for each in comparisons if each.field.kind in {"choice", "number", "truth", "text"}][:2]:
        made = Comparison(field=each.field, operator="ne", value=each.value)
        if _can(asked, "ne") and asked.divides(made):
            yield made
    for field in asked.found.fields:
        for operator in ("null", "present"):
            made = Comparison(field=field, operator=operator)
            shown = operator == "present" or any(is_null(field, item) for item in asked.items)
            if shown and _can(asked, operator) and asked.divides(made):
                yield made
    for each in comparisons:
        words = _WORD.findall(each.value) if isinstance(each.value, str) and each.field.kind == "text" else []
        parts: tuple[tuple[Operator, str], ...] = (("contains", words[-1][1:]), ("begins", words[0])) if words else ()
        turned: Operator = "contains"
        if words and "ignored" in {each.field.case, each.field.case_of_parts}:
            parts = (*parts, (turned, words[-1][1:].swapcase()))
        for operator, part in parts:
            made = Comparison(field=each.field, operator=operator, value=part)
            if _can(asked, operator) and asked.divides(made):
                yield made


def joined(asked: AskedList, comparisons: Sequence[Comparison]) -> Iterator[Expression]:
    """Yield joined and negated comparisons: with items for which only one of two holds, and some for which none does."""
    grammar, found = asked.found.grammar, asked.found
    words: tuple[tuple[Join, str], ...] = (("and", grammar.both), ("or", grammar.either))
    for word, form in words:
        token = form.replace("{}", "").strip()
        if not (form or (word == "and" and grammar.per_field)) or not found.shows(token):
            continue
        for one, other in list(combinations(comparisons, 2))[:_MOST_PAIRS]:
            pair = Joined(word=word, parts=(one, other))
            alone = [_only(asked, one, other), _only(asked, other, one)]
            enough = any(alone) if word == "and" else all(alone)
            if one.field != other.field and enough and asked.divides(pair) and found.arguments(pair) is not None:
                yield pair
                break
    yield from _of_one_field(asked, comparisons)
    if grammar.negated and found.shows(grammar.negated.partition(" ")[0].rstrip(".")):
        yield from (each for each in (Negated(part=part) for part in comparisons[:1]) if asked.divides(each))


def _of_one_field(asked: AskedList, comparisons: Sequence[Comparison]) -> Iterator[Expression]:
    """Yield a range of one field, and one of two values of a field."""
    found = asked.found
    for field in (each.field for each in comparisons if each.field.kind == "number"):
        values = _values(asked, field)
        low, high = values[len(values) // 4], values[-(len(values) // 4) - 1]
        pair = Joined(
            word="and",
            parts=(
                Comparison(field=field, operator="ge", value=low),
                Comparison(field=field, operator="le", value=high),
            ),
        )
        shown = _can(asked, "ge") and _can(asked, "le") and found.shows(found.grammar.both.replace("{}", "").strip())
        if shown and low != high and found.arguments(pair) is not None and asked.divides(pair):
            yield pair
            break
    for field in (each.field for each in comparisons if each.field.kind in {"choice", "number"}):
        plain = [each for each in _values(asked, field) if _usable(asked, each) and _is_plain(each)]
        one_of = Joined(
            word="or", parts=tuple(Comparison(field=field, operator="eq", value=each) for each in plain[:2])
        )
        if len(plain) > 1 and found.grammar.within and asked.divides(one_of):
            yield one_of
            break


def nobodys(asked: AskedList, fields: Sequence[Field], prefix: str) -> Comparison | None:
    """Return a comparison with a value that nothing has."""
    for field in fields:
        if field.kind == "text":
            return Comparison(field=field, operator="eq", value=f"{prefix}nobody")
    for field in fields:
        numbers = [number for item in asked.items for each in values_of(field, item) if (number := number_of(each))]
        if field.kind == "number" and numbers:
            return Comparison(field=field, operator="eq", value=int(max(numbers)) + _FAR)
    return None


def _can(asked: AskedList, operator: Operator) -> bool:
    grammar = asked.found.grammar
    form = grammar.forms.get(operator, "")
    return bool(form) and asked.found.shows(form.replace("{field}", "").replace("{value}", "").strip())


def _only(asked: AskedList, one: Comparison, other: Comparison) -> bool:
    return any(holds(one, item) is True and holds(other, item) is False for item in asked.items)


def _usable(asked: AskedList, value: Scalar) -> bool:
    if not isinstance(value, str):
        return True
    grammar = asked.found.grammar
    marks = "*" in value or (not grammar.strict and _MARKS.search(value) is not None)
    marks = marks or (grammar.words_only and _ONE_WORD.fullmatch(value) is None)
    return 0 < len(value) <= _LONGEST and value == value.strip() and not marks and _CONTROL.search(value) is None


def _is_plain(value: Scalar) -> bool:
    return not isinstance(value, str) or _PLAIN.fullmatch(value) is not None


def _oddness(text: str) -> int:
    return sum(1 for each in _ODD if each.search(text))


def _cut(text: str, field: Field) -> Scalar | None:
    """The beginning of a text, or of a whole number; `None` where it has none that is worth asking."""
    if field.kind == "number":
        return int(text[:-1]) if text.isdigit() and len(text) > 1 else None
    return text[:-2].rstrip() if len(text) > _SHORTEST and field.kind == "text" else None


def _values(asked: AskedList, field: Field) -> list[Scalar]:
    return sorted({each for item in asked.items for each in values_of(field, item)}, key=_rank)


def _rank(value: Scalar) -> tuple[float, str]:
    number = number_of(value)
    return (number, "") if number is not None else (0.0, text_of(value))


def _bound(values: Sequence[Scalar], field: Field) -> Scalar:
    """The value that most others lie on another side of as text than as number, or else the one in the middle."""
    if not values:
        return ""
    middle = values[len(values) // 2]
    if field.kind != "number":
        return middle

    def confused(bound: Scalar) -> int:
        return sum((_rank(each) < _rank(bound)) != (text_of(each) < text_of(bound)) for each in values if each != bound)

    best = max(values[:_SAMPLE], key=confused)
    return best if confused(best) else middle
