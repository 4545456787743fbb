"""Parameters that keep what lies above or below their value: `min_price`, `created_after`, `amount[gte]`.

The name is that of a field that can be compared, with a word for one side before or behind it, or a part of such a name
(`max_price` for `unitPriceCents`). Whether what equals the value comes is only taken from `gte`, `gt` and the like, or
from a sentence: of "after" and "min", nobody knows. A word
alone (`since`, `to`) means the time that its description names ("last issue date", "that end after"); else it may mean the
time of making, or the only one, where the parameter takes a time and the items show no other: unless a sentence says so, only a probe
decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract_suite.contract.naming.names import plain_name, words
from contract_suite.contract.operation import Operation, Parameter
from contract_suite.contract.schemas.numeric import NUMBERS, is_decimal_text, is_number
from contract_suite.contract.schemas.view import SchemaView, view
from contract_suite.inference.kit.bodies import is_paging
from contract_suite.inference.kit.names import CREATED, MODIFIED
from contract_suite.inference.kit.reading import Reading
from contract_suite.inference.kit.witness import Witness
from contract_suite.inference.rule import InferenceRule, InferredFact
from contract_suite.model.json import JSON, tokens

NAME: Final = "bounds"
_LOWER: Final = {
    "gte": "included", "ge": "included", "gt": "excluded", "min": "either", "minimum": "either", "from": "either",
    "since": "either", "after": "either", "above": "either",
}  # fmt: skip
_UPPER: Final = {
    "lte": "included", "le": "included", "lt": "excluded", "max": "either", "maximum": "either", "to": "either",
    "until": "either", "till": "either", "before": "either", "below": "either",
}  # fmt: skip
_ALONE: Final = frozenset({"since", "until", "till", "after", "before", "from", "to"})
_PHRASES: Final = {
    ("at", "least"): "gte", ("at", "most"): "lte", ("up", "to"): "lte", ("or", "more"): "gte", ("or", "less"): "lte",
    ("on", "or", "after"): "gte", ("on", "or", "before"): "lte", ("not", "before"): "gte", ("not", "after"): "lte",
    ("greater", "than"): "gt", ("more", "than"): "gt", ("less", "than"): "lt", ("fewer", "than"): "lt",
}  # fmt: skip
"""Words at either end of a name that say together what one word does."""
_EARLIEST: Final = {"oldest": "since", "earliest": "since", "newest": "until", "latest": "until"}
"""Words that stand alone for the side of a time."""
_OF_A_CLOCK: Final = frozenset({"created", "updated", "modified"})
_TIMES: Final = frozenset({"date", "time", "timestamp"})
_AROUND: Final = frozenset({"filter", "filters", "where"})
_ENDINGS: Final = ("", "at", "on", "from", "date", "time", "timestamp")
_MADE: Final = CREATED | {"created"}
_INFLECTED: Final = re.compile(r"(?<=\w\w\w)(ed|ing|e?s|e)$")
_SIDE_OF_AN_EVENT: Final = (
    r"(s|es|e|d|ed|ing)?( (at|on|or|no|strictly|not))* (after|before|since|until|later|earlier|from)\b"
)
"""What follows a verb, where a sentence says on which side of a moment something happened."""
_IDS: Final = frozenset({"id", "ids", "uuid", "key", "code", "version"})
_UNITS: Final = frozenset(
    {
        "cents", "cent", "minor", "minutes", "mins", "seconds", "secs", "hours", "days", "ms", "kg", "grams", "km", "meters",
        "metres", "cm", "mm", "eur", "usd", "gbp", "chf", "percent", "pct", "bytes", "mb", "gb",
    }
)  # fmt: skip
_BETWEEN: Final = "(?:[ _-]?|[ _-](?:in|of|per)[ _-])"
"""What stands between the words of a name, where a sentence has them: "unit price in cents"."""
_SAYS_TIME: Final = re.compile(r"\b(date|time|timestamp|iso ?-?8601|rfc ?-?3339|moment|day|instant)", re.IGNORECASE)
_SAYS_MADE: Final = re.compile(r"\b(creat|made\b|posted|placed|added|recorded)", re.IGNORECASE)
_SAYS_SIDE: Final = re.compile(
    r"at least|at most|minimum|maximum|greater|\bless\b|more than|\bafter\b|\bbefore\b|since|until|\bfrom\b|later|earlier|"
    r"newer|older|between|up to|no later|inclusive|exclusive|lower|upper|cheap|expensive|higher|or more|no more|[<>≤≥]",
    re.IGNORECASE,
)
_MORE: Final = (
    r"(less|fewer|more|later|earlier|after|before|above|below|over|under|newer|older|higher|lower|greater|larger|smaller|"
    r"beyond|cheaper|longer|shorter)"
)
_SAYS_INCLUDED: Final = re.compile(
    rf"(?<!not )(?<!non[- ])inclusive|\bincl\.|at least|at most|or equal|(at|on) or {_MORE}|\b(not|no|never|nor|or) {_MORE}\b|"
    r"(\bnot|\bnever|n't) (to )?exceed|up to and including|[≤≥]|[<>]=",
    re.IGNORECASE,
)
_SAYS_EXCLUDED: Final = re.compile(
    r"(?<!mutually )exclusive|\bexcl\.|strictly|(not |non[- ])inclusive|excluding|excludes|not (included|including)"
    r"|\b(itself|exactly|equal)\b[^.;]*\b(left out|not (in|returned|listed|among))\b",
    re.IGNORECASE,
)
_SAYS_UTMOST: Final = re.compile(
    r"\b(minimum|maximum|minimal|maximal|lowest|highest|smallest|largest|up to)\b", re.IGNORECASE
)
"""A number that is the lowest of all that come comes itself."""
_SAYS_BEYOND: Final = re.compile(
    r"\b(below|above) (this|that|it|the (given|specified|value|limit|threshold|bound))\b|"
    r"\b(less|fewer|more|lower|higher|greater|larger|smaller|cheaper) than\b",
    re.IGNORECASE,
)
_CALCULATED: Final = frozenset(
    {"average", "avg", "mean", "rating", "score", "ratio", "percent", "percentage", "distance"}
)
_SAYS_CALCULATED: Final = re.compile(r"\b(rounded|average|mean|calculated|computed|derived)\b", re.IGNORECASE)
_UTMOST: Final = frozenset({"min", "minimum", "max", "maximum"})
"""Of a number, these leave out what equals it; of a time, "after" is often said of the day itself too."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A parameter with the field and the side that it is named after; `told` says that the document speaks of the field.

    A parameter that has only a part of the field's name, while nothing else speaks of the field, is a guess (`told` is false).
    """

    parameter: Parameter
    field: str
    side: str
    edge: str
    told: bool


def infer(reading: Reading) -> Iterator[InferredFact]:
    """Yield the bounds of each list."""
    for operation, items in reading.lists():
        known = {each.parameter for each in operation.promises.bounds}
        taken = {plain_name(tokens(name)[-1]) for name, _ in items.fields}
        found = [
            side
            for each in operation.parameters
            if each.where == "query" and each.name not in known and plain_name(each.name) not in taken
            for side in _sides(each, items.fields)
        ]
        for one in found:
            opposite = [each for each in found if each.field == one.field and each.side != one.side]
            yield _fact(operation, one, opposite[:1])


def _fact(operation: Operation, one: _Side, opposite: Sequence[_Side]) -> InferredFact:
    parameter = one.parameter
    said = [
        Witness(
            text=f"{parameter.name} is named like the {one.side} bound of {one.field}, a field of the items",
            location=parameter.location,
        )
    ]
    if one.told and _SAYS_SIDE.search(parameter.description):
        said.append(Witness(text="its description speaks of a bound", location=parameter.location))
    said += [
        Witness(text=f"{each.parameter.name} is the other bound", location=each.parameter.location)
        for each in (opposite if one.told else ())
    ]
    words: dict[str, JSON] = {"field": one.field, one.side: one.edge}
    return InferredFact(
        rule=NAME, operation=operation.id, path=("bounds", parameter.name), words=words, witnesses=tuple(said)
    )


def _sides(parameter: Parameter, fields: Sequence[tuple[str, SchemaView]]) -> Iterator[_Side]:
    """Yield the field and the side that a parameter is named after, if there is one of each."""
    if parameter.required or parameter.default is not None or is_paging(parameter):
        return
    parts = [each for each in words(parameter.name) if each not in _AROUND]
    parts = [_EARLIEST[parts[0]]] if len(parts) == 1 and parts[0] in _EARLIEST else _shortened(parts)
    for index in (-1, 0) if parts else ():
        word, base = parts[index], parts[:-1] if index else parts[1:]
        side = "lower" if word in _LOWER else "upper" if word in _UPPER else ""
        field = _field(base, word, parameter, fields) if side else None
        if field is not None:
            told = bool(set(base) - _TIMES) and not _is_part(base, field)
            told = told or _SAYS_MADE.search(parameter.description) is not None
            told = told or _is_spoken_of(field, parameter.description) or _is_quoted(field, parameter.description)
            numeric = _takes_number(parameter)
            edge = _edge(word, parameter.description, side, field, numeric=numeric)
            edge = "either" if any(name == field and _may_be_rounded(place, name) for name, place in fields) else edge
            yield _Side(parameter, field, side, edge, told)
            return


def _shortened(parts: list[str]) -> list[str]:
    """Return the words of a name with one in place of a phrase at its end or its begin: `salary_at_least` is `salary_gte`."""
    for phrase, word in _PHRASES.items():
        size = len(phrase)
        if tuple(parts[-size:]) == phrase:
            return [*parts[:-size], word]
        if tuple(parts[:size]) == phrase:
            return [word, *parts[size:]]
    return parts


def _field(
    parts: Sequence[str], word: str, parameter: Parameter, fields: Sequence[tuple[str, SchemaView]]
) -> str | None:
    """Return the one field that a name without its side stands for, or else the one that the description names."""
    base = "".join(parts)
    if not base or base in _TIMES:
        made = word in _ALONE and _takes_time(parameter) and _may_be_of_making(parameter, fields)
        wanted = _MADE if made else frozenset[str]()
    else:
        wanted = frozenset(f"{base}{ending}" for ending in _ENDINGS)
    usable = [each for each in fields if _comparable(view(parameter.schema), *each)]
    named = [each for each, _ in usable if plain_name(tokens(each)[-1]) in wanted]
    told = [
        each for each, _ in usable if base and re.search(rf"\b{re.escape(tokens(each)[-1])}\b", parameter.description)
    ]
    spoken = [each for each, _ in usable if _is_spoken_of(each, parameter.description)]
    is_sure = _takes_time(parameter) or _takes_number(parameter)  # no cursor: `starting_after`
    partly = [each for each, _ in usable if base and base not in _TIMES and is_sure and _is_part(parts, each)]
    both = [each for each in partly if each in spoken]
    quoted = [each for each, _ in usable if _is_quoted(each, parameter.description)]
    times = [name for name, place in fields if not name.startswith("/") and _is_dated(place)]
    only = times if word in _ALONE and _takes_time(parameter) and len(times) == 1 else []
    only = [each for each in only if plain_name(each) not in MODIFIED and each in dict(usable)]
    ways = (quoted, spoken, named, told, only) if not base or base in _TIMES else (named, quoted, both, told, partly)
    for found in ways:
        own = [each for each in found if not each.startswith("/")] or found
        exact = [each for each in own if plain_name(tokens(each)[-1]) == base] or own
        if exact:
            return exact[0] if len(exact) == 1 else None
    return None


def _is_quoted(field: str, description: str) -> bool:
    """Whether a description names a field as code."""
    return f"`{tokens(field)[-1]}`" in description


def _is_part(base: Sequence[str], field: str) -> bool:
    """Whether the words of a name are among those of a longer one: `price` in `unitPriceCents`, `rate cents` in `hourly_rate_cents`.

    A field that is a bound itself (`max_guests`), or one of a sort of its own (`price_id`), is another thing.
    """
    whole = words(tokens(field)[-1])
    if plain_name(tokens(field)[-1]) in {f"{''.join(base)}{ending}" for ending in _ENDINGS}:
        return False  # `created_at` has the whole name of `created_from`
    mine, theirs = [_INFLECTED.sub("", each) for each in base], [_INFLECTED.sub("", each) for each in whole]
    if len(whole) <= len(base) or (_LOWER.keys() | _UPPER.keys() | _IDS) & {*whole}:
        return False
    return any(theirs[start : start + len(mine)] == mine for start in range(len(theirs) - len(mine) + 1))


def _may_be_of_making(parameter: Parameter, fields: Sequence[tuple[str, SchemaView]]) -> bool:
    """Whether a time that nobody names may be that of making: of bookings, it is rather that of their start or their end."""
    others = (name for name, place in fields if not name.startswith("/") and _is_dated(place))
    return _SAYS_MADE.search(parameter.description) is not None or all(
        plain_name(each) in _MADE | MODIFIED for each in others
    )


def _is_spoken_of(field: str, description: str) -> bool:
    """Whether a description names a field in words: `issueDate` by "last issue date", `ends_at` by "that end after".

    One word alone may mean any time.
    """
    parts = words(tokens(field)[-1])
    parts = parts[:-1] if len(parts) > len(_UNITS & {*parts[-1:]}) + 1 and parts[-1] in _UNITS else parts
    if len(parts) <= 1:
        return False
    named = _BETWEEN.join(map(re.escape, parts))
    if re.search(rf"\b{named}s?\b", description, re.IGNORECASE) is not None:
        return True
    happens = "".join(parts[1:]) in _ENDINGS and _INFLECTED.sub("", parts[0])
    return bool(happens) and re.search(rf"\b{happens}{_SIDE_OF_AN_EVENT}", description, re.IGNORECASE) is not None


def _edge(word: str, description: str, side: str, field: str, *, numeric: bool) -> str:
    """Whether what equals the value comes; of a clock's time, which is shown cut, only what the cut leaves sure.

    A description that says both, as one does that tells of the other bound too, says nothing.
    """
    said = {**_LOWER, **_UPPER}[word]
    included = _SAYS_INCLUDED.search(description) is not None
    excluded = _SAYS_EXCLUDED.search(description) is not None
    if included or excluded:
        said = "either" if included and excluded else "included" if included else "excluded"
    elif numeric and said == "either":
        utmost, beyond = (each.search(description) is not None for each in (_SAYS_UTMOST, _SAYS_BEYOND))
        if utmost is not beyond:
            said = "included" if utmost else "either" if word in _UTMOST else "excluded"
    cut = plain_name(tokens(field)[-1]) in CREATED | MODIFIED | _OF_A_CLOCK
    unsure = ("lower", "excluded"), ("upper", "included")
    return "either" if cut and (side, said) in unsure else said


def _may_be_rounded(place: SchemaView, name: str) -> bool:
    """Whether a number with decimals is calculated by the server, which may show less of it than it compares: `averageRating`."""
    description = place.keyword("description")
    said = isinstance(description, str) and _SAYS_CALCULATED.search(description) is not None
    named = not _CALCULATED.isdisjoint(words(tokens(name)[-1]))
    return ("number" in place.types() or is_decimal_text(place)) and (
        place.keyword("readOnly") is True or said or named
    )


def _takes_time(parameter: Parameter) -> bool:
    return _is_dated(view(parameter.schema)) or _SAYS_TIME.search(parameter.description) is not None


def _takes_number(parameter: Parameter) -> bool:
    place = view(parameter.schema)
    return bool(place.types() & NUMBERS) or is_number(place)


def _comparable(place: SchemaView, name: str, field: SchemaView) -> bool:
    """Whether both are numbers, or both are times."""
    one, other = place.types() - {"null"}, field.types() - {"null"}
    if is_number(field):
        return is_number(place)
    timed = _is_dated(field) or plain_name(tokens(name)[-1]) in CREATED | MODIFIED
    is_choice = field.keyword("enum") is not None
    return other == {"string"} and one == {"string"} and not is_choice and (timed or _is_dated(place))


def _is_dated(place: SchemaView) -> bool:
    return place.keyword("format") in {"date", "date-time"}


RULE: Final = InferenceRule(
    name=NAME, title="Parameters named like a bound of a field keep the items within it.", infer=infer
)
