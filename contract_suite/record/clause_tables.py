"""Clauses as rows of numbers into tables of names, texts and places.

A large document has tens of thousands of clauses, which share their operations, judges, texts and places: as objects they
would be nine tenths of a record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from contract_suite.model.clause import Clause
from contract_suite.model.json import JSON
from contract_suite.model.location import Location
from contract_suite.model.source import Source

_SOURCES: Final = {each.value: each for each in Source}


class _Table(dict[Any, int]):
    """Numbers of texts: one that is new gets the next, so that they stand in the order in which they came."""

    def __missing__(self, entry: object) -> int:
        number = self[entry] = len(self)
        return number


class _Limits:
    """Gives each limit a number: clauses of one schema share the very value, such as an enumeration of thousands."""

    __slots__ = ("entries", "numbers")

    def __init__(self) -> None:
        self.entries: list[JSON] = []
        self.numbers: dict[int, int] = {}

    def number(self, limit: JSON) -> int:
        number = self.numbers.setdefault(id(limit), len(self.entries))
        if number == len(self.entries):
            self.entries.append(limit)
        return number


def packed(clauses: Iterable[Clause]) -> dict[str, JSON]:
    """Return `names`, `texts`, `places` and `limits`, each entry once, and `rows`: a list of numbers for each clause.

    A row names operation, subject, kind, judge and source in `names`, the text in `texts`, and the place. What mostly
    is empty follows, as far as the last that isn't: the quote, why the clause can't apply, and its limit.
    """
    names, texts, places, limits = _Table(), _Table(), _Table(), _Limits()
    rows: list[JSON] = []
    for clause in clauses:
        at = clause.location
        row: list[JSON] = [
            names[clause.operation],
            names[clause.subject],
            names[clause.kind],
            names[clause.judge],
            names[clause.source],
            texts[clause.text],
            places[names[at.file], at.line, texts[at.pointer]],
        ]
        if clause.quote or clause.inapplicable or clause.limit is not None:
            row += (texts[clause.quote], texts[clause.inapplicable])
            if clause.limit is not None:
                row.append(limits.number(clause.limit))
        rows.append(row)
    return {
        "names": list(names),
        "texts": list(texts),
        "places": list(places),
        "limits": limits.entries,
        "rows": rows,
    }


def unpacked(parsed: dict[str, Any]) -> tuple[Clause, ...]:
    """Return the clauses of a line that the schema accepts; `ValueError` where a row speaks of nothing in the tables."""
    names, texts, limits = parsed["names"], parsed["texts"], parsed["limits"]
    try:
        places = [
            Location(file=names[file], line=line, pointer=texts[pointer]) for file, line, pointer in parsed["places"]
        ]
        return tuple(_clause(row, names, texts, places, limits) for row in parsed["rows"])
    except (IndexError, KeyError):
        raise ValueError("holds a clause that refers to an entry which its tables lack") from None


def _clause(row: list[Any], names: list[str], texts: list[str], places: list[Location], limits: list[JSON]) -> Clause:
    operation, subject, kind, judge, source, text, place, *more = row
    return Clause(
        operation=names[operation],
        subject=names[subject],
        kind=names[kind],
        judge=names[judge],
        text=texts[text],
        source=_SOURCES[names[source]],
        location=places[place],
        quote=texts[more[0]] if more else "",
        inapplicable=texts[more[1]] if more else "",
        limit=limits[more[_LIMIT]] if len(more) > _LIMIT else None,
    )


_LIMIT: Final = 2
"""Where the limit stands among what mostly is empty."""
